"""Probing in place: bits restored in every dtype, directions drawn again, and what arithmetic would do."""

import pytest
import torch
from torch import nn

from nets.models import build
from nets.perturb import direction, estimate, perturbed, probe

VIT = {"model": "vit", "size": 8, "channels": 1, "classes": 10, "width": 16, "depth": 1}
RESNET = {"model": "resnet", "size": 8, "channels": 1, "classes": 10, "width": 4}


def bits(model):
    """All parameters and buffers as bytes."""
    return {k: v.reshape(-1).view(torch.uint8).clone() for k, v in model.state_dict().items()}


@pytest.mark.parametrize("spec", (VIT, RESNET))
@pytest.mark.parametrize("dtype", (torch.float32, torch.bfloat16, torch.float64))
def test_networks_are_restored_to_the_bit(spec, dtype):
    """After twenty probes in training mode every parameter and buffer has the bits it had."""
    model = build(spec, 0).to(dtype)
    x, before = torch.rand(4, 1, 8, 8, dtype=dtype), bits(model)
    for seed in range(20):
        probe(model, lambda m: m(x).float().square().mean(), seed, 1e-2)
    assert all(torch.equal(v, before[k]) for k, v in bits(model).items())


@pytest.mark.parametrize("dtype", (torch.float32, torch.bfloat16))
def test_arithmetic_does_not_restore(dtype):
    """Adding and subtracting the same step changes weights: the reason for the copy."""
    model = build(VIT, 0).to(dtype)
    before, own = bits(model), dict(model.named_parameters())
    with torch.no_grad():
        for factor in (1, -2, 1):
            for key, u in direction(model, 3):
                own[key].add_(u, alpha=factor * 1e-2)
    assert any(not torch.equal(v, before[k]) for k, v in bits(model).items())


def test_the_estimate_is_slope_times_direction():
    """For a linear loss the mean over seeds of slope * u is what the formula says, in float64."""
    model = nn.Linear(3, 2).double()
    g = {k: torch.randn(p.shape, dtype=torch.float64) for k, p in model.named_parameters()}
    loss = lambda m: torch.stack([(g[k] * p).sum() for k, p in m.named_parameters()]).sum()
    found = estimate(model, {s: probe(model, loss, s, 0.1) for s in (4, 5)})
    for k in g:
        plain = torch.zeros_like(g[k])
        for s in (4, 5):
            u = dict(direction(model, s))
            plain += sum((g[j] * u[j]).sum() for j in g) * u[k] / 2
        assert torch.allclose(found[k], plain, rtol=1e-9)


def test_inside_the_weights_are_moved():
    """Inside the block the weights are theta + sigma u; an error inside restores them all the same."""
    model = nn.Linear(2, 2).double()
    before = {k: p.detach().clone() for k, p in model.named_parameters()}
    with pytest.raises(KeyError), perturbed(model, 1, 0.5):
        for k, u in direction(model, 1):
            assert torch.equal(dict(model.named_parameters())[k], before[k] + 0.5 * u)
        raise KeyError
    assert all(torch.equal(p, before[k]) for k, p in model.named_parameters())


def test_wrong_arguments_are_refused():
    """A radius of zero and no seeds are refused by name."""
    with pytest.raises(ValueError, match="sigma = 0"):
        probe(nn.Linear(1, 1), lambda m: m.weight.sum(), 0, 0)
    with pytest.raises(ValueError, match="slopes is empty"):
        estimate(nn.Linear(1, 1), {})
