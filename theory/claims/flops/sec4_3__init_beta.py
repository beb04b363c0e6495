"""FLOPS's mean of the allocator: linear in the tanh of the clean loss; what its initial values allow.

Printed   mu = beta_0 + beta_1 Phi, Phi = Tanh(L(x; theta)) in [-1, 1], beta_0 = A-bar, beta_1 = A-bar/2 at
          first. Then mu_j > A-bar/2: no sample is given less than half its equal share on average.  For
          losses >= 0, such as cross-entropy, Phi lies in [0, 1) and mu_j in [A-bar, 3/2 A-bar).
Notes     Algorithm 1, line 5, prints Phi = L(y), without the tanh.  tanh(3) = 0.995: among losses above 3 the
          feature tells nothing apart.  mu_j knows the loss alone, so that two samples with one loss get one
          mean, whatever their traces; the optimum of A.3 asks for the roots of the traces.
Shapes    all scalar (one sample).
Units     mu_j / A-bar and Phi are pure numbers, and so must the loss be, for tanh.
Source    FLOPS, Section 4.3, mean structure; Algorithm 1, line 5.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Chain, Enclose, Entail, Line

loss, feature = sp.symbols("L Phi", real=True)
share, first, second = sp.symbols(r"\bar{A} beta_0 beta_1", positive=True)

FAMILY = Family(
    fields={"loss": Real(-8, 8), "share": Integer(1, 8)},
    leaves_out="losses beyond 8, where tanh is 1 to six digits (the proof covers them)",
)
INITIAL = Given(
    text="beta_0 = A-bar, beta_1 = A-bar/2",
    fact=sp.And(sp.Eq(first, share), sp.Eq(2 * second, share)),
)
NONNEGATIVE = Given(text="the loss is not negative (cross-entropy)", fact=sp.Ge(loss, 0))


def tanh(i: Instance) -> Any:
    """(e^2L - 1)/(e^2L + 1): the feature from an exponential."""
    if isinstance(i.loss, float):
        square: Any = math.exp(2 * i.loss)
    else:
        square = sp.exp(2 * sp.Rational(str(Fraction(i.loss))))
    return (square - 1) / (square + 1)


HALF = sp.Rational(1, 2)


def relative(scale: Any = HALF, feature: Callable[[Instance], Any] = tanh) -> Quantity:
    """mu_j / A-bar with beta_0 = A-bar and beta_1 = scale A-bar."""
    return Quantity(
        text="mu_j / A-bar",
        run=lambda i: (
            (i.share + float(scale) * i.share * feature(i)) / i.share
            if isinstance(i.loss, float)
            else (i.share + scale * i.share * feature(i)) / i.share
        ),
        expr=1 + sp.tanh(loss) / 2,
    )


def above(text: str, relation: str, least: Any, givens: tuple = ()) -> Statement:
    """mu_j / A-bar against its least value."""
    line = Line(relation, least, Enclose(over=(loss,)))
    return Statement(
        text=text,
        left=relative(),
        relation=relation,
        right=least,
        givens=(INITIAL, *givens),
        proof=lambda: Chain(1 + sp.tanh(loss) / 2, (line,)),
    )


def step(item: str, left: Any, relation: str, right: Any, text: str, by: Any = None) -> PrintedStep:
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by)


ZERO, HIGH, LOW = (Instance(loss=value, share=4) for value in (0, 3, -6))

CLAIM = Claim(
    items=(
        "flops.sec4_3.init_beta",
        "flops.sec4_3.mean",
        "flops.sec4_3.tanh",
        "flops.alg.features",
    ),
    readings=(
        above("the initial values, losses of either sign", ">", sp.Rational(1, 2)),
        above("the initial values, losses that are not negative", ">=", sp.Integer(1), (NONNEGATIVE,)),
    ),
    family=FAMILY,
    symbols={
        loss: lambda i: i.loss,
        share: lambda i: i.share,
        first: lambda i: i.share,
        second: lambda i: Fraction(i.share, 2),
        feature: tanh,
    },
    steps=(
        step(
            "flops.sec4_3.mean",
            share * (1 + sp.tanh(loss) / 2),
            "==",
            first + second * sp.tanh(loss),
            "mu_j, as it runs at the initial values, against beta_0 + beta_1 Phi",
            Entail(),
        ),
        step(
            "flops.sec4_3.tanh", sp.tanh(loss) ** 2, "<=", sp.Integer(1), "in [-1, 1]", Enclose(over=(loss,))
        ),
        step(
            "flops.alg.features", feature, "==", loss, "Algorithm 1 prints Phi = L(y), Section 4.3 its tanh"
        ),
    ),
    witnesses=(ZERO, HIGH, LOW),
    scalings=(Scaling(text="A-bar times k", power=0, move=lambda i, c: replace(i, share=int(c) * i.share)),),
    mutants=(
        Mutant(text="beta_1 = A-bar", left=relative(sp.Integer(1)), dies_at=LOW),
        Mutant(text="the loss itself for its tanh", left=relative(feature=lambda i: i.loss), dies_at=LOW),
        Mutant(text="three quarters", right=sp.Rational(3, 4), dies_at=LOW),
    ),
)
