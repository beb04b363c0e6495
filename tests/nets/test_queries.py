"""Estimates of a network's gradient: against plain loops, autograd and their predicted variance."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.func import functional_call

from nets import queries
from nets.data import Images, digits
from nets.models import build

torch.set_num_threads(1)
DATA = digits()
BATCH = Images(DATA.train.x[:4].double(), DATA.train.y[:4])
SPECS = {
    "mlp": {"model": "mlp", "size": 8, "channels": 1, "classes": 10, "width": 6},
    "resnet": {"model": "resnet", "size": 8, "channels": 1, "classes": 10, "width": 2, "n": 1},
    "vit": {"model": "vit", "size": 8, "channels": 1, "classes": 10, "patch": 4, "width": 6, "depth": 1},
}
MODULES = {"mlp": "3", "resnet": "3.conv2", "vit": "1.attention.qkv"}


def world(kind):
    """A network in float64, its state, and the place of noise."""
    model = build(SPECS[kind], 1).double().eval()
    state = {k: v.detach().clone() for k, v in model.state_dict().items()}
    return model, state, queries.place(model, MODULES[kind])


def loss(model, state, j):
    """The loss of sample j."""
    with torch.no_grad():
        return F.cross_entropy(
            functional_call(model, state, (BATCH.x[j : j + 1],)), BATCH.y[j : j + 1]
        ).item()


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("estimator", queries.PARAMETERS)
def test_parameter_noise_is_a_plain_loop(kind, estimator):
    """The slopes of all queries are those of perturbing a copy of the weights, one query after another."""
    model, state, spot = world(kind)
    sigma, samples = 0.1, torch.tensor([0, 0, 2, 3])
    size = queries.noise_size(model, state, spot, BATCH, estimator)
    noise = torch.randn(4, size, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = queries.slopes(model, state, spot, BATCH, samples, noise, sigma, estimator)
    for j, u, slope in zip(samples.tolist(), noise, found, strict=True):
        values = []
        for sign in (1, -1):
            moved, start = dict(state), 0
            for key in spot.keys:
                part = u[start : start + state[key].numel()].reshape(state[key].shape)
                moved[key], start = state[key] + sign * sigma * part, start + state[key].numel()
            values.append(loss(model, moved, j))
        expected = values[0] / sigma if estimator == "es" else (values[0] - values[1]) / (2 * sigma)
        assert slope.item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("estimator", ("spsa", "lr2"))
def test_the_mean_of_many_queries_is_the_gradient(kind, estimator):
    """With 4000 small perturbations the batch estimate is the gradient, up to four standard errors."""
    model, state, spot = world(kind)
    true = queries.gradients(model, state, spot, BATCH).mean(0)
    traces = queries.traces(model, state, spot, BATCH, 1e-3, estimator)
    counts = np.array([4000, 2000, 4000, 6000])
    found = queries.estimates(model, state, spot, BATCH, counts, 1e-3, estimator, np.random.default_rng(0))
    spread = (traces / torch.from_numpy(counts)).sum() / len(BATCH) ** 2
    assert (found.mean(0) - true).square().sum() < 4 * spread
    assert spread < 0.3 * true.square().sum()


@pytest.mark.parametrize("kind", SPECS)
def test_the_gradients_are_autograds(kind):
    """Per-sample gradients average to the gradient of the mean loss."""
    model, state, spot = world(kind)
    leaves = {k: state[k].clone().requires_grad_() for k in spot.keys}
    value = F.cross_entropy(functional_call(model, {**state, **leaves}, (BATCH.x,)), BATCH.y)
    whole = torch.cat([g.reshape(-1) for g in torch.autograd.grad(value, list(leaves.values()))])
    torch.testing.assert_close(queries.gradients(model, state, spot, BATCH).mean(0), whole)


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("estimator", queries.ESTIMATORS)
def test_the_traces_predict_the_spread(kind, estimator):
    """The sample variance of single queries is the predicted trace, within a tenth."""
    model, state, spot = world(kind)
    sigma, n = 1e-5, 6000  # small, so that no kink of a rectified unit lies between the probes
    size = queries.noise_size(model, state, spot, BATCH, estimator)
    one = Images(BATCH.x[:1], BATCH.y[:1])
    noise = torch.randn(n, size, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    slope = queries.slopes(
        model, state, spot, one, torch.zeros(n, dtype=torch.int64), noise, sigma, estimator
    )
    rows = slope[:, None] * noise
    if estimator in queries.ACTIVATIONS:
        inputs, _ = queries.passing(model, state, spot, one.x)
        rows = queries.pulled_back(model, state, spot, inputs.expand(n, *inputs.shape[1:]), rows)
    expected = queries.traces(model, state, spot, one, sigma, estimator)[0]
    assert rows.var(0).sum().item() == pytest.approx(expected.item(), rel=0.1)


def test_pulling_back_is_the_jacobian():
    """Rows pulled back are J' v, with J by autograd at the module's own input."""
    model, state, spot = world("vit")
    inputs, outputs = queries.passing(model, state, spot, BATCH.x)
    rows = torch.randn(4, outputs[0].numel(), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = queries.pulled_back(model, state, spot, inputs, rows)
    module = model.get_submodule(spot.module)
    for a, v, expected in zip(inputs, rows, found, strict=True):
        value = (module(a[None]).reshape(-1) * v).sum()
        grads = torch.autograd.grad(value, list(module.parameters()))
        torch.testing.assert_close(torch.cat([g.reshape(-1) for g in grads]), expected)


@pytest.mark.parametrize("estimator", queries.ESTIMATORS)
def test_weights_and_mode_stay(estimator):
    """Estimating changes no bit of module or state, leaves no hook, and repeats with the seed."""
    model, state, spot = world("resnet")
    model.train()
    before = [{k: v.clone() for k, v in s.items()} for s in (model.state_dict(), state)]
    counts = np.array([1, 2, 3, 1])
    one, two = (
        queries.estimates(model, state, spot, BATCH, counts, 0.1, estimator, np.random.default_rng(3))
        for _ in range(2)
    )
    assert torch.equal(one, two) and model.training
    for now, then in zip((model.state_dict(), state), before, strict=True):
        assert all(torch.equal(now[k], then[k]) for k in then)
    assert not model.get_submodule(spot.module)._forward_hooks


def test_chunks_do_not_change_the_result(monkeypatch):
    """Noise is drawn in the same order whatever fits into memory at once."""
    model, state, spot = world("mlp")
    arguments = (model, state, spot, BATCH, np.array([3, 1, 2, 5]), 0.1, "spsa")
    whole = queries.estimates(*arguments, np.random.default_rng(0))
    monkeypatch.setattr(queries, "NUMBERS", 150)
    torch.testing.assert_close(queries.estimates(*arguments, np.random.default_rng(0)), whole)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda m, s, p, r: queries.estimates(m, s, p, BATCH, np.array([1, 0, 1, 1]), 0.1, "spsa", r),
            ">= 1",
        ),
        (lambda m, s, p, r: queries.estimates(m, s, p, BATCH, np.ones(4, int), 0.1, "bp", r), "'bp'"),
        (lambda m, s, p, r: queries.place(m, "2"), "module '2': expected one with parameters"),
        (
            lambda m, s, p, r: queries.traces(m, s, queries.place(m, ""), BATCH, 0.1, "lr"),
            "is a Sequential: expected Linear or Conv2d",
        ),
    ],
)
def test_bad_arguments_are_refused(call, message):
    """Counts below one, unknown estimators and modules that do not fit are refused by name."""
    with pytest.raises(ValueError, match=message):
        call(*world("mlp"), np.random.default_rng(0))
