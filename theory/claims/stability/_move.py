"""How far one round of training moves the merge, in three parts, and the proof of (6) from them.

x_avg - x_0 = -eta (n + p + d): n = sum_i w_i sum_t xi_i^t the noise of all steps, of mean zero,
p = sum_i w_i K_i grad f_i(x_0) the first gradients, d = sum_i w_i sum_t (grad f_i(x_i^t) - grad f_i(x_0)) the
drift.  W = sum_i w_i K_i sum_t E|x_i^t - x_0|^2 bounds d, and itself: the experts' steps are unrolled.
Granted   these estimates (shown by hand, searched on every instance); derived: (6) from them.
Shapes    all scalar; see theory.claims.stability._round, whose quadratics these are.
Units     n2, p2, d2 squared gradients; W that of x^2.
"""

from functools import lru_cache
from typing import Any

import sympy as sp

from theory.claim import Given
from theory.claims.stability._round import (
    A1,
    A2,
    A3,
    K_max,
    Kbar,
    L,
    N,
    b,
    curvature,
    eta,
    merging,
    rate,
    sgd_error,
    sigma2,
    start_gap,
    steps,
    surrogate,
    zeta2,
)
from theory.family import Instance
from theory.notation import norm2
from theory.proof import Chain, Entail, Lemma, Line

n2, p2, d2, W, R = (
    sp.Symbol(name, nonnegative=True) for name in ("E|n|^2", "|p|^2", "E|d|^2", "W", "sum_lambda^2")
)
nd, pd = sp.symbols("E<n;d> E<p;d>", real=True)


def _parts(i: Instance, kind: type) -> dict:
    """E|n|^2, |p|^2, E|d|^2, E<n;d>, E<p;d> and W, by running the moments of every expert."""
    c, eta_, zero = curvature(i), rate(i), 0 * i.start
    pull, drift, noise, mixed, spread, far = (zero,) * 6
    for w, k, m, v, size in zip(merging(i), steps(i), i.m, i.variance, i.batch, strict=True):
        slope, one = c * (i.start - m), v / (size * (i.rate / i.rate))
        mean = var = both = away = zero  # of x^t - x_0, and its covariance with the noise so far
        for _ in range(k):
            away = away + mean**2 + var
            mean = mean - eta_ * (c * mean + slope)
            var = (1 - eta_ * c) ** 2 * var + eta_**2 * one
            both = (1 - eta_ * c) * both - eta_ * one
        pull, drift = pull + w * k * slope, drift + w * (-mean / eta_ - k * slope)
        noise = noise + w**2 * k * one
        mixed = mixed + w**2 * (-both / eta_ - k * one)
        spread = spread + w**2 * (var / eta_**2 + k * one + 2 * both / eta_)
        far = far + w * k * away
    square = drift**2 + spread
    return {n2: noise, p2: pull**2, d2: square, nd: mixed, pd: pull * drift, W: far}


_kept = lru_cache(maxsize=4096)(_parts)


def part(symbol: Any) -> Any:
    """instance -> one of them.  Kept by kind of number."""
    return lambda i: _kept(i, type(i.rate))[symbol]


SYMBOLS = {s: part(s) for s in (n2, p2, d2, nd, pd, W)} | {R: lambda i: sum(w**2 for w in surrogate(i))}


def givens(g_0: Any, moved: Any) -> tuple[Given, ...]:
    """Elementary estimates of the parts, each searched on every instance."""
    a2 = norm2(g_0)
    drift = sigma2 * A2 / b + sp.Rational(8, 3) * (K_max**2 * a2 + A3 * zeta2)
    return (
        Given(
            text="x_avg - x_0 = -eta (n + p + d), n of mean zero, p fixed; Cauchy and Schwarz",
            fact=sp.And(
                sp.Eq(moved, eta**2 * (n2 + p2 + d2 + 2 * nd + 2 * pd)),
                sp.Le(nd**2, n2 * d2),
                sp.Le(pd**2, p2 * d2),
            ),
            because="the steps added up",
        ),
        Given(
            text="n: noises of mean 0 given the past (Assumption 2); tasks train independently (Section III)",
            fact=sp.And(sp.Le(n2, sigma2 * (A2 + R) / b), sp.Le(N * Kbar * R, K_max * A1), sp.Ge(Kbar, 1)),
            because="w = lambda: lambda_i^2 K_i <= lambda_i (K_i - 1) + lambda_i^2; else K-bar/N <= A_2 + R",
        ),
        Given(
            text="p: the gradients differ from grad f by zeta at most (Assumption 3); Young",
            fact=sp.Le(p2, 8 * K_max**2 * a2 + sp.Rational(8, 7) * A3 * zeta2),
            because="w = lambda: p = sum w K grad f~ + sum w (K-1) (grad f_i - grad f~); else K-bar grad f~",
        ),
        Given(
            text="d: L-smoothness and Jensen; every expert's steps unrolled, |u + v|^2 <= 2|u|^2 + 2|v|^2",
            fact=sp.And(
                sp.Le(d2, L**2 * W), sp.Le(W, eta**2 * K_max**2 * drift + 2 * (eta * L * K_max) ** 2 * W)
            ),
            because="t steps move x by their noises and gradients, of mean square <= 2 zeta^2 around f~",
        ),
    )


def proof(start: Any, g_0: Any, moved: Any, lowest: Lemma) -> Chain:
    """From |g_0|^2 + 2 cross + turned to (6): the three parts, then 8 K_max L eta <= 1.

    The first line is wider than (6) needs: theorem 3 takes all that (6) bounds.
    """
    a2, ratio = norm2(g_0), sp.Rational
    e2, noise, apart = (L * eta) ** 2, sigma2 / b, A3 * zeta2
    carried = (noise * A2 + ratio(8, 3) * (K_max**2 * a2 + apart)) / 62
    split, far = ratio(25, 8) * (n2 + p2), ratio(45, 2)
    bounds = ratio(25, 8) * (noise * (A2 + R) + 8 * K_max**2 * a2 + ratio(8, 7) * apart)
    rest = e2 * (4 * noise * A2 + ratio(25, 8) * noise * R + 5 * apart)
    ends = 4 * start_gap / (eta * Kbar) + 4 * L * sigma2 * A1 / (b * eta * Kbar)
    fast = eta**2 * L**2 * (6 * sigma2 * A2 / b + 5 * zeta2 * A3)
    return Chain(
        start,
        (
            Line("<=", wide(a2, moved), Entail(), "Cauchy, Schwarz and Young"),
            Line("<=", 12 * a2 + e2 * (split + far * d2), Entail(), "the three parts; Young"),
            Line("<=", 12 * a2 + e2 * (split + far * L**2 * W), Entail(), "smoothness"),
            Line("<=", 12 * a2 + e2 * (split + far * carried), Entail(), "W, and 8 K L eta <= 1"),
            Line("<=", 12 * a2 + e2 * (bounds + far * carried), Entail(), "noise and pull"),
            Line("<=", ratio(25, 2) * a2 + rest, Entail(), "8 K L eta <= 1"),
            Line("<=", 25 * L * start_gap + rest, Entail(facts=(lowest,)), "smoothness at x_0"),
            Line("<=", ends + fast, Entail(), "8 K L eta <= 1"),
            Line("==", sgd_error(5), Entail(), "eta = sqrt(N/K-bar)"),
        ),
    )


def wide(slope2: Any, moved: Any) -> Any:
    """What (6) bounds on the way, for slope2 = |grad f~(x_0)|^2 and moved = E|x_avg - x_0|^2."""
    return 12 * slope2 + sp.Rational(5, 2) * L**2 * moved
