"""GLUE: what Adam does to a gradient that is off by a constant factor.

Printed   Adam, learning rate 1e-2, momentum parameters (0.9, 0.99), updates the coefficients from the
          two-point estimate; with unit directions that estimate is 1/K of the gradient on average.
Repaired  exactly: Adam with epsilon on gradients kappa g_t moves as Adam with epsilon/kappa on g_t, for every
          number of steps.  So the missing factor K is harmless up to epsilon, which acts K times as large;
          with plain steps (4) it shortens every step by K.
Shapes    one coordinate; g: (T,).  Units: the update over the learning rate is a pure number; epsilon as g.
Source    GLUE, Section 5, paragraph after the list of configs; Adam: Kingma and Ba (2015), Algorithm 1.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line

T = sp.Symbol("T", positive=True, integer=True)
t = sp.Symbol("t", positive=True, integer=True)
kappa, epsilon = sp.symbols("kappa epsilon", positive=True)
one_, two_ = sp.symbols("beta_1 beta_2", positive=True)
g: Any = sp.IndexedBase("g", real=True)


def moments(i: Instance, scale: Any) -> tuple[Any, Any]:
    """(m, v) after T steps, corrected for their start at zero: Adam's own recursion."""
    first = second = 0 * i.kappa
    for slope in i.g:
        first = i.beta_1 * first + (1 - i.beta_1) * scale * slope
        second = i.beta_2 * second + (1 - i.beta_2) * (scale * slope) ** 2
    return first / (1 - i.beta_1**i.T), second / (1 - i.beta_2**i.T)


def update(scale: Any, epsilon: Any) -> Any:
    """instance -> m/(sqrt(v) + epsilon), the step over the learning rate."""

    def run(i: Instance) -> Any:
        first, second = moments(i, scale(i))
        floor = epsilon(i)
        if isinstance(second, float):
            return first / (second**0.5 + floor)
        first, second, floor = (sp.Rational(x.numerator, x.denominator) for x in (first, second, floor))
        return first / (sp.sqrt(second) + floor)

    return run


def mean(scale: Any, power: int, decay: Any) -> Any:
    """(1 - b) sum_t b^(T-t) (scale g_t)^power / (1 - b^T)."""
    return (1 - decay) * sp.Sum(decay ** (T - t) * (scale * g[t]) ** power, (t, 1, T)) / (1 - decay**T)


M, V = mean(1, 1, one_), mean(1, 2, two_)
SCALED = mean(kappa, 1, one_) / (sp.sqrt(mean(kappa, 2, two_)) + epsilon)
RIGHT = M / (sp.sqrt(V) + epsilon / kappa)
UNCHANGED = M / (sp.sqrt(V) + epsilon)
DECAYS = Given(text="decay rates below one", fact=sp.And(sp.Lt(one_, 1), sp.Lt(two_, 1)))
DEFINED = Given(text="1 - beta^T > 0", fact=sp.And(sp.Gt(1 - one_**T, 0), sp.Gt(1 - two_**T, 0)))
LEFT = Quantity(
    text="Adam's step on kappa g", run=update(lambda i: i.kappa, lambda i: i.epsilon), expr=SCALED
)


def proof() -> Chain:
    """kappa is taken out of both moments, then out of the root."""
    out = kappa * M / (sp.sqrt(kappa**2 * V) + epsilon)
    root = kappa * M / (kappa * sp.sqrt(V) + epsilon)
    return Chain(SCALED, (Line("==", out, Entail()), Line("==", root, Entail()), Line("==", RIGHT, Entail())))


one = Fraction(1)
HALF = Instance(
    T=1, g=(one,), beta_1=9 * one / 10, beta_2=99 * one / 100, kappa=one / 2, epsilon=one / 4, eta=one
)
PAIR = replace(HALF, T=2, g=(one, -one / 2))

CLAIM = Claim(
    items=("glue.exp.alpha_training",),
    readings=(
        Statement(
            text="a constant factor of the gradient enters through epsilon alone",
            left=LEFT,
            relation="==",
            right=RIGHT,
            givens=(DECAYS, DEFINED),
            proof=proof,
        ),
        Statement(
            text="a constant factor changes nothing at all",
            left=LEFT,
            relation="==",
            right=UNCHANGED,
            givens=(DECAYS, DEFINED),
        ),
        Statement(
            text="nor does it change the plain step (4)",
            left=Quantity(text="eta kappa g_1", run=lambda i: i.eta * i.kappa * i.g[0]),
            relation="==",
            right=sp.Symbol("eta", positive=True) * g[1],
        ),
    ),
    family=Family(
        fields={
            "T": Integer(1, 3),
            "g": Vector("T", Real(-3, 3)),
            "beta_1": Real(Fraction(1, 4), Fraction(9, 10)),
            "beta_2": Real(Fraction(1, 4), Fraction(99, 100)),
            "kappa": Real(Fraction(1, 10), 2),
            "epsilon": Real(Fraction(1, 100), 1),
            "eta": Real(Fraction(1, 100), 1),
        },
        leaves_out="more than three steps (the proof covers all); Adam acts on each coordinate alone",
    ),
    symbols={
        T: lambda i: i.T,
        g: lambda i: i.g,
        one_: lambda i: i.beta_1,
        two_: lambda i: i.beta_2,
        kappa: lambda i: i.kappa,
        epsilon: lambda i: i.epsilon,
        sp.Symbol("eta", positive=True): lambda i: i.eta,
    },
    witnesses=(HALF, PAIR),
    tight_at=(HALF, PAIR),
    scalings=(
        Scaling(
            text="gradients and epsilon times k",
            power=0,
            move=lambda i, k: replace(i, g=tuple(k * x for x in i.g), epsilon=k * i.epsilon),
        ),
    ),
    mutants=(
        Mutant(text="epsilon times kappa", right=M / (sp.sqrt(V) + epsilon * kappa), dies_at=HALF),
        Mutant(text="epsilon as it is", right=UNCHANGED, dies_at=HALF),
        Mutant(text="kappa in front", right=kappa * RIGHT, dies_at=HALF),
        Mutant(
            text="the first moment scaled alone",
            left=Quantity(
                text="kappa m/(sqrt(v) + epsilon)",
                run=lambda i: (
                    update(lambda j: 1, lambda j: j.epsilon)(i)
                    * (
                        i.kappa
                        if isinstance(i.kappa, float)
                        else sp.Rational(i.kappa.numerator, i.kappa.denominator)
                    )
                ),
            ),
            dies_at=HALF,
        ),
    ),
    effort=0.3,
)
