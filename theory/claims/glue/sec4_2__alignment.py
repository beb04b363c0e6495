"""GLUE: aligned experts have the largest sigma_max, not the smallest.

Printed   If sigma_max(Theta) is small, e.g. the expert parameters are more aligned, the variance grows slower
          in the number of experts K.
Repaired  sigma_max(Theta)^2 grows with alignment: rho^2 (1 + (K-1) c) for K experts of length rho with cosine
          c >= 0 between any two, from rho^2 (orthogonal) to K rho^2 (equal).  So does the growth of the bound
          in K.  That a smaller sigma_max gives a smaller bound is true; "aligned" is no example of it, unless
          the experts' mean is taken off.  Obtuse experts (c < 0) do have a lower sigma_max once orthogonal.
Shapes    scalars.  Units: [theta]^2, see the scaling.
Source    GLUE, Section 4.2, first sentence after the proof of Proposition 1.
"""

from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from theory.claim import Added, Along, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Calculus, Chain, Line

K, m = sp.symbols("K m", positive=True, integer=True)
c = sp.Symbol("c", real=True)
grow = sp.Symbol("grow", positive=True)
rho2, slope2 = sp.symbols(r"\rho^2 \|\nabla_\theta\mathcal{L}\|^2", positive=True)
S = sp.Symbol(r"\sigma_{\max}(\Theta)^2", nonnegative=True)


def largest(i: Instance, K: int | None = None) -> Any:
    """sigma_max^2: the largest eigenvalue of the Gram matrix of K experts, rho^2 (c + (1 - c) I)."""
    n = K or i.K
    gram = [[i.rho2 * (1 if a == b else i.c) for b in range(n)] for a in range(n)]
    if isinstance(i.c, float):
        return float(np.linalg.eigvalsh(np.array(gram, dtype=float))[-1])
    from flint import fmpq, fmpq_mat

    to = lambda v: fmpq(Fraction(v).numerator, Fraction(v).denominator)
    _, factors = fmpq_mat([[to(v) for v in row] for row in gram]).charpoly().numer().factor()
    return max(Fraction(-int(f[0]), int(f[1])) for f, _ in factors)


def centred(i: Instance) -> Any:
    """sigma_max^2 of the experts minus their mean: the Gram matrix without its mean row and column."""
    gram = [[i.rho2 * (1 if a == b else i.c) for b in range(i.K)] for a in range(i.K)]
    row = sum(gram[0][1:], gram[0][0]) / i.K  # every row has this mean
    first = [gram[0][b] - row for b in range(i.K)]
    return first[0] - first[1]  # e_1 - e_2 is an eigenvector


def bound(i: Instance, K: int | None = None) -> Any:
    """(K-1)/(mK) sigma_max^2 |grad L|^2: the right side of Proposition 1."""
    n = K or i.K
    return (n - 1) * largest(i, n) * i.slope2 / (i.m * n)


def growth(i: Instance) -> Any:
    """What one more expert of the same kind adds to the bound."""
    return bound(i, i.K + 1) - bound(i)


VALUE = rho2 * (1 + (K - 1) * c)
BOUND = (K - 1) / (m * K) * VALUE * slope2
CENTRED = rho2 * (1 - c)
GROWTH = BOUND.subs(K, K + 1) - BOUND
BY_SIGMA = (K - 1) / (m * K) * S * slope2
ALONG = Along(symbol=c, field="c", step="grow")
STEP = Given(text="the alignment grows", fact=sp.Gt(grow, 0))
TWO = Given(text="K >= 2", fact=sp.Ge(K, 2))
ACUTE = Given(text="the experts point the same way at all: c >= 0", fact=sp.Ge(c, 0))


def along(expr: Any, sign: str, var: sp.Symbol = c) -> Chain:
    """From the expression one step on to the expression."""
    return Chain(expr.subs(var, var + grow), (Line(sign, expr, Calculus(var)),))


def statement(
    text: str, name: str, run: Any, expr: Any, relation: str, givens: tuple, proved=True
) -> Statement:
    """A quantity along the alignment c."""
    sign = ">" if relation == "increasing" else "<"
    return Statement(
        text=text,
        left=Quantity(text=name, run=run, expr=expr),
        relation=relation,
        along=ALONG,
        givens=givens,
        proof=(lambda: along(expr, sign)) if proved else None,
    )


one, half = Fraction(1), Fraction(1, 2)
PAIR = Instance(K=2, m=1, c=0 * one, grow=half, rho2=one, slope2=one, S=one)
OBTUSE = replace(PAIR, K=3, c=-half, grow=half / 2)

CLAIM = Claim(
    items=("glue.sec4_2.alignment",),
    readings=(
        statement(
            "sigma_max falls as the experts become more aligned",
            "sigma_max^2",
            largest,
            VALUE,
            "decreasing",
            (TWO, STEP),
            False,
        ),
        statement(
            "the bound grows less with one more expert if they are more aligned",
            "growth in K",
            growth,
            GROWTH,
            "decreasing",
            (TWO, STEP),
            False,
        ),
        statement(
            "sigma_max of the experts minus their mean falls: all that coefficients of fixed sum see",
            "sigma_max^2, centred",
            centred,
            CENTRED,
            "decreasing",
            (TWO, STEP),
        ),
        Statement(
            text="a smaller sigma_max gives a smaller bound, all else equal",
            left=Quantity(
                text="the bound", run=lambda i: (i.K - 1) * i.S * i.slope2 / (i.m * i.K), expr=BY_SIGMA
            ),
            relation="increasing",
            along=Along(symbol=S, field="S", step="grow"),
            givens=(TWO, Given(text="sigma_max grows", fact=sp.Gt(grow, 0))),
            proof=lambda: along(BY_SIGMA, ">", S),
        ),
    ),
    family=Family(
        fields={
            "K": Integer(2, 5),
            "m": Integer(1, 4),
            "c": Real(0, Fraction(1, 2)),
            "grow": Real(0, Fraction(1, 2), open="lo"),
            "rho2": Real(0, 4, open="lo"),
            "slope2": Real(0, 4, open="lo"),
            "S": Real(0, 9),
        },
        leaves_out="experts of different lengths and with different cosines",
    ),
    symbols={
        K: lambda i: i.K,
        m: lambda i: i.m,
        c: lambda i: i.c,
        grow: lambda i: i.grow,
        rho2: lambda i: i.rho2,
        slope2: lambda i: i.slope2,
        S: lambda i: i.S,
    },
    repair=Repair(
        changes="more aligned experts have the larger sigma_max",
        statement=statement(
            "sigma_max grows with the alignment",
            "sigma_max^2",
            largest,
            VALUE,
            "increasing",
            (TWO, STEP, ACUTE),
        ),
        nondegenerate=PAIR,
        added=(Added(given=ACUTE, fails_without=OBTUSE),),
    ),
    witnesses=(PAIR,),
    scalings=(Scaling(text="experts times k", power=2, move=lambda i, k: replace(i, rho2=k**2 * i.rho2)),),
    mutants=(
        Mutant(
            text="the smallest eigenvalue",
            left=Quantity(text="smallest", run=lambda i: i.rho2 * (1 - i.c)),
            dies_at=PAIR,
        ),
        Mutant(text="the mean eigenvalue", left=Quantity(text="mean", run=lambda i: i.rho2), dies_at=PAIR),
        Mutant(
            text="the inverse",
            left=Quantity(text="1 / sigma_max^2", run=lambda i: 1 / (one * largest(i))),
            dies_at=PAIR,
        ),
    ),
    effort=0.4,
)
