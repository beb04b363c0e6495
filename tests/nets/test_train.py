"""Networks and training: many at once is each alone, by seed, and quicker than a loop."""

import time

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch.func import functional_call, grad, vmap

from nets.data import Images, digits, of_classes
from nets.models import build
from nets.recipes import DEEP_COPIES, DEEP_MODELS, HALVES, TOY_MODELS, digits_deep, digits_toy
from nets.record import reload
from nets.train import Recipe, batches, correct, logits, mean_loss, train_many, train_one

torch.set_num_threads(1)
DATA = digits()
HALF = [of_classes(DATA.train, half) for half in HALVES]
SPECS = {**TOY_MODELS, "mlp": {"model": "mlp", "size": 8, "channels": 1, "classes": 10, "width": 16}}
SHORT = Recipe(steps=4, batch=8, rate=1e-2)


def double(kind, seed=0):
    """A network in float64."""
    return build(SPECS[kind], seed).double()


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("optimiser", ("adam", "sgd"))
def test_many_at_once_is_each_alone(kind, optimiser):
    """An expert trained beside another equals PyTorch's own loop over the module, buffers included."""
    recipe = Recipe(steps=4, batch=8, rate=1e-2, optimiser=optimiser, decay=False)
    together = train_many(double(kind), HALF, recipe, np.random.default_rng(5))
    for i, (images, child) in enumerate(zip(HALF, np.random.default_rng(5).spawn(2), strict=True)):
        model = double(kind).train()
        maker = torch.optim.Adam if optimiser == "adam" else torch.optim.SGD
        options = {} if optimiser == "adam" else {"momentum": recipe.momentum}
        stepper = maker(model.parameters(), recipe.rate, **options)
        for rows in batches(len(images), recipe.batch, recipe.steps, child):
            stepper.zero_grad()
            F.cross_entropy(model(images.x[rows].double()), images.y[rows]).backward()
            stepper.step()
        for key, tensor in model.state_dict().items():
            torch.testing.assert_close(together[i][key], tensor, rtol=1e-7, atol=1e-8)


def test_an_expert_does_not_depend_on_its_neighbours():
    """The first expert is the same alone and beside another (float64)."""
    alone = train_one(double("resnet"), HALF[0], SHORT, np.random.default_rng(0))
    beside = train_many(double("resnet"), HALF, SHORT, np.random.default_rng(0))[0]
    for key, tensor in alone.items():
        torch.testing.assert_close(beside[key], tensor, rtol=1e-8, atol=1e-9)


def test_training_repeats_and_leaves_the_model_alone():
    """The same seeds give the same bits, and the model keeps its initialisation and its mode."""
    model = build(SPECS["resnet"], 0).eval()
    before = {k: v.clone() for k, v in model.state_dict().items()}
    one, two = (train_many(model, HALF, SHORT, np.random.default_rng(0)) for _ in range(2))
    assert all(torch.equal(a[k], b[k]) for a, b in zip(one, two, strict=True) for k in a)
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
    assert not model.training and not torch.equal(one[0]["0.weight"], before["0.weight"])


def test_initialisation_follows_the_seed_and_keeps_the_global_generator():
    """A seed fixes the weights; PyTorch's global generator is where it was."""
    state = torch.random.get_rng_state()
    one, two, other = (build(SPECS["vit"], seed).state_dict() for seed in (1, 1, 2))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(one[k], two[k]) for k in one)
    assert not torch.equal(one["0.position"], other["0.position"])


@pytest.mark.parametrize("kind", SPECS)
def test_per_sample_gradients_work(kind):
    """vmap over grad gives per-sample gradients whose mean is the gradient of the mean loss."""
    model = double(kind).eval()
    state = {k: v.detach() for k, v in model.state_dict().items()}
    params = {k: v.detach() for k, v in model.named_parameters()}
    x, y = DATA.test.x[:5].double(), DATA.test.y[:5]
    loss = lambda p, x, y: F.cross_entropy(functional_call(model, {**state, **p}, (x,)), y)
    each = vmap(grad(lambda p, x, y: loss(p, x[None], y[None])), (None, 0, 0))(params, x, y)
    for key, whole in grad(loss)(params, x, y).items():
        torch.testing.assert_close(each[key].mean(0), whole)


def test_written_out_normalisation_is_pytorchs():
    """Evaluation mode of the written-out batch normalisation equals PyTorch's kernel."""
    from nets.models import Norm

    norm = Norm(3).double()
    norm(torch.randn(16, 3, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0)))
    x = torch.randn(2, 3, 4, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    theirs = F.batch_norm(x, norm.running_mean, norm.running_var, norm.weight, norm.bias, eps=norm.eps)
    torch.testing.assert_close(norm.eval()(x), theirs)


def test_depth_of_the_resnet():
    """n = 3 gives the 20 layers of ResNet-20: 19 convolutions of 3 x 3 and one linear layer."""
    model = build({"model": "resnet", "size": 32, "channels": 3, "classes": 10, "width": 4, "n": 3}, 0)
    deep = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d) and m.kernel_size == (3, 3)]
    assert len(deep) + 1 == 20
    assert model(torch.zeros(2, 3, 32, 32)).shape == (2, 10)


def test_batches_go_through_all_images():
    """Every image comes once before any comes twice."""
    order = batches(10, 4, 5, np.random.default_rng(0)).reshape(-1)
    assert sorted(order[:10].tolist()) == list(range(10)) == sorted(order[10:].tolist())


