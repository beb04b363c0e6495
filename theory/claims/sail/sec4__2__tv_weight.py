"""SAIL, Section 4.2: the closer the data set, the larger the weight.

Printed   "the smaller the total variation distance D_TV(D_i, D*), the larger the corresponding weight
          gamma_i*.  In other words, pre-trained models closer to the target distribution receive higher
          weights" (theorem 3).
Repaired  For two experts: gamma_1 >= 1/2 wherever D_TV(D_1, D*) <= D_TV(D_2, D*), by (11).  With all other
          distances fixed gamma_1 falls as D_TV(D_1, D*) grows, for two experts and for three (last readings).
          Among three experts the closest need not have the largest weight, with (12) and with distances of
          parameters alike: one that lies between the others and the target, though the closest, may get the
          least weight, since weights answer where an expert lies and not only how far.
Shapes    as in theory.claims.sail._three_experts; the left side solves H gamma = lambda e by elimination.
Units     weights are pure numbers.
Source    SAIL, Section 4.2, after Theorem 3.
"""

from fractions import Fraction

import sympy as sp

from sim.gaussian_classes import inner
from sim.simplex import least
from theory.claim import Added, Along, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.claims.sail import _three_experts as world
from theory.claims.sail._three_experts import BETWEEN, FAR, H_TV, solved
from theory.claims.sail._two_experts import GIVENS, same_kind, tv, weight
from theory.claims.sail.thm3__b import entries
from theory.family import Family, Instance, Real
from theory.proof import Calculus, Chain, Entail, Line

D1, D2, D12 = FAR[0], FAR[1], BETWEEN[1, 2]
PAIR = weight(D1**2, D2**2, D12**2)
near, step = sp.symbols("D step", positive=True)
ALONE = weight(near**2, D2**2, D12**2)
ALONE_OF_THREE = solved(H_TV)[0].xreplace({D1: near})
FAMILY = Family(
    fields={**world.FAMILY.fields, "near": Real(0, 1, open="lo"), "step": Real(0, 1, open="lo")},
    leaves_out=world.FAMILY.leaves_out,
)


def closed_form(i, near=None) -> tuple:
    """The weights of (12): H gamma = lambda e, e^T gamma = 1, by elimination; `near` for D_TV(D_1, D*)."""
    own = tv("first", "target")(i)
    unit, more = same_kind(1, own), 0 if near is None else same_kind(near, own) ** 2 - own**2
    rows = [
        [*(entries(a, b)(i) + more * ((a == 1) + (b == 1)) for b in (1, 2, 3)), -unit, 0 * unit]
        for a in (1, 2, 3)
    ]
    rows.append([unit, unit, unit, 0 * unit, unit])
    for k in range(4):
        place = max(range(k, 4), key=lambda a: abs(float(rows[a][k])))
        rows[k], rows[place] = rows[place], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        for a in range(4):
            if a != k:
                rows[a] = [x - rows[a][k] * y for x, y in zip(rows[a], rows[k], strict=True)]
    return tuple(r[4] for r in rows[:3])


def agreement(i):
    """(gamma_1 - gamma_2)(D_2* - D_1*) where (12) gives weights > 0, else 0."""
    found = closed_form(i)
    if any(not v > 0 for v in found):
        return 0
    return (found[0] - found[1]) * (tv("second", "target")(i) - tv("first", "target")(i))


def best_agreement(i):
    """The same with the best weights and the distances of the parameters, squared."""
    weights = least(world.gram(i))[1]
    lengths = [inner(v, v) for v in world.deltas(i)]
    return (weights[0] - weights[1]) * (lengths[1] - lengths[0])


def first_weight(i):
    """The weight of expert 1 against expert 2 alone, by (11)."""
    far, near, apart = (tv(*p)(i) for p in (("second", "target"), ("first", "target"), ("first", "second")))
    return (1 + (far**2 - near**2) / apart**2) / 2


def with_distance(i):
    """The weight of expert 1 by (11) for a distance D of its data set, the other two as they are."""
    far, apart = tv("second", "target")(i), tv("first", "second")(i)
    return (1 + (far**2 - same_kind(i.near, far) ** 2) / apart**2) / 2


