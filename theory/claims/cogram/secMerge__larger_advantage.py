"""CoGraM's mixing factor: a larger advantage of one candidate gives it a larger weight.

Printed   alpha = 1/(1 + exp(lambda (L_A - L_B))) between 0 and 1; "larger advantages in loss reduction lead
          to a stronger weighting"; lambda controls "the tendency toward the better subnetwork".
Repaired  not needed for lambda > 0: alpha falls strictly in Delta L = L_A - L_B.  At lambda = 0 it is 1/2
          whatever the losses are.  Equation 5 gives alpha as sigma(-lambda Delta L): the sign is not printed.
          More than the text says: for Delta L <> 0 the better candidate's weight also grows with lambda, from
          1/2 to 1, so that large loss differences switch the worse candidate off, the conclusion's bias.
Shapes    all scalar.
Units     alpha has none; lambda is an inverse loss.
Source    Methods, Equations 4 and 5 with their captions; "Mixing Factor"; Conclusion.
"""

import math
from fractions import Fraction

import sympy as sp

from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Real, replace
from theory.proof import Calculus, Chain, Entail, Line, Rewrite

lam, worse = sp.symbols(r"\lambda L_B", nonnegative=True)
gap, step = sp.Symbol(r"\Delta{}L", real=True), sp.Symbol("step", positive=True)
first = sp.Symbol("L_A", nonnegative=True)
x = sp.Symbol("x", real=True)
SIGMOID = 1 / (1 + sp.exp(-x))
ALPHA = 1 / (1 + sp.exp(lam * gap))


def softmax_weight(i: Instance, towards: int = -1):
    """The first entry of softmax(-lambda (L_A, L_B)): two positive numbers over their sum."""
    losses = (i.second + i.gap, i.second)
    exponents = [towards * i.lam * value for value in losses]
    if any(isinstance(e, float) for e in exponents):
        top = max(exponents)
        scores = [math.exp(e - top) for e in exponents]
    else:
        scores = [sp.exp(sp.Rational(str(e))) for e in exponents]
    return scores[0] / sum(scores)


def weights_of(text: str, towards: int = -1, floor: Fraction | int = 0) -> Quantity:
    """The weight as a quantity; `floor` keeps it from falling below."""

    def run(i: Instance):
        value = softmax_weight(i, towards)
        return floor if float(value) < floor else value

    return Quantity(text=text, run=run, expr=ALPHA if towards == -1 and not floor else None)


STEEP = Given(text="lambda > 0: a steepness", fact=sp.Gt(lam, 0))
ALONG = Along(symbol=gap, field="gap", step="step")
SETTLED = Instance(second=Fraction(1), gap=Fraction(1), step=Fraction(1), lam=Fraction(1))
EVEN = Instance(second=Fraction(1), gap=Fraction(0), step=Fraction(1), lam=Fraction(11, 2))
AHEAD = Instance(second=Fraction(3), gap=Fraction(-2), step=Fraction(1), lam=Fraction(1))

STEPS = (
    PrintedStep(
        item="cogram.eq4",
        text="both displays, and the weights that a softmax of the negative losses gives",
        left=1 / (1 + sp.exp(lam * (first - worse))),
        relation="==",
        right=sp.exp(-lam * first) / (sp.exp(-lam * first) + sp.exp(-lam * worse)),
        by=Rewrite(),
    ),
    PrintedStep(
        item="cogram.eq5",
        text="the sigmoid at -lambda Delta L, not at lambda Delta L",
        left=ALPHA,
        relation="==",
        right=SIGMOID.subs(x, -lam * gap),
        by=Rewrite(),
    ),
    PrintedStep(
        item="cogram.secMerge.eq4_lambda",
        text="as lambda grows, alpha moves towards the better subnetwork: d alpha/d lambda against Delta L",
        left=sp.diff(ALPHA, lam) * gap,
        relation="<=",
        right=sp.S.Zero,
        by=Entail(),
    ),
)

CLAIM = Claim(
    items=(
        "cogram.secMerge.larger_advantage",
        "cogram.eq4",
        "cogram.eq5",
        "cogram.secMerge.eq4_lambda",
        "cogram.secMerge.alpha_range",
        "cogram.secMerge.eq4_recalc",
        "cogram.secConc.bias",
    ),
    readings=(
        Statement(
            text="alpha, the weight of A, falls strictly as Delta L = L_A - L_B grows",
            left=weights_of("alpha"),
            relation="decreasing",
            along=ALONG,
            givens=(STEEP,),
            proof=lambda: Chain(ALPHA.subs(gap, gap + step), (Line("<", ALPHA, Calculus(gap)),)),
        ),
    ),
    family=Family(
        fields={
            "second": Real(0, 6),
            "gap": Real(lambda f: -f.second, 6),
            "step": Real(0, 3, open="lo"),
            "lam": Real(0, 6, open="lo"),
        },
        leaves_out="losses above 12",
    ),
    symbols={
        lam: lambda i: i.lam,
        worse: lambda i: i.second,
        first: lambda i: i.second + i.gap,
        gap: lambda i: i.gap,
        step: lambda i: i.step,
    },
    steps=STEPS,
    witnesses=(SETTLED, EVEN, AHEAD),
    scalings=(
        Scaling(
            text="losses times k, lambda divided by k",
            power=0,
            move=lambda i, k: replace(i, second=k * i.second, gap=k * i.gap, step=k * i.step, lam=i.lam / k),
        ),
    ),
    mutants=(
        Mutant(
            text="the sign of equation 5 read as printed", left=weights_of("sigma(+)", 1), dies_at=SETTLED
        ),
        Mutant(text="never below 1/3", left=weights_of("kept above", floor=Fraction(1, 3)), dies_at=SETTLED),
        Mutant(text="always 1/2", left=Quantity(text="1/2", run=lambda i: i.lam / (2 * i.lam)), dies_at=EVEN),
    ),
    effort=0.4,
)
