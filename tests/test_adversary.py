"""Probing, Hypothesis and the optimiser: inside the family, repeatable, and finding what the pool misses."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings

from proofs_check.adversary import press
from proofs_check.cases import beginnings, draw, look, scorer, violation
from proofs_check.draws import play
from proofs_check.hypothesis_source import strategy, targeted
from proofs_check.judge import judge
from proofs_check.optimise import from_unit, optimise, polish, to_unit
from proofs_check.probing import edits, equalities, probed
from proofs_check.search import pool
from tests.small_claims import am_gm, pair, x, y
from theory.claim import Claim, Given, Quantity, Statement
from theory.family import INF, Choice, Derived, Family, Instance, Integer, Matrix, Psd, Real, Simplex, Vector

OPEN = Family(fields={"x": Real(0, 3, open="both")}, leaves_out="-")
PAIR = Family(fields={"steps": Integer(1, 10**9), "samples": Integer(1, 10**9)}, leaves_out="-")
CUBE = Family(fields={name: Real(0, 1) for name in "abc"}, leaves_out="-")
NINTH = Fraction(1, 9)
ALL = Family(
    fields={
        "n": Integer(1, 4),
        "low": Real(-1, INF, open="lo"),
        "high": Real("low", lambda f: f.low + 2, open="hi"),
        "below": Real(-INF, 0, open="hi"),
        "any": Real(),
        "v": Vector("n", Real(0, 1, open="both")),
        "m": Matrix(2, "n"),
        "w": Simplex("n"),
        "c": Psd("n", 1),
        "kind": Choice(("a", "b")),
        "total": Derived(lambda f: sum(f.v, Fraction(0))),
    },
    leaves_out="-",
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def wave(i: Instance) -> float:
    return float(sum(i.v, i.low) - abs(i.any)) - 100.0


def near_zero(i: Instance) -> float:
    """Positive on (0, 2^-11): beside an open end, where 60 draws seldom come and nothing points."""
    return 1.0 if i.x < Fraction(1, 2**11) else -1.0


def starved(i: Instance) -> float:
    """Positive where there are many steps and few samples, or the other way round."""
    return 1.0 if i.steps > i.samples * 10**8 else -1.0


def peak(i: Instance) -> float:
    """Positive within 0.03 of one interior point of the cube."""
    apart = [float(i.a) - 0.387, float(i.b) - 0.731, float(i.c) - 0.217]
    return 0.03 - max(map(abs, apart))


def tapes(family: Family, seed: int, number: int = 6) -> list:
    return [answers for _, answers in pool(family, rng(seed), 60)][:number]


def flat(right: sp.Expr, *givens: Given) -> Claim:
    """1 <= right on am_gm's family, and nothing else."""
    left = Quantity(text="1", run=lambda i: 1)
    claim = am_gm()
    statement = replace(claim.readings[0], left=left, right=right, givens=givens, proof=None)
    return replace(claim, readings=(statement,), tight_at=(), mutants=(), scalings=(), witnesses=())


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(strategy(ALL))
def test_hypothesis_draws_members(instance: Instance) -> None:
    """Every instance of a family's strategy lies in the family."""
    assert ALL.error(instance) == ""


def test_every_source_stays_in_the_family() -> None:
    """Targeted search, probing and the optimiser yield members only, whose tapes give them again."""
    starts = tapes(ALL, 0)
    found = [(i, a) for _, i, a in targeted(ALL, wave, 60, 0, keep=99)]
    found += list(probed(ALL, rng(), starts, 300))
    found += [optimise(ALL, rng(), t, wave, 60)[1:] for t in starts]
    assert len(found) > 300
    assert [ALL.error(i) for i, _ in found] == [""] * len(found)
    assert all(play(ALL, rng(), answers)[0] == i for i, answers in found)


@pytest.mark.parametrize("seed", range(5))
def test_probing_finds_what_hides_at_the_ends(seed: int) -> None:
    """Beside an open end and at an extreme ratio of integers probing finds what no draw of the pool shows."""
    for family, score in ((OPEN, near_zero), (PAIR, starved)):
        drawn = [i for i, _ in pool(family, rng(seed), 60)]
        hidden = lambda i, score=score, drawn=drawn: score(i) if i not in drawn else -1.0
        assert any(hidden(i) > 0 for i, _ in probed(family, rng(seed), tapes(family, seed), 60))


@pytest.mark.parametrize("seed", range(5))
def test_the_optimiser_finds_an_interior_peak(seed: int) -> None:
    """A peak of a few millionths of the cube's volume is missed by the pool and found by the optimiser."""
    assert all(peak(i) <= 0 for i, _ in pool(CUBE, rng(seed), 60))
    value, at, answers = optimise(CUBE, rng(seed), tapes(CUBE, seed)[0], peak, 2400)
    assert value > 0 and peak(at) == value and play(CUBE, rng(), answers)[0] == at


