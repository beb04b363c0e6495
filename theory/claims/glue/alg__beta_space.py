"""GLUE in beta-space: what the softmax does to coefficients and gradients.

Printed   SPSA and momentum updates in an unconstrained beta-space, alpha = softmax(beta), replacing (4).
Repaired  not needed.  Laws of the map, for every K: each coefficient lies strictly between 0 and 1 (K >= 2),
          so that the hull's vertices and faces, an expert on its own among them, are approached but never
          reached; beta and beta + c 1 are one point, a direction of R^K in which every probe is wasted; the
          gradient in beta is J g, J = diag(alpha) - alpha alpha^T, orthogonal to 1 and at most half as long
          as g (attained for two equal coefficients; J vanishes at the vertices, where learning stops).
          Section 5 speaks of SPSA on alpha (Config 4), and of Adam where this says momentum.
World     beta_i = log w_i with rational w_i > 0: the softmax is w_i / sum w.
Shapes    beta, alpha, g, w: (K,).  Units: alpha pure numbers; |J g|^2 as |g|^2.
Source    GLUE, Section 3.2, last paragraph.
"""

import math
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

K = sp.Symbol("K", positive=True, integer=True)
i_, j = sp.symbols("i j", positive=True, integer=True)
w: Any = sp.IndexedBase("w", positive=True)  # exp(beta)
g: Any = sp.IndexedBase("g", real=True)
k = sp.Symbol("k", positive=True, integer=True)
alpha: Any = sp.IndexedBase("alpha", nonnegative=True)
mean, inner_mean = sp.symbols("gbar sbar", real=True)
factor = sp.Symbol("e^c", positive=True)
rest = sp.Symbol(r"\sum_{k\ne i}w_k", positive=True)


def softmax(i: Instance) -> list:
    """exp(beta_k) / sum exp(beta), beta = log w; through exponentials in floats, by the weights exactly."""
    if isinstance(i.factor, float):
        beta = [math.log(v) for v in i.w]
        powers = [math.exp(v - max(beta)) for v in beta]
        return [v / math.fsum(powers) for v in powers]
    whole = sum(i.w, Fraction(0))
    return [v / whole for v in i.w]


def slope(i: Instance) -> list:
    """The gradient in beta of <g, softmax(beta)>: sum_k g_k alpha_k (1[k = l] - alpha_l)."""
    alpha = softmax(i)
    rows = range(i.K)
    return [sum((i.g[k] * alpha[k] * ((k == n) - alpha[n]) for k in rows), 0 * i.factor) for n in rows]


def average(i: Instance, values: Any) -> Any:
    """<alpha, values>."""
    return sum((p * v for p, v in zip(softmax(i), values, strict=True)), 0 * i.factor)


def length(i: Instance) -> Any:
    """|J g|^2."""
    return sum((v * v for v in slope(i)), 0 * i.factor)


def drift(i: Instance) -> Any:
    """<1, J g>: the derivative of the loss along beta + c 1."""
    return sum(slope(i), 0 * i.factor)


def shifted(i: Instance) -> Any:
    """Coefficient `i` of softmax(beta + c 1)."""
    return softmax(replace(i, w=tuple(i.factor * v for v in i.w)))[i.i - 1]


WHOLE: Any = sp.Sum(w[j], (j, 1, K))
SHIFTED = factor * w[i_] / sp.Sum(factor * w[j], (j, 1, K))
ALPHA = w[i_] / WHOLE
MEAN: Any = sp.Sum(w[j] * g[j], (j, 1, K)) / WHOLE  # <alpha, g>
DRIFT: Any = sp.Sum(w[j] / WHOLE * (g[j] - MEAN), (j, 1, K))
PARTS = Given(text="the other experts' weights are positive: K >= 2", fact=sp.Eq(WHOLE, w[i_] + rest))
LENGTH: Any = sp.Sum((alpha[j] * (g[j] - mean)) ** 2, (j, 1, K))
MEANS = Given(
    text="softmax weights sum to one; the means of g and of J g under them",
    fact=sp.And(
        sp.Eq(sp.Sum(alpha[j], (j, 1, K)), 1),
        sp.Eq(sp.Sum(alpha[j] * g[j], (j, 1, K)), mean),
        sp.Eq(sp.Sum(alpha[j] ** 2 * (g[j] - mean), (j, 1, K)), inner_mean),
    ),
)


