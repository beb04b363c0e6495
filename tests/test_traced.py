"""A run line by line: every assignment with its value, not other people's code, and a bound on rows."""

from fractions import Fraction

from proofs_check.traced import MOST, run_lines
from theory.claims.stability import _drift
from theory.claims.stability.lem3 import CONCAVE, DRIFT
from theory.family import Instance


def mean(i: Instance) -> Fraction:
    """Two lines and a result."""
    total = sum(i.s)
    centre = total / Fraction(len(i.s))
    return centre * 2


def long(i: Instance) -> int:
    """More assignments than a person wants to read."""
    total = 0
    for k in range(100):
        total = total + k
    return total


def test_each_assignment_is_shown_with_its_value() -> None:
    """The source line stands above what it assigned; the result comes last."""
    rows = [row.strip() for row in run_lines(mean, Instance(s=(1, 2, 6)))]
    assert rows[1:5] == [
        "| total = sum(i.s)",
        "total = 9",
        "| centre = total / Fraction(len(i.s))",
        "centre = 3",
    ]
    assert rows[-1] == "mean returns 6"


def test_a_long_run_is_cut() -> None:
    """At most so many rows are shown, and the rest is counted."""
    rows = run_lines(long, Instance(s=()))
    assert len(rows) == MOST + 1 and any("more rows" in row for row in rows)
    assert rows[-1].strip() == "long returns 4950"


def test_remembered_values_are_run_again() -> None:
    """The recursion of lemma 3 is followed though its value is cached, and the tracer is taken away."""
    _drift.drift(CONCAVE, CONCAVE.K)
    rows = run_lines(DRIFT.run, CONCAVE)
    assert any("moments(" in row for row in rows)
    assert run_lines(lambda i: i.s, Instance(s="text")) == []
