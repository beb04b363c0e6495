"""Merge operators on concrete state dicts: formulas, buffers, ties, errors, and an outside opinion."""

import numpy as np
import pytest
import torch

from nets.merge import OPERATORS, average, task_arithmetic
from nets.models import build
from nets.recipes import TOY_MODELS


def state(**tensors):
    """A state dict of float64 tensors; integer and boolean data keep their dtype."""
    made = {k.replace("__", "."): torch.tensor(v) for k, v in tensors.items()}
    return {k: t.double() if t.is_floating_point() else t for k, t in made.items()}


BASE = state(w=[1.0, 2.0], bn__running_mean=[0.0], bn__running_var=[1.0], bn__num_batches_tracked=3)
ONE = state(w=[3.0, 2.0], bn__running_mean=[2.0], bn__running_var=[4.0], bn__num_batches_tracked=9)
TWO = state(w=[1.0, 6.0], bn__running_mean=[4.0], bn__running_var=[2.0], bn__num_batches_tracked=5)


def test_task_arithmetic_by_hand():
    """theta_0 + 1/2 (2, 0) - 1/4 (0, 4) is (2, 1)."""
    merged = task_arithmetic(BASE, [ONE, TWO], [0.5, -0.25])
    assert merged["w"].tolist() == [2.0, 1.0]


def test_one_expert_is_returned_bit_for_bit():
    """Weight 1 gives the expert and weight 0 the base exactly, however different their sizes."""
    base, expert = state(w=[1e30, 1e-30]), state(w=[1.0, 3.0])
    assert torch.equal(task_arithmetic(base, [expert], [1.0])["w"], expert["w"])
    assert torch.equal(task_arithmetic(base, [expert], [0.0])["w"], base["w"])


def test_weight_zero_takes_no_part():
    """An expert with weight zero cannot spoil the merge, even where it is infinite."""
    spoilt = {**ONE, "w": torch.tensor([np.inf, np.nan]).double()}
    assert task_arithmetic(BASE, [spoilt], [0.0])["w"].tolist() == [1, 2]


def test_average_is_the_weighted_mean():
    """Weights are normalised, and with sum one the average is task arithmetic."""
    assert average(BASE, [ONE, TWO], [3, 1])["w"].tolist() == [2.5, 3.0]
    mean, sum_ = average(BASE, [ONE, TWO], [0.75, 0.25]), task_arithmetic(BASE, [ONE, TWO], [0.75, 0.25])
    assert all(torch.equal(mean[k], sum_[k]) for k in BASE)


@pytest.mark.parametrize("operator", (task_arithmetic, average))
def test_buffers_follow_their_policy(operator):
    """Counters are the base's; running statistics are copied or averaged as asked."""
    copied = operator(BASE, [ONE, TWO], [0.5, 0.5])
    averaged = operator(BASE, [ONE, TWO], [0.9, 0.1], statistics="average")
    assert copied["bn.num_batches_tracked"] == averaged["bn.num_batches_tracked"] == 3
    assert (copied["bn.running_mean"], copied["bn.running_var"]) == (0.0, 1.0)
    assert (averaged["bn.running_mean"], averaged["bn.running_var"]) == (3.0, 3.0)


def test_ties_hold_only_where_all_models_have_them():
    """A tensor shared by two keys stays shared if every model shares it; else both keys are merged."""
    shared = torch.ones(2)
    base, same = {"a": shared, "b": shared}, {"a": shared * 3}
    same["b"] = same["a"]
    merged = task_arithmetic(base, [same], [0.5])
    assert merged["a"].data_ptr() == merged["b"].data_ptr()
    loose = task_arithmetic(base, [{"a": shared * 3, "b": shared * 5}], [0.5])
    assert (loose["a"].tolist(), loose["b"].tolist()) == ([2, 2], [3, 3])


