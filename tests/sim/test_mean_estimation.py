"""Merged mean estimation: the closed forms against every data set and batch sequence, and their speed."""

import time
from fractions import Fraction as F
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.coupled_sgd import second_moment
from sim.mean_estimation import (
    Task,
    World,
    excess,
    gap,
    gradient2,
    local_stability,
    optimisation,
    sample_gradient2,
    stability,
)

PAIR = World(
    tasks=(
        Task(n=2, b=1, K=2, mean=F(1), spread=F(1, 2)),
        Task(n=1, b=1, K=1, mean=F(-2), spread=F(3)),
    ),
    weights=(F(1, 4), F(3, 4)),
    curvature=F(3, 2),
    eta=F(1, 3),
    start=F(1),
)
ALONE = World(
    tasks=(Task(n=3, b=2, K=2, mean=F(1), spread=F(2)),),
    weights=(F(1),),
    curvature=F(1),
    eta=F(1, 2),
    start=F(0),
)


def enumerate_runs(world: World):
    """Every (data, x_avg) with equal weight: signs of all samples, batches of all steps."""
    c, eta = world.curvature, world.eta
    sides = [[(t.mean + s * t.spread) for s in (1, -1)] for t in world.tasks]
    datas = list(product(*[list(product(v, repeat=t.n)) for v, t in zip(sides, world.tasks, strict=True)]))
    plans = [list(product(combinations(range(t.n), t.b), repeat=t.K)) for t in world.tasks]
    for data in datas:
        for plan in product(*plans):
            merged = world.start
            for own, batches, weight in zip(data, plan, world.weights, strict=True):
                x = world.start
                for batch in batches:
                    x -= eta * c * (x - sum(own[j] for j in batch) / F(len(batch)))
                merged += weight * (x - world.start)
            yield data, merged


def mean(values) -> F:
    values = list(values)
    return sum(values, F(0)) / len(values)


@pytest.mark.parametrize("world", [PAIR, ALONE])
def test_closed_forms_are_the_enumeration(world: World) -> None:
    """Gap, both squared gradients, optimisation error and excess equal their means over all runs, exactly."""
    c, tasks = world.curvature, world.tasks
    runs = list(enumerate_runs(world))
    loss = lambda x, z: c / 2 * (x - z) ** 2
    f = lambda data, x: mean(mean(loss(x, z) for z in own) for own in data)
    F_ = lambda x: mean(mean(loss(x, t.mean + s * t.spread) for s in (1, -1)) for t in tasks)
    slope = lambda data, x: mean(mean(c * (x - z) for z in own) for own in data)
    best = lambda data: mean(mean(own) for own in data)
    assert gap(world) == mean(F_(x) - f(d, x) for d, x in runs)
    assert gradient2(world) == mean(slope(d, x) ** 2 for d, x in runs)
    assert sample_gradient2(world) == mean(
        mean(mean((c * (x - z)) ** 2 for z in own) for own in d) for d, x in runs
    )
    assert optimisation(world) == mean(f(d, x) - f(d, best(d)) for d, x in runs)
    assert excess(world) == mean(F_(x) - f(d, best(d)) for d, x in runs)


def test_stability_is_the_recursion() -> None:
    """Local stability equals the moment recursion of paired runs; the merge weighs it with its squares."""
    task = ALONE.tasks[0]
    same = second_moment(task.n, task.b, task.K, F(1, 2), F(1), F(2))
    assert local_stability(ALONE, task) == same == stability(ALONE)
    parts = [local_stability(PAIR, t) for t in PAIR.tasks]
    assert stability(PAIR) == (parts[0] / 16 + parts[1] * F(9, 16)) / 2


def test_curvature_one_over_step_is_the_minimiser() -> None:
    """One full-batch step with eta c = 1 lands on the mean: gap s^2/n (times c), no gradient left."""
    task = Task(n=4, b=4, K=1, mean=F(2), spread=F(3))
    world = World(tasks=(task,), weights=(F(1),), curvature=F(2), eta=F(1, 2), start=F(5))
    assert gap(world) == 2 * F(9) / 4
    assert gradient2(world) == 0
    assert stability(world) == 2 * F(9) / 16


def test_a_million_steps_take_less_than_a_second() -> None:
    """K = 10^6 costs a few powers."""
    tasks = tuple(Task(n=100 + k, b=10, K=10**6, mean=0.1 * k, spread=1.0) for k in range(8))
    world = World(tasks=tasks, weights=(0.125,) * 8, curvature=1.0, eta=1e-6, start=0.0)
    started = time.perf_counter()
    values = gap(world), stability(world), excess(world)
    assert time.perf_counter() - started < 1
    assert all(0 < v < 10 for v in values)


def test_batch_must_fit() -> None:
    """A batch larger than the data is refused by name."""
    with pytest.raises(ValueError, match="b = 3"):
        Task(n=2, b=3, K=1, mean=0, spread=1)


@given(
    n=st.integers(2, 40),
    K=st.integers(1, 30),
    rate=st.fractions(F(1, 50), F(49, 50), max_denominator=50),
    data=st.data(),
)
def test_larger_batches_are_more_stable(n: int, K: int, rate: F, data: st.DataObject) -> None:
    """At fixed K neighbouring runs are closer for larger b: 2 s^2 eta^2 ((1/b - 1/n) S2/n + S1^2/n^2)."""
    b = data.draw(st.integers(1, n - 1))
    world = World(tasks=(), weights=(), curvature=F(1), eta=rate, start=F(0))
    small, large = (
        local_stability(world, Task(n=n, b=size, K=K, mean=F(0), spread=F(1))) for size in (b, b + 1)
    )
    assert small > large


@given(
    n=st.integers(1, 40),
    K=st.integers(1, 30),
    rate=st.fractions(F(1, 50), F(49, 50), max_denominator=50),
    start=st.fractions(-4, 4, max_denominator=8),
)
def test_more_data_lower_the_excess_risk(n: int, K: int, rate: F, start: F) -> None:
    """With batches of one and eta c < 1 the excess risk falls with n, and the gap is (c/n) (1 - r) s^2."""
    few, many = (
        World(
            tasks=(Task(n=size, b=1, K=K, mean=F(0), spread=F(1)),),
            weights=(F(1),),
            curvature=F(1),
            eta=rate,
            start=start,
        )
        for size in (n, n + 1)
    )
    assert excess(few) > excess(many)
    assert gap(few) == (1 - (1 - rate) ** K) / n
