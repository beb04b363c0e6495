"""Merge operators: one model from several, as functions of state dicts.

Interface  merge(base, experts, weights, statistics=...) -> state dict, the same for every operator.
           `base` is theta_0, `experts` are theta_1..theta_K, `weights` are lambda_1..lambda_K.
Numbers    Every tensor is accumulated in float64 (complex128) and rounded once to the dtype of the base.
Buffers    Integer and boolean tensors (counters such as `num_batches_tracked`) are never averaged: they
           are the base's.  Running statistics of normalisation layers follow the argument `statistics`:
           "copy" takes the base's; "average" takes the plain mean over the experts, whatever the weights,
           so that no variance becomes negative.  Either is a policy, not a fact: after a merge the
           statistics of the data are not those of any of the models.
Ties       Keys that share one tensor in the base and in every expert share one in the result; keys that
           share it in some of the models only are merged one by one.
Errors     `ValueError` naming model and key: a missing or unexpected key, another shape or dtype.
Inputs are never changed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import torch
from torch import Tensor

State = Mapping[str, Tensor]
STATISTICS = ("copy", "average")
RUNNING = ("running_mean", "running_var")
"""Last parts of the keys that hold running statistics."""


def is_statistic(key: str) -> bool:
    """Whether the key holds running statistics of a normalisation layer, by PyTorch's names."""
    return key.rpartition(".")[2] in RUNNING


def is_counted(tensor: Tensor) -> bool:
    """Whether the tensor is an integer or boolean one, which is copied and never averaged."""
    return not (tensor.is_floating_point() or tensor.is_complex())


def check_states(base: State, experts: Sequence[State]) -> None:
    """Every expert has the base's keys, shapes and dtypes, or a `ValueError` names expert and key."""
    for i, expert in enumerate(experts):
        for key, tensor in base.items():
            if key not in expert:
                raise ValueError(f"experts[{i}] has no key {key!r}, which the base has")
            other = expert[key]
            if other.shape != tensor.shape:
                raise ValueError(f"experts[{i}][{key!r}] has shape {tuple(other.shape)}, expected that of"
                                 f" the base, {tuple(tensor.shape)}")  # fmt: skip
            if other.dtype != tensor.dtype:
                raise ValueError(f"experts[{i}][{key!r}] has dtype {other.dtype}, expected that of the base,"
                                 f" {tensor.dtype}")  # fmt: skip
        for key in expert:
            if key not in base:
                raise ValueError(f"experts[{i}] has the key {key!r}, which the base has not")


def _combination(tensors: Sequence[Tensor], coefficients: Sequence[float]) -> Tensor:
    """sum_i c_i t_i in double precision, in the dtype of the first; terms with c_i = 0 take no part."""
    first = tensors[0]
    wide = torch.complex128 if first.is_complex() else torch.float64
    total = torch.zeros(first.shape, dtype=wide, device=first.device)
    for tensor, coefficient in zip(tensors, coefficients, strict=True):
        if coefficient:
            total.add_(tensor.detach().to(device=first.device, dtype=wide), alpha=coefficient)
    return total.to(first.dtype)


def _storage(tensor: Tensor) -> tuple:
    """Equal for two keys that hold the very same tensor."""
    return tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype, str(tensor.device)


def _affine(base: State, experts: Sequence[State], coefficients: Sequence[float], statistics: str) -> dict:
    """coefficients[0] * base + sum_i coefficients[i] * experts[i-1], with the policies of this module."""
    if statistics not in STATISTICS:
        raise ValueError(f"statistics = {statistics!r}: expected one of {', '.join(STATISTICS)}")
    check_states(base, experts)
    merged: dict[str, Tensor] = {}
    done: dict[tuple, Tensor] = {}
    for key, tensor in base.items():
        models = [tensor, *(expert[key] for expert in experts)]
        tie = tuple(map(_storage, models))
        if tensor.numel() and tie in done:
            merged[key] = done[tie]
        elif is_counted(tensor) or not tensor.numel():
            merged[key] = tensor.detach().clone()
        elif is_statistic(key) and (statistics == "copy" or not experts):
            merged[key] = tensor.detach().clone()
        elif is_statistic(key):
            merged[key] = _combination(models, [0.0] + [1 / len(experts)] * len(experts))
        else:
            merged[key] = _combination(models, coefficients)
        done[tie] = merged[key]
    return merged


def _checked_weights(experts: Sequence[State], weights: Sequence[float]) -> list[float]:
    if len(weights) != len(experts):
        raise ValueError(f"weights has {len(weights)} entries, expected one for each expert: {len(experts)}")
    for i, weight in enumerate(weights):
        if not math.isfinite(weight):
            raise ValueError(f"weights[{i}] = {weight}: expected a finite number")
    return [float(w) for w in weights]


def task_arithmetic(
    base: State, experts: Sequence[State], weights: Sequence[float], *, statistics: str = "copy"
) -> dict[str, Tensor]:
    """theta_0 + sum_i lambda_i (theta_i - theta_0)   (Ilharco et al., ICLR 2023, Section 2).

    Evaluated as (1 - sum_i lambda_i) theta_0 + sum_i lambda_i theta_i, so that one expert with weight 1 is
    returned bit for bit, and the base where all weights are zero.
    """
    weights = _checked_weights(experts, weights)
    return _affine(base, experts, [math.fsum([1.0, *(-w for w in weights)]), *weights], statistics)


def average(
    base: State, experts: Sequence[State], weights: Sequence[float], *, statistics: str = "copy"
) -> dict[str, Tensor]:
    """sum_i lambda_i theta_i / sum_i lambda_i: the weighted mean of the experts.

    The base gives keys, dtypes, counters and copied statistics, no parameter.  Weights must be
    non-negative with a positive sum.  With weights of sum one it is `task_arithmetic`.
    """
    weights = _checked_weights(experts, weights)
    total = math.fsum(weights)
    if min(weights, default=0.0) < 0 or not total > 0:
        raise ValueError(f"weights = {weights}: expected non-negative numbers with a positive sum")
    return _affine(base, experts, [0.0, *(w / total for w in weights)], statistics)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A merge operator: the function, the variant in one line, and what its definition does not promise.

    mean    weights must be non-negative with a positive sum
    breaks  names of laws of `proofs_check.laws.operators`, each with the reason why the definition breaks it
    """

    merge: Callable[..., dict[str, Tensor]]
    variant: str
    mean: bool = False
    breaks: Mapping[str, str] = field(default_factory=dict)


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "task_arithmetic": Operator(
            merge=task_arithmetic, variant="theta_0 + sum_i lambda_i (theta_i - theta_0)"
        ),
        "average": Operator(
            merge=average,
            variant="sum_i lambda_i theta_i / sum_i lambda_i, lambda >= 0",
            mean=True,
            breaks={
                "zero weights": "a mean needs a positive sum of weights",
                "additive": "weights are normalised, so that they do not add",
                "homogeneous": "weights are normalised: doubling them changes nothing",
            },
        ),
    }
)
"""All operators, by the name that the command line and the law table use."""
