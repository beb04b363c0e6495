"""What the claims on GLUE's cost share: a dense network whose multiply-accumulates are counted, the symbols.

World     sim.costs: one hidden layer, K experts, a batch of b; steps are really made, and counted.
          The symbols are formulas of the sizes: F = bP, C_mix = D_alpha = PK, gamma = 2 if the backward pass
          goes on to the data, else 2 - (first layer)/P.
Shapes    scalars.  Units: multiply-accumulates.
"""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
import sympy as sp

from sim.costs import full_gradient, tangent_gradient, two_point_gradient
from theory.claim import Given
from theory.family import Choice, Family, Instance, Integer, Real

F, C, D, gamma = sp.symbols(r"F C_{\text{mix}} D_\alpha \gamma", positive=True)
P, K, b, m = sp.symbols("P K b m", positive=True, integer=True)
FULL, SPSA = (1 + gamma) * F + C + D, 2 * (F + C)
GAP = (gamma - 1) * F - C + D

ONE_FORWARD, ONE_BACKWARD, ONE_BLEND, PRODUCTS = sp.symbols("n_f n_b n_c n_d", positive=True)  # as counted
PRICES = Given(
    text="F, gamma F, C_mix, D_alpha are the costs of a forward pass, a backward pass, a blend, K products",
    fact=sp.And(
        sp.Eq(ONE_FORWARD, F), sp.Eq(ONE_BACKWARD, gamma * F), sp.Eq(ONE_BLEND, C), sp.Eq(PRODUCTS, D)
    ),
)
WHOLE = Given(
    text="gamma <= 2, and F, C_mix and D_alpha are at least 2: two layers have two parameters or more",
    fact=sp.And(sp.Le(gamma, 2), sp.Ge(F, 2), sp.Ge(C, 2), sp.Ge(D, 2)),
    because="F = b P, C_mix = D_alpha = P K with P >= 2; gamma = 2, or 2 - (first layer)/P",
)

FAMILY = Family(
    fields={
        "inputs": Integer(1, 4),
        "hidden": Integer(1, 4),
        "outputs": Integer(1, 3),
        "b": Integer(1, 6),
        "K": Integer(1, 4),
        "m": Integer(1, 4),
        "to_data": Choice((True, False)),
        "mu": Real(0, 1, open="lo"),
    },
    leaves_out="other networks: the proofs hold for all costs, the counts are those of one hidden layer",
)


def size(i: Instance) -> int:
    """P, the number of parameters."""
    return i.hidden * (i.inputs + i.outputs)


def world(i: Instance) -> tuple:
    """(experts, alpha, x, y, u): small integers that depend on the sizes alone."""
    rng = np.random.default_rng(0)
    draw = lambda *shape: rng.integers(-2, 3, shape).astype(object)
    shapes = ((i.hidden, i.inputs), (i.outputs, i.hidden))
    experts = [[draw(*shape) for shape in shapes] for _ in range(i.K)]
    u = np.array([Fraction(int(k == 0)) for k in range(i.K)])
    alpha = np.array([Fraction(1, i.K)] * i.K)
    return experts, alpha, draw(i.inputs, i.b), draw(i.outputs, i.b), u


@lru_cache(maxsize=1024)
def full_step(i: Instance) -> Counter:
    """One full-gradient step on alpha, counted."""
    tally: Counter = Counter()
    experts, alpha, x, y, _ = world(i)
    full_gradient(tally, experts, alpha, x, y, i.to_data)
    return tally


@lru_cache(maxsize=1024)
def spsa_step(i: Instance, pairs: int = 1) -> Counter:
    """One two-point step with this many pairs of probes, counted."""
    tally: Counter = Counter()
    experts, alpha, x, y, u = world(i)
    for _ in range(pairs):
        two_point_gradient(tally, experts, alpha, x, y, Fraction(i.mu), u)
    return tally


@lru_cache(maxsize=1024)
def tangent_step(i: Instance) -> Counter:
    """One step with the exact gradient by forward mode, counted."""
    tally: Counter = Counter()
    tangent_gradient(tally, *world(i)[:4])
    return tally


def ratio(i: Instance) -> Fraction:
    """gamma: a dense layer costs one product for its own gradient and one for that of its input."""
    return 2 - (Fraction(0) if i.to_data else Fraction(i.hidden * i.inputs, size(i)))


SYMBOLS: dict[Any, Callable[[Instance], Any]] = {
    F: lambda i: i.b * size(i),
    C: lambda i: i.K * size(i),
    D: lambda i: i.K * size(i),
    gamma: ratio,
    P: size,
    K: lambda i: i.K,
    b: lambda i: i.b,
    m: lambda i: i.m,
}


COUNTED: dict[Any, Callable[[Instance], Any]] = {
    ONE_FORWARD: lambda i: full_step(i)["forward"],
    ONE_BACKWARD: lambda i: full_step(i)["backward"],
    ONE_BLEND: lambda i: full_step(i)["blend"],
    PRODUCTS: lambda i: full_step(i)["inner"],
}


def network(**changes: Any) -> Instance:
    """A small instance; the fields that are not given are one, the backward pass stops before the data."""
    values = {"inputs": 1, "hidden": 1, "outputs": 1, "b": 1, "K": 1, "m": 1, "to_data": False}
    return Instance(**{**values, **changes, "mu": Fraction(1, 2)})
