"""Experts that estimate means by SGD, and their merge: exact gap, stability, gradients and excess risk.

World     N tasks; task i has n_i samples with mean m_i and variance s_i^2; l(x; z) = (c/2) (x - z)^2, one
          curvature c for all.  K_i steps x <- x - eta c (x - mean of b_i samples drawn without replacement)
          from x_0; x_avg = x_0 + sum_i w_i (x_i - x_0), f = (1/N) sum_i f_i, F its expectation.
With      r_i = (1 - eta c)^K_i, S1 and S2 the sums of the K_i first powers of 1 - eta c and of its square,
          p = b_i/n_i:
          gap           E[F - f](x_avg) = (c/N) sum_i w_i (1 - r_i) s_i^2/n_i
          stability     (1/N) sum_i E|x_avg - x_avg^(i)|^2 = (1/N) sum_i w_i^2 e_i, one sample of task i
                        drawn afresh: e_i = 2 s_i^2 eta^2 c^2/b_i^2 (p(1-p) S2 + p^2 S1^2)
          gradient2     E|grad f(x_avg)|^2, optimisation = gradient2/(2c), excess = gap + optimisation
Shapes    everything scalar; a task is a record.  Exact for exact input; closed forms, so K may be 10^6.
Units     x, m, s [x]; c [loss]/[x]^2; eta the inverse of c.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """n samples of a law with this mean and spread (standard deviation), K steps, batches of b."""

    n: int
    b: int
    K: int
    mean: Any
    spread: Any

    def __post_init__(self) -> None:
        if not 1 <= self.b <= self.n:
            raise ValueError(f"b = {self.b}: expected a batch size from 1 to n = {self.n}")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Tasks with the weights of their merge, and what their training shares."""

    tasks: Sequence[Task]
    weights: Sequence[Any]
    curvature: Any
    eta: Any
    start: Any


def geometric(ratio: Any, terms: int) -> Any:
    """1 + ratio + ... (terms of them)."""
    return terms * ratio / ratio if ratio == 1 else (1 - ratio**terms) / (1 - ratio)


def left_over(world: World, task: Task) -> Any:
    """r = (1 - eta c)^K: the share of the way that is not gone."""
    return (1 - world.eta * world.curvature) ** task.K


def batch_noise(world: World, task: Task) -> Any:
    """Var(x_K | data) on average over the data: eta^2 c^2 S2 s^2 (n - b)/(n b)."""
    ratio = (1 - world.eta * world.curvature) ** 2
    share = task.spread**2 * (task.n - task.b) / (task.n * task.b)
    return (world.eta * world.curvature) ** 2 * geometric(ratio, task.K) * share


def local_stability(world: World, task: Task) -> Any:
    """e = E|x_K - x'_K|^2 for two runs with the same batches, one of the n samples drawn afresh."""
    step, p = world.eta * world.curvature, (world.eta / world.eta) * task.b / task.n
    once, twice = geometric(1 - step, task.K), geometric((1 - step) ** 2, task.K)
    return 2 * (task.spread * step / task.b) ** 2 * (p * (1 - p) * twice + p * p * once**2)


def _rows(world: World) -> list[tuple[Any, Any, Any]]:
    """(task, weight, 1 - r) of every task."""
    return [(t, w, 1 - left_over(world, t)) for t, w in zip(world.tasks, world.weights, strict=True)]


def gap(world: World) -> Any:
    """E[F(x_avg) - f(x_avg)]."""
    total = sum(w * gone * t.spread**2 / t.n for t, w, gone in _rows(world))
    return world.curvature * total / len(world.tasks)


def stability(world: World) -> Any:
    """The on-average stability of the merge: one sample of a task drawn with equal chances."""
    return sum(w * w * local_stability(world, t) for t, w, _ in _rows(world)) / len(world.tasks)


def distance2(world: World, towards: Sequence[Any]) -> Any:
    """E|x_avg - sum_k q_k (mean of the samples of task k)|^2 for given shares q."""
    away, spread = world.start, 0 * world.start
    for (task, weight, gone), share in zip(_rows(world), towards, strict=True):
        away = away + weight * gone * (task.mean - world.start) - share * task.mean
        spread = spread + (weight * gone - share) ** 2 * task.spread**2 / task.n
        spread = spread + weight**2 * batch_noise(world, task)
    return away**2 + spread


def gradient2(world: World, shares: Sequence[Any] | None = None) -> Any:
    """E|grad sum_k q_k f_k(x_avg)|^2; equal shares give f.  The shares sum to one."""
    one = world.eta / world.eta
    return world.curvature**2 * distance2(world, shares or [one / len(world.tasks)] * len(world.tasks))


def sample_gradient2(world: World) -> Any:
    """E|grad l(x_avg; z)|^2, the mean over tasks and over their samples z."""
    total, one = 0 * world.eta, world.eta / world.eta
    for place, task in enumerate(world.tasks):
        towards = [one * (place == k) for k in range(len(world.tasks))]
        total = total + distance2(world, towards) + task.spread**2 * (task.n - 1) / task.n
    return world.curvature**2 * total / len(world.tasks)


def optimisation(world: World) -> Any:
    """E[f(x_avg) - min f]."""
    return gradient2(world) / (2 * world.curvature)


def excess(world: World) -> Any:
    """E[F(x_avg) - min f]."""
    return gap(world) + optimisation(world)
