"""Compact networks: the shapes they promise, the parameters they are known to have, many in one call."""

import pytest
import torch
from torch.func import functional_call, stack_module_state, vmap

from nets.models import MODELS, build

torch.set_num_threads(1)
CIFAR = {"size": 32, "channels": 3, "classes": 10}
SPECS = {
    "mlp": {"model": "mlp", "size": 8, "channels": 1, "classes": 10, "width": 12, "depth": 3},
    "resnet": {"model": "resnet", "size": 8, "channels": 1, "classes": 7, "width": 4, "n": 3},
    "vit": {"model": "vit", "size": 8, "channels": 2, "classes": 5, "patch": 4, "width": 12, "heads": 3},
}


def count(spec) -> int:
    """How many parameters the network of a spec has."""
    return sum(p.numel() for p in build(spec, 0).parameters())


def test_every_model_is_tested():
    """The specs of this file cover all models."""
    assert set(SPECS) == set(MODELS)


@pytest.mark.parametrize("kind", SPECS)
def test_logits_have_one_row_an_image(kind):
    """(n, channels, size, size) goes to (n, classes), also for one image and for none of its neighbours."""
    spec = SPECS[kind]
    model = build(spec, 0).eval()
    x = torch.randn(5, spec["channels"], 8, 8, generator=torch.Generator().manual_seed(0))
    assert model(x).shape == (5, spec["classes"])
    torch.testing.assert_close(model(x)[2:3], model(x[2:3]), rtol=1e-5, atol=1e-6)


def test_resnet_20_has_its_known_size():
    """Width 16 and n = 3 is ResNet-20: 0.27 M parameters, as He et al. count, plus two 1 x 1 shortcuts."""
    stages = [(16, 16), (16, 32), (32, 64)]
    blocks = sum(9 * a * b + 5 * 9 * b * b + 6 * 2 * b for a, b in stages)  # six convolutions, six norms
    without_shortcuts = 9 * 3 * 16 + 2 * 16 + blocks + 64 * 10 + 10
    assert without_shortcuts == 269_722
    assert count({"model": "resnet", **CIFAR, "width": 16, "n": 3}) == 269_722 + 16 * 32 + 32 * 64


def test_vit_has_the_size_of_its_formula():
    """Patches, positions, `depth` layers of 8 w^2 + 11 w (twice the width inside), a norm and a head."""
    w, depth, tokens, pixels = 24, 3, 16, 2 * 2 * 3
    layer = 3 * w * w + 3 * w + w * w + w + 2 * (2 * w * w) + 2 * w + w + 4 * w
    expected = pixels * w + w + tokens * w + depth * layer + 2 * w + w * 10 + 10
    spec = {"size": 8, "channels": 3, "classes": 10, "patch": 2, "width": w, "depth": depth, "heads": 4}
    assert layer == 8 * w * w + 11 * w and count({"model": "vit", **spec}) == expected


def test_mlp_has_the_size_of_its_formula():
    """64 inputs, three hidden layers of 12 and ten outputs."""
    assert count(SPECS["mlp"]) == 64 * 12 + 12 + 2 * (12 * 12 + 12) + 12 * 10 + 10


@pytest.mark.parametrize("kind", SPECS)
def test_experts_run_in_one_call(kind):
    """One `vmap` over stacked experts gives each expert's own logits."""
    spec = SPECS[kind]
    experts = [build(spec, seed).eval() for seed in range(3)]
    state = stack_module_state(experts)
    x = torch.randn(4, spec["channels"], 8, 8, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        together = vmap(lambda params, buffers: functional_call(experts[0], (params, buffers), (x,)))(*state)
        for expert, rows in zip(experts, together, strict=True):
            torch.testing.assert_close(rows, expert(x), rtol=1e-4, atol=1e-5)