def test_measurements():
    """Counts and losses in evaluation mode agree with the logits, whatever the mode of the module."""
    model = build(SPECS["resnet"], 0).train()
    images = Images(DATA.test.x[:50], DATA.test.y[:50])
    out = logits(model, model.state_dict(), images.x, batch=7)
    assert correct(model, model.state_dict(), images) == int((out.argmax(1) == images.y).sum())
    assert mean_loss(model, model.state_dict(), images) == pytest.approx(
        F.cross_entropy(out, images.y).item(), rel=1e-6
    )
    assert model.training


def test_every_expert_may_have_its_own_start():
    """Experts from their own initialisations are those that each would become alone."""
    model, others = double("resnet"), [double("resnet", seed).state_dict() for seed in (3, 4)]
    together = train_many(model, HALF, SHORT, np.random.default_rng(2), starts=others)
    for i in (0, 1):
        twin = np.random.default_rng(2)
        twin.spawn(i)  # the streams of the experts before it
        alone = train_many(double("resnet", 3 + i), [HALF[i]], SHORT, twin)[0]
        for key, tensor in alone.items():
            torch.testing.assert_close(together[i][key], tensor, rtol=1e-8, atol=1e-9)
    with pytest.raises(ValueError, match="starts has 1 entries"):
        train_many(model, HALF, SHORT, np.random.default_rng(2), starts=others[:1])


def test_training_can_be_watched():
    """The stacked weights are shown before the first step and after every one, the last being the result."""
    seen = {}
    watch = lambda step, state: seen.__setitem__(step, {k: v.clone() for k, v in state.items()})
    model = build(SPECS["mlp"], 0)
    result = train_many(model, HALF, SHORT, np.random.default_rng(0), watch=watch)
    assert sorted(seen) == list(range(5))
    for key, tensor in model.state_dict().items():
        assert torch.equal(seen[0][key][1], tensor) and torch.equal(seen[4][key][1], result[1][key])


def test_divergence_is_named():
    """A loss that is no longer finite stops the training and names the expert."""
    wild = Images(HALF[0].x * float("inf"), HALF[0].y)
    with pytest.raises(FloatingPointError, match="expert 1: loss nan at step 0"):
        train_many(build(SPECS["mlp"], 0), [HALF[0], wild], SHORT, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Recipe(steps=0, batch=1, rate=1.0), "steps >= 1"),
        (lambda: Recipe(steps=1, batch=1, rate=0.0), "rate > 0"),
        (lambda: Recipe(steps=1, batch=1, rate=1.0, optimiser="lion"), "optimiser = 'lion'"),
        (lambda: build({"model": "vgg"}, 0), "model 'vgg': expected one of mlp, resnet, vit"),
        (lambda: build({**SPECS["vit"], "patch": 3}, 0), "size = 8"),
        (lambda: train_many(build(SPECS["mlp"], 0), [], SHORT, np.random.default_rng(0)), "subsets is empty"),
    ],
)
def test_bad_settings_are_refused(make, message):
    """Impossible settings are refused by name."""
    with pytest.raises(ValueError, match=message):
        make()


def test_progress_is_told():
    """Progress is called after every step with a text that has the loss."""
    told = []
    train_one(build(SPECS["mlp"], 0), HALF[0], SHORT, np.random.default_rng(0), lambda *a: told.append(a))
    assert [(done, total) for done, total, _ in told] == [(k, 4) for k in (1, 2, 3, 4)]
    assert "mean loss" in told[0][2]


def test_many_at_once_beats_a_loop():
    """Eight small networks at once take less processor time than one after the other (best of three)."""
    recipe, subsets = Recipe(steps=15, batch=32, rate=1e-3), HALF * 4

    def best(run):
        times = []
        for _ in range(3):
            start = time.process_time()
            run()
            times.append(time.process_time() - start)
        return min(times)

    model = build(SPECS["mlp"], 0)
    together = best(lambda: train_many(model, subsets, recipe, np.random.default_rng(0)))
    loop = best(lambda: [train_one(model, s, recipe, np.random.default_rng(0)) for s in subsets])
    assert together < loop


def test_the_path_train_record_reload_check(tmp_path):
    """The recipe of the shipped recording runs at toy size, and what it wrote verifies and repeats."""
    short = Recipe(steps=2, batch=8, rate=1e-3)
    first = digits_toy(tmp_path / "1", training=short)
    second = digits_toy(tmp_path / "2", training=short)
    assert (first / "manifest.json").read_bytes() == (second / "manifest.json").read_bytes()
    recording = reload("digits_toy", tmp_path / "1")
    assert set(recording.states) == {f"{k}_{s}" for k in TOY_MODELS for s in ("base", "expert0", "expert1")}
    assert recording.manifest["recipe"]["training"]["steps"] == 2


def test_the_deep_recording_repeats(tmp_path):
    """The recipe of the deep networks, shortened: half precision, one state a copy, the same bytes again."""
    short = {kind: Recipe(steps=1, batch=4, rate=1e-3) for kind in DEEP_MODELS}
    first, second = (digits_deep(tmp_path / name, training=short) for name in ("1", "2"))
    assert (first / "manifest.json").read_bytes() == (second / "manifest.json").read_bytes()
    states = reload("digits_deep", tmp_path / "1").states
    assert set(states) == {f"{k}_{i}" for k in DEEP_MODELS for i in range(DEEP_COPIES)}
    kinds = {t.dtype for state in states.values() for t in state.values()}
    assert kinds == {torch.float16, torch.int64}
    assert not torch.equal(states["vit_0"]["0.position"], states["vit_1"]["0.position"])
