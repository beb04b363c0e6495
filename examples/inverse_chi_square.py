"""The mean of 1/|X|^2 for a standard normal X in d dimensions, on which James and Stein rest.

Printed   E[1/|X|^2] = 1/(d - 2) for X standard normal in R^d.
Repaired  for d >= 3: in one and two dimensions the expectation does not exist.
Shapes    X: (d,); |X|^2 has the chi-square law with d degrees of freedom.
Units     none: X is standard.
Source    James and Stein, Fourth Berkeley Symposium (1961), Section 2; Lehmann and Casella, Theory of Point
          Estimation (1998), Section 5.5.
"""

import math

import sympy as sp

from theory.claim import Added, Claim, Existence, Given, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer

d = sp.Symbol("d", integer=True, positive=True)
s = sp.Symbol("s", positive=True)
DENSITY = s ** (d / 2 - 1) * sp.exp(-s / 2) / (2 ** (d / 2) * sp.gamma(d / 2))


def expected_inverse(i):
    """The integral of density / s, with s = exp(z), by the trapezoidal rule."""
    step, total = 2.0**-6, 0.0
    for node in range(-2560, 512):
        z = node * step
        total += math.exp(z * (i.d / 2 - 1) - math.exp(z) / 2)
    return step * total / (2 ** (i.d / 2) * math.gamma(i.d / 2))


PLANE, SPACE = Instance(d=2), Instance(d=3)
LEFT = Quantity(text="E[1/|X|^2]", run=expected_inverse)
EXISTS = Existence(text="E[1/|X|^2], d = 2", variable=s, density=DENSITY, integrand=1 / s, at=0, where=PLANE)
THREE = Given(text="d >= 3", fact=sp.Ge(d, 3))

CLAIM = Claim(
    items=("tour.inverse-chi-square",),
    readings=(
        Statement(text="in every dimension", left=LEFT, relation="==", right=1 / (d - 2), exists=(EXISTS,)),
    ),
    family=Family(fields={"d": Integer(1, 60)}, leaves_out="d > 60"),
    symbols={d: lambda i: i.d},
    repair=Repair(
        changes="d >= 3",
        statement=Statement(
            text="from three dimensions on", left=LEFT, relation="==", right=1 / (d - 2), givens=(THREE,)
        ),
        nondegenerate=SPACE,
        added=(Added(given=THREE, fails_without=PLANE),),
    ),
    tight_at=(SPACE,),
    mutants=(
        Mutant(text="1/d, the inverse of the mean", right=1 / d, dies_at=SPACE),
        Mutant(text="one dimension lost", right=1 / (d - 1), dies_at=SPACE),
    ),
)
