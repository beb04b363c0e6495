"""FLOPS's covariance of the Gaussian allocator: an exponential of the cosine similarity of two embeddings.

Printed   Sigma(i, j) = sigma^2 exp(-d_ij / (2 gamma^2)), d_ij the cosine similarity of the embeddings.
Repaired  1 - d_ij in place of d_ij: then Sigma(i, i) = sigma^2 and no correlation exceeds 1.  As printed the
          correlation of two samples is exp((1 - d_ij)/(2 gamma^2)) > 1, unless their embeddings point the
          same way: Sigma is no covariance matrix, and N(mu, Sigma) of (5) does not exist, for every sigma >
          0, every gamma and every pair of samples with d_ij < 1.  The sign is turned round: the covariance
          falls with similarity, where Section 4.1 wants similar samples to go together.  Judged is what any
          covariance matrix obeys, correlations of at most 1; flops.sec4_3.rbf looks at whole matrices.
Shapes    x, y: (2,) embeddings (two samples span a plane); d, sigma, gamma scalar.
Units     correlations, d and gamma are pure numbers; sigma: queries.
Source    FLOPS, Section 4.3, covariance structure; Section 4.1 below (5); Appendix C.1 (CLS embeddings).
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Real, replace
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Enclose, Lemma, Line, Rewrite

sigma, gamma, length = sp.symbols("sigma gamma |y|", positive=True)
d = sp.Symbol("d", real=True)
h = sp.Symbol("h", nonnegative=True)  # (1 - d) / (2 gamma^2)
x, y = Vec("x"), Vec("y")

FAMILY = Family(
    fields={
        "turn": Real(-4, 4),
        "length": Real(0, 4, open="lo"),
        "sigma": Real(0, 4, open="lo"),
        "gamma": Real(Fraction(1, 4), 4),
    },
    leaves_out="more than two samples (flops.sec4_3.rbf); embeddings of length zero; gamma < 1/4",
)


def direction(i: Instance) -> tuple:
    """The direction of the second embedding, rational; `turn` = tan(half its angle to the first)."""
    t = Fraction(i.turn)
    return (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)


def embeddings(i: Instance) -> tuple[tuple, tuple]:
    """x of length 1, y of length `length`."""
    return (1, 0), tuple(Fraction(i.length) * c for c in direction(i))


def cosine(i: Instance) -> Fraction:
    """<x, y> / (|x| |y|) of the two embeddings."""
    first, second = embeddings(i)
    return sum((a * b for a, b in zip(first, second, strict=True)), Fraction(0)) / Fraction(i.length)


def exponential(value: Fraction, sure: bool) -> Any:
    """exp of a rational, in floats or as a SymPy number."""
    return sp.exp(sp.Rational(value.numerator, value.denominator)) if sure else math.exp(value)


def correlation(power: int, flip: bool = True) -> Callable[[Instance], Any]:
    """instance -> Sigma(1,2)/Sigma(1,1) with d^power, or 1 - d for `flip`, in the exponent."""

    def run(i: Instance) -> Any:
        sure = not isinstance(i.gamma, float)
        width = 2 * Fraction(i.gamma) ** 2
        similar = [cosine(i) ** power, Fraction(1)]  # of the pair, and of a sample with itself
        between, own = (exponential(-(1 - s if flip else s) / width, sure) for s in similar)
        return between / own

    return run


def bounded(text: str, flip: bool, expr: Any, proof: Any = None) -> Statement:
    """corr(A_1, A_2) <= 1."""
    left = Quantity(text="corr(A_1, A_2)", run=correlation(1, flip), expr=expr)
    return Statement(text=text, left=left, relation="<=", right=sp.Integer(1), proof=proof)


LITERAL = bounded(
    "the display, d the cosine similarity; a covariance matrix has correlations <= 1", False, sp.exp(h)
)


def by_distance(text: str) -> Statement:
    """1 - d_ij in the exponent."""
    line = Line("<=", sp.Integer(1), Enclose(over=(h,)), "h >= 0")
    return bounded(text, True, sp.exp(-h), lambda: Chain(sp.exp(-h), (line,)))


DISTANCE = by_distance(
    'd_ij is a cosine distance, 1 minus the similarity: "pairwise distances", as the text ends'
)
REPAIRED = by_distance("1 - d in the exponent")


def printed(similarity: Any) -> Any:
    """The display."""
    return sigma**2 * sp.exp(-similarity / (2 * gamma**2))


STEPS = (
    PrintedStep(
        item="flops.secC1.cls",
        text="d_ij = <x, y>/(|x| |y|) of two embeddings lies in [-1, 1]",
        left=dot(x, y) ** 2,
        relation="<=",
        right=norm2(x) * norm2(y),
        by=Lemma("cauchy_schwarz", {"x": x, "y": y}),
    ),
    PrintedStep(
        item="flops.sec4_3.scale_decay",
        text="sigma^2 is the scale; that what decays is a correlation at most 1 is the statement",
        left=printed(d).subs(sigma, 2 * sigma),
        relation="==",
        right=4 * printed(d),
        by=Rewrite(),
    ),
    PrintedStep(
        item="flops.sec4_1.correlation",
        text="similar samples go together: the covariance would have to rise with d from d = 0",
        left=(printed(d) - printed(0)) * d,
        relation=">=",
        right=sp.Integer(0),
    ),
)

TURNED = Instance(turn=1, length=2, sigma=1, gamma=1)
SAME = Instance(turn=0, length=1, sigma=1, gamma=1)
AGAINST = Instance(turn=4, length=1, sigma=1, gamma=Fraction(1, 2))

CLAIM = Claim(
    items=(
        "flops.sec4_3.kernel",
        "flops.sec4_3.scale_decay",
        "flops.sec4_3.pairwise",
        "flops.sec4_1.correlation",
        "flops.secC1.cls",
    ),
    readings=(LITERAL, DISTANCE),
    family=FAMILY,
    symbols={
        sigma: lambda i: i.sigma,
        gamma: lambda i: i.gamma,
        length: lambda i: i.length,
        d: lambda i: (1 - Fraction(i.turn) ** 2) / (1 + Fraction(i.turn) ** 2),
        h: lambda i: Fraction(i.turn) ** 2 / (1 + Fraction(i.turn) ** 2) / Fraction(i.gamma) ** 2,
        x: lambda i: embeddings(i)[0],
        y: lambda i: embeddings(i)[1],
    },
    repair=Repair(
        changes="1 - d_ij in place of d_ij in the exponent", statement=REPAIRED, nondegenerate=TURNED
    ),
    steps=STEPS,
    transcription=lambda i: 1,
    witnesses=(TURNED, SAME, AGAINST),
    tight_at=(SAME,),
    scalings=(
        Scaling(text="sigma times k", power=0, move=lambda i, c: replace(i, sigma=c * i.sigma)),
        Scaling(text="embeddings times k", power=0, move=lambda i, c: replace(i, length=c * i.length)),
    ),
    mutants=(
        Mutant(
            text="the printed sign", left=Quantity(text="corr", run=correlation(1, False)), dies_at=TURNED
        ),
        Mutant(
            text="1 + d", left=Quantity(text="corr", run=lambda i: 1 / correlation(1)(i)), dies_at=AGAINST
        ),
        Mutant(
            text="d squared, not flipped",
            left=Quantity(text="corr", run=correlation(2, False)),
            dies_at=TURNED,
        ),
    ),
)
