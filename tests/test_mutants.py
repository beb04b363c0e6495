"""Wrong versions of a formula: what is generated, and that it differs from the formula."""

import pytest
import sympy as sp

from proofs_check.core.evaluate import evaluate
from proofs_check.mutants import MOST, mutate
from theory.notation import Vec, dot, norm2

x, y = sp.symbols("x y", positive=True)
n, j, k, B = sp.symbols("n j k B", integer=True, positive=True)
s = sp.IndexedBase("s")
a, b = Vec("a"), Vec("b")

FORMULAS = (
    3 * x**2 + y,
    sp.sqrt(x) * y / 2,
    (n - 1) / (n * k) * norm2(a),
    sp.Max(x, y) - 1,
    sp.Sum(sp.Sum((s[j] - s[k]) ** 2, (j, 1, k - 1)), (k, 1, B)) / B,
    sp.exp(x) * dot(a, b),
)


def versions(right) -> list:
    return [expr for _, expr in mutate(right)]


@pytest.mark.parametrize("right", FORMULAS)
def test_mutants_are_different_formulas(right: sp.Expr) -> None:
    """No mutant is the formula itself, none comes twice, and none speaks of a new symbol."""
    found = versions(right)
    assert right not in found and len(found) == len(set(found)) >= 3
    assert all(m.free_symbols <= right.free_symbols for m in found)


def test_every_kind_of_slip_is_made() -> None:
    """Constants, exponents, terms, signs, factors, symbols and extrema are each got wrong."""
    found = versions(3 * x**2 + y)
    for slip in (
        6 * x**2 + y,
        4 * x**2 + y,
        3 * x**3 + y,
        3 * x + y,
        y,
        3 * x**2,
        3 * x**2 - y,
        x**2 + y,
        3 * y**2 + x,
    ):
        assert slip in found, slip
    assert sp.Min(x, y) in versions(sp.Max(x, y))
    assert x * y / 2 in versions(sp.sqrt(x) * y / 2) or x ** sp.Rational(1, 4) * y / 2 in versions(
        sp.sqrt(x) * y / 2
    )


def test_lengths_and_indices_stay() -> None:
    """Limits of sums and indices are not edited, so that every mutant can be evaluated."""
    right = sp.Sum(x * s[j] ** 2, (j, 1, B)) / B + s[n]
    env = {B: 2, n: 1, x: 2.0, s: (1.0, 3.0)}
    for mutant in versions(right):
        assert isinstance(evaluate(mutant, env), int | float), mutant


def test_a_tuple_is_edited_part_by_part() -> None:
    """The mutants of a minimiser change one coordinate at a time."""
    for mutant in versions((x, 1 - x)):
        assert isinstance(mutant, tuple) and sum(p != q for p, q in zip(mutant, (x, 1 - x), strict=True)) == 1


def test_long_formulas_are_thinned_without_chance() -> None:
    """A long formula gives at most `MOST` mutants, always the same, first and last edit among them."""
    right = sum((m + 2) * x**m * y ** (7 - m) for m in range(1, 7))
    found = mutate(right)
    assert len(found) == len({e for _, e in found}) == MOST
    assert found == mutate(right) and found[0] == ("halved", right / 2) and found[-1][0] == "x and y swapped"


@pytest.mark.parametrize("right", [sp.Integer(0), 1 / (x - x + 1)])
def test_constants_have_few_mutants(right: sp.Expr) -> None:
    """Zero has no mutants: a statement about zero needs mutants written by hand."""
    assert versions(sp.Integer(0)) == []
    assert versions(right) in ([], [sp.Rational(1, 2), sp.Integer(2)])
