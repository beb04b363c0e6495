"""Statements that mean nothing as they stand: each detector on what deserves it, and silent elsewhere."""

from dataclasses import replace
from fractions import Fraction
from math import inf

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from proofs_check.asymptotic import diverges
from proofs_check.core import exclude
from proofs_check.core.exclude import excluding
from proofs_check.explain import page
from proofs_check.judge import judge
from proofs_check.psd import certificate, form, least_form, negative_direction
from tests.small_claims import am_gm, first, n, reciprocal_of_normal, t, u, with_right, x, y
from theory.claim import Claim, Constant, Existence, Given, Mutant, Quantity, Statement
from theory.family import Family, Instance, Integer, Psd

LARGE, SMALL = Given(text="x is large", fact=sp.Ge(x, 3)), Given(text="y is small", fact=sp.Le(y, 1))
ORDERED, FAR = Given(text="x <= y", fact=sp.Le(x, y)), Given(text="x is not 7", fact=sp.Ne(x, 7))
IRRELEVANT = Given(text="the sky is blue")


def under(*givens: Given) -> Claim:
    """x y <= ((x + y)/2)^2 under the givens."""
    return with_right(am_gm(), ((x + y) / 2) ** 2, givens=givens)


def test_conditions_that_exclude_each_other_are_named() -> None:
    """The smallest part of the givens that nothing satisfies is the certificate; no other is blamed."""
    claim = under(FAR, LARGE, IRRELEVANT, SMALL, ORDERED)
    result = judge(claim)
    found = result.readings[0]
    assert found.verdict == "ill-posed" and found.counterexample is None
    assert found.reason == "these conditions exclude each other: x is large; y is small; x <= y"
    assert not [p for p in result.problems if p.startswith(("givens", "satisfiable"))]
    assert found.reason in " ".join(page("demo", claim, result).split())


def test_a_family_that_misses_the_givens_accuses_nobody() -> None:
    """Givens that hold somewhere, but nowhere in the family, are undecided and no ill-posed statement."""
    result = judge(under(Given(text="x = 100", fact=sp.Eq(x, 100))))
    found = result.readings[0]
    assert (found.verdict, found.reason) == ("undecided", "no instance of the family satisfies the givens")
    assert any(p.startswith("satisfiable") for p in result.problems)


@pytest.mark.parametrize(
    ("facts", "core"),
    [
        ([sp.Le(u, -1, evaluate=False)], ("0", "u >= 0")),
        ([sp.Lt(n, 1, evaluate=False), sp.Gt(x, 0)], ("0", "n >= 1")),
        ([sp.Eq(x**2, -1, evaluate=False)], ("0",)),
        ([sp.false], ("0",)),
        ([sp.Gt(x, 1), sp.Eq(1 / (x - 1), 0)], ("1",)),
        ([sp.Gt(x, 1), sp.Or(sp.Lt(x, 0), sp.Eq(x, sp.Rational(1, 2)))], ("0", "1")),
        ([sp.Ge(x, 0), sp.Gt(sp.exp(y), 0), sp.Lt(sp.exp(y), -x)], None),
        ([sp.Ge(x, 0), sp.Le(x, 0)], ()),
        ([sp.Gt(sp.sin(x), 2)], ()),
        ([sp.Eq(2 * n, 3, evaluate=False)], ()),
        ([sp.Ge(x, 0.5)], ()),
    ],
)
def test_cores_are_minimal_and_need_a_proof(facts: list, core: tuple | None) -> None:
    """Only what z3 shows to be empty is called so, with signs of symbols named where they are needed."""
    found = excluding([(str(k), fact) for k, fact in enumerate(facts)])
    if core is None:  # the positive exponential makes the third impossible with x >= 0
        assert "2" in found and "1" not in found
    else:
        assert found == core


