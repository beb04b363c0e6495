"""SAIL proposition 1: training from the combined models ends at a smaller loss than training from theta^(0).

Printed   L_D(theta^(T) <- L_D(theta^(0) <- P(M, S))) < L_D(theta^(T) <- L_D(theta^(0))) for an initialiser P
          of models M = {psi_1, ..., psi_K} trained on S = {D_1, ..., D_K}, and T steps of training.
Repaired  If L (1 - eta mu)^T |theta^P - theta*|^2 < mu (1 - eta L)^(2T) |theta^(0) - theta*|^2 (gradient
          descent with eta < 1/L, smooth and strongly convex loss).  As printed nothing ties P to theta*, and
          models trained on other data may lie anywhere.  Nor is it enough that they are close to theta*
          (second reading) and combined with the best weights (third: those of definition 1, (3)), since a
          start that is far along steep directions can be the faster one.
Shapes    as in theory.claims.sail._race; two models.
Units     those of J on both sides, see the scalings.
Source    SAIL, Section 1, Proposition 1, equation (1); Section 3.1, Definition 1.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Repair, Scaling, Statement
from theory.claims.sail import _race as race
from theory.claims.sail._descent import J_star, L, T, bent, mu, start, theta_star
from theory.claims.sail._race import AHEAD, FAR, MIX, RATE, SECOND_GAP, R, first, other, q
from theory.family import replace
from theory.notation import norm2
from theory.proof import Entail

NEAR = norm2(MIX - theta_star)
GIVENS = (*race.GIVENS, race.MIXED, race.APART)
CLOSE = Given(
    text="both models are closer to theta* than theta^(0), by the factor mu/(2L)",
    fact=sp.And(*(sp.Le(2 * L * norm2(v - theta_star), mu * FAR) for v in (first, other))),
)
HORIZON = Given(
    text="L (1 - eta mu)^T |theta^P - theta*|^2 < mu (1 - eta L)^(2T) |theta^(0) - theta*|^2",
    fact=sp.Lt(L * RATE**T * NEAR, mu * q**T * FAR),
)


def best_weights(i) -> bool:
    """The loss after T steps is stationary in all weights; asked of quadratics, where this is a minimum."""
    if i.inner != i.outer:
        return False
    slopes = [c * (1 - i.rate / i.L * c) ** (2 * i.T) * v for c, v in zip(i.inner, i.start, strict=True)]
    models = [[c + v for c, v in zip(i.centre, e, strict=True)] for e in i.experts]
    return all(abs(sum(m * s for m, s in zip(e, slopes, strict=True))) < 1e-12 for e in models)


BEST = Given(
    text="a quadratic loss, and the weights of (3) among all weights of any sign", check=best_weights
)
models, sets = sp.symbols("|M| |S|", positive=True)
STEPS = (
    PrintedStep(
        item="sail.sec1.notation", text="one model for each data set", left=models, relation="==", right=sets
    ),
    PrintedStep(
        item="sail.def1",
        text="the start is the combination, as a vanishing difference",
        left=norm2(start - MIX),
        relation="==",
        right=sp.S.Zero,
    ),
)

ONE, ZERO = Fraction(1), Fraction(0)
LATE = race.race(ONE / 2, ((ZERO, -ONE), (ONE, -ONE)), (3 * ONE, ZERO), 4, (2 * ONE, ONE))
AWAY = race.race(ONE / 2, ((3 * ONE,), (ZERO,)), (ONE,), 1, (ONE,))
SLOW = race.race(ONE / 8, ((ZERO, ONE), (ONE, ZERO)), (2 * ONE, ZERO), 2, (ONE, 2 * ONE))
EDGE = race.race(ONE / 2, ((ZERO, ONE), (ZERO, ONE)), (3 * ONE / 2, ZERO), 0, (ONE, 2 * ONE))


def stretched(i, k):
    """theta -> k theta at fixed curvatures."""
    moved = {name: tuple(k * v for v in getattr(i, name)) for name in ("start", "random", "other")}
    rows = {name: tuple(tuple(k * v for v in row) for row in getattr(i, name)) for name in ("raw", "experts")}
    return replace(race.descent.stretched(i, k), **(moved | rows))


CLAIM = Claim(
    items=("sail.prop1", "sail.sec1.notation", "sail.def1"),
    readings=(
        Statement(
            text="any models, convex weights, every T",
            left=AHEAD,
            relation="<",
            right=SECOND_GAP,
            givens=GIVENS,
        ),
        Statement(
            text="models that are closer to theta* than theta^(0), as Appendix C assumes; every T",
            left=AHEAD,
            relation="<",
            right=SECOND_GAP,
            givens=(*GIVENS, CLOSE),
        ),
        Statement(
            text="such models, with the weights of (3), the best for the loss after T steps; every T",
            left=AHEAD,
            relation="<",
            right=SECOND_GAP,
            givens=(*GIVENS, CLOSE, BEST),
        ),
    ),
    family=race.experts_family(close=False),
    symbols=race.SYMBOLS | race.EXPERTS | {models: lambda i: len(i.experts), sets: lambda i: len(i.raw)},
    repair=Repair(
        changes="a bound on the distance of theta^P, with a horizon for T",
        statement=Statement(
            text="the combined models are closer by the condition number, up to a horizon",
            left=AHEAD,
            relation="<",
            right=SECOND_GAP,
            givens=(*GIVENS, HORIZON),
            proof=lambda: race.outrun("<", Entail(), NEAR, race.FROM_MIX),
        ),
        nondegenerate=SLOW,
        added=(Added(given=HORIZON, fails_without=LATE),),
    ),
    steps=STEPS,
    transcription=race.second,
    witnesses=(LATE, AWAY, SLOW, EDGE),
    scalings=(
        Scaling(text="J -> kJ, eta -> eta/k", power=1, move=bent),
        Scaling(text="theta -> k theta", power=2, move=stretched),
    ),
    mutants=(
        Mutant(text="half the other loss", right=SECOND_GAP / 2, dies_at=EDGE),
        Mutant(text="the other loss one step later", right=R(T + 1) - J_star, dies_at=EDGE),
        Mutant(text="J* counted twice", right=R(T) - 2 * J_star, dies_at=EDGE),
    ),
    effort=0.25,
)
