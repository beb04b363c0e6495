"""CoGraM's gradient kickoff: a few epochs at a raised learning rate before fine-tuning.

    kickoff      at most 9 epochs at `factor` times the rate of fine-tuning, 2 <= factor <= 3, constant rate
    fine-tuning  the recipe as it is, from where the kickoff ends

The optimiser is the recipe's: Adam, or SGD with momentum (0.9).  Clipping of gradients, which the paper calls
optional, is left out.
Source    CoGraM, Gradient-Kickoff, steps 1 to 5; "Transition".
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from torch import Tensor, nn

from nets.data import Images
from nets.train import Recipe, train_many

LONGEST = 9
"""The paper asks for fewer than ten epochs."""
FACTORS = (2.0, 3.0)


def kickoff_recipe(fine_tuning: Recipe, samples: int, epochs: int = 8, factor: float = 2.5) -> Recipe:
    """The recipe of the kickoff: `epochs` over `samples`, the rate raised and constant."""
    if not 1 <= epochs <= LONGEST:
        raise ValueError(f"epochs = {epochs}: expected 1 to {LONGEST}")
    if not FACTORS[0] <= factor <= FACTORS[1]:
        raise ValueError(f"factor = {factor}: expected {FACTORS[0]:g} to {FACTORS[1]:g} times the rate")
    steps = epochs * -(-samples // fine_tuning.batch)
    return replace(fine_tuning, steps=steps, rate=factor * fine_tuning.rate, decay=False)


def fine_tuned(
    model: nn.Module,
    starts: Sequence[Mapping[str, Tensor]],
    images: Sequence[Images],
    recipe: Recipe,
    rng: np.random.Generator,
    *,
    epochs: int = 8,
    factor: float = 2.5,
) -> tuple[list[dict[str, Tensor]], list[dict[str, Tensor]]]:
    """(after the kickoff, after fine-tuning) of every start on its own images, all at once."""
    first, second = rng.spawn(2)
    shortest = min(map(len, images), default=0)
    if not shortest:
        raise ValueError("images: expected at least one non-empty set")
    raised = kickoff_recipe(recipe, shortest, epochs, factor)
    kicked = train_many(model, images, raised, first, starts=starts)
    return kicked, train_many(model, images, recipe, second, starts=kicked)
