"""The adversary: finds what is there, stays in the family, and makes it small."""

from fractions import Fraction

import numpy as np
import pytest

from proofs_check.draws import play
from proofs_check.search import climb, pool, shrink
from theory.family import Choice, Derived, Family, Integer, Real, Vector

LINE = Family(fields={"x": Real(-4, 4)}, leaves_out="-")
VECTORS = Family(
    fields={
        "n": Integer(0, 6),
        "v": Vector("n", Real(-4, 4)),
        "total": Derived(lambda f: sum(f.v, Fraction(0))),
        "kind": Choice(("a", "b")),
    },
    leaves_out="-",
)
EMPTY = Family(fields={}, leaves_out="-")


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_pool_has_no_repetitions() -> None:
    """A pool holds different instances of the family, as many as asked for if there are so many."""
    found = [instance for instance, _ in pool(VECTORS, rng(), 200)]
    assert len(found) == len(set(found)) == 200
    assert all(VECTORS.error(i) == "" for i in found)
    assert len(pool(EMPTY, rng(), 50)) == 1
    assert len(pool(Family(fields={"k": Integer(1, 3)}, leaves_out="-"), rng(), 50)) == 3


@pytest.mark.parametrize("seed", range(10))
def test_climbing_finds_a_narrow_violation(seed: int) -> None:
    """From x = 0 the climb reaches the one thousandth of the interval where the score is positive."""
    score = lambda i: 0.004 - abs(float(i.x) - 2.6)
    start, answers = play(LINE, rng(seed))
    reached, at, tape = climb(LINE, rng(seed), [(score(start), answers)] * 3, score, 2000)
    assert reached > 0 and LINE.error(at) == ""
    assert play(LINE, rng(), tape)[0] == at


def test_climbing_where_nothing_can_move() -> None:
    """A family with one instance, a hopeless score and no start are no error."""
    _, answers = play(EMPTY, rng())
    assert climb(EMPTY, rng(), [(-1.0, answers)], lambda i: -1.0, 5)[0] == -1.0
    assert climb(LINE, rng(), [], lambda i: 1.0, 5)[1] is None
    nothing = climb(LINE, rng(), [(-np.inf, play(LINE, rng())[1])], lambda i: -np.inf, 5)
    assert nothing[0] == -np.inf


@pytest.mark.parametrize("seed", range(20))
def test_shrinking_ends_at_the_smallest_vector(seed: int) -> None:
    """A vector whose sum exceeds 1 shrinks to one entry 2, or to two entries 1, whatever it was found as."""
    bad = lambda i: i.total > 1
    source = rng(seed)
    instance, answers = next(p for p in (play(VECTORS, source) for _ in range(999)) if bad(p[0]))
    small = shrink(VECTORS, source, answers, bad)
    assert bad(small) and VECTORS.error(small) == ""
    assert small.v in ((Fraction(2),), (Fraction(1), Fraction(1))) and small.kind == "a"


@pytest.mark.parametrize(
    ("bad", "least"),
    [
        (lambda x: 0 < x < 1, Fraction(1, 2)),
        (lambda x: x < 0, Fraction(-1)),
        (lambda x: x > Fraction(7, 2), Fraction(4)),
        (lambda x: Fraction(1, 10) < x < Fraction(4, 10), Fraction(1, 4)),
    ],
)
@pytest.mark.parametrize("seed", range(5))
def test_shrinking_ends_at_a_readable_number(bad, least: Fraction, seed: int) -> None:
    """A counterexample in one number ends at the number that a person would have chosen."""
    source = rng(seed)
    _, answers = next(p for p in (play(LINE, source) for _ in range(9999)) if bad(p[0].x))
    assert shrink(LINE, source, answers, lambda i: bad(i.x)).x == least


def test_shrinking_stops() -> None:
    """The number of trials is bounded: a predicate that is always true is asked at most `tries` times."""
    asked = []
    _, answers = play(VECTORS, rng(3))
    shrink(VECTORS, rng(), answers, lambda i: bool(asked.append(i)) or True, tries=25)
    assert len(asked) <= 25
