"""SAIL, Section 3.1: the distance in parameter space as an alternative to the loss after training.

Printed   "Alternatively, define the proximal parameter based on Frobenius norm in parameter space", (4): its
          weights in place of those of (3).
Repaired  For a loss of one curvature in all directions.  In general (3) spares directions that training soon
          repairs, while (4) weighs all directions alike: on a quadratic loss of spectrum a, (3) is (4) in the
          metric m_j = a_j (1 - eta a_j)^(2T).  As a definition of its own (4) is sound (second reading); but
          theorem 2 and its consequences take theta^P from (3), and theorem 3 from distances of parameters.
Shapes    theta, a, m: (d,); gamma: (2,).
Units     weights are pure numbers, the objective [J]; see the scaling.
Source    SAIL, Section 3.1, between equations (3) and (4).
"""

from dataclasses import replace as change

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Repair, Scaling, Statement
from theory.claims.sail import _span as world
from theory.claims.sail import eq4
from theory.claims.sail._span import PLAIN, TRAINED, at, squared, weights
from theory.claims.sail.eq3 import BEST, HALF, OBJECTIVE, TILTED
from theory.claims.sail.eq4 import INDEPENDENT, proof
from theory.family import replace
from theory.proof import Chain, Entail, Line

m = sp.Symbol("m", positive=True)
CLOSEST = weights(PLAIN)
ROUND = Given(
    text="one curvature in all directions",
    fact=sp.And(*(sp.Eq(t, m * g) for t, g in zip(TRAINED, PLAIN, strict=True))),
    check=lambda i: len(set(i.spectrum)) == 1,
)


def round_proof() -> Chain:
    """The objective is a multiple of that of (4)."""
    inside = proof(PLAIN, HALF * m)
    return Chain(
        OBJECTIVE,
        (
            Line("==", inside.start, Entail(), "the metric is m times the Euclidean one"),
            *inside.lines,
            Line("==", HALF * squared(TRAINED, CLOSEST), Entail()),
        ),
    )


def transcription(i):
    """The minimiser of (4), by eliminating the second weight."""
    one, two = i.experts
    product = lambda u, v: sum(x * y for x, y in zip(u, v, strict=True))
    share = product(one, two) / product(two, two)
    rest = tuple(x - share * y for x, y in zip(one, two, strict=True))
    first = product(rest, i.star) / product(rest, rest)
    return first, product(two, i.star) / product(two, two) - first * share


BALL = at((1, 0, 1), (0, 1, 1), (2, 1, -1), (2, 2, 2))

CLAIM = Claim(
    items=("sail.sec3.1.alternative",),
    readings=(
        Statement(
            text="the weights of (4) also minimise (3)",
            left=BEST,
            relation="argmin",
            right=CLOSEST,
            objective=world.trained,
            givens=(INDEPENDENT,),
        ),
        change(
            eq4.CLAIM.readings[0], text="a definition of its own: (4) has these weights, without training"
        ),
    ),
    family=world.FAMILY,
    symbols=world.SYMBOLS | {m: lambda i: world.damped(i)[0]},
    repair=Repair(
        changes="one curvature in all directions",
        statement=Statement(
            text="the weights of (4) also minimise (3), for a loss of one curvature",
            left=change(BEST, expr=OBJECTIVE),
            relation="argmin",
            right=CLOSEST,
            objective=world.trained,
            givens=(INDEPENDENT, ROUND),
            proof=round_proof,
        ),
        nondegenerate=BALL,
        added=(Added(given=ROUND, fails_without=TILTED),),
    ),
    transcription=transcription,
    witnesses=(TILTED, BALL),
    tight_at=(BALL,),
    scalings=(
        Scaling(
            text="J -> kJ",
            power=1,
            move=lambda i, k: replace(i, spectrum=tuple(k * a for a in i.spectrum)),
        ),
    ),
    mutants=(
        Mutant(text="weights exchanged", right=CLOSEST[::-1], dies_at=BALL),
        Mutant(text="as if orthogonal", right=(PLAIN[3] / PLAIN[0], PLAIN[4] / PLAIN[2]), dies_at=BALL),
        Mutant(text="normalised to sum one", right=tuple(v / sum(CLOSEST) for v in CLOSEST), dies_at=BALL),
    ),
    effort=0.4,
)
