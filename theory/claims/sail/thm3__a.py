"""SAIL theorem 3(a): the best weights of two experts from total variation distances.

Printed   The weights of the simplex that minimise |gamma_1 theta_1 + gamma_2 theta_2 - theta*|^2 are
          gamma_1 = (D_TV(D_2,D*)^2 + D_TV(D_1,D_2)^2 - D_TV(D_1,D*)^2) / (2 D_TV(D_1,D_2)^2) and
          gamma_2 = 1 - gamma_1, provided that both are >= 0.
Repaired  Distances of parameters, |theta_i - theta_j|, in place of D_TV(D_i, D_j), theta_1 != theta_2; and
          clipped to [0, 1], which needs no proviso.  The printed formula rests on Lemma 2, which takes half a
          Mahalanobis distance for the total variation (it is 2 Phi(delta/2) - 1 for one Gaussian class, and
          bounded by 1) and one constant C for all pairs (it depends on the direction unless Sigma is a
          multiple of I).  With the proof's own distance and Sigma = s I the printed formula holds.
Shapes    theta: (d,), the LDA directions; Sigma: (d, d); gamma scalar.
Units     total variation and weights are pure numbers; the objective [x]^{-2}.
Source    SAIL, Section 4.2, Theorem 3(a), equation (11); Appendix E, Lemma 2 and Step 3, Step 4 case 1.
"""

from dataclasses import replace
from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Repair, Statement
from theory.claims.sail._two_experts import (
    C2,
    FAMILY,
    GIVENS,
    H1,
    H2,
    H12,
    LEAST,
    SYMBOLS,
    TV1,
    TV2,
    TV12,
    C2_half,
    gamma,
    one,
    parameters,
    reached,
    reached_if_feasible,
    star,
    tv,
    two,
    weight,
)
from theory.family import Instance
from theory.family import replace as replace_instance
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Entail, Line, Rewrite

ISOTROPIC = (
    Given(
        text="Lemma 2 with one constant: |theta_1 - theta*|^2 = C^2 D^2",
        fact=sp.Eq(norm2(one - star), C2_half * H1),
    ),
    Given(text="|theta_2 - theta*|^2 = C^2 D^2", fact=sp.Eq(norm2(two - star), C2_half * H2)),
    Given(text="|theta_1 - theta_2|^2 = C^2 D^2", fact=sp.Eq(norm2(one - two), C2_half * H12)),
    Given(text="the two data sets differ", fact=sp.Gt(H12, 0)),
)
APART = Given(text="theta_1 != theta_2", fact=sp.Gt(norm2(one - two), 0))

FREE = weight(norm2(one - star), norm2(two - star), norm2(one - two))


def clip(value: sp.Expr) -> sp.Expr:
    """The value moved into [0, 1]."""
    return sp.Max(0, sp.Min(1, value))


def squared_distance(first: sp.Expr) -> sp.Expr:
    """|theta^P - theta*|^2 at the weights (first, 1 - first)."""
    return norm2(first * one + (1 - first) * two - star)


CLIPPED = clip(FREE)
RIVAL = sp.Symbol("r", real=True)  # every pair of weights is (clip(r), 1 - clip(r)) for some r
OBJECTIVE = squared_distance(clip(RIVAL))


HALVED = weight(H1, H2, H12)
FEASIBLE = Given(text="both weights are >= 0", fact=sp.And(sp.Ge(HALVED, 0), sp.Le(HALVED, 1)))


def closest(first: sp.Expr) -> Chain:
    """No competitor is closer: the objective is a parabola in the weight."""
    end = OBJECTIVE.xreplace({RIVAL: first})
    return Chain(OBJECTIVE, (Line(">=", end, Entail(), "a parabola in the weight, over [0, 1]"),))


def both(first) -> tuple:
    """The pair of weights."""
    return first, 1 - first


PRINTED = both(weight(TV1**2, TV2**2, TV12**2))
READINGS = (
    Statement(
        text="equation (11) with the total variation of the data sets, where both weights are >= 0",
        left=LEAST,
        relation="argmin",
        right=PRINTED,
        objective=reached_if_feasible,
        givens=GIVENS,
    ),
    Statement(
        text="the distance that the proof of Lemma 2 uses, half a Mahalanobis distance, for D_TV",
        left=LEAST,
        relation="argmin",
        right=both(weight(H1, H2, H12)),
        objective=reached_if_feasible,
        givens=GIVENS,
    ),
    Statement(
        text="the distance of the proof, one constant C for all pairs (Sigma a multiple of I), weights >= 0",
        left=replace(LEAST, expr=OBJECTIVE),
        relation="argmin",
        right=(HALVED,),
        objective=lambda i, weights: reached(i, both(weights[0])),
        givens=(*GIVENS, *ISOTROPIC, FEASIBLE),
        proof=lambda: closest(HALVED),
    ),
)
REPAIRED = Statement(
    text="gamma_1 from distances of parameters, clipped to [0, 1]; gamma_2 = 1 - gamma_1",
    left=replace(LEAST, expr=OBJECTIVE),
    relation="argmin",
    right=(CLIPPED,),
    objective=lambda i, weights: reached(i, both(weights[0])),
    givens=(*GIVENS, APART),
    proof=lambda: closest(CLIPPED),
)

H11, H22, H_12 = 2 * TV1**2, 2 * TV2**2, TV1**2 + TV2**2 - TV12**2
FORM = H11 * gamma**2 + 2 * H_12 * gamma * (1 - gamma) + H22 * (1 - gamma) ** 2
built = Vec(r"\theta^P")


