"""FLOPS: the improvement over equal allocation is zero if and only if all traces are equal.

Printed   The difference of Theorem 2 vanishes if all Tr(Sigma_j) are equal, and only then.
Notes     For the difference J(A^equal) - J(A^det), in real numbers of queries, this is shown with its size:
          it is at least B/(2 A_0) times the largest squared difference of two roots sqrt(T_a), sqrt(T_b), so
          that it is zero only if all are equal; if they are, both allocations are the same.  The factor B/2
          is best for every B (all other roots half-way).  For whole queries the best allocator is the equal
          one also for traces that differ a little, so that "only if" falls.
Shapes    T, roots, c: (B,), T = roots^2, c the difference of two unit vectors; A_0 scalar.
Units     squared roots: those of T; J: T per query.
Source    FLOPS, Section 4.2, below Theorem 2; Appendix A.3, above equation (26).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from sim.allocation import optimal
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.flops._allocation import A_0, B, j, k, pairs
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

r: Any = sp.IndexedBase("r", nonnegative=True)  # the roots of the traces
c: Any = sp.IndexedBase("c", real=True)
gained = sp.Symbol("J(equal)-J(whole)", nonnegative=True)
MIDDLE = sp.Sum(r[k], (k, 1, B)) / B
APART: Any = sp.Sum(c[j] * r[j], (j, 1, B)) ** 2
CENTRED: Any = sp.Sum(c[j] * (r[j] - MIDDLE), (j, 1, B)) ** 2
RIGHT: Any = 2 / B * pairs(lambda n: r[n] ** 2)  # the sum is A_0 (J(A^equal) - J(A^det)): flops.thm2.step12
CAUCHY = Lemma("cauchy_schwarz_sums", {"a": c[j], "b": r[j] - MIDDLE, "j": j, "n": B})
SPREAD: Any = sp.Sum(c[j] ** 2, (j, 1, B)) * sp.Sum((r[j] - MIDDLE) ** 2, (j, 1, B))

FAMILY = Family(
    fields={"B": Integer(2, 5), "share": Integer(1, 4), "roots": Vector("B", Real(0, 4, open="lo"))},
    leaves_out="B > 5 (the proof covers every B); one sample, where there is nothing to allocate",
)
TWO = Given(
    text="c is +1 at the largest root, -1 at the least, 0 elsewhere",
    fact=sp.And(sp.Eq(sp.Sum(c[j], (j, 1, B)), 0), sp.Eq(sp.Sum(c[j] ** 2, (j, 1, B)), 2), sp.Ge(B, 2)),
)


def ends(i: Instance) -> tuple:
    """The coefficients c."""
    high = i.roots.index(max(i.roots))
    low = next(n for n in range(i.B - 1, -1, -1) if i.roots[n] == min(i.roots) and n != high)
    return tuple(int(n == high) - int(n == low) for n in range(i.B))


def range_squared(i: Instance) -> Fraction:
    """The largest squared difference of two roots."""
    return max((Fraction(a) - Fraction(b)) ** 2 for a in i.roots for b in i.roots)


def gained_whole(i: Instance) -> Fraction:
    """J(A^equal) - J of the best allocation of whole queries."""
    import numpy as np

    traces = [Fraction(x) ** 2 for x in i.roots]
    floats = np.array([float(t) for t in traces])
    counts = optimal(floats, floats, i.share * i.B, np.random.default_rng(0)).tolist()
    return sum((t / i.share - t / a for t, a in zip(traces, counts, strict=True)), Fraction(0))


def proof() -> Chain:
    """Cauchy and Schwarz for c and the centred roots; Lagrange's identity for their squares."""
    lines = (
        Line("==", CENTRED, Entail(), "sum c = 0"),
        Line("<=", SPREAD, CAUCHY),
        Line("==", 2 * sp.Sum((r[j] - MIDDLE) ** 2, (j, 1, B)), Entail(), "sum c^2 = 2"),
        Line("==", RIGHT, Rewrite()),
    )
    return Chain(APART, lines)


def statement(text: str, right: Any, proof: Any = None) -> Statement:
    left = Quantity(text="the largest (sqrt(T_a) - sqrt(T_b))^2", run=range_squared, expr=APART)
    return Statement(text=text, left=left, relation="<=", right=right, givens=(TWO,), proof=proof)


PAIR = Instance(B=2, share=1, roots=(1, 2))
HALFWAY = Instance(B=3, share=2, roots=(1, 2, 3))
FLAT = Instance(B=3, share=1, roots=(2, 2, 2))
CLOSE = Instance(B=2, share=1, roots=(1, Fraction(11, 10)))

CLAIM = Claim(
    items=("flops.sec4_2.zero_iff", "flops.thm2.step13"),
    readings=(
        statement("A^det in real numbers: zero only if all roots are equal", RIGHT, proof),
        statement("the best allocation of whole queries", 2 * A_0 / B * gained),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        A_0: lambda i: i.share * i.B,
        r: lambda i: i.roots,
        c: ends,
        gained: gained_whole,
    },
    steps=(
        PrintedStep(
            item="flops.thm2.step13",
            text="not negative, zero only if all traces are equal: with its size",
            left=APART,
            relation="<=",
            right=RIGHT,
            by=proof(),
        ),
    ),
    witnesses=(PAIR, HALFWAY, FLAT, CLOSE),
    tight_at=(PAIR, HALFWAY, FLAT),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, x: replace(i, roots=tuple(x * a for a in i.roots)),
        ),
    ),
    mutants=(
        Mutant(text="B^2 in place of B", right=RIGHT / B, dies_at=HALFWAY),
        Mutant(text="half of it", right=RIGHT / 2, dies_at=PAIR),
        Mutant(
            text="the gap of the traces in place of their roots",
            left=Quantity(
                text="(T_a - T_b)^2",
                run=lambda i: max(
                    (Fraction(a) ** 2 - Fraction(b) ** 2) ** 2 for a in i.roots for b in i.roots
                ),
            ),
            dies_at=PAIR,
        ),
    ),
    effort=0.3,
)
