"""SAIL theorem 4: the target risk from a source sample.

Printed   For any phi in H, with probability at least 1 - delta: J_{D*}(phi) <= J^_{U_i}(phi) + 2 C
          D_TV(D^_{U_i}, D^_{U*}) + 2 R^_{U_i}(H) + 3 C sqrt(ln(4/delta) / (2 n_i)) + lambda, lambda = inf_H
          [J_{D_i} + J_{D*}].
Repaired  D_TV(D_i, D*) of the true laws (the step "approx", or 2 C eps, cannot be had for nothing: a short U*
          may miss the part of D* that U_i does not know).  Then Hoeffding's inequality proves it for a fixed
          phi, where neither R^ nor lambda is needed, and C D_TV would do for 2 C D_TV.  For all phi at once
          R^ must be that of l o H, or L R^(H) with the Lipschitz constant L of the loss, as in the last line
          of the proof: all functions into {0, e} on many points, with a loss of slope C/e, fit every sample
          while R^(H) is of the order e.  The theorem prints R^(H), and Assumption 5, quoted for L, is about
          the gradient of J.  For continuous laws the empirical distance is 1, and the bound exceeds C: true
          and empty.  The goal of the appendix, a computable bound, is missed in either case: lambda and
          D_TV(D_i, D*) are unknown.
Shapes    all scalar; see theory.claims.sail._risk.
Units     a probability; the terms of the bound have the units of the loss, R^(H) those of a prediction.
Source    SAIL, Appendix D, Theorem 4 and Steps 1-5; Section 4.2, Retraining.
"""

from fractions import Fraction
from functools import partial

import sympy as sp

from sim.finite_risk import mean, total_variation
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.sail import _risk as world
from theory.claims.sail._risk import MANY, C, bound, delta, law, losses, n, p, probability, q, slope
from theory.family import Instance, replace
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

good, fails, source, ended, composed, with_error, with_lambda = sp.symbols(
    "P(repaired) P(J_i-\\hat{J}>t) P(8) P(15) P(9) P(13) P(11)", nonnegative=True
)
loss_1, loss_2 = sp.symbols("l{(x_1)} l{(x_2)}", nonnegative=True)
RIGHT = 1 - delta
LIMIT = 3 * C * sp.sqrt(sp.log(4 / delta) / (2 * n))
SMALL = sp.exp(-9 * sp.log(4 / delta))
CONFIDENCE = Given(text="0 < delta < 1", fact=sp.And(sp.Lt(delta, 1), sp.Gt(sp.log(4 / delta), 0)))
INSIDE = Given(
    text="each event contains J_{D_i} - J^ <= t: step 3, R^ >= 0 and lambda >= 0",
    fact=sp.And(*(sp.Ge(chance, 1 - fails) for chance in (good, source, composed, with_error, with_lambda))),
    because="the terms that are added to J^ + t bound J_{D*} - J_{D_i} (or 0) and are not negative",
)
HOEFFDING = Given(
    text="J^ is a mean of n_i independent losses in [0, C], t = 3 C sqrt(ln(4/delta)/(2 n_i))",
    because="they are drawn so",
    grants=(("mean_deviation", fails, n, LIMIT, C),),
)
BOUNDED = Given(text="0 <= l <= C (Assumption 6)", fact=sp.And(sp.Le(loss_1, C), sp.Le(loss_2, C)))
RANGE = Given(text="p and q are probabilities", fact=sp.And(sp.Le(p, 1), sp.Le(q, 1)))
GIVENS = (CONFIDENCE, BOUNDED, RANGE, world.SAMPLED, INSIDE, HOEFFDING)

TERMS = {
    good: partial(bound, measured=False, of="predictions"),
    source: partial(bound, tv=0, least=False),
    composed: partial(bound, least=False, error=True),
    with_lambda: partial(bound, error=True),
}


def lipschitz(i: Instance, counts: tuple, others: tuple, k: int, **terms) -> tuple:
    """The bounds with 2 L R^(H)."""
    return bound(i, counts, others, k, of="predictions", factor=i.slope, **terms)


def event(text: str, terms, every: bool = False, expr=None) -> Quantity:
    return Quantity(text=text, run=probability(terms, every=every), range=(0, 1), expr=expr)


