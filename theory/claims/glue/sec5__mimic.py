"""GLUE: what a two-point step costs, and what it costs for the progress that it makes.

Printed   GLUE mimics the gains of full-gradient learning while providing computational benefits: it is
          cheaper per iteration.  What gains it has on networks is measured (figure glue_configs).
Repaired  not needed for an iteration.  For equal progress it takes K T_SPSA <= T_full: along one random
          direction of K a step lowers a round quadratic by |g|^2/(2 beta K), a full step by |g|^2/(2 beta),
          so that K two-point steps make up for one, as in the bounds of both (glue.sec4.convergence).  With
          gamma = 2 and D_alpha = C_mix that is K < 3/2 at best: from two experts on the full gradient makes
          the same progress for less.  On a loss curved along one direction alone, the other extreme, 3K/(K+2)
          steps do, fewer than three.  With m independent directions and the best step on round losses a
          unit of decrease costs 2 (K+m-1) T_SPSA, least at m = 1, as in the experiments.
Shapes    scalars, see theory.claims.glue._cost.  Units: multiply-accumulates for a unit of decrease.
Source    GLUE, Section 5, last paragraph, 2); costs: Section 4.1; steps 1/beta and best steps.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from sim.costs import total
from sim.directions import half
from sim.spsa import mean_square_error, two_point
from theory.claim import Claim, Given, Mutant, Quantity, Statement
from theory.claims.glue._cost import (
    FAMILY,
    FULL,
    SPSA,
    SYMBOLS,
    WHOLE,
    C,
    D,
    F,
    K,
    gamma,
    m,
    network,
    spsa_step,
)
from theory.claims.glue._mixing import law_of
from theory.family import Instance
from theory.notation import Avg, E, Vec, dot, norm2
from theory.proof import Chain, Entail, Expect, Line

g, u = Vec("g"), Vec("u")


def decrease(i: Instance) -> Fraction:
    """E[L(alpha) - L(alpha - d u)] for L = |alpha|^2/2 from a unit vector: the step is made along every u."""
    exact = np.frompyfunc(Fraction, 1, 1)
    weights, vectors = (exact(np.array(part, dtype=object)) for part in half("sphere", i.K))
    x = exact(np.array([int(k == 0) for k in range(i.K)], dtype=object))
    loss = lambda y: (y * y).sum(-1) / 2
    return weights @ (loss(x) - loss(x - two_point(loss, x, Fraction(i.mu), vectors)))


def price(i: Instance) -> Any:
    """Multiply-accumulates of one two-point step, counted, for a unit of decrease."""
    return Fraction(total(spsa_step(i))) / decrease(i)


PER_UNIT = SPSA / (E(dot(g, u) ** 2) / 2)  # d = <g, u> lowers L by <g, u>^2/2, beta = 1, |g| = 1
UNIT = Given(text="beta = 1, |g| = 1", fact=sp.Eq(norm2(g), 1))
DENSE = Given(
    text="D_alpha = C_mix, gamma > 1",
    fact=sp.And(sp.Eq(D, C), sp.Gt(gamma, 1)),
    because="both are P K; gamma is 2, or 2 - (first layer)/P where the pass stops before the data",
)
CHEAP = Given(text="2K (F + C_mix) <= T_full", fact=sp.Le(K * SPSA, FULL))
LEFT = Quantity(text="cost of a two-point step for its decrease", run=price, expr=PER_UNIT)
ONE, PAIR = network(), network(K=2)


def price_of_many(i: Instance) -> Any:
    """The same for the mean of m independent directions and the step that is best on average."""
    exact = np.frompyfunc(Fraction, 1, 1)
    weights, vectors = (exact(np.array(part, dtype=object)) for part in half("sphere", i.K))
    x = exact(np.array([int(k == 0) for k in range(i.K)], dtype=object))
    ghat = two_point(lambda y: (y * y).sum(-1) / 2, x, Fraction(i.mu), vectors)
    square = mean_square_error(ghat, 0 * x, i.m, weights)
    return total(spsa_step(i, i.m)) * 2 * square / ((weights @ ghat) @ x) ** 2


def price_in_a_valley(i: Instance) -> Any:
    """The same for L = <t, y>^2/2, curved along one direction t, from y = t, and the best step; m = 1."""
    exact = np.frompyfunc(Fraction, 1, 1)
    weights, vectors = (exact(np.array(part, dtype=object)) for part in half("sphere", i.K))
    t = exact(np.array([int(k == 0) for k in range(i.K)], dtype=object))
    ghat = two_point(lambda y: (y @ t) ** 2 / 2, t, Fraction(i.mu), vectors)
    bent = weights @ (ghat @ t) ** 2
    return total(spsa_step(i)) * 2 * bent / ((weights @ ghat) @ t) ** 2


VALLEY = SPSA * 2 * E(dot(g, u) ** 4) / E(dot(g, u) ** 2) ** 2
NARROW = 6 * K / (K + 2) * SPSA
MANY = m * SPSA * 2 * E(norm2(Avg(dot(g, u) * u, m))) / E(dot(g, Avg(dot(g, u) * u, m))) ** 2


def proof_of_many() -> Chain:
    """Second moment and mean of the averaged estimate, then |g| = 1."""
    closed = m * SPSA * 2 * (K + m - 1) / (m * K**2) * norm2(g) / (norm2(g) / K) ** 2
    return Chain(MANY, (Line("==", closed, Expect()), Line("==", 2 * (K + m - 1) * SPSA, Entail())))


def proof() -> Chain:
    """K two-point steps for one full step."""
    return Chain(
        PER_UNIT,
        (Line("==", 2 * K * SPSA / norm2(g), Expect()), Line("<=", 2 * FULL, Entail())),
    )


CLAIM = Claim(
    items=("glue.sec5.mimic", "glue.sec4.cheaper_stable", "glue.sec1.contrib3"),
    readings=(
        Statement(
            text="an iteration for less, as the paper says: D_alpha = C_mix and gamma > 1",
            left=Quantity(text="T_SPSA", run=lambda i: total(spsa_step(i)), expr=SPSA),
            relation="<",
            right=FULL,
            givens=(DENSE, WHOLE),
            proof=lambda: Chain(SPSA, (Line("<", FULL, Entail()),)),
        ),
        Statement(
            text="the same decrease of the loss for less: a round quadratic, steps of length 1/beta",
            left=LEFT,
            relation="<=",
            right=2 * FULL,
            givens=(UNIT,),
        ),
        Statement(
            text="the same decrease for less where K two-point steps cost no more than one full step",
            left=LEFT,
            relation="<=",
            right=2 * FULL,
            givens=(UNIT, CHEAP),
            proof=proof,
        ),
        Statement(
            text="m independent directions and the best step: what a unit of decrease costs",
            left=Quantity(text="cost of m pairs for their decrease", run=price_of_many, expr=MANY),
            relation="==",
            right=2 * (K + m - 1) * SPSA,
            givens=(UNIT,),
            proof=proof_of_many,
        ),
        Statement(
            text="a loss curved along one direction, the best step: K steps become 3K/(K+2), below three",
            left=Quantity(text="cost for the decrease in a valley", run=price_in_a_valley, expr=VALLEY),
            relation="==",
            right=NARROW,
            givens=(UNIT,),
            proof=lambda: Chain(
                VALLEY,
                (
                    Line("==", SPSA * 2 * 3 * K / (K + 2) * norm2(g) ** 2 / norm2(g) ** 2, Expect()),
                    Line("==", NARROW, Entail()),
                ),
            ),
        ),
    ),
    family=FAMILY,
    symbols={**SYMBOLS, g: lambda i: (1, *(0,) * (i.K - 1))},
    laws={u: law_of("sphere")},
    witnesses=(ONE, PAIR),
    mutants=(
        Mutant(text="no backward pass", right=F + C + D, dies_at=ONE),
        Mutant(text="one forward pass less", right=gamma * F + C + D, dies_at=ONE),
        Mutant(text="no inner products", right=(1 + gamma) * F + C, dies_at=PAIR),
        Mutant(
            text="two pairs of probes",
            left=Quantity(text="T_SPSA, m = 2", run=lambda i: total(spsa_step(i, 2))),
            dies_at=PAIR,
        ),
    ),
    effort=0.2,
)
