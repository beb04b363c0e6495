"""Merged models whose experts are told a few signs: everything in the definitions of stability, enumerated.

World     N tasks with n_i samples z = mean_i +- spread_i, both signs alike.  Where the models can go,
          l(x; z) = (L kappa_i / 2) (x - z)^2, |kappa_i| <= 1: L-smooth.  kappa_i < 0 needs a constant
          and a bend upwards beyond to be non-negative; neither is felt here.  Expert i goes the share
          rate_i of the way from x_0 to the mean of its data (full-batch gradient descent for kappa_i > 0,
          rate 1: the minimiser), and A(D) = x_0 + sum_i lambda_i (x_i - x_0).
Outcomes  task i, sample j of it, the signs of all samples and of a fresh one: index a = 1..M with weight w_a.
          d_a = A(D^(i)) - A(D), g_a = grad l(A(D); z_j), s_a the slack of the descent lemma for
          l(A(D^(i)); z_j) - l(A(D); z_j), G_a = grad f(A(D)).
Shapes    n, mean, spread, lam, rate, kappa: (N,); w, d, g, G, s: (M,); one parameter, x is a number.
Units     x, mean, spread [x]; L, gamma [loss]/[x]^2; kappa, lambda, rate pure numbers.
"""

from dataclasses import replace as change
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any, NamedTuple

import sympy as sp

from theory.claim import Given, Scaling
from theory.family import Choice, Family, Instance, Real, Simplex, Vector, replace

M = sp.Symbol("M", integer=True, positive=True)
a = sp.Symbol("a", integer=True, positive=True)
w: Any = sp.IndexedBase("w", nonnegative=True)
d: Any = sp.IndexedBase("d", real=True)
g: Any = sp.IndexedBase("g", real=True)
slack: Any = sp.IndexedBase("s", nonnegative=True)
G: Any = sp.IndexedBase("G", real=True)
L, gamma = sp.symbols(r"L \gamma", positive=True)
grad2 = sp.Symbol(r"E|\nabla f|^2", nonnegative=True)


class Outcome(NamedTuple):
    """One outcome: weight, both models, the replaced sample and the fresh one, the task, grad f(A(D))."""

    weight: Any
    model: Any
    twin: Any
    own: Any
    fresh: Any
    task: int
    pull: Any


def tasks(f: Any) -> int:
    """N."""
    return len(f.n)


FAMILY = Family(
    fields={
        "n": Choice(((1,), (2,), (1, 1))),
        "mean": Vector(tasks, Real(-3, 3)),
        "spread": Vector(tasks, Real(0, 3, open="lo")),
        "lam": Simplex(tasks),
        "rate": Vector(tasks, Real(0, 1)),
        "kappa": Vector(tasks, Real(-1, 1)),
        "start": Real(-3, 3),
        "L": Real(0, 4, open="lo"),
        "gamma": Real(0, 8, open="lo"),
        "C": Real(0, 4, open="lo"),
    },
    leaves_out="more than two samples; algorithms with randomness of their own",
)

CONVEX = change(
    FAMILY,
    fields={
        **FAMILY.fields,
        "kappa": Vector(tasks, Real(0, 1, open="lo")),
        "C": Real(lambda f: polyak(f), lambda f: 4 * polyak(f)),
    },
)


def polyak(f: Any) -> Any:
    """The least C of Assumption 5: 1/(2 curvature of f), all losses being parabolas."""
    return len(f.n) / (2 * f.L * sum(f.kappa))


def mean(values: Any) -> Any:
    """The arithmetic mean, exact for exact input."""
    values = tuple(values)
    return sum(values) / (len(values) * (values[0] * 0 + 1))


def merged(i: Instance, data: tuple) -> Any:
    """A(D): every expert goes its way, and their differences from x_0 are added with weights lambda."""
    experts = [i.start + r * (mean(own) - i.start) for r, own in zip(i.rate, data, strict=True)]
    return i.start + sum(v * (x - i.start) for v, x in zip(i.lam, experts, strict=True))


def loss(i: Instance, task: int, x: Any, z: Any) -> Any:
    return i.L * i.kappa[task] * (x - z) ** 2 / 2