def chance(symbol: sp.Symbol, least: sp.Expr) -> Chain:
    """Hoeffding's inequality for the event inside."""
    deviation = Lemma("hoeffding", {"p": fails, "n": n, "t": LIMIT, "c": C})
    return Chain(
        symbol,
        (
            Line(">=", 1 - fails, Entail()),
            Line(">=", 1 - SMALL, deviation),
            Line(">=", least, Entail(), "(delta/4)^9 <= delta/2"),
        ),
    )


PRINTED = partial(bound, of="predictions")
READINGS = (
    Statement(
        text="for any hypothesis that is fixed before the samples",
        left=event("P(the bound holds), phi fixed", PRINTED),
        relation=">=",
        right=RIGHT,
        givens=GIVENS,
    ),
    Statement(
        text="the same with L R^(H), as the proof ends",
        left=event("P(the bound with L holds), phi fixed", lipschitz),
        relation=">=",
        right=RIGHT,
        givens=GIVENS,
    ),
    Statement(
        text="for all hypotheses at once",
        left=event("P(the bound holds for all phi)", PRINTED, every=True),
        relation=">=",
        right=RIGHT,
        givens=GIVENS,
    ),
    Statement(
        text="as step 11 has it, with R^(l o H) and 2 C eps, eps the error of step 4; phi fixed before",
        left=event("P(the bound of step 11 holds)", TERMS[with_lambda], expr=with_lambda),
        relation=">=",
        right=RIGHT,
        givens=GIVENS,
        proof=lambda: chance(with_lambda, RIGHT),
    ),
    Statement(
        text="as step 11 has it, with R^(l o H) and 2 C eps, eps the error of step 4; all hypotheses at once",
        left=event("P(the bound of step 11 holds for all phi)", TERMS[with_lambda], every=True),
        relation=">=",
        right=RIGHT,
        givens=GIVENS,
    ),
)
REPAIRED = Statement(
    text="with the distance of the true laws, for a fixed hypothesis",
    left=event("P(the bound with D_TV(D_i, D*) holds)", TERMS[good], expr=good),
    relation=">=",
    right=RIGHT,
    givens=GIVENS,
    proof=lambda: chance(good, RIGHT),
)

here, there = sp.symbols(r"\hat{p} \hat{q}", nonnegative=True)
target, own, least_sum = sp.symbols(r"J_{D^*} J_{D_i} \lambda", real=True)
other_1, other_2 = sp.symbols("l'{(x_1)} l'{(x_2)}", nonnegative=True)
class_losses, class_values = sp.symbols(r"\hat{R}({L}\circ{H}) \hat{R}(H)", real=True)
distance, seen = sp.symbols(r"D_{TV}(D_i;D^*) D_{TV}(\hat{D}_i;\hat{D}^*)", nonnegative=True)
DRIFT = q * loss_1 + (1 - q) * loss_2 - p * loss_1 - (1 - p) * loss_2  # J_{D*} - J_{D_i}
TRUE, SEEN, ERROR = sp.Abs(p - q), sp.Abs(here - there), sp.Abs(p - here) + sp.Abs(q - there)


def step(number: int, left, relation: str, right, text: str = "", by=None, after: tuple = ()) -> PrintedStep:
    item = f"sail.thm4.step{number}"
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by, after=after)


STEPS = (
    step(1, target, "==", own + (target - own), by=Rewrite()),
    step(2, sp.Abs(DRIFT), "<=", 2 * C * TRUE, "C D_TV would do"),
    step(3, own + DRIFT, "<=", own + 2 * C * TRUE, after=(sp.Le(sp.Abs(DRIFT), 2 * C * TRUE),)),
    step(4, TRUE, "<=", SEEN + ERROR, "the triangle inequality"),
    step(6, distance, "==", seen, "an approximation, used as an equation"),
    step(7, own + DRIFT, "<=", own + 2 * C * SEEN + 2 * C * ERROR, "with eps the error of step 4",
         after=(sp.Le(own + DRIFT, own + 2 * C * TRUE), sp.Le(TRUE, SEEN + ERROR))),
    step(8, source, ">=", 1 - delta / 2, "lemma 1 at delta/2", chance(source, 1 - delta / 2)),
    step(9, composed, ">=", RIGHT, "no union bound is needed: step 7 is sure", chance(composed, RIGHT)),
    step(10, least_sum, "==", sp.Min(p * loss_1 + (1 - p) * loss_2 + q * loss_1 + (1 - q) * loss_2,
                                     p * other_1 + (1 - p) * other_2 + q * other_1 + (1 - q) * other_2)),
    step(11, with_lambda, ">=", RIGHT, by=chance(with_lambda, RIGHT)),
    step(12, class_losses, "<=", slope * class_values,
         "with L the Lipschitz constant of the loss, which Assumption 5 does not give"),
    step(13, with_error, ">=", RIGHT, by=chance(with_error, RIGHT)),
    step(15, ended, ">=", RIGHT, "eps does not vanish because it is called small",
         after=(sp.Ge(with_error, RIGHT),)),
)  # fmt: skip


