"""SAIL, Appendix E: the parameters of linear discriminant analysis.

Printed   f(x) = theta^T x + b, theta = Sigma^{-1} (mu^(1) - mu^(-1)), b = -(1/2) (mu^(1) + mu^(-1))^T
          Sigma^{-1} (mu^(1) - mu^(-1)) + ln(P(y=1)/P(y=-1)): the boundary that separates the classes as
          effectively as possible, f(x) = ln P(1|x) - ln P(-1|x).
Repaired  not needed with Sigma the covariance within the classes (Assumption 8).  With Sigma "the shared
          covariance matrix of the features", which includes the spread between the class means, it falls:
          theta keeps its direction and shrinks by 1 + p (1 - p) |mu^(1) - mu^(-1)|_{Sigma^-1}^2.
Shapes    x, theta, means: (d,); Sigma: (d, d); the left side from the eigenvectors, theta by elimination.
Units     log-odds are pure numbers.
Source    SAIL, Appendix E, opening of the proof, and Assumptions 7 and 8.
"""

import math
from fractions import Fraction
from typing import Any

import sympy as sp

from sim.directions import points
from sim.gaussian_classes import apply, inner, lda, minus, mirror, spectral
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.sail import _lda
from theory.claims.sail._two_experts import enclosed
from theory.family import Derived, Family, Instance, Matrix, Real, Vector
from theory.notation import E, Law, Vec, dot, norm2
from theory.proof import Chain, Entail, Line

theta, x, up, down, within, W = map(Vec, (r"\theta", "x", r"\mu^{(1)}", r"\mu^{(-1)}", r"\Sigma^{1/2}x", "Z"))
wx, wup, wdown = map(Vec, (r"\Sigma^{-1/2}x", r"\Sigma^{-1/2}\mu^{(1)}", r"\Sigma^{-1/2}\mu^{(-1)}"))
plus, minus_one = sp.symbols("P(y=1) P(y=-1)", positive=True)
SPREAD = sp.Symbol(r"{x^T\Sigma x}", nonnegative=True)
posterior = sp.Symbol(r"P(y=1|x)", positive=True)
total = Vec(r"\theta_{total}")

FAMILY = Family(
    fields={
        **_lda.FIELDS,
        "means": Matrix(2, "d"),
        "raw": Vector("d"),
        "x": Derived(lambda f: f.raw if any(f.raw) else (Fraction(1),) * f.d),
        "p": Real(0, 1, open="both"),
    },
    leaves_out="x = 0; more than two classes; covariances that differ between the classes",
)
ODDS = sp.log(plus / minus_one)


def rule(direction: Any) -> Any:
    """theta^T x + b with this theta."""
    return dot(direction, x) - dot(up + down, direction) / 2 + ODDS


def scaled(i: Instance, v: tuple, power: int) -> tuple:
    """Sigma^{power/2} v in the eigenvector basis."""
    return tuple(r**power * t for r, t in zip(i.roots, apply(mirror(i.normal), v), strict=True))


def exponent(i: Instance):
    """ln of the ratio of the two class densities at x."""
    far, near = (scaled(i, minus(i.x, m), -1) for m in (i.means[1], i.means[0]))
    return (inner(far, far) - inner(near, near)) / 2


def log_odds(i: Instance):
    """ln P(y=1|x) - ln P(y=-1|x), from the class densities in the eigenvector basis."""
    if isinstance(i.p, float):
        return exponent(i) + math.log(i.p / (1 - i.p))
    return enclosed(exponent(i)) + enclosed(i.p / (1 - i.p)).log()


def probability(i: Instance):
    """P(y=1|x) = p phi_1 / (p phi_1 + (1-p) phi_{-1}), both densities over phi_{-1}."""
    if isinstance(i.p, float):
        share, rest = math.exp(exponent(i)) * i.p, 1 - i.p
    else:
        share, rest = enclosed(exponent(i)).exp() * enclosed(i.p), enclosed(1 - i.p)
    return share / (share + rest)


def all_features(i: Instance) -> tuple:
    """The covariance of the features over both classes."""
    m, share = minus(*i.means), i.p * (1 - i.p)
    return tuple(
        tuple(c + share * a * b for c, b in zip(row, m, strict=True))
        for row, a in zip(i.sigma, m, strict=True)
    )