def slope(i: Instance, task: int, x: Any, z: Any) -> Any:
    """grad l(x; z)."""
    return i.L * i.kappa[task] * (x - z)


def printed_inner(i: Instance) -> Any:
    """E<A(D^(i)) - A(D), (1/N) sum_k grad l(A(D); z~_k)>, fresh samples independent."""

    def one(i, o):
        others = [slope(i, k, o.model, i.mean[k]) for k in range(len(i.n)) if k != o.task]
        return (o.twin - o.model) * (slope(i, o.task, o.model, o.fresh) + sum(others)) / len(i.n)

    return average(one)(i)


def closed_form(i: Instance) -> Any:
    """The on-average stability of a linear algorithm, from the variance of one sample."""
    rows = zip(i.lam, i.rate, i.spread, i.n, strict=True)
    return mean((2 * v**2 * r**2 * s**2) / (n * n) for v, r, s, n in rows)


def empirical(i: Instance, data: tuple, x: Any) -> Any:
    """f(x), the mean over tasks of the mean loss of their samples."""
    return mean(mean(loss(i, k, x, z) for z in own) for k, own in enumerate(data))


def empirical_slope(i: Instance, data: tuple, x: Any) -> Any:
    """grad f(x)."""
    return mean(mean(slope(i, k, x, z) for z in own) for k, own in enumerate(data))


def population(i: Instance, x: Any) -> Any:
    """F(x), the mean over tasks of the expected loss of a fresh sample."""
    ends = [(m - s, m + s) for m, s in zip(i.mean, i.spread, strict=True)]
    return mean(mean(loss(i, k, x, z) for z in pair) for k, pair in enumerate(ends))


def least(i: Instance, data: tuple) -> Any:
    """f at the empirical risk minimiser."""
    total = sum(i.kappa)
    best = sum(k * mean(own) for k, own in zip(i.kappa, data, strict=True)) / total if total else i.start
    return empirical(i, data, best)


def data_sets(i: Instance) -> list[tuple]:
    """Every data set; all are equally likely."""
    sides = [[i.mean[k] + v * i.spread[k] for v in (1, -1)] for k in range(len(i.n))]
    per_task = [list(product(sides[k], repeat=i.n[k])) for k in range(len(i.n))]
    return list(product(*per_task))


def _outcomes(i: Instance, kind: type) -> list[Outcome]:
    found, sets, one = [], data_sets(i), i.L / i.L
    for data in sets:
        model = merged(i, data)
        pull = empirical_slope(i, data, model)
        for k, own in enumerate(data):
            for j, z in enumerate(own):
                for sign in (1, -1):
                    fresh = i.mean[k] + sign * i.spread[k]
                    other = (*data[:k], (*own[:j], fresh, *own[j + 1 :]), *data[k + 1 :])
                    weight = one / (len(sets) * len(data) * len(own) * 2)
                    found.append(Outcome(weight, model, merged(i, other), z, fresh, k, pull))
    return found


_kept = lru_cache(maxsize=2048)(_outcomes)


def outcomes(i: Instance) -> list[Outcome]:
    """All outcomes.  Kept by kind of number: 1/2 and 0.5 are equal keys."""
    return _kept(i, type(i.L))


def average(value: Any) -> Any:
    """instance -> the expectation of value(instance, outcome)."""
    return lambda i: sum(o.weight * value(i, o) for o in outcomes(i))


def _gap(i: Instance, kind: type) -> Any:
    return mean(population(i, x) - empirical(i, D, x) for D in data_sets(i) for x in [merged(i, D)])


_gaps = lru_cache(maxsize=8192)(_gap)


def gap(i: Instance) -> Any:
    """E[F(A(D)) - f(A(D))] over all data sets, by its definition."""
    return _gaps(i, type(i.L))


def descent_slack(i: Instance, o: Outcome) -> Any:
    """How much the descent lemma gives away between A(D) and A(D^(i)) for the loss of the replaced sample."""
    step = o.twin - o.model
    rise = loss(i, o.task, o.twin, o.own) - loss(i, o.task, o.model, o.own)
    return slope(i, o.task, o.model, o.own) * step + i.L * step**2 / 2 - rise


