"""GLUE: how skewed the experts' data are for a Dirichlet concentration delta.

Printed   In general, delta <= 0.5 induces skewed (non-IID) splits; larger delta approaches IID.  Experiments:
          delta = 0.5, 10 classes.
Repaired  not needed.  Skew is measured by the chance that two images of one expert have one class,
          E sum_c p_c^2: 1/C for IID splits, 1 for one class.  For delta <= 1/2 it is at least 3/(C + 2), 1/4
          for the ten classes here against 1/10; it falls strictly in delta, to 1/C.
Shapes    scalars.  Units: pure numbers.
Source    GLUE, Section 5, paragraph 1.  The Dirichlet law as Polya's urn: Blackwell and MacQueen (1973).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Statement
from theory.family import Family, Instance, Integer, Real
from theory.proof import Calculus, Chain, Entail, Line

C = sp.Symbol("C", positive=True, integer=True)
delta, grow = sp.symbols("delta grow", positive=True)
two_alike = sp.Function("chance", real=True)


def alike(i: Instance, C: int | None = None, delta: Any = None) -> Any:
    """The chance that two draws have one class, from an urn with delta balls of each class.

    Each class in turn for the first draw; one ball of it is added, and the second draw is made.
    """
    classes, balls = C or i.C, i.delta if delta is None else delta
    total: Any = 0
    for first in range(classes):
        urn = [balls] * classes
        whole = sum(urn[1:], urn[0])
        chance = urn[first] / whole
        urn[first] = urn[first] + 1
        total = total + chance * urn[first] / (whole + 1)
    return total


VALUE = (delta + 1) / (C * delta + 1)
SKEWED = Given(text="delta <= 1/2", fact=sp.Le(2 * delta, 1))
CLASSES = Given(text="two classes or more", fact=sp.Ge(C, 2))
LEFT = Quantity(text="E sum_c p_c^2", run=alike, expr=VALUE)
HALF = Instance(C=10, delta=Fraction(1, 2), grow=Fraction(1, 2))
PAIR = Instance(C=2, delta=Fraction(1, 4), grow=Fraction(1))

CLAIM = Claim(
    items=("glue.sec5.dirichlet", "glue.exp.experts"),
    readings=(
        Statement(
            text="delta <= 1/2 is skewed: two images of an expert agree with chance 3/(C+2) or more",
            left=LEFT,
            relation=">=",
            right=3 / (C + 2),
            givens=(CLASSES, SKEWED),
            proof=lambda: Chain(VALUE, (Line(">=", 3 / (C + 2), Entail()),)),
        ),
        Statement(
            text="larger delta is closer to IID: the chance falls",
            left=LEFT,
            relation="decreasing",
            along=Along(symbol=delta, field="delta", step="grow"),
            givens=(CLASSES, Given(text="delta grows", fact=sp.Gt(grow, 0))),
            proof=lambda: Chain(VALUE.subs(delta, delta + grow), (Line("<", VALUE, Calculus(delta)),)),
        ),
        Statement(
            text="and it stays above that of IID splits, 1/C",
            left=LEFT,
            relation=">",
            right=1 / C,
            givens=(CLASSES,),
            proof=lambda: Chain(VALUE, (Line(">", 1 / C, Entail()),)),
        ),
    ),
    family=Family(
        fields={
            "C": Integer(2, 10),
            "delta": Real(0, Fraction(1, 2), open="lo"),
            "grow": Real(0, 4, open="lo"),
        },
        leaves_out="other measures of skew; the 2000 images drawn to match the proportions, rounded",
    ),
    symbols={
        C: lambda i: i.C,
        delta: lambda i: i.delta,
        grow: lambda i: i.grow,
        two_alike: lambda i: lambda c, d: alike(i, 10, Fraction(1, 2)),
    },
    steps=(
        PrintedStep(
            item="glue.exp.experts",
            text="ten classes and delta = 1/2: two images of an expert have one class with chance 1/4",
            left=two_alike(10, sp.Rational(1, 2)),
            relation="==",
            right=VALUE.subs({C: 10, delta: sp.Rational(1, 2)}),
        ),
    ),
    witnesses=(HALF, PAIR),
    tight_at=(HALF,),
    mutants=(
        Mutant(text="delta + 1 of each class", right=3 / (C + 1), dies_at=HALF),
        Mutant(text="twice the chance of IID splits", right=2 / C + sp.Rational(1, 10), dies_at=HALF),
        Mutant(
            text="no ball added",
            left=Quantity(text="chance, drawn independently", run=lambda i: Fraction(1, i.C)),
            dies_at=HALF,
        ),
    ),
    effort=0.3,
)
