"""Machine arithmetic behind a left side: overflow and single precision are no counterexamples."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp

from proofs_check.machine import check_machine
from proofs_check.sides import NotANumber, sides
from tests.small_claims import am_gm, pair, x, y
from theory.claim import Quantity


def status(run, right: object = 2 * sp.exp(x), **changes) -> str:
    """What left <= right says at x = 600."""
    statement = replace(am_gm().readings[0], left=Quantity(text="left", run=run, **changes), right=right)
    return sides(am_gm(), statement, pair(600, 1), sure=True).status


@pytest.mark.filterwarnings("ignore:overflow")
def test_an_overflow_on_the_way_is_no_infinity() -> None:
    """exp(x)^2/exp(x) overflows in floats at 600, which does not show that it exceeds 2 exp(x)."""
    big = lambda i: np.exp(np.float64(i.x))
    assert status(lambda i: big(i) ** 2 / big(i)) == "undecided"
    assert status(lambda i: 1 / (1 + big(i) ** 2)) == "holds"
    assert status(lambda i: np.inf) == "violated"
    with pytest.raises(OverflowError):
        check_machine(np.int64(0), lambda i: np.int64(2**40) * np.int64(2**40), None, 1e-9)


def test_single_precision_needs_a_rounding_of_its_own() -> None:
    """A float32 is not correct up to 1e-9, so its claim says how far it is, or is an error."""
    tenth = lambda i: np.float32(i.y) * np.float32(0.1)
    with pytest.raises(NotANumber, match="float32 numbers are correct up to 1e-07"):
        status(tenth, y / 10)
    assert status(tenth, y / 10, rounding=1e-6) == "holds"
    assert status(tenth, y / 10 - 1, measured=True) == "violated"
