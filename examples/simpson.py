"""Simpson's paradox: what improves in every group may worsen in the whole.

Printed   if the rate of success rises with t in each of two groups, it rises with t in both together.
Repaired  if the shares of the groups do not change with t.
Shapes    rates p_g + q_g t, g = 1, 2; share of group 1: w_0 + (w_1 - w_0) t; t and its step in [0, 1].
Units     none: rates and shares.
Source    Simpson, Journal of the Royal Statistical Society B 13 (1951), paragraphs 9 and 10; the witness is
          Charig et al., British Medical Journal 292 (1986): kidney stones, small and large, t = 0 puncture
          (234 of 270, 55 of 80), t = 1 open surgery (81 of 87, 192 of 263).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Along, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Real
from theory.proof import Calculus, Chain, Line

t, w0, w1, p1, p2 = sp.symbols("t w_0 w_1 p_1 p_2", nonnegative=True)
h, q1, q2 = sp.symbols("h q_1 q_2", positive=True)
SHARE = w0 + (w1 - w0) * t
WHOLE = SHARE * (p1 + q1 * t) + (1 - SHARE) * (p2 + q2 * t)


def whole(i):
    """Successes of both groups, counted in a population of size one."""
    first = i.w0 * (1 - i.t) + i.w1 * i.t
    return first * (i.p1 + i.q1 * i.t) + (1 - first) * (i.p2 + i.q2 * i.t)


def proof():
    """With a fixed share the slope is w q_1 + (1 - w) q_2."""
    return Chain(WHOLE.subs(t, t + h), (Line(">", WHOLE, Calculus(t)),))


LEFT = Quantity(text="rate of both groups together", run=whole, expr=WHOLE)
GROWS = Along(symbol=t, field="t", step="h")
FIXED = Given(text="the shares stay", fact=sp.Eq(w1, w0))
SHARES = Given(text="a share is at most 1", fact=sp.And(w0 <= 1, w1 <= 1))
SMALL, LARGE = (Fraction(234, 270), Fraction(81, 87)), (Fraction(55, 80), Fraction(192, 263))
STONES = Instance(
    t=0, h=1, w0=Fraction(270, 350), w1=Fraction(87, 350),
    p1=SMALL[0], p2=LARGE[0], q1=SMALL[1] - SMALL[0], q2=LARGE[1] - LARGE[0],
)  # fmt: skip
MIXED = Instance(t=0, h=1, w0=Fraction(1, 2), w1=Fraction(1, 2), p1=0, p2=0, q1=1, q2=1)


def changed(text, run):
    """A wrong whole, which falls on the even mixture."""
    return Mutant(text=text, left=Quantity(text=text, run=run), dies_at=MIXED)


CLAIM = Claim(
    items=("tour.simpson",),
    readings=(
        Statement(text="shares may change", left=LEFT, relation="increasing", along=GROWS, givens=(SHARES,)),
    ),
    family=Family(
        fields={
            "t": Real(0, 1, open="hi"), "h": Real(0, lambda f: 1 - f.t, open="lo"),
            "w0": Real(0, 1), "w1": Real(0, 1), "p1": Real(0, 1, open="hi"), "p2": Real(0, 1, open="hi"),
            "q1": Real(0, lambda f: 1 - f.p1, open="lo"), "q2": Real(0, lambda f: 1 - f.p2, open="lo"),
        },
        leaves_out="more than two groups, rates and shares that are not affine in t",
    ),
    symbols={
        t: lambda i: i.t, h: lambda i: i.h, w0: lambda i: i.w0, w1: lambda i: i.w1,
        p1: lambda i: i.p1, p2: lambda i: i.p2, q1: lambda i: i.q1, q2: lambda i: i.q2,
    },
    repair=Repair(
        changes="the shares of the groups stay",
        statement=Statement(
            text="the same mixture", left=LEFT, relation="increasing", along=GROWS,
            givens=(SHARES, FIXED), proof=proof,
        ),
        nondegenerate=MIXED,
        added=(Added(given=FIXED, fails_without=STONES),),
    ),
    witnesses=(STONES, MIXED),
    mutants=(
        changed("failures", lambda i: 1 - whole(i)),
        changed("at the start", lambda i: i.w0 * i.p1 + (1 - i.w0) * i.p2),
        changed("time reversed", lambda i: i.p1 - i.q1 * i.t),
    ),
)  # fmt: skip
