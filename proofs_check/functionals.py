"""Statements on variances, quantiles, ratios and rates, reduced to statements on means.

`reduce` turns  functional(X) (relation) r  into one or two comparisons of a mean with a number, each implied
by the statement: refuting one of them refutes it, and the level is divided over them.  No reduction is
asymptotic.  Written out with their reasons in docs/statistics.md:

variance   E[(X - X')^2/2], X' an independent copy; at least 0, so `<=` needs no bound of X and no moment
trace      E[|X - X'|^2/2]
quantile   q <= r is P(X <= r) >= p, and q >= r implies P(X < r) <= p, whatever the law
ratio      E[X]/E[Y] <= r is E[X - r Y] <= 0, for E[Y] > 0
rate       slope <= r is E[X_b]/E[X_a] <= (t_b/t_a)^r
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from proofs_check.catoni import confirm_by_variance
from proofs_check.seeds import generator
from proofs_check.sides import NotANumber
from proofs_check.statistics import REFUTING, ROUNDING, Confirmation, Sampler, confirm
from theory.claim import Quantity
from theory.family import Instance, floats

INF = math.inf
MEANS = ("mean", "probability", "variance", "trace")
"""Statistics that are one mean, whatever they are compared with: their differences can be tested."""
CUT = 1e-3
"""Share of r by which cutting off a sub-exponential tail may lower a variance; the test allows for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanTest:
    """E[Y] relation rhs, for independent draws Y within bounds: what a statement is reduced to.

    variance  a declared bound of Var Y, used where a side that could refute has no bound
    back      (low, high) of E[Y] -> bounds of the functional that follow
    """

    text: str
    sample: Sampler
    relation: str
    rhs: float
    bounds: tuple[float, float]
    variance: float = INF
    back: Callable[[float, float], tuple[float, float]] = lambda low, high: (low, high)

    @property
    def bounded(self) -> bool:
        """Whether every side that could refute has a finite bound."""
        return all(math.isfinite(self.bounds[0 if s > 0 else 1]) for s in REFUTING[self.relation])


def kind(quantity: Quantity) -> str:
    """The name of the quantity's statistic, checked."""
    name, *rest = quantity.statistic if isinstance(quantity.statistic, tuple) else (quantity.statistic,)
    known = (*MEANS, "quantile", "ratio", "rate")
    if name not in known or len(rest) != (name in ("quantile", "rate")):
        expected = ", ".join((*MEANS, '("quantile", p)', "ratio", '("rate", (t_1, ..., t_k))'))
        raise ValueError(f"{quantity.text}: statistic {quantity.statistic!r}: expected one of {expected}")
    return name


def limits(quantity: Quantity, instance: Instance) -> tuple:
    """The declared range of one draw on the instance: a pair of numbers, for a ratio a pair of pairs."""
    found = quantity.range(instance) if callable(quantity.range) else quantity.range
    if kind(quantity) == "ratio":
        pairs = found if len(np.shape(found)) == 2 else (found, found)
        return tuple((float(lo), float(hi)) for lo, hi in pairs)
    return float(found[0]), float(found[1])


