"""Risks, samples and Rademacher complexities on a finite domain, exactly.

Domain    K points; a law is a tuple of K probabilities, a sample is known by its counts (how often each point
          was drawn), a function on the domain is a tuple of K values.
Formulas  samples: the multinomial law.  rademacher: E_s max_h (1/n) sum_k values[h][k] S_k with S_k a sum
          of counts[k] independent signs; K sums of signs are enumerated, not 2^n signs.
Shapes    law, counts: (K,); values: (H, K).  Exact for int and Fraction, else float.
Units     rademacher carries the units of the values; total variation is a pure number.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb, factorial, prod
from typing import Any

Vector = tuple[Any, ...]
Counts = tuple[int, ...]


def compositions(n: int, parts: int) -> Iterator[Counts]:
    """All ways to write n as an ordered sum of `parts` non-negative integers."""
    if parts == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in compositions(n - first, parts - 1):
            yield (first, *rest)


def samples(n: int, law: Vector) -> Iterator[tuple[Counts, Any]]:
    """The counts of n independent draws from the law, each with its probability."""
    for counts in compositions(n, len(law)):
        ways = factorial(n) // prod(map(factorial, counts))
        yield counts, ways * prod(p**c for p, c in zip(law, counts, strict=True))


def mean(law: Vector, values: Vector) -> Any:
    """The expectation of a function under a law."""
    return sum(p * v for p, v in zip(law, values, strict=True))


def empirical(counts: Counts) -> Vector:
    """The empirical law of a sample."""
    return tuple(Fraction(c, sum(counts)) for c in counts)


def rademacher(values: tuple[Vector, ...], counts: Counts) -> Any:
    """The empirical Rademacher complexity of the functions on the sample."""
    sums = [[(2 * k - c, comb(c, k)) for k in range(c + 1)] for c in counts]
    total = 0
    for draw in product(*sums):
        ways = prod(w for _, w in draw)
        total += ways * max(sum(v * s for v, (s, _) in zip(row, draw, strict=True)) for row in values)
    n = sum(counts)
    scale = Fraction(1, 2**n * n)
    return total * (float(scale) if isinstance(total, float) else scale)


def total_variation(first: Vector, second: Vector) -> Any:
    """The largest difference in the probability of an event."""
    return sum(max(p - q, 0) for p, q in zip(first, second, strict=True))
