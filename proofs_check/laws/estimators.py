"""The law table of gradient estimators: estimate(loss, x, sigma, directions) -> one estimate a direction.

Which laws hold depends on the definition that an estimator claims to follow: `check_estimator(fn,
like="spsa")` adds the laws of central differences; without `like`, those that all estimators obey are run.

No law samples where it can enumerate: means and mean squares are weighted sums over finite laws that have
the moments of Gaussian, sphere, Rademacher or coordinate directions (`sim.directions`), exact for the
polynomials used.  The cosine is sampled and judged at an error rate of 1e-9.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from proofs_check.laws.law import Law, LawResult, judge_laws
from proofs_check.laws.problems import Problem, derivatives, loss, problems, rule, size
from sim import cosine, variance
from sim.directions import draw
from sim.estimators import ESTIMATORS, Estimator

ROUNDING = 1e-11
"""Tolerance in units of the largest loss / radius times the largest direction, squared where squares are."""
CENTRAL, SMOOTHED = variance.CENTRAL, tuple(n for n in ESTIMATORS if n != "forward_gradient")
ERROR, REPEATS = 1e-9, 4000


def _run(fn: Estimator, p: Problem, directions: np.ndarray, f: Callable | None = None) -> np.ndarray:
    return np.asarray(fn(f or loss(p), np.array(p.x), p.sigma, directions))


def _all(p: Problem) -> np.ndarray:
    return rule(p.law, len(p.x))[1].copy()


def _slack(p: Problem) -> float:
    return ROUNDING * size(p) / p.sigma * max(1, np.abs(_all(p)).max())


def _differs(found: Any, expected: Any, slack: float, what: str) -> str:
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    if found.shape != expected.shape:
        return f"{what}: shape {found.shape}, expected {expected.shape}"
    if np.all(np.abs(found - expected) <= slack):
        return ""
    return f"{what}: {found.tolist()}, expected {expected.tolist()}"


def _shape(fn: Estimator, p: Problem) -> str:
    directions = _all(p)
    found = _run(fn, p, directions).shape, _run(fn, p, directions[0]).shape
    expected = directions.shape, directions[0].shape
    return "" if found == expected else f"shapes {found}, expected {expected}"


def _batched(fn: Estimator, p: Problem) -> str:
    directions = _all(p)
    alone = np.stack([_run(fn, p, u) for u in directions])
    return _differs(_run(fn, p, directions), alone, _slack(p), "all directions at once, and one by one")


def _scale(fn: Estimator, p: Problem) -> str:
    weights, directions = rule(p.law, len(p.x))
    _, g, _, _ = derivatives(p)
    expected = float(variance.moments(p.law).scale(len(p.x))) * g
    return _differs(weights @ _run(fn, p, directions), expected, _slack(p), "mean on a linear loss")


def _sign(fn: Estimator, p: Problem) -> str:
    weights, directions = rule(p.law, len(p.x))
    _, g, _, _ = derivatives(p)
    product = weights @ _run(fn, p, directions) @ g
    return "" if product > 0 or not g.any() else f"<mean, gradient> = {product}: expected a positive number"


def _radius(fn: Estimator, p: Problem) -> str:
    weights, directions = rule(p.law, len(p.x))
    here = weights @ _run(fn, p, directions)
    there = weights @ _run(fn, replace(p, sigma=p.sigma / 8), directions)
    return _differs(here, there, 16 * _slack(p), "mean on a linear loss at two radii")


def _bias(fn: Estimator, p: Problem) -> str:
    weights, directions = rule(p.law, len(p.x))
    _, g, _, T = derivatives(p)
    scale = float(variance.moments(p.law).scale(len(p.x)))
    expected = scale * variance.mean(p.law, g, T, p.sigma).astype(float)
    return _differs(weights @ _run(fn, p, directions), expected, _slack(p), "mean and smoothed gradient")


def _unbiased(fn: Estimator, p: Problem) -> str:
    weights, directions = rule(p.law, len(p.x))
    expected = float(variance.moments(p.law).scale(len(p.x))) * derivatives(p)[1]
    return _differs(weights @ _run(fn, p, directions), expected, _slack(p), "mean and gradient")


def _variance(name: str) -> Callable[[Estimator, Problem], str]:
    def check(fn: Estimator, p: Problem) -> str:
        weights, directions = rule(p.law, len(p.x))
        value, g, H, _ = derivatives(p)
        expected = float(variance.second_moment(name, p.law, value, g, H, p.sigma))
        found = weights @ (_run(fn, p, directions) ** 2).sum(-1)
        slack = ROUNDING * (size(p) / p.sigma) ** 2 * max(1, (directions**2).sum(-1).max()) * len(p.x)
        return _differs(found, expected, slack, "mean square on a quadratic loss")

    return check


def _cosine(fn: Estimator, p: Problem) -> str:
    _, g, _, _ = derivatives(p)
    if not g.any():
        return ""
    n, K = 3, len(p.x)
    u = draw("gaussian", np.random.default_rng(0), REPEATS * n, K).reshape(REPEATS, n, K)
    found = float(cosine.cosine(_run(fn, p, u).mean(1), g).mean())
    predicted = cosine.gaussian_mean(n, K)
    slack = np.sqrt(np.log(2 / ERROR) / (2 * REPEATS))  # Hoeffding: here cosines lie in [0, 1]
    return _differs(found, predicted, slack, f"mean cosine of {n} queries in dimension {K}")


def _quadratic(fn: Estimator, p: Problem) -> str:
    directions = _all(p)
    expected = (directions @ derivatives(p)[1])[:, None] * directions
    return _differs(_run(fn, p, directions), expected, _slack(p), "a quadratic is differentiated exactly")


def _even(fn: Estimator, p: Problem) -> str:
    directions = _all(p)
    return _differs(_run(fn, p, directions), _run(fn, p, -directions), _slack(p), "along u and along -u")


def _constant(fn: Estimator, p: Problem) -> str:
    directions, f = _all(p), loss(p)
    raised = _run(fn, p, directions, lambda point: f(point) + 1024)
    return _differs(raised, _run(fn, p, directions), 1e4 * _slack(p), "loss + 1024, and loss")


def _linear(fn: Estimator, p: Problem) -> str:
    directions, f = _all(p), loss(p)
    first = lambda point: point[..., 0] * point[..., -1]
    sum_of = 2 * _run(fn, p, directions) - 3 * _run(fn, p, directions, first)
    both = _run(fn, p, directions, lambda point: 2 * f(point) - 3 * first(point))
    return _differs(both, sum_of, 8 * _slack(p), "estimate of 2f - 3h, and 2 estimate(f) - 3 estimate(h)")


def _units(fn: Estimator, p: Problem) -> str:
    directions, f = _all(p), loss(p)
    small = replace(p, x=tuple(v / 16 for v in p.x), sigma=p.sigma / 16)
    found = _run(fn, small, directions, lambda point: f(16 * point))
    return _differs(found, 16 * _run(fn, p, directions), 64 * _slack(p), "x in another unit")


def _translation(fn: Estimator, p: Problem) -> str:
    directions, f = _all(p), loss(p)
    moved = replace(p, x=tuple(v + 2 for v in p.x))
    found = _run(fn, moved, directions, lambda point: f(point - 2))
    return _differs(found, _run(fn, p, directions), 8 * _slack(p), "loss and point moved by 2")


def _permutation(fn: Estimator, p: Problem) -> str:
    directions, f = _all(p), loss(p)
    order = np.roll(np.arange(len(p.x)), 1)
    back = np.argsort(order)
    moved = replace(p, x=tuple(np.array(p.x)[order].tolist()))
    found = _run(fn, moved, directions[:, order], lambda point: f(point[..., back]))
    return _differs(found, _run(fn, p, directions)[:, order], _slack(p), "coordinates reordered")


def _rotation(fn: Estimator, p: Problem) -> str:
    directions, f = _all(p), loss(p)
    turn = np.eye(len(p.x))
    turn[:2, :2] = [[0.6, -0.8], [0.8, 0.6]]

    def turned(point: Any) -> Any:  # f(Q' point): plain operations, for tensors too
        a, b = point[..., 0], point[..., 1]
        rest = [point[..., k] for k in range(2, len(p.x))]
        columns = [0.6 * a + 0.8 * b, 0.6 * b - 0.8 * a, *rest]
        return f(_Columns(columns))

    moved = replace(p, x=tuple((turn @ np.array(p.x)).tolist()))
    found = _run(fn, moved, directions @ turn.T, turned)
    return _differs(found, _run(fn, p, directions) @ turn.T, 4 * _slack(p), "space rotated")


class _Columns:
    """Coordinates by index, as `point[..., k]` asks for them."""

    def __init__(self, columns: list) -> None:
        self.columns = columns

    def __getitem__(self, key: Any) -> Any:
        return self.columns[key[1]]


def _repeatable(fn: Estimator, p: Problem) -> str:
    first, second = _run(fn, p, _all(p)), _run(fn, p, _all(p))
    same = np.array_equal(first, second)
    return "" if same else f"{first.tolist()}, then {second.tolist()} from the same directions"


def _restored(fn: Estimator, p: Problem) -> str:
    for kind in (np.float64, np.float32):
        x, directions = np.array(p.x, dtype=kind) / 3, _all(p).astype(kind)
        kept, kept_directions = x.tobytes(), directions.tobytes()
        fn(loss(p), x, kind(p.sigma), directions)
        if x.tobytes() != kept:
            return f"x differs after the call, in {np.dtype(kind)}: {x.tolist()}"
        if directions.tobytes() != kept_directions:
            return f"directions were changed, in {np.dtype(kind)}"
    return ""


def _precision(fn: Estimator, p: Problem) -> str:
    directions = _all(p).astype(np.float32)
    low = np.asarray(fn(loss(p), np.array(p.x, dtype=np.float32), np.float32(p.sigma), directions))
    high = _run(fn, p, directions.astype(float))
    bound = 64 * 2.0**-23 * size(p) / p.sigma * max(1, np.abs(directions).max())
    return _differs(low, high, bound, "in float32 and float64: 64 eps max|f| / sigma max|u|")


_FEW = st.one_of(problems(3), problems(1))
_ROWS: tuple[tuple[str, str, st.SearchStrategy, Callable, tuple[str, ...]], ...] = (
    ("shape", "one estimate of the gradient's shape for each direction", _FEW, _shape, ()),
    ("batched", "each estimate depends on its own direction only", _FEW, _batched, ()),
    ("sign", "on a linear loss the mean points uphill", problems(1), _sign, ()),
    (
        "scale",
        "on a linear loss the mean is c times the gradient, c from E u u' = c I",
        problems(1),
        _scale,
        (),
    ),
    ("radius", "on a linear loss the mean does not depend on sigma", problems(1), _radius, ()),
    ("bias", "the mean is c times the gradient of the smoothed loss", problems(3), _bias, SMOOTHED),
    ("unbiased", "the mean is c times the gradient", problems(3), _unbiased, ("forward_gradient",)),
    ("cosine", "the mean cosine is the predicted one", problems(1, least=2), _cosine, CENTRAL),
    ("quadratic", "a quadratic is differentiated exactly along u", problems(2), _quadratic, CENTRAL),
    ("even", "u and -u give the same", _FEW, _even, CENTRAL),
    ("constant", "a constant added to the loss changes nothing", _FEW, _constant, (*CENTRAL, "es_forward")),
    ("linear", "the estimate is linear in the loss", _FEW, _linear, ()),
    ("units", "the unit of x does not matter", _FEW, _units, ()),
    ("translation", "the origin of x does not matter", _FEW, _translation, ()),
    ("permutation", "reordering coordinates reorders the estimate", _FEW, _permutation, ()),
    ("rotation", "rotating space rotates the estimate", problems(3, least=2), _rotation, ()),
    ("repeatable", "the same directions give the same estimates", _FEW, _repeatable, ()),
    ("restored", "point and directions are the same bits after the call", _FEW, _restored, ()),
    ("precision", "float32 and float64 agree within the stated bound", _FEW, _precision, ()),
)
LAWS = (
    *(Law(name=n, text=t, cases=s, check=c, only=o) for n, t, s, c, o in _ROWS),
    *(
        Law(
            name=f"variance of {name}",
            text=f"the mean square on a quadratic loss is the exact one of {name} (sim.variance)",
            cases=problems(2),
            check=_variance(name),
            only=(name,),
        )
        for name in ESTIMATORS
    ),
)


def check_estimator(
    fn: Estimator, like: str = "", *, seed: int = 0, examples: int = 100, shrink: bool = True
) -> tuple[LawResult, ...]:
    """Every law that `fn` ought to obey, judged; `like` names the definition it claims to follow, if any."""
    if like and like not in ESTIMATORS:
        raise ValueError(f"like = {like!r}: expected one of {', '.join(ESTIMATORS)}, or ''")
    promised = (law for law in LAWS if not law.only or like in law.only)
    return judge_laws(promised, fn, seed, examples, shrink)
