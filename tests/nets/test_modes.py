"""Evaluation mode for the time of a block."""

import pytest
from torch import nn

from nets.modes import evaluating


def test_each_submodule_gets_its_own_mode_back():
    """A frozen layer in a model that trains stays frozen, also after an error inside."""
    model = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1)).train()
    model[1].eval()
    with pytest.raises(KeyError), evaluating(model):
        assert not any(m.training for m in model.modules())
        raise KeyError
    assert [m.training for m in model.modules()] == [True, True, False]
