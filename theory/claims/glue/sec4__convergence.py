"""GLUE: convergence of the two-point method to stationary points, with a fixed step and a fixed radius.

Printed   Under standard smoothness and bounded-noise assumptions two-point SPSA converges to first-order
          stationary points.
Repaired  sum_{t<T} E|g_t|^2 <= 2 beta K (L_0 - inf L) + T K beta^2 mu^2/4 for a beta-Lipschitz gradient, unit
          directions and step 1/beta: the best of T iterates has E|g|^2 <= 2 beta K (L_0 - inf L)/T + K beta^2
          mu^2/4.  With a radius that tends to zero, mu^2 = O(1/T), this converges; with the fixed radius of
          the method it need not: with curvature 4 on the right of 0 and 1 on the left, the point -mu/3 is
          never left, and its gradient is -mu/3.  The factor K, against gradient descent, is exact on round
          quadratics.  Noise of minibatches: glue.sec4.convergence@noise.
Shapes    see theory.claims.glue._descent; T steps.  Units: [L]^2/[alpha]^2, see the scalings.
Granted   the one-step bound, averaged: that of one path is glue.a1, its mean over paths is taken by hand.
Source    GLUE, Section 4, paragraph 1 (citing Ghadimi and Lan 2013).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Ray, Repair, Statement
from theory.claims.glue._descent import K, T, beta, course, family, gradient, moved, mu, smoothness, units
from theory.claims.glue._mixing import array, law_of, number
from theory.family import Instance, Integer, Real, Vector, replace
from theory.notation import E, Law, Vec, dot, norm2
from theory.proof import Chain, Entail, Expect, Induct, Lemma, Line, Rewrite

t = sp.Symbol("t", integer=True, nonnegative=True)
G: Any = sp.Function("G", real=True)  # E|g_t|^2
L: Any = sp.Function("L", real=True)  # E L(alpha_t)
slope, u = Vec("g_T"), Vec("u")
least = sp.Symbol(r"\inf\mathcal{L}", real=True)


def whole(i: Instance) -> Any:
    """sum over t < T of E|g_t|^2."""
    found = course(i, i.T + 1)[0][: i.T]
    return sum(found[1:], found[0])


def last(i: Instance) -> Any:
    """|g|^2 after T steps for one coefficient: u = 1 and u = -1 agree; a fixed point ends the run."""
    x = array(i, i.start)
    for _ in range(int(i.T)):
        ahead = moved(i, x, x * 0 + 1)
        if (ahead == x).all():
            break
        x = ahead
    return (gradient(i, x) ** 2).sum()


ONE_STEP = 2 * beta * K * (L(T) - L(T + 1)) + K * beta**2 * mu**2 / 4
FALL = L(T) - E(dot(slope, u) ** 2) / (2 * beta) + beta * mu**2 / 8
STEP = Given(
    text="one step, for every T: E L_{T+1} <= E L_T - E<g_T, u>^2/(2 beta) + beta mu^2/8",
    fact=sp.Le(L(T + 1), FALL),
    because="glue.a1 on every path, both probes on one minibatch; averaged by hand",
    grants=(("at_most", L(T + 1), FALL),),
)
DRAWN = Given(
    text="u_T is uniform on the unit sphere, drawn apart from what went before; E|g_T|^2 is finite",
    because="the method; |g_T|^2 <= 2 beta (L_T - inf L), and L_T <= L_0 + T beta mu^2/8 on every path",
    grants=(("moment", slope, 2),),
)
BOUNDED = Given(text="L >= inf L > -infinity", fact=sp.And(sp.Ge(L(T), least), sp.Ge(L(0), least)))
SHRINKING = Given(text="T beta mu^2 <= 8 (L_0 - inf L)", fact=sp.Le(T * beta * mu**2, 8 * (L(0) - least)))
SUM: Any = sp.Sum(G(t), (t, 0, T - 1))
BOUND = 2 * beta * K * (L(0) - least) + T * K * beta**2 * mu**2 / 4
one = Fraction(1)


def proof(end: Any) -> Chain:
    """Induction on T: the losses telescope."""
    reached = 2 * beta * K * (L(0) - L(T)) + T * K * beta**2 * mu**2 / 4
    now = Lemma("at_most", {"a": L(T + 1), "b": FALL})
    steps = (
        Line("==", SUM + G(T), Rewrite(), "the last term"),
        Line("==", SUM + K * E(dot(slope, u) ** 2), Expect(), "E uu' = I/K, u apart from g_T"),
        Line("<=", SUM + ONE_STEP, Entail(facts=(now,)), "one step"),
        Line("<=", reached + ONE_STEP, Entail(), "the induction hypothesis"),
        Line("==", reached.subs(T, T + 1), Rewrite(), "the losses telescope"),
    )
    return Chain(
        SUM,
        (
            Line("<=", reached, Induct(T, 0, step=steps)),
            Line("<=", end, Entail(), "the last loss is at least the infimum"),
        ),
    )


def still(i: Instance, steps: Any) -> Instance:
    """More steps from the same place."""
    return replace(i, T=int(steps)) if isinstance(steps, int | float | Fraction) else replace(i, T=steps)


STUCK = Instance(K=1, right=(4 * one,), left=(one,), start=(-one / 3,), mu=one, T=1, lift=0 * one)
ROUND = Instance(K=2, right=(one, one), left=(one, one), start=(one, 0 * one), mu=one / 8, T=2, lift=0 * one)
LINE = Instance(K=1, right=(one,), left=(one,), start=(one,), mu=one / 8, T=1, lift=0 * one)


def longest(i: Any) -> int:
    """Most steps: many where the first coefficient is never moved (equal losses at both probes), else two."""
    x = i.start[0]
    rests = i.K == 1 and i.right[0] * (x + i.mu) ** 2 == i.left[0] * (x - i.mu) ** 2
    return 40 if rests else 2


def resting(beta_: Fraction, mu_: Fraction, steps: int) -> Instance:
    """Curvatures 1 and 9/25 of beta: the point -mu/4 is never left, |g| = 9 beta mu/100, nearly the most."""
    return replace(STUCK, right=(beta_,), left=(9 * beta_ / 25,), start=(-mu_ / 4,), mu=mu_, T=steps)


LEFT = Quantity(text="sum over t < T of E|g_t|^2", run=whole, expr=SUM)

CLAIM = Claim(
    items=("glue.sec4.convergence",),
    readings=(
        Statement(
            text="with the fixed radius of the method |g_T| tends to zero, be it as slowly as 1/log T",
            left=Quantity(text="|g_T|^2", run=last),
            relation="O",
            right=1 / sp.log(1 + T),
            givens=(STEP, DRAWN, BOUNDED),
            ray=Ray(
                start=STUCK,
                at=still,
                closed_form=lambda t: sp.Rational(1, 9) + 0 * t,
                to=float("inf"),
            ),
        ),
        Statement(
            text="without a term for the radius, as for stochastic gradients",
            left=LEFT,
            relation="<=",
            right=2 * beta * K * (L(0) - least),
        ),
        Statement(
            text="a radius that shrinks with the number of steps: the best of T iterates is O(1/T)",
            left=LEFT,
            relation="<=",
            right=4 * beta * K * (L(0) - least),
            givens=(STEP, DRAWN, BOUNDED, SHRINKING),
            proof=lambda: proof(4 * beta * K * (L(0) - least)),
        ),
    ),
    family=family(
        right=Vector("K", Real(Fraction(1, 256), 8)),
        left=Vector("K", Real(Fraction(1, 256), 8)),
        start=Vector("K", Real(-16, 16)),
        mu=Real(0, 64, open="lo"),
        T=Integer(1, longest),
        lift=Real(-2, 2),
    ),
    symbols={
        K: lambda i: i.K,
        T: lambda i: i.T,
        mu: lambda i: i.mu,
        beta: smoothness,
        least: lambda i: i.lift,
        G: lambda i: lambda n: course(i, i.T + 1)[0][int(n)],
        L: lambda i: lambda n: course(i, i.T + 1)[1][int(n)] + number(i, i.lift),
    },
    laws={
        u: law_of("sphere"),
        slope: Law(kind="moments", moments={norm2(slope): G(T)}, points=lambda i: course(i, i.T + 1)[2][i.T]),
    },
    repair=Repair(
        changes="step 1/beta, and a term for the radius that vanishes with it",
        statement=Statement(
            text="the sum of the squared gradients, fixed radius",
            left=LEFT,
            relation="<=",
            right=BOUND,
            givens=(STEP, DRAWN, BOUNDED),
            proof=lambda: proof(BOUND),
        ),
        nondegenerate=ROUND,
    ),
    transcription=lambda i: 1 / sp.log(1 + i.T),
    witnesses=(
        ROUND,
        LINE,
        replace(STUCK, T=2),
        replace(LINE, lift=-2 * one),
        replace(LINE, lift=2 * one),
        replace(LINE, right=(one / 2,), left=(one / 2,)),
        resting(one, one, 40),
        resting(8 * one, one, 8),
        resting(one / 64, one, 8),
        resting(one, 64 * one, 40),
        resting(one, one / 8, 8),
    ),
    scalings=units(2, -2),
    mutants=(
        Mutant(
            text="no factor K",
            right=2 * beta * (L(0) - least) + T * beta**2 * mu**2 / 4,
            dies_at=ROUND,
        ),
        Mutant(
            text="half the initial loss",
            right=beta * K * (L(0) - least) + T * K * beta**2 * mu**2 / 4,
            dies_at=ROUND,
        ),
        Mutant(text="the radius alone", right=T * K * beta**2 * mu**2 / 4, dies_at=ROUND),
    ),
    effort=0.05,
)
