"""True statements for the calibration: sampled quantities of known value, tested against that very value.

Each is true with equality, the hardest case.  `synthetic` covers bounded, sub-exponential and heavy-tailed
laws and every statistic; `ledger` takes statements and steps of the registry, at instances where the left
side can also be computed, so that their truth is known.  Add one line for another law.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from proofs_check.cases import draw
from proofs_check.core.evaluate import evaluate
from proofs_check.core.values import approx
from proofs_check.seeds import generator
from proofs_check.sides import compare, satisfies, sides, values
from proofs_check.two_sides import difference
from theory import registry
from theory.claim import POINT, Claim, Quantity, Statement
from theory.family import Instance
from theory.notation import E

INF, UNIT, NOWHERE = math.inf, (0, 1), Instance(x=0)
MOST = 3
"""Instances taken from one statement of the registry: those nearest to equality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """`quantity relation value` on the instance, true; `exact` says that it is true with equality."""

    name: str
    quantity: Quantity
    value: float
    relation: str = "<="
    instance: Instance = NOWHERE


def sampled(sample: Callable, range: tuple = (-INF, INF), statistic: Any = "mean", tail=None) -> Quantity:
    """A quantity whose sampler does not look at the instance."""
    run = lambda i, rng, n: sample(rng, n)
    return Quantity(text="q", sample=run, range=range, statistic=statistic, tail=tail)


def coin(rng, n, p, high=1.0):
    """`high` with probability p, else 0."""
    return high * (rng.random(n) < p)


def cut_pareto(rng, n, tail, cut):
    """min(P, cut), P >= 1 with P(P > x) = x^-tail; its mean is 1 + (1 - cut^(1-tail)) / (tail-1)."""
    return np.minimum(1 + rng.pareto(tail, n), cut)


def pareto(rng, n, tail):
    """P >= 1 with P(P > x) = x^-tail; its mean is tail / (tail-1), infinite variance for tail <= 2."""
    return 1 + rng.pareto(tail, n)


def fractions(rng, n):
    """(2 U, V): the ratio of the means is 2."""
    return np.stack([2 * rng.random(n), rng.random(n)], axis=1)


def falling(rng, n):
    """Means 1/2 and 1/8 at parameters 1 and 16: slope -1/2."""
    return rng.random((n, 2)) / np.array([1, 4])


normal = lambda rng, n: rng.normal(size=n)
uniform = lambda rng, n: rng.random(n)
half = partial(coin, p=0.5)
laplace = lambda rng, n: rng.laplace(size=n)
student = lambda rng, n: rng.standard_t(3, n)
exponential = lambda rng, n: rng.exponential(size=n)
RARE = partial(coin, p=1e-3, high=1e3)
VARIANCE = sampled(uniform, UNIT, "variance")


@cache
def synthetic() -> tuple[Truth, ...]:
    """One line a law: name, quantity, its value, the relation that is tested."""
    rows = (
        ("coin 1/2", sampled(half, UNIT), 0.5, "<="),
        ("coin 1/2, ==", sampled(half, UNIT), 0.5, "=="),
        ("coin 1/100", sampled(partial(coin, p=0.01), UNIT), 0.01, "<="),
        ("coin 99/100, >=", sampled(partial(coin, p=0.99), UNIT), 0.99, ">="),
        ("1000 w.p. 1/1000", sampled(RARE, (0, 1e3)), 1.0, "<="),
        ("1000 w.p. 1/1000, >=", sampled(RARE, (0, 1e3)), 1.0, ">="),
        ("1000 w.p. 1/1000, hi unknown", sampled(RARE, (0, INF)), 1.0, "<="),
        ("beta(2, 5)", sampled(lambda rng, n: rng.beta(2, 5, n), UNIT), 2 / 7, "<="),
        ("beta(1/2, 1/2), ==", sampled(lambda rng, n: rng.beta(0.5, 0.5, n), UNIT), 0.5, "=="),
        ("uniform, >=", sampled(lambda rng, n: rng.uniform(-1, 1, n), (-1, 1)), 0.0, ">="),
        (
            "cut Pareto 1.1",
            sampled(partial(cut_pareto, tail=1.1, cut=1e4), (1, 1e4)),
            11 - 10 * 1e4**-0.1,
            "<=",
        ),
        ("Pareto 1.5", sampled(partial(pareto, tail=1.5), (1, INF)), 3.0, "<="),
        ("lognormal", sampled(lambda rng, n: rng.lognormal(size=n), (0, INF)), math.exp(0.5), "<="),
        ("-lognormal, >=", sampled(lambda rng, n: -rng.lognormal(size=n), (-INF, 0)), -math.exp(0.5), ">="),
        ("constant, ==", sampled(lambda rng, n: np.full(n, 0.3), UNIT), 0.3, "=="),
        ("Cauchy", sampled(lambda rng, n: rng.standard_cauchy(n)), 0.0, "<="),
        ("Laplace + 1, psi_1 known", sampled(lambda r, n: 1 + laplace(r, n), tail=("psi1", 2)), 1.0, "=="),
        ("t_3 + 1, variance known", sampled(lambda r, n: 1 + student(r, n), tail=("variance", 3)), 1.0, "<="),
        ("variance of uniform", VARIANCE, 1 / 12, "<="),
        ("variance of uniform, ==", VARIANCE, 1 / 12, "=="),
        ("variance of normal", sampled(normal, statistic="variance"), 1.0, "<="),
        ("variance of t_3", sampled(student, statistic="variance"), 3.0, "<="),
        ("variance of Laplace, >=", sampled(laplace, statistic="variance", tail=("psi1", 2)), 2.0, ">="),
        ("trace, 5 uniforms", sampled(lambda rng, n: rng.random((n, 5)), UNIT, "trace"), 5 / 12, "=="),
        ("probability", sampled(partial(coin, p=0.2), statistic="probability"), 0.2, "=="),
        ("median of exponential", sampled(exponential, statistic=("quantile", 0.5)), math.log(2), "<="),
        ("99 % quantile of t_3", sampled(student, statistic=("quantile", 0.99)), 4.540702858568132, "=="),
        ("ratio of means", sampled(fractions, ((0, 2), (0, 1)), "ratio"), 2.0, "<="),
        ("log-log slope", sampled(falling, UNIT, ("rate", (1, 16))), -0.5, "<="),
        ("log-log slope, ==", sampled(falling, UNIT, ("rate", (1, 16))), -0.5, "=="),
        ("two means", difference(sampled(uniform, UNIT), sampled(half, UNIT)), 0.0, "=="),
        ("two variances", difference(VARIANCE, sampled(half, UNIT, "variance")), -1 / 6, "<="),
    )
    return tuple(Truth(name=n, quantity=q, value=v, relation=r) for n, q, v, r in rows)


