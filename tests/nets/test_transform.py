"""SAIL's width and depth transformations: gradients, what survives and what does not."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from nets.perceptron import cross_entropy, outputs
from nets.transform import (
    deepened,
    depth,
    depth_gradient,
    duplicating,
    leading,
    learn,
    perceptron,
    softmax,
    svd_start,
    widened,
    width,
    width_gradients,
)

SEED, SIZE = st.integers(0, 2**32 - 1), st.integers(1, 4)


def maker(seed: int):
    """normal(*shape): float64 numbers from the seed."""
    source = torch.Generator().manual_seed(seed)
    return lambda *shape: torch.randn(*shape, generator=source, dtype=torch.float64)


def orthonormal(normal, rows: int, columns: int) -> Tensor:
    """(rows, columns) with orthonormal columns, columns <= rows."""
    return torch.linalg.qr(normal(rows, columns))[0]


def network(normal, *sizes: int) -> tuple[Tensor, ...]:
    """A perceptron with biases."""
    return tuple(normal(b, a + 1) for a, b in zip(sizes, sizes[1:], strict=False))


@given(SEED, SIZE, SIZE, SIZE, SIZE)
def test_width_is_its_double_sum_and_composes(seed: int, a: int, b: int, c: int, d: int) -> None:
    """theta~_pq = sum c_in_pi theta_ij c_out_qj; two maps in turn are one; identities change nothing."""
    normal = maker(seed)
    theta, c_in, c_out = normal(a, b), normal(c, a), normal(d, b)
    found = width(theta, c_in, c_out)
    torch.testing.assert_close(found, torch.einsum("pi,ij,qj->pq", c_in, theta, c_out))
    more_in, more_out = normal(2, c), normal(3, d)
    torch.testing.assert_close(
        width(found, more_in, more_out), width(theta, more_in @ c_in, more_out @ c_out)
    )
    eye = lambda n: torch.eye(n, dtype=torch.float64)
    torch.testing.assert_close(width(theta, eye(a), eye(b)), theta)


@given(SEED, SIZE, SIZE, SIZE, SIZE)
def test_width_gradients_are_autograds(seed: int, a: int, b: int, c: int, d: int) -> None:
    """For a loss that is not quadratic both gradients equal automatic differentiation."""
    normal = maker(seed)
    theta, c_in, c_out = normal(a, b), normal(c, a).requires_grad_(), normal(d, b).requires_grad_()
    new = width(theta, c_in, c_out)
    value = (new.tanh() * normal(c, d)).sum()
    (g,) = torch.autograd.grad(value, new, retain_graph=True)
    wanted = torch.autograd.grad(value, (c_in, c_out))
    for own, theirs in zip(width_gradients(theta, c_in, c_out, g), wanted, strict=True):
        torch.testing.assert_close(own, theirs)


@given(SEED, SIZE, SIZE, SIZE, SIZE)
def test_only_leading_singular_values_survive_the_start(seed: int, a: int, b: int, c: int, d: int) -> None:
    """theta~ = W_in Sigma~ W_out^T; with orthonormal W its singular values are the leading ones of theta,
    and a turned theta gives the same theta~."""
    normal = maker(seed)
    theta, r = normal(a, b), min(a, b, c, d)
    w_in, w_out = orthonormal(normal, c, r), orthonormal(normal, d, r)
    new = width(theta, *svd_start(theta, w_in, w_out))
    values = torch.linalg.svdvals(theta)[:r]
    torch.testing.assert_close(new, w_in @ values.diag() @ w_out.mT)
    torch.testing.assert_close(torch.linalg.svdvals(new)[:r], values)
    turned = orthonormal(normal, a, a) @ theta @ orthonormal(normal, b, b)
    torch.testing.assert_close(width(turned, *svd_start(turned, w_in, w_out)), new)


@given(SEED, SIZE, SIZE, SIZE)
def test_with_its_own_directions_the_start_is_the_best_of_its_rank(seed: int, a: int, b: int, r: int) -> None:
    """W = U~, V~ and unchanged sizes: theta itself; of a matrix of lower rank as well."""
    normal = maker(seed)
    theta = normal(a, r) @ normal(r, b)
    u, values, v = leading(theta, a, b)
    assert len(values) == min(a, b, r)
    torch.testing.assert_close(width(theta, *svd_start(theta, u, v)), theta)
    cut = width(theta, u[:, :1] @ u[:, :1].mT, v[:, :1] @ v[:, :1].mT)
    rest = torch.linalg.svdvals(theta)[1:].square().sum()
    torch.testing.assert_close((theta - cut).square().sum(), rest)  # Eckart and Young


@given(SEED, st.lists(st.integers(0, 2), max_size=4), st.lists(st.integers(0, 1), max_size=3))
def test_duplicated_units_keep_the_function(seed: int, more: list[int], even: list[int]) -> None:
    """Any repetition and order of hidden units gives the same outputs."""
    normal = maker(seed)
    old, x = network(normal, 2, 3, 2, 3), normal(5, 2)
    new = widened(old, ([*more, 2, 1, 0], [1, *even, 0]))
    assert [w.shape[0] for w in new] == [3 + len(more), 2 + len(even), 3]
    torch.testing.assert_close(outputs(new, x), outputs(old, x))


def test_other_maps_do_not_keep_the_function() -> None:
    """A rotation of the hidden units and its inverse keep a linear network, not a rectified one."""
    normal = maker(0)
    old, x, turn = network(normal, 2, 3, 2), normal(5, 2), orthonormal(normal, 3, 3)
    eye = torch.eye(2, dtype=torch.float64)
    new = perceptron(old, ((eye, turn), (turn, eye)))
    linear = lambda net: net[1][:, :-1] @ net[0]
    torch.testing.assert_close(linear(new), linear(old))
    assert (outputs(new, x) - outputs(old, x)).abs().max() > 0.1


@given(SEED, SIZE, SIZE)
def test_depth_gradient_is_autograds(seed: int, old: int, new: int) -> None:
    """The gradient in the logits equals automatic differentiation."""
    normal = maker(seed)
    layers, logits = normal(old, 2, 3), normal(new, old).requires_grad_()
    mixed = depth(layers, softmax(logits))
    value = (mixed.tanh() * normal(new, 2, 3)).sum()
    g, wanted = torch.autograd.grad(value, (mixed, logits))
    torch.testing.assert_close(depth_gradient(layers, logits.detach(), g), wanted)


@given(SEED, SIZE, SIZE, st.floats(-5, 5))
def test_softmax_rows_are_weights(seed: int, old: int, new: int, shift: float) -> None:
    """Rows are positive and sum to one, a shift of a row changes nothing, layers and columns permute
    together, and every new entry lies between the old ones."""
    normal = maker(seed)
    layers, logits = normal(old, 2, 3), normal(new, old)
    d = softmax(logits)
    assert d.min() > 0
    torch.testing.assert_close(d.sum(-1), torch.ones(new, dtype=torch.float64))
    torch.testing.assert_close(softmax(logits + shift), d)
    order = torch.randperm(old, generator=torch.Generator().manual_seed(seed))
    mixed = depth(layers, d)
    torch.testing.assert_close(depth(layers[order], softmax(logits[:, order])), mixed)
    slack = 1e-12
    assert (mixed <= layers.max(0)[0] + slack).all() and (mixed >= layers.min(0)[0] - slack).all()
    assert mixed.flatten(1).norm(dim=1).max() <= layers.flatten(1).norm(dim=1).max() + slack


def test_depth_keeps_the_function_only_in_the_limit() -> None:
    """One-hot rows keep it, large logits nearly, equal ones do not; equal layers stay what they are."""
    normal = maker(1)
    old, x, eye = network(normal, 2, 3, 3, 3, 2), normal(5, 2), torch.eye(2, dtype=torch.float64)
    away = lambda d: (outputs(deepened(old, d), x) - outputs(old, x)).abs().max()
    assert away(eye) == 0 and 0 < away(softmax(20 * eye)) < 1e-6 < 0.1 < away(softmax(0 * eye))
    same = (old[0], old[1], old[1], old[-1])
    torch.testing.assert_close(deepened(same, softmax(normal(2, 2))), same)
    assert len(deepened(old, softmax(normal(5, 2)))) == 7


def test_maps_and_logits_are_learnt() -> None:
    """Twenty small gradient steps lower the loss, and the first is the printed one."""
    normal = maker(2)
    x, y = normal(20, 2), torch.arange(20) % 2
    old = network(normal, 2, 3, 3, 2)
    eye = torch.eye(2, dtype=torch.float64)

    def wider(maps):
        return perceptron(old, ((eye, maps[0]), (maps[1], maps[2]), (maps[3], eye)))

    start = [normal(4, 3) / 2 for _ in range(4)]
    one, seen = learn(wider, start, x, y, rate=0.05, steps=1)
    leaves = [v.clone().requires_grad_() for v in start]
    value = cross_entropy(outputs(wider(leaves), x)[None], y)[0]
    assert seen[0] == value.item()
    for new, before, slope in zip(one, start, torch.autograd.grad(value, leaves), strict=True):
        torch.testing.assert_close(new, before - 0.05 * slope)
    many = learn(wider, start, x, y, rate=0.05, steps=20)[1]
    assert len(many) == 21 and many[-1] < many[0]
    deep = network(normal, 2, 3, 3, 3, 2)
    mixing = lambda leaf: deepened(deep, softmax(leaf[0]))
    many = learn(mixing, [normal(3, 2)], x, y, rate=0.05, steps=20)[1]
    assert many[-1] < many[0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: width(torch.ones(2, 3), torch.ones(4, 3), torch.ones(4, 3)), r"expected \(d'_in, d_in\)"),
        (lambda: svd_start(torch.eye(2), torch.ones(2, 1), torch.ones(2, 2)), "r' = 2 columns"),
        (lambda: duplicating([0, 0], 2), "at least once"),
        (lambda: depth(torch.ones(2, 1), torch.ones(1, 3)), "each of 2 layers"),
        (lambda: deepened((torch.ones(2, 2), torch.ones(2, 3)), torch.eye(1)), "at least one layer"),
    ],
)
def test_wrong_shapes_are_refused(make, message: str) -> None:
    """Shapes that do not fit are refused by name."""
    with pytest.raises(ValueError, match=message):
        make()
