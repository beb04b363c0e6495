"""Draws: whatever is drawn, edited or simplified lies in the family."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.draws import Answer, fits, fresh, moved, play, simpler, weight
from theory.family import INF, Choice, Derived, Family, Instance, Integer, Matrix, Psd, Real, Simplex, Vector

THIRD = Fraction(1, 3)
FAMILIES = {
    "everything": Family(
        fields={
            "n": Integer(0, 4),
            "m": Integer(1, lambda f: f.n + 1),
            "x": Real(-2, 3, open="both"),
            "up": Real(1),
            "down": Real(-INF, 0, open="hi"),
            "free": Real(),
            "v": Vector("n", Real(0, "up")),
            "M": Matrix("n", "m"),
            "w": Simplex("m"),
            "S": Psd("n", ridge=1),
            "law": Choice(("sphere", "gaussian")),
            "sum": Derived(lambda f: sum(f.v, Fraction(0))),
        },
        leaves_out="-",
    ),
    "no field": Family(fields={}, leaves_out="-"),
    "one point": Family(fields={"x": Real(1, 1), "k": Integer(3, 3)}, leaves_out="-"),
    "narrow": Family(fields={"x": Real(THIRD, THIRD + Fraction(1, 10**9), open="both")}, leaves_out="-"),
    "huge": Family(fields={"k": Integer(-(10**40), 10**40)}, leaves_out="-"),
}  # fmt: skip
seeds = st.integers(0, 2**32)


@pytest.mark.parametrize("name", FAMILIES)
@given(seed=seeds)
def test_what_is_drawn_and_edited_lies_in_the_family(name: str, seed: int) -> None:
    """Drawn instances, and those of edited and simplified tapes, satisfy every domain; repr rebuilds them."""
    family, rng = FAMILIES[name], np.random.default_rng(seed)
    instance, answers = play(family, rng)
    for _ in range(4):
        assert family.error(instance) == ""
        assert eval(repr(instance), {"Instance": Instance, "Fraction": Fraction}) == instance
        instance, answers = play(family, rng, moved(rng, answers))
    for place, answer in enumerate(answers):
        for value in simpler(answer):
            script = (*answers[:place], Answer(answer.kind, answer.bounds, value), *answers[place + 1 :])
            assert family.error(play(family, rng, script)[0]) == ""


@given(seeds)
def test_a_tape_played_again_gives_the_same_instance(seed: int) -> None:
    """The answers determine the instance, whatever generator is at hand."""
    instance, answers = play(FAMILIES["everything"], np.random.default_rng(seed))
    assert play(FAMILIES["everything"], np.random.default_rng(seed + 1), answers) == (instance, answers)


@given(st.integers(-50, 50), st.integers(0, 50), seeds)
def test_fresh_answers_fit(lo: int, width: int, seed: int) -> None:
    """A fresh answer fits its question, open ends included."""
    rng = np.random.default_rng(seed)
    assert fits(fresh(rng, "integer", (lo, lo + width)), "integer", (lo, lo + width))
    for ends in ((False, False), (True, True)) if width else ((False, False),):
        bounds = (lo, lo + width, *ends)
        assert fits(fresh(rng, "number", bounds), "number", bounds)
    assert not fits(Fraction(lo), "number", (lo, lo + 1, True, False))


def test_ends_and_small_numbers_come_often() -> None:
    """Boundaries are where bounds break: both ends of an interval are drawn within fifty tries."""
    rng = np.random.default_rng(0)
    drawn = {fresh(rng, "number", (Fraction(1, 7), 9, False, False)) for _ in range(50)}
    assert {Fraction(1, 7), Fraction(9), Fraction(1)} <= drawn


def test_an_empty_domain_is_named() -> None:
    """A domain without values is an error that shows its bounds."""
    for domain, words in (
        (Integer(1, 0), r"integer in \[1, 0\]"),
        (Real(0, 0, open="lo"), "number from 0 to 0"),
    ):
        with pytest.raises(ValueError, match=words):
            play(Family(fields={"x": domain}, leaves_out="-"), np.random.default_rng(0))


def test_simple_is_lighter() -> None:
    """Fewer answers are simpler than small ones, small ones simpler than large ones."""
    one, big = (Answer("integer", (0, 9), value) for value in (1, 9))
    third, half = (Answer("number", (0, 1, False, False), Fraction(1, q)) for q in (3, 2))
    assert weight((big,)) < weight((one, one)) and weight((one,)) < weight((big,))
    assert weight((half,)) < weight((third,))
    assert Fraction(1, 2) in simpler(Answer("number", (0, 1, True, True), Fraction(3, 4)))
