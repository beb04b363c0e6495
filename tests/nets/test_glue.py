"""GLUE's optimiser against autograd, and its rivals against their definitions."""

import numpy as np
import pytest
import torch

from nets import glue, mixing
from nets.data import Images, digits
from nets.models import build
from nets.record import reload
from nets.train import correct

torch.set_num_threads(1)
RECORDING = reload("digits_toy")
DATA = digits()
BATCH = Images(DATA.test.x[:24], DATA.test.y[:24])
EXACT = glue.Settings(steps=1, radius=1e-6)


def world(kind, copies=1):
    """The network, and the recorded experts (float64) as `copies` equal worlds."""
    model = build(RECORDING.manifest["recipe"]["models"][kind], 0).double()
    experts = [RECORDING.states[f"{kind}_expert{i}"] for i in (0, 1)]
    wide = [{k: v.double() if v.is_floating_point() else v for k, v in e.items()} for e in experts]
    return model, experts, glue.stack([wide] * copies)


def inputs(copies=1):
    """The same minibatch for every world."""
    return BATCH.x.double().expand(copies, *BATCH.x.shape), BATCH.y.expand(copies, -1)


@pytest.mark.parametrize("kind", ("resnet", "vit"))
@pytest.mark.parametrize("statistics", ("mixed", "fixed"))
def test_the_gradients_are_the_chain_rule(kind, statistics):
    """Autograd in beta-space is the softmax Jacobian times the mixing gradient of `nets.mixing`."""
    model, experts, stacked = world(kind)
    settings = glue.Settings(steps=1, radius=1e-6, statistics=statistics)
    beta = torch.tensor([[0.4, -0.3]], dtype=torch.float64)
    alpha = beta.softmax(-1)[0]
    mix = mixing.mixing_gradient(model, experts, alpha.tolist(), BATCH, statistics=statistics)
    expected = glue.softmax_jacobian(alpha) @ torch.from_numpy(mix)
    found = glue.full_gradient(model, stacked, beta, *inputs(), settings)[0]
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", ("resnet", "vit"))
def test_an_orthonormal_batch_of_directions_is_the_gradient(kind):
    """K times the average over a basis is grad_beta L, and one direction gives its slope along it."""
    model, _, stacked = world(kind)
    beta = torch.tensor([[0.4, -0.3]], dtype=torch.float64)
    target = glue.full_gradient(model, stacked, beta, *inputs(), EXACT)[0]
    basis = torch.eye(2, dtype=torch.float64)[None]
    found = 2 * glue.spsa_gradient(model, stacked, beta, *inputs(), basis, EXACT)[0]
    torch.testing.assert_close(found, target, rtol=1e-5, atol=1e-8)
    u = torch.tensor([[[0.6, 0.8]]], dtype=torch.float64)
    one = glue.spsa_gradient(model, stacked, beta, *inputs(), u, EXACT)[0]
    torch.testing.assert_close(one, (target @ u[0, 0]) * u[0, 0], rtol=1e-5, atol=1e-8)


def test_a_batch_of_directions_is_the_mean_of_single_ones():
    """m directions in one forward pass average the m estimates, in every world on its own."""
    model, _, stacked = world("resnet", 2)
    rng = np.random.default_rng(0)
    beta, u = (torch.from_numpy(rng.standard_normal(shape)) for shape in ((2, 2), (2, 3, 2)))
    together = glue.spsa_gradient(model, stacked, beta, *inputs(2), u, EXACT)
    single = [glue.spsa_gradient(model, stacked, beta, *inputs(2), u[:, r : r + 1], EXACT) for r in range(3)]
    torch.testing.assert_close(together, sum(single) / 3, rtol=1e-9, atol=1e-12)
    assert not torch.allclose(together[0], together[1])


def test_the_softmax_jacobian_is_autograds():
    """It is symmetric, its rows have sum zero, and autograd finds the same."""
    beta = torch.tensor([0.3, -1.0, 2.0], dtype=torch.float64)
    found = glue.softmax_jacobian(beta.softmax(-1))
    torch.testing.assert_close(found, torch.func.jacrev(lambda b: b.softmax(-1))(beta))
    torch.testing.assert_close(found, found.T)
    assert found.sum(-1).abs().max() < 1e-15


def test_adam_is_pytorchs():
    """Twenty steps with the paper's settings agree with torch.optim.Adam."""
    leaf = torch.zeros(4, dtype=torch.float64, requires_grad=True)
    theirs = torch.optim.Adam([leaf], 1e-2, betas=(0.9, 0.99))
    ours, moments = torch.zeros(4, dtype=torch.float64), (0, torch.zeros(4), torch.zeros(4))
    for row in np.random.default_rng(0).standard_normal((20, 4)):
        leaf.grad = torch.from_numpy(row)
        theirs.step()
        move, moments = glue.adam(torch.from_numpy(row), moments, 1e-2, (0.9, 0.99))
        ours = ours + move
    torch.testing.assert_close(ours, leaf.detach())


