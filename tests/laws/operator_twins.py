"""Broken merge operators: for each law one that breaks it, by a slip that people make."""

import torch

from nets.merge import is_counted, is_statistic, task_arithmetic


def _entrywise(change):
    """Task arithmetic with the term of each expert computed by `change(base, expert, weight, count)`."""

    def merge(base, experts, weights):
        merged = task_arithmetic(base, experts, [0.0] * len(experts))
        for key, tensor in base.items():
            if tensor.numel() and not (is_counted(tensor) or is_statistic(key)):
                total = tensor.double()
                for expert, weight in zip(experts, weights, strict=True):
                    total = total + change(tensor.double(), expert[key].double(), weight, len(experts))
                merged[key] = total.to(tensor.dtype)
        return merged

    return merge


def _no_base_term(base, experts, weights):  # sum of lambda theta, the base forgotten
    return _entrywise(lambda b, e, w, n: w * e - b / n)(base, experts, weights)


def _reweighted(change):
    """Task arithmetic with the list of weights changed before it is used."""
    return lambda base, experts, weights: task_arithmetic(base, experts, change(weights))


def _doubles(base, experts, weights):
    merged = task_arithmetic(base, experts, weights)
    return {k: t if is_counted(t) else t.double() for k, t in merged.items()}


def _own_precision(base, experts, weights):
    merged = task_arithmetic(base, experts, weights)
    for key, tensor in base.items():
        if not (is_counted(tensor) or is_statistic(key)):
            total = tensor.clone()
            for expert, weight in zip(experts, weights, strict=True):
                total = total + weight * (expert[key] - tensor)
            merged[key] = total
    return merged


def _averaged_counters(base, experts, weights):
    merged = task_arithmetic(base, experts, weights)
    for key, tensor in base.items():
        if is_counted(tensor):
            mean = sum(e[key].double() for e in experts) / len(experts)
            merged[key] = mean.to(tensor.dtype)
    return merged


def _arithmetic_on_statistics(base, experts, weights):
    merged = task_arithmetic(base, experts, weights)
    for key, tensor in base.items():
        if is_statistic(key):
            merged[key] = tensor + sum(w * (e[key] - tensor) for e, w in zip(experts, weights, strict=True))
    return merged


def _sorted_keys(base, experts, weights):
    return dict(sorted(task_arithmetic(base, experts, weights).items()))


def _in_place(base, experts, weights):
    merged = task_arithmetic(base, experts, weights)
    for key, tensor in base.items():
        tensor.copy_(merged[key])
    return dict(base)


def _noisy():
    generator = torch.Generator().manual_seed(0)

    def merge(base, experts, weights):
        merged = task_arithmetic(base, experts, weights)
        for key, tensor in merged.items():
            if tensor.is_floating_point() and not is_statistic(key):
                noise = torch.rand(tensor.shape, generator=generator, dtype=torch.float64)
                merged[key] = tensor + noise.to(tensor.dtype)
        return merged

    return merge


def _untied(base, experts, weights):
    return {k: t.clone() for k, t in task_arithmetic(base, experts, weights).items()}


def _largest_first(base, experts, weights):
    for tensor in base.values():
        tensor.max()  # fails on a tensor without entries
    return task_arithmetic(base, experts, weights)


def _lenient(base, experts, weights):
    known = [{k: e.get(k, t) for k, t in base.items()} for e in experts]
    return task_arithmetic(base, known, weights)


TWINS = {
    "one model": _reweighted(lambda ws: [w / 2 for w in ws]),
    "equal models": _no_base_term,
    "zero weights": _reweighted(lambda ws: [w or 1.0 for w in ws]),
    "permutation": _reweighted(sorted),
    "scaling": _entrywise(lambda b, e, w, n: w * (e - b).clamp(-1, 1)),
    "negation": _entrywise(lambda b, e, w, n: w * (e - b).clamp(min=0)),
    "translation": _entrywise(lambda b, e, w, n: w * (e - b) * (b != 0)),
    "splitting": _entrywise(lambda b, e, w, n: w * ((e - b) - (e - b).mean())),
    "additive": _reweighted(lambda ws: [w / len(ws) for w in ws]),
    "homogeneous": _reweighted(lambda ws: [w * w for w in ws]),
    "dtype and shape": _doubles,
    "precision": _own_precision,
    "counters": _averaged_counters,
    "statistics": _arithmetic_on_statistics,
    "keys": _sorted_keys,
    "inputs unchanged": _in_place,
    "repeatable": _noisy(),
    "ties": _untied,
    "empty tensors": _largest_first,
    "mismatch": _lenient,
}
"""Law -> the operator that breaks it."""
