"""Families: what is drawn belongs, what does not belong is named, and every value is exact."""

import copy
import pickle
from fractions import Fraction
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from flint import fmpq, fmpq_mat
from hypothesis import given
from hypothesis import strategies as st

from theory.family import (
    INF,
    STRUCTURES,
    Choice,
    Derived,
    Family,
    Instance,
    Integer,
    Matrix,
    Psd,
    Real,
    Simplex,
    Vector,
    _psd,
    floats,
    replace,
)

HALF = Fraction(1, 2)


class Hypotheses:
    """A `Source` that asks Hypothesis."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data

    def integer(self, lo: int, hi: int) -> int:
        """An integer of the closed interval."""
        return self.data.draw(st.integers(lo, hi))

    def number(self, lo, hi, open_lo: bool, open_hi: bool) -> Fraction:
        """A rational of the interval; an open or infinite end is never reached."""
        least, most = (None if abs(end) == INF else Fraction(end) for end in (lo, hi))
        inside = st.fractions(least, most, max_denominator=64 if least != most else None)
        return self.data.draw(
            inside.filter(lambda x: not (open_lo and x == lo) and not (open_hi and x == hi))
        )

    def choose(self, options: tuple):
        """One of the options."""
        return self.data.draw(st.sampled_from(options))


def one(domain, **before) -> Family:
    """A family of one field x, after others that its bounds may name."""
    return Family(fields={**before, "x": domain}, leaves_out="nothing")


FAMILIES = {
    "integer": one(Integer(-3, 5)),
    "integer by name": one(Integer(0, "n"), n=Integer(0, 4)),
    "integer by function": one(Integer(lambda i: -i.n, lambda i: i.n + 1), n=Integer(0, 4)),
    "line": one(Real()),
    "interval": one(Real(-1, HALF)),
    "half-open": one(Real(0, 1, "lo")),
    "open": one(Real(0, "top", "both"), top=Real(1, 2)),
    "ray": one(Real(0, INF, "lo")),
    "choice": one(Choice(("spsa", 3, HALF, (1, 2)))),
    "vector": one(Vector("n"), n=Integer(0, 4)),
    "positive vector": one(Vector(3, Real(0, 2, "lo"))),
    "matrix": one(Matrix("n", lambda i: i.n + 1), n=Integer(1, 3)),
    "simplex": one(Simplex("n"), n=Integer(1, 5)),
    "semidefinite": one(Psd("n"), n=Integer(1, 4)),
    "definite": one(Psd(3, ridge=HALF)),
    "derived": one(Derived(lambda i: sum(i.v, Fraction(0))), v=Vector(3)),
}


@pytest.mark.parametrize("name", FAMILIES)
@given(data=st.data())
def test_what_is_drawn_belongs_and_is_exact(name: str, data: st.DataObject) -> None:
    """A drawn instance is in its family, holds exact values alone, and its repr and its pickle rebuild it."""
    family = FAMILIES[name]
    instance = family.draw(Hypotheses(data))
    assert family.error(instance) == ""
    assert all(exact(value) for _, value in instance)
    rebuilt = eval(repr(instance), {"Instance": Instance, "Fraction": Fraction})
    for other in (rebuilt, pickle.loads(pickle.dumps(instance)), copy.deepcopy(instance)):
        assert other == instance and hash(other) == hash(instance) and repr(other) == repr(instance)


def exact(value) -> bool:
    """Whether a value is an int, Fraction, str or a nested tuple of these."""
    return all(map(exact, value)) if isinstance(value, tuple) else type(value) in (int, Fraction, str)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [("zero", (0, 0, 0)), ("one-hot", (0, 2, 0)), ("equal", (2, 2, 2)), ("generic", (2, 1, HALF))],
)
def test_every_structure_of_a_vector_is_drawn(shape: str, expected: tuple) -> None:
    """Asked for a structure, the vector has it, with the numbers and the place that the source gave."""
    assert set(STRUCTURES) == {"zero", "one-hot", "equal", "generic"}
    numbers = iter((2, 1, HALF))
    scripted = SimpleNamespace(
        choose=lambda options: shape,
        integer=lambda lo, hi: 1,
        number=lambda *interval: Fraction(next(numbers)),
    )
    assert one(Vector(3, Real(-2, 2))).draw(scripted).x == expected


@given(data=st.data())
def test_structures_never_leave_the_bounds(data: st.DataObject) -> None:
    """Where zero is excluded, a zero or one-hot vector is not forced."""
    shape = data.draw(st.sampled_from(STRUCTURES))
    source, family = Hypotheses(data), one(Vector(3, Real(1, 2)))
    source.choose = lambda options: shape
    assert family.error(family.draw(source)) == ""


BAD = (
    (Integer(0, 2), 3, "x = 3, expected an integer in [0, 2]"),
    (Integer(0, 2), HALF, "x = Fraction(1, 2), expected an integer in [0, 2]"),
    (Integer(0, 2), "1", "x = '1', expected an integer in [0, 2]"),
    (Real(0, 1), 2, "x = 2, expected a finite number in [0, 1]"),
    (Real(0, 1, "lo"), 0, "x = 0, expected a finite number in (0, 1]"),
    (Real(0, 1, "hi"), 1, "x = 1, expected a finite number in [0, 1)"),
    (Real(0, 1, "both"), 1, "x = 1, expected a finite number in (0, 1)"),
    (Real(), float("nan"), "x = nan, expected a finite number"),
    (Real(), float("inf"), "x = inf, expected a finite number"),
    (Real(), "1", "x = '1', expected a finite number"),
    (Choice((1, 2)), 3, "x = 3, expected one of (1, 2)"),
    (Vector(2), (1,), "x = (1,), expected a tuple of 2 numbers"),
    (Vector(2), [1, 2], "x = [1, 2], expected a tuple of 2 numbers"),
    (Vector(2), (1, 9), "x = 9, expected a finite number in [-4, 4]"),
    (Matrix(2, 1), ((1,),), "x = ((1,),), expected 2 rows"),
    (Matrix(1, 2), ((1,),), "x = (1,), expected a tuple of 2 numbers"),
    (Simplex(2), (1, 1), "x = (1, 1), expected 2 non-negative numbers with sum 1"),
    (Simplex(2), (2, -1), "x = (2, -1), expected 2 non-negative numbers with sum 1"),
    (Simplex(2), (1,), "x = (1,), expected 2 non-negative numbers with sum 1"),
    (Psd(2), ((1, 0), (1, 1)), "x = ((1, 0), (1, 1)), expected a symmetric 2 x 2 matrix"),
    (Psd(2), ((1, 0),), "x = ((1, 0),), expected a symmetric 2 x 2 matrix"),
    (Psd(2), ((1, 2), (2, 1)), "x = ((1, 2), (2, 1)), expected a matrix with no eigenvalue below 0"),
    (Psd(2), ((0, 1), (1, 5)), "x = ((0, 1), (1, 5)), expected a matrix with no eigenvalue below 0"),
    (Derived(lambda i: 7), 8, "x = 8, expected 7"),
)


@pytest.mark.parametrize(("domain", "value", "message"), BAD)
def test_what_does_not_belong_is_named(domain, value, message: str) -> None:
    """The message names the field, its value and what was expected."""
    assert one(domain).error(Instance(x=value)).startswith(message)


def test_every_domain_has_a_bad_value() -> None:
    """The table above covers every kind of domain, and so do the families that are drawn from."""
    kinds = {Integer, Real, Choice, Vector, Matrix, Simplex, Psd, Derived}
    assert {type(domain) for domain, _, _ in BAD} == kinds
    assert {type(family.fields["x"]) for family in FAMILIES.values()} == kinds


@pytest.mark.parametrize(
    "domain", [Integer(0, 2), Real(), Vector(2), Matrix(2, 2), Simplex(2), Psd(2), Choice((1,))]
)
@pytest.mark.parametrize("value", [None, "ab", object, (None, None), ((1, None), (None, 1))])
def test_nonsense_is_reported_not_raised(domain, value) -> None:
    """A value of the wrong type gives a message with the field's name, never an exception."""
    assert one(domain).error(Instance(x=value)).startswith("x = ")


