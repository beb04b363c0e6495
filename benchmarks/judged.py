"""True claims that the whole judge can be run on, many times: search, selection, confirmation, contract.

All can only be sampled and hold with equality on every instance, but for the last ones, which are statements
of the registry with their exact road taken away.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from proofs_check import sampled
from proofs_check.judge import judge
from theory import registry
from theory.claim import Claim, Quantity, Statement
from theory.family import Family, Instance, Real

FEW_DRAWS, FEW_MORE = 2**12, 2
"""Draws of a confirmation, and of the look after it, where every judged run is made to end in a test."""
u = sp.Symbol("u", positive=True)
SYMBOLS = {u: lambda i: i.x}


def claim(name: str, left: Quantity, relation: str, right: Any) -> Claim:
    """left relation right for all x in (0, 1], u standing for x."""
    statement = Statement(text=name, left=left, relation=relation, right=right)
    family = Family(fields={"x": Real(0, 1, open="lo")}, leaves_out="nothing")
    return Claim(items=(f"calibration.{name}",), readings=(statement,), family=family, symbols=SYMBOLS)


def coin(i: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """1 with probability x, else 0."""
    return (rng.random(n) < i.x).astype(float)


def stretched(i: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """x U: uniform on [0, x]."""
    return i.x * rng.random(n)


def square(i: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """(x U, V): the ratio of the means is x."""
    return np.stack([i.x * rng.random(n), rng.random(n)], axis=1)


COIN = Quantity(text="E[X]", sample=coin, range=(0, 1))
TWICE = Quantity(text="E[Y]", sample=lambda i, rng, n: 2 * stretched(i, rng, n), range=(0, 2))
WIDTH = Quantity(text="Var U", sample=stretched, range=(0, 1), statistic="variance")
MEDIAN = Quantity(
    text="median of an exponential law of mean x",
    sample=lambda i, rng, n: i.x * rng.exponential(size=n),
    statistic=("quantile", 0.5),
)
RATIO = Quantity(text="E[X]/E[Y]", sample=square, range=((0, 1), (0, 1)), statistic="ratio")


@cache
def claims() -> tuple[Claim, ...]:
    """The claims under test; each is true."""
    made = (
        claim("mean", COIN, "==", u),
        claim("mean-at-most", COIN, "<=", u),
        claim("chance", replace(COIN, statistic="probability"), ">=", u),
        claim("variance", WIDTH, "==", u**2 / 12),
        claim("median", MEDIAN, "<=", sp.log(2) * u),
        claim("ratio", RATIO, "==", u),
        claim("two-sides", COIN, "==", TWICE),
    )
    return made + tuple(_registered())


def _registered() -> list[Claim]:
    """Claims of the registry whose standing statement has a sampler, with nothing else left to judge by."""
    found = []
    for entry in registry.listing():
        if entry.error or "sample=" not in entry.path.read_text():
            continue
        whole = registry.load(entry)
        statement = whole.repair.statement if whole.repair else whole.readings[0]
        if statement.left.sample is None or statement.ray or statement.along or statement.objective:
            continue
        left = replace(statement.left, run=None, expr=None)
        alone = replace(statement, left=left, remainder=None, proof=None)
        bare = {"repair": None, "steps": (), "mutants": (), "transcription": None, "tight_at": ()}
        found.append(replace(whole, items=(f"calibration.{entry.id}",), readings=(alone,), **bare))
    return found


def refuted(index: int, alpha: float, seed: int, forced: bool) -> bool:
    """Whether the judge refutes claim `index` at this seed.

    forced  the instance for the test is the one that looks worst without allowance for its standard error,
            the most selective choice that a search can make
    """
    kept = sampled.SCREEN, sampled.MOST_DRAWS, sampled.MORE
    sampled.MOST_DRAWS, sampled.MORE = FEW_DRAWS, FEW_MORE
    if forced:
        sampled.SCREEN = 0.0
    try:
        found = judge(claims()[index], effort="quick", seed=seed, alpha=alpha)
    finally:
        sampled.SCREEN, sampled.MOST_DRAWS, sampled.MORE = kept
    return any(r.verdict == "refuted" for r in found.readings)
