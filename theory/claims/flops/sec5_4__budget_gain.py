"""FLOPS: the more query budget, the greater the gain from allocation?

Printed   Allocation helps with few queries too, and the gain from it is said to grow with the budget.
Repaired  the smaller: J(A^equal) - J(A^det) = gap/A_0 (Appendix A.3) falls with the budget.  The ratio of the
          two does not depend on it.  Measured by the squared cosine of estimated and true gradient, as in
          Figure 4, |g|^2/(|g|^2 + J/B^2), the gain rises up to the budget at which |g|^2 B^2 is the geometric
          mean of the two J, and falls from there on: where noise outweighs the gradient, as low cosines
          tell, the sentence is right (the third reading).
Shapes    roots: (B,), the first raised by `lift` above the others; T = roots^2; A_0, step, size = B^2 |g|^2.
Units     J: T per query; the cosine is a pure number.
Source    FLOPS, Section 5.4, impact of different query budgets; Figure 4; Appendix A.3.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Calculus, Chain, Entail, Line, Rewrite

A_0, step, det, spread, size = sp.symbols("A_0 step D G S", positive=True)

FAMILY = Family(
    fields={
        "B": Integer(2, 4),
        "roots": Vector("B", Real(0, 4, open="lo")),
        "lift": Real(0, 4, open="lo"),
        "A_0": Real(0, 16, open="lo"),
        "step": Real(0, 4, open="lo"),
        "size": Real(0, 4, open="lo"),
    },
    leaves_out="B > 4 (only the two sums over the batch enter); budgets of whole queries",
)
UNEVEN = Given(
    text="the traces are not all equal", because="the first root is raised above all others by `lift`"
)


def sums(i: Instance) -> tuple[Fraction, Fraction]:
    """A_0 J at equal allocation, and at A^det, by making both allocations of one query in all."""
    roots = [Fraction(max(i.roots)) + Fraction(i.lift), *map(Fraction, i.roots[1:])]
    equal = sum((r * r / Fraction(1, i.B) for r in roots), Fraction(0))
    best = sum((r * r / (r / sum(roots)) for r in roots), Fraction(0))
    return equal, best


def gain(measure: Callable[[Instance, Fraction], Fraction]) -> Callable[[Instance], Fraction]:
    """instance -> what the measure gains when equal allocation is replaced by A^det."""

    def run(i: Instance) -> Fraction:
        equal, best = (total / Fraction(i.A_0) for total in sums(i))
        return measure(i, best) - measure(i, equal)

    return run


def saved(i: Instance, J: Fraction) -> Fraction:
    """The objective, with its sign: less is better."""
    return -J


def cosine(i: Instance, J: Fraction) -> Fraction:
    """The squared cosine, E of the numerator over E of the denominator."""
    return Fraction(i.size) / (Fraction(i.size) + J)


ALONG = Along(symbol=A_0, field="A_0", step="step")
EXPR: Any = spread / A_0
NOISY = Given(
    text="noise outweighs the gradient: (B^2 |g|^2)^2 is below J(A^det) times J(A^equal) one step on",
    fact=sp.Lt(size**2 * A_0 * (A_0 + step), det * (det + spread)),
)


def cosines(budget: Any) -> Any:
    """The gain in the squared cosine."""
    return size / (size + det / budget) - size / (size + (det + spread) / budget)


def one_fraction(budget: Any) -> Any:
    """The same with one denominator."""
    return size * spread * budget / ((size * budget + det) * (size * budget + det + spread))


def grows(text: str, relation: str, measure: Any, *more: Given, expr: Any = None, proof: Any = None):
    """The gain grows, or falls, with the budget."""
    return Statement(
        text=f"{text} is {relation}",
        left=Quantity(text=text, run=gain(measure), expr=expr),
        relation=relation,
        along=ALONG,
        givens=(UNEVEN, *more),
        proof=proof,
    )


def proof() -> Chain:
    return Chain(EXPR.subs(A_0, A_0 + step), (Line("<", EXPR, Calculus(A_0)),))


def proof_of_cosines() -> Chain:
    """With A and A + s for the budgets the cross products differ by s (D (D + G) - S^2 A (A + s))."""
    lines = (
        Line("==", one_fraction(A_0 + step), Rewrite()),
        Line(">", one_fraction(A_0), Entail()),
        Line("==", cosines(A_0), Rewrite()),
    )
    return Chain(cosines(A_0 + step), lines)


PAIR = Instance(B=2, roots=(1, 1), lift=1, A_0=2, step=1, size=4)
TRIPLE = Instance(B=3, roots=(2, 2, 1), lift=2, A_0=3, step=2, size=1)

CLAIM = Claim(
    items=("flops.sec5_4.budget_gain", "flops.sec5_4.small_budget"),
    readings=(
        grows("the gain in J", "increasing", saved),
        grows("the gain in the squared cosine (Figure 4), any budget,", "increasing", cosine),
        grows(
            "the gain in the squared cosine (Figure 4), where noise outweighs the gradient,",
            "increasing",
            cosine,
            NOISY,
            expr=cosines(A_0),
            proof=proof_of_cosines,
        ),
    ),
    family=FAMILY,
    symbols={
        A_0: lambda i: i.A_0,
        step: lambda i: i.step,
        det: lambda i: sums(i)[1],
        spread: lambda i: sums(i)[0] - sums(i)[1],
        size: lambda i: i.size,
    },
    repair=Repair(
        changes="decreasing in place of increasing",
        statement=grows("the gain in J", "decreasing", saved, expr=EXPR, proof=proof),
        nondegenerate=PAIR,
    ),
    steps=(
        PrintedStep(
            item="flops.sec5_4.small_budget",
            text="the gain in J is positive for every budget, and largest for the smallest",
            left=sp.Integer(0),
            relation="<",
            right=EXPR,
            by=Entail(),
        ),
    ),
    witnesses=(PAIR, TRIPLE),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, c: replace(
                i, roots=tuple(c * r for r in i.roots), lift=c * i.lift, size=c * c * i.size
            ),
        ),
    ),
    mutants=(
        Mutant(
            text="the ratio of the two",
            dies_at=PAIR,
            left=Quantity(text="ratio", run=lambda i: sums(i)[0] / sums(i)[1]),
        ),
        Mutant(
            text="the gain for the whole budget",
            dies_at=PAIR,
            left=Quantity(text="A_0 gain", run=lambda i: Fraction(i.A_0) * gain(saved)(i)),
        ),
        Mutant(text="the loss", left=Quantity(text="-gain", run=lambda i: -gain(saved)(i)), dies_at=PAIR),
    ),
)
