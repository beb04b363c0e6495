"""Merges of experts that are told neighbouring data sets: the world of Lemma 3, one for every task.

World     l(x; z) = c x^2/2 - z x where the runs can go, |c| <= L, bent upwards beyond, plus a constant; data
          are n_i independent signs times spread_i; batches without replacement, shared by both runs.
Drawn     "sample": the replaced sample is any of all samples; "task": its task is drawn first.
Shapes    lam, half, K, spread, extra: (N,); n_i = 2 half_i; the rest scalar.
Units     spread those of a gradient, extra its square; eta L is a pure number, at most 1/(8 max K).
"""

from fractions import Fraction
from typing import Any

from sim.coupled_sgd import moments
from theory.family import Choice, Family, Instance, Integer, Real, Simplex, Vector, replace

EIGHTH = Fraction(1, 8)
FAMILY = Family(
    fields={
        "N": Integer(1, 3),
        "lam": Simplex("N"),
        "half": Vector("N", Choice((1, 2, 3, 8))),
        "K": Vector("N", Choice((2, 3, 5, 16, 64))),
        "large": Choice((False, True)),
        "spread": Vector("N", Real(0, 3, open="lo")),
        "extra": Vector("N", Real(0, 1, open="lo")),
        "L": Real(0, 4, open="lo"),
        "rate": Real(0, EIGHTH, open="lo"),
        "bend": Real(-1, 1),
        "draw": Choice(("sample", "task")),
    },
    leaves_out="losses whose gradients at different x are not parallel shifts; batches of other sizes",
)


def sizes(i: Instance) -> tuple:
    return tuple(2 * h for h in i.half)


def batch(i: Instance, task: int) -> int:
    """b_i: one sample, or half of them."""
    return i.half[task] if i.large else 1


def step(i: Instance):
    """eta, at most 1/(8 K_i L) for every task."""
    return i.rate / (max(i.K) * i.L)


def drift(i: Instance, task: int):
    """E|x_i - x~_i|^2 if the replaced sample is one of the task, by the recursion of moments."""
    return moments(sizes(i)[task], batch(i, task), i.K[task], step(i), i.bend * i.L, i.spread[task])[1]


def chances(i: Instance) -> tuple:
    """rho: the replaced sample is drawn from all samples, or its task is drawn first."""
    one, n = i.L / i.L, sizes(i)
    return tuple(one * m / sum(n) if i.draw == "sample" else one / i.N for m in n)


def merged(i: Instance):
    """E|x_avg - x~_avg|^2 over which sample is replaced: the other experts stay where they are."""
    rows = zip(chances(i), i.lam, range(i.N), strict=True)
    return sum(r * (w * w * drift(i, t)) for r, w, t in rows)


def local(i: Instance, task: int):
    """The bound of Lemma 3, as repaired: summed, not in closed form."""
    g, p = 1 + step(i) * i.L, (i.L / i.L) * batch(i, task) / sizes(i)[task]
    once = sum(g**t for t in range(i.K[task]))
    twice = sum(g ** (2 * t) for t in range(i.K[task]))
    return 2 * (i.spread[task] * step(i) / batch(i, task)) ** 2 * (p * (1 - p) * twice + p * p * once**2)


def heterogeneity(i: Instance) -> tuple:
    """zeta_i^2: the most that means of signs can differ, where there are several tasks."""
    total = sum(i.spread)
    worst = [((i.N - 2) * s + total) / i.N if i.N > 1 else 0 * s for s in i.spread]
    return tuple(w * w + e for w, e in zip(worst, i.extra, strict=True))


def fresh(i: Instance):
    """E|x_avg - x~_avg|^2 if all samples of all tasks are drawn afresh; B_k the mean difference of batch k.

    E[B_k B_l] = 2 spread^2/n for k != l, 2 spread^2/b for k = l; tasks are independent with mean zero.
    """
    total, eta = 0 * i.L, step(i)
    keep = 1 - eta * i.bend * i.L
    rows = zip(i.lam, i.spread, sizes(i), i.K, each(batch)(i), strict=True)
    for weight, spread, n, steps, b in rows:
        cross = square = 0 * i.L
        for _ in range(steps):
            square = keep**2 * square + 2 * keep * eta * cross + 2 * (eta * spread) ** 2 / b
            cross = keep * cross + 2 * eta * spread**2 / n
        total = total + weight**2 * square
    return total


def each(value: Any) -> Any:
    return lambda i: tuple(value(i, t) for t in range(i.N))


def louder(i: Instance, k: Any) -> Instance:
    """Gradients in other units."""
    return replace(i, spread=tuple(k * s for s in i.spread), extra=tuple(k * k * e for e in i.extra))


def steeper(i: Instance, k: Any) -> Instance:
    """Losses in other units, and the step with them."""
    return replace(louder(i, k), L=k * i.L)
