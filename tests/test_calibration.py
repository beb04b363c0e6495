"""The budget, the planned number of draws, and the benchmark that measures both."""

import importlib.util
import math
from functools import partial
from pathlib import Path

import pytest

from proofs_check.seeds import generator
from proofs_check.statistics import confirm, plan, share

INF = math.inf
UNIT = (0, 1)


def coin(p: float):
    """A sampler of 0 and 1."""
    return lambda rng, n: (rng.random(n) < p).astype(float)


@pytest.mark.parametrize("p", [0.5, 0.7])
def test_plan_suffices(p: float) -> None:
    """With the planned number of draws, at least 90 per cent of 100 violations of that size are found."""
    n = plan(UNIT, 1e-6, 0.05)
    found = sum(
        confirm(coin(p), "<=", p - 0.05, UNIT, 1e-6, generator(k, "plan"), n).refuted for k in range(100)
    )
    assert found >= 90


def test_plan_is_no_waste() -> None:
    """A tenth of the planned draws finds nearly nothing where the variance is the largest possible."""
    n = plan(UNIT, 1e-6, 0.05) // 10
    found = sum(
        confirm(coin(0.5), "<=", 0.45, UNIT, 1e-6, generator(k, "waste"), n).refuted for k in range(100)
    )
    assert found <= 10


def test_plan_scales_as_its_formula() -> None:
    """Half the gap takes four times the draws; units cancel; a known small variance takes fewer."""
    n = plan(UNIT, 1e-6, 1e-3)
    assert plan(UNIT, 1e-6, 5e-4) == pytest.approx(4 * n, rel=1e-5)
    assert plan((0, 10), 1e-6, 1e-2) == pytest.approx(n, rel=1e-5)
    assert plan(UNIT, 1e-6, 1e-3, variance=0.025) == pytest.approx(n / 10, rel=1e-5)


@pytest.mark.parametrize(
    ("bounds", "gap", "message"),
    [((0, INF), 0.1, "bounds .* or variance="), (UNIT, 0.0, "gap 0.0: expected")],
)
def test_plan_refuses_what_it_cannot_answer(bounds, gap: float, message: str) -> None:
    """Without finite bounds or a variance, or without a gap, no number of draws is enough."""
    with pytest.raises(ValueError, match=message):
        plan(bounds, 0.05, gap)


def test_the_budget_is_shared_evenly() -> None:
    """All statements together get the family budget; wrong budgets are refused by name."""
    assert 50 * share(1e-6, 50) == pytest.approx(1e-6)
    for family, statements, message in ((0, 1, "family 0"), (1, 1, "family 1"), (0.1, 0, "statements 0")):
        with pytest.raises(ValueError, match=message):
            share(family, statements)


def benchmark():
    """The module of the calibration benchmark, which lies in no package."""
    path = Path(__file__).parents[1] / "benchmarks" / "calibration.py"
    spec = importlib.util.spec_from_file_location("calibration", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_benchmark_tests_true_statements() -> None:
    """The means of the benchmark's laws are theirs: at 1e-9 none is refuted; half as much more or less is."""
    truths = benchmark().true_statements()
    assert len({t.name for t in truths}) == len(truths) > 12
    for t in truths:
        run = partial(confirm, t.sample, bounds=t.bounds, alpha=1e-9, rng=generator(1, t.name))
        assert not run("==", t.mean, max_draws=2**15).refuted, t.name
        if t.mean:
            relation, sign = (">=", 1) if t.relation == ">=" else ("<=", -1)
            assert run(relation, t.mean + sign * abs(t.mean) / 2, max_draws=2**20).refuted, t.name
