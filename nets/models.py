"""Small networks whose parameters stack, so that many can be trained or probed in one call.

`build(spec)` makes a network from a plain dict, which is what manifests record.  All forward passes use
operations that `torch.func.vmap` and `grad` accept; attention is written out for that reason.  Classes
inherit from `nn.Module` because PyTorch asks for it; nothing else is inherited.

Shapes    input (n, channels, size, size) -> logits (n, classes).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Norm(nn.BatchNorm2d):
    """Batch normalisation.  In evaluation mode it is written out: (x - mean) / sqrt(var + eps) * w + b.

    PyTorch's own evaluation kernel gives no gradient with respect to running statistics; where these are
    blended along with the parameters, that gradient is part of the derivative (see `nets.mixing`).
    """

    def forward(self, x: Tensor) -> Tensor:
        if self.training or self.running_mean is None or self.running_var is None:
            return super().forward(x)
        shape = (1, -1, 1, 1)
        scale = self.weight / (self.running_var + self.eps).sqrt()
        return (x - self.running_mean.view(shape)) * scale.view(shape) + self.bias.view(shape)


class Block(nn.Module):
    """Two 3 x 3 convolutions and a shortcut; where the shape changes, the shortcut is a 1 x 1 convolution."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = Norm(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = Norm(outputs)
        same = stride == 1 and inputs == outputs
        self.short = nn.Sequential() if same else nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        return F.relu(self.norm2(self.conv2(y)) + self.short(x))


class Attention(nn.Module):
    """Multi-head self-attention of (n, tokens, width), in plain operations."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        n, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(n, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        weights = (q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5).softmax(-1)  # (n, heads, t, t)
        return self.out((weights @ v).transpose(1, 2).reshape(n, tokens, width))


class Layer(nn.Module):
    """A pre-norm transformer layer with a GELU network of twice the width."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Embedding(nn.Module):
    """Patches of an image as tokens, with learnt positions: (n, c, size, size) -> (n, tokens, width)."""

    def __init__(self, channels: int, size: int, patch: int, width: int) -> None:
        super().__init__()
        self.patch = nn.Conv2d(channels, width, patch, patch)
        self.position = nn.Parameter(0.02 * torch.randn((size // patch) ** 2, width))

    def forward(self, x: Tensor) -> Tensor:
        return self.patch(x).flatten(2).transpose(1, 2) + self.position


class Mean(nn.Module):
    """The mean over one dimension or several."""

    def __init__(self, *dims: int) -> None:
        super().__init__()
        self.dims = dims

    def forward(self, x: Tensor) -> Tensor:
        return x.mean(self.dims)


def mlp(*, size: int, channels: int, classes: int, width: int = 64, depth: int = 2) -> nn.Module:
    """`depth` hidden layers of `width` rectified units."""
    sizes = [channels * size**2, *[width] * depth]
    hidden = [m for a, b in zip(sizes, sizes[1:], strict=False) for m in (nn.Linear(a, b), nn.ReLU())]
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(sizes[-1], classes))


def resnet(*, size: int, channels: int, classes: int, width: int = 16, n: int = 1) -> nn.Module:
    """The CIFAR ResNet of 6n + 2 layers (He et al., CVPR 2016, Section 4.2), three stages of n blocks.

    Widths are width, 2 width, 4 width (16, 32, 64 in the paper: ResNet-20 is n = 3, width = 16).  The
    shortcut of a stage's first block is a projection (their option B).
    """
    widths = [width] + [width * 2**s for s in range(3) for _ in range(n)]
    strides = [2 if s and not i else 1 for s in range(3) for i in range(n)]
    blocks = [Block(a, b, t) for a, b, t in zip(widths, widths[1:], strides, strict=False)]
    stem = (nn.Conv2d(channels, width, 3, 1, 1, bias=False), Norm(width), nn.ReLU())
    return nn.Sequential(*stem, *blocks, Mean(2, 3), nn.Linear(widths[-1], classes))


def vit(
    *,
    size: int,
    channels: int,
    classes: int,
    patch: int = 2,
    width: int = 32,
    depth: int = 2,
    heads: int = 2,
) -> nn.Module:
    """A compact vision transformer: patch embedding, pre-norm layers, mean over tokens."""
    if size % patch or width % heads:
        raise ValueError(f"size = {size} and width = {width}: expected multiples of patch = {patch}"
                         f" and heads = {heads}")  # fmt: skip
    layers = [Layer(width, heads) for _ in range(depth)]
    head = (nn.LayerNorm(width), Mean(1), nn.Linear(width, classes))
    return nn.Sequential(Embedding(channels, size, patch, width), *layers, *head)


MODELS: Mapping[str, Callable[..., nn.Module]] = MappingProxyType({"mlp": mlp, "resnet": resnet, "vit": vit})


def build(spec: Mapping[str, Any], seed: int) -> nn.Module:
    """The network of a spec such as {"model": "resnet", "size": 8, ...}, initialised by `seed`.

    PyTorch's initialisers draw from the global generator; it is put back as it was.
    """
    arguments = dict(spec)
    name = arguments.pop("model", None)
    if name not in MODELS:
        raise ValueError(f"model {name!r}: expected one of {', '.join(MODELS)}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return MODELS[name](**arguments)
