"""FLOPS's Gaussian allocator: which matrices may its parameter Sigma be?

Printed   A ~ N(mu, Sigma), lambda = (mu, Sigma) in R^B x R^{B x B}, over which (10) and (11) search.  N(mu,
          Sigma) exists for covariance matrices alone; for two samples |Sigma_12|^2 <= Sigma_11 Sigma_22.
Notes     For Sigma = L L', which is every covariance matrix, this holds.  Over all of R^{B x B} it does not,
          so that a step of the search in the entries of Sigma leaves the set where the allocator exists: the
          search needs L as its parameter, or a kernel that is positive semidefinite.  The kernel of Section
          4.3, as printed, is none (flops.sec4_3.kernel).
Shapes    rows: (2, B), two rows of L; entries: (2, 2), the entries of an unrestricted symmetric Sigma.
Units     queries to the fourth power, see the scaling.
Source    FLOPS, Section 4.1, equation (5); Section 4.2, equations (10) and (11).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.proof import Chain, Lemma, Line

B, j = sp.symbols("B j", positive=True, integer=True)
p: Any = sp.IndexedBase("l_1", real=True)
q: Any = sp.IndexedBase("l_2", real=True)
first, second = sp.symbols("Sigma_11 Sigma_22", nonnegative=True)
CROSS: Any = sp.Sum(p[j] * q[j], (j, 1, B)) ** 2
OWN: Any = sp.Sum(p[j] ** 2, (j, 1, B)) * sp.Sum(q[j] ** 2, (j, 1, B))
CAUCHY = Lemma("cauchy_schwarz_sums", {"a": p[j], "b": q[j], "j": j, "n": B})

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "rows": Matrix(2, "B", Real(-3, 3)),
        "variances": Vector(2, Real(0, 4)),
        "between": Real(-4, 4),
    },
    leaves_out="three samples and more, for which more is asked of Sigma",
)


def covariance(i: Instance) -> Fraction:
    """Sigma_12 of Sigma = L L'."""
    return sum((Fraction(a) * Fraction(b) for a, b in zip(*i.rows, strict=True)), Fraction(0))


ALONG = Instance(B=2, rows=((1, 1), (1, 1)), variances=(1, 1), between=4)
ACROSS = Instance(B=2, rows=((1, 0), (1, 1)), variances=(4, 1), between=1)

CLAIM = Claim(
    items=("flops.eq5",),
    readings=(
        Statement(
            text="Sigma = L L'",
            left=Quantity(text="Sigma_12^2", run=lambda i: covariance(i) ** 2, expr=CROSS),
            relation="<=",
            right=OWN,
            proof=lambda: Chain(CROSS, (Line("<=", OWN, CAUCHY),)),
        ),
        Statement(
            text="Sigma any symmetric matrix of R^{B x B}, with variances that are not negative",
            left=Quantity(text="Sigma_12^2", run=lambda i: Fraction(i.between) ** 2),
            relation="<=",
            right=first * second,
        ),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        p: lambda i: i.rows[0],
        q: lambda i: i.rows[1],
        first: lambda i: i.variances[0],
        second: lambda i: i.variances[1],
    },
    witnesses=(ALONG, ACROSS),
    tight_at=(ALONG,),
    scalings=(
        Scaling(
            text="queries times k",
            power=4,
            move=lambda i, c: replace(i, rows=tuple(tuple(c * x for x in row) for row in i.rows)),
        ),
    ),
    mutants=(
        Mutant(text="half the product", right=OWN / 2, dies_at=ALONG),
        Mutant(text="no squares", right=sp.Sum(sp.Abs(p[j] * q[j]), (j, 1, B)), dies_at=ALONG),
        Mutant(
            text="an unrestricted entry",
            left=Quantity(text="Sigma_12^2", run=lambda i: Fraction(i.between) ** 2),
            dies_at=ALONG,
        ),
    ),
)
