"""How long CoGraM takes: the batched passes beside one forward pass for each candidate, in one run.

    python benchmarks/cogram_levels.py [--repeats 5]

The layer pass on the 32-dimensional network, and the neuron and weight levels (all layers refined), both
adoptions.  One forward pass a candidate: the network is copied with the part exchanged and evaluated, as
often as the procedure evaluates a loss.
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import torch

from nets.cogram import Settings, iterate
from nets.models import build
from nets.perceptron import Matrices, loss_of, matrices
from sim.clustered_classes import draw, geometry
from sim.prototypes import prototypes

SPEC = {"model": "mlp", "size": 1, "channels": 32, "classes": 20, "width": 64, "depth": 2}
REFINE = 1e9
"""A floor that no loss difference reaches: the level refines everything."""


def fastest(run: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of several runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def one_by_one(network: Matrices, x: torch.Tensor, y: torch.Tensor, count: int) -> None:
    """`count` evaluations of a network of which one weight was exchanged."""
    for _ in range(count):
        first = network[0].clone()
        first[0, 0] += 1e-3
        loss_of((first, *network[1:]), x, y)


def main() -> None:
    """Print one line a level."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5, help="the fastest counts (default: 5)")
    repeats = parser.parse_args().repeats
    torch.set_num_threads(1)
    a, b, m = (matrices(dict(build(SPEC, seed).state_dict())) for seed in range(3))
    data = draw(geometry(np.random.default_rng(0)), 2000, np.random.default_rng(1))
    x, y = map(torch.tensor, prototypes("mean", *data, np.random.default_rng(2)))
    sample = 500
    each = fastest(lambda: one_by_one(m, x, y, sample), repeats) / sample
    print(f"one forward pass with an exchanged weight: {each * 1e3:.3f} ms, {len(y)} prototypes")
    head = ("level", "adoption", "evaluations", "batched, s", "one by one, s", "ratio")
    print("{:8} {:9} {:>11} {:>11} {:>13} {:>6}".format(*head))
    for finest, floors in (("layer", (0, 0)), ("neuron", (REFINE, 0)), ("weight", (REFINE, REFINE))):
        for adoption in ("together", "in turn"):
            if finest == "layer" and adoption == "in turn":
                continue  # layers follow one another in both
            settings = Settings(finest=finest, floors=floors, adoption=adoption)
            count = sum(iterate(a, b, m, x, y, settings).evaluations.values())
            seconds = fastest(lambda s=settings: iterate(a, b, m, x, y, s), repeats)
            name = "" if finest == "layer" else adoption
            row = f"{finest:8} {name:9} {count:11d} {seconds:11.4f} {count * each:13.3f}"
            print(f"{row} {count * each / seconds:6.1f}")


if __name__ == "__main__":
    main()
