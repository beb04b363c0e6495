"""What machine numbers hide: an integer that wrapped, an infinity that is an overflow, single precision.

Python's own integers and fractions are exact, its floats double; NumPy's numbers are neither by themselves.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np


def check_machine(value: Any, run: Callable[[Any], Any], at: Any, rounding: float) -> None:
    """Raise for a value of `run(at)` that its arithmetic made wrong, as far as NumPy can tell.

    An infinity or a NumPy integer is run once more with overflow as an error: OverflowError.  A float of less
    than the precision that `rounding` promises is a ValueError.
    """
    kind = getattr(value, "dtype", None)
    if isinstance(kind, np.dtype) and kind.kind == "f" and np.finfo(kind).eps > rounding:
        raise ValueError(f"{kind} numbers are correct up to {np.finfo(kind).eps:.1g}, not to {rounding:.1g}")
    whole = isinstance(kind, np.dtype) and kind.kind in "iu"
    if whole or (isinstance(value, float) and math.isinf(value)):
        try:
            with np.errstate(over="raise"):
                run(at)
        except FloatingPointError as error:
            raise OverflowError(str(error)) from None
