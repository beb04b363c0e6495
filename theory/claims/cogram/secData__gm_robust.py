"""CoGraM's prototypes: whether the geometric mean is the more robust one.

Printed   the geometric mean has "increased robustness to deviations": a sample that deviates moves it no more
          than it moves the arithmetic mean.
Repaired  for the larger of two samples, moved upwards.  A sample below the geometric mean moves it more than
          it moves the mean; near zero without bound, as eps falls, since a single zero sends the product to
          zero whatever the other samples are: of the samples (4, 4) one that deviates to 0 does so (LOW).
Shapes    two samples a, b >= 0 of one coordinate; a moves to a + d, d >= 0; the rest scalar.
Units     those of a coordinate.
Source    Methods, "Prototypes"; Equation 1.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Real, replace
from theory.proof import Chain, Entail, Line

a, b, d = sp.symbols("a b d", nonnegative=True)
eps = sp.Symbol(r"\varepsilon", positive=True)
MOVE = sp.sqrt((a + d + eps) * (b + eps)) - sp.sqrt((a + eps) * (b + eps))


def geometric(*samples):
    """The geometric mean of two positive numbers."""
    product = samples[0] * samples[1]
    return product**0.5 if isinstance(product, float) else sp.sqrt(sp.Rational(str(product)))


def moved(i: Instance):
    """By how much the prototype moves when a does, from equation 1 twice."""
    return geometric(i.a + i.d + i.eps, i.b + i.eps) - geometric(i.a + i.eps, i.b + i.eps)


LEFT = Quantity(text="move of the geometric mean", run=moved, expr=MOVE)
LARGEST = Given(text="the sample that deviates is the larger one", fact=sp.Ge(a, b))
LOW = Instance(a=Fraction(0), b=Fraction(4), d=Fraction(4), eps=Fraction(1, 16))
HIGH = Instance(a=Fraction(1), b=Fraction(1), d=Fraction(3), eps=Fraction(1))
STILL = Instance(a=Fraction(1), b=Fraction(1), d=Fraction(0), eps=Fraction(1))


def no_more(givens: tuple[Given, ...], text: str, proof=None) -> Statement:
    """The geometric mean moves no more than the arithmetic one."""
    return Statement(text=text, left=LEFT, relation="<=", right=d / 2, givens=givens, proof=proof)


def shown() -> Chain:
    """With s, t the two roots: s^2 - t^2 = d (b + eps) and t >= b + eps."""
    return Chain(MOVE, (Line("<=", d / 2, Entail()),))


CLAIM = Claim(
    items=("cogram.secData.gm_robust",),
    readings=(
        no_more((), "whichever sample deviates: a moves between a and a + d, in either direction"),
        no_more((LARGEST,), "a sample that exceeds the other deviates further: an outlier", shown),
    ),
    family=Family(
        fields={"a": Real(0, 8), "b": Real(0, 8), "d": Real(0, 8), "eps": Real(0, 1, open="lo")},
        leaves_out="more than two samples",
    ),
    symbols={a: lambda i: i.a, b: lambda i: i.b, d: lambda i: i.d, eps: lambda i: i.eps},
    repair=Repair(
        changes="the sample that deviates is the larger one",
        statement=no_more((LARGEST,), "the larger of two samples deviates upwards", shown),
        nondegenerate=HIGH,
        added=(Added(given=LARGEST, fails_without=LOW),),
    ),
    transcription=lambda i: i.d * Fraction(1, 2),
    witnesses=(LOW, HIGH, STILL),
    tight_at=(STILL,),
    scalings=(
        Scaling(
            text="data and eps times k",
            power=1,
            move=lambda i, c: replace(i, a=c * i.a, b=c * i.b, d=c * i.d, eps=c * i.eps),
        ),
    ),
    mutants=(
        Mutant(text="a third", right=d / 3, dies_at=HIGH),
        Mutant(
            text="the larger of the two",
            left=Quantity(text="move of the maximum", run=lambda i: max(i.a + i.d, i.b) - max(i.a, i.b)),
            dies_at=HIGH,
        ),
        Mutant(text="the sum", left=Quantity(text="move of the sum", run=lambda i: i.d), dies_at=HIGH),
    ),
    effort=0.5,
)
