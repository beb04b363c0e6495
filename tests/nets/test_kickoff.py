"""The gradient kickoff before fine-tuning."""

import numpy as np
import pytest
import torch

from nets.data import Images
from nets.kickoff import fine_tuned, kickoff_recipe
from nets.models import build
from nets.train import Recipe, mean_loss

SPEC = {"model": "mlp", "size": 1, "channels": 3, "classes": 2, "width": 8, "depth": 1}
RECIPE = Recipe(steps=20, batch=16, rate=1e-3)


def images() -> Images:
    """A hundred points, the label is the sign of the first coordinate."""
    x = torch.randn(100, 3, 1, 1, generator=torch.Generator().manual_seed(0))
    return Images(x, (x[:, 0, 0, 0] > 0).long())


def test_the_recipe_is_raised_and_short() -> None:
    """Eight epochs of seven batches, two and a half times the rate, and no decay."""
    raised = kickoff_recipe(RECIPE, 100)
    assert (raised.steps, raised.rate, raised.decay) == (8 * 7, 2.5e-3, False)
    assert raised.optimiser == RECIPE.optimiser and raised.batch == RECIPE.batch


def test_both_phases_lower_the_loss() -> None:
    """On an easy problem the loss falls in the kickoff and again in fine-tuning; runs are repeatable."""
    model, data = build(SPEC, 0), images()
    start = dict(model.state_dict())
    runs = [fine_tuned(model, [start], [data], RECIPE, np.random.default_rng(1)) for _ in range(2)]
    (kicked,), (tuned,) = runs[0]
    losses = [mean_loss(model, state, data) for state in (start, kicked, tuned)]
    assert losses[0] > losses[1] > losses[2]
    assert all(torch.equal(tuned[k], runs[1][1][0][k]) for k in tuned)


def test_wrong_settings_are_named() -> None:
    """Ten epochs, a factor outside two to three, and no images raise errors that name them."""
    with pytest.raises(ValueError, match="epochs = 10"):
        kickoff_recipe(RECIPE, 100, epochs=10)
    with pytest.raises(ValueError, match="factor = 5"):
        kickoff_recipe(RECIPE, 100, factor=5)
    with pytest.raises(ValueError, match="images"):
        fine_tuned(build(SPEC, 0), [], [], RECIPE, np.random.default_rng(0))
