"""One step of two coupled SGD runs, and the proof of lemma 3's repaired bound from it.

On each path the distance D = |x^K - x~^K| grows by the smoothness and, where the exchanged sample is drawn
(C = 1, with chance b/n, independent of what was drawn before), by eta/b times its gap of gradients V.
Shapes    all scalar.  Units: D that of x, V that of a gradient, C and g pure numbers.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Given
from theory.claims.stability._drift import K, L, apart2, b, drift, e, eta, n, q, sigma2
from theory.family import Instance
from theory.notation import E, Law
from theory.proof import Chain, Entail, Expect, Induct, Lemma, Line, Rewrite

HALF = Fraction(1, 2)
D, V, C = sp.symbols("D V C", nonnegative=True)  # |x^K - x~^K|, V and [z in the batch]
p, g = b / n, 1 + eta * L
S1, S2 = (g**K - 1) / (g - 1), (g ** (2 * K) - 1) / (g**2 - 1)
REPAIR = 2 * sigma2 * eta**2 / b**2 * (p * (1 - p) * S2 + p**2 * S1**2)
FIRST = 2 * sigma2 * eta / n * S1  # bounds q(K)
NEXT = g * D + eta * V * C / b
SQUARE_STEP = g**2 * e(K) + 2 * g * eta / n * q(K) + eta**2 * apart2 / (b * n)
MEAN_STEP = g * q(K) + eta * apart2 / n
COUPLED = Given(
    text="one step, on each path: |x' - x~'| <= g |x - x~| + (eta/b) V [z in batch]; squared, and times V",
    fact=sp.And(sp.Le(e(K + 1), E(NEXT**2)), sp.Le(q(K + 1), E(V * NEXT))),
    because="smoothness and the triangle inequality, by hand",
    grants=(("at_most", e(K + 1), E(NEXT**2)), ("at_most", q(K + 1), E(V * NEXT))),
)
DRAWN = Given(
    text="a batch is independent of V and of what was drawn before; E V^2 and E|x - x~|^2 are finite",
    because="batches are drawn afresh (Algorithm 1); the variance bound",
    grants=("moment(D, 2)", "moment(V, 2)"),
)
START = Given(text="both runs start at one point", fact=sp.And(sp.Eq(e(0), 0), sp.Eq(q(0), 0)))


def distance_and_gap(i: Instance) -> tuple:
    """Points with the declared moments of (D, V): V = 2 spread or 0, D one of two values where V > 0."""
    mean, square = drift(i, i.K)[0] / i.spread, 2 * drift(i, i.K)[1]
    far = square / mean
    often = mean * mean / square / 2
    return (often, HALF - often, HALF), ((far, 2 * i.spread), (0, 2 * i.spread), (0, 0))


LAWS = {
    (D, V): Law(kind="moments", moments={D**2: e(K), V * D: q(K), V**2: apart2}, points=distance_and_gap),
    C: Law(kind="bernoulli", p=p),
}


def proof() -> Chain:
    """Two inductions: the first moment inside the step of the second."""
    square = Lemma("at_most", {"a": e(K + 1), "b": E(NEXT**2)})
    mean = Entail(facts=(Lemma("at_most", {"a": q(K + 1), "b": E(V * NEXT)}),))
    known = SQUARE_STEP.subs(apart2, 2 * sigma2)
    inside = known.subs(q(K), FIRST)
    grown = known.subs(K, K + 1)
    first = Induct(
        K,
        0,
        step=(
            Line("<=", grown.subs(q(K + 1), E(V * NEXT)), mean, "one step times V"),
            Line(
                "==", grown.subs(q(K + 1), MEAN_STEP), Expect(), "the batch is independent, P(z in it) = b/n"
            ),
            Line("<=", inside.subs(K, K + 1), Entail(), "q grows by at most one step"),
        ),
    )
    steps = (
        Line("<=", E(NEXT**2), square, "one step, squared"),
        Line(
            "==", SQUARE_STEP, Expect(), "the batch is independent of V and |x - x~|; [z in batch]^2 = [...]"
        ),
        Line("<=", known, Entail(), "the variance bound"),
        Line("<=", inside, first, "E[V |x^k - x~^k|] by the same recursion"),
        Line("<=", inside.subs(e(K), REPAIR), Entail(), "the induction hypothesis"),
        Line("==", REPAIR.subs(K, K + 1), Rewrite(), "the sums of g^k and g^(2k) are geometric"),
    )
    return Chain(e(K), (Line("<=", REPAIR, Induct(K, 0, step=steps)),))