CLOSER = Given(text="D_TV(D_1, D*) <= D_TV(D_2, D*)", fact=sp.Le(D1, D2))
APART = Given(text="D_TV(D_1, D_2) > 0", fact=sp.Gt(D12, 0))
TRIANGLE = Given(
    text="D_TV between the experts are the sides of a triangle, not of a line",
    fact=sp.And(sp.Gt(sum(H_TV.adjugate() * sp.ones(3, 1)).expand(), 0), sp.Gt(BETWEEN[2, 3], 0)),
)
PLANE = ((1, 0), (0, 1))
STEP = Fraction(3, 10)


def at(*sets) -> Instance:
    """An instance with D = 1/2 and a step of 1/4."""
    return Instance(**dict(world.at(*sets)), near=Fraction(1, 2), step=Fraction(1, 4))


BETWEEN_US = at(PLANE, (0, 0), (0, STEP), (2 * STEP, -STEP / 10), (-2 * STEP, -STEP / 10))
LINE = at(((1,),), (0,), (1,), (2,), (3,))
EQUAL = at(((1,),), (0,), (1,), (-1,), (3,))
NEARLY = at(((1,),), (0,), (Fraction(9, 10),), (-1,), (3,))
FARTHER = at(((1,),), (0,), (2,), (1,), (3,))

CLAIM = Claim(
    items=("sail.sec4.2.tv-weight",),
    readings=(
        Statement(
            text="three experts, weights of (12) where they are > 0: (gamma_1 - gamma_2)(D_2* - D_1*) >= 0",
            left=Quantity(text="(gamma_1 - gamma_2)(D_TV(D_2, D*) - D_TV(D_1, D*))", run=agreement),
            relation=">=",
            right=sp.S.Zero,
            givens=GIVENS,
        ),
        Statement(
            text="the best weights on the simplex, and distances of parameters",
            left=Quantity(text="the same, with distances of parameters", run=best_agreement),
            relation=">=",
            right=sp.S.Zero,
            givens=GIVENS,
        ),
        Statement(
            text="three experts, the other distances fixed: gamma_1 of (12) falls as D_TV(D_1, D*) grows",
            left=Quantity(
                text="gamma_1 of (12)", run=lambda i: closed_form(i, i.near)[0], expr=ALONE_OF_THREE
            ),
            relation="decreasing",
            along=Along(symbol=near, field="near", step="step"),
            givens=(*GIVENS, TRIANGLE),
            proof=lambda: Chain(
                ALONE_OF_THREE.subs(near, near + step), (Line("<", ALONE_OF_THREE, Calculus(near)),)
            ),
        ),
        Statement(
            text="two experts, the other distances fixed: gamma_1 falls as D_TV(D_1, D*) grows",
            left=Quantity(text="gamma_1 of (11)", run=with_distance, expr=ALONE),
            relation="decreasing",
            along=Along(symbol=near, field="near", step="step"),
            givens=(*GIVENS, APART),
            proof=lambda: Chain(ALONE.subs(near, near + step), (Line("<", ALONE, Calculus(near)),)),
        ),
    ),
    family=FAMILY,
    symbols={s: world.SYMBOLS[s] for s in (*FAR, *BETWEEN.values())}
    | {near: lambda i: i.near, step: lambda i: i.step},
    repair=Repair(
        changes="two experts",
        statement=Statement(
            text="two experts: the closer one has at least half of the weight",
            left=Quantity(text="gamma_1 of (11)", run=first_weight, expr=PAIR),
            relation=">=",
            right=sp.Rational(1, 2),
            givens=(*GIVENS, CLOSER, APART),
            proof=lambda: Chain(PAIR, (Line(">=", sp.Rational(1, 2), Entail()),)),
        ),
        nondegenerate=LINE,
        added=(Added(given=CLOSER, fails_without=FARTHER),),
    ),
    transcription=lambda i: 0,
    witnesses=(BETWEEN_US, LINE, EQUAL, NEARLY, FARTHER),
    tight_at=(EQUAL,),
    mutants=(
        Mutant(text="three fifths", right=sp.Rational(3, 5), dies_at=NEARLY),
        Mutant(text="all of it", right=sp.S.One, dies_at=NEARLY),
        Mutant(text="the other expert's weight", left=Quantity(
            text="gamma_2", run=lambda i: 1 - first_weight(i)), dies_at=LINE),
    ),
    effort=0.15,
)  # fmt: skip
