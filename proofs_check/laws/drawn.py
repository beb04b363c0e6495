"""The law table of estimators that draw for themselves: estimate(loss, x, sigma, n, rng) -> (K,), n queries.

The directions stay hidden, so that nothing can be enumerated; but on a linear loss that vanishes at x every
estimator is (1/n) sum_i (g.u_i) u_i, and then exact laws are known (R calls of n queries, K dimensions):

    gaussian    s = ghat.g / |g|^2 has  n s ~ chi^2_n, the sum of R calls chi^2_nR; cos^2 ~ Beta(n/2, (K-1)/2)
    rademacher  0 <= s <= K, mean 1                      sphere    0 <= s <= 1, mean 1/K

Bounds are exact quantiles of chi^2, or Hoeffding's, each at an error rate of 1e-9: a sound estimator fails
once in 1e9 checks, whatever the seed.  Which law of directions an estimator claims is `directions`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from scipy.stats import chi2

from proofs_check.laws.law import Law, LawResult, judge_laws
from sim.cosine import cosine, gaussian_mean

Drawn = Callable[[Callable, np.ndarray, float, int, np.random.Generator], np.ndarray]
ERROR, CALLS = 1e-9, 600


@dataclass(frozen=True, slots=True)
class Slope:
    """Input of an estimator: f(p) = g.(p - x), the radius, the number of queries, a seed."""

    g: tuple[float, ...]
    x: tuple[float, ...]
    sigma: float
    queries: int
    seed: int


def _loss(case: Slope) -> Callable[[np.ndarray], np.ndarray]:
    g, x = np.array(case.g), np.array(case.x)
    return lambda point: (np.asarray(point) - x) @ g


def _run(fn: Drawn, case: Slope, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(fn(_loss(case), np.array(case.x), case.sigma, case.queries, rng))


def _many(fn: Drawn, case: Slope) -> np.ndarray:
    rng = np.random.default_rng(case.seed)
    return np.stack([_run(fn, case, rng) for _ in range(CALLS)])


def _shape(fn: Drawn, case: Slope) -> str:
    shape = _run(fn, case, np.random.default_rng(0)).shape
    return "" if shape == (len(case.x),) else f"shape {shape}, expected ({len(case.x)},)"


def _repeatable(fn: Drawn, case: Slope) -> str:
    first, second = (_run(fn, case, np.random.default_rng(case.seed)).tolist() for _ in range(2))
    return "" if first == second else f"{first}, then {second} from the same generator state"


def _fresh(fn: Drawn, case: Slope) -> str:
    rng = np.random.default_rng(case.seed)
    found = {tuple(_run(fn, case, rng).tolist()) for _ in range(40)}  # in one dimension signs give one value
    alone = len(case.x) == 1
    return "" if alone or len(found) > 1 else f"{found.pop()} in each of 40 calls with one generator"


def _restored(fn: Drawn, case: Slope) -> str:
    for kind in (np.float64, np.float32):
        x = np.array(case.x, dtype=kind) / 3
        kept = x.tobytes()
        fn(_loss(case), x, case.sigma, case.queries, np.random.default_rng(0))
        if x.tobytes() != kept:
            return f"x differs after the call, in {np.dtype(kind)}: {x.tolist()}"
    return ""


def _interval(case: Slope, directions: str) -> tuple[float, float]:
    """Where the mean of s over all calls lies, with probability 1 - ERROR."""
    K, total = len(case.x), CALLS * case.queries
    if directions == "gaussian":
        low, high = chi2.ppf([ERROR / 2, 1 - ERROR / 2], total) / total
        return float(low), float(high)
    mean, most = (1.0, float(K)) if directions == "rademacher" else (1 / K, 1.0)
    slack = most * float(np.sqrt(np.log(2 / ERROR) / (2 * total)))
    return mean - slack, mean + slack


def _scale(directions: str) -> Callable[[Drawn, Slope], str]:
    def check(fn: Drawn, case: Slope) -> str:
        g = np.array(case.g)
        found = float((_many(fn, case) @ g).mean() / (g @ g))
        low, high = _interval(case, directions)
        low, high = low - 1e-6, high + 1e-6
        if low <= found <= high:
            return ""
        return f"<mean, gradient> / |gradient|^2 = {found}, expected {low} to {high}"

    return check


def _cosine(fn: Drawn, case: Slope) -> str:
    found = float(cosine(_many(fn, case), np.array(case.g)).mean())
    expected = gaussian_mean(case.queries, len(case.x))
    slack = float(np.sqrt(np.log(2 / ERROR) / (2 * CALLS)))  # Hoeffding: cosines lie in [0, 1] here
    if abs(found - expected) <= slack:
        return ""
    return f"mean cosine {found} of {case.queries} queries, expected {expected} within {slack}"


@st.composite
def _slopes(draw: st.DrawFn) -> Slope:
    K = draw(st.integers(1, 5))
    number = st.integers(-8, 8)
    g = tuple(draw(number) / 4 for _ in range(K))
    x = tuple(draw(number) / 8 for _ in range(K))
    sigma, queries = draw(st.sampled_from((1.0, 0.125, 0.01))), draw(st.integers(1, 12))
    return Slope(g if any(g) else (1.0, *g[1:]), x, sigma, queries, draw(st.integers(0, 99)))


_ROWS: tuple[tuple[str, str, Callable, tuple[str, ...]], ...] = (
    ("shape", "one estimate of the gradient's shape", _shape, ()),
    ("repeatable", "the same generator state gives the same estimate", _repeatable, ()),
    ("fresh", "the generator moves on: the next estimate has other directions", _fresh, ()),
    ("restored", "the point is the same bits after the call", _restored, ()),
    ("scale of gaussian", "sign and scale: n s is chi^2_n", _scale("gaussian"), ("gaussian",)),
    ("scale of rademacher", "sign and scale: s has mean 1", _scale("rademacher"), ("rademacher",)),
    ("scale of sphere", "sign and scale: s has mean 1/K", _scale("sphere"), ("sphere",)),
    ("cosine", "the mean cosine of n queries is the predicted one", _cosine, ("gaussian",)),
)
LAWS = tuple(Law(name=n, text=t, cases=_slopes(), check=c, only=o) for n, t, c, o in _ROWS)


def check_drawn(
    fn: Drawn, directions: str = "gaussian", *, seed: int = 0, examples: int = 30, shrink: bool = True
) -> tuple[LawResult, ...]:
    """Every law that `fn` ought to obey if its directions have the law that is named."""
    known = ("gaussian", "rademacher", "sphere")
    if directions not in known:
        raise ValueError(f"directions = {directions!r}: expected one of {', '.join(known)}")
    promised = (law for law in LAWS if not law.only or directions in law.only)
    return judge_laws(promised, fn, seed, examples, shrink)
