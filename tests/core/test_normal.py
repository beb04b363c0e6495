"""The normal form: identities of sums of symbolic length, and nothing that is not one."""

import pytest
import sympy as sp

from proofs_check.core import normal as module
from proofs_check.core.normal import equal, normal
from proofs_check.core.spot import NormalFormError, confirm_zero, plainly_nonzero
from theory.notation import Vec, dot

B = sp.Symbol("B", integer=True, positive=True)
J, K = sp.symbols("j k", integer=True)
S, T = sp.IndexedBase("s", nonnegative=True), sp.IndexedBase("t")
A = sp.IndexedBase("A")
X, Y = sp.symbols("x y")
P = sp.Symbol("p", positive=True)
Sum = sp.Sum
LAGRANGE = B * Sum(S[J] ** 2, (J, 1, B)) - Sum(S[J], (J, 1, B)) ** 2

TRUE = {
    "triangular": (LAGRANGE, Sum((S[J] - S[K]) ** 2, (J, 1, K - 1), (K, 1, B))),
    "triangular from above": (LAGRANGE, Sum((S[J] - S[K]) ** 2, (K, J + 1, B), (J, 1, B))),
    "rectangular": (LAGRANGE, Sum((S[J] - S[K]) ** 2, (J, 1, B), (K, 1, B)) / 2),
    "last term": (Sum(T[J], (J, 1, B + 1)), Sum(T[K], (K, 1, B)) + T[B + 1]),
    "shifted index": (Sum(T[J], (J, 0, B - 1)), Sum(T[J - 1], (J, 1, B))),
    "constant": (Sum(3, (J, 1, B)), 3 * B),
    "powers": (Sum(J**3, (J, 1, B)), Sum(J, (J, 1, B)) ** 2),
    "order of summation": (Sum(A[J, K], (J, 1, B), (K, 1, B)), Sum(A[J, K], (K, 1, B), (J, 1, B))),
    "factors": (Sum(X * T[J] + Y, (J, 1, B)), X * Sum(T[K], (K, 1, B)) + B * Y),
    "sum below a bar": (Sum(S[J] / Sum(2 * S[K], (K, 1, B)), (J, 1, B)), sp.Rational(1, 2)),
    "rational": ((X**2 - Y**2) / (X - Y), X + Y),
    "root": (sp.sqrt(P) ** 2 * sp.sqrt(4 * P), 2 * P * sp.sqrt(P)),
    "product of three": (
        Sum(T[J], (J, 1, B)) ** 3,
        Sum(T[J] * Sum(T[K], (K, 1, B)) ** 2, (J, 1, B)),
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_identities_are_found(name: str) -> None:
    """Both spellings of an identity have difference zero."""
    assert equal(*TRUE[name])


BENT = [
    lambda a, b: (2 * a, b),
    lambda a, b: (a, b + 1),
    lambda a, b: (a, -b),
    lambda a, b: (a, b**2),
    lambda a, b: (a + X, b),
    lambda a, b: (a, b + T[1]),
]


@pytest.mark.parametrize("bend", range(len(BENT)))
@pytest.mark.parametrize("name", [n for n in TRUE if n != "sum below a bar"])
def test_perturbed_identities_are_refused(name: str, bend: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """No bent version of an identity is accepted, neither by a point nor by the form alone."""
    pair = BENT[bend](*TRUE[name])
    assert not equal(*pair)
    monkeypatch.setattr(module, "plainly_nonzero", lambda expr: False)
    monkeypatch.setattr(module, "confirm_zero", lambda expr: None)
    assert not equal(*pair)


@pytest.mark.parametrize(
    "wrong",
    [
        (LAGRANGE, Sum((S[J] - S[K]) ** 2, (J, 1, K), (K, 1, B - 1))),
        (LAGRANGE, Sum((S[J] - S[K]) ** 2, (J, 1, B), (K, 1, B))),
        (LAGRANGE, Sum((S[J] + S[K]) ** 2, (J, 1, K - 1), (K, 1, B))),
        (Sum(T[J] ** 2, (J, 1, B)), Sum(T[J], (J, 1, B)) ** 2),
        (Sum(T[J], (J, 1, B + 1)), Sum(T[J], (J, 1, B)) + T[B]),
        (Sum(A[J, K], (J, 1, K), (K, 1, B)), Sum(A[J, K], (K, 1, J), (J, 1, B))),
        (sp.sqrt(X**2), X),
        (
            Sum(T[J], (J, K + 1, B - 1), (K, 1, B)),  # at K = B the inner sum is empty, not -T[B]
            Sum(T[J], (J, K + 1, B), (K, 1, B)) - B * T[B],
        ),
    ],
)
def test_false_identities_are_refused(wrong: tuple) -> None:
    """An equation that fails somewhere is never accepted."""
    assert not equal(*wrong)


def test_an_empty_product_of_lengths_is_not_assumed() -> None:
    """A last term is split off only where the length is known not to be negative."""
    n = sp.Symbol("n", integer=True)
    assert not equal(Sum(T[J], (J, 1, n + 1)), Sum(T[J], (J, 1, n)) + T[n + 1])


def test_normal_form_is_stable() -> None:
    """The normal form of a normal form is itself."""
    form = normal(LAGRANGE * Sum(T[J], (J, 1, B)))
    assert normal(form) == form


def test_inner_products_are_atoms_up_to_bilinearity() -> None:
    """Inner products expand before they are compared."""
    v, w = Vec("v"), Vec("w")
    assert equal(dot(v + w, v - w), dot(v, v) - dot(w, w))
    assert not equal(dot(v, w), dot(v, v))


def test_second_road_catches_a_broken_normal_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the form wrongly says zero, the random points raise instead of accepting."""
    monkeypatch.setattr(module, "formal", lambda expr: sp.Integer(0))
    monkeypatch.setattr(module, "plainly_nonzero", lambda expr: False)
    with pytest.raises(NormalFormError, match="random point"):
        equal(Sum(T[J], (J, 1, B)), 0)


def test_a_point_refuses_before_the_form_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is clearly not zero at a point needs no normal form; where there is no value, the form decides."""
    monkeypatch.setattr(module, "formal", None)
    assert not equal(X, 2 * X)
    assert not plainly_nonzero(1 / (X - X * Y / Y) - 1) and not plainly_nonzero(Sum(1 / S[J], (J, 1, sp.oo)))


def test_second_road_accepts_true_zeros() -> None:
    """The random points agree with a true identity, roots and lengths included."""
    confirm_zero(LAGRANGE - TRUE["triangular"][1])
