"""The mixing gradient on the recorded experts, by roads that share no formula."""

import numpy as np
import pytest
import torch

from nets import mixing
from nets.data import Images, digits
from nets.models import build
from nets.record import reload

torch.set_num_threads(1)
RECORDING = reload("digits_toy")
BATCH = Images(*(t[:24] for t in (digits().test.x, digits().test.y)))
ALPHA = (0.3, 0.7)


def world(kind):
    """The network and its two recorded experts."""
    model = build(RECORDING.manifest["recipe"]["models"][kind], 0)
    return model, [RECORDING.states[f"{kind}_expert{i}"] for i in (0, 1)]


def off(one, other):
    """Largest difference relative to the largest entry."""
    return np.abs(one - other).max() / np.abs(other).max()


@pytest.mark.parametrize("kind", ("resnet", "vit"))
@pytest.mark.parametrize("alpha", (ALPHA, (1, 0), (1.5, -0.5)))
def test_three_roads_agree(kind, alpha):
    """Autograd through the blend, inner products and central differences give one gradient in float64."""
    model, experts = world(kind)
    products = mixing.inner_products(model, experts, alpha, BATCH)
    assert off(mixing.mixing_gradient(model, experts, alpha, BATCH), products) < 1e-12
    assert off(mixing.finite_differences(model, experts, alpha, BATCH), products) < 1e-5


@pytest.mark.parametrize("kind", ("resnet", "vit"))
def test_float32_agrees_up_to_its_rounding(kind):
    """In float32 both roads agree to a few units of its rounding, and not to those of float64."""
    model, experts = world(kind)
    narrow = mixing.inner_products(model, experts, ALPHA, BATCH, torch.float32)
    gap = off(mixing.mixing_gradient(model, experts, ALPHA, BATCH, torch.float32), narrow)
    wide = off(narrow, mixing.inner_products(model, experts, ALPHA, BATCH))
    assert gap < 1e-5 and 1e-12 < wide < 1e-4


def test_blended_statistics_belong_to_theta():
    """With running statistics blended too, the inner products over parameters alone are wrong."""
    model, experts = world("resnet")
    arguments = (model, experts, ALPHA, BATCH)
    gradient = mixing.mixing_gradient(*arguments, statistics="mixed")
    differences = mixing.finite_differences(*arguments, statistics="mixed")
    whole = mixing.inner_products(*arguments, statistics="mixed", over="all")
    alone = mixing.inner_products(*arguments, statistics="mixed")
    assert off(gradient, whole) < 1e-12 and off(differences, whole) < 1e-5
    assert off(alone, whole) > 0.01


def test_the_loss_of_every_sample():
    """Losses at many mixtures average to the loss of the batch at each."""
    model, experts = world("resnet")
    alphas = np.array([[0.5, 0.5], [1.0, 0.0], [0.2, 0.3]])
    each = mixing.sample_losses(model, experts, alphas, BATCH, chunk=2)
    expected = [mixing.mixing_loss(model, experts, a, BATCH) for a in alphas]
    assert each.shape == (3, 24)
    np.testing.assert_allclose(each.mean(1), expected, rtol=1e-12)


def test_vertices_are_the_experts():
    """At a vertex the blend has that expert's parameters; counters are copied, statistics are the mean."""
    _, experts = world("resnet")
    blend = mixing.blend(experts, (0, 1))
    assert torch.equal(blend["0.weight"], experts[1]["0.weight"].double())
    mean = (experts[0]["1.running_mean"].double() + experts[1]["1.running_mean"].double()) / 2
    torch.testing.assert_close(blend["1.running_mean"], mean)
    assert torch.equal(blend["1.num_batches_tracked"], experts[0]["1.num_batches_tracked"])


def test_the_expert_matrix_bounds_the_mixing_gradient():
    """|grad_alpha L| <= sigma_max(Theta) |grad_theta L|, and Theta has a column for each expert."""
    model, experts = world("vit")
    matrix = mixing.expert_matrix(experts)
    slopes = mixing.parameter_gradient(model, experts, ALPHA, BATCH)
    slope = np.concatenate([g.numpy().ravel() for g in slopes.values()])
    gradient = mixing.mixing_gradient(model, experts, ALPHA, BATCH)
    assert matrix.shape == (len(slope), 2)
    np.testing.assert_allclose(matrix.T @ slope, gradient, rtol=1e-9)
    assert np.linalg.norm(gradient) <= np.linalg.norm(matrix, 2) * np.linalg.norm(slope)


def test_the_mode_of_the_module_is_kept():
    """Measuring in evaluation mode leaves a module in training mode as it was."""
    model, experts = world("resnet")
    model.train()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    mixing.mixing_gradient(model, experts, ALPHA, BATCH)
    mixing.sample_losses(model, experts, np.array([ALPHA]), BATCH)
    assert model.training and all(torch.equal(v, before[k]) for k, v in model.state_dict().items())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m, e: mixing.blend(e, (1.0,)), r"alpha has shape \(1,\), expected \(2,\)"),
        (lambda m, e: mixing.blend(e, ALPHA, "copy"), "statistics = 'copy': expected one of fixed, mixed"),
        (lambda m, e: mixing.inner_products(m, e, ALPHA, BATCH, over="some"), "over = 'some'"),
        (lambda m, e: mixing.finite_differences(m, e, ALPHA, BATCH, step=0.0), "step = 0.0"),
    ],
)
def test_bad_arguments_are_refused(call, message):
    """Wrong lengths, policies and steps are refused by name."""
    with pytest.raises(ValueError, match=message):
        call(*world("vit"))
