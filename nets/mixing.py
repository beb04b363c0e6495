"""The mixing gradient of blended networks, by three roads (GLUE, Section 4.1).

theta(alpha) = sum_i alpha_i theta_i over the parameters of K experts; L is the mean cross-entropy of a
batch, networks in evaluation mode.

    mixing_gradient      autograd through the blend, with respect to alpha
    inner_products       one backward pass at theta(alpha), then <grad_theta L, theta_i> in float64
    finite_differences   central differences over alpha, forward passes only, float64

Running statistics of normalisation layers are no parameters, so that the paper's theta leaves them open:
    "fixed"   the plain mean over the experts, whatever alpha
    "mixed"   blended with alpha like parameters.  Then L depends on alpha through them too, and the
              identity needs them inside theta: `inner_products(..., over="all")`.
Shapes    alpha and all results: (K,).  Units: those of L.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.func import functional_call, vmap

from nets.data import Images
from nets.merge import check_states, is_counted, is_statistic

State = Mapping[str, Tensor]
Weights = Sequence[float] | np.ndarray
POLICIES = ("fixed", "mixed")


def blend(experts: Sequence[State], alpha: Tensor | Weights, statistics: str = "fixed") -> dict[str, Tensor]:
    """theta(alpha): differentiable in alpha where that is a tensor; computed in the dtype of alpha."""
    if statistics not in POLICIES:
        raise ValueError(f"statistics = {statistics!r}: expected one of {', '.join(POLICIES)}")
    check_states(experts[0], experts[1:])
    if not isinstance(alpha, Tensor):
        alpha = torch.tensor([float(a) for a in alpha], dtype=torch.float64)
    if alpha.shape != (len(experts),):
        raise ValueError(f"alpha has shape {tuple(alpha.shape)}, expected ({len(experts)},)")
    uniform = torch.full_like(alpha, 1 / len(experts), requires_grad=False)
    blended = {}
    for key, first in experts[0].items():
        if is_counted(first):
            blended[key] = first
            continue
        weights = uniform if is_statistic(key) and statistics == "fixed" else alpha
        stack = torch.stack([e[key].to(alpha.dtype) for e in experts], -1)  # (..., K)
        blended[key] = stack @ weights
    return blended


def _loss(model: nn.Module, state: State, batch: Images, dtype: torch.dtype) -> Tensor:
    was_training = model.training
    model.eval()
    try:
        return F.cross_entropy(functional_call(model, dict(state), (batch.x.to(dtype),)), batch.y)
    finally:
        model.train(was_training)


def mixing_gradient(
    model: nn.Module,
    experts: Sequence[State],
    alpha: Weights,
    batch: Images,
    dtype: torch.dtype = torch.float64,
    statistics: str = "fixed",
) -> np.ndarray:
    """d L(theta(alpha)) / d alpha, reverse mode through the blend itself."""
    leaf = torch.tensor([float(a) for a in alpha], dtype=dtype, requires_grad=True)
    loss = _loss(model, blend(experts, leaf, statistics), batch, dtype)
    (gradient,) = torch.autograd.grad(loss, leaf)
    return gradient.double().numpy()


def parameter_gradient(
    model: nn.Module,
    experts: Sequence[State],
    alpha: Weights,
    batch: Images,
    dtype: torch.dtype = torch.float64,
    statistics: str = "fixed",
    over: str = "parameters",
) -> dict[str, Tensor]:
    """grad_theta L at theta(alpha) by one backward pass, by key; over the running statistics too if "all"."""
    if over not in ("parameters", "all"):
        raise ValueError(f"over = {over!r}: expected 'parameters' or 'all'")
    with torch.no_grad():
        point = blend(experts, torch.tensor([float(a) for a in alpha], dtype=dtype), statistics)
    keys = [k for k, t in point.items() if not is_counted(t) and (over == "all" or not is_statistic(k))]
    point = {k: t.detach().requires_grad_(k in keys) for k, t in point.items()}
    gradients = torch.autograd.grad(_loss(model, point, batch, dtype), [point[k] for k in keys])
    return dict(zip(keys, gradients, strict=True))


def inner_products(
    model: nn.Module,
    experts: Sequence[State],
    alpha: Weights,
    batch: Images,
    dtype: torch.dtype = torch.float64,
    statistics: str = "fixed",
    over: str = "parameters",
) -> np.ndarray:
    """[<grad_theta L, theta_i>]_i; gradient in `dtype`, products and sums in float64."""
    gradient = parameter_gradient(model, experts, alpha, batch, dtype, statistics, over)
    flat = np.concatenate([g.double().numpy().ravel() for g in gradient.values()])
    return np.array(
        [flat @ np.concatenate([e[k].double().numpy().ravel() for k in gradient]) for e in experts]
    )


def mixing_loss(
    model: nn.Module, experts: Sequence[State], alpha: Weights, batch: Images, statistics: str = "fixed"
) -> float:
    """L(theta(alpha)) in float64, forward pass only."""
    with torch.no_grad():
        return _loss(model, blend(experts, alpha, statistics), batch, torch.float64).item()


def finite_differences(
    model: nn.Module,
    experts: Sequence[State],
    alpha: Weights,
    batch: Images,
    step: float = 1e-7,
    statistics: str = "fixed",
) -> np.ndarray:
    """[L(alpha + h e_i) - L(alpha - h e_i)] / (2h) in float64.

    Error: h^2/6 times the third derivative, rounding of about 1e-16 |L| / h, and, for rectified
    networks, up to the jump of the derivative at a kink between the two points: hence a small step.
    """
    if not step > 0:
        raise ValueError(f"step = {step}: expected a number > 0")
    point = np.array([float(a) for a in alpha])
    differences = []
    for unit in np.eye(len(point)):
        ahead, behind = (
            mixing_loss(model, experts, point + s * step * unit, batch, statistics) for s in (1, -1)
        )
        differences.append((ahead - behind) / (2 * step))
    return np.array(differences)


def expert_matrix(experts: Sequence[State]) -> np.ndarray:
    """Theta = [theta_1, ..., theta_K] over the parameters: (P, K) float64, columns in the key order."""
    keys = [k for k, t in experts[0].items() if not (is_counted(t) or is_statistic(k))]
    return np.stack([np.concatenate([e[k].double().numpy().ravel() for k in keys]) for e in experts], 1)


def sample_losses(
    model: nn.Module,
    experts: Sequence[State],
    alphas: np.ndarray,
    batch: Images,
    statistics: str = "fixed",
    chunk: int = 16,
) -> np.ndarray:
    """Loss of every sample at many mixtures, float64, forward passes only: alphas (n, K) -> (n, B)."""
    x = batch.x.double()

    def losses(alpha: Tensor) -> Tensor:
        out = functional_call(model, blend(experts, alpha, statistics), (x,))
        return F.cross_entropy(out, batch.y, reduction="none")

    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            parts = torch.from_numpy(np.asarray(alphas, dtype=np.float64)).split(chunk)
            return torch.cat([vmap(losses)(part) for part in parts]).numpy()
    finally:
        model.train(was_training)