@pytest.mark.parametrize(
    ("experts", "weights", "message"),
    [
        ([{"w": torch.ones(2).double()}], [1.0], r"experts\[0\] has no key 'bn.running_mean'"),
        ([BASE, {**BASE, "x": torch.ones(1)}], [1.0, 1.0], r"experts\[1\] has the key 'x'"),
        ([{**BASE, "w": torch.ones(3).double()}], [1.0], r"experts\[0\]\['w'\] has shape \(3,\)"),
        ([{**BASE, "w": torch.ones(2)}], [1.0], r"experts\[0\]\['w'\] has dtype torch.float32"),
        ([ONE], [1.0, 2.0], "weights has 2 entries"),
        ([ONE], [float("nan")], r"weights\[0\] = nan"),
    ],
)
@pytest.mark.parametrize("operator", (task_arithmetic, average))
def test_mismatches_are_named(operator, experts, weights, message):
    """An expert or weight that does not fit is refused by an error that names model and key."""
    with pytest.raises(ValueError, match=message):
        operator(BASE, experts, weights)


def test_wrong_settings_are_refused():
    """An unknown policy, and weights that no mean can have, are refused."""
    with pytest.raises(ValueError, match="statistics = 'mean': expected one of copy, average"):
        task_arithmetic(BASE, [ONE], [1.0], statistics="mean")
    for weights in ([-1.0], [0.0]):
        with pytest.raises(ValueError, match="positive sum"):
            average(BASE, [ONE], weights)


def test_low_precision_is_summed_in_high():
    """In bfloat16 one rounding happens, at the end: 1 + 2^-8 + 2^-8 is not lost bit by bit."""
    base, unit = {"w": torch.ones(1).bfloat16()}, 2.0**-8
    expert = {"w": torch.full((1,), 2.0).bfloat16()}
    merged = task_arithmetic(base, [expert, expert], [unit, unit])["w"]
    assert merged.dtype == torch.bfloat16 and merged.item() == 1 + 2 * unit


@pytest.mark.parametrize("kind", TOY_MODELS)
def test_merges_of_real_networks_load(kind):
    """The merge of two networks has their keys, shapes and dtypes, and loads strictly."""
    models = [build(TOY_MODELS[kind], seed) for seed in range(3)]
    merged = OPERATORS["task_arithmetic"].merge(
        models[0].state_dict(), [m.state_dict() for m in models[1:]], [0.5, 0.5], statistics="average"
    )
    models[0].load_state_dict(merged, strict=True)


def test_peft_agrees_on_task_arithmetic():
    """peft's task_arithmetic on task vectors gives the same sum."""
    utils = pytest.importorskip("peft.utils.merge_utils", reason="peft (extra: oracles) is not installed")
    generator = torch.Generator().manual_seed(0)
    base, *experts = [{"w": torch.randn(5, 3, generator=generator, dtype=torch.float64)} for _ in range(4)]
    weights = torch.tensor([0.3, -0.2, 0.5], dtype=torch.float64)
    theirs = base["w"] + utils.task_arithmetic([e["w"] - base["w"] for e in experts], weights)
    torch.testing.assert_close(task_arithmetic(base, experts, weights.tolist())["w"], theirs)


def test_mergekit_agrees_on_task_arithmetic():
    """mergekit's task_arithmetic on one tensor gives the same sum."""
    api = pytest.importorskip(
        "mergekit.merge_methods.api", reason="mergekit (extra: oracles) is not installed"
    )
    generator = torch.Generator().manual_seed(0)
    base, *experts = [{"w": torch.randn(5, 3, generator=generator, dtype=torch.float64)} for _ in range(3)]
    theirs = api.merge_tensors(
        [base["w"], *(e["w"] for e in experts)],
        "task_arithmetic",
        parameters={"weight": [0.3, 0.6], "normalize": False, "lambda": 1.0},
        base_index=0,
    )
    torch.testing.assert_close(task_arithmetic(base, experts, [0.3, 0.6])["w"], theirs)
