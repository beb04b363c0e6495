"""Fisher information and Fisher merging of perceptrons."""

import pytest
import torch
from torch.func import functional_call, grad, vmap

from nets.fisher import fisher, fisher_merge
from nets.models import build
from nets.perceptron import matrices

SPEC = {"model": "mlp", "size": 1, "channels": 4, "classes": 3, "width": 5, "depth": 2}


def test_fisher_is_the_expectation_of_squared_gradients_per_example() -> None:
    """Against torch.func: every label's gradient at every example, squared, weighted with its probability."""
    model = build(SPEC, 3).double()
    x = torch.randn(6, 4, generator=torch.Generator().manual_seed(1)).double()
    state = {k: v.detach() for k, v in model.state_dict().items()}

    def log_p(weights: dict, image: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        return functional_call(model, weights, (image[None, :, None, None],))[0].log_softmax(-1) @ label

    labels = torch.eye(3, dtype=torch.float64)
    each = vmap(vmap(grad(log_p), (None, None, 0)), (None, 0, None))(state, x, labels)
    p = model(x[..., None, None]).softmax(-1).detach()
    wanted = {k: (g**2 * p.reshape(6, 3, *[1] * (g.ndim - 2))).sum(1).mean(0) for k, g in each.items()}
    for name, matrix in zip(("1", "3", "5"), fisher(matrices(state), x), strict=True):
        torch.testing.assert_close(matrix[:, :-1], wanted[f"{name}.weight"])
        torch.testing.assert_close(matrix[:, -1], wanted[f"{name}.bias"])


def test_merge_lies_between_and_follows_the_information() -> None:
    """Equal information gives the mean; overwhelming information gives that network."""
    a, b = (torch.full((2, 3), v) for v in (0.0, 1.0))
    one = torch.ones(2, 3)
    assert torch.equal(fisher_merge([(a,), (b,)], [(one,), (one,)])[0], torch.full((2, 3), 0.5))
    assert torch.allclose(fisher_merge([(a,), (b,)], [(one,), (1e9 * one,)])[0], b)
    assert torch.equal(fisher_merge([(a,), (b,)], [(0 * one,), (0 * one,)])[0], torch.full((2, 3), 0.5))


def test_wrong_arguments_are_named() -> None:
    """Unequal numbers and a floor that is not positive raise errors."""
    w = (torch.ones(1, 1),)
    with pytest.raises(ValueError, match="equally many"):
        fisher_merge([w], [])
    with pytest.raises(ValueError, match="floor = 0"):
        fisher_merge([w], [w], floor=0)
