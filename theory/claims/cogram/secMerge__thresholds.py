"""CoGraM's thresholds: the three cases of a loss difference.

Printed   |Delta L| < tau_min: uncertain, refine; |Delta L| > tau_max: too coarse, refine; between: merge.
Repaired  not needed where tau_min <= tau_max, as "minimum" and "upper" say: no difference is uncertain and
          too coarse at once, and what is neither is the third case.  With tau_min > tau_max nothing is ever
          merged directly, and differences between the two are both.
Shapes    all scalar.
Units     those of a loss.
Source    Methods, "Thresholds", Cases 1 to 3.
"""

from fractions import Fraction

import sympy as sp

from sim.cogram import Rules, decision
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Real, replace
from theory.proof import Chain, Entail, Line

gap = sp.Symbol(r"\Delta{}L", real=True)
low, high = sp.symbols(r"\tau_{min} \tau_{max}", nonnegative=True)
says = {name: sp.Symbol(name, nonnegative=True) for name in ("uncertain", "coarse", "merge")}
BOTH = sp.Min(low - sp.Abs(gap), sp.Abs(gap) - high)


def margin(i: Instance):
    """By how much the difference satisfies the inequalities of cases 1 and 2 at once."""
    size = i.gap if i.gap >= 0 else -i.gap
    return min(i.low - size, size - i.high)


def decides(name: str):
    """instance -> 1 where the procedure decides so, else 0."""
    return lambda i: int(decision(i.gap, Rules(floors=(i.low, 0), ceilings=(i.high, 0)), 0) == name)


ORDER = Given(text="tau_min <= tau_max, as their names say", fact=sp.Le(low, high))
INSIDE = Instance(low=Fraction(1), high=Fraction(3), gap=Fraction(-2))
POINT = Instance(low=Fraction(2), high=Fraction(2), gap=Fraction(2))
SMALL = Instance(low=Fraction(1), high=Fraction(3), gap=Fraction(0))

CLAIM = Claim(
    items=(
        "cogram.secMerge.thresholds",
        "cogram.secMerge.case1",
        "cogram.secMerge.case2",
        "cogram.secMerge.case3",
        "cogram.secMerge.refine_rule",
        "cogram.secDisc.refinement",
    ),
    readings=(
        Statement(
            text="no loss difference is uncertain and too coarse at once",
            left=Quantity(text="min(tau_min - |Delta L|, |Delta L| - tau_max)", run=margin, expr=BOTH),
            relation="<=",
            right=sp.S.Zero,
            givens=(ORDER,),
            proof=lambda: Chain(BOTH, (Line("<=", sp.S.Zero, Entail()),)),
        ),
    ),
    family=Family(
        fields={"low": Real(0, 4), "high": Real("low", 6), "gap": Real(-8, 8)}, leaves_out="other levels"
    ),
    symbols={
        gap: lambda i: i.gap,
        low: lambda i: i.low,
        high: lambda i: i.high,
        **{symbol: decides(name) for name, symbol in says.items()},
    },
    steps=(
        PrintedStep(
            item="cogram.secMerge.case1",
            text="where the procedure calls a difference uncertain",
            left=says["uncertain"] * sp.Abs(gap),
            relation="<=",
            right=says["uncertain"] * low,
        ),
        PrintedStep(
            item="cogram.secMerge.case2",
            text="where the procedure calls a difference too coarse",
            left=says["coarse"] * sp.Abs(gap),
            relation=">=",
            right=says["coarse"] * high,
        ),
        PrintedStep(
            item="cogram.secMerge.case3",
            text="the procedure merges exactly where neither threshold is broken",
            left=says["merge"] * sp.Max(low - sp.Abs(gap), sp.Abs(gap) - high),
            relation="<=",
            right=sp.S.Zero,
        ),
    ),
    witnesses=(INSIDE, POINT, SMALL),
    tight_at=(POINT,),
    scalings=(
        Scaling(
            text="losses times k",
            power=1,
            move=lambda i, k: replace(i, low=k * i.low, high=k * i.high, gap=k * i.gap),
        ),
    ),
    mutants=(
        Mutant(
            text="case 1 below tau_max",
            left=Quantity(
                text="min(tau_max - |Delta L|, |Delta L| - tau_max/2)",
                run=lambda i: min(i.high - abs(i.gap), abs(i.gap) - i.high / 2),
            ),
            dies_at=INSIDE,
        ),
        Mutant(
            text="case 2 without absolute values",
            left=Quantity(
                text="min(tau_min - |Delta L|, tau_max - Delta L)",
                run=lambda i: min(i.low - abs(i.gap), i.high - i.gap),
            ),
            dies_at=SMALL,
        ),
        Mutant(text="a margin of one", right=-low / 4 - sp.Rational(1, 8), dies_at=POINT),
    ),
)
