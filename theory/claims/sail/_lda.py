"""Gaussian classes whose covariance has a known, rational eigenvalue decomposition.

World     Sigma = Q diag(lambda) Q^T with Q a mirror and lambda_j = root_j^2; each data set is a pair of class
          means. The parameters come from elimination on Sigma, the formulas from the decomposition: two
          roads.
Shapes    normal, roots: (d,); first, second, target: (2, d), the means of the classes 1 and -1.
Units     means [x], lambda [x]^2, parameters [x]^{-1}; distances of distributions are pure numbers.
"""

from typing import Any

import sympy as sp

from sim.gaussian_classes import apply, inner, lda, minus, mirror, solve, spectral
from theory.claim import Given
from theory.claims.sail._two_experts import enclosed, moved
from theory.family import Derived, Instance, Integer, Matrix, Real, Vector
from theory.notation import Vec

FIELDS = {
    "d": Integer(1, 3),
    "normal": Vector("d"),
    "roots": Vector("d", Real(0, 3, open="lo")),
    "sigma": Derived(lambda f: spectral(mirror(f.normal), tuple(r * r for r in f.roots))),
    "target": Matrix(2, "d"),
}
"""The fields of every family below; data sets are added by `data_set`."""


def gap(means: tuple) -> tuple:
    """mu = mu^(1) - mu^(-1)."""
    return minus(*means)


def data_set(name: str) -> dict:
    """A field of two class means whose difference is not that of the target."""

    def differs(f: Any) -> tuple:
        raw = getattr(f, f"raw_{name}")
        return raw if gap(raw) != gap(f.target) else moved(raw)

    return {f"raw_{name}": Matrix(2, "d"), name: Derived(differs)}


def parameters(name: str):
    """The LDA direction of the named data set, by elimination."""
    return lambda i: lda(i.sigma, getattr(i, name))


def shift(name: str):
    """mu_i - mu*, the difference of the differences of class means."""
    return lambda i: minus(gap(getattr(i, name)), gap(i.target))


def rotated(name: str):
    """The shift in the eigenvector basis, Q^T (mu_i - mu*); a mirror is symmetric."""
    return lambda i: apply(mirror(i.normal), shift(name)(i))


def spectrum(i: Instance) -> tuple:
    return tuple(r * r for r in i.roots)


def form(name: str, power: int):
    """(mu_i - mu*)^T Sigma^power (mu_i - mu*), by multiplication or elimination."""

    def run(i: Instance):
        v = w = shift(name)(i)
        for _ in range(abs(power)):
            w = apply(i.sigma, w) if power > 0 else solve(i.sigma, w)
        return inner(v, w)

    return run


def root(value: Any) -> Any:
    """The square root: certified for exact input."""
    return value**0.5 if isinstance(value, float) else enclosed(value).sqrt()


d = sp.Symbol("d", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
lam = sp.IndexedBase(r"\lambda", positive=True)
tilde = sp.IndexedBase(r"\tilde{\mu}", real=True)
one, star = Vec(r"\theta_i"), Vec(r"\theta^*")


def component_sum(power: int, of: Any = tilde) -> Any:
    """sum_j mu~_j^2 lambda_j^power."""
    return sp.Sum(of[j] ** 2 * lam[j] ** power, (j, 1, d))


CONSTANT = 2 * sp.sqrt(component_sum(-2) / component_sum(-1))
SYMBOLS = {
    d: lambda i: i.d,
    lam: spectrum,
    tilde: rotated("first"),
    one: parameters("first"),
    star: parameters("target"),
}
GAUSSIAN = Given(text="features Gaussian given the label (Assumption 7)", because="the classes are drawn so")
SHARED = Given(
    text="one positive definite covariance (Assumption 8)", because="its eigenvalues are squares > 0"
)
GIVENS = (GAUSSIAN, SHARED)