def integrated(i: Instance) -> tuple:
    """sum_i gamma_i theta_i."""
    pairs = zip(parameters(i, "first"), parameters(i, "second"), strict=True)
    return tuple(sum(w * v for w, v in zip((i.gamma, 1 - i.gamma), pair, strict=True)) for pair in pairs)


MIXED = gamma * one + (1 - gamma) * two - star
STEPS = (
    PrintedStep(
        item="sail.alg.integration",
        text="theta^P as it is built, entry by entry",
        left=norm2(built - gamma * one - (1 - gamma) * two),
        relation="==",
        right=sp.S.Zero,
    ),
    PrintedStep(
        item="sail.thm3.step2",
        left=norm2(MIXED),
        relation="==",
        right=gamma**2 * norm2(one - star)
        + 2 * gamma * (1 - gamma) * dot(one - star, two - star)
        + (1 - gamma) ** 2 * norm2(two - star),
        by=Rewrite(),
    ),
    PrintedStep(
        item="sail.thm3.step3",
        left=dot(one - star, two - star),
        relation="==",
        right=(norm2(one - star) + norm2(two - star) - norm2(one - two)) / 2,
        by=Rewrite(),
    ),
    PrintedStep(
        item="sail.thm3.step4",
        text="Lemma 2 with one constant C for three pairs; C fitted to the pair (1, 2)",
        left=dot(one - star, two - star),
        relation="==",
        right=C2 / 2 * (TV1**2 + TV2**2 - TV12**2),
    ),
    PrintedStep(
        item="sail.thm3.step5",
        text="falls with step 4",
        left=norm2(MIXED),
        relation="==",
        right=C2 / 2 * FORM,
        after=(
            sp.Eq(dot(one - star, two - star), C2 / 2 * H_12),
            sp.Eq(norm2(one - star), C2 / 2 * H11),
            sp.Eq(norm2(two - star), C2 / 2 * H22),
        ),
    ),
    PrintedStep(
        item="sail.thm3.step7",
        left=FORM,
        relation="==",
        right=(H11 + H22 - 2 * H_12) * gamma**2 + 2 * (H_12 - H22) * gamma + H22,
        by=Rewrite(),
    ),
    PrintedStep(
        item="sail.thm3.step8",
        left=sp.diff(FORM, gamma),
        relation="==",
        right=2 * (H11 + H22 - 2 * H_12) * gamma + 2 * (H_12 - H22),
        by=Rewrite(),
    ),
    PrintedStep(
        item="sail.thm3.step9",
        text="the algebra; that this is the best weight rests on step 5",
        left=(H22 - H_12) / (H11 + H22 - 2 * H_12),
        relation="==",
        right=PRINTED[0],
        by=Rewrite(),
    ),
)


def transcription(i: Instance):
    """Equation (11) from the inventory's LaTeX."""
    far1, far2, apart = tv("first", "target")(i), tv("second", "target")(i), tv("first", "second")(i)
    gamma_1 = apart**-2 * (far2 * far2 + apart * apart - far1 * far1) / 2
    return gamma_1, 1 - gamma_1


def line(first, second, target, sigma=((Fraction(1),),)) -> Instance:
    """Class -1 at the origin in all three data sets, class 1 where it is said (elsewhere: it can be told)."""
    origin = (Fraction(0),) * len(sigma)
    pair = lambda mean: (tuple(map(Fraction, mean)), origin)
    return Instance(
        d=len(sigma),
        sigma=sigma,
        first=pair(first),
        raw=pair(second),
        second=pair(second),
        target=pair(target),
        gamma=Fraction(1, 2),
    )


SHIFTED = ((Fraction(2),), (Fraction(1),))  # both class means moved alike: another data set, the same theta
BETWEEN = line((1,), (3,), (Fraction(3, 2),))
OBTUSE = line((2,), (4,), (1,))
SKEW = line((3, 1), (1, 3), (1, 1), ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(4))))
ROUND = line((3, 1), (1, 2), (1, 1), ((Fraction(1, 2), Fraction(0)), (Fraction(0), Fraction(1, 2))))
SAME = replace_instance(line((1,), (2,), (3,)), raw=SHIFTED, second=SHIFTED)

LENGTHS = [sp.sqrt(norm2(v)) for v in (one - star, two - star, one - two)]
UNSQUARED = weight(*LENGTHS)

CLAIM = Claim(
    items=(
        "sail.thm3.a",
        "sail.alg.integration",
        "sail.thm3.step2",
        "sail.thm3.step3",
        "sail.thm3.step4",
        "sail.thm3.step5",
        "sail.thm3.step7",
        "sail.thm3.step8",
        "sail.thm3.step9",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols=SYMBOLS | {built: integrated},
    repair=Repair(
        changes="|theta_i - theta_j| in place of D_TV(D_i, D_j); theta_1 != theta_2; clipped to [0, 1]",
        statement=REPAIRED,
        nondegenerate=BETWEEN,
        added=(Added(given=APART, fails_without=SAME),),
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(BETWEEN, SKEW, ROUND, OBTUSE),
    tight_at=(BETWEEN, OBTUSE, SKEW),
    mutants=(
        Mutant(text="not clipped", right=(FREE,), dies_at=OBTUSE),
        Mutant(text="the indices 1 and 2 exchanged", right=(1 - CLIPPED,), dies_at=BETWEEN),
        Mutant(text="distances, not their squares", right=(clip(UNSQUARED),), dies_at=SKEW),
    ),
    effort=0.5,
)
