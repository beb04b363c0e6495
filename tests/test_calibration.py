"""The budget, the planned number of draws, and the benchmark that measures both."""

import importlib
import importlib.util
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from proofs_check.functionals import confirm_all, reduce
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
    """At 1e-9 none of its true statements falls; with half less or more on the right each does."""
    truths = importlib.import_module("benchmarks.truths").synthetic()
    assert len({t.name for t in truths}) == len(truths) > 30
    for t in truths:
        tests = reduce(t.quantity, t.instance, t.relation, t.value)
        assert not confirm_all(tests, 1e-9, generator(1, t.name), 2**13).refuted, t.name
        if t.value and t.name != "constant, ==":
            relation, sign = (">=", 1) if t.relation == ">=" else ("<=", -1)
            tests = reduce(t.quantity, t.instance, relation, t.value + sign * abs(t.value) / 2)
            assert confirm_all(tests, 1e-9, generator(1, t.name), 2**20).refuted, t.name


def test_the_benchmark_knows_the_ledger() -> None:
    """The registry's sampled statements are among the true ones, and each holds at its instance."""
    truths = importlib.import_module("benchmarks.truths").ledger()
    assert {t.name.partition(" ")[0] for t in truths} >= {"sail.thm1"}
    assert any(t.instance != truths[-1].instance for t in truths)
    for t in truths[::3]:
        tests = reduce(t.quantity, t.instance, t.relation, t.value)
        assert not confirm_all(tests, 1e-9, generator(2, t.name), 2**11).refuted, t.name


def test_the_benchmark_measures_the_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """The claims that it judges stand at 1e-9; a wrong right side is refuted, forced to a test or not."""
    judged = importlib.import_module("benchmarks.judged")
    claims = judged.claims()
    assert not any(judged.refuted(k, 1e-9, 0, f) for k in range(len(claims)) for f in (False, True))
    [statement] = claims[0].readings
    wrong = replace(claims[0], readings=(replace(statement, right=statement.right + 1),))
    monkeypatch.setattr(judged, "claims", lambda: (wrong,))
    assert all(judged.refuted(0, 1e-9, 0, forced) for forced in (False, True))


def test_the_benchmark_reports(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few runs are reported as they are: JSON lines at the end, no pass where the interval is too wide."""
    module = benchmark()
    small = "--runs 40 --jobs 1 --part tests judge".split()
    monkeypatch.setattr("sys.argv", ["calibration.py", *small])
    status = module.main()
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    assert [row["part"] for row in rows] == ["tests", "judge"] and status == 1
    for row in rows:
        assert row["runs"] == 40 and row["low"] <= row["rate"] <= row["high"] and not row["holds"]
    assert module.verdict("judge", 0, 10_000, 0.05, 1.0)["holds"]
    assert not module.verdict("default tests", 1, 10_000, 1e-6, 1.0)["holds"]


def test_the_power_table_fails_where_a_violation_is_missed(monkeypatch) -> None:
    """A coin 1.5 times too fair is found with 4096 draws and not with 256: then the part does not hold."""
    calibration = benchmark()
    monkeypatch.setattr(calibration, "POWERED", ("coin 1/2",))
    monkeypatch.setattr(calibration, "FACTORS", (1.5,))
    for most, holds in ((2**12, True), (2**8, False)):
        monkeypatch.setattr(calibration, "POWER_DRAWS", most)
        assert [row["holds"] for row in calibration.power(0)] == [holds]
