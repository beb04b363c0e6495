"""Schur: the entrywise product of two positive semidefinite matrices is positive semidefinite.

Printed   A, B positive semidefinite imply that (a_jk b_jk) is positive semidefinite.
Shapes    A, B: (n, n) symmetric.
Units     [A][B]; only the sign of the form counts.
Source    Schur, Journal fuer die reine und angewandte Mathematik 140 (1911); Horn and Johnson, Matrix
          Analysis (2013), Theorem 7.5.3.
"""

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Family, Integer, Psd


def entrywise(i, aside=1):
    """The entrywise product, with `aside` times what is off the diagonal."""
    n = range(len(i.A))
    return tuple(tuple((1 if j == k else aside) * i.A[j][k] * i.B[j][k] for k in n) for j in n)


def less(i):
    """The entrywise product less A."""
    pairs = zip(entrywise(i), i.A, strict=True)
    return tuple(tuple(p - q for p, q in zip(*rows, strict=True)) for rows in pairs)


def symmetrised(i):
    """A B + B A, the usual product made symmetric."""
    n = range(len(i.A))
    return tuple(tuple(sum(i.A[j][m] * i.B[m][k] + i.B[j][m] * i.A[m][k] for m in n) for k in n) for j in n)


def matrix(text, run):
    """A quantity that is a matrix."""
    return Quantity(text=text, run=run)


CLAIM = Claim(
    items=("tour.schur-product",),
    readings=(
        Statement(text="the entrywise product", left=matrix("(a_jk b_jk)", entrywise), relation="psd"),
    ),
    family=Family(
        fields={"n": Integer(1, 3), "A": Psd("n"), "B": Psd("n")}, leaves_out="matrices beyond 3 x 3"
    ),
    symbols={},
    mutants=(
        Mutant(text="the usual product, made symmetric", left=matrix("A B + B A", symmetrised)),
        Mutant(text="off the diagonal doubled", left=matrix("doubled", lambda i: entrywise(i, 2))),
        Mutant(text="less A", left=matrix("(a_jk b_jk) - A", less)),
    ),
)
