"""The gradient in the mixing coefficients is the vector of inner products with the experts.

Printed   grad_alpha L = [<grad_theta(alpha) L, theta_1>, ..., <grad_theta(alpha) L, theta_K>]; component i
          is printed in Section 2 as dL/dalpha_i = <grad_theta(alpha) L, theta_i>.
Shapes    grad_theta L, theta_i: (P,), P the number of parameters; alpha: (K,).  Units: those of L.
Measured  on the recorded experts (a small ResNet and a small ViT on real images), networks in evaluation
          mode, running statistics fixed.  Left: reverse mode through the blend itself.  Right: one backward
          pass at theta(alpha), then the inner product.  Third opinion: central differences, forward only.
Source    GLUE, Section 4.1 (D_alpha), Section 2, paragraph 3, eq. (1).
"""

from functools import lru_cache
from typing import Any

import numpy as np

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Choice, Family, Instance, Integer, Real, Vector, floats
from theory.notation import Vec, dot

RECORDING = "digits_toy"
EXPERTS = 2
slope, slope32 = Vec(r"\nabla_{\theta(\alpha)}\mathcal{L}"), Vec(r"\nabla_{\theta(\alpha)}\mathcal{L}_{32}")
expert, other, base = Vec(r"\theta_i"), Vec(r"\theta_{i'}"), Vec(r"\theta_{0}")
start = Vec(r"\nabla_{\theta_0}\mathcal{L}")

FAMILY = Family(
    fields={
        "network": Choice(("resnet", "vit")),
        "i": Integer(1, EXPERTS),
        "alpha": Vector(EXPERTS, Real(-1, 2)),
        "first": Integer(0, 400),
        "size": Integer(4, 24),
    },
    leaves_out="other networks, experts and losses, more than two experts; no proof: networks are measured",
)


@lru_cache(maxsize=4)
def world(network: str) -> tuple[Any, tuple, dict, Any]:
    """(model, its experts, its initialisation, held-out images) of the recording."""
    from nets.data import digits
    from nets.models import build
    from nets.record import reload

    record = reload(RECORDING)
    model = build(record.manifest["recipe"]["models"][network], record.manifest["seed"])
    experts = tuple(record.states[f"{network}_expert{n}"] for n in range(EXPERTS))
    return model, experts, record.states[f"{network}_base"], digits(record.manifest["seed"]).test


def batch(i: Instance) -> Any:
    """`size` held-out images from `first` on, around the end."""
    from nets.data import Images

    images = world(i.network)[-1]
    rows = (np.arange(i.size) + i.first) % len(images)
    return Images(images.x[rows], images.y[rows])


@lru_cache(maxsize=512)
def through_the_blend(i: Instance, bits: int, statistics: str = "fixed") -> np.ndarray:
    """grad_alpha L by reverse mode through theta(alpha)."""
    import torch

    from nets.mixing import mixing_gradient

    model, experts, *_ = world(i.network)
    dtype = torch.float64 if bits == 64 else torch.float32
    return mixing_gradient(model, experts, i.alpha, batch(i), dtype, statistics)


@lru_cache(maxsize=512)
def by_differences(i: Instance) -> np.ndarray:
    """grad_alpha L by central differences in float64."""
    from nets.mixing import finite_differences

    model, experts, *_ = world(i.network)
    return finite_differences(model, experts, i.alpha, batch(i))


@lru_cache(maxsize=512)
def training_mode(i: Instance) -> np.ndarray:
    """The same as `through_the_blend`, wrongly with normalisation by the batch's own statistics."""
    import torch
    from torch.func import functional_call

    from nets.mixing import blend

    model, experts, *_ = world(i.network)
    alpha = torch.tensor(i.alpha, dtype=torch.float64, requires_grad=True)
    images = batch(i)
    model.train()
    try:
        logits = functional_call(model, blend(experts, alpha), (images.x.double(),))
    finally:
        model.eval()
    (gradient,) = torch.autograd.grad(torch.nn.functional.cross_entropy(logits, images.y), alpha)
    return gradient.numpy()


