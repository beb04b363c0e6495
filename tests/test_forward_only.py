"""The benchmark of traces, directions and allocators: its two ways agree, and a missed bar is told."""

import importlib

import pytest


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch):
    """The module; the variable that it sets for BLAS is put back."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return importlib.import_module("benchmarks.forward_only")


def test_traces_agree(benchmark) -> None:
    """One call and both loops give the same traces, on a small transformer."""
    name, ways = benchmark.trace_ways(8, 3, 4)
    _, difference = benchmark.best(ways, 1)
    assert "3 samples x 4 queries" in name and 0 <= difference < 1e-4


def test_directions_agree(benchmark) -> None:
    """One call and one call a direction give the same estimates."""
    for _, ways, _ in benchmark.direction_ways(3):
        assert benchmark.best(ways, 1)[1] < 1e-9


def test_missed_bars_are_told(benchmark, capsys: pytest.CaptureFixture) -> None:
    """A ratio below the bar, or numbers that differ, are printed as missed."""
    assert benchmark.report("traces", "t", {"a": 1.0, "b": 6.0, "c": 5.5}, 0.0, 5.0)
    assert not benchmark.report("traces", "t", {"a": 1.0, "b": 6.0, "c": 4.5}, 0.0, 5.0)
    assert not benchmark.report("traces", "t", {"a": 1.0, "b": 6.0}, 1e-3, 5.0)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("met") and lines[1].endswith("MISSED") and lines[2].endswith("MISSED")