STRAY = (
    (Psd(2, ridge=1), ((0, 0), (0, 0)), "below the ridge"),
    (Psd(1), ((float("nan"),),), "not a number"),
    (Psd(2), [[1, 0], [0, 1]], "a list for a matrix"),
    (Simplex(2), [1, 0], "a list for weights"),
    (Integer(0, 2), True, "a bool for an integer"),
    (Psd(2), ((1, "b"), ("b", 1)), "words for numbers"),
)


@pytest.mark.parametrize(
    ("domain", "value"),
    [pytest.param(domain, value, id=reason) for domain, value, reason in STRAY],
)
def test_what_should_not_belong_is_named(domain, value) -> None:
    """Values that the draw programme never yields are refused by the check as well."""
    assert one(domain).error(Instance(x=value)).startswith("x = ")


def test_equal_instances_have_equal_hashes() -> None:
    """Instances that are equal have the same hash, in whatever order their fields were given."""
    a, b = Instance(x=1, y=2), Instance(y=2, x=1)
    assert a != b or hash(a) == hash(b)


def test_bounds_are_those_of_the_instance() -> None:
    """A bound that names a field is taken from the instance at hand."""
    family = one(Integer(0, "n"), n=Integer(0, 9))
    assert family.error(Instance(n=4, x=4)) == ""
    assert family.error(Instance(n=3, x=4)) == "x = 4, expected an integer in [0, 3]"


