"""SAIL, Appendix C.2: proximal initialisation against random initialisation.

Printed   With alpha = mu/(2L), |theta_i - theta*|^2 <= alpha |theta_rand - theta*|^2 for all i and convex
          weights: theta^P is likely to lead to faster convergence than theta_rand; its loss starts at half of
          that of theta_rand at most, and "the upper bound of the loss" is smaller.
Repaired  The loss from theta^P is the smaller one as long as (1 - eta mu)^T <= 2 (1 - eta L)^(2T).
          Without this horizon the random start overtakes: its error may lie along steep directions,
          where descent is fast.  At T = 0 the statement holds as it stands, and so it does of the two upper
          bounds.  The paper's last sentence concedes that the advantage "of the upper bound" may not last.
          Step 11 prints (1/2) J(theta_rand) - J* for half the difference.
Shapes    as in theory.claims.sail._race; two experts.
Units     those of J on both sides, see the scalings.
Source    SAIL, Appendix C, opening and C.2; Section 3.2, after Theorem 2; Section 4.2, Retraining.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.claims.sail import _race as race
from theory.claims.sail._descent import J, J_star, L, T, bent, bowl, g_star, mu, theta_star
from theory.claims.sail._race import AHEAD, FAR, MIX, RATE, SECOND_GAP, R, first, gamma, other, q, rho_0
from theory.family import replace
from theory.notation import dot, norm2
from theory.proof import Chain, Entail, Lemma, Line

ALPHA = mu / (2 * L)
D1, D2 = norm2(first - theta_star), norm2(other - theta_star)
CLOSE = Given(
    text="|theta_i - theta*|^2 <= alpha |theta_rand - theta*|^2 for both experts, alpha = mu/(2L)",
    fact=sp.And(sp.Le(D1, ALPHA * FAR), sp.Le(D2, ALPHA * FAR)),
)
GIVENS = (*race.GIVENS, race.MIXED, race.APART, CLOSE)
HORIZON = Given(text="(1 - eta mu)^T <= 2 (1 - eta L)^(2T): a horizon for T", fact=sp.Le(RATE**T, 2 * q**T))
SPREAD = Lemma("square_nonneg", {"v": first - other})
LENGTHS = tuple(Lemma("square_nonneg", {"v": v - theta_star}) for v in (first, other))
SCHWARZ = Lemma("cauchy_schwarz", {"x": first - theta_star, "y": other - theta_star})
FIRST, SECOND = J(0) - J_star, R(0) - J_star
AT_START, AT_RANDOM = race.FROM_MIX, race.AT_RANDOM
NEAR = norm2(MIX - theta_star)
MEAN_LENGTH = gamma * sp.sqrt(D1) + (1 - gamma) * sp.sqrt(D2)
WITH_GRADIENT = J_star + dot(g_star, rho_0 - theta_star) + mu / 2 * FAR
BOUNDS = RATE**T * L / 2 * NEAR, RATE**T * L / 2 * FAR
CLOSER = Entail(facts=(SPREAD,))
UPPER = Chain(
    FIRST,
    (Line("<=", L / 2 * NEAR, Entail(facts=(AT_START,))), Line("<=", L / 2 * ALPHA * FAR, CLOSER)),
)
HALF = Chain(FIRST, (*UPPER.lines, Line("<=", SECOND / 2, Entail(facts=(AT_RANDOM,)))))


def step(number: int, left, relation: str, right, by=None, after: tuple = (), text: str = "") -> PrintedStep:
    item = f"sail.secC.2.step{number}"
    return PrintedStep(item=item, left=left, relation=relation, right=right, by=by, after=after, text=text)


STEPS = (
    step(2, ALPHA, "<", sp.S.One, Entail(), text="mu <= L; mu < L is not needed"),
    step(3, D1, "<=", ALPHA * FAR, Entail(), text="theorem 1 gives it with a probability, here it is given"),
    step(4, norm2(MIX - theta_star), "<=", MEAN_LENGTH**2, Entail(facts=(SCHWARZ, *LENGTHS))),
    step(5, norm2(MIX - theta_star), "<=", ALPHA * FAR, CLOSER,
         after=(sp.Le(norm2(MIX - theta_star), MEAN_LENGTH**2),)),
    step(7, FIRST, "<=", L / 2 * ALPHA * FAR, UPPER,
         after=(sp.Le(FIRST, L / 2 * NEAR), sp.Le(NEAR, ALPHA * FAR))),
    step(8, R(0), ">=", WITH_GRADIENT, Lemma("strong_convexity", {**AT_RANDOM.bind, "g": g_star})),
    step(9, SECOND, ">=", mu / 2 * FAR, Entail(facts=(AT_RANDOM,)),
         after=(sp.Ge(R(0), WITH_GRADIENT), sp.Eq(dot(g_star, rho_0 - theta_star), 0))),
    step(10, FIRST / SECOND, "<=", sp.Rational(1, 2), Entail(facts=(AT_START, SPREAD, AT_RANDOM)),
         after=(sp.Le(FIRST, L / 2 * ALPHA * FAR), sp.Ge(SECOND, mu / 2 * FAR))),
    step(11, FIRST, "<=", R(0) / 2 - J_star, text="(J(theta_rand) - J*)/2 would be right",
         after=(sp.Le(FIRST, SECOND / 2),)),
    step(12, BOUNDS[0], "<=", BOUNDS[1], CLOSER),
)  # fmt: skip

AT_FIRST = Quantity(
    text="J(theta^P) - J(theta*)",
    run=lambda i: race.loss(bowl(i), i.start),
    expr=FIRST,
)
GUARANTEED = Quantity(
    text="(1 - eta mu)^T L/2 |theta^P - theta*|^2",
    run=lambda i: (1 - i.rate / i.L * i.mu) ** i.T * i.L / 2 * sum(v * v for v in i.start),
    expr=BOUNDS[0],
)
READINGS = (
    Statement(
        text="faster: the smaller loss after T steps, for every T",
        left=AHEAD,
        relation="<=",
        right=SECOND_GAP,
        givens=GIVENS,
    ),
    Statement(
        text="the loss starts at half that of theta_rand or below (T = 0)",
        left=AT_FIRST,
        relation="<=",
        right=SECOND / 2,
        givens=GIVENS,
        proof=lambda: HALF,
    ),
    Statement(
        text="the upper bound of the loss, by theorem 2 and (7), is smaller for every T",
        left=GUARANTEED,
        relation="<=",
        right=BOUNDS[1],
        givens=GIVENS,
        proof=lambda: Chain(BOUNDS[0], (Line("<=", BOUNDS[1], CLOSER),)),
    ),
)

ONE, ZERO = Fraction(1), Fraction(0)
LATE = race.race(ONE / 2, ((ZERO, -ONE), (ONE, -ONE)), (3 * ONE, ZERO), 4, (2 * ONE, ONE))  # best weights
EARLY = replace(LATE, T=0)
STEEP = race.race(ONE / 2, ((ZERO, ONE), (ZERO, ONE)), (2 * ONE, ZERO), 0, (ONE, 2 * ONE))
SLOW = race.race(ONE / 8, ((ZERO, ONE), (ONE, ZERO)), (2 * ONE, ZERO), 2, (ONE, 2 * ONE))
STRETCHED = ("start", "random", "other")


def stretched(i, k):
    """theta -> k theta at fixed curvatures; the experts move along, exactly where they are on the grid."""
    moved = {name: tuple(k * v for v in getattr(i, name)) for name in STRETCHED}
    rows = {name: tuple(tuple(k * v for v in row) for row in getattr(i, name)) for name in ("raw", "experts")}
    return replace(race.descent.stretched(i, k), **(moved | rows))


CLAIM = Claim(
    items=(
        "sail.secC.2",
        "sail.secC.2.step2",
        "sail.secC.2.step3",
        "sail.secC.2.step4",
        "sail.secC.2.step5",
        "sail.secC.2.step7",
        "sail.secC.2.step8",
        "sail.secC.2.step9",
        "sail.secC.2.step10",
        "sail.secC.2.step11",
        "sail.secC.2.step12",
        "sail.secC.opening",
        "sail.sec3.2.combined",
        "sail.sec4.2.faster",
    ),
    readings=READINGS,
    family=race.experts_family(close=True),
    symbols=race.SYMBOLS | race.EXPERTS,
    repair=Repair(
        changes="a horizon for T",
        statement=Statement(
            text="the smaller loss after T steps, up to the horizon",
            left=AHEAD,
            relation="<=",
            right=SECOND_GAP,
            givens=(*GIVENS, HORIZON),
            proof=lambda: race.outrun("<=", CLOSER, NEAR, AT_START),
        ),
        nondegenerate=SLOW,
        added=(Added(given=HORIZON, fails_without=LATE),),
    ),
    steps=STEPS,
    transcription=race.second,
    witnesses=(LATE, EARLY, STEEP, SLOW),
    scalings=(
        Scaling(text="J -> kJ, eta -> eta/k", power=1, move=bent),
        Scaling(text="theta -> k theta", power=2, move=stretched),
    ),
    mutants=(
        Mutant(text="a third of the other loss", right=SECOND_GAP / 3, dies_at=STEEP),
        Mutant(text="the other loss times (1 - eta L)^8", right=q**4 * SECOND_GAP, dies_at=STEEP),
        Mutant(text="loss of the other run two steps later", right=R(T + 2) - J_star, dies_at=STEEP),
    ),
    effort=0.25,
)
