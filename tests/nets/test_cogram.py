"""CoGraM on perceptrons: the batched passes against the exact one-by-one procedure, and their laws."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nets.cogram import Settings, iterate, repeat
from nets.models import build
from nets.perceptron import loss_of, matrices, squared_error, state_of
from sim import cogram as exact

WEIGHT = st.integers(-3, 3).map(float)


def layers(sizes: tuple[int, ...]) -> st.SearchStrategy:
    """Networks of these widths without biases, as nested tuples."""
    shapes = list(zip(sizes[:-1], sizes[1:], strict=True))
    return st.tuples(*[st.tuples(*[st.tuples(*[WEIGHT] * i)] * o) for i, o in shapes])


def worlds() -> st.SearchStrategy:
    """(A, B, M, data) as nested tuples."""

    def of(sizes: tuple[int, ...]) -> st.SearchStrategy:
        datum = st.tuples(st.tuples(*[WEIGHT] * sizes[0]), st.tuples(*[WEIGHT] * sizes[-1]))
        return st.tuples(*[layers(sizes)] * 3, st.tuples(datum, datum))

    return st.sampled_from([(2, 1), (1, 2, 1), (2, 2, 2)]).flatmap(of)


def tensors(network: tuple) -> tuple:
    return tuple(torch.tensor(layer, dtype=torch.float64) for layer in network)


@pytest.mark.parametrize("adoption", ["in turn", "together"])
@given(world=worlds(), floors=st.sampled_from([(0, 0), (9, 0), (9, 2), (1, 99)]))
def test_the_batched_pass_is_the_exact_one(adoption: str, world: tuple, floors: tuple) -> None:
    """At steepness 0, where floats make no difference, all three levels agree with sim.cogram."""
    a, b, m, data = world
    rules = exact.Rules(steepness=0, floors=floors, adoption=adoption, rectified=True)
    wanted = exact.iterate(a, b, m, data, rules)
    settings = Settings(steepness=0.0, floors=floors, finest="weight", adoption=adoption, loss=squared_error)
    x, y = (torch.tensor([d[k] for d in data], dtype=torch.float64) for k in range(2))
    found = iterate(tensors(a), tensors(b), tensors(m), x, y, settings)
    for got, want in zip(found.network, wanted.network, strict=True):
        torch.testing.assert_close(got, torch.tensor([[float(v) for v in row] for row in want]).double())


def small() -> tuple:
    """Two trained-like random perceptrons, a mean of them, and random data."""
    spec = {"model": "mlp", "size": 1, "channels": 5, "classes": 3, "width": 7, "depth": 2}
    a, b = (matrices(dict(build(spec, seed).state_dict())) for seed in (1, 2))
    m = tuple((v + w) / 2 for v, w in zip(a, b, strict=True))
    gen = torch.Generator().manual_seed(0)
    return a, b, m, torch.randn(11, 5, generator=gen).double(), torch.randint(3, (11,), generator=gen)


def test_matrices_and_states_are_inverse() -> None:
    """A perceptron's state survives the way to matrices and back, and gives the same logits."""
    spec = {"model": "mlp", "size": 1, "channels": 5, "classes": 3, "width": 7, "depth": 2}
    model = build(spec, 0)
    state = dict(model.state_dict())
    back = state_of(matrices(state), state)
    assert all(torch.equal(back[k], state[k]) for k in state) and list(back) == list(state)
    x = torch.randn(4, 5, 1, 1)
    logits = torch.nn.functional.cross_entropy(model(x), torch.tensor([0, 1, 2, 0]))
    assert loss_of(matrices(state), x.flatten(1).double(), torch.tensor([0, 1, 2, 0])) == pytest.approx(
        logits.item(), rel=1e-5
    )


@pytest.mark.parametrize("finest", ["neuron", "weight"])
def test_finer_levels_never_raise_the_loss(finest: str) -> None:
    """With layers that always refine and changes in turn, the loss of M does not rise."""
    a, b, m, x, y = small()
    floors = (1e9, 0.0) if finest == "neuron" else (1e9, 1e9)
    outcome = iterate(a, b, m, x, y, Settings(finest=finest, floors=floors))
    assert loss_of(outcome.network, x, y) < loss_of(m, x, y) and outcome.adopted[finest] > 0


def test_layer_level_counts_two_evaluations_a_layer() -> None:
    """The layer level alone costs two evaluations for each layer and gives one alpha for each."""
    a, b, m, x, y = small()
    outcome = iterate(a, b, m, x, y)
    assert outcome.evaluations == {"layer": 6, "neuron": 0, "weight": 0} and len(outcome.alphas) == 3
    assert all(0 < alpha < 1 for alpha in outcome.alphas)


def test_equal_experts_come_out() -> None:
    """Where A = B the layer level returns them, whatever M was."""
    a, _, m, x, y = small()
    found = iterate(a, a, m, x, y).network
    assert all(torch.allclose(v, w) for v, w in zip(found, a, strict=True))


def test_exchanging_the_experts_changes_nothing() -> None:
    """A and B have the same part in every level."""
    a, b, m, x, y = small()
    settings = Settings(finest="weight", floors=(1e9, 0.01))
    one, other = iterate(a, b, m, x, y, settings).network, iterate(b, a, m, x, y, settings).network
    assert all(torch.allclose(v, w) for v, w in zip(one, other, strict=True))


def test_repeat_starts_from_the_last_network() -> None:
    """Two iterations at once are one on the network of the first (Equation 8)."""
    a, b, m, x, y = small()
    first, second = repeat(a, b, m, x, y, 2)
    assert all(
        torch.equal(v, w)
        for v, w in zip(second.network, iterate(a, b, first.network, x, y).network, strict=True)
    )


def test_wrong_settings_and_shapes_are_named() -> None:
    """Unknown levels, adoptions and foreign shapes raise errors that name them."""
    a, b, m, x, y = small()
    with pytest.raises(ValueError, match="finest = 'block'"):
        Settings(finest="block")
    with pytest.raises(ValueError, match="adoption = 'never'"):
        replace(Settings(), adoption="never")
    with pytest.raises(ValueError, match="b has layers"):
        iterate(a, b[:2], m, x, y)