def test_fields_have_to_match() -> None:
    """Missing, extra and reordered fields are reported with both lists."""
    family = one(Integer(0, 9), n=Integer(0, 9))
    for fields in ({"x": 1}, {"n": 1, "x": 1, "y": 1}, {"x": 1, "n": 1}):
        assert family.error(Instance(**fields)) == f"fields {list(fields)}, expected ['n', 'x']"


entries = st.integers(-3, 3) | st.fractions(-2, 2, max_denominator=3)


@st.composite
def symmetric(draw) -> tuple:
    """A symmetric rational matrix up to 4 x 4: any entries, or a sum of few squares, perhaps disturbed."""
    n = draw(st.integers(1, 4))
    row = st.lists(entries, min_size=n, max_size=n)
    if draw(st.booleans()):
        upper = [draw(row) for _ in range(n)]
        return tuple(tuple(upper[min(a, b)][max(a, b)] for b in range(n)) for a in range(n))
    roots = draw(st.lists(row, max_size=n))
    shift = draw(st.sampled_from([Fraction(0), Fraction(-1, 10**12), Fraction(1, 10**12)]))
    hot = draw(st.integers(0, n - 1))
    return tuple(
        tuple(sum((r[a] * r[b] for r in roots), shift * (a == b == hot)) for b in range(n)) for a in range(n)
    )


def minor(matrix: tuple, index: tuple) -> fmpq:
    """The determinant of the rows and columns in `index`, exact, by FLINT."""
    numbers = [Fraction(matrix[a][b]) for a in index for b in index]
    return fmpq_mat(len(index), len(index), [fmpq(x.numerator, x.denominator) for x in numbers]).det()


@given(symmetric())
def test_semidefinite_means_no_negative_principal_minor(matrix: tuple) -> None:
    """The elimination agrees with all principal minors, also where the least eigenvalue is 0 or -1e-12."""
    n = len(matrix)
    minors = [minor(matrix, index) for k in range(1, n + 1) for index in combinations(range(n), k)]
    assert _psd(matrix) == all(m >= 0 for m in minors)


@given(symmetric())
def test_semidefinite_means_no_negative_eigenvalue(matrix: tuple) -> None:
    """Where floats can tell, the elimination agrees with NumPy's eigenvalues."""
    least = np.linalg.eigvalsh(np.array(matrix, dtype=float)).min()
    if abs(least) > 1e-9:
        assert _psd(matrix) == (least > 0)


def test_instances_are_frozen_values() -> None:
    """Instances compare and hash by value, refuse assignment, and name the fields they have."""
    a = Instance(K=2, g=(HALF, 0))
    assert a == Instance(K=2, g=(HALF, 0)) != Instance(K=2, g=(HALF, 1))
    assert a != {"K": 2, "g": (HALF, 0)}
    assert len({a, Instance(K=2, g=(HALF, 0))}) == 1
    with pytest.raises(AttributeError, match=r"frozen: use replace\(instance, K=...\)"):
        a.K = 3
    with pytest.raises(AttributeError, match="no field 'm'; it has K, g"):
        _ = a.m


def test_replace_changes_only_what_it_names() -> None:
    """`replace` keeps the other fields and their order, leaves the original, and refuses an unknown field."""
    a = Instance(K=2, g=(1, 2))
    assert repr(replace(a, K=3)) == "Instance(K=3, g=(1, 2))" and a.K == 2
    with pytest.raises(TypeError, match=r"field 'm' is not in Instance\(K=2, g=\(1, 2\)\)"):
        replace(a, m=1)


@given(st.recursive(st.fractions(), lambda inner: st.lists(inner, max_size=3).map(tuple)))
def test_floats_turns_fractions_and_nothing_else(value) -> None:
    """Every Fraction at any depth becomes its float; integers, words and shapes stay."""

    def check(before, after) -> None:
        assert type(after) is (tuple if isinstance(before, tuple) else float)
        if isinstance(before, tuple):
            assert len(before) == len(after)
            for b, a in zip(before, after, strict=True):
                check(b, a)
        else:
            assert after == float(before)

    result = floats(Instance(x=value, K=2, name="spsa"))
    check(value, result.x)
    assert type(result.K) is int and result.name == "spsa"
