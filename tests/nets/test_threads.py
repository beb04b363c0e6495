import pytest
import torch

from nets.threads import one_thread


def test_threads_come_back_whatever_happens() -> None:
    """Inside there is one thread; afterwards, also after an error, there are as many as before."""
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        with pytest.raises(ValueError, match="inside"), one_thread():
            assert torch.get_num_threads() == 1
            raise ValueError("inside")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
