"""FLOPS's deterministic allocator: does A^det solve the problem that Appendix A.3 states?

Printed   Maximise J(A) = sum_j T_j / A_j subject to sum_j A_j = A_0; the solution is A_j^det = A_0 sqrt(T_j)
          / sum_k sqrt(T_k): J(A) <= J(A^det) for every feasible A.
Repaired  minimize: J(A) >= (sum_k sqrt(T_k))^2 / A_0 for every feasible A > 0, by Cauchy and Schwarz;
          attained at A^det alone where all traces are positive, an infimum otherwise.  J has no maximum.  The
          bound holds for whole queries too, where it is attained only if A^det is whole
          (flops.thm2.step7@whole), and with a least number of queries for each sample, where it is not
          attained if A^det falls below it (flops.thm2.step7@minimum).
Shapes    T, A: (B,); A_0 scalar.  T = roots^2, so that square roots stay rational.
Units     J: T per query, see the scalings.
Source    FLOPS, Appendix A.3: constrained problem, Lagrangian, stationarity, A^det.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.claims.flops._allocation import A_0, B, j, objectives
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line

T: Any = sp.IndexedBase("T", positive=True)
A: Any = sp.IndexedBase("A", positive=True)
_, DET, WHOLE = objectives(lambda n: T[n])
ANY: Any = sp.Sum(T[j] / A[j], (j, 1, B))
SPENT: Any = sp.Sum(A[j], (j, 1, B))
LEAST = WHOLE**2 / A_0
CAUCHY = Lemma(
    "cauchy_schwarz_sums",
    {"a": sp.sqrt(T[j]) / sp.sqrt(A[j]), "b": sp.sqrt(A[j]), "j": j, "n": B},
)

FAMILY = Family(
    fields={
        "B": Integer(1, 5),
        "roots": Vector("B", Real(0, 4, open="lo")),
        "parts": Vector("B", Real(0, 4, open="lo")),
        "A_0": Real(0, 40, open="lo"),
    },
    leaves_out="B > 5 (the proof covers every B); T_j = 0",
)
FEASIBLE = Given(text="the queries add up to A_0", fact=sp.Eq(SPENT, A_0))


def competitor(i: Instance) -> tuple:
    """A feasible allocation: the budget in the proportion of `parts`."""
    return tuple(Fraction(i.A_0) * Fraction(p) / sum(map(Fraction, i.parts)) for p in i.parts)


def objective(i: Instance, power: int = 1) -> Fraction:
    """J of the competitor, each query counted (`power` 1)."""
    rows = zip(i.roots, competitor(i), strict=True)
    return sum((Fraction(r) ** 2 / a**power for r, a in rows), Fraction(0))


def against(text: str, relation: str, right: Any, proof: Any = None) -> Statement:
    left = Quantity(text="J(A)", run=objective, expr=ANY)
    return Statement(text=text, left=left, relation=relation, right=right, givens=(FEASIBLE,), proof=proof)


def proof() -> Chain:
    """(sum sqrt(T/A) sqrt(A))^2 <= sum T/A sum A."""
    return Chain(ANY, (Line(">=", LEAST, Entail((CAUCHY,)), "Cauchy and Schwarz; sum A = A_0"),))


MINIMUM = against("minimize: no feasible A has less", ">=", LEAST, proof)
SYMBOLS = {
    B: lambda i: i.B,
    A_0: lambda i: i.A_0,
    T: lambda i: tuple(r * r for r in i.roots),
    A: competitor,
}
SCALINGS = (
    Scaling(
        text="gradients times k",
        power=2,
        move=lambda i, c: replace(i, roots=tuple(c * r for r in i.roots)),
    ),
    Scaling(text="A_0 times k", power=-1, move=lambda i, c: replace(i, A_0=c * i.A_0)),
)
BAD = Instance(B=2, roots=(1, 2), parts=(2, 1), A_0=6)
BEST = Instance(B=3, roots=(1, 2, 3), parts=(1, 2, 3), A_0=6)
FLAT = Instance(B=2, roots=(1, 1), parts=(1, 1), A_0=1)

CLAIM = Claim(
    items=("flops.thm2.step4",),
    readings=(against("maximize, as printed: no feasible A has more than A^det", "<=", DET),),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="minimize in place of maximize",
        statement=MINIMUM,
        nondegenerate=BAD,
    ),
    transcription=lambda i: sum(i.roots) ** 2 / i.A_0,
    witnesses=(BAD, BEST, FLAT),
    tight_at=(BEST, FLAT),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="equal allocation is best", right=B / A_0 * sp.Sum(T[j], (j, 1, B)), dies_at=BEST),
        Mutant(text="the largest trace alone", right=B * LEAST, dies_at=BEST),
        Mutant(
            text="queries squared",
            left=Quantity(text="sum T/A^2", run=lambda i: objective(i, 2)),
            dies_at=BEST,
        ),
    ),
)
