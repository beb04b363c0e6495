"""Two SGD runs on neighbouring data sets in the world of lemma 3, and the numbers its proof speaks of.

World     N = 1 task; l(x; z) = curvature x^2/2 - z x where the runs can go, bent upwards beyond, plus a
          constant that makes it >= 0; data are n independent signs times `spread`; batches of b of the n
          without replacement, the same indices for both runs.  eta = rate / (K L), curvature = bend L.
Rates     "small": 8 K L eta <= 1, as the proof asks; "large": K L eta <= 1, which Theta(1/(KL)) may mean.
Shapes    all scalar; `noises` are three numbers for the steps that speak of arbitrary noises.
Units     spread, noises and sigma those of a gradient; zeta2 their square; 1/(eta L) a pure number.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from sim.coupled_sgd import moments
from theory.claim import Scaling
from theory.family import Choice, Family, Instance, Integer, Real, Vector, replace

n, b = sp.symbols("n b", integer=True, positive=True)
K = sp.Symbol("K", integer=True, nonnegative=True)
eta, L, sigma2, zeta2, reach = sp.symbols("eta L sigma2 zeta2 sigma_p", positive=True)
apart2 = sp.Symbol("v", nonnegative=True)  # E V^2
curvature = sp.Symbol("c", real=True)
T1, T2, T3 = sp.symbols("t_1 t_2 t_3", real=True)
noise, twin, rest = sp.symbols("xi xi_twin m", real=True)
own2, twin2, apart_noise2 = sp.symbols(r"E|\xi|^2 E|\tilde{\xi}|^2 E|\xi-\tilde{\xi}|^2", nonnegative=True)
cross = sp.Symbol(r"E\langle\xi,\tilde{\xi}\rangle", real=True)
e: Any = sp.Function("e", nonnegative=True)  # e(k) = E|x^k - x~^k|^2
q: Any = sp.Function("q", nonnegative=True)  # E[V |x^k - x~^k|], V = sup_x |grad l(x;z) - grad l(x;z~)|

EIGHTH = Fraction(1, 8)
FAMILY = Family(
    fields={
        "n": Integer(2, 40),
        "b": Integer(1, lambda f: f.n // 2),
        "K": Integer(2, 80),
        "L": Real(0, 4, open="lo"),
        "regime": Choice(("small", "large")),
        "rate": Real(0, lambda f: EIGHTH if f.regime == "small" else 1, open="lo"),
        "bend": Real(-1, 1),
        "spread": Real(0, 4, open="lo"),
        "scope": Choice(("population", "batch")),
        "zeta2": Real(0, 4, open="lo"),
        "noises": Vector(3, Real(-4, 4)),
    },
    leaves_out="losses whose gradients at different x are not parallel shifts; data other than signs",
)


@lru_cache(maxsize=8192)
def _drift(i: Instance, k: int, kind: type) -> tuple:
    return moments(i.n, i.b, k, i.rate / (i.K * i.L), i.bend * i.L, i.spread)


def drift(i: Instance, k: int) -> tuple:
    """(E[V |x^k - x~^k|], E|x^k - x~^k|^2).  Kept by kind of number: 1/2 and 0.5 are equal keys."""
    return _drift(i, k, type(i.rate))


def variance(i: Instance):
    """sigma^2: of a fresh sample, or the least that Assumption 2 asks of batches without replacement."""
    share = 1 if i.scope == "population" else (i.n - i.b) * (1 + 0 * i.spread) / (i.n - 1)
    return share * i.spread**2


def noise_of_batch(i: Instance):
    """E|xi|^2 of b of the n signs around their mean; the same noise at both points, for the gradients are
    parallel shifts."""
    return i.spread**2 * (i.n - i.b) / (i.n * i.b)


SYMBOLS = {
    n: lambda i: i.n,
    b: lambda i: i.b,
    K: lambda i: i.K,
    L: lambda i: i.L,
    eta: lambda i: i.rate / (i.K * i.L),
    sigma2: variance,
    zeta2: lambda i: i.zeta2,
    reach: lambda i: 2 * i.spread * (i.n - 1) / i.n,
    apart2: lambda i: 2 * i.spread**2,
    curvature: lambda i: i.bend * i.L,
    noise: lambda i: i.noises[0],
    twin: lambda i: i.noises[1],
    rest: lambda i: i.noises[2],
    own2: noise_of_batch,
    twin2: noise_of_batch,
    cross: noise_of_batch,
    apart_noise2: lambda i: 0 * i.spread,
    e: lambda i: lambda k: drift(i, int(k))[1],
    q: lambda i: lambda k: drift(i, int(k))[0],
    T1: lambda i: i.noises[0] / 4,
    T2: lambda i: i.noises[1] / 4,
    T3: lambda i: i.noises[2] / 4,
}


def rescaled(i: Instance, k: Any) -> Instance:
    """z -> k z: gradients, noise and heterogeneity in other units."""
    return replace(i, spread=k * i.spread, zeta2=k * k * i.zeta2)


def steeper(i: Instance, k: Any) -> Instance:
    """l -> k l: L and gradients times k, eta divided by k."""
    return replace(i, L=k * i.L, spread=k * i.spread, zeta2=k * k * i.zeta2)


SCALINGS = (
    Scaling(text="z -> kz", power=2, move=rescaled),
    Scaling(text="l -> kl, eta -> eta/k", power=0, move=steeper),
)
