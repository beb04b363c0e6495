"""FLOPS's A^det in whole queries: which whole numbers are best?

Printed   A_j^det = A_0 sqrt(T_j) / sum_k sqrt(T_k), numbers of queries, which are no whole numbers; how they
          are rounded is not said.
Notes     Best is the greedy allocation: one query each, and the next one always where T_j/(a(a+1)) is
          largest.  The argument (gains fall in a, so that the largest gains form an allocation) stands in
          sim.allocation; the rules of proof here know no gains of whole numbers, so that it is searched.
          A^det rounded by largest remainders is not always best (the second reading): roots 3, 3, 5 and six
          queries.
Shapes    T, counts: (B,), T = roots^2; A_0 = A-bar B scalar.
Units     J: T per query, see the scaling.
Source    FLOPS, Appendix A.3, A^det; Section 4.1, last paragraph.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import sympy as sp

from sim.allocation import optimal
from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace

rounded, greedy = sp.symbols("J(rounded) J(greedy)", nonnegative=True)

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "share": Integer(1, 4),
        "roots": Vector("B", Real(0, 8, open="lo")),
        "parts": Vector("B", Real(0, 1)),
    },
    leaves_out="B > 4, more than four queries a sample on the average; T_j = 0",
)


def by_remainders(weights: list[Fraction], total: int) -> list[int]:
    """`total` whole queries in the proportion of the weights, one at least: largest remainders first."""
    free, whole = total - len(weights), sum(weights)
    exact = [free * x / whole if whole else Fraction(0) for x in weights]
    counts = [int(x) for x in exact]
    order = sorted(range(len(weights)), key=lambda n: counts[n] - exact[n])
    for n in order[: free - sum(counts)]:
        counts[n] += 1
    short = free - sum(counts)
    return [1 + c + (short if n == 0 else 0) for n, c in enumerate(counts)]


def competitor(i: Instance) -> list[int]:
    """An arbitrary allocation: the queries beyond one in the proportion of `parts`."""
    return by_remainders([Fraction(p) for p in i.parts], i.share * i.B)


def nearest(i: Instance) -> list[int]:
    """A^det rounded: the queries beyond one follow what A^det has beyond one."""
    roots, total = [Fraction(r) for r in i.roots], i.share * i.B
    exact = [total * r / sum(roots) for r in roots]
    return by_remainders([max(x - 1, Fraction(0)) for x in exact], total)


def best(i: Instance) -> list[int]:
    """The largest gains, by sim.allocation."""
    traces = np.array([float(Fraction(r) ** 2) for r in i.roots])
    return optimal(traces, traces, i.share * i.B, np.random.default_rng(0)).tolist()


def cost(allocate: Callable[[Instance], list[int]]) -> Callable[[Instance], Fraction]:
    return lambda i: sum(
        (Fraction(r) ** 2 / n for r, n in zip(i.roots, allocate(i), strict=True)), Fraction(0)
    )


def least(text: str, right: sp.Symbol) -> Statement:
    left = Quantity(text="J(A), A whole, A_j >= 1", run=cost(competitor))
    return Statement(text=text, left=left, relation=">=", right=right)


CLOSE = Instance(B=2, share=1, roots=(1, 2), parts=(1, 0))
SKEW = Instance(B=3, share=2, roots=(3, 3, 5), parts=(1, 1, 1))
FREE = Instance(B=2, share=3, roots=(1, 3), parts=(0, 1))

CLAIM = Claim(
    items=("flops.thm2.step7",),
    readings=(
        least("the greedy allocation is best", greedy),
        least("A^det, rounded to whole numbers, is best", rounded),
    ),
    family=FAMILY,
    symbols={rounded: cost(nearest), greedy: cost(best)},
    witnesses=(CLOSE, SKEW, FREE),
    tight_at=(CLOSE, SKEW),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, c: replace(i, roots=tuple(c * r for r in i.roots)),
        ),
    ),
    mutants=(
        Mutant(text="rounded A^det", right=rounded, dies_at=SKEW),
        Mutant(
            text="one query too many",
            dies_at=CLOSE,
            left=Quantity(text="J", run=cost(lambda i: [n + 1 for n in competitor(i)])),
        ),
        Mutant(text="twice the least", right=2 * greedy, dies_at=CLOSE),
    ),
    effort=0.3,
)
