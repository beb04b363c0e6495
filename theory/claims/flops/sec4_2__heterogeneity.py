"""FLOPS: the greater the differences of the traces, the larger the gain of the optimal allocator?

Printed   The greater the differences of the traces, the stronger the heterogeneity, the larger the gain: if
          all |U_a - U_b| >= |T_a - T_b|, then gain(U) >= gain(T), with gain(T) = J(A^equal) - J(A^det).
Repaired  the mean trace is the same, U = M + s (T - M) with s >= 1.  The gain is made of differences of
          roots: traces 100 and 121 differ more than 0 and 4, and gain less.  At one mean the gain rises with
          the spread, since sum sqrt(T) is concave.
Shapes    U, T: (B,) traces, T = (U + (s - 1) M)/s, lowered by the part `down` of its least entry; s, A_0
          scalar.
Units     gains: T per query, see the scalings.
Source    FLOPS, Section 4.2, below Theorem 2; Appendix A.3.
"""

import math
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.claims.flops._allocation import A_0, BUDGET, B, j, k, pairs
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

U: Any = sp.IndexedBase("U", nonnegative=True)
s = sp.Symbol("s", positive=True)
M = sp.Symbol("M", nonnegative=True)
down = sp.Symbol("down", nonnegative=True)
T: Any = (U[j] + (s - 1) * M) / s
SUM: Any = sp.Sum(U[j], (j, 1, B))
ROOTS: Any = sp.Sum(sp.sqrt(U[j]), (j, 1, B))
MIXED: Any = sp.Sum((sp.sqrt(U[j]) + (s - 1) * sp.sqrt(M)) / s, (j, 1, B))
BEFORE: Any = (B * SUM - sp.Sum(sp.sqrt(T), (j, 1, B)) ** 2) / A_0
AFTER: Any = (B * SUM - ROOTS**2) / A_0
PRINTED: Any = pairs(lambda n: U[n]) / A_0

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "share": Integer(1, 4),
        "U": Vector("B", Real(0, 128)),
        "s": Real(1, 8),
        "down": Real(0, 1),
    },
    leaves_out="B > 4 (the proof covers every B); other ways of being more different",
)
WIDER = Given(
    text="all differences of U are at least those of T",
    fact=sp.And(sp.Ge(s, 1), sp.Eq(B * M, SUM)),
    because="T is U drawn towards its mean, all entries moved by one number",
)
SAME = Given(text="the mean traces are equal", fact=sp.Eq(down, 0))


def smaller(i: Instance) -> list[Fraction]:
    """The traces T."""
    mean = sum(map(Fraction, i.U)) / i.B
    drawn = [(Fraction(u) + (Fraction(i.s) - 1) * mean) / Fraction(i.s) for u in i.U]
    return [t - Fraction(i.down) * min(drawn) for t in drawn]


def gain(i: Instance, traces: list[Fraction], power: Any = None) -> Any:
    """J at equal allocation minus J at shares proportional to the roots, each allocation made."""
    budget = i.share * i.B
    if isinstance(i.s, float):
        root: Any = lambda t: math.sqrt(t)
        number: Any = float
    else:
        from flint import arb, fmpq  # only where a number is decided

        number = lambda t: arb(fmpq(Fraction(t).numerator, Fraction(t).denominator))
        root = lambda t: number(t).sqrt()
    roots = [root(t) for t in traces]
    whole = sum(roots, number(0))
    total = number(0)
    for t, r in zip(traces, roots, strict=True):
        if t > 0:
            total += number(t) / i.share - number(t) / (number(budget) * r / whole)
    return total


def larger(text: str, givens: tuple, expr: Any = None, proof: Any = None) -> Statement:
    left = Quantity(text="gain(T)", run=lambda i: gain(i, smaller(i)), expr=expr)
    return Statement(text=text, left=left, relation="<=", right=PRINTED, givens=givens, proof=proof)


def pairs_of_roots() -> Any:
    """gain(T) from the roots of T."""
    near = lambda n: (sp.sqrt(U[n]) + (s - 1) * ROOTS / B) / s
    return sp.Sum((near(j) - near(k)) ** 2, (j, 1, k - 1), (k, 1, B)) / A_0


