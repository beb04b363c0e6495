"""FLOPS's algorithm 1 (OPS-SPSA, OPS-LR) and its baselines, on real networks.

One step, by the lines of the listing:
     5   losses Phi of the minibatch without noise
     6   `pilot` queries of every sample at the place `deepest`; their sample variance is the trace T_j
  7-10   counts = allocate(Phi, T, queries * B, rng): integers >= 1 with that sum, from `sim.allocators`;
         the Gaussian allocator fits its four parameters there and samples once
 11-15   group after group, as printed: estimate with `counts` queries, update, go on to the next group
Methods    2-query (one pair of probes), n-query and LR (equal counts, no pilot), OPS-SPSA and OPS-LR (the
           Gaussian allocator); `allocate` puts any other allocator in its place.
Cost       `passes` counts forward passes a sample and group: clean pass, pilot and queries, nothing left out.
Randomness one child stream each for minibatches, noise and allocation: methods see the same minibatches.
Units      rate: parameters over gradient for "sgd", parameters for "adam"; sigma: those of what is perturbed.
Source     FLOPS, Appendix B and Section 5.1; estimators as in `nets.queries`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor, nn

from nets import queries
from nets.data import Images
from nets.train import batches
from sim.allocation import Allocator
from sim.allocators import ALLOCATORS
from sim.gaussian import gaussian

State = Mapping[str, Tensor]
Watch = Callable[[int, int, dict[str, Tensor]], None]
"""watch(steps done, forward passes so far, state)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How a step estimates: `queries` is the mean number for a sample, None that of the settings."""

    estimator: str
    allocator: str = "equal"
    queries: int | None = None


METHODS: Mapping[str, Method] = MappingProxyType({
    "2-query": Method(estimator="spsa", queries=1),
    "n-query": Method(estimator="spsa"),
    "LR": Method(estimator="lr"),
    "OPS-SPSA": Method(estimator="spsa", allocator="gaussian"),
    "OPS-LR": Method(estimator="lr", allocator="gaussian"),
})  # fmt: skip
"""By the names of the paper's Table 1; DeepZero's and Mezo's n-SPSA are both n-query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to train: `groups` are module names, updated in this order; the pilot looks at `deepest` alone.

    What goes into the module `embedding` tells the Gaussian allocator which samples are alike; "" for none.
    """

    groups: tuple[str, ...]
    steps: int
    batch: int = 32
    queries: int = 20
    sigma: float = 1e-3
    rate: float = 1e-3
    optimiser: str = "adam"
    pilot: int = 4
    deepest: str = ""
    embedding: str = ""

    def __post_init__(self) -> None:
        if self.optimiser not in ("adam", "sgd"):
            raise ValueError(f"optimiser = {self.optimiser!r}: expected 'adam' or 'sgd'")
        if not self.groups or (self.deepest and self.deepest not in self.groups):
            raise ValueError(
                f"groups = {self.groups}, deepest = {self.deepest!r}: expected one of the groups"
            )
        if min(self.steps, self.batch, self.queries, self.pilot - 1) < 1:
            raise ValueError(f"{self}: expected steps, batch, queries >= 1 and pilot >= 2")
        if not min(self.sigma, self.rate) > 0:
            raise ValueError(f"{self}: expected sigma and rate > 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The state after training; the loss of each minibatch before its step; counts (steps, B)."""

    state: dict[str, Tensor]
    losses: tuple[float, ...]
    counts: np.ndarray
    passes: int


def pilot_traces(
    model: nn.Module,
    state: State,
    spot: queries.Place,
    batch: Images,
    n: int,
    sigma: float,
    estimator: str,
    rng: np.random.Generator,
) -> Tensor:
    """Unbiased estimates of every sample's trace from n queries each, (B,)."""
    if n < 2:
        raise ValueError(f"n = {n}: expected at least two pilot queries, one has no variance")
    size = queries.noise_size(model, state, spot, batch, estimator)
    samples = torch.arange(len(batch)).repeat_interleave(n)
    noise = torch.from_numpy(rng.standard_normal((len(samples), size))).to(batch.x.dtype)
    rows = queries.slopes(model, state, spot, batch, samples, noise, sigma, estimator)[:, None] * noise
    if estimator in queries.ACTIVATIONS:
        inputs, _ = queries.passing(model, state, spot, batch.x)
        rows = queries.pulled_back(model, state, spot, inputs[samples], rows)
    return rows.reshape(len(batch), n, -1).var(1).sum(-1)


def train(
    model: nn.Module,
    state: State,
    images: Images,
    method: Method,
    settings: Settings,
    rng: np.random.Generator,
    allocate: Allocator | None = None,
    watch: Watch | None = None,
) -> Trained:
    """Train from `state`, which stays as it is; `allocate` replaces the method's allocator."""
    chosen = allocate or ALLOCATORS[method.allocator]
    mean = method.queries or settings.queries
    schedule, noise, chance = rng.spawn(3)
    order = batches(len(images), settings.batch, settings.steps, schedule)
    spots = {name: queries.place(model, name) for name in settings.groups}
    deepest = spots[settings.deepest or settings.groups[-1]]
    now = {k: v.detach().clone() for k, v in state.items()}
    trained = {k: now[k] for spot in spots.values() for k in spot.keys}
    maker = torch.optim.Adam if settings.optimiser == "adam" else torch.optim.SGD
    steppers = {name: maker([now[k] for k in spot.keys], settings.rate) for name, spot in spots.items()}
    cost, passes, losses, counts = queries.PASSES[method.estimator], 0, [], []
    for step, rows in enumerate(order):
        batch = Images(images.x[rows], images.y[rows])
        clean = queries.sample_losses(model, now, batch)
        if not torch.isfinite(clean).all():
            bad = int(torch.isfinite(clean).int().argmin())
            raise FloatingPointError(f"step {step}: the loss of sample {bad} is {clean[bad].item()}")
        passes += len(batch)
        traces, allocator = torch.zeros(len(batch)), chosen
        if chosen is not ALLOCATORS["equal"]:
            arguments = (model, now, deepest, batch, settings.pilot, settings.sigma, method.estimator, noise)
            traces = pilot_traces(*arguments)
            passes += cost * settings.pilot * len(batch)
        if chosen is gaussian and settings.embedding:
            spot = queries.place(model, settings.embedding)
            alike = queries.passing(model, now, spot, batch.x)[0].flatten(1).double().numpy()
            allocator = partial(gaussian, embeddings=alike)
        shares = allocator(clean.double().numpy(), traces.double().numpy(), mean * len(batch), chance)
        for name, spot in spots.items():
            arguments = (model, now, spot, batch, shares, settings.sigma, method.estimator, noise)
            estimate, start = queries.estimates(*arguments).mean(0), 0
            for key in spot.keys:
                now[key].grad = estimate[start : start + now[key].numel()].reshape(now[key].shape)
                start += now[key].numel()
            steppers[name].step()
            passes += cost * int(shares.sum())
        losses.append(clean.mean().item())
        counts.append(shares)
        if watch is not None:
            watch(step + 1, passes, now)
    for tensor in trained.values():
        tensor.grad = None
    return Trained(state=now, losses=tuple(losses), counts=np.stack(counts), passes=passes)
