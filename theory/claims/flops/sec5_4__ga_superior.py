"""FLOPS: is the Gaussian allocator better than the Bernoulli allocator?

Printed   In the ablation the Gaussian allocator is superior to the Bernoulli allocator.
Repaired  with a mean of its own for every sample, as in equation (5) before Section 4.3, and Sigma = 0: that
          is A^det, and no allocator has a smaller objective.  With the linear mean beta_0 + beta_1 Phi of
          Section 4.3 neither is better than the other for all traces, even at the best beta_1/beta_0 and
          Sigma = 0: two small losses and a large one with roots 1, 1, 4 are met by halving, and by no line
          through three different losses; traces that rise with the loss are met by a line, and not by
          halving.  The ablation itself (cosines of a trained ViT) is not run here.
Shapes    roots, phi: (B,), T = roots^2, phi the feature (the loss, as in Algorithm 1); p, A-bar scalar.
Units     J: T per query, see the scalings.
Source    FLOPS, Section 5.4, Gaussian or Bernoulli; Section 4.3, mean; equation (6); Appendix C.1.
"""

from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace

bernoulli, gaussian = sp.symbols("J_BA J_GA", nonnegative=True)

FAMILY = Family(
    fields={
        "B": Integer(2, 4),
        "share": Integer(1, 4),
        "roots": Vector("B", Real(0, 4, open="lo")),
        "phi": Vector("B", Real(0, 1)),
        "p": Real(0, 1),
    },
    leaves_out="B > 4; Gaussian draws with Sigma > 0, for which J does not exist; whole queries",
)
HALVINGS = 48
"""Steps of the bisection for beta_1/beta_0."""


def squares(i: Instance) -> list[Fraction]:
    return [Fraction(r) ** 2 for r in i.roots]


def cost(i: Instance, queries: list[Fraction]) -> Fraction:
    """J of queries that already add up to the budget."""
    return sum((t / a for t, a in zip(squares(i), queries, strict=True)), Fraction(0))


def halving(i: Instance) -> Fraction:
    """E[J] of equation (6) with independent draws; what is pruned goes to the others in equal parts."""
    mean = sum(map(Fraction, i.phi)) / i.B
    chance = [Fraction(i.p) if Fraction(x) < mean else Fraction(0) for x in i.phi]
    total = Fraction(0)
    for cut in product((0, 1), repeat=i.B):
        weight = prod(c if k else 1 - c for c, k in zip(chance, cut, strict=True))
        if weight:
            spare = Fraction(i.share, 2) * sum(cut) / (i.B - sum(cut))
            total += weight * cost(i, [Fraction(i.share, 2) if k else i.share + spare for k in cut])
    return total


def ends(i: Instance) -> tuple[list[Fraction], list[Fraction]]:
    """The steepest falling and rising line over the features, normed to the budget: all lie between."""
    phi = [Fraction(x) for x in i.phi]
    falling, rising = [max(phi) - x for x in phi], [x - min(phi) for x in phi]
    budget = i.share * i.B
    return [budget * x / sum(falling) for x in falling], [budget * x / sum(rising) for x in rising]


def between(first: list, second: list, s: Any) -> list:
    return [(1 - s) * a + s * b for a, b in zip(first, second, strict=True)]


def slope(traces: list, first: list, second: list, s: Any) -> Any:
    """dJ/ds."""
    rows = zip(traces, first, second, between(first, second, s), strict=True)
    return sum(-t * (b - a) / x**2 for t, a, b, x in rows)


def linear(i: Instance) -> Any:
    """The least J over A_j proportional to beta_0 + beta_1 phi_j > 0, enclosed.

    J is convex in s, so that its minimum lies between J(s) - |dJ/ds| and J(s); bisection makes dJ/ds small.
    """
    if len({*i.phi}) == 1:
        return equal(i)
    first, second = ends(i)
    rough = [[float(x) for x in part] for part in (squares(i), first, second)]
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if slope(*rough, middle) > 0 else (middle, high)
    s = Fraction((low + high) / 2)
    best = cost(i, between(first, second, s))
    if isinstance(i.p, float):
        return float(best)
    from flint import arb, fmpq  # only where a number is decided

    least = best - abs(slope(squares(i), first, second, s))
    return arb(fmpq(least.numerator, least.denominator)).union(arb(fmpq(best.numerator, best.denominator)))


def deterministic(i: Instance) -> Fraction:
    """J at A^det, made."""
    roots = [Fraction(r) for r in i.roots]
    return cost(i, [i.share * i.B * r / sum(roots) for r in roots])


def equal(i: Instance) -> Fraction:
    return cost(i, [Fraction(i.share)] * i.B)


def better(text: str, run: Any, right: Any) -> Statement:
    return Statement(text=text, left=Quantity(text="J", run=run), relation="<=", right=right)


FIFTH = Fraction(1, 5)
STEPS = Instance(B=3, share=1, roots=(1, 1, 4), phi=(0, 2 * FIFTH, 1), p=1)
LINE = Instance(B=3, share=1, roots=(1, 2, 3), phi=(0, Fraction(1, 2), 1), p=Fraction(1, 2))
FLAT = Instance(B=2, share=2, roots=(1, 1), phi=(1, 1), p=1)

CLAIM = Claim(
    items=("flops.sec5_4.ga_superior",),
    readings=(
        better("the best linear mean against halving with any p", linear, bernoulli),
        better("halving with any p against the best linear mean", halving, gaussian),
        better(
            "the Gaussian allocator of (5) at its best, mean A^det and Sigma = 0", deterministic, bernoulli
        ),
    ),
    family=FAMILY,
    symbols={bernoulli: halving, gaussian: linear},
    repair=Repair(
        changes="a mean of its own for every sample, and Sigma = 0",
        statement=better("A^det against halving with any p", deterministic, bernoulli),
        nondegenerate=LINE,
    ),
    transcription=halving,
    witnesses=(STEPS, LINE, FLAT),
    tight_at=(STEPS, FLAT),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, c: replace(i, roots=tuple(c * r for r in i.roots)),
        ),
        Scaling(text="A-bar times k", power=-1, move=lambda i, c: replace(i, share=int(c) * i.share)),
    ),
    mutants=(
        Mutant(text="equal allocation", left=Quantity(text="J", run=equal), dies_at=STEPS),
        Mutant(text="the linear mean", left=Quantity(text="J", run=linear), dies_at=STEPS),
        Mutant(text="half of it", right=bernoulli / 2, dies_at=FLAT),
    ),
    effort=0.3,
)