def rooted(i: Instance) -> Any:
    """gain(T) where the roots of T are those of U, drawn towards their mean by the factor s, and lowered."""
    if isinstance(i.s, float):
        roots: list = [math.sqrt(u) for u in i.U]
        mean = sum(roots) / i.B
        drawn = [(x + (i.s - 1) * mean) / i.s for x in roots]
        squares = sum(x * x for x in drawn)
        return (i.B * squares - sum(drawn) ** 2) / (i.share * i.B)
    from flint import arb, fmpq  # only where a number is decided

    number = lambda t: arb(fmpq(Fraction(t).numerator, Fraction(t).denominator))
    exact = [number(u).sqrt() for u in i.U]
    mean = sum(exact, number(0)) / i.B
    moved = [(x + number(i.s - 1) * mean) / number(i.s) for x in exact]
    return (i.B * sum((x * x for x in moved), number(0)) - sum(moved, number(0)) ** 2) / (i.share * i.B)


def proof() -> Chain:
    """Roots are concave: those of T lie above the mixture of those of U and of the mean."""
    each = Lemma(
        "sum_monotone", {"a": (sp.sqrt(U[j]) + (s - 1) * sp.sqrt(M)) / s, "b": sp.sqrt(T), "j": j, "n": B}
    )
    mean = Lemma("cauchy_schwarz_sums", {"a": sp.sqrt(U[j]), "b": sp.Integer(1), "j": j, "n": B})
    middle = (B * SUM - MIXED**2) / A_0
    return Chain(
        BEFORE,
        (
            Line("<=", middle, Entail((each,))),
            Line("<=", AFTER, Entail((mean,))),
            Line("==", PRINTED, Rewrite()),
        ),
    )


def printed(i: Instance) -> float:
    """gain(U) as the text of A.3 has it before its last step."""
    roots = [math.sqrt(u) for u in i.U]
    return (i.B * float(sum(i.U)) - sum(roots) ** 2) / (i.share * i.B)


OF_ROOTS = Statement(
    text="all differences of the roots of the traces are larger by one factor",
    left=Quantity(text="gain(T)", run=rooted, expr=pairs_of_roots()),
    relation="<=",
    right=PRINTED,
    givens=(WIDER, BUDGET),
    proof=lambda: Chain(
        pairs_of_roots(), (Line("==", PRINTED / s**2, Rewrite()), Line("<=", PRINTED, Entail()))
    ),
)
FAR = Instance(B=2, share=1, U=(100, 121), s=Fraction(21, 4), down=1)
PAIR = Instance(B=2, share=1, U=(1, 4), s=2, down=0)
TRIPLE = Instance(B=3, share=2, U=(0, 1, 8), s=3, down=0)
STILL = Instance(B=2, share=1, U=(1, 4), s=1, down=0)
CUBE = Instance(B=2, share=1, U=(Fraction(1, 8), Fraction(1, 2)), s=1, down=0)

CLAIM = Claim(
    items=("flops.sec4_2.heterogeneity",),
    readings=(larger("all differences of the traces are larger", (WIDER, BUDGET)), OF_ROOTS),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        A_0: lambda i: i.share * i.B,
        U: lambda i: i.U,
        s: lambda i: i.s,
        M: lambda i: sum(map(Fraction, i.U)) / i.B,
        down: lambda i: i.down,
    },
    repair=Repair(
        changes="the mean traces are equal",
        statement=larger(
            "all differences are larger by one factor, at one mean", (WIDER, BUDGET, SAME), BEFORE, proof
        ),
        nondegenerate=PAIR,
        added=(Added(given=SAME, fails_without=FAR),),
    ),
    transcription=printed,
    witnesses=(FAR, PAIR, TRIPLE, STILL, CUBE, replace(CUBE, U=CUBE.U[::-1])),
    tight_at=(STILL,),
    scalings=(
        Scaling(
            text="traces times k",
            power=1,
            move=lambda i, c: replace(i, U=tuple(c * u for u in i.U)),
        ),
    ),
    mutants=(
        Mutant(text="smaller by the third power of the factor", right=PRINTED / s**3, dies_at=PAIR),
        Mutant(text="half the gain", right=PRINTED / 2, dies_at=STILL),
        Mutant(
            text="the gain of U is bounded by that of T",
            left=Quantity(text="gain(U)", run=lambda i: gain(i, [Fraction(u) for u in i.U])),
            right=BEFORE,
            dies_at=PAIR,
        ),
    ),
    effort=0.5,
)
