"""Granular merging: the three wordings of rollback differ as they should."""

from fractions import Fraction as F

import pytest

from sim.cogram import (
    Rules,
    decision,
    difference,
    finer_pass,
    insert,
    iterate,
    loss,
    mixing,
    mixture,
    part,
)

M, A, B = (((F(0), F(0)),),), (((F(3, 2), F(3, 2)),),), (((F(3, 2), F(3, 2)),),)
DATA = (((F(1), F(1)), (F(1),)),)
REFINING = (1, 1)  # floors: equal candidates: a floor above 0 asks for refinement at once


def test_loss_is_the_mean_squared_error() -> None:
    """The loss of a known two-layer network is the hand value, with and without rectification."""
    net, data = (((F(1), F(-1)), (F(2), F(0))), ((F(1), F(1)),)), (((F(1), F(2)), (F(0),)),)
    assert loss(net, data) == 1
    assert loss(net, data, rectified=True) == 4


def test_parts_are_replaced() -> None:
    """What is inserted at a place is found there, and nothing else changes."""
    changed = insert(M, (0, 0, 1), F(7))
    assert part(changed, (0, 0, 1)) == 7 and part(changed, (0, 0, 0)) == 0


def test_mixing_leans_to_the_better() -> None:
    """The better candidate gets more weight, and equal ones get exactly one half."""
    assert mixing(2, F(0)) == F(1, 2)
    assert mixing(2, 1) < 0.5 < mixing(2, -1)


def test_current_reference_never_rises() -> None:
    """In turn against the current loss, every adopted change lowers the loss."""
    outcome = finer_pass(A, B, M, DATA, Rules(floors=REFINING))
    assert outcome.adopted
    assert all(step.after < step.before for step in outcome.adopted)


def test_joint_adoption_can_raise_the_loss() -> None:
    """Two weights that each improve the loss alone raise it together."""
    outcome = finer_pass(A, B, M, DATA, Rules(adoption="together", floors=REFINING))
    assert loss(M, DATA) == 1 and loss(outcome.network, DATA) == 4


def test_layer_level_has_no_rollback() -> None:
    """The layer level adopts a mixture that raises the loss, unless it is given rollback."""
    perfect, worse = (((F(0),),),), (((F(1),),),)
    data = (((F(1),), (F(0),)),)
    assert loss(iterate(worse, worse, perfect, data, Rules()).network, data) == 1
    assert loss(iterate(worse, worse, perfect, data, Rules(layers=True)).network, data) == 0


def test_unknown_rule_is_refused() -> None:
    """A reference that is not in the list is named with the list."""
    with pytest.raises(ValueError, match="current, coarser, none"):
        Rules(reference="best")


def test_the_mixture_of_a_place_lies_between_the_candidates() -> None:
    """The better candidate's weight dominates; at a tie the part is the plain mean."""
    near, far, data = ((F(1),),), ((F(3),),), (((F(1),), (F(1),)),)
    gap = difference((near,), (far,), (near,), data, Rules(), (0,))
    assert gap == -4 and 1 <= mixture((near,), (far,), (near,), data, Rules(), (0, 0, 0)) < 2
    assert mixture((near,), (far,), (near,), data, Rules(steepness=0), (0,)) == ((F(2),),)


@pytest.mark.parametrize(
    ("gap", "says"), [(F(-1, 2), "uncertain"), (1, "merge"), (-2, "merge"), (3, "coarse")]
)
def test_thresholds(gap: F, says: str) -> None:
    """Below the floor uncertain, above the ceiling coarse, between and at both ends merged."""
    assert decision(gap, Rules(floors=(1, 0), ceilings=(2, 9)), 0) == says