@pytest.mark.parametrize("seed", range(5))
def test_hypothesis_is_steered_by_the_score(seed: int) -> None:
    """With the score as its target Hypothesis ends in a part of the line that the pool misses."""
    family = Family(fields={"n": Integer(0, 10**6)}, leaves_out="-")
    score = lambda i: 40.0 - abs(i.n - 612_345)
    assert all(score(i) <= 0 for i, _ in pool(family, rng(seed), 60))
    assert targeted(family, score, 300, seed)[0][0] > 0
    assert targeted(family, lambda i: score(i) if score(i) > 0 else -np.inf, 300, seed) == []


@pytest.mark.parametrize(
    "run",
    [
        lambda seed: targeted(ALL, wave, 60, seed),
        lambda seed: list(probed(ALL, rng(seed), tapes(ALL, 1), 60)),
        lambda seed: optimise(ALL, rng(seed), tapes(ALL, 1)[0], wave, 60),
    ],
)
def test_the_same_seed_finds_the_same(run) -> None:
    """A source depends on its seed and on nothing else."""
    assert run(3) == run(3) != run(4)


def test_an_error_of_the_score_is_raised() -> None:
    """A score that cannot be computed ends a steered search with its own error."""
    with pytest.raises(ValueError, match="not a number"):
        targeted(CUBE, lambda i: (_ for _ in ()).throw(ValueError("not a number")), 20, 0)


@pytest.mark.parametrize("bounds", [(0, 1), (-3, 5), (0, INF), (-INF, 2), (-INF, INF)])
def test_the_unit_interval_is_mapped_monotonically(bounds: tuple) -> None:
    """The map from [0, 1] is increasing, stays inside, and its inverse leads back."""
    values = [from_unit(u, *bounds) for u in np.linspace(0, 1, 41)]
    assert values == sorted(set(values)) and all(bounds[0] <= v <= bounds[1] for v in values)
    assert [to_unit(v, *bounds) for v in values[1:-1]] == pytest.approx(np.linspace(0, 1, 41)[1:-1], abs=1e-4)
    assert 0 < from_unit(0, 0, 1, True, True) < from_unit(1, 0, 1, True, True) < 1


def test_an_inequality_that_is_assumed_is_probed_at_equality() -> None:
    """x >= y/3 + 1 is probed at x = y/3 + 1, whatever the numbers are."""
    fact = sp.Ge(x, y / 3 + 1)
    claim = flat(sp.Integer(1), Given(text="x >= y/3 + 1", fact=fact))
    levels = equalities(claim, claim.readings[0], pair(3, Fraction(2, 7)))
    assert levels == ((Fraction(3), Fraction(23, 21)),)
    source = rng()
    tape = next(a for i, a in (play(claim.family, source) for _ in range(999)) if i.x > i.y / 3 + 1 != i.y)
    at = play(claim.family, rng(), tape)[0]
    level = equalities(claim, claim.readings[0], at)
    assert at.y / 3 + 1 in [play(claim.family, rng(), t)[0].x for t in edits(tape, level)]


@pytest.mark.parametrize("seed", range(5))
def test_the_judge_refutes_by_what_probing_found(seed: int) -> None:
    """A statement that fails only where its given is an equality is refuted exactly, from a silent pool."""
    third = Given(text="x >= y/7 + 1/9", fact=sp.Ge(x, y / 7 + sp.Rational(1, 9)))
    step = Quantity(text="1 at equality, else 0", run=lambda i: int(abs(i.x - i.y / 7 - NINTH) < 1e-12))
    claim = flat(sp.Rational(1, 2), third)
    claim = replace(claim, readings=(replace(claim.readings[0], left=step),))
    statement = claim.readings[0]
    cases = look(claim, statement, draw(claim, rng(seed), "default"))
    assert {c.sides.status for c in cases} == {"holds"}
    at, found = violation(claim, statement, cases, rng(seed), "default")
    assert found.exact and at.x == at.y / 7 + NINTH


def test_pressing_leaves_the_generator_where_it_was() -> None:
    """What the sources draw comes from streams of their own, so that nothing after them changes."""
    claim = flat(sp.Integer(1))
    cases = look(claim, claim.readings[0], draw(claim, rng(), "quick"))
    starts = beginnings([(c.sides.gap, c.drawn.answers) for c in cases])
    score, source = scorer(claim, claim.readings[0]), rng(5)
    silent = press(claim, claim.readings[0], source, starts, score, "default", survivor=True)
    assert silent == (-np.inf, None, ()) and source.random() == rng(5).random()