@cache
def ledger() -> tuple[Truth, ...]:
    """Statements of the registry with a sampled left side, and steps that are expectations, where true."""
    found: list[Truth] = []
    for entry in registry.listing():
        source = entry.path.read_text()
        if entry.error or ("sample=" not in source and "E(" not in source):
            continue
        claim = registry.load(entry)
        pool = [d.instance for d in draw(claim, generator(0, entry.id, "truths"), "quick")]
        for name, rows in _of(claim, pool):
            near = sorted(rows, key=lambda row: -row[0])[:MOST]
            for k, (_, quantity, value, relation, at) in enumerate(near):
                label = f"{entry.id} {name} [{k}]"
                found.append(
                    Truth(name=label, quantity=quantity, value=value, relation=relation, instance=at)
                )
    return tuple(found)


def _of(claim: Claim, pool: list[Instance]) -> Iterator[tuple[str, list]]:
    """(name, [(gap, quantity, right, relation, instance)]) for whatever of the claim can be sampled."""
    for place, statement in enumerate(claim.statements()):
        if statement.left.sample and statement.left.run and statement.relation in POINT and not statement.ray:
            yield f"statement {place + 1}", list(_statement(claim, statement, pool))
    for step in claim.steps:
        if isinstance(step.left, E) and not step.left.args[0].has(E) and step.relation in POINT:
            yield f"step {step.item}", list(_step(claim, step, pool))


def _statement(claim: Claim, statement: Statement, pool: list[Instance]) -> Iterator[tuple]:
    for at in [i for i in pool if satisfies(claim, statement, i, certainly=True)]:
        found = sides(claim, statement, at, sure=True)
        if found.status == "holds":
            yield found.gap, statement.left, approx(found.rhs), statement.relation, at


def _step(claim: Claim, step: Any, pool: list[Instance]) -> Iterator[tuple]:
    """E[f(u)] over the finitely many points of the law of u: f is evaluated once for each of them."""
    inner = step.left.args[0]
    random = [v for v in claim.laws if inner.has(v)]
    if len(random) != 1:
        return
    for at in pool[:20]:
        env = values(claim, at, False, step.left, step.right)
        try:
            weights, points = claim.laws[random[0]].points(at)
            rhs = approx(evaluate(step.right, env))
            support = np.array([approx(evaluate(inner, {**env, random[0]: p})) for p in _floats(points)])
        except (ArithmeticError, TypeError, ValueError, KeyError):
            continue
        p = np.array([float(w) for w in weights])
        at_gap = compare(float(p @ support), step.relation, rhs, 1e-9)
        if at_gap.status != "holds" or np.ptp(support) == 0:
            continue
        sample = lambda rng, n, s=support, p=p: s[rng.choice(len(s), n, p=p / p.sum())]
        quantity = sampled(sample, (float(support.min()), float(support.max())))
        yield at_gap.gap, quantity, rhs, step.relation, NOWHERE


def _floats(points: Any) -> Iterator[tuple[float, ...]]:
    for point in points:
        yield tuple(float(v) for v in point)