def each(value: Any) -> Any:
    """instance -> the tuple of value(instance, outcome)."""
    return lambda i: tuple(value(i, o) for o in outcomes(i))


SYMBOLS = {
    M: lambda i: len(outcomes(i)),
    w: each(lambda i, o: o.weight),
    d: each(lambda i, o: o.twin - o.model),
    g: each(lambda i, o: slope(i, o.task, o.model, o.own)),
    G: each(lambda i, o: o.pull),
    slack: each(descent_slack),
    L: lambda i: i.L,
    gamma: lambda i: i.gamma,
    grad2: average(lambda i, o: o.pull**2),
}


def over(term: Any) -> Any:
    """The expectation of a term in w, d, g, G, s at index a."""
    return sp.Sum(w[a] * term, (a, 1, M))


STABILITY = over(d[a] ** 2)
SAMPLES = over(g[a] ** 2)
SPREAD = over((g[a] - G[a]) ** 2)
GAP = over(g[a] * d[a] + L * d[a] ** 2 / 2 - slack[a])

SMOOTH = Given(
    text="l(.; z) is L-smooth: s_a >= 0, the descent lemma",
    because="|kappa_i| <= 1, bent upwards outside",
)


CENTRED = Given(
    text="grad f is the mean over tasks and samples of their gradients",
    fact=sp.And(sp.Eq(grad2, over(G[a] ** 2)), sp.Eq(over(g[a] * G[a]), over(G[a] ** 2))),
    because="a data set's outcomes draw task and sample with these weights",
)

LEAST = Given(
    text="grad f is the mean of g, around which g varies least; weights are at most one",
    fact=sp.And(sp.Ge(over((g[a] - 1) ** 2), SPREAD), sp.Ge(sp.Sum(d[a] ** 2, (a, 1, M)), STABILITY)),
    because="the outcomes of a data set draw task and sample with these weights",
)


def rescaled(i: Instance, k: Any) -> Instance:
    """x in other units."""
    moved = {name: tuple(k * v for v in getattr(i, name)) for name in ("mean", "spread")}
    return replace(i, start=k * i.start, L=i.L / k**2, gamma=i.gamma / k**2, C=i.C * k**2, **moved)


def dearer(i: Instance, k: Any) -> Instance:
    """The loss in other units."""
    return replace(i, L=k * i.L, gamma=k * i.gamma, C=i.C / k)


SCALINGS = (
    Scaling(text="x -> kx", power=0, move=rescaled),
    Scaling(text="l -> kl", power=1, move=dearer),
)

ONE = Fraction(1)
ERM = Instance(
    n=(2,), mean=(0 * ONE,), spread=(ONE,), lam=(ONE,), rate=(ONE,), kappa=(ONE,), start=0 * ONE, L=ONE,
    gamma=ONE / 2, C=ONE,
)  # fmt: skip
SADDLE = replace(ERM, kappa=(-ONE,))
SINGLE = replace(ERM, n=(1,), gamma=Fraction(1, 2))
BLUNT = replace(SINGLE, spread=(39 * ONE / 16,), rate=(31 * ONE / 32,), L=55 * ONE / 16, gamma=ONE / 4)
SHARP = replace(
    BLUNT, mean=(3 * ONE,), spread=(87 * ONE / 64,), kappa=(255 * ONE / 256,), start=15 * ONE / 8,
    L=23 * ONE / 16, gamma=ONE / 32,
)  # fmt: skip
OPEN = replace(
    SHARP, mean=(-3 * ONE,), spread=(21 * ONE / 64,), rate=(ONE,), kappa=(15 * ONE / 16,),
    start=3 * ONE / 16, L=13 * ONE / 16, gamma=ONE / 256,
)  # fmt: skip
GENTLE = replace(
    ERM, mean=(-3 * ONE,), spread=(3 * ONE,), rate=(13 * ONE / 32,), start=-3 * ONE, L=13 * ONE / 2**15,
    gamma=ONE / 2**10,
)  # fmt: skip
CLOSE = (SINGLE, SADDLE, BLUNT, SHARP, OPEN, GENTLE)
"""Where the bounds of lemma 2 are close in one term each: concave, noisy, steep, or faint losses."""