@pytest.mark.parametrize(
    ("domain", "run"),
    [
        (Real(), lambda i: i.x),
        (Real(), lambda i: -i.x),
        (Real(hi=0), lambda i: -i.x),
    ],
)
def test_infinite_domains_are_probed_far_out(domain: Real, run) -> None:
    """No number bounds x on the whole line: 10^9 is refuted there, and not where the domain ends."""
    statement = Statement(text="-", left=Quantity(text="-", run=run), relation="<=", right=sp.Integer(10**9))
    family = Family(fields={"x": domain}, leaves_out="-")
    claim = Claim(items=("demo.far",), readings=(statement,), family=family, symbols={})
    found = judge(claim).readings[0]
    assert found.verdict == "refuted"
    closed = replace(claim, family=Family(fields={"x": Real(Fraction(1, 10), 2)}, leaves_out="-"))
    assert judge(closed).readings[0].verdict != "refuted"


def test_floats_are_not_believed_far_out() -> None:
    """(x + 1/3) - x is 1/3, and in floats 1e-5 away from it at 2^40: no violation."""
    left = Quantity(text="-", run=lambda i: (float(i.x) + 1 / 3) - float(i.x))
    statement = Statement(text="-", left=left, relation="==", right=sp.Rational(1, 3))
    family = Family(fields={"x": Real(0)}, leaves_out="-")
    claim = Claim(items=("demo.cancels",), readings=(statement,), family=family, symbols={})
    rough = replace(statement, left=replace(left, rounding=1e-7))
    assert judge(replace(claim, readings=(rough,))).readings[0].verdict != "refuted"


def searched(claim: Claim, seed: int):
    """What the whole search at default effort finds against the literal reading."""
    statement = claim.readings[0]
    cases = look(claim, statement, draw(claim, rng(seed), "default"))
    return violation(claim, statement, cases, rng(seed), "default")


def bounded(left, right: sp.Expr, family: Family, *givens: Given) -> Claim:
    """left <= right for the fields x and y."""
    statement = replace(am_gm().readings[0], left=left, right=right, givens=givens, proof=None)
    return replace(am_gm(), readings=(statement,), family=family, tight_at=(), mutants=())


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("run", "right", "domain"),
    [
        (lambda i: i.x, sp.Integer(10**11), Real(0, INF)),
        (lambda i: 1 / i.x, sp.Integer(10**11), Real(0, 1, open="lo")),
        (lambda i: -1 / i.x, sp.Integer(10**11), Real(-INF, 0, open="hi")),
    ],
)
def test_numbers_are_sent_to_zero_and_to_infinity(run, right: sp.Expr, domain: Real, seed: int) -> None:
    """A violation that begins at 10^11 or at 10^-11, where no optimiser comes, is found at default effort."""
    claim = bounded(
        Quantity(text="-", run=run), right, Family(fields={"x": domain, "y": Real(0, 1)}, leaves_out="-")
    )
    found = searched(claim, seed)
    assert found is not None and found[1].exact


@pytest.mark.parametrize("seed", range(3))
def test_a_smooth_optimum_is_polished(seed: int) -> None:
    """3 - (x - 2.71)^2 - (y + 3.14)^2 exceeds 2.9999 within 0.01 of its peak alone."""
    hill = lambda i: 3 - (i.x - Fraction(271, 100)) ** 2 - (i.y + Fraction(314, 100)) ** 2
    family = Family(fields={"x": Real(-4, 4), "y": Real(-4, 4)}, leaves_out="-")
    claim = bounded(Quantity(text="-", run=hill), sp.Rational(29999, 10000), family)
    found = searched(claim, seed)
    assert found is not None and found[1].exact
    value, at, _ = polish(
        family, rng(seed), pool(family, rng(seed), 1)[0][1], lambda i: float(hill(i)) - 3, 3
    )
    assert at is None and value == -np.inf  # too few evaluations for a simplex: nothing is tried


@pytest.mark.parametrize("seed", range(3))
def test_a_given_of_any_form_is_taken_to_its_edge(seed: int) -> None:
    """x^2 <= 2.0000002 allows x beyond sqrt 2 by 7e-8: the last value that is allowed is tried."""
    edge = Given(text="-", fact=sp.Le(x**2, sp.Rational(20000002, 10**7)))
    family = Family(fields={"x": Real(-4, 4), "y": Real(0, 1)}, leaves_out="-")
    claim = bounded(Quantity(text="-", run=lambda i: i.x), sp.sqrt(2), family, edge)
    found = searched(claim, seed)
    assert found is not None and found[0].x ** 2 <= Fraction(20000002, 10**7)
