"""Slopes, estimates and traces of networks: each against a plain loop, backpropagation or its exact law."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call, grad, vmap

from nets.estimates import by_sample, shared, weights
from nets.flat import block, directions, split, vector
from nets.models import build
from nets.slopes import KINDS, slopes
from nets.traces import gram, sample_traces, traces
from sim.cosine import gaussian_interval
from sim.queries import sample_means
from sim.subsampled import of_block, whole

VIT = {"model": "vit", "size": 8, "channels": 1, "classes": 10, "width": 16, "depth": 1}
RESNET = {"model": "resnet", "size": 8, "channels": 1, "classes": 10, "width": 4}
RNG = np.random.default_rng(0)
X, Y = torch.from_numpy(np.random.default_rng(1).random((6, 1, 8, 8))), torch.arange(6)


def network(spec=VIT):
    """A small network in double precision."""
    return build(spec, 1).double()


def gradients(model):
    """Per-sample gradients by backpropagation, (B, P)."""
    own = {k: p.detach() for k, p in model.named_parameters()}
    single = lambda w, x, y: F.cross_entropy(functional_call(model, w, (x[None],)), y[None])
    model.eval()
    found = vmap(grad(single), (None, 0, 0))(own, X, Y)
    return torch.cat([found[k].reshape(len(X), -1) for k in own], 1)


def test_vectors_and_parameters():
    """Splitting the vector gives the parameters back; masks count the entries of a module."""
    model = network()
    parts, own = split(vector(model), model), dict(model.named_parameters())
    assert all(torch.equal(parts[k], own[k]) for k in own)
    assert block(model, ["1"]).sum() == sum(p.numel() for k, p in own.items() if k.startswith("1."))
    with pytest.raises(ValueError, match="no parameter has one"):
        block(model, ["99"])
    with pytest.raises(ValueError, match="vectors has shape"):
        split(torch.zeros(3), model)


@pytest.mark.parametrize("spec", (VIT, RESNET))
def test_slopes_agree_with_backpropagation(spec):
    """At a small radius the differences are u . grad, by backpropagation."""
    model = network(spec)
    u = directions(model, "gaussian", RNG, 3)
    exact = u @ gradients(model).T
    for kind in ("spsa", "es_forward"):  # so small a radius that no rectifier switches in between
        assert torch.allclose(slopes(model, X, Y, 1e-7, u, kind), exact, rtol=1e-4, atol=1e-4)


def test_the_yardstick_is_exact():
    """The jvp slope is u . grad to rounding."""
    model = network()
    u = directions(model, "rademacher", RNG, 3)
    assert torch.allclose(slopes(model, X, Y, 1.0, u, "forward"), u @ gradients(model).T, rtol=1e-9)


@pytest.mark.parametrize("kind", ("spsa", "es", "es_forward"))
def test_chunks_and_samples_do_not_matter(kind):
    """Many directions in one vmap, and each sample alone, give the same slopes."""
    model = network()
    u = directions(model, "gaussian", RNG, 5)
    found = slopes(model, X, Y, 0.1, u, kind)
    assert torch.allclose(slopes(model, X, Y, 0.1, u, kind, chunk=3), found, rtol=1e-9)
    alone = [slopes(model, X[j : j + 1], Y[j : j + 1], 0.1, u, kind)[:, 0] for j in range(len(X))]
    assert torch.allclose(torch.stack(alone, 1), found, rtol=1e-9)


@pytest.mark.parametrize("spec", (VIT, RESNET))
def test_nothing_is_left_behind(spec):
    """Weights, buffers, modes and gradients are as before, to the bit; a mixed mode stays mixed."""
    model = network(spec).train()
    list(model.children())[0].eval()
    modes, state = (
        [m.training for m in model.modules()],
        {k: v.clone() for k, v in model.state_dict().items()},
    )
    slopes(model, X, Y, 0.1, directions(model, "gaussian", RNG, 2))
    assert [m.training for m in model.modules()] == modes
    assert all(torch.equal(v, state[k]) for k, v in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())


def test_counts_use_the_first_directions():
    """Each sample's mean over its own number of queries, averaged: as the segmented reduction says."""
    model = network()
    u, counts = directions(model, "gaussian", RNG, 4), np.array([1, 4, 2, 3, 1, 2])
    c = slopes(model, X, Y, 0.1, u)
    rows = torch.cat([c[:a, j, None] * u[:a] for j, a in enumerate(counts)])
    plain = sample_means(rows.numpy(), counts).mean(0)
    assert np.allclose(shared(c, u, counts).numpy(), plain)
    assert torch.allclose(shared(c, u), by_sample(c, u).mean(0))
    with pytest.raises(ValueError, match="counts has shape"):
        weights(c, np.array([5, 1, 1, 1, 1, 1]))