@lru_cache(maxsize=512)
def backward(i: Instance, bits: int = 64, at_base: bool = False) -> tuple[float, ...]:
    """grad_theta L at theta(alpha) (or, wrongly, at the initialisation), all parameters in key order."""
    import torch

    from nets.mixing import parameter_gradient

    model, experts, initial, _ = world(i.network)
    dtype = torch.float64 if bits == 64 else torch.float32
    states, alpha = ((initial,), (1.0,)) if at_base else (experts, i.alpha)
    gradient = parameter_gradient(model, states, alpha, batch(i), dtype)
    return tuple(np.concatenate([v.double().numpy().ravel() for v in gradient.values()]).tolist())


@lru_cache(maxsize=16)
def parameters(network: str, place: int) -> tuple[float, ...]:
    """theta_place as one vector in key order; place 0 is the initialisation."""
    from nets.mixing import expert_matrix

    _, experts, initial, _ = world(network)
    return tuple(expert_matrix([initial if place == 0 else experts[place - 1]])[:, 0].tolist())


def component(of: Any, *rest: Any) -> Any:
    """instance -> component i of a gradient."""
    return lambda i: float(of(floats(i), *rest)[i.i - 1])


def wrong(of: Any, *rest: Any) -> Any:
    """The same for a mutant, which may be no number (a negative running variance): infinite then."""
    return lambda i: float(np.nan_to_num(of(floats(i), *rest)[i.i - 1], nan=np.inf))


def blend_gradient(bits: int, rounding: float) -> Quantity:
    text = f"dL/dalpha_i through the blend, float{bits}"
    return Quantity(text=text, run=component(through_the_blend, bits), rounding=rounding, measured=True)


RIGHT = dot(slope, expert)
HALF = Instance(network="resnet", i=1, alpha=(0.5, 0.5), first=0, size=16)
VIT = Instance(network="vit", i=2, alpha=(0.25, 0.75), first=100, size=16)
OUTSIDE = Instance(network="resnet", i=2, alpha=(1.5, -0.5), first=40, size=8)

CLAIM = Claim(
    items=("glue.def3", "glue.sec2.dLdalpha"),
    readings=(
        Statement(
            text="the identity in float64, running statistics fixed",
            left=blend_gradient(64, rounding=1e-12),
            relation="==",
            right=RIGHT,
        ),
        Statement(
            text="both sides in float32",
            left=blend_gradient(32, rounding=1e-5),
            relation="==",
            right=dot(slope32, expert),
        ),
        Statement(
            text="the derivative as central differences in float64",
            left=Quantity(
                text="dL/dalpha_i by central differences",
                run=component(by_differences),
                rounding=1e-5,
                measured=True,
            ),
            relation="==",
            right=RIGHT,
        ),
    ),
    family=FAMILY,
    symbols={
        slope: lambda i: backward(floats(i)),
        slope32: lambda i: backward(floats(i), 32),
        start: lambda i: backward(floats(i), 64, True),
        expert: lambda i: parameters(i.network, i.i),
        other: lambda i: parameters(i.network, 3 - i.i),
        base: lambda i: parameters(i.network, 0),
    },
    witnesses=(HALF, VIT, OUTSIDE),
    mutants=(
        Mutant(text="experts minus their initialisation", right=dot(slope, expert - base), dies_at=VIT),
        Mutant(text="the other expert", right=dot(slope, other), dies_at=VIT),
        Mutant(text="gradient at the initialisation", right=dot(start, expert), dies_at=VIT),
        Mutant(
            text="normalisation in training mode",
            left=Quantity(text="dL/dalpha_i, training mode", run=wrong(training_mode), measured=True),
            dies_at=HALF,
        ),
        Mutant(
            text="running statistics blended too, but not among the experts' parameters",
            left=Quantity(
                text="dL/dalpha_i, statistics mixed",
                run=wrong(through_the_blend, 64, "mixed"),
                measured=True,
            ),
            dies_at=HALF,
        ),
    ),
    effort=0.01,
)
