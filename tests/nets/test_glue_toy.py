"""The toy experiment: subsets, shared and independent starts, and what is measured."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from nets import glue, glue_toy
from nets.data import digits
from nets.glue_toy import ARMS, INITS, Toy, dirichlet, measure
from nets.train import Recipe

torch.set_num_threads(1)
DATA = digits()
SMALL = Toy(
    seeds=2,
    K=3,
    images=24,
    target=40,
    held_out=40,
    training=Recipe(steps=6, batch=8, rate=3e-3),
    learning=glue.Settings(steps=4, batch=16),
    tuning=Recipe(steps=3, batch=8, rate=1e-3),
    checkpoints=(0, 3),
)


@pytest.fixture(scope="module")
def found():
    """One small run."""
    return measure(SMALL, DATA, np.random.default_rng(0))


def test_the_shapes_are_as_promised(found):
    """Accuracies are shares, by initialisation, seed, arm and checkpoint; every alpha is a mixture."""
    assert found.accuracy.shape == (2, 2, len(ARMS), 2) and found.experts.shape == (2, 2, 3)
    assert found.alpha.shape == (2, 2, len(ARMS), 3)
    np.testing.assert_allclose(found.alpha.sum(-1), 1, rtol=1e-6)
    assert (found.accuracy >= 0).all() and (found.accuracy <= 1).all()


def test_arms_are_what_their_names_say(found):
    """Data size is the uniform mean; the best expert's prior has exactly that expert's accuracy."""
    np.testing.assert_allclose(found.alpha[:, :, ARMS.index("data size")], 1 / 3, rtol=1e-6)
    arm = ARMS.index("best expert")
    for i in range(len(INITS)):
        for s in range(SMALL.seeds):
            k = int(found.alpha[i, s, arm].argmax())
            assert found.accuracy[i, s, arm, glue_toy.PRIOR] == pytest.approx(found.experts[i, s, k])


def test_the_run_repeats(found):
    """Equal generators give equal numbers; another seed gives others."""
    again, other = (measure(SMALL, DATA, np.random.default_rng(seed)) for seed in (0, 1))
    assert (again.accuracy == found.accuracy).all() and (again.alpha == found.alpha).all()
    assert (other.experts != found.experts).any()


def test_shared_experts_start_alike_and_independent_ones_do_not():
    """After one tiny step the shared experts of a seed lie together, the independent ones apart."""
    still = replace(SMALL, training=Recipe(steps=1, batch=8, rate=1e-6))
    rng = np.random.default_rng(0)
    subsets = [[dirichlet(DATA.train, 24, 0.5, rng) for _ in range(3)] for _ in range(2)]
    stacked = glue_toy._experts(still, subsets, np.random.default_rng(0))["0.weight"]
    spread = (stacked - stacked[:, :1]).abs().amax((1, 2, 3, 4, 5))
    assert (spread[:2] < 1e-4).all() and (spread[2:] > 1e-2).all()
    assert (stacked[0, 0] - stacked[1, 0]).abs().max() > 1e-2  # seeds differ


def test_dirichlet_subsets_are_skewed_as_asked():
    """A small concentration gives nearly one class, a large one all classes alike; the count is kept."""
    rng = np.random.default_rng(0)
    shares = {}
    for concentration in (0.05, 0.5, 1000.0):
        parts = [dirichlet(DATA.train, 100, concentration, rng) for _ in range(20)]
        assert all(len(part) == 100 for part in parts)
        shares[concentration] = np.mean([np.bincount(p.y, minlength=10).max() / 100 for p in parts])
    assert shares[0.05] > 0.7 > shares[0.5] > 0.2 > shares[1000.0]


def test_a_class_is_drawn_without_repetition_while_it_lasts():
    """No image comes twice as long as its class has enough of them."""
    images = dirichlet(DATA.train, 60, 1000.0, np.random.default_rng(0))
    assert len(np.unique(images.x.flatten(1).numpy(), axis=0)) >= 59


@pytest.mark.parametrize(("count", "concentration"), [(0, 0.5), (10, 0.0)])
def test_bad_subsets_are_refused(count, concentration):
    """A count below one and a concentration that is not positive are refused."""
    with pytest.raises(ValueError, match="expected count >= 1"):
        dirichlet(DATA.train, count, concentration, np.random.default_rng(0))
