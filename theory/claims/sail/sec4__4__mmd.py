"""SAIL, Section 4.4: theorem 3 with maximum mean discrepancies between the data sets.

Printed   gamma* = (MMD(D_1,D_t)^2 + MMD(D_1,D_2)^2 - MMD(D_2,D_t)^2) / (2 MMD(D_1,D_2)^2) = -0.1244, the
          weight in the sweep of gamma theta_1 + (1 - gamma) theta_2 over [-1, 2].
Repaired  gamma is the weight of theta_2 (the formula is that of Section 4.2 with the two experts exchanged;
          Appendix E prints it so too); the kernel is y y' x^T x', whose mean embedding is half the difference
          of the class means; Sigma is a multiple of I.  Then MMD(D_i, D_j) is proportional to |theta_i -
          theta_j|, and the formula is the projection onto the line through the experts.  Other kernels need
          not know the labels at all.  -0.1244 is outside the range [0, 1] for which theorem 3 speaks.
Shapes    as in theory.claims.sail._two_experts.
Units     MMD [x] for this kernel; weights are pure numbers.
Source    SAIL, Section 4.4, "Applying Theorem 3", and the sweep of Figure 2b.
"""

from fractions import Fraction

import sympy as sp

from sim.gaussian_classes import inner, minus
from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.sail._two_experts import (
    FAMILY,
    GIVENS,
    SYMBOLS,
    gram,
    moved,
    one,
    star,
    times,
    two,
    weight,
)
from theory.claims.sail.thm3__a import BETWEEN, SKEW, line
from theory.family import Derived, Family
from theory.notation import norm2
from theory.proof import Chain, Entail, Line

M1, M2, M12 = (sp.Symbol(f"MMD{{(D_{a},D_{b})}}^2", nonnegative=True) for a, b in ("1t", "2t", "12"))
s2 = sp.Symbol("s^2", positive=True)
PRINTED = weight(M2, M1, M12)
rival = sp.Symbol("r", real=True)


def apart(f) -> tuple:
    """The second data set, moved where its mean embedding is that of the first."""
    same = minus(*f.raw) == minus(*f.first)
    return moved(f.raw) if same else f.raw


WORLD = Family(
    fields={**FAMILY.fields, "second": Derived(apart)},
    leaves_out="MMD(D_1, D_2) = 0, where the formula divides by 0; labels not equally likely; other kernels",
)


def embedding(means: tuple) -> tuple:
    """E[y x] for equally likely labels: the mean embedding of the kernel y y' x^T x'."""
    return tuple((a - b) / 2 for a, b in zip(*means, strict=True))


def discrepancy(a: str, b: str):
    """The squared MMD of two named data sets."""

    def run(i):
        gap = minus(embedding(getattr(i, a)), embedding(getattr(i, b)))
        return inner(gap, gap)

    return run


def on_the_line(i, pair: tuple):
    """|w theta_1 + (1 - w) theta_2 - theta*|^2 for any real w."""
    a, b, c = gram(i)
    (w,) = pair
    return sum(times(k, p) for k, p in zip((a, 2 * b, c), (w * w, w, w - w + 1), strict=True))


def of_the_second(i, pair: tuple):
    """The same, w the weight of theta_2."""
    return on_the_line(i, (1 - pair[0],))


def nearest(i):
    """The squared distance of theta* from the line through the experts."""
    a, b, c = gram(i)
    return c - b * b / a if a > (1e-18 if isinstance(a, float) else 0) else c


OBJECTIVE = norm2((1 - rival) * one + rival * two - star)
LEAST = Quantity(text="min over w of |w theta_1 + (1 - w) theta_2 - theta*|^2", run=nearest)
ROUND = Given(
    text="Sigma = s I, so that |theta_i - theta_j| = 2 MMD(D_i, D_j)/s",
    fact=sp.And(
        *(sp.Eq(s2 * norm2(v), 4 * m) for v, m in ((one - star, M1), (two - star, M2), (one - two, M12)))
    ),
)
DIFFERENT = Given(text="the parameters of the experts differ", fact=sp.Gt(norm2(one - two), 0))

value, fewest, last = sp.symbols(r"\gamma^*_{printed} 0_{simplex} \gamma_{30}", real=True)
STEPS = (
    PrintedStep(
        item="sail.sec4.4.mmd-match",
        text="theorem 3 speaks of weights >= 0, not of -0.1244; whether the sweep agrees is not run here",
        left=value,
        relation=">=",
        right=fewest,
    ),
    PrintedStep(
        item="sail.sec4.4.sweep",
        text="30 values from -1 in steps of 0.1 lie in the range; with its upper end there are 31",
        left=last,
        relation="<=",
        right=sp.Integer(2),
    ),
)


def swept(first: int, count: int, step: Fraction) -> tuple:
    """The values of the sweep."""
    return tuple(first + k * step for k in range(count))


def transcription(i):
    """The printed formula, with the kernel y y' x^T x'."""
    near, apart, far = (
        discrepancy(*p)(i) for p in (("first", "target"), ("first", "second"), ("second", "target"))
    )
    return (near + apart - far) / apart / 2


HOLDS = Statement(
    text="gamma the weight of theta_2, Sigma a multiple of I",
    left=Quantity(text=LEAST.text, run=nearest, expr=OBJECTIVE),
    relation="argmin",
    right=(PRINTED,),
    objective=of_the_second,
    givens=(*GIVENS, ROUND, DIFFERENT),
    proof=lambda: Chain(
        OBJECTIVE, (Line(">=", OBJECTIVE.xreplace({rival: PRINTED}), Entail(), "a parabola"),)
    ),
)

CORNER = line((1, 2), (2, 1), (0, 1), ((Fraction(2), Fraction(0)), (Fraction(0), Fraction(2))))
BALL = line((1, 2), (2, 1), (0, 0), ((Fraction(2), Fraction(0)), (Fraction(0), Fraction(2))))

CLAIM = Claim(
    items=("sail.sec4.4.mmd", "sail.sec4.4.mmd-match", "sail.sec4.4.sweep"),
    readings=(
        Statement(
            text="gamma the weight of theta_1, the kernel y y' x^T x'",
            left=LEAST,
            relation="argmin",
            right=(PRINTED,),
            objective=on_the_line,
            givens=GIVENS,
        ),
        Statement(
            text="gamma the weight of theta_2",
            left=LEAST,
            relation="argmin",
            right=(PRINTED,),
            objective=of_the_second,
            givens=GIVENS,
        ),
        HOLDS,
    ),
    family=WORLD,
    symbols=SYMBOLS
    | {
        M1: discrepancy("first", "target"),
        M2: discrepancy("second", "target"),
        M12: discrepancy("first", "second"),
        s2: lambda i: i.sigma[0][0] ** 2,
        value: lambda i: Fraction(-1244, 10000),
        fewest: lambda i: 0,
        last: lambda i: swept(-1, 30, Fraction(1, 10))[-1],
    },
    repair=Repair(
        changes="gamma is the weight of theta_2; Sigma a multiple of I",
        statement=HOLDS,
        nondegenerate=BETWEEN,
        added=(Added(given=ROUND, fails_without=SKEW),),
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(BETWEEN, BALL, CORNER, SKEW),
    tight_at=(BETWEEN, BALL),
    mutants=(
        Mutant(text="the experts exchanged", right=(1 - PRINTED,), dies_at=BETWEEN),
        Mutant(text="not squared", right=(weight(*map(sp.sqrt, (M2, M1, M12))),), dies_at=CORNER),
        Mutant(text="twice", right=(2 * PRINTED,), dies_at=BETWEEN),
    ),
    effort=0.3,
)
