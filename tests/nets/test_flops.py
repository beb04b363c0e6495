"""Algorithm 1 and its baselines: what is spent, what is updated, and that it learns."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from nets import flops, queries
from nets.data import Images, digits
from nets.models import build
from nets.train import batches, mean_loss
from sim.allocators import ALLOCATORS

torch.set_num_threads(1)
DATA = digits()
IMAGES = Images(DATA.train.x[:64], DATA.train.y[:64])
GROUPS = ("1", "3", "5")
SHORT = flops.Settings(groups=GROUPS, steps=3, batch=4, queries=5, pilot=3)


def world():
    """A small network and its state."""
    model = build({"model": "mlp", "size": 8, "channels": 1, "classes": 10, "width": 8}, 0)
    return model, {k: v.detach().clone() for k, v in model.state_dict().items()}


def run(method, settings=SHORT, seed=0, **extra):
    """Train the small network by a method."""
    return flops.train(*world(), IMAGES, method, settings, np.random.default_rng(seed), **extra)


@pytest.mark.parametrize("name", flops.METHODS)
def test_the_budget_is_spent_and_counted(name):
    """Counts sum to the budget; every forward pass is counted: clean, pilot, queries of each group."""
    method = flops.METHODS[name]
    found = run(method)
    mean, each = method.queries or SHORT.queries, queries.PASSES[method.estimator]
    assert found.counts.shape == (3, 4) and (found.counts.sum(1) == 4 * mean).all()
    pilot = 0 if method.allocator == "equal" else each * SHORT.pilot * 4
    assert found.passes == 3 * (4 + pilot + 3 * each * 4 * mean)
    assert len(found.losses) == 3


@pytest.mark.parametrize("name", flops.METHODS)
def test_training_repeats_and_leaves_its_input_alone(name):
    """Equal seeds give equal bits; the given state and the module keep theirs."""
    model, state = world()
    before = {k: v.clone() for k, v in state.items()}
    one, two = (
        flops.train(model, state, IMAGES, flops.METHODS[name], SHORT, np.random.default_rng(1))
        for _ in range(2)
    )
    assert all(torch.equal(one.state[k], two.state[k]) for k in one.state)
    assert all(
        torch.equal(state[k], before[k]) and torch.equal(model.state_dict()[k], before[k]) for k in before
    )
    assert not torch.equal(one.state["1.weight"], before["1.weight"])


@pytest.mark.parametrize("name", ("n-query", "OPS-SPSA"))
def test_it_learns(name):
    """With enough queries the loss on the training images falls by a third."""
    settings = flops.Settings(groups=GROUPS, steps=60, batch=16, queries=20, rate=2e-2)
    model, state = world()
    found = flops.train(model, state, IMAGES, flops.METHODS[name], settings, np.random.default_rng(0))
    assert mean_loss(model, found.state, IMAGES) < 0.67 * mean_loss(model, state, IMAGES)


def test_one_step_is_the_formula():
    """One step of plain descent with one group is theta - rate times the mean of the samples' estimates."""
    settings = flops.Settings(groups=("3",), steps=1, batch=4, queries=2, optimiser="sgd", rate=0.5)
    model, state = world()
    found = run(flops.METHODS["n-query"], settings)
    schedule, noise, _ = np.random.default_rng(0).spawn(3)
    rows = batches(len(IMAGES), 4, 1, schedule)[0]
    batch, spot = Images(IMAGES.x[rows], IMAGES.y[rows]), queries.place(model, "3")
    estimate = queries.estimates(
        model, state, spot, batch, np.full(4, 2), settings.sigma, "spsa", noise
    ).mean(0)
    moved = torch.cat([(found.state[k] - state[k]).reshape(-1) for k in spot.keys])
    torch.testing.assert_close(moved, -0.5 * estimate, rtol=1e-4, atol=1e-6)
    assert all(torch.equal(found.state[k], state[k]) for k in state if k not in spot.keys)


