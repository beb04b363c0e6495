"""FLOPS calls its covariance of the allocator a radial basis function: is it positive semidefinite?

Printed   Sigma(i, j) = sigma^2 exp(-d_ij / (2 gamma^2)) is a radial basis function (RBF), with d_ij the
          cosine similarity; hence Var(v . A) = v' Sigma v >= 0 for every v.
Repaired  1 - d_ij in place of d_ij.  For embeddings of length one 2 (1 - d_ij) is the squared distance, so
          that this is the Gaussian RBF of length scale sqrt(2) gamma, which is positive semidefinite
          (Schoenberg, Transactions AMS 44, 1938): with c = 1/(2 gamma^2) it is e^{-c} sum_n c^n/n! (x_i .
          x_j)^n, whose coefficients are >= 0, and whose first term gives v' Sigma v >= sigma^2 e^{-c} (sum_i
          v_i)^2.  That series is not among the proof rules, so that the repair is searched, exactly.  With
          d_ij itself the odd coefficients are negative, and Sigma is a covariance only if all embeddings
          point one way.
Shapes    embeddings (B, 4), roots of the system A_3, whose cosines are 0, +-1/2, +-1; v: (B,); sigma, q
          scalar, where q = exp(-1/(4 gamma^2)): then exp(-d/(2 gamma^2)) = q^(2d) is rational.
Units     Sigma, v' Sigma v: queries squared, see the scalings.
Source    FLOPS, Section 4.3, covariance structure; equation (5).
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import permutations
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace

ROOTS = sorted({tuple((k == a) - (k == b) for k in range(4)) for a, b in permutations(range(4), 2)})
B, j = sp.symbols("B j", positive=True, integer=True)
sigma, q = sp.symbols("sigma q", positive=True)
v: Any = sp.IndexedBase("v", real=True)

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "which": Vector("B", Real(0, 1)),
        "v": Vector("B", Real(-3, 3)),
        "q": Real(Fraction(1, 16), 1, open="hi"),
        "sigma": Real(0, 4, open="lo"),
    },
    leaves_out="cosines other than 0, +-1/2, +-1; B > 4",
)


FIRST_TERM = sigma**2 * q**2 * sp.Sum(v[j], (j, 1, B)) ** 2
FINITE = Given(text="gamma is finite: q < 1", fact=sp.Lt(q, 1))


def embeddings(i: Instance) -> list[tuple]:
    """B roots of A_3: `which` in [0, 1] picks one of the twelve."""
    return [ROOTS[min(11, int(12 * Fraction(w)))] for w in i.which]


def form(exponent: Callable[[Fraction], Fraction]) -> Quantity:
    """v' Sigma v with Sigma = sigma^2 q^(2 exponent(d))."""

    def run(i: Instance) -> Any:
        rows = [(Fraction(w), point) for w, point in zip(i.v, embeddings(i), strict=True)]
        total = Fraction(0)
        for one, a in rows:
            for two, b in rows:
                cosine = Fraction(sum(s * t for s, t in zip(a, b, strict=True)), 2)
                total += one * two * Fraction(i.q) ** int(2 * exponent(cosine))
        return total * Fraction(i.sigma) ** 2

    return Quantity(text="Var(v . A) = v' Sigma v", run=run)


def variance(text: str, exponent: Callable[[Fraction], Fraction], right: Any) -> Statement:
    return Statement(text=text, left=form(exponent), relation=">=", right=right, givens=(FINITE,))


CROSSED = Instance(B=2, which=(0, Fraction(1, 2)), v=(1, -1), q=Fraction(1, 2), sigma=1)
MANY = Instance(
    B=4,
    which=(0, Fraction(1, 6), Fraction(1, 2), Fraction(11, 12)),
    v=(1, 1, -1, 2),
    q=Fraction(1, 2),
    sigma=2,
)
SAME = Instance(B=2, which=(0, 0), v=(1, -1), q=Fraction(1, 2), sigma=1)
TRIANGLE = Instance(B=3, which=(0, Fraction(1, 12), Fraction(1, 6)), v=(1, 1, 1), q=Fraction(15, 16), sigma=1)

CLAIM = Claim(
    items=("flops.sec4_3.rbf",),
    readings=(
        variance("the display, d the cosine similarity", lambda d: d, sp.Integer(0)),
        variance("d the absolute value of the cosine similarity", abs, sp.Integer(0)),
        variance("d a cosine distance, 1 minus the similarity", lambda d: 1 - d, FIRST_TERM),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        v: lambda i: i.v,
        q: lambda i: i.q,
        sigma: lambda i: i.sigma,
    },
    repair=Repair(
        changes="1 - d_ij in place of d_ij: half the squared distance of embeddings of length one",
        statement=variance(
            "1 - d, half the squared distance of embeddings of length one",
            lambda d: 1 - d,
            FIRST_TERM,
        ),
        nondegenerate=MANY,
    ),
    transcription=lambda i: 0,
    witnesses=(CROSSED, MANY, SAME, TRIANGLE),
    tight_at=(SAME,),
    scalings=(
        Scaling(text="sigma times k", power=2, move=lambda i, c: replace(i, sigma=c * i.sigma)),
        Scaling(text="v times k", power=2, move=lambda i, c: replace(i, v=tuple(c * w for w in i.v))),
    ),
    mutants=(
        Mutant(text="the cosine itself", left=form(lambda d: d), dies_at=CROSSED),
        Mutant(text="1 + d", left=form(lambda d: 1 + d), dies_at=CROSSED),
        Mutant(text="without e^{-c}", right=sigma**2 * sp.Sum(v[j], (j, 1, B)) ** 2, dies_at=TRIANGLE),
    ),
    effort=0.3,
)