def test_no_answer_accuses_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where z3 runs out of time nothing is said."""
    monkeypatch.setattr(exclude, "_ask", lambda *_: ("unknown", None))
    conditions = [("x is large", sp.Ge(x, 3)), ("x is small", sp.Le(x, 1))]
    assert exclude._empty(conditions, 1.0) is False and excluding(conditions) == ()


def calling(value, *depends: str, givens: tuple[Given, ...] = ()) -> Claim:
    claim = under(*givens)
    constants = (Constant(text="C", value=value, depends=depends),)
    family = Family(fields={**claim.family.fields, "d": Integer(1, 3)}, leaves_out="numbers beyond 4")
    return replace(claim, readings=(replace(claim.readings[0], constants=constants),), family=family)


@pytest.mark.parametrize(
    ("value", "depends"),
    [
        (lambda i: i.x, ()),
        (lambda i: i.x + i.d, ("d",)),
        (lambda i: sp.sqrt(2 + i.y**2), ("x", "d")),
        (lambda i: int(i.x > 1), ("y",)),
    ],
)
def test_a_constant_with_two_values_is_caught(value, depends: tuple[str, ...]) -> None:
    """Two instances that agree on what it may depend on, and two exact values, are the certificate."""
    claim = calling(value, *depends)
    found = judge(replace(claim, tight_at=(), witnesses=())).readings[0]
    assert (found.verdict, found.reason) == ("ill-posed", "C is not constant")
    example = found.counterexample
    scope = {"Instance": Instance, "Fraction": Fraction}
    one, two = eval(example.repr, scope), eval(example.note.partition(" at ")[2], scope)
    assert not claim.family.error(one) and not claim.family.error(two)
    assert all(getattr(one, name) == getattr(two, name) for name in depends)
    assert value(one) != value(two) and example.exact


@pytest.mark.parametrize(
    ("value", "depends", "givens"),
    [
        (lambda i: 5, (), ()),
        (lambda i: i.d**2, ("d",), ()),
        (lambda i: i.x, ("x",), ()),
        (lambda i: (i.x + 1) ** 2 - i.x**2 - 2 * i.x, (), ()),
        (lambda i: sp.sqrt(2) ** i.d, ("d",), ()),
        (lambda i: float(i.x), (), ()),  # floats certify nothing
        (lambda i: 0 * i.x if i.x <= 0 else i.x, (), (Given(text="x <= 0", fact=sp.Le(x, 0)),)),
        (lambda i: 1 + 0 / (i.x - i.y), (), ()),
        (lambda i: max(i.x - i.y, 0), (), (ORDERED,)),
    ],
)
def test_what_is_constant_is_not_accused(value, depends: tuple[str, ...], givens: tuple) -> None:
    """A quantity that varies only with what it may depend on, or only in floats, stands."""
    assert first(calling(value, *depends, givens=givens), effort="quick").verdict != "ill-posed"


rationals = st.fractions(-3, 3, max_denominator=4)


@given(st.integers(1, 4).flatmap(lambda k: st.lists(rationals, min_size=k * (k + 1) // 2, max_size=k * k)))
def test_a_direction_is_found_exactly_where_one_exists(entries: list[Fraction]) -> None:
    """The decision agrees with all principal minors, and the vector it gives makes the form negative."""
    size = max(k for k in range(1, 5) if k * (k + 1) // 2 <= len(entries))
    rest = iter(entries)
    lower = [[next(rest) for _ in range(a + 1)] for a in range(size)]
    matrix = tuple(tuple(lower[max(a, b)][min(a, b)] for b in range(size)) for a in range(size))
    v = negative_direction(matrix)
    dense = sp.Matrix([[sp.Rational(x.numerator, x.denominator) for x in row] for row in matrix])
    subsets = [[k for k in range(size) if mask >> k & 1] for mask in range(1, 2**size)]
    semidefinite = all(dense.extract(s, s).det() >= 0 for s in subsets)
    assert (v is None) == semidefinite
    assert v is None or form(matrix, v) < 0
    assert (least_form(matrix) == 0) == semidefinite


def matrices(shift: int, domain: Psd) -> Claim:
    """A + shift I is positive semidefinite, A of the domain."""

    def shifted(i: Instance, by: int = shift) -> tuple:
        return tuple(tuple(v + by * (a == b) for b, v in enumerate(row)) for a, row in enumerate(i.A))

    statement = Statement(text="A is psd", left=Quantity(text="A", run=shifted), relation="psd")
    lower = Mutant(text="less the identity", left=Quantity(text="A - 1", run=lambda i: shifted(i, shift - 1)))
    family = Family(fields={"A": domain}, leaves_out="larger matrices")
    return Claim(items=("demo.psd",), readings=(statement,), family=family, symbols={}, mutants=(lower,))


def test_a_matrix_that_is_not_semidefinite_is_refuted_by_a_vector() -> None:
    """A - I for singular A falls exactly, with v; A itself stands, and the mutant below it is killed."""
    found = judge(matrices(-1, Psd(2))).readings[0]
    assert found.verdict == "refuted" and found.counterexample.exact
    assert found.counterexample.note.startswith("v' M v = -") and "for v = (" in found.counterexample.note
    assert judge(matrices(0, Psd(2))).readings[0].verdict == "supported"


def test_a_zero_pivot_is_no_way_out() -> None:
    """[[0, 1], [1, 5]] is indefinite although its first pivot is zero; bad input is named."""
    assert certificate(((0, 1), (1, 5))) == "v' M v = -1 < 0 for v = (-3, 1), M v = (1, 2)"
    assert certificate(((0, 0), (0, 5))) == ""
    for bad in (((1, 2), (3, 4)), ((1, 2),)):
        with pytest.raises(ValueError, match="expected"):
            negative_direction(bad)


def tail(density: sp.Expr, integrand: sp.Expr, at: float = inf) -> str:
    existence = Existence(
        text="E", variable=t, density=density, integrand=integrand, at=at, where=Instance(x=Fraction(1))
    )
    return diverges(reciprocal_of_normal(), existence)


CAUCHY, NORMAL = 1 / (sp.pi * (1 + t**2)), sp.exp(-(t**2) / 2) / sp.sqrt(2 * sp.pi)
SQUARED = 3 / t**4  # the density of a Pareto law from 1 on, with variance but without third moment


@pytest.mark.parametrize(
    ("density", "integrand", "at"),
    [
        (CAUCHY, t, inf),
        (CAUCHY, t, -inf),
        (CAUCHY, x * t, inf),
        (CAUCHY, 5 - 3 * t, inf),
        (SQUARED, t**3, inf),
        (NORMAL, sp.exp(t**2), inf),
        (sp.exp(-t), sp.exp(t) / t, inf),
    ],
)
def test_a_heavy_tail_is_certified(density: sp.Expr, integrand: sp.Expr, at: float) -> None:
    """Where |h| p >= c/x on a ray the mean does not exist; the integral grows without end beside it."""
    found = tail(density, integrand, at)
    assert "so the integral diverges" in found
    low, middle, high = [float(v) for v in found.rpartition(" it is ")[2].split(", ")]
    assert low == inf or high - middle > 1.8 * (middle - low) > 0


@pytest.mark.parametrize(
    ("density", "integrand", "at"),
    [
        (CAUCHY, sp.sqrt(t), inf),
        (CAUCHY, sp.Integer(1), inf),
        (SQUARED, t**2, inf),
        (NORMAL, t**8, inf),
        (NORMAL, sp.exp(t), -inf),
        (sp.exp(-t), sp.exp(t) / t**2, inf),
        (1 / t, 1 / sp.log(t) ** 2, inf),
        (CAUCHY, t * sp.Symbol("unknown"), inf),
    ],
)
def test_moments_that_exist_are_not_called_infinite(density: sp.Expr, integrand: sp.Expr, at: float) -> None:
    """Integrable tails, and what cannot be read, give no certificate."""
    assert tail(density, integrand, at) == ""


def test_what_vanishes_is_named() -> None:
    """A division by zero names the denominator of the formula, or the quantity whose run divides."""
    by_formula = first(with_right(am_gm(), 99 + 1 / (x - y) ** 2))
    assert by_formula.counterexample.note == "division by zero: x - y = 0"
    divided = Quantity(text="x over y", run=lambda i: i.x / i.y)
    by_run = first(with_right(am_gm(), x**2 + 99 / sp.Abs(y + 9), left=divided, relation="<="))
    assert by_run.verdict == "ill-posed" and by_run.counterexample.note.startswith("x over y: ")