def transcription(i: Instance):
    """1 - delta."""
    return 1 - i.delta


ONE, ZERO = Fraction(1), Fraction(0)
MISSED = Instance(
    n=MANY, n_star=1, raw=ONE, p=ONE, q=ONE / 2, y=(ZERO, ZERO), phi=((ZERO, ONE), (ZERO, ZERO)), slope=ONE,
    C=ONE, delta=ONE / 4, hits=MANY, hits_star=1,
)  # fmt: skip
COIN = Instance(
    n=8, n_star=1, raw=ONE / 2, p=ONE / 2, q=ONE / 2, y=(ZERO, ONE), phi=((ZERO, ZERO), (ONE, ONE)),
    slope=ONE, C=ONE, delta=ONE / 16, hits=5, hits_star=1,
)  # fmt: skip
ELSEWHERE = replace(MISSED, q=ZERO, hits_star=0)

CLAIM = Claim(
    items=(
        "sail.thm4",
        "sail.thm4.step1",
        "sail.thm4.step2",
        "sail.thm4.step3",
        "sail.thm4.step4",
        "sail.thm4.step5",
        "sail.thm4.step6",
        "sail.thm4.step7",
        "sail.thm4.step8",
        "sail.thm4.step9",
        "sail.thm4.step10",
        "sail.thm4.step11",
        "sail.thm4.step12",
        "sail.thm4.step13",
        "sail.thm4.step14",
        "sail.thm4.step15",
        "sail.secD.goal",
        "sail.secD.empirical-approx",
        "sail.sec4.2.generalization",
    ),
    readings=READINGS,
    family=world.FAMILY,
    symbols=world.SYMBOLS
    | {symbol: probability(terms) for symbol, terms in TERMS.items()}
    | {
        with_error: probability(partial(lipschitz, error=True)),
        ended: probability(lipschitz),
        source: probability(TERMS[source], of="p"),
        fails: world.exceeds(4),
        here: lambda i: Fraction(i.hits, i.n),
        there: lambda i: Fraction(i.hits_star, i.n_star),
        loss_1: lambda i: losses(i)[0][0],
        loss_2: lambda i: losses(i)[0][1],
        other_1: lambda i: losses(i)[1][0],
        other_2: lambda i: losses(i)[1][1],
        target: lambda i: mean(law(i.q), losses(i)[0]),
        own: lambda i: mean(law(i.p), losses(i)[0]),
        least_sum: world.combined,
        class_losses: lambda i: world.complexity(losses(i), world.drawn(i)[0]),
        class_values: lambda i: world.complexity(i.phi, world.drawn(i)[0]),
        distance: lambda i: total_variation(law(i.p), law(i.q)),
        seen: lambda i: total_variation(*(tuple(Fraction(c, sum(d)) for c in d) for d in world.drawn(i))),
    },
    repair=Repair(
        changes="D_TV(D_i, D*) in place of D_TV of the empirical laws",
        statement=REPAIRED,
        nondegenerate=COIN,
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(MISSED, COIN, ELSEWHERE),
    mutants=(
        Mutant(
            text="the empirical distance",
            left=event("P(the bound holds)", PRINTED),
            dies_at=MISSED,
        ),
        Mutant(
            text="no distance",
            left=event("P(the bound without D_TV holds)", partial(bound, tv=0, least=False)),
            dies_at=ELSEWHERE,
        ),
        Mutant(text="twice the confidence", right=1 + delta, dies_at=COIN),
    ),
    effort=0.1,
)
