"""Ten thousand paired SGD runs at once beside a loop of PyTorch runs, and exact stability after many steps.

    python benchmarks/paired_sgd.py [--runs 10000] [--loop 5]

Least squares in two dimensions, n = 100 samples, batches of one, K = 1,000 steps, one sample replaced.
The loop makes a few pairs, each of two runs with torch.optim.SGD, and its time a pair is multiplied; all
in one process.
"""

import argparse
import time

import numpy as np
import torch

from sim.affine_sgd import paired, ridge, second_moments, steps_of
from sim.mean_estimation import Task, World, gap, stability
from sim.paired_sgd import ridge as gradient
from sim.paired_sgd import run_pairs

N, STEPS, BATCH, ETA, PENALTY = 100, 1000, 1, 0.05, 0.1


def worlds(runs: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Data sets (runs, N, 3) of (x, y) and their twins, which differ in the first sample."""
    data = rng.standard_normal((runs, N, 3))
    twin = data.copy()
    twin[:, 0] = rng.standard_normal((runs, 3))
    return data, twin


def torch_run(z: torch.Tensor, order: list[int]) -> torch.Tensor:
    """One run as it is usually written."""
    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.SGD([w], ETA, weight_decay=PENALTY)
    for j in order:
        optimiser.zero_grad()
        loss = (z[j, :2] @ w - z[j, 2]) ** 2 / 2
        loss.backward()
        optimiser.step()
    return w.detach()


def loop(runs: int, rng: np.random.Generator) -> float:
    """Seconds a pair of the loop."""
    data, twin = worlds(runs, rng)
    start = time.perf_counter()
    for z, other in zip(torch.tensor(data), torch.tensor(twin), strict=True):
        order = rng.integers(N, size=STEPS).tolist()
        torch_run(z, order)
        torch_run(other, order)
    return (time.perf_counter() - start) / runs


def exact(steps: int) -> tuple[float, float, float]:
    """Seconds of gap and stability of mean estimation, and of ridge regression's pair moments."""
    tasks = tuple(Task(n=100, b=10, K=steps, mean=0.0, spread=1.0) for _ in range(8))
    world = World(tasks=tasks, weights=(1 / 8,) * 8, curvature=1.0, eta=0.01, start=0.0)
    start = time.perf_counter()
    gap(world), stability(world)
    first = time.perf_counter() - start
    data, twin = worlds(1, np.random.default_rng(0))
    A, B = (steps_of(*ridge(z[0, :, :2], z[0, :, 2], PENALTY), ETA) for z in (data, twin))
    start = time.perf_counter()
    moments = second_moments(paired(A, B), 10, steps, np.array([1.0, 0, 0, 0, 0]))
    second = time.perf_counter() - start
    w, v = slice(1, 3), slice(3, 5)
    return first, second, float(np.trace(moments[w, w] + moments[v, v] - 2 * moments[w, v]))


def main() -> None:
    """Print the times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=10_000, help="pairs at once (default: 10000)")
    parser.add_argument("--loop", type=int, default=5, help="pairs of the loop (default: 5)")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    data, twin = worlds(arguments.runs, rng)
    start = time.perf_counter()
    run_pairs(gradient(PENALTY), data, twin, np.zeros(2), ETA, BATCH, STEPS, rng)
    seconds = time.perf_counter() - start
    each = loop(arguments.loop, rng)
    whole = each * arguments.runs
    print(f"{arguments.runs} pairs at once, n = {N}, K = {STEPS}: {seconds:.1f} s")
    times = whole / seconds
    print(f"a loop of PyTorch runs: {each:.3f} s a pair; for all {whole:.0f} s, {times:.0f} times that")
    first, second, apart = exact(10**6)
    print("after 10^6 steps, exactly:")
    print(f"  gap and stability of mean estimation: {first * 1e3:.2f} ms")
    print(f"  moments of a pair of ridge regressions: {second * 1e3:.2f} ms, E|w - w'|^2 = {apart:.3g}")


if __name__ == "__main__":
    main()
