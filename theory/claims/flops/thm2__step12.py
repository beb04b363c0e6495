"""Equal against proportional allocation of queries: the gap as an identity for every batch size.

Printed   J(A^equal) - J(A^det) = (1/A_0) sum_{j<k} (sqrt(T_j) - sqrt(T_k))^2 for J(A) = sum_j T_j / A_j,
          A_j^equal = A_0/B, A_j^det = A_0 sqrt(T_j) / sum_k sqrt(T_k), T_j = Tr(Sigma_G^j).
Shapes    T, A: (B,); A_0 scalar.  Units: T a squared gradient, both sides T per query.
Source    FLOPS, Appendix A.3: the display before eq. (26); steps are the displays that lead to it.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.flops._allocation import A_0, B, j, k, objectives, pairs
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Line, Rewrite

T = sp.IndexedBase("T", positive=True)
EQUAL, DET, WHOLE = objectives(lambda n: T[n])
GAP = pairs(lambda n: T[n]) / A_0
SUM = sp.Sum(T[j], (j, 1, B))


def objective(i: Instance, allocation: list) -> Fraction:
    """J(A) = sum_j T_j / A_j, exactly (floats are taken as the rationals that they are)."""
    return sum((Fraction(r) ** 2 / a for r, a in zip(i.roots, allocation, strict=True)), Fraction(0))


def equal(i: Instance) -> list:
    return [Fraction(i.A_0) / i.B] * i.B


def proportional(i: Instance, power: int = 1) -> list:
    """Shares proportional to a power of the square roots of the traces."""
    weights = [Fraction(r) ** power for r in i.roots]
    return [Fraction(i.A_0) * w / sum(weights) for w in weights]


def gap(i: Instance, power: int = 1) -> Fraction:
    """Both allocations are made and their objectives subtracted."""
    return objective(i, equal(i)) - objective(i, proportional(i, power))


def proof() -> Chain:
    """Both objectives in closed form, then Lagrange's identity; every line is an identity of sums."""
    closed = B / A_0 * SUM - WHOLE**2 / A_0
    return Chain(EQUAL - DET, (Line("==", closed, Rewrite()), Line("==", GAP, Rewrite())))


def step(number: int, left, relation: str, right, text: str = "", by=None, after: tuple = ()) -> PrintedStep:
    item = f"flops.thm2.step{number}"
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by, after=after)


STEPS = (
    step(8, DET, "==", WHOLE**2 / A_0, by=Rewrite()),
    step(9, EQUAL, "==", A_0 / B, "the chain prints J = A_0/B = ..."),
    step(9, EQUAL, "==", B / A_0 * SUM, "its last term", Rewrite()),
    step(
        10,
        EQUAL - DET,
        "==",
        WHOLE**2 / A_0 - B / A_0 * SUM,
        "the sign is turned round",
        after=(sp.Eq(DET, WHOLE**2 / A_0), sp.Eq(EQUAL, B / A_0 * SUM)),
    ),
    step(11, B * SUM - WHOLE**2, "==", pairs(lambda n: T[n]), by=Rewrite()),
)

FAMILY = Family(
    fields={
        "B": Integer(1, 6),
        "roots": Vector("B", Real(0, 4, open="lo")),
        "A_0": Real(0, 40, open="lo"),
    },
    leaves_out="B > 6 (the proof covers every B); T_j = 0, where A_j^det = 0 and T_j/A_j is not defined",
)
POSITIVE = Given(
    text="T_j > 0 for every sample, since J(A^det) divides by A_j^det",
    check=lambda i: all(r > 0 for r in i.roots),
)

ONE = Instance(B=1, roots=(2,), A_0=3)
PAIR = Instance(B=2, roots=(1, 2), A_0=1)
FLAT = Instance(B=3, roots=(1, 1, 1), A_0=6)
TRIPLE = Instance(B=3, roots=(1, 2, 4), A_0=6)

CLAIM = Claim(
    items=(
        "flops.thm2.step12",
        "flops.thm2.step8",
        "flops.thm2.step9",
        "flops.thm2.step10",
        "flops.thm2.step11",
    ),
    readings=(
        Statement(
            text="the identity, every batch size, real allocations",
            left=Quantity(text="J(A^equal) - J(A^det)", run=gap, expr=EQUAL - DET),
            relation="==",
            right=GAP,
            givens=(POSITIVE,),
            proof=proof,
        ),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        A_0: lambda i: i.A_0,
        T: lambda i: tuple(r * r for r in i.roots),
    },
    steps=STEPS,
    witnesses=(ONE, PAIR, FLAT, TRIPLE),
    tight_at=(PAIR, TRIPLE),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, c: replace(i, roots=tuple(c * r for r in i.roots)),
        ),
        Scaling(text="A_0 times k", power=-1, move=lambda i, c: replace(i, A_0=c * i.A_0)),
    ),
    mutants=(
        Mutant(
            text="pairs counted twice",
            right=sp.Sum((sp.sqrt(T[j]) - sp.sqrt(T[k])) ** 2, (j, 1, B), (k, 1, B)) / A_0,
            dies_at=PAIR,
        ),
        Mutant(
            text="traces in place of their roots",
            right=sp.Sum((T[j] - T[k]) ** 2, (j, 1, k - 1), (k, 1, B)) / A_0,
            dies_at=PAIR,
        ),
        Mutant(
            text="allocation proportional to the traces",
            left=Quantity(text="J(A^equal) - J(A ~ T)", run=lambda i: gap(i, power=2)),
            dies_at=PAIR,
        ),
    ),
)