def draws(quantity: Quantity, instance: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """n draws of the quantity on the instance, checked for shape, finiteness and range."""
    if quantity.sample is None:
        raise ValueError(f"{quantity.text}: has no sample=")
    x, name = np.asarray(quantity.sample(floats(instance), rng, n), dtype=float), kind(quantity)
    columns = {"ratio": 2, "rate": len(quantity.statistic[1]) if name == "rate" else 0}
    good = x.ndim == 2 if name == "trace" else x.shape[1:] == ((columns[name],) if name in columns else ())
    if not good or len(x) != n or not np.isfinite(x).all():
        raise NotANumber(f"{quantity.text}: sample gave shape {x.shape} or non-finite draws at {instance!r}")
    if name == "probability" and not np.isin(x, (0.0, 1.0)).all():
        raise NotANumber(f"{quantity.text}: a draw of a probability is neither 0 nor 1 at {instance!r}")
    pairs = limits(quantity, instance) if name == "ratio" else (limits(quantity, instance),)
    for column, (lo, hi) in zip(x.T if name == "ratio" else (x,), pairs, strict=True):
        slack = ROUNDING * max((abs(b) for b in (lo, hi) if math.isfinite(b)), default=0.0)
        if n and (column.min() < lo - slack or column.max() > hi + slack):
            worst = float(column.min() if column.min() < lo - slack else column.max())
            raise NotANumber(f"{quantity.text}: draw {worst!r} outside [{lo}, {hi}] at {instance!r}")
    return x


def tail(quantity: Quantity, instance: Instance) -> tuple[float, float]:
    """(variance bound, psi_1 norm) of one column that the author declares; infinite where nothing is said.

    E exp(|Z|/k) <= 2 gives E[Z^2] <= 2 k^2, because z^2/2 <= e^z - 1 for z >= 0.
    """
    found = quantity.tail(instance) if callable(quantity.tail) else quantity.tail
    if found is None:
        return INF, INF
    name, value = found[0], float(found[1])
    if name not in ("variance", "psi1") or not value > 0:
        raise ValueError(
            f'{quantity.text}: tail {found!r}: expected ("variance", v) or ("psi1", k), positive'
        )
    return (value, INF) if name == "variance" else (2 * value**2, value)


def as_mean(quantity: Quantity, instance: Instance) -> tuple[Sampler, tuple[float, float], float]:
    """A quantity that is one mean: sampler of Y, bounds of Y, bound of Var Y."""
    name = kind(quantity)
    if name in ("mean", "probability"):
        lo, hi = limits(quantity, instance)
        ends = (max(lo, 0.0), min(hi, 1.0)) if name == "probability" else (lo, hi)
        return lambda rng, n: draws(quantity, instance, rng, n), ends, tail(quantity, instance)[0]
    if name not in MEANS:
        raise ValueError(f"{quantity.text}: a {name} is not a mean; expected one of {', '.join(MEANS)}")
    lo, hi = limits(quantity, instance)
    top = (hi - lo) ** 2 / 2 * _dimension(quantity, instance)
    return lambda rng, n: _pairs(quantity, instance, rng, n).sum(axis=1), (0.0, top), INF


def _pairs(quantity: Quantity, instance: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """(n, d): (X - X')^2/2 by coordinates, from n pairs of draws."""
    x = draws(quantity, instance, rng, 2 * n).reshape(2 * n, -1)
    return (x[:n] - x[n:]) ** 2 / 2


def _dimension(quantity: Quantity, instance: Instance) -> int:
    """d of draws (n, d): from two draws on a stream of their own, which decides nothing."""
    if kind(quantity) != "trace":
        return 1
    return draws(quantity, instance, generator(0, "shape"), 2).shape[1]


def reduce(quantity: Quantity, instance: Instance, relation: str, rhs: float) -> tuple[MeanTest, ...]:
    """The comparisons of means that  quantity (relation) rhs  implies on the instance."""
    name = kind(quantity)
    if name == "quantile":
        return _quantile(quantity, instance, relation, rhs)
    if name in ("ratio", "rate"):
        return (_ratio(quantity, instance, relation, rhs),)
    sample, bounds, variance = as_mean(quantity, instance)
    whole = MeanTest(text=name, sample=sample, relation=relation, rhs=rhs, bounds=bounds, variance=variance)
    psi1 = tail(quantity, instance)[1]
    if name in ("mean", "probability") or math.isfinite(bounds[1]) or relation in ("<=", "<") or psi1 == INF:
        return (whole,)
    cut = _cut(quantity, instance, relation, rhs, psi1)
    return (replace(whole, relation="<="), cut) if relation == "==" else (cut,)


def _cut(quantity: Quantity, instance: Instance, relation: str, rhs: float, psi1: float) -> MeanTest:
    """Var X >= r with an unbounded X: pairs cut off at c, and r lowered by what the cut may cost.

    D = X - X' has E exp(|D|/2k) <= (E exp(|Z|/2k))^2 <= 2, so P(|D| > t) <= 2 exp(-t/2k), and with s^2 = 2 c
    E[(D^2/2 - c)_+] = int_s^inf t P(|D| > t) dt <= 4 k (s + 2k) exp(-s/2k).
    """
    s, d = 2 * psi1, _dimension(quantity, instance)
    bias = lambda s: 4 * psi1 * (s + 2 * psi1) * math.exp(-s / (2 * psi1)) * d
    while rhs > 0 and bias(s) > CUT * rhs:
        s *= 1.25
    c = s**2 / 2
    return MeanTest(
        text=f"{kind(quantity)}, pairs cut off at {c:.6g}",
        sample=lambda rng, n: np.minimum(_pairs(quantity, instance, rng, n), c).sum(axis=1),
        relation=">" if relation == ">" else ">=",
        rhs=rhs - bias(s),
        bounds=(0.0, d * c),
        back=lambda low, high: (low, high + bias(s)),
    )


def _quantile(quantity: Quantity, instance: Instance, relation: str, rhs: float) -> tuple[MeanTest, ...]:
    """P(X <= r) or P(X < r) against p; r is moved by the rounding of r or of the range, for the statement."""
    ends = [abs(b) for b in (rhs, *limits(quantity, instance)) if math.isfinite(b)]
    p, slack = float(quantity.statistic[1]), ROUNDING * max(ends, default=0.0)
    if not 0 < p < 1:
        raise ValueError(f"{quantity.text}: quantile {p!r}: expected a probability strictly between 0 and 1")
    raw = lambda rng, n: draws(quantity, instance, rng, n)
    events = {
        "<=": lambda rng, n: (raw(rng, n) <= rhs + slack).astype(float),
        "<": lambda rng, n: (raw(rng, n) < rhs + slack).astype(float),
        ">=": lambda rng, n: (raw(rng, n) < rhs - slack).astype(float),
        ">": lambda rng, n: (raw(rng, n) <= rhs - slack).astype(float),
    }
    back = lambda low, high: (rhs if high < p else -INF, rhs if low >= p else INF)
    tests = []
    for part in ("<=", ">=") if relation == "==" else (relation,):
        up = part in ("<=", "<")
        tests.append(
            MeanTest(
                text=f"P(X {'<=' if part in ('<=', '>') else '<'} r)",
                sample=events[part],
                relation=">=" if up else "<=",
                rhs=p,
                bounds=(0.0, 1.0),
                back=back,
            )
        )
    return tuple(tests)


def rate_ends(quantity: Quantity) -> tuple[int, int, float]:
    """(a, b, log(t_b/t_a)): the columns of the least and of the largest parameter, and their distance."""
    t = [float(v) for v in quantity.statistic[1]]
    if len(t) < 2 or min(t) <= 0 or min(t) == max(t):
        raise ValueError(f"{quantity.text}: parameters {t}: expected two or more different positive numbers")
    a, b = int(np.argmin(t)), int(np.argmax(t))
    return a, b, math.log(t[b] / t[a])


def _ratio(quantity: Quantity, instance: Instance, relation: str, rhs: float) -> MeanTest:
    """E[X - rho Y] against 0, with what a bound of it says of the ratio or of the slope."""
    if kind(quantity) == "rate":
        a, b, span = rate_ends(quantity)
        x_range = y_range = limits(quantity, instance)
        rho = math.exp(rhs * span)
    else:
        (a, b, span), (x_range, y_range), rho = (1, 0, 1.0), limits(quantity, instance), rhs
    lowest = y_range[0]
    if lowest < 0:
        raise ValueError(
            f"{quantity.text}: range {y_range} of the denominator: expected a lower bound of 0 or more,"
            " so that its mean has a sign"
        )
    multiples = sorted(rho * v if rho else 0.0 for v in y_range)

    def sample(rng: np.random.Generator, n: int) -> np.ndarray:
        x = draws(quantity, instance, rng, n)
        return x[:, b] - rho * x[:, a]

    def back(low: float, high: float) -> tuple[float, float]:
        """ratio - rho = E[X - rho Y]/E[Y], and E[Y] lies in its range."""
        ends = (
            rho + (low / y_range[1] if low >= 0 else low / lowest if lowest else -INF),
            rho + (high / y_range[1] if high <= 0 else high / lowest if lowest else INF),
        )
        if kind(quantity) == "ratio":
            return ends
        return tuple(math.log(e) / span if e > 0 else -INF for e in ends)  # pyright: ignore[reportReturnType]

    return MeanTest(
        text=f"E[X - {rho:.6g} Y]",
        sample=sample,
        relation=relation,
        rhs=0.0,
        bounds=(x_range[0] - multiples[1], x_range[1] - multiples[0]),
        variance=tail(quantity, instance)[0] * (1 + abs(rho)) ** 2,
        back=back,
    )


def confirm_all(
    tests: tuple[MeanTest, ...], alpha: float, rng: np.random.Generator, max_draws: int
) -> Confirmation:
    """All comparisons at alpha divided by their number; refuted if one of them is, which ends the drawing."""
    low, high, n, refuted = -INF, INF, 0, False
    for t in tests:
        level = alpha / len(tests)
        if t.bounded or not math.isfinite(t.variance):
            done = confirm(t.sample, t.relation, t.rhs, t.bounds, level, rng, max_draws)
        else:
            done = confirm_by_variance(t.sample, t.relation, t.rhs, t.variance, level, rng, max_draws)
        ends = t.back(done.low, done.high) if done.n else (-INF, INF)
        low, high, n, refuted = max(low, ends[0]), min(high, ends[1]), n + done.n, done.refuted
        if refuted:
            break
    return Confirmation(refuted=refuted, low=low, high=high, n=n)
