"""SAIL, Section 3.2: the proximal parameter is, with high probability, closer than a random one.

Printed   "Theorem 1 demonstrates that the distance between theta^P and theta* is, with high probability,
          smaller than that of randomly initialized parameters", theta^P = sum_i gamma_i theta_i: the bound of
          theorem 1 for theta^P.
Repaired  For convex weights that do not depend on the data: the variance of sum_i gamma_i theta_i is that of
          one theta_i times sum_i gamma_i^2 <= 1.  Equation (4) allows weights of any sign, and the
          experiments sweep gamma over [-1, 2]: at gamma = 2 the variance is five times larger, and the bound
          fails.  Weights that minimise the distance itself over the simplex do no worse than the best
          theta_i.  The theorem's own conditions (d >= 2, theta_rand independent of the data) are taken over.
World     two data sets with independent means, variances as in the target; see theory.claims.sail._proximity.
Shapes    theta: (d,); gamma scalar, the weight of theta_1, 1 - gamma that of theta_2.
Units     a probability.
Source    SAIL, Section 3.2, after Theorem 2; Appendix C.1, last display.
"""

from dataclasses import replace as replace_field
from fractions import Fraction

import sympy as sp

from sim.proximity import closer, failure
from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.claims.sail import _proximity as one
from theory.claims.sail._proximity import BOUND, EX, EY, RARELY_SMALL, L, alpha, beta, d, fails, star, tau
from theory.family import Choice, Family, Instance, Integer, Real, replace
from theory.notation import norm2
from theory.proof import Chain, Entail, Line

gamma = sp.Symbol(r"\gamma", real=True)
FAMILY = Family(
    fields={
        **one.FAMILY.fields,
        "d": Integer(2, 4),
        "beta": Choice((Fraction(0),)),
        "split": Choice(((1, 0),)),
        "coupling": Choice(("independent",)),
        "gamma": Real(-1, 2),
    },
    leaves_out="more than two experts; data sets that differ in variance; weights that depend on the data",
)


def share(i: Instance):
    """sum_i gamma_i^2."""
    return i.gamma**2 + (1 - i.gamma) ** 2


def chance_of_failure(i: Instance):
    """P(|theta^P - theta*|^2 >= alpha |theta_rand - theta*|^2)."""
    spread2 = (i.L * i.tau) ** 2 * share(i)
    if isinstance(i.alpha, Fraction) and i.d == 2 and not any(i.star):
        return 1 - 1 / sp.sqrt(1 + sp.sympify(spread2) / sp.sympify(i.alpha))
    return min(
        failure(i.d, float(sum(v * v for v in i.star)), float(spread2) ** 0.5, 0.0, float(i.alpha)), 1.0
    )


def draws(i: Instance, rng, n: int):
    """Indicators that theta^P is not closer."""
    import numpy as np

    size = float((i.L * i.tau) ** 2 * share(i)) ** 0.5
    return 1 - closer(np.array(i.star, float), size, 0.0, i.alpha, "independent", rng, n)


RIGHT = BOUND.xreplace({beta: sp.S.Zero})
FAILS = Quantity(
    text="P(|theta^P - theta*|^2 > alpha |theta_rand - theta*|^2)",
    run=chance_of_failure,
    sample=draws,
    range=(0, 1),
    rounding=1e-7,
)
SPREAD = Given(
    text="E|theta^P - theta*|^2 = L^2 tau^2 (gamma^2 + (1 - gamma)^2): independent means, linear models",
    fact=sp.Eq(EX, L**2 * tau**2 * (gamma**2 + (1 - gamma) ** 2)),
)
GIVENS = (one.RANGE, one.NORMAL, one.PLANE, one.APART, SPREAD, one.MEAN)
CONVEX = Given(text="convex weights, 0 <= gamma <= 1", fact=sp.And(sp.Ge(gamma, 0), sp.Le(gamma, 1)))


def proof() -> Chain:
    """As for theorem 1; mixing with convex weights does not increase the variance."""
    return Chain(
        fails,
        (
            Line("<=", EX / (alpha * EY), RARELY_SMALL),
            Line("<=", L**2 * tau**2 / (alpha * EY), Entail(), "gamma^2 + (1 - gamma)^2 <= 1"),
            Line("==", RIGHT, Entail()),
        ),
    )


HOLDS = Statement(
    text="the bound of theorem 1 for theta^P, convex weights, as in Appendix C and (10)",
    left=replace_field(FAILS, expr=fails),
    relation="<=",
    right=RIGHT,
    givens=(*GIVENS, CONVEX),
    proof=proof,
)

FLAT = Instance(
    d=2, L=Fraction(1), tau=Fraction(1, 16), beta=Fraction(0), alpha=Fraction(1, 2), star=(Fraction(0),) * 2,
    split=(1, 0), coupling="independent", gamma=Fraction(1),
)  # fmt: skip
STRETCHED = replace(FLAT, L=Fraction(4), tau=Fraction(1, 64))
SHRUNK = replace(FLAT, L=Fraction(1, 8), tau=Fraction(4))
MIXED = replace(FLAT, gamma=Fraction(1, 2), tau=Fraction(1, 2))
BEYOND = replace(FLAT, gamma=Fraction(2))

CLAIM = Claim(
    items=("sail.sec3.2.thm1-proximal",),
    readings=(
        Statement(
            text="the bound of theorem 1 for theta^P, weights of any sign with sum one",
            left=FAILS,
            relation="<=",
            right=RIGHT,
            givens=GIVENS,
        ),
        HOLDS,
    ),
    family=FAMILY,
    symbols={s: one.SYMBOLS[s] for s in (d, L, alpha, tau, beta, star, EY)}
    | {gamma: lambda i: i.gamma, fails: chance_of_failure, EX: lambda i: (i.L * i.tau) ** 2 * share(i)},
    repair=Repair(
        changes="convex weights",
        statement=HOLDS,
        nondegenerate=MIXED,
        added=(Added(given=CONVEX, fails_without=BEYOND),),
    ),
    transcription=lambda i: i.L**2 * (i.tau**2 + i.beta) / i.alpha / (i.d + sum(v * v for v in i.star)),
    witnesses=(FLAT, STRETCHED, SHRUNK, MIXED, BEYOND),
    mutants=(
        Mutant(
            text="1/(d + 1 + |theta*|^2)",
            right=RIGHT * (d + norm2(star)) / (d + 1 + norm2(star)),
            dies_at=FLAT,
        ),
        Mutant(text="without alpha", right=alpha * RIGHT, dies_at=FLAT),
        Mutant(text="L for L^2", right=RIGHT / L, dies_at=STRETCHED),
    ),
    effort=0.3,
)