@pytest.mark.parametrize("gradient", ("spsa", "full"))
def test_learning_lowers_the_loss_inside_the_hull(gradient):
    """From 1/K on, alpha stays a convex combination, and the target loss falls."""
    model, experts, stacked = world("vit")
    zeros = DATA.train.y < 5  # the first expert's classes
    target = Images(DATA.train.x[zeros], DATA.train.y[zeros])
    settings = glue.Settings(steps=60, batch=16, rate=5e-2)
    learnt = glue.learn(model, stacked, [target], settings, np.random.default_rng(0), gradient)
    assert learnt.path.shape == (61, 1, 2) and torch.equal(learnt.path[-1], learnt.alpha)
    assert (learnt.path > 0).all() and (learnt.path.sum(-1) - 1).abs().max() < 1e-12
    assert (learnt.path[0] == 0.5).all() and learnt.alpha[0, 0] > 0.6
    before, after = (
        mixing.mixing_loss(model, experts, a.tolist(), target, "mixed")
        for a in (learnt.path[0, 0], learnt.alpha[0])
    )
    assert after < 0.8 * before


def test_minibatches_do_not_depend_on_the_gradient(monkeypatch):
    """GLUE and the full gradient see the same images in the same order, whatever m is."""
    seen = []
    for name in ("spsa_gradient", "full_gradient"):
        monkeypatch.setattr(
            glue,
            name,
            lambda model, stacked, beta, x, y, *rest: seen.append((x, y)) or torch.zeros_like(beta),
        )
    model, _, stacked = world("resnet")
    for gradient, m in (("spsa", 1), ("spsa", 5), ("full", 1)):
        settings = glue.Settings(steps=3, batch=4, directions=m)
        glue.learn(model, stacked, [DATA.train], settings, np.random.default_rng(7), gradient)
    for k in range(3):
        assert all(torch.equal(seen[k][j], seen[k + 3 * r][j]) for r in (1, 2) for j in (0, 1))


def test_the_rivals_are_their_definitions():
    """Sizes and accuracies become shares; the accuracy is the one that counting finds."""
    model, experts, stacked = world("resnet")
    torch.testing.assert_close(glue.data_size([[1, 3]]), torch.tensor([[0.25, 0.75]], dtype=torch.float64))
    held = Images(DATA.test.x.double(), DATA.test.y)
    counts = [correct(model, e, held) for e in _wide(experts)]
    expected = torch.tensor([counts], dtype=torch.float64) / sum(counts)
    torch.testing.assert_close(glue.proxy_accuracy(model, stacked, held), expected)


def _wide(experts):
    return [{k: v.double() if v.is_floating_point() else v for k, v in e.items()} for e in experts]


def test_all_configurations_have_a_mixture():
    """Every configuration of the paper gives one mixture a world; the module keeps its mode."""
    model, _, stacked = world("resnet", 2)
    model.train()
    settings = glue.Settings(steps=2, batch=8)
    held = Images(BATCH.x.double(), BATCH.y)
    found = glue.mixtures(
        model, stacked, [[5, 5]] * 2, held, [DATA.train] * 2, settings, lambda: np.random.default_rng(0)
    )
    assert tuple(found) == glue.CONFIGS and model.training
    for alpha in found.values():
        assert alpha.shape == (2, 2) and (alpha.sum(-1) - 1).abs().max() < 1e-12
    vertex = glue.blends(stacked, torch.tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64))
    assert all(torch.equal(vertex[k][i], stacked[k][i, i]) for k in vertex for i in (0, 1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m, s: glue.Settings(steps=0), "expected steps, batch, directions >= 1"),
        (lambda m, s: glue.Settings(steps=1, statistics="copy"), "expected one of fixed, mixed"),
        (lambda m, s: glue.learn(m, s, [], EXACT, np.random.default_rng(0)), "targets has 0 entries"),
        (
            lambda m, s: glue.learn(m, s, [BATCH], EXACT, np.random.default_rng(0), "half"),
            "expected 'spsa' or 'full'",
        ),
        (lambda m, s: glue.data_size([[0, 0]]), "expected numbers >= 0 with a positive sum"),
        (lambda m, s: glue.stack([[]]), "expected the same number >= 1"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    """What cannot be meant is refused by name."""
    model, _, stacked = world("vit")
    with pytest.raises(ValueError, match=message):
        call(model, stacked)
