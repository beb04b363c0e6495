"""Sums of squares: only exact certificates count, wherever they come from."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from proofs_check.core import sos_search
from proofs_check.core.chain import check_line
from proofs_check.core.lemma import Context
from proofs_check.core.sos import is_psd
from theory.proof import Gram, Line, SumOfSquares

x, y, z = sp.symbols("x y z", real=True)
p, q, r = sp.symbols("p q r", nonnegative=True)
ZERO = sp.Integer(0)
MOTZKIN = x**4 * y**2 + x**2 * y**4 - 3 * x**2 * y**2 + 1


def accepted(poly, facts=(), **rule) -> bool:
    """Whether poly >= 0 is accepted as a sum of squares on the facts."""
    line = Line(">=", ZERO, SumOfSquares(**rule))
    return check_line(sp.expand(poly), line, Context(facts=tuple(facts)))[0]


TRUE = [
    ((x - y) ** 2, ()),
    (x**4 + y**4 + z**4 + 1 - 4 * x * y * z, ()),
    (2 * x**4 + 2 * x**3 * y - x**2 * y**2 + 5 * y**4, ()),
    ((x**2 - 2) ** 2, ()),
    (MOTZKIN * (x**2 + y**2 + 1), ()),
    (x**3 - 3 * x + 2, (x >= 0,)),
    (x * (1 - x), (x >= 0, x <= 1)),
]


@pytest.mark.parametrize("case", range(len(TRUE)))
def test_certificates_are_found_and_checked(case: int) -> None:
    """Non-negative polynomials, with real zeros too, get rational certificates."""
    poly, facts = TRUE[case]
    assert accepted(poly, facts)


def test_certificates_without_the_solver(monkeypatch) -> None:
    """The search of our own does without cvxpy."""
    monkeypatch.setattr(sos_search, "_clarabel", lambda *a: None)
    for case in (0, 1, 2, 3, 5):
        assert accepted(*TRUE[case]), case


FALSE = [
    (MOTZKIN, ()),  # non-negative, and no sum of squares (Motzkin 1967)
    (x**2 - 2 * x + Fraction(999, 1000), ()),
    (x**4 + y**4 + z**4 + 1 - Fraction(401, 100) * x * y * z, ()),
    (x * y, ()),
    (x**3 - 3 * x + Fraction(199, 100), (x >= 0,)),
    (x**3 - 3 * x + 2, ()),
    (sp.exp(x), ()),
    (sp.sqrt(2) * x**2, ()),
]


@pytest.mark.parametrize("case", range(len(FALSE)))
def test_false_ones_are_refused(case: int) -> None:
    """A polynomial that is negative somewhere, or no sum of squares, is refused."""
    assert not accepted(*FALSE[case])


HALF = Fraction(1, 2)
GRAM = Gram(1, (x, y), ((1, -1), (-1, 1)))


def test_a_given_certificate_is_checked() -> None:
    """A certificate in the claim needs the exact identity, a semidefinite matrix and true factors."""
    assert accepted((x - y) ** 2, certificate=(GRAM,))
    assert not accepted((x - y) ** 2 + Fraction(1, 10**20), certificate=(GRAM,))
    assert not accepted((x - y) ** 2, certificate=(Gram(1, (x, y), ((1.0, -1.0), (-1.0, 1.0))),))
    assert not accepted(x**2 - y**2, certificate=(Gram(1, (x, y), ((1, 0), (0, -1))),))
    assert not accepted(x**2, certificate=(Gram(1, (x, y), ((1, 0),)),))
    cubic = Gram(x, (x,), ((1,),))
    assert accepted(x**3, (x >= 0,), certificate=(cubic,))
    assert not accepted(x**3, (), certificate=(cubic,))
    w = sp.Symbol("w")  # not declared real
    assert not accepted(w**2, certificate=(Gram(1, (w,), ((1,),)),))


def test_equations_among_the_givens() -> None:
    """On x + y = 1 the product x y is at most 1/4; without the equation it is not."""
    poly = Fraction(1, 4) - x * y
    square = Gram(1, (x - HALF,), ((1,),))
    rule = {"certificate": (square,), "zeros": ((x + y - 1, -x),)}
    assert accepted(poly, (sp.Eq(x + y, 1),), **rule)
    assert not accepted(poly, (), **rule)


def test_relations_of_the_rule() -> None:
    """A sum of squares shows >= and, turned round, <=; neither a strict relation nor an equality."""
    square = sp.expand((x - y) ** 2)
    for relation, ok in ((">=", True), (">", False), ("==", False), ("<=", False)):
        assert check_line(square, Line(relation, ZERO, SumOfSquares()), Context())[0] == ok
    assert check_line(2 * x * y, Line("<=", x**2 + y**2, SumOfSquares()), Context())[0]


@pytest.mark.parametrize("seed", range(6))
def test_semidefinite_is_decided_exactly(seed: int) -> None:
    """Gram matrices of random integer vectors are semidefinite, also singular; less a little they are not."""
    rng = np.random.default_rng(seed)
    half = rng.integers(-3, 4, size=(2, 4))
    gram = [[Fraction(int(v)) for v in row] for row in half.T @ half]
    assert is_psd(gram)
    null = sp.Matrix(half).nullspace()[0]
    assert null.dot(sp.Matrix(gram) * null) == 0
    i = next(k for k in range(4) if null[k] != 0)
    gram[i][i] -= Fraction(1, 10**30)
    assert not is_psd(gram)
    assert not is_psd([[0, 1], [1, 5]]) and not is_psd([[0, 1], [2, 5]]) and not is_psd([[-1]])
