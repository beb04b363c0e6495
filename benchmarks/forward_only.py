"""How much faster are traces, directions and allocations in one call, and do they give the same numbers?

    python benchmarks/forward_only.py [--part traces|directions|allocators] [--samples 128] [--queries 20]
                                      [--width 144] [--rounds 1]

Each row is two ways to the same numbers, timed in turn in this run: processor time on one thread, which a
busy machine changes little; the best of the rounds; the ratio to the fastest of the other ways, and the
largest relative difference of the results.

traces      per-sample traces of SPSA on a ViT (width 144: 1.0 million parameters), float32, radius 1e-3.
            One call runs every query over the whole batch.  The loop goes over samples: each gets the
            same queries on its own, one after another, or all in one `vmap`.  Both share the Gram matrix.
directions  SPSA along m directions at once, and m calls of one direction: a quadratic of NumPy, losses of
            mixtures of ten experts (GLUE), slopes of a small network.
allocators  each allocator by itself; 10,000 samples where it takes them.
Ends with status 1 if a bar is missed: traces 5 times and 1e-5, directions 3 times in NumPy and for mixtures,
the exact optimum for 10,000 samples in 50 ms.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"  # before NumPy and torch read it

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from nets.data import Images
from nets.flat import directions, vector
from nets.mixing import sample_losses
from nets.models import build
from nets.slopes import slopes
from nets.traces import traces
from sim.allocators import ALLOCATORS
from sim.spsa import two_point

FASTER, SAME, SECONDS = {"traces": 5.0, "directions": 3.0}, 1e-5, 0.05


def best(ways: dict[str, Callable[[], np.ndarray]], rounds: int) -> tuple[dict[str, float], float]:
    """The least processor time of each way, and the largest relative difference from the first way."""
    seconds, results = dict.fromkeys(ways, float("inf")), {}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.process_time()
            results[name] = np.asarray(way(), dtype=float)
            seconds[name] = min(seconds[name], time.process_time() - start)
    first = next(iter(results.values()))
    size = np.abs(first).max()
    return seconds, max(float(np.abs(r - first).max() / size) for r in results.values())


def report(part: str, name: str, seconds: dict[str, float], difference: float, bar: float | None) -> bool:
    """Prints a row: the first way against the fastest of the others; whether the bar is met."""
    (first, fast), *others = seconds.items()
    slow = min(t for _, t in others)
    text = "  ".join(f"{way} {t:.4g} s" for way, t in seconds.items())
    met = bar is None or (slow / fast >= bar and difference <= SAME)
    verdict = "" if bar is None else f"  bar {bar:g}: {'met' if met else 'MISSED'}"
    print(f"{part:11s} {name}: {text}  ratio {slow / fast:.2f}  difference {difference:.1e}{verdict}")
    return met


def trace_ways(width: int, samples: int, queries: int) -> tuple[str, dict[str, Callable[[], np.ndarray]]]:
    """Per-sample traces in one call and by two loops over the samples."""
    spec = {"model": "vit", "size": 16, "channels": 3, "classes": 10, "patch": 4, "depth": 6, "heads": 4}
    model = build({**spec, "width": width}, 0)
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.random((samples, 3, 16, 16), dtype=np.float32))
    y, u = torch.from_numpy(rng.integers(0, 10, samples)), directions(model, "gaussian", rng, queries)

    def loop(chunk: int) -> np.ndarray:
        each = [slopes(model, x[j : j + 1], y[j : j + 1], 1e-3, u, chunk=chunk) for j in range(samples)]
        return traces(torch.cat(each, 1), u).numpy()

    name = f"{samples} samples x {queries} queries, {vector(model).numel():,} parameters"
    return name, {
        "one call": lambda: traces(slopes(model, x, y, 1e-3, u), u).numpy(),
        "loop": lambda: loop(1),
        "loop with vmap": lambda: loop(queries),
    }


def direction_ways(m: int) -> list[tuple[str, dict[str, Callable[[], np.ndarray]], bool]]:
    """SPSA along m directions at once and one by one: name, ways, whether the bar applies."""
    rng = np.random.default_rng(1)
    K = 10
    H = rng.standard_normal((K, K))
    loss = lambda p: ((p @ H) ** 2).sum(-1)
    at, u = rng.standard_normal(K), rng.standard_normal((m, K))
    numpy_ways = {
        "one call": lambda: two_point(loss, at, 0.1, u).mean(0),
        "calls": lambda: np.mean([two_point(loss, at, 0.1, v) for v in u], 0),
    }
    spec = {"model": "mlp", "size": 8, "channels": 1, "classes": 10, "width": 32}
    model = build(spec, 0).double()
    experts = [build(spec, seed).state_dict() for seed in range(K)]
    batch = Images(torch.from_numpy(rng.random((32, 1, 8, 8), dtype=np.float32)),
                   torch.from_numpy(rng.integers(0, 10, 32)))  # fmt: skip

    def mixtures(points: np.ndarray) -> np.ndarray:
        flat = points.reshape(-1, K)
        found = sample_losses(model, experts, flat, batch, chunk=len(flat))
        return found.mean(1).reshape(points.shape[:-1])

    even = np.full(K, 1 / K)
    mixture_ways = {
        "one call": lambda: two_point(mixtures, even, 0.01, u).mean(0),
        "calls": lambda: np.mean([two_point(mixtures, even, 0.01, v) for v in u], 0),
    }
    net = build(spec, 3).double()
    v = directions(net, "gaussian", rng, m)
    x, y = batch.x.double(), batch.y
    network_ways = {
        "one call": lambda: slopes(net, x, y, 0.01, v, chunk=m).numpy(),
        "calls": lambda: torch.cat([slopes(net, x, y, 0.01, w[None]) for w in v]).numpy(),
    }
    return [
        (f"m = {m}, quadratic in {K} dimensions", numpy_ways, True),
        (f"m = {m}, mixtures of {K} experts", mixture_ways, True),
        (f"m = {m}, network of {v.shape[1]:,} parameters", network_ways, False),
    ]


def allocate(rounds: int) -> bool:
    """Processor time of every allocator; whether the optimum for 10,000 samples is in time."""
    rng, met = np.random.default_rng(2), True
    for name, allocator in ALLOCATORS.items():
        B = 128 if name == "gaussian" else 10_000
        losses, sizes, times = rng.exponential(1, B), rng.lognormal(0, 2, B), []
        for _ in range(rounds):
            start = time.process_time()
            allocator(losses, sizes, 20 * B, rng)
            times.append(time.process_time() - start)
        late = name == "optimal" and min(times) > SECONDS
        bar = f"  bar {1000 * SECONDS:g} ms: {'MISSED' if late else 'met'}" if name == "optimal" else ""
        print(f"allocators  {name}: {B:,} samples, {1000 * min(times):.2f} ms of processor time{bar}")
        met &= not late
    return met


def main(arguments: Sequence[str]) -> int:
    """Runs the parts that were asked for; 0 if every bar is met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--part", choices=("traces", "directions", "allocators"))
    for option, default in (("samples", 128), ("queries", 20), ("width", 144), ("rounds", 1)):
        parser.add_argument(f"--{option}", type=int, default=default)
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    met = []
    if given.part in (None, "allocators"):
        met.append(allocate(max(given.rounds, 3)))
    if given.part in (None, "directions"):
        for name, ways, bar in direction_ways(64):
            seconds, difference = best(ways, max(given.rounds, 3))
            met.append(report("directions", name, seconds, difference, FASTER["directions"] if bar else None))
    if given.part in (None, "traces"):
        name, ways = trace_ways(given.width, given.samples, given.queries)
        seconds, difference = best(ways, given.rounds)
        met.append(report("traces", name, seconds, difference, FASTER["traces"]))
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
