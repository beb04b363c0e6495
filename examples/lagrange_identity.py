"""Lagrange's identity: by how much the inequality of Cauchy is not an equality, for every length.

Printed   (sum_j a_j^2) (sum_j b_j^2) - (sum_j a_j b_j)^2 = sum_{j<k} (a_j b_k - a_k b_j)^2.
Shapes    a, b: (n,) real, n >= 0.
Units     both sides [a]^2 [b]^2, see the scaling.
Source    Steele, The Cauchy-Schwarz Master Class (2004), Chapter 3, identity (3.4).
"""

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Line, Rewrite

n = sp.Symbol("n", integer=True, nonnegative=True)
j, k = sp.symbols("j k", integer=True, positive=True)
a, b = sp.IndexedBase("a", real=True), sp.IndexedBase("b", real=True)
SQUARES = sp.Sum(a[j] ** 2, (j, 1, n)) * sp.Sum(b[j] ** 2, (j, 1, n))
PRODUCTS = sp.Sum(a[j] * b[j], (j, 1, n))
PAIRS = sp.Sum((a[j] * b[k] - a[k] * b[j]) ** 2, (j, 1, k - 1), (k, 1, n))


def inner(x, y):
    """The inner product, term by term."""
    return sum(s * t for s, t in zip(x, y, strict=True))


def defect(i):
    """Squared lengths multiplied, less the squared inner product: no pair of indices is formed."""
    return inner(i.a, i.a) * inner(i.b, i.b) - inner(i.a, i.b) ** 2


def proof():
    """One line: both sides have the same normal form, at every length."""
    return Chain(SQUARES - PRODUCTS**2, (Line("==", PAIRS, Rewrite()),))


CROSSED = Instance(n=2, a=(1, 0), b=(1, 2))

CLAIM = Claim(
    items=("tour.lagrange",),
    readings=(
        Statement(
            text="for real sequences of any length",
            left=Quantity(text="|a|^2 |b|^2 - <a, b>^2", run=defect, expr=SQUARES - PRODUCTS**2),
            relation="==",
            right=PAIRS,
            proof=proof,
        ),
    ),
    family=Family(
        fields={"n": Integer(0, 4), "a": Vector("n", Real(-3, 3)), "b": Vector("n", Real(-3, 3))},
        leaves_out="n > 4 and entries beyond 3; the proof covers all",
    ),
    symbols={n: lambda i: i.n, a: lambda i: i.a, b: lambda i: i.b},
    tight_at=(CROSSED,),
    scalings=(Scaling(text="a times k", power=2, move=lambda i, c: replace(i, a=tuple(c * x for x in i.a))),),
    mutants=(
        Mutant(
            text="every pair twice",
            right=sp.Sum((a[j] * b[k] - a[k] * b[j]) ** 2, (j, 1, n), (k, 1, n)),
            dies_at=CROSSED,
        ),
    ),
)
