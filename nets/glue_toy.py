"""GLUE's experiment at toy size: four configurations on real digits, both initialisations, many seeds.

Experts      K small ResNets a seed, each on `images` digits, class shares from Dirichlet(`concentration`),
             from one initialisation ("shared") or from K different ones ("independent"): the paper does not
             say which.  Both use the same images, so that they can be compared in pairs.
Target       `target` images learn alpha (full gradient, GLUE) and fine-tune, `held_out` others measure the
             proxy accuracy and choose the best expert; the three sets and the test images are disjoint.
Arms         CONFIGS of `nets.glue`, and "best expert": the one with the highest held-out accuracy.
Measured     test accuracy of the prior theta(alpha) and while all its parameters are fine-tuned.
All experts of all seeds are trained in one call, all arms are fine-tuned in one call.
Shapes       accuracy: (inits, seeds, arms, checkpoints); experts: (inits, seeds, K);
             alpha: (inits, seeds, arms, K).
Source       GLUE, Section 5, Table 1 and Figure 1, there with K = 10 experts of 2000 images each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from nets import glue
from nets.data import Dataset, Images
from nets.models import build
from nets.recipes import TOY_MODELS
from nets.train import Recipe, train_many

INITS = ("shared", "independent")
ARMS = (*glue.CONFIGS, "best expert")
PRIOR = 0
"""The checkpoint before fine-tuning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toy:
    """The sizes of one run; the paper's are K = 10, 2000 images, Dirichlet(0.5), Adam 1e-3 for 40 epochs."""

    seeds: int
    K: int
    images: int = 150
    concentration: float = 0.5
    target: int = 300
    held_out: int = 100
    training: Recipe = Recipe(steps=100, batch=32, rate=3e-3)
    learning: glue.Settings = glue.Settings(steps=150, batch=64)
    tuning: Recipe = Recipe(steps=60, batch=32, rate=1e-3, decay=False)
    checkpoints: tuple[int, ...] = (0, 5, 10, 20, 40, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """See the module's text for the shapes; accuracies are shares of the test images."""

    accuracy: np.ndarray
    experts: np.ndarray
    alpha: np.ndarray


def dirichlet(images: Images, count: int, concentration: float, rng: np.random.Generator) -> Images:
    """`count` images whose class shares are drawn from Dirichlet(concentration, ..., concentration).

    Within a class images are drawn without replacement, or with it where the class has too few.
    """
    if count < 1 or not concentration > 0:
        raise ValueError(f"count = {count}, concentration = {concentration}: expected count >= 1 and > 0")
    labels = images.y.numpy()
    classes = np.unique(labels)
    shares = rng.dirichlet(np.full(len(classes), concentration))
    rows = []
    for label, wanted in zip(classes, rng.multinomial(count, shares), strict=True):
        pool = np.flatnonzero(labels == label)
        rows.append(rng.choice(pool, wanted, replace=bool(wanted > len(pool))))
    chosen = torch.from_numpy(np.concatenate(rows))
    return Images(images.x[chosen], images.y[chosen])


def _part(images: Images, rows: np.ndarray) -> Images:
    chosen = torch.from_numpy(rows)
    return Images(images.x[chosen], images.y[chosen])


def _states(stacked: Mapping[str, Tensor]) -> list[dict[str, Tensor]]:
    count = len(next(iter(stacked.values())))
    return [{k: v[i] for k, v in stacked.items()} for i in range(count)]


def _experts(toy: Toy, subsets: Sequence[Sequence[Images]], rng: np.random.Generator) -> dict[str, Tensor]:
    """All experts, (inits * seeds, K, ...): shared first; the same images in the same order for both."""
    model = build(TOY_MODELS["resnet"], 0)
    draws = rng.integers(2**31, size=(toy.seeds, toy.K))
    starts = [
        build(TOY_MODELS["resnet"], int(draws[s, 0 if init == "shared" else k])).state_dict()
        for init in INITS
        for s in range(toy.seeds)
        for k in range(toy.K)
    ]
    images = [subset for row in subsets for subset in row] * len(INITS)
    trained = train_many(model, images, toy.training, rng, starts=starts)
    worlds = len(INITS) * toy.seeds
    return glue.stack([trained[w * toy.K : (w + 1) * toy.K] for w in range(worlds)])


def measure(toy: Toy, data: Dataset, rng: np.random.Generator) -> Measured:
    """Train the experts, mix them by every arm, fine-tune; the same for equal generators."""
    model = build(TOY_MODELS["resnet"], 0)
    splitting, training, learning, tuning = rng.spawn(4)
    held, targets, subsets = [], [], []
    for child in splitting.spawn(toy.seeds):
        order = child.permutation(len(data.train))
        cuts = np.split(order, [toy.target, toy.target + toy.held_out])
        target, held_out, rest = (_part(data.train, rows) for rows in cuts)
        targets.append(target)
        held.append(held_out)
        subsets.append([dirichlet(rest, toy.images, toy.concentration, child) for _ in range(toy.K)])
    stacked = _experts(toy, subsets, training)
    alpha = _mixtures(model, toy, stacked, held * len(INITS), targets * len(INITS), learning)
    flat = {k: v.flatten(0, 1) for k, v in stacked.items()}
    own = glue.accuracies(model, flat, data.test)

    arms = [glue.blends(stacked, alpha[:, a], toy.learning.statistics) for a in range(len(ARMS))]
    starts = [state for arm in arms for state in _states(arm)]
    seen: list[Tensor] = []

    def watch(step: int, state: dict[str, Tensor]) -> None:
        if step in toy.checkpoints:
            floating = {k: v for k, v in state.items() if v.is_floating_point()}
            seen.append(glue.accuracies(model, floating, data.test))

    train_many(model, targets * len(INITS) * len(ARMS), toy.tuning, tuning, starts=starts, watch=watch)
    shape = (len(ARMS), len(INITS), toy.seeds, len(toy.checkpoints))
    accuracy = torch.stack(seen, -1).reshape(shape).permute(1, 2, 0, 3)
    return Measured(
        accuracy=accuracy.numpy(),
        experts=own.reshape(len(INITS), toy.seeds, toy.K).numpy(),
        alpha=alpha.reshape(len(INITS), toy.seeds, len(ARMS), toy.K).double().numpy(),
    )


def _mixtures(
    model: torch.nn.Module,
    toy: Toy,
    stacked: dict[str, Tensor],
    held: Sequence[Images],
    targets: Sequence[Images],
    rng: np.random.Generator,
) -> Tensor:
    """alpha of every arm, (worlds, arms, K)."""
    worlds, K = next(iter(stacked.values())).shape[:2]
    proxies = torch.cat([
        glue.proxy_accuracy(model, {k: v[w : w + 1] for k, v in stacked.items()}, held[w])
        for w in range(worlds)
    ])  # fmt: skip
    seed = int(rng.integers(2**31))
    learnt = [
        glue.learn(model, stacked, targets, toy.learning, np.random.default_rng(seed), kind).alpha.double()
        for kind in ("full", "spsa")
    ]
    best = torch.nn.functional.one_hot(proxies.argmax(-1), K).double()
    found = [glue.data_size([[toy.images] * K] * worlds), proxies, *learnt, best]
    return torch.stack(found, 1).to(next(iter(stacked.values())).dtype)
