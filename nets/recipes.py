"""What the recordings of nets/recorded were made from: one function each, run by `python -m nets.record`."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from nets.data import digits, fingerprint, of_classes
from nets.merge import average
from nets.models import build
from nets.record import ROOT, record
from nets.train import Progress, Recipe, correct, train_many

HALVES = ((0, 1, 2, 3, 4), (5, 6, 7, 8, 9))
"""Disjoint classes of the two experts."""

TOY_MODELS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "resnet": {"model": "resnet", "size": 8, "channels": 1, "classes": 10, "width": 8, "n": 1},
        "vit": {"model": "vit", "size": 8, "channels": 1, "classes": 10, "patch": 2, "width": 24, "depth": 2},
    }
)
TOY_TRAINING = Recipe(steps=150, batch=64, rate=3e-3)


def digits_toy(
    root: Path = ROOT,
    seed: int = 0,
    training: Recipe = TOY_TRAINING,
    name: str = "digits_toy",
    progress: Progress | None = None,
) -> Path:
    """Two experts on disjoint halves of the digits, from one initialisation; a ResNet-8 and a ViT.

    States: MODEL_base (the initialisation), MODEL_expert0, MODEL_expert1 for MODEL in resnet, vit.
    """
    data = digits(seed)
    subsets = [of_classes(data.train, half) for half in HALVES]
    states, measured = {}, {}
    for kind, spec in TOY_MODELS.items():
        model = build(spec, seed)
        base = {k: v.detach().clone() for k, v in model.state_dict().items()}
        experts = train_many(model, subsets, training, np.random.default_rng(seed), progress)
        named = {"base": base, "expert0": experts[0], "expert1": experts[1]}
        states.update({f"{kind}_{key}": state for key, state in named.items()})
        named["average"] = average(base, experts, [0.5, 0.5], statistics="average")
        measured[kind] = {
            key: {"correct": correct(model, state, data.test), "of": len(data.test)}
            for key, state in named.items()
        }
    recipe = {
        "data": {
            "set": "digits (scikit-learn)",
            "train_sha256": fingerprint(data.train),
            "test_sha256": fingerprint(data.test),
        },
        "classes": HALVES,
        "models": {kind: dict(spec) for kind, spec in TOY_MODELS.items()},
        "training": asdict(training),
        "command": f"python -m nets.record {name}",
    }
    return record(
        name,
        states,
        what="Two experts on disjoint halves of the digits from one initialisation, for each of two networks."
        " Measured: correct labels on the test images of all ten classes; 'average' is the mean of the"
        " experts, running statistics included.",
        seed=seed,
        recipe=recipe,
        measured=measured,
        root=root,
        replace=True,
    )


DEEP_MODELS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "vit": {"model": "vit", "size": 8, "channels": 1, "classes": 10, "width": 24, "depth": 4},
        "resnet": {"model": "resnet", "size": 8, "channels": 1, "classes": 10, "width": 8, "n": 3},
    }
)
"""A vision transformer of four layers, and ResNet-20 at half its width."""
DEEP_TRAINING: Mapping[str, Recipe] = MappingProxyType(
    {"vit": Recipe(steps=600, batch=64, rate=3e-3), "resnet": Recipe(steps=100, batch=64, rate=3e-3)}
)
"""About as long as each needs; where it is trained further, no gradient is left to estimate."""
DEEP_COPIES = 2


def digits_deep(
    root: Path = ROOT,
    seed: int = 0,
    training: Mapping[str, Recipe] = DEEP_TRAINING,
    name: str = "digits_deep",
    progress: Progress | None = None,
) -> Path:
    """Two ViTs and two ResNet-20s on all ten digits, each from its own initialisation.

    States: MODEL_0, MODEL_1 for MODEL in vit, resnet; rounded to half precision, which halves the
    files, before they are measured.
    """
    data = digits(seed)
    states, measured = {}, {}
    for kind, spec in DEEP_MODELS.items():
        models = [build(spec, seed + i) for i in range(DEEP_COPIES)]
        trained = train_many(
            models[0],
            [data.train] * DEEP_COPIES,
            training[kind],
            np.random.default_rng(seed),
            progress,
            starts=[model.state_dict() for model in models],
        )
        for i, state in enumerate(trained):
            rounded = {k: v.half() if v.is_floating_point() else v for k, v in state.items()}
            wide = {k: v.float() if v.is_floating_point() else v for k, v in rounded.items()}
            states[f"{kind}_{i}"] = rounded
            measured[f"{kind}_{i}"] = {"correct": correct(models[i], wide, data.test), "of": len(data.test)}
    recipe = {
        "data": {
            "set": "digits (scikit-learn)",
            "train_sha256": fingerprint(data.train),
            "test_sha256": fingerprint(data.test),
        },
        "models": {kind: dict(spec) for kind, spec in DEEP_MODELS.items()},
        "training": {kind: asdict(training[kind]) for kind in DEEP_MODELS},
        "command": f"python -m nets.record {name}",
    }
    return record(
        name,
        states,
        what="Two vision transformers and two ResNet-20s on all ten digits, in half precision, on which"
        " gradient estimates are compared. Measured: correct labels on the test images.",
        seed=seed,
        recipe=recipe,
        measured=measured,
        root=root,
        replace=True,
    )


RECIPES: Mapping[str, Callable[[Path], Path]] = MappingProxyType(
    {"digits_toy": digits_toy, "digits_deep": digits_deep}
)
