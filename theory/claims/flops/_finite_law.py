"""What the claims on FLOPS's equations (10) and (11) share: allocators with finitely many values.

Setting   A takes the M values atoms[n] (one number of queries for each sample) with probability w_n(lambda) =
          (u_n + lambda v_n) / sum_m (u_m + lambda v_m), looked at in lambda = 0.
Shapes    atoms: (M, B) positive; u, v: (M,); roots: (B,), T = roots^2; all else scalar.
Units     T: squared gradient; A counts queries; J: T per query; lambda is a pure number.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Given, Scaling
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace

B, M, K = sp.symbols("B M K", positive=True, integer=True)
j, n, m = sp.symbols("j n m", positive=True, integer=True)
mu, sigma = sp.symbols("mu sigma", positive=True)
T: Any = sp.IndexedBase("T", nonnegative=True)
A: Any = sp.IndexedBase("A", positive=True)
u: Any = sp.IndexedBase("u", nonnegative=True)
v: Any = sp.IndexedBase("v", real=True)

FAMILY = Family(
    fields={
        "B": Integer(1, 2),
        "M": Integer(1, 3),
        "K": Integer(1, 2),
        "roots": Vector("B", Real(0, 3)),
        "atoms": Matrix("M", "B", Real(0, 4, open="lo")),
        "u": Vector("M", Real(0, 3)),
        "v": Vector("M", Real(-2, 2)),
    },
    leaves_out="B > 2, M > 3, K > 2 (proofs cover all); laws with a density that stays away from A_j = 0",
)
SEEN = Given(
    text="every value of A that the law may take near lambda has positive probability at lambda",
    check=lambda i: all(x > 0 for x in i.u),
)
U, V = sp.Sum(u[m], (m, 1, M)), sp.Sum(v[m], (m, 1, M))
COST = sp.Sum(T[j] / A[n, j], (j, 1, B))  # sum_j Tr(Sigma_j / A_j) at the n-th value of A
SCORE = v[n] / u[n] - V / U  # d ln P(A = atoms[n]) / d lambda
TERM = u[n] / U * COST * SCORE
EXPECTED = sp.Sum(TERM, (n, 1, M))
SLOPE = sp.Sum(COST * (v[n] / U - u[n] * V / U**2), (n, 1, M))  # sum_n cost_n dw_n/dlambda

SYMBOLS = {
    B: lambda i: i.B,
    M: lambda i: i.M,
    K: lambda i: i.K,
    T: lambda i: tuple(r * r for r in i.roots),
    A: lambda i: i.atoms,
    u: lambda i: i.u,
    v: lambda i: i.v,
    mu: lambda i: i.atoms[0][0],
    sigma: lambda i: i.atoms[0][0] * Fraction(1, 5),
}
SCALINGS = (
    Scaling(text="gradients times k", power=2, move=lambda i, c: replace(i, roots=_times(i.roots, c))),
    Scaling(text="lambda in other units", power=1, move=lambda i, c: replace(i, v=_times(i.v, c))),
    Scaling(
        text="u and v times k", power=0, move=lambda i, c: replace(i, u=_times(i.u, c), v=_times(i.v, c))
    ),
)


def _times(vector: tuple, c: Any) -> tuple:
    return tuple(c * x for x in vector)


def costs(i: Instance) -> list:
    """sum_j T_j / A_j for each value of A, exactly (floats are taken as the rationals that they are)."""
    squares = [Fraction(r) ** 2 for r in i.roots]
    return [sum(t / Fraction(a) for t, a in zip(squares, atom, strict=True)) for atom in i.atoms]


def objective(i: Instance, at: Any) -> tuple[Fraction, Fraction]:
    """Numerator and denominator of J(lambda), both linear in lambda."""
    weights = [Fraction(a) + at * Fraction(b) for a, b in zip(i.u, i.v, strict=True)]
    return sum((w * c for w, c in zip(weights, costs(i), strict=True)), Fraction(0)), sum(
        weights, Fraction(0)
    )


def slope(i: Instance) -> Fraction:
    """dJ/dlambda at 0 by the quotient rule: the slopes of the two linear functions are differences."""
    (top, low), (top_1, low_1) = objective(i, 0), objective(i, 1)
    return ((top_1 - top) * low - top * (low_1 - low)) / low**2


def scores(i: Instance) -> list:
    """(probability, cost, d ln P / d lambda) of each value that the law takes: what a sampler can see."""
    total, drift = sum(map(Fraction, i.u)), sum(map(Fraction, i.v))
    rows = zip(i.u, i.v, costs(i), strict=True)
    return [(Fraction(a) / total, c, Fraction(b) / Fraction(a) - drift / total) for a, b, c in rows if a > 0]


def law(roots: tuple, atoms: tuple, u: tuple, v: tuple, K: int = 1) -> Instance:
    return Instance(B=len(roots), M=len(atoms), K=K, roots=roots, atoms=atoms, u=u, v=v)


COIN = law((1,), ((1,), (2,)), (1, 1), (1, 0))
PAIR = law((1, 2), ((1, 2), (3, 1)), (1, 2), (1, -1), K=2)
THREE = law((2,), ((1,), (2,), (4,)), (1, 2, 3), (-1, 2, 0), K=2)
EDGE = law((1,), ((1,), (2,)), (1, 0), (0, 1))