def halved() -> Chain:
    """|J g|^2 = <g, J(J g)>, Cauchy and Schwarz under the weights, and half the squares for each variance."""
    image = alpha[k] * (g[k] - mean)
    spread = sp.sqrt(alpha[k])
    facts = (
        Lemma(
            "cauchy_schwarz_sums",
            {"a": spread * (g[k] - mean), "b": spread * (image - inner_mean), "j": k, "n": K},
        ),
        Lemma("half_variance", {"w": alpha[k], "a": g[k], "j": k, "n": K}),
        Lemma("half_variance", {"w": alpha[k], "a": image, "j": k, "n": K}),
    )
    end = sp.Sum(g[j] ** 2, (j, 1, K)) / 4
    return Chain(LENGTH, (Line("<=", end, Entail(facts=facts)),))


LEFT = Quantity(text="alpha_i", run=lambda i: softmax(i)[i.i - 1], expr=ALPHA)

one = Fraction(1)


def at(K: int, weights: tuple, slopes: tuple, i: int = 1, factor: Any = 2 * one) -> Instance:
    """An instance; c = log 2 unless told otherwise."""
    return Instance(K=K, i=i, w=tuple(one * v for v in weights), g=slopes, factor=factor)


EVEN, SKEW = at(2, (1, 1), (1, -1)), at(3, (1, 2, 5), (1, 0, 3), 3)

CLAIM = Claim(
    items=("glue.alg.beta_space",),
    readings=(
        Statement(
            text="every coefficient is below one: no expert is reached on its own",
            left=LEFT,
            relation="<",
            right=sp.Integer(1),
            givens=(PARTS,),
            proof=lambda: Chain(ALPHA, (Line("<", sp.Integer(1), Entail()),)),
        ),
        Statement(
            text="and above zero: no expert is ever left out",
            left=LEFT,
            relation=">",
            right=sp.Integer(0),
            givens=(PARTS,),
            proof=lambda: Chain(ALPHA, (Line(">", sp.Integer(0), Entail()),)),
        ),
        Statement(
            text="beta and beta + c 1 give the same coefficients",
            left=Quantity(text="softmax(beta + c 1)_i", run=shifted, expr=SHIFTED),
            relation="==",
            right=ALPHA,
            proof=lambda: Chain(SHIFTED, (Line("==", ALPHA, Rewrite()),)),
        ),
        Statement(
            text="the gradient in beta is orthogonal to 1",
            left=Quantity(text="<1, J g>", run=drift, expr=DRIFT),
            relation="==",
            right=sp.Integer(0),
            proof=lambda: Chain(DRIFT, (Line("==", sp.Integer(0), Entail()),)),
        ),
        Statement(
            text="the gradient in beta is at most half as long as that in alpha",
            left=Quantity(text="|J g|^2", run=length, expr=LENGTH),
            relation="<=",
            right=sp.Sum(g[j] ** 2, (j, 1, K)) / 4,
            givens=(MEANS,),
            proof=halved,
        ),
    ),
    family=Family(
        fields={
            "K": Integer(2, 4),
            "i": Integer(1, "K"),
            "w": Vector("K", Real(0, 6, open="lo")),
            "g": Vector("K", Real(-3, 3)),
            "factor": Real(0, 4, open="lo"),
        },
        leaves_out="K = 1, where the softmax is constant; K > 4",
    ),
    symbols={
        K: lambda i: i.K,
        i_: lambda i: i.i,
        w: lambda i: i.w,
        g: lambda i: i.g,
        alpha: lambda i: tuple(softmax(i)),
        mean: lambda i: average(i, i.g),
        inner_mean: lambda i: average(i, slope(i)),
        factor: lambda i: i.factor,
        rest: lambda i: sum(i.w, 0 * i.factor) - i.w[i.i - 1],
    },
    witnesses=(EVEN, SKEW),
    scalings=(
        Scaling(text="beta shifted", power=0, move=lambda i, k: replace(i, w=tuple(k * v for v in i.w))),
    ),
    mutants=(
        Mutant(text="at most one half", right=sp.Rational(1, 2), dies_at=SKEW),
        Mutant(text="below 1/K", right=1 / K, dies_at=SKEW),
        Mutant(
            text="weights that are not normalised",
            left=Quantity(text="exp(beta_i)", run=lambda i: i.w[i.i - 1]),
            dies_at=SKEW,
        ),
    ),
    effort=0.3,
)
