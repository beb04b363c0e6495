"""Merges of experts that estimate means: the instances of theorem 3, and what its bound is made of.

World     means of n_i samples by SGD, batches without replacement (sim.mean_estimation), with the steps and
          weights of theory.claims.stability._round; the samples lie at mean_i +- spread_i.
Shapes    n, mean, spread: (N,); the rest scalar.
Units     mean, spread, start [x]; spare [x]^2; sigma^2 and zeta^2 squared gradients.
"""

from fractions import Fraction

from sim.mean_estimation import Task, World, distance2
from theory.claims.stability._round import curvature, fields, merging, rate, steps, surrogate
from theory.family import Choice, Family, Instance, Integer, Real, Vector, replace

FAMILY = Family(
    fields={
        **fields(1, 1, 1, 2, 2, 2, 12),
        "q": Choice((1, 1, 1, 2, 2, 2, 3)),
        "n": Vector("N", Choice((1, 2, 5, 2**40))),
        "batch": Integer(1, lambda f: min(f.n)),
        "mean": Vector("N", Real(-64, 64)),
        "spread": Vector("N", Real(0, 2**10, open="lo")),
        "start": Real(-64, 64),
        "extra": Real(0, 2),
        "spare": Real(0, 1, open="lo"),
    },
    leaves_out="losses that are not quadratic, or of different curvatures; batches of different sizes; q > 3",
)


def world(i: Instance) -> World:
    """The tasks, their training and the weights of the merge."""
    rows = zip(i.n, steps(i), i.mean, i.spread, strict=True)
    tasks = tuple(Task(n=n, b=i.batch, K=k, mean=m, spread=s) for n, k, m, s in rows)
    return World(tasks=tasks, weights=merging(i), curvature=curvature(i), eta=rate(i), start=i.start)


def divergence(i: Instance):
    """chi^2, the printed sum."""
    return sum((1 / (i.N * v) - 1) ** 2 for v in surrogate(i))


def variances(i: Instance) -> tuple:
    """sigma_i^2 of a fresh sample's gradient; for signs also an upper bound in every data set."""
    return tuple((curvature(i) * s) ** 2 for s in i.spread)


def heterogeneity(i: Instance) -> tuple:
    """E|grad f_i - grad f|^2 over the data, kept positive by `spare`."""
    centre, own = sum(i.mean) / i.N, [s**2 / n for s, n in zip(i.spread, i.n, strict=True)]
    away = [(m - centre) ** 2 + v - 2 * v / i.N + sum(own) / i.N**2 for m, v in zip(i.mean, own, strict=True)]
    return tuple(curvature(i) ** 2 * (a + i.spare) for a in away)


def first_gap(i: Instance):
    """E[f~(x_0) - inf f~]."""
    rows = list(zip(surrogate(i), i.mean, i.spread, i.n, strict=True))
    away = i.start - sum(w * m for w, m, _, _ in rows)
    return curvature(i) / 2 * (away**2 + sum(w**2 * s**2 / n for w, _, s, n in rows))


def first_slope2(i: Instance):
    """E|grad f~(x_0)|^2."""
    return 2 * curvature(i) * first_gap(i)


def drawn(i: Instance):
    """E|grad f(x_0) - grad F(x_0)|^2."""
    return sum((curvature(i) * s) ** 2 / n for s, n in zip(i.spread, i.n, strict=True)) / i.N**2


def travelled(i: Instance):
    """E|x_avg - x_0|^2."""
    there = world(replace(i, mean=tuple(m - i.start for m in i.mean), start=0 * i.start))
    return distance2(there, (0 * i.start,) * i.N)


def rescaled(i: Instance, k: Fraction) -> Instance:
    """x in other units."""
    at, apart = (tuple(k * v for v in values) for values in (i.mean, i.spread))
    return replace(i, mean=at, spread=apart, start=k * i.start, spare=k * k * i.spare)
