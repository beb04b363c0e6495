"""SAIL lemma 2: whether the factor C is one constant.

Printed   C = 2 sqrt((sum_j mu~_j^2/lambda_j^2) / (sum_j mu~_j^2/lambda_j)) "is a constant"; the proof of
          theorem 3, step 4, takes one C for all pairs of data sets with a shared covariance.
Repaired  For Sigma = s I, and then C = 2/sqrt(s).  Otherwise C depends on the direction of mu_i - mu*, so
          that it changes from pair to pair: it lies between 2/sqrt(lambda_max) and 2/sqrt(lambda_min), both
          attained.
Shapes    mu~, lambda: (d,).
Units     [x]^{-1} on both sides, see the scaling.
Source    SAIL, Appendix E, Lemma 2 (the factor C), and the proof of Theorem 3, Step 3.
"""

from fractions import Fraction

import sympy as sp

from sim.gaussian_classes import inner, mahalanobis2, minus, mirror, spectral
from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.claims.sail import _lda
from theory.claims.sail._lda import CONSTANT, GIVENS, component_sum, parameters, root, shift, tilde
from theory.family import Family, Instance
from theory.proof import Chain, Entail, Line

other = sp.IndexedBase(r"\tilde{\mu}'", real=True)
s = sp.Symbol("s", positive=True)
A, B = component_sum(-2, other), component_sum(-1, other)
OWN = 2 * sp.sqrt(A / B)
FAMILY = Family(
    fields={**_lda.FIELDS, **_lda.data_set("first"), **_lda.data_set("second")},
    leaves_out="mu_i = mu*, where C is 0/0; covariances that differ",
)
ROUND = Given(
    text="Sigma = s I",
    fact=sp.And(sp.Eq(A, B / s), sp.Gt(B, 0)),
    check=lambda i: len(set(i.roots)) == 1,
)
SAME = Given(
    text="one pair of data sets alone",
    fact=sp.And(sp.Eq(A, component_sum(-2)), sp.Eq(B, component_sum(-1)), sp.Gt(B, 0)),
    check=lambda i: i.first == i.second,
)


def factor(i: Instance):
    """|theta_1 - theta*| / (|mu_1 - mu*|_{Sigma^-1} / 2), from the LDA solutions."""
    difference = minus(parameters("first")(i), parameters("target")(i))
    ratio = 4 * inner(difference, difference) / mahalanobis2(i.sigma, shift("first")(i))
    return root(ratio)


LEFT = Quantity(text="C of one pair of data sets", run=factor, expr=OWN)


def transcription(i: Instance):
    """C of the second pair, from the inventory's LaTeX."""
    turned, values = _lda.rotated("second")(i), _lda.spectrum(i)
    over = sum(v**2 / w**2 for v, w in zip(turned, values, strict=True))
    ratio = 4 * over / sum(v**2 / w for v, w in zip(turned, values, strict=True))
    return root(ratio)


def at(roots: tuple, first: tuple, second: tuple) -> Instance:
    """Class -1 at the origin everywhere, the target's class 1 too; Q = I."""
    roots, zero = tuple(map(Fraction, roots)), (Fraction(0),) * len(roots)
    pair = lambda v: (tuple(map(Fraction, v)), zero)
    return Instance(
        d=len(roots), normal=zero, roots=roots, sigma=spectral(mirror(zero), tuple(r * r for r in roots)),
        target=(zero, zero), raw_first=pair(first), first=pair(first), raw_second=pair(second),
        second=pair(second),
    )  # fmt: skip


SKEW = at((1, 2), (0, 1), (1, 0))
BALL = at((2, 2), (1, 0), (1, 3))
LINE = at((3,), (1,), (2,))
TWICE = at((1, 2), (1, 1), (1, 1))
SETS = ("target", "raw_first", "first", "raw_second", "second")


def in_units(i: Instance, k) -> Instance:
    """x -> k x."""
    grown = {n: tuple(tuple(k * v for v in row) for row in getattr(i, n)) for n in SETS}
    sigma = tuple(tuple(k * k * v for v in row) for row in i.sigma)
    fixed = {"d": i.d, "normal": i.normal, "roots": tuple(k * r for r in i.roots), "sigma": sigma}
    return Instance(**{name: (fixed | grown)[name] for name, _ in i})


CLAIM = Claim(
    items=("sail.lem2.constant",),
    readings=(
        Statement(
            text="one constant: C of any other pair of data sets",
            left=LEFT,
            relation="==",
            right=CONSTANT,
            givens=GIVENS,
        ),
        Statement(
            text="a constant of the pair alone",
            left=LEFT,
            relation="==",
            right=CONSTANT,
            givens=(*GIVENS, SAME),
            proof=lambda: Chain(OWN, (Line("==", CONSTANT, Entail()),)),
        ),
    ),
    family=FAMILY,
    symbols=_lda.SYMBOLS
    | {tilde: _lda.rotated("second"), other: _lda.rotated("first"), s: lambda i: i.roots[0] ** 2},
    repair=Repair(
        changes="Sigma = s I, and then C = 2/sqrt(s)",
        statement=Statement(
            text="one constant for a covariance that is a multiple of I",
            left=LEFT,
            relation="==",
            right=2 / sp.sqrt(s),
            givens=(*GIVENS, ROUND),
            proof=lambda: Chain(OWN, (Line("==", 2 / sp.sqrt(s), Entail()),)),
        ),
        nondegenerate=BALL,
        added=(Added(given=ROUND, fails_without=SKEW),),
    ),
    transcription=transcription,
    witnesses=(SKEW, BALL, LINE, TWICE),
    tight_at=(BALL, LINE),
    scalings=(Scaling(text="x -> k x", power=-1, move=in_units),),
    mutants=(
        Mutant(text="1/sqrt(s)", right=1 / sp.sqrt(s), dies_at=BALL),
        Mutant(text="2/s", right=2 / s, dies_at=BALL),
        Mutant(text="2 sqrt(s)", right=2 * sp.sqrt(s), dies_at=BALL),
    ),
    effort=0.4,
)