@pytest.mark.parametrize("kind", KINDS)
def test_counts_save_passes(kind):
    """With counts each sample passes along its own directions only: the same estimate, the work sum A_j."""
    model, seen = network(), []
    model.register_forward_hook(lambda module, inputs, output: seen.append(len(inputs[0])))
    u, counts = directions(model, "gaussian", RNG, 4), np.array([1, 4, 2, 3, 1, 2])
    found = slopes(model, X, Y, 0.1, u, kind, counts=counts)
    passes = sum(seen) - (len(X) if kind == "es_forward" else 0)
    assert passes == counts.sum() * (2 if kind == "spsa" else 1)
    assert torch.allclose(shared(found, u, counts), shared(slopes(model, X, Y, 0.1, u, kind), u, counts))
    with pytest.raises(ValueError, match="at most 4, the number of directions"):
        slopes(model, X, Y, 0.1, u, kind, counts=counts + 1)


@pytest.mark.parametrize("n", (1, 8, 64))
def test_the_cosine_is_the_predicted_one(n):
    """With n queries the cosine with the true gradient lies where the exact law says, at error 1e-9."""
    model = network()
    truth = gradients(model).mean(0)
    for _ in range(5):
        u = directions(model, "gaussian", RNG, n)
        found = shared(slopes(model, X, Y, 1e-5, u), u)
        low, high = gaussian_interval(n, len(truth), 1e-9)
        assert low - 1e-4 <= torch.nn.functional.cosine_similarity(found, truth, 0).item() <= high + 1e-4


@pytest.mark.parametrize("masked", (False, True))
def test_traces_are_the_plain_sample_variance(masked):
    """The Gram form equals the variance of the estimates that it never forms."""
    model = network()
    u = directions(model, "gaussian", RNG, 5)
    mask = block(model, ["1"]) if masked else None
    c = slopes(model, X, Y, 0.01, u)
    estimates = c[:, :, None] * u[:, None, :]  # (n, B, P)
    if mask is not None:
        estimates = estimates[:, :, mask]
    assert torch.allclose(traces(c, u, mask), estimates.var(0).sum(-1), rtol=1e-9)
    assert torch.allclose(sample_traces(model, X, Y, 0.01, u, block=mask), traces(c, u, mask))


def test_the_gram_matrix_is_cut_into_slices():
    """More parameters than one slice holds give the same products."""
    u = torch.from_numpy(RNG.standard_normal((3, 2**16 + 5)))
    mask = torch.arange(2**16 + 5) % 3 == 0
    assert torch.allclose(gram(u), u.double() @ u.double().T)
    assert torch.allclose(gram(u, mask), u[:, mask].double() @ u[:, mask].double().T)


def test_traces_have_the_exact_mean():
    """On a linear model and loss, estimates average to (P+1)|g|^2, those of a block to its own law."""
    model = nn.Linear(3, 1, bias=False).double()
    x, S = X[:2, 0, 0, :3], torch.tensor([True, False, False])
    u = torch.from_numpy(RNG.standard_normal((4000, 5, 3)))
    flat = slopes(model, x, Y[:2], 1.0, u.reshape(-1, 3), loss=lambda out, y: out[:, 0], chunk=1000)
    c = flat.reshape(4000, 5, 2)
    for mask, exact in ((None, whole(x.numpy())), (S, of_block(x.numpy(), S.numpy()))):
        found = torch.stack([traces(a, b, mask) for a, b in zip(c, u, strict=True)])
        error = found.std(0) / 4000**0.5
        assert (abs(found.mean(0) - torch.from_numpy(exact)) < 6 * error).all()


def test_wrong_arguments_are_refused():
    """An unknown kind, a radius of zero and a single query are refused by name."""
    model = network()
    u = directions(model, "gaussian", RNG, 1)
    with pytest.raises(ValueError, match=f"kind = 'lr': expected one of {KINDS[0]}"):
        slopes(model, X, Y, 0.1, u, "lr")
    with pytest.raises(ValueError, match="sigma = 0"):
        slopes(model, X, Y, 0, u)
    with pytest.raises(ValueError, match="n >= 2"):
        sample_traces(model, X, Y, 0.1, u)