EXPR = (norm2(wx - wdown) - norm2(wx - wup)) / 2 + ODDS
WITHIN = Given(
    text="Sigma is the covariance within the classes: theta^T v = (mu^(1) - mu^(-1))^T Sigma^{-1} v",
    fact=sp.And(*(sp.Eq(dot(theta, v), dot(wup - wdown, w)) for v, w in ((x, wx), (up, wup), (down, wdown)))),
)
OPEN = Given(text="both labels occur", because="p lies between 0 and 1")
LEFT = Quantity(text="ln P(y=1|x) - ln P(y=-1|x)", run=log_odds, expr=EXPR)
STEPS = (
    PrintedStep(
        item="sail.secE.lda",
        text="f is the log-odds: P(y=1|x) = 1/(1 + exp(-f(x)))",
        left=posterior,
        relation="==",
        right=1 / (1 + sp.exp(-rule(theta))),
    ),
    PrintedStep(
        item="sail.a7",
        text="the variance of x^T v given the label, along v = x: that of a Gaussian with covariance Sigma",
        left=E(dot(W, within) ** 2),
        relation="==",
        right=SPREAD,
    ),
    PrintedStep(
        item="sail.a8", text="positive definite, along x", left=SPREAD, relation=">", right=sp.S.Zero
    ),
)

ONE = Fraction(1)


def at(normal: tuple, roots: tuple, means: tuple, point: tuple, share: Fraction) -> Instance:
    """An instance, from integers."""
    exact = lambda v: tuple(map(Fraction, v))
    sigma = spectral(mirror(exact(normal)), tuple(Fraction(r) ** 2 for r in roots))
    rows = tuple(map(exact, means))
    return Instance(
        d=len(roots), normal=exact(normal), roots=exact(roots), sigma=sigma, target=rows, means=rows,
        raw=exact(point), x=exact(point), p=share,
    )  # fmt: skip


LINE = at((0,), (1,), ((2,), (-1,)), (1,), ONE / 4)
TURNED = at((1, 2), (1, 2), ((2, 1), (0, 1)), (1, -1), ONE / 3)


def in_units(i: Instance, k) -> Instance:
    """x -> k x."""
    rows = {n: tuple(tuple(k * v for v in row) for row in getattr(i, n)) for n in ("target", "means")}
    lines = {n: tuple(k * v for v in getattr(i, n)) for n in ("roots", "raw", "x")}
    sigma = tuple(tuple(k * k * v for v in row) for row in i.sigma)
    kept = {"d": i.d, "normal": i.normal, "p": i.p, "sigma": sigma}
    return Instance(**{name: (kept | rows | lines)[name] for name, _ in i})


CLAIM = Claim(
    items=("sail.secE.lda-params", "sail.secE.lda", "sail.a7", "sail.a8"),
    readings=(
        Statement(
            text="Sigma the covariance within the classes, as in Assumption 8",
            left=LEFT,
            relation="==",
            right=rule(theta),
            givens=(OPEN, WITHIN),
            proof=lambda: Chain(EXPR, (Line("==", rule(theta), Entail()),)),
        ),
        Statement(
            text="Sigma the covariance matrix of the features, over both classes",
            left=LEFT,
            relation="==",
            right=rule(total),
            givens=(OPEN,),
        ),
    ),
    family=FAMILY,
    symbols={
        theta: lambda i: lda(i.sigma, i.means),
        total: lambda i: lda(all_features(i), i.means),
        x: lambda i: i.x,
        up: lambda i: i.means[0],
        down: lambda i: i.means[1],
        plus: lambda i: i.p,
        minus_one: lambda i: 1 - i.p,
        wx: lambda i: scaled(i, i.x, -1),
        wup: lambda i: scaled(i, i.means[0], -1),
        wdown: lambda i: scaled(i, i.means[1], -1),
        within: lambda i: scaled(i, i.x, 1),
        SPREAD: lambda i: inner(i.x, apply(i.sigma, i.x)),
        posterior: probability,
    },
    laws={W: Law(kind="gaussian", dim=_lda.d, points=lambda i: points("gaussian", i.d))},
    steps=STEPS,
    witnesses=(LINE, TURNED),
    tight_at=(LINE, TURNED),
    scalings=(Scaling(text="x -> k x", power=0, move=in_units),),
    mutants=(
        Mutant(text="b without the factor 1/2", right=rule(theta) - dot(up + down, theta) / 2, dies_at=LINE),
        Mutant(text="b without the prior", right=rule(theta) - ODDS, dies_at=LINE),
        Mutant(text="means subtracted in b", right=rule(theta) + dot(down, theta), dies_at=LINE),
    ),
    effort=0.4,
)
