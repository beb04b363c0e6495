"""FLOPS's Gaussian allocator draws negative numbers of queries: how often?

Printed   With positive probability the Gaussian allocator draws a negative number; initial values of Section
          4.3: mean A-bar (1 + Phi/2), sigma = A-bar/5.
Notes     With z = mu_j / sd_j the probability is Phi(-z) = (1 - erf(z/sqrt 2))/2.  At the initial values z
          lies in [5/2, 15/2] (in [5, 15/2] for losses that are not negative), so that it is below 1/100
          (below 3 in 10^7); the expectation E[1/A_j] does not exist however small it is, because of what lies
          around 0. The law N(mu, Sigma) needs Sigma positive semidefinite, which the kernel as printed is not
          (flops.sec4_3.kernel).
Shapes    all scalar (one sample).
Units     z and the probability are pure numbers; mu and sigma: queries.
Source    FLOPS, Section 4.1, equation (5) and below; Section 4.3, initial values.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Real, replace
from theory.proof import Chain, Enclose, Entail, Lemma, Line, Rewrite

z = sp.Symbol("z", real=True)
feature = sp.Symbol("Phi", real=True)
share, spread = sp.symbols(r"\bar{A} sigma", positive=True)

FAMILY = Family(
    fields={"share": Real(0, 8, open="lo"), "feature": Real(-1, 1), "ratio": Real(Fraction(1, 8), 4)},
    leaves_out="means beyond sixteen standard deviations",
)
BELOW = (1 - sp.erf(z / sp.sqrt(2))) / 2
BOUNDED = Given(text="|Phi| <= 1", fact=sp.And(sp.Ge(feature, -1), sp.Le(feature, 1)))
TAIL = Lemma("erf_below_one", {"x": z / sp.sqrt(2)})
INITIAL = Given(
    text="mu = A-bar (1 + Phi/2), sigma = A-bar/5, |Phi| <= 1",
    fact=sp.And(sp.Eq(5 * spread, share), sp.Ge(z, sp.Rational(5, 2)), sp.Le(z, sp.Rational(15, 2))),
)
POSITIVE_LOSSES = Given(
    text="mu = A-bar (1 + Phi/2), sigma = A-bar/5, 0 <= Phi <= 1",
    fact=sp.And(sp.Eq(5 * spread, share), sp.Ge(z, 5), sp.Le(z, sp.Rational(15, 2))),
)
RARE = sp.Rational(3, 10**7)


def mean(i: Instance) -> Any:
    return i.share * (1 + i.feature / 2)


def deviation(i: Instance) -> Any:
    """`ratio` times the initial value A-bar/5."""
    return i.share * i.ratio / 5


def normal_below(threshold: Callable[[Instance], Any]) -> Quantity:
    """P(A_j < threshold) for A_j ~ N(mean, deviation^2), through the complementary error function."""

    def run(i: Instance) -> Any:
        at = (mean(i) - threshold(i)) / deviation(i)
        if isinstance(at, float):
            return math.erfc(at / math.sqrt(2)) / 2
        from flint import arb, fmpq  # only where a number is decided

        at = Fraction(at)
        return (arb(fmpq(at.numerator, at.denominator)) / arb(2).sqrt()).erfc() / 2

    return Quantity(text="P(A_j < 0)", run=run, expr=BELOW)


def step(item: str, left: Any, relation: str, right: Any, text: str, by: Any = None) -> PrintedStep:
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by)


NEGATIVE = normal_below(lambda i: i.share * 0)
START = Instance(share=4, feature=Fraction(1, 2), ratio=1)
NARROW = Instance(share=4, feature=1, ratio=Fraction(1, 2))
WIDE = Instance(share=4, feature=0, ratio=4)

CLAIM = Claim(
    items=("flops.sec4_1.negative", "flops.sec4_1.law", "flops.sec4_3.init_sigma"),
    readings=(
        Statement(
            text="any mean and standard deviation",
            left=NEGATIVE,
            relation=">",
            right=sp.Integer(0),
            givens=(BOUNDED,),
            proof=lambda: Chain(BELOW, (Line(">", sp.Integer(0), Entail((TAIL,))),)),
        ),
        Statement(
            text="at the initial values",
            left=NEGATIVE,
            relation=">",
            right=sp.Integer(0),
            givens=(INITIAL,),
            proof=lambda: Chain(BELOW, (Line(">", sp.Integer(0), Enclose(over=(z,))),)),
        ),
        Statement(
            text="at the initial values it is below 1/100",
            left=NEGATIVE,
            relation="<=",
            right=sp.Rational(1, 100),
            givens=(INITIAL,),
            proof=lambda: Chain(BELOW, (Line("<=", sp.Rational(1, 100), Enclose(over=(z,))),)),
        ),
        Statement(
            text="at the initial values, losses that are not negative, it is below 3 in 10^7",
            left=NEGATIVE,
            relation="<=",
            right=RARE,
            givens=(POSITIVE_LOSSES,),
            proof=lambda: Chain(BELOW, (Line("<=", RARE, Enclose(over=(z,))),)),
        ),
    ),
    family=FAMILY,
    symbols={
        z: lambda i: mean(i) / deviation(i),
        feature: lambda i: i.feature,
        share: lambda i: i.share,
        spread: deviation,
    },
    steps=(
        step(
            "flops.sec4_1.law",
            BELOW + (1 + sp.erf(z / sp.sqrt(2))) / 2,
            "==",
            sp.Integer(1),
            "a law for every mu and sigma > 0: P(A_j < 0) + P(A_j >= 0) = 1",
            Rewrite(),
        ),
        step(
            "flops.sec4_3.init_sigma",
            sp.Rational(5, 2) * share / 5,
            "<=",
            share * (1 + feature / 2),
            "with sigma = A-bar/5 the mean lies at least 5/2 sigma above zero",
            Entail(),
        ),
    ),
    witnesses=(START, NARROW, WIDE),
    scalings=(Scaling(text="queries times k", power=0, move=lambda i, c: replace(i, share=c * i.share)),),
    mutants=(
        Mutant(
            text="one deviation further",
            left=normal_below(lambda i: -deviation(i)),
            right=BELOW,
            dies_at=START,
        ),
        Mutant(text="once in a million", right=sp.Rational(1, 10**6), dies_at=START),
        Mutant(text="P(A_j < -A-bar)", left=normal_below(lambda i: -i.share), right=BELOW, dies_at=START),
    ),
)
