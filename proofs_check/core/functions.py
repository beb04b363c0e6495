"""Functions of one number that formulas may use, in floats and as certified enclosures."""

import math
from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import arb, fmpq

from proofs_check.core.values import Undefined

ARB: dict[Any, Callable] = {
    sp.exp: lambda x: arb(x).exp(),
    sp.log: lambda x: arb(x).log(),
    sp.atan: lambda x: arb(x).atan(),
    sp.acos: lambda x: arb(x).acos(),
    sp.asin: lambda x: arb(x).asin(),
    sp.sinh: lambda x: arb(x).sinh(),
    sp.cosh: lambda x: arb(x).cosh(),
    sp.sin: lambda x: arb(x).sin(),
    sp.cos: lambda x: arb(x).cos(),
    sp.tanh: lambda x: arb(x).tanh(),
    sp.erf: lambda x: arb(x).erf(),
    sp.gamma: lambda x: arb(x).gamma(),
    sp.Abs: abs,
    sp.floor: lambda x: x.floor() if isinstance(x, arb) else fmpq(x.floor()),
    sp.ceiling: lambda x: x.ceil() if isinstance(x, arb) else fmpq(x.ceil()),
}
FLOAT: dict[Any, Callable] = {
    sp.exp: math.exp,
    sp.log: math.log,
    sp.atan: math.atan,
    sp.acos: math.acos,
    sp.asin: math.asin,
    sp.sinh: math.sinh,
    sp.cosh: math.cosh,
    sp.sin: math.sin,
    sp.cos: math.cos,
    sp.tanh: math.tanh,
    sp.erf: math.erf,
    sp.gamma: math.gamma,
    sp.Abs: abs,
    sp.floor: lambda x: _whole(x, math.floor),
    sp.ceiling: lambda x: _whole(x, math.ceil),
}
WHOLE = 1e-12
"""Relative distance below which a float counts as the whole number beside it: 0.29 * 100 is 29."""


def _whole(x: float, step: Callable[[float], int]) -> int:
    return round(x) if abs(x - round(x)) <= WHOLE * abs(x) else step(x)


def function(head: Any, sure: bool) -> Callable[[Any], Any]:
    """The function as number -> number; outside its domain it is `Undefined`."""
    compute = (ARB if sure else FLOAT)[head]

    def run(x: Any) -> Any:
        try:
            value = compute(x)
        except ValueError:
            raise Undefined(f"{head.__name__} of {x}: not a real number") from None
        if isinstance(value, arb) and value.is_nan() and isinstance(x, fmpq):
            raise Undefined(f"{head.__name__} of {x}: not a real number")
        return value

    return run
