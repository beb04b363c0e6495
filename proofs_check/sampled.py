"""Statements whose left side can only be sampled: search on one stream, confirm once on another."""

import math

import numpy as np

from proofs_check.cases import Case, Drawn
from proofs_check.core.evaluate import evaluate
from proofs_check.core.values import approx
from proofs_check.sides import NotANumber, Sides, effective, satisfies, values
from proofs_check.statistics import Confirmation, Sampler, confirm
from theory.claim import Claim, Quantity, Statement
from theory.family import Instance, floats

LOOKS = 40
DRAWS = 400
MORE = 50
MOST_DRAWS = 200_000
UNSEEN = 3.0
"""An event that n draws never show may still have a chance of about 3/n; counted as one more error."""
SCREEN = 5.0
"""Standard errors beyond which a pool instance looks violated; looking decides nothing."""


def sampled_only(statement: Statement) -> bool:
    """Whether the left side can be sampled but not run."""
    return statement.left.run is None and statement.remainder is None


def draws(quantity: Quantity, instance: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """n draws of the quantity on the instance, checked for shape and finiteness."""
    if quantity.sample is None:
        raise ValueError(f"{quantity.text}: has no sample=")
    x = np.asarray(quantity.sample(floats(instance), rng, n), dtype=float)
    if x.shape != (n,) or not np.isfinite(x).all():
        raise NotANumber(f"{quantity.text}: sample gave shape {x.shape} or non-finite draws at {instance!r}")
    return x


def limits(quantity: Quantity, instance: Instance) -> tuple[float, float]:
    """The declared range of one draw on the instance."""
    found = quantity.range(instance) if callable(quantity.range) else quantity.range
    return float(found[0]), float(found[1])


def look_sampled(
    claim: Claim, statement: Statement, drawn: list[Drawn], rng: np.random.Generator
) -> list[Case]:
    """Means of a few hundred draws against the right side; violated: beyond `SCREEN` standard errors."""
    cases, relation = [], effective(statement)
    for d in [d for d in drawn if satisfies(claim, statement, d.instance)][:LOOKS]:
        rhs = approx(evaluate(statement.right, values(claim, d.instance, False, statement.right)))
        mean, error = _mean(statement.left, d.instance, rng, DRAWS)
        cases.append(Case(d, screened(mean, relation, rhs, error)))
    return cases


def _mean(quantity: Quantity, instance: Instance, rng: np.random.Generator, n: int) -> tuple[float, float]:
    """The mean of n draws and its standard error, with room for what a bounded law may hide from n draws."""
    x = draws(quantity, instance, rng, n)
    lo, hi = limits(quantity, instance)
    hidden = UNSEEN * (hi - lo) / n if math.isfinite(hi - lo) else 0.0
    return float(x.mean()), float(x.std(ddof=1)) / math.sqrt(n) + hidden


def screened(mean: float, relation: str, rhs: float, error: float) -> Sides:
    """A sampled comparison for searching, with its gap in units of |lhs| + |rhs|."""
    excess = mean - rhs if relation in ("<", "<=") else rhs - mean
    if relation == "==":
        excess = abs(mean - rhs)
    scale = abs(mean) + abs(rhs) or 1.0
    status = "violated" if excess > SCREEN * error + 1e-12 * scale else "holds"
    return Sides(mean, rhs, relation, status, False, (excess - SCREEN * error) / scale, f"se {error:.3g}")


def confirmed(
    claim: Claim, statement: Statement, cases: list[Case], alpha: float, rng: np.random.Generator
) -> tuple[Case, Confirmation] | None:
    """The loudest case, put to one test at level alpha on a fresh stream; None if nothing is loud."""
    loud = [c for c in cases if c.sides.status == "violated"]
    if not loud:
        return None
    case = max(loud, key=lambda c: c.sides.gap)
    instance = case.drawn.instance
    sampler: Sampler = lambda g, n: draws(statement.left, instance, g, n)
    bounds = limits(statement.left, instance)
    return case, confirm(sampler, effective(statement), case.sides.rhs, bounds, alpha, rng, MOST_DRAWS)


def doubtful(statement: Statement, case: Case, rng: np.random.Generator) -> bool:
    """Whether a case that was not refuted looks violated again, on many more fresh draws."""
    mean, error = _mean(statement.left, case.drawn.instance, rng, MORE * DRAWS)
    return screened(mean, effective(statement), case.sides.rhs, error).status == "violated"
