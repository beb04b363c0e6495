"""Merging, retraining and validating for SAIL's sweep of the merge ratio: all networks in one run.

Case      (sets, init, alpha, beta): which D_1 and D_2 (whole or overlap), which initialisations of experts
          (shared or independent), which overlaps (`sim.overlap`).
World     of a seed: indices of D_1, D_2, the training and the held-out images of D_t.
Network   a perceptron of 32 hidden units; Adam, batches of 32.
Source    SAIL, Section 4.4.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim import mmd
from sim.overlap import overlapping
from sim.weights import printed_two

if TYPE_CHECKING:
    from nets.data import Images

HELD_OUT, BATCH = 0.25, 32
RATES = {"expert": 3e-3, "retrain": 1e-3}  # experts fit their data; retraining does not forget the start
SPEC = {"model": "mlp", "size": 8, "channels": 1, "classes": 10, "width": 32, "depth": 1}
Case = tuple[str, str, float, float]
"""(sets, init, alpha, beta)."""
World = tuple[np.ndarray, ...]
Place = tuple[int, Case, tuple[np.ndarray, np.ndarray]]
"""A seed, a case, and the indices of its D_1 and D_2."""
Samples = tuple[np.ndarray, np.ndarray]
"""Images (n, 1, 8, 8) and labels (n,)."""


def thirds(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices of the dark, middle and bright images: mean pixel below, between, above the percentiles."""
    brightness = x.reshape(len(x), -1).mean(1)
    low, high = np.percentile(brightness, (33, 66))
    bins = (brightness >= low).astype(int) + (brightness > high)
    one, two, third = (np.flatnonzero(bins == k) for k in range(3))
    return one, two, third


def images() -> Samples:
    """All images (1797, 1, 8, 8) and labels."""
    from nets.data import digits

    parts = digits()
    x, y = (np.concatenate([getattr(p, k).numpy() for p in (parts.train, parts.test)]) for k in "xy")
    return x, y


def worlds(x: np.ndarray, count: int, rng: np.random.Generator) -> list[World]:
    """For each seed, in random order: indices of D_1, D_2, D_t and of the images held out of D_t."""
    found = []
    for child in rng.spawn(count):
        one, two, third = (child.permutation(part) for part in thirds(x))
        cut = round(HELD_OUT * len(third))
        found.append((one, two, third[cut:], third[:cut]))
    return found


def _sets(world: World, case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Indices of D_1 and D_2."""
    one, two, third, _ = world
    if case[0] == "whole":
        return one, two
    return overlapping((one, two), third, len(third) // 2, *case[2:])


def formulas(one: np.ndarray, two: np.ndarray, third: np.ndarray) -> dict[str, float]:
    """The weight of theta_1 as Section 4.4 prints it and as theorem 3 does, from samples (n, d)."""
    d = mmd.between([one, two, third])
    return {
        "printed": printed_two(d[[1, 0], 2], d[0, 1]),
        "theorem 3": printed_two(d[[0, 1], 2], d[0, 1]),
    }


def _labelled(data: Samples, rows: np.ndarray) -> "Images":
    import torch

    from nets.data import Images

    return Images(torch.tensor(data[0][rows]), torch.tensor(data[1][rows]))


def _fresh(seed: int) -> dict:
    """A random initialisation."""
    from nets.models import build

    return dict(build(SPEC, seed).state_dict())


def _experts(data: Samples, places: Sequence[Place], steps: int, rng: np.random.Generator) -> list[dict]:
    """theta_1 and theta_2 of each place, one after the other."""
    from nets.models import build
    from nets.train import Recipe, train_many

    parts = [_labelled(data, rows) for _, _, sets in places for rows in sets]
    other = lambda case: 1000 * (case[1] == "independent")
    starts = [_fresh(seed + k * other(case)) for seed, case, _ in places for k in (0, 1)]
    recipe = Recipe(steps=steps, batch=BATCH, rate=RATES["expert"])
    return train_many(build(SPEC, 0), parts, recipe, rng, starts=starts)


def _merged(
    x: np.ndarray, world: World, place: Place, pair: Sequence[dict], gammas: Sequence[float]
) -> tuple[list[tuple], list[dict]]:
    """The names (case, seed, start, gamma) and the parameters of all that is retrained at a place."""
    seed, case, sets = place
    weights = [("sweep", gamma) for gamma in gammas]
    if case[0] == "whole":  # the data sets of Figure 2b, for which the formulas are meant
        weights += formulas(*(x[part].reshape(len(part), -1) for part in (*sets, world[2]))).items()
    one, two = pair
    names = [(*case, seed, start, float(g)) for start, g in [*weights, ("random", 0.0)]]
    states = [{key: g * one[key] + (1 - g) * two[key] for key in one} for _, g in weights]
    return names, [*states, _fresh(2000 + seed)]


def _retrained(
    names: Sequence[tuple],
    starts: Sequence[dict],
    sets: Sequence[tuple["Images", "Images"]],
    after: Sequence[int],
    rng: np.random.Generator,
) -> list[tuple]:
    """The names with steps and validation loss; sets: for each seed the images to train on, held out."""
    import torch
    import torch.nn.functional as F
    from torch.func import functional_call, vmap

    from nets.models import build
    from nets.train import Recipe, train_many

    model, seeds, rows = build(SPEC, 0), np.array([name[4] for name in names]), []

    @torch.no_grad()
    def watch(step: int, state: dict) -> None:
        for seed, (_, held_out) in enumerate(sets) if step in after else ():
            chosen = np.flatnonzero(seeds == seed)
            own = {key: tensor[torch.from_numpy(chosen)] for key, tensor in state.items()}
            out = vmap(lambda s, x: functional_call(model, s, (x,)), (0, None))(own, held_out.x)
            labels = held_out.y.expand(len(chosen), -1)
            losses = F.cross_entropy(out.mT, labels, reduction="none").mean(1)
            for k, loss in zip(chosen.tolist(), losses.tolist(), strict=True):
                rows.append((*names[k][:5], step, *names[k][5:], loss))

    recipe = Recipe(steps=max(after), batch=BATCH, rate=RATES["retrain"], decay=False)
    subsets = [sets[seed][0] for seed in seeds]
    train_many(model, subsets, recipe, rng, starts=starts, watch=watch)
    return rows


def measured(
    data: Samples,
    found: Sequence[World],
    cases: Sequence[Case],
    gammas: Sequence[float],
    trained: int,
    after: Sequence[int],
    rng: np.random.Generator,
) -> list[tuple]:
    """(sets, init, alpha, beta, seed, steps, start, gamma, loss) of every network of these cases."""
    expert_rng, retrain_rng = rng.spawn(2)
    places = [(seed, case, _sets(world, case)) for seed, world in enumerate(found) for case in cases]
    states = _experts(data, places, trained, expert_rng)
    names, starts = [], []
    for place, pair in zip(places, zip(states[::2], states[1::2], strict=True), strict=True):
        more = _merged(data[0], found[place[0]], place, pair, gammas)
        names += more[0]
        starts += more[1]
    sets = [(_labelled(data, world[2]), _labelled(data, world[3])) for world in found]
    return _retrained(names, starts, sets, after, retrain_rng)
