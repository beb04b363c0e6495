"""Chebyshev's sum inequality, which needs both sequences to be sorted alike.

Printed   n sum_j a_j b_j >= (sum_j a_j) (sum_j b_j) for real a and b.
Repaired  for a_1 <= ... <= a_n and b_1 <= ... <= b_n.
Shapes    a, b: (n,); their increments u, v: (n,), u_1 = v_1 = 0, so that a_j = a_1 + u_1 + ... + u_j.
Units     both sides [a] [b], see the scaling.
Source    Hardy, Littlewood and Polya, Inequalities (1934), Theorem 43; Chebyshev (1882).
"""

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

n = sp.Symbol("n", integer=True, positive=True)
j, k, p, q = sp.symbols("j k p q", integer=True, positive=True)
a, b = sp.IndexedBase("a", real=True), sp.IndexedBase("b", real=True)
first, other = sp.symbols("a_1 b_1", real=True)
u, v = sp.IndexedBase("u", nonnegative=True), sp.IndexedBase("v", nonnegative=True)
A, B = first + sp.Sum(u[p], (p, 1, j)), other + sp.Sum(v[q], (q, 1, j))
RIGHT = sp.Sum(a[j], (j, 1, n)) * sp.Sum(b[j], (j, 1, n))
SORTED_LEFT = n * sp.Sum(A * B, (j, 1, n))
SORTED_RIGHT = sp.Sum(A, (j, 1, n)) * sp.Sum(B, (j, 1, n))
PAIRS = sp.Sum(u[p] * v[q], (p, j + 1, k), (q, j + 1, k), (j, 1, k - 1), (k, 1, n))


def increments(s):
    """The differences of a sequence that rises, the first 0.  A fall counts as 0: the given excludes it."""
    return (0, *(max(t - r, 0) for r, t in zip(s, s[1:], strict=False)))


def rises(s):
    """Whether no entry is below the one before it."""
    return all(r <= t for r, t in zip(s, s[1:], strict=False))


def proof():
    """The difference is sum_{j<k} (a_k - a_j)(b_k - b_j), and each factor is a sum of increments."""
    return Chain(
        SORTED_LEFT,
        (Line("==", SORTED_RIGHT + PAIRS, Rewrite()), Line(">=", SORTED_RIGHT, Entail())),
    )


def products(i):
    """n times the sum of the products."""
    return i.n * sum(s * t for s, t in zip(i.a, i.b, strict=True))


SORTED = Given(text="a and b rise", check=lambda i: rises(i.a) and rises(i.b))
CROSSED, ALIKE = Instance(n=2, a=(0, 1), b=(1, 0)), Instance(n=2, a=(1, 2), b=(0, 3))

CLAIM = Claim(
    items=("tour.chebyshev",),
    readings=(
        Statement(text="any order", left=Quantity(text="n <a, b>", run=products), relation=">=", right=RIGHT),
    ),
    family=Family(
        fields={"n": Integer(1, 3), "a": Vector("n"), "b": Vector("n")},
        leaves_out="n > 3 and entries beyond 4; the proof covers all",
    ),
    symbols={
        n: lambda i: i.n,
        a: lambda i: i.a,
        b: lambda i: i.b,
        first: lambda i: i.a[0],
        other: lambda i: i.b[0],
        u: lambda i: increments(i.a),
        v: lambda i: increments(i.b),
    },
    transcription=lambda i: sum(i.a) * sum(i.b),
    repair=Repair(
        changes="both sequences rise",
        statement=Statement(
            text="both rise",
            left=Quantity(text="n <a, b>", run=products, expr=SORTED_LEFT),
            relation=">=",
            right=SORTED_RIGHT,
            givens=(SORTED,),
            proof=proof,
        ),
        nondegenerate=ALIKE,
        added=(Added(given=SORTED, fails_without=CROSSED),),
    ),
    witnesses=(CROSSED, ALIKE),
    tight_at=(Instance(n=2, a=(1, 1), b=(0, 3)),),
    scalings=(Scaling(text="a times k", power=1, move=lambda i, c: replace(i, a=tuple(c * x for x in i.a))),),
    mutants=(Mutant(text="one pair counted too often", right=SORTED_RIGHT + 2 * PAIRS, dies_at=ALIKE),),
)
