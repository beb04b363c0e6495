"""FLOPS, Appendix A.1: the improvement of one step is at least a quadratic lower bound, batch form.

Printed   PI_t >= E sum_j [(eta ghat)' grad L_j - eta^2 L |ghat|^2 / 2], ghat the mean of the estimates of
          the batch, PI_t = E sum_j |L_j(theta_{t+1}) - L_j(theta_t)|; every L_j is L-smooth.
Repaired  not needed.  It holds on every path, whatever the estimates, and only the sum of the losses has to
          be BL-smooth.  The proof ascends, theta_{t+1} = theta_t + eta ghat, where eq. (4) descends; the
          absolute values absorb the sign.  They also let PI_t count a loss that rises as an improvement.
          Equality where all losses have curvature L and fall.
Shapes    ghat, grad L_j: (d,); the rest scalar.
Units     those of the loss.
Source    FLOPS, Appendix A.1, eqs. (13)-(15) and the displays around them; Section 4.2, eq. (7).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Mutant, PrintedStep, Quantity
from theory.claims.flops._improvement import (
    ALIKE,
    COUNTED,
    DECREASE,
    FAMILY,
    FAR,
    FLAT,
    OF_BATCH,
    OPPOSED,
    PI,
    ROUND,
    SCALINGS,
    STEP,
    SYMBOLS,
    G,
    L,
    a,
    apart,
    batch_bound,
    bendiest,
    eta,
    ghat1,
    improvement,
    proof,
    theta,
    together,
)
from theory.notation import Vec, dot, norm2
from theory.proof import Entail, Lemma, Rewrite

# The loss of largest curvature along one step, with the first value of the estimates.
g, ghat, move, turn = Vec("g_j"), Vec("ghat"), Vec("move"), Vec("turn")
after = Vec("theta_next")
tau = sp.Symbol("tau", nonnegative=True)
TURN = tau * a * move  # grad L_j(theta + tau move) - grad L_j(theta)
REST = sp.integrate(tau, (tau, 0, 1)) * a * norm2(move)


def step(number: int, left, relation: str, right, text: str = "", by=None, after: tuple = ()) -> PrintedStep:
    item = f"flops.secA1.ineq8.step{number}"
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by, after=after)


STEPS = (
    PrintedStep(
        item="flops.eq7",
        text="the decrease of the losses, of which PI_t is the bound from above: rises count as well",
        left=DECREASE,
        relation="<=",
        right=PI,
        by=COUNTED,
    ),
    PrintedStep(
        item="flops.sec4_2.smooth",
        text="|grad L_j(theta + tau move) - grad L_j(theta)|^2; on a convex Theta the segment stays inside",
        left=norm2(TURN),
        relation="<=",
        right=L**2 * norm2(tau * move),
        by=Entail((Lemma("square_nonneg", {"v": tau * move}),)),
    ),
    PrintedStep(
        item="flops.sec4_2.descent_lemma",
        text="it is the descent lemma for the sum of the losses",
        left=DECREASE,
        relation=">=",
        right=OF_BATCH,
        by=STEP,
    ),
    step(1, dot(g, move) + REST, "==", sp.integrate(dot(g, move) + tau * a * norm2(move), (tau, 0, 1)),
         "Taylor's theorem, for a quadratic loss", Rewrite()),
    step(2, sp.integrate(dot(g, move) + dot(TURN, move), (tau, 0, 1)), "==", dot(g, move) + REST,
         "the first integrand does not depend on tau", Rewrite()),
    step(3, dot(turn, move) ** 2, "<=", norm2(turn) * norm2(move), "squared",
         Lemma("cauchy_schwarz", {"x": turn, "y": move})),
    step(4, norm2(TURN), "<=", L**2 * tau**2 * norm2(move), "squared; the printed equality is of like sides",
         Entail((Lemma("square_nonneg", {"v": move}), Lemma("square_nonneg", {"v": tau * move})))),
    step(5, REST, ">=", -L / 2 * norm2(move), by=Entail((Lemma("square_nonneg", {"v": move}),))),
    step(6, eta * dot(g, ghat) + a / 2 * eta**2 * norm2(ghat), ">=",
         eta * dot(g, ghat) - L / 2 * eta**2 * norm2(ghat),
         "an ascent, where eq. (4) descends; with its sign the left is L_j(theta_t) - L_j(theta_{t+1})",
         Entail((Lemma("square_nonneg", {"v": ghat}),))),
    step(6, dot(after, G), "==", dot(theta + eta * ghat1, G),
         "the substitution: eq. (4) has the other sign, theta_t - eta ghat; harmless below absolute values"),
    step(7, PI, ">=", OF_BATCH, by=proof()),
)  # fmt: skip

CLAIM = Claim(
    items=(
        "flops.secA1.ineq8",
        "flops.secA1.ineq8.step1",
        "flops.secA1.ineq8.step2",
        "flops.secA1.ineq8.step3",
        "flops.secA1.ineq8.step4",
        "flops.secA1.ineq8.step5",
        "flops.secA1.ineq8.step6",
        "flops.secA1.ineq8.step7",
        "flops.eq7",
        "flops.sec4_2.smooth",
        "flops.sec4_2.descent_lemma",
    ),
    readings=(batch_bound("the display: the mean of the estimates in both terms"),),
    family=FAMILY,
    symbols={
        **SYMBOLS,
        g: lambda i: i.slope[bendiest(i)],
        ghat: lambda i: tuple(sum(column) / Fraction(i.B) for column in zip(*i.one, strict=True)),
        after: lambda i: together(i, i.one, 0),
        move: lambda i: i.two[0],
        turn: lambda i: i.one[0],
        tau: lambda i: i.p,
    },
    steps=STEPS,
    witnesses=(OPPOSED, ALIKE, FAR, ROUND, FLAT),
    tight_at=(ALIKE, FAR),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="no quadratic term", right=OF_BATCH.subs(L, 0), dies_at=ALIKE),
        Mutant(text="half of L", right=OF_BATCH.subs(L, L / 2), dies_at=ALIKE),
        Mutant(text="twice the step", right=2 * OF_BATCH, dies_at=ALIKE),
        Mutant(
            text="the decrease of losses that each follow their own estimate",
            left=Quantity(text="0 where they cancel", run=lambda i: -improvement(apart)(i)),
            dies_at=ALIKE,
        ),
    ),
    effort=0.5,
)