def test_groups_are_updated_one_after_another():
    """The second group is estimated with the first one already moved, as the listing says."""
    settings = flops.Settings(groups=("1", "3"), steps=1, batch=4, queries=2, optimiser="sgd", rate=5.0)
    seen = []
    original = queries.estimates
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(queries, "estimates", lambda m, s, spot, *rest: seen.append(s["1.weight"].clone()) or
                      original(m, s, spot, *rest))  # fmt: skip
        found = run(flops.METHODS["n-query"], settings)
    assert torch.equal(seen[0], world()[1]["1.weight"])
    assert torch.equal(seen[1], found.state["1.weight"]) and not torch.equal(seen[0], seen[1])


def test_minibatches_do_not_depend_on_the_method():
    """With a rate near zero all methods report the same clean losses: they see the same images."""
    still = replace(SHORT, rate=1e-12, optimiser="sgd")
    losses = [run(method, still).losses for method in flops.METHODS.values()]
    assert all(np.allclose(row, losses[0], rtol=1e-4) for row in losses)


def test_any_allocator_of_the_interface_will_do():
    """A given allocator gets clean losses, pilot traces and the budget, and its counts are used."""
    asked = []

    def allocate(losses, traces, budget, rng):
        asked.append((losses, traces, budget))
        return ALLOCATORS["optimal"](losses, traces, budget, rng)

    found = run(flops.METHODS["n-query"], allocate=allocate)
    losses, traces, budget = asked[0]
    assert budget == 20 and losses.mean() == pytest.approx(found.losses[0]) and (traces > 0).all()
    assert (found.counts[0] == ALLOCATORS["optimal"](losses, traces, 20, np.random.default_rng(0))).all()


def test_the_gaussian_allocator_gets_the_embeddings():
    """With an embedding the counts differ from those without, and the budget is the same."""
    plain, told = (
        run(flops.METHODS["OPS-SPSA"], replace(SHORT, queries=50, embedding=name)) for name in ("", "5")
    )
    assert (plain.counts.sum(1) == 200).all() and (told.counts.sum(1) == 200).all()
    assert (plain.counts != told.counts).any()


@pytest.mark.parametrize("estimator", queries.ESTIMATORS)
def test_the_pilot_estimates_the_trace(estimator):
    """The mean of many pilots is the trace that backpropagation predicts, within a tenth."""
    model, state = world()
    batch, spot = Images(IMAGES.x[:3], IMAGES.y[:3]), queries.place(model, "3")
    arguments = (model, state, spot, batch)
    found = flops.pilot_traces(*arguments, 4000, 1e-3, estimator, np.random.default_rng(0))
    torch.testing.assert_close(found, queries.traces(*arguments, 1e-3, estimator), rtol=0.1, atol=0)


def test_training_can_be_watched():
    """The watcher is told steps and passes, the last of which is the total."""
    told = []
    found = run(flops.METHODS["OPS-LR"], watch=lambda step, passes, state: told.append((step, passes)))
    assert [step for step, _ in told] == [1, 2, 3] and told[-1][1] == found.passes


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: flops.Settings(groups=(), steps=1), "expected one of the groups"),
        (lambda: flops.Settings(groups=("1",), steps=1, deepest="3"), "deepest = '3'"),
        (lambda: flops.Settings(groups=("1",), steps=0), "expected steps, batch, queries >= 1"),
        (lambda: flops.Settings(groups=("1",), steps=1, pilot=1), "pilot >= 2"),
        (lambda: flops.Settings(groups=("1",), steps=1, sigma=0.0), "sigma and rate > 0"),
        (lambda: flops.Settings(groups=("1",), steps=1, optimiser="lion"), "expected 'adam' or 'sgd'"),
    ],
)
def test_bad_settings_are_refused(make, message):
    """Impossible settings are refused by name."""
    with pytest.raises(ValueError, match=message):
        make()


def test_divergence_is_named():
    """A loss that is no longer finite stops the training and names step and sample."""
    wild = Images(IMAGES.x * float("inf"), IMAGES.y)
    with pytest.raises(FloatingPointError, match="step 0: the loss of sample 0 is nan"):
        flops.train(*world(), wild, flops.METHODS["LR"], SHORT, np.random.default_rng(0))
