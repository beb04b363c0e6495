"""Two independent data sets D and D~, all samples drawn afresh: the D~ that Definition 1 introduces first.

Exchanging D and D~ turns the gap E[F(A(D)) - f(A(D))] into the mean of f(A(D~)) - f(A(D)), f the empirical
risk on D: by the descent lemma, with the gradient of f itself.
Outcomes  pairs of data sets, index a = 1..P with weight w_a: d_a = A(D~) - A(D), G_a = grad f(A(D)), s_a the
          slack of the descent lemma for f(A(D~)) - f(A(D)).
Shapes    w, d, G, s: (P,).  Units: as in theory.claims.stability._samples, whose world this is.
"""

from functools import lru_cache
from itertools import product
from typing import Any

import sympy as sp

from theory.claim import Given
from theory.claims.stability._samples import L, a, data_sets, empirical, empirical_slope, gamma, grad2, merged
from theory.family import Instance
from theory.proof import Chain, Entail, Line, Rewrite

P = sp.Symbol("P", integer=True, positive=True)
w, slack = (sp.IndexedBase(name, nonnegative=True) for name in (r"\tilde{w}", r"\tilde{s}"))
d, G = (sp.IndexedBase(name, real=True) for name in (r"\tilde{d}", r"\tilde{G}"))


def _pairs(i: Instance, kind: type) -> tuple:
    sets, rows = data_sets(i), []
    for data, other in product(sets, repeat=2):
        model, twin = merged(i, data), merged(i, other)
        pull, step = empirical_slope(i, data, model), twin - model
        rise = empirical(i, data, twin) - empirical(i, data, model)
        rows.append((i.L / i.L / len(sets) ** 2, step, pull, pull * step + i.L * step**2 / 2 - rise))
    return tuple(zip(*rows, strict=True))


_kept = lru_cache(maxsize=2048)(_pairs)


def column(k: int) -> Any:
    """instance -> weights, distances, gradients or slacks.  Kept by kind of number."""
    return lambda i: _kept(i, type(i.L))[k]


SYMBOLS = {P: lambda i: len(column(0)(i)), w: column(0), d: column(1), G: column(2), slack: column(3)}


def over(term: Any) -> Any:
    """The expectation of a term in w, d, G, s at index a."""
    return sp.Sum(w[a] * term, (a, 1, P))


STABILITY = over(d[a] ** 2)
GAP = over(G[a] * d[a] + L * d[a] ** 2 / 2 - slack[a])
SAME_LAW = Given(
    text="E|grad f(A(D))|^2 does not depend on D~",
    fact=sp.Eq(grad2, over(G[a] ** 2)),
    because="D~ is independent of D",
)


def proof(slow: Any, right: Any) -> Chain:
    """From E_G + `slow` to `right`: the descent lemma for f, Young's inequality, and a given on `slow`."""
    smooth = over(G[a] * d[a] + L * d[a] ** 2 / 2)
    young = over((G[a] - gamma * d[a]) ** 2) / (2 * gamma)
    squares = (L + gamma) / 2 * STABILITY + over(G[a] ** 2) / (2 * gamma)
    return Chain(
        GAP + slow,
        (
            Line("<=", smooth + slow, Entail(), "the descent lemma"),
            Line("<=", smooth + young + slow, Entail(), "squares are not negative"),
            Line("==", squares + slow, Rewrite(), "squares written out"),
            Line("<=", right, Entail(), "Assumption 5"),
        ),
    )
