"""The product of two positive semidefinite matrices, which is not one unless they commute.

Printed   A, B positive semidefinite imply <Ax, Bx> = x^T A B x >= 0, that is
          |(A + B) x|^2 >= |Ax|^2 + |Bx|^2 for every x.
Repaired  if A B = B A.
Shapes    A, B: (2, 2) symmetric; x: (2,).
Units     both sides [A]^2 [x]^2, see the scaling.
Source    Horn and Johnson, Matrix Analysis (2013), Section 7.6, Corollary 7.6.2.
"""

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Psd, Real, Vector, replace
from theory.proof import Chain, Entail, Line

a, b, c, p, q, r, x, y = sp.symbols("a b c p q r x y", real=True)
A, B, X = sp.Matrix([[a, b], [b, c]]), sp.Matrix([[p, q], [q, r]]), sp.Matrix([x, y])
TOGETHER, APART = ((A + B) * X).dot((A + B) * X), (A * X).dot(A * X) + (B * X).dot(B * X)


def times(matrix, vector):
    """Matrix times vector."""
    return [sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix]


def together(i):
    """The squared length of (A + B) x."""
    return sum((s + t) ** 2 for s, t in zip(times(i.A, i.x), times(i.B, i.x), strict=True))


def psd(u, v, w, name):
    """The given that [[u, v], [v, w]] has no negative eigenvalue."""
    return Given(text=f"{name} is positive semidefinite", fact=sp.And(u >= 0, w >= 0, u * w - v**2 >= 0))


LEFT = Quantity(text="|(A + B) x|^2", run=together, expr=TOGETHER)
BOTH = (psd(a, b, c, "A"), psd(p, q, r, "B"))
COMMUTE = Given(text="A B = B A", fact=sp.Eq(a * q + b * r, b * p + c * q))
SKEW = Instance(A=((1, 0), (0, 0)), B=((1, 2), (2, 4)), x=(1, -1))
EVEN = Instance(A=((2, 1), (1, 2)), B=((1, 0), (0, 1)), x=(1, 0))

CLAIM = Claim(
    items=("tour.psd-product",),
    readings=(Statement(text="any two", left=LEFT, relation=">=", right=APART, givens=BOTH),),
    family=Family(
        fields={"A": Psd(2), "B": Psd(2), "x": Vector(2, Real(-4, 4))}, leaves_out="larger matrices"
    ),
    symbols={
        a: lambda i: i.A[0][0], b: lambda i: i.A[0][1], c: lambda i: i.A[1][1],
        p: lambda i: i.B[0][0], q: lambda i: i.B[0][1], r: lambda i: i.B[1][1],
        x: lambda i: i.x[0], y: lambda i: i.x[1],
    },
    transcription=lambda i: sum(t * t for m in (i.A, i.B) for t in times(m, i.x)),
    repair=Repair(
        changes="A B = B A",
        statement=Statement(
            text="matrices that commute",
            left=LEFT,
            relation=">=",
            right=APART,
            givens=(*BOTH, COMMUTE),
            proof=lambda: Chain(TOGETHER, (Line(">=", APART, Entail()),)),
        ),
        nondegenerate=EVEN,
        added=(Added(given=COMMUTE, fails_without=SKEW),),
    ),
    witnesses=(SKEW, EVEN),
    tight_at=(Instance(A=((1, 0), (0, 0)), B=((0, 0), (0, 1)), x=(1, 1)),),
    scalings=(Scaling(text="x times k", power=2, move=lambda i, k: replace(i, x=tuple(k * t for t in i.x))),),
    mutants=(Mutant(text="a third matrix", right=APART + (A * X).dot(A * X)),),
)  # fmt: skip
