"""Learning from samples on two points, with two hypotheses: the setting of SAIL, Appendix D, exactly.

World     points (x_1, y_1), (x_2, y_2); D_i = (p, 1 - p), D* = (q, 1 - q); hypotheses phi_0, phi_1 by their
          predictions; l(a, y) = min(C, slope |a - y|), bounded by C and slope-Lipschitz.  Probabilities of
          events are sums over all samples U_i (n_i draws) and U* (n* draws).
Shapes    y, predictions of one hypothesis: (2,); counts of a sample: (2,).
Units     losses, C, Rademacher complexity of l o H [l]; slope [l]/[y]; probabilities are pure numbers.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from sim.finite_risk import empirical, mean, rademacher, samples, total_variation
from theory.claim import Given
from theory.claims.sail._two_experts import enclosed
from theory.family import Choice, Derived, Family, Instance, Integer, Matrix, Real, Vector

MANY = 64
SMALL = Real(-2, 2)
FAMILY = Family(
    fields={
        "n": Choice((1, 2, 3, 5, 8, MANY)),
        "n_star": Integer(1, 2),
        "raw": Real(0, 1),
        "p": Derived(lambda f: Fraction(1) if f.n == MANY else f.raw),
        "q": Real(0, 1),
        "y": Vector(2, SMALL),
        "phi": Matrix(2, 2, SMALL),
        "slope": Real(0, 4, open="lo"),
        "C": Real(0, 4, open="lo"),
        "delta": Real(0, 1, open="both"),
        "hits": Integer(0, "n"),
        "hits_star": Integer(0, "n_star"),
    },
    leaves_out="more than two points or hypotheses; long samples from a law that is not a point mass",
)


def kept(run: Callable) -> Callable:
    """The function of an instance, kept by instance and kind of number (1/2 == 0.5)."""
    inner = lru_cache(maxsize=4096)(lambda i, kind: run(i))
    return lambda i: inner(i, type(i.delta))


def loss(i: Instance, prediction, label):
    """l(a, y) = min(C, slope |a - y|)."""
    return min(i.C, i.slope * abs(prediction - label))


@kept
def losses(i: Instance) -> tuple:
    """The losses of every hypothesis at every point."""
    return tuple(tuple(loss(i, a, b) for a, b in zip(row, i.y, strict=True)) for row in i.phi)


def law(weight) -> tuple:
    return weight, 1 - weight


def drawn(i: Instance) -> tuple[tuple, tuple]:
    """The counts of the two samples of the instance."""
    return (i.hits, i.n - i.hits), (i.hits_star, i.n_star - i.hits_star)


def risk(name: str, hypothesis: int = 0):
    """The true risk under D_i ("p") or D* ("q")."""
    return lambda i: mean(law(getattr(i, name)), losses(i)[hypothesis])


@lru_cache(maxsize=4096)
def _draws(n: int, weight: Any, kind: type) -> tuple:
    return tuple(samples(n, law(weight)))


def draws(n: int, weight: Any) -> tuple:
    """All samples of n draws with their probabilities."""
    return _draws(n, weight, type(weight))


def deviation(i: Instance, top: int):
    """3 C sqrt(ln(top/delta) / (2 n_i)), certified for exact input."""
    if isinstance(i.delta, float):
        from math import log

        return 3 * i.C * (log(top / i.delta) / (2 * i.n)) ** 0.5
    return enclosed(3 * i.C) * (enclosed(top / i.delta).log() / (2 * i.n)).sqrt()


@kept
def combined(i: Instance):
    """lambda: the least sum of both risks over the hypotheses."""
    return min(mean(law(i.p), row) + mean(law(i.q), row) for row in losses(i))


@lru_cache(maxsize=4096)
def _complexity(values: tuple, counts: tuple, kind: type):
    return rademacher(values, counts)


def complexity(values: tuple, counts: tuple):
    """The empirical Rademacher complexity, kept by kind of number."""
    return _complexity(values, counts, type(values[0][0]))


Bound = Callable[[Instance, tuple, tuple], tuple]
"""(instance, counts of U_i, counts of U*) -> (exact part, part with roots) of an upper bound on the risk."""


def probability(bound: Bound, of: str = "q", every: bool = False):
    """P(J(phi) <= bound), over both samples; `every`: for both hypotheses at once (bound takes the index)."""

    def run(i: Instance):
        total, risks = 0, [risk(of, k)(i) for k in (0, 1)]
        for counts, weight in draws(i.n, i.p):
            for others, share in draws(i.n_star, i.q) if weight else ():
                if share and all(_below(risks[k], bound(i, counts, others, k)) for k in (0, 1)[: 1 + every]):
                    total += weight * share
        return total

    return kept(run)


def _below(value, parts: tuple) -> bool:
    """Whether value <= sum of the parts; an enclosure that touches the bound counts."""
    exact, root = parts
    gap = value - exact
    return not (gap if isinstance(gap, float) or isinstance(root, float) else enclosed(Fraction(gap))) > root


def bound(
    i: Instance, counts: tuple, others: tuple, k: int, *,
    tv: Any = 2, measured: bool = True, of: str = "losses", factor: Any = 1, top: int = 4, least: bool = True,
    error: bool = False, start: bool = True,
) -> tuple:  # fmt: skip
    """J^_i + tv C D_TV + 2 factor R^ + 3 C sqrt(ln(top/delta)/(2 n_i)) + lambda + 2 C eps, term by term.

    measured  D_TV of the empirical laws, else of the true ones
    of        R^ of the "losses" l o H or of the "predictions" H; "" without it
    least     with lambda; error: with 2 C eps, eps the distances of both laws from their samples
    start     with J^_i (else the bound is for the difference alone)
    """
    here, there = empirical(counts), empirical(others)
    values = losses(i) if of == "losses" else i.phi
    total = mean(here, losses(i)[k]) if start else 0
    if tv:
        pair = (here, there) if measured else (law(i.p), law(i.q))
        total += tv * i.C * total_variation(*pair)
    total += 2 * factor * complexity(values, counts) if of else 0
    total += combined(i) if least else 0
    if error:
        total += 2 * i.C * (total_variation(here, law(i.p)) + total_variation(there, law(i.q)))
    return total, deviation(i, top) if top else 0


def exceeds(top: int):
    """P(J_{D_i}(phi) - J^(phi) > 3 C sqrt(ln(top/delta)/(2 n_i)))."""

    def run(i: Instance):
        row, total = losses(i)[0], 0
        expected, limit = mean(law(i.p), row), deviation(i, top)
        for counts, weight in draws(i.n, i.p):
            total += weight * (not _below(expected, (mean(empirical(counts), row), limit)))
        return total

    return kept(run)


n = sp.Symbol("n_i", integer=True, positive=True)
C, slope, delta = sp.symbols(r"C L \delta", positive=True)
p, q = sp.symbols("p q", nonnegative=True)
OPEN = Given(text="0 < delta < 1", fact=sp.Lt(delta, 1))
BOUNDED = Given(text="0 <= l <= C (Assumption 6)", because="l = min(C, slope |a - y|)")
SAMPLED = Given(text="both samples are i.i.d. and independent", because="their laws are enumerated so")
SYMBOLS = {
    n: lambda i: i.n,
    C: lambda i: i.C,
    slope: lambda i: i.slope,
    delta: lambda i: i.delta,
    p: lambda i: i.p,
    q: lambda i: i.q,
}
