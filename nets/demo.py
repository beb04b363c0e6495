"""Two small experts on real digits, merged and measured; `proofs_check.demo` sets the claims beside it.

The experts see disjoint halves of the ten classes and start from one initialisation.  The merge is task
arithmetic with weights 1/2, which is their average, running statistics averaged.  Everything is measured on
held-out images; gradients and losses in float64, evaluation mode, statistics held at those of the merge.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from nets import mixing
from nets.data import Images, digits, of_classes
from nets.merge import task_arithmetic
from nets.models import build
from nets.recipes import HALVES, TOY_MODELS, TOY_TRAINING
from nets.train import Progress, Recipe, correct, mean_loss, train_many

ALPHA = (0.5, 0.5)
BATCH = 64
"""Images on which gradients are measured."""
DIRECTIONS = 512
AVERAGED = (1, 2, 8)
"""Numbers m of directions that one estimate averages."""
RADIUS = 1e-4
QUERIES = 8
"""Mean number of queries a sample: the budget of the allocators is QUERIES * BATCH."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What was measured on the merge.

    correct     model -> how many of `of` held-out images get their own label
    losses      model -> mean loss on the held-out images
    segment     (t, loss) along (1 - t) expert0 + t expert1
    mix_slope   grad_alpha L, (K,)
    slope_norm  |grad_theta L|
    sigma_max   largest singular value of Theta = [theta_1 .. theta_K]
    errors      m -> (mean of |gbar - g|^2, its standard error) over independent estimates
    variances   m -> trace of the sample covariance of gbar: the spread about its own mean
    identity    road -> largest difference from <grad_theta L, theta_i>, relative to the largest entry
    traces      Tr of the covariance of one SPSA query, by sample, (BATCH,)
    sample_loss loss of every sample at the merge, (BATCH,)
    """

    correct: Mapping[str, int]
    of: int
    losses: Mapping[str, float]
    segment: tuple[tuple[float, float], ...]
    mix_slope: tuple[float, ...]
    slope_norm: float
    sigma_max: float
    errors: Mapping[int, tuple[float, float]]
    variances: Mapping[int, float]
    identity: Mapping[str, float]
    traces: np.ndarray
    sample_loss: np.ndarray


def _identity(model: torch.nn.Module, experts: list, batch: Images) -> dict[str, float]:
    products = mixing.inner_products(model, experts, ALPHA, batch)
    narrow = mixing.inner_products(model, experts, ALPHA, batch, torch.float32)
    mixed = mixing.inner_products(model, experts, ALPHA, batch, statistics="mixed")

    def off(gradient: np.ndarray, reference: np.ndarray) -> float:
        return float(np.abs(gradient - reference).max() / np.abs(reference).max())

    return {
        "autograd, float64": off(mixing.mixing_gradient(model, experts, ALPHA, batch), products),
        "autograd, float32": off(mixing.mixing_gradient(model, experts, ALPHA, batch, torch.float32), narrow),
        "differences, float64": off(mixing.finite_differences(model, experts, ALPHA, batch), products),
        "autograd, statistics blended too": off(
            mixing.mixing_gradient(model, experts, ALPHA, batch, statistics="mixed"), mixed
        ),
    }


def _directions(rng: np.random.Generator, count: int, K: int) -> np.ndarray:
    """Uniform unit directions (count, K): normalised Gaussians, as GLUE Section 3.2 draws them."""
    gaussian = rng.standard_normal((count, K))
    return gaussian / np.linalg.norm(gaussian, axis=1, keepdims=True)


def measure(
    seed: int = 0,
    progress: Progress | None = None,
    training: Recipe = TOY_TRAINING,
    directions: int = DIRECTIONS,
) -> Measured:
    """Train, merge and measure; progress(done, total, text) is called on the way."""
    if directions % max(AVERAGED):
        raise ValueError(f"directions = {directions}: expected a multiple of {max(AVERAGED)}")
    tell = progress or (lambda done, total, text: None)
    data = digits(seed)
    model = build(TOY_MODELS["resnet"], seed)
    base = {k: v.detach().clone() for k, v in model.state_dict().items()}
    train_rng, order_rng, spsa_rng = np.random.default_rng(seed).spawn(3)
    steps, rest = training.steps, 5
    total = steps + rest * 20

    def trained(done: int, _: int, text: str) -> None:
        tell(done, total, f"two experts: {text}")

    def stage(number: int, text: str) -> None:
        tell(steps + 20 * number, total, text)

    subsets = [of_classes(data.train, half) for half in HALVES]
    experts = train_many(model, subsets, training, train_rng, trained)
    merge = task_arithmetic(base, experts, ALPHA, statistics="average")

    stage(0, "accuracy")
    named = {"base": base, "expert 0-4": experts[0], "expert 5-9": experts[1], "merge": merge}
    rows = torch.from_numpy(order_rng.permutation(len(data.test))[:BATCH])
    batch = Images(data.test.x[rows], data.test.y[rows])

    stage(1, "the mixing gradient by three roads")
    identity = _identity(model, experts, batch)
    slope = mixing.mixing_gradient(model, experts, ALPHA, batch)
    gradient = mixing.parameter_gradient(model, experts, ALPHA, batch)

    stage(2, f"{directions} random directions")
    drawn = _directions(spsa_rng, directions, len(experts))
    ahead, behind = (
        mixing.sample_losses(model, experts, np.array(ALPHA) + s * RADIUS * drawn, batch) for s in (1, -1)
    )
    estimates = ((ahead - behind) / (2 * RADIUS))[..., None] * drawn[:, None]  # (directions, samples, K)
    errors, variances = {}, {}
    for m in AVERAGED:
        means = estimates.mean(1).reshape(-1, m, len(experts)).mean(1)
        squares = ((means - slope) ** 2).sum(-1)
        errors[m] = (float(squares.mean()), float(squares.std(ddof=1) / len(squares) ** 0.5))
        variances[m] = float(means.var(0, ddof=1).sum())

    stage(3, "the segment between the experts")
    times = np.linspace(0, 1, 11)
    segment = mixing.sample_losses(model, experts, np.stack([1 - times, times], 1), data.test).mean(1)
    stage(4, "losses")
    measured = Measured(
        correct={name: correct(model, state, data.test) for name, state in named.items()},
        of=len(data.test),
        losses={name: mean_loss(model, state, data.test) for name, state in named.items()},
        segment=tuple(zip(times.tolist(), segment.tolist(), strict=True)),
        mix_slope=tuple(slope.tolist()),
        slope_norm=float(sum((g**2).sum() for g in gradient.values()) ** 0.5),
        sigma_max=float(np.linalg.svd(mixing.expert_matrix(experts), compute_uv=False)[0]),
        errors=errors,
        variances=variances,
        identity=identity,
        traces=estimates.var(0, ddof=1).sum(-1),
        sample_loss=mixing.sample_losses(model, experts, np.array([ALPHA]), batch)[0],
    )
    tell(total, total, "done")
    return measured
