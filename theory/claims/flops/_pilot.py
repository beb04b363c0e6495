"""What the claims on means and variances of a few queries share: all tuples written down.

World     a query takes the values `values` with equal chances, along any one direction; n of them.
Shapes    values: (4,); v, k: its second and fourth central moments; the rest scalar.
Units     v: squared gradient.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import sympy as sp

from theory.claim import Given, Scaling
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.notation import Law

n = sp.Symbol("n", positive=True, integer=True)
i_ = sp.Symbol("i", positive=True, integer=True)
v, k = sp.symbols("v k", nonnegative=True)
third = sp.Symbol("m_3", real=True)
X = sp.IndexedBase("X", real=True)  # a query minus its mean

FAMILY = Family(
    fields={"n": Integer(1, 3), "values": Vector(4, Real(-3, 3))},
    leaves_out="more than three queries, laws of more than four values; the proofs cover every n and law",
)
SEVERAL = Family(fields={**FAMILY.fields, "n": Integer(2, 4)}, leaves_out=FAMILY.leaves_out)


def mean(values: Any) -> Any:
    """The mean of finitely many values."""
    return sum(values) * Fraction(1, len(values))


def centred(i: Instance) -> tuple:
    """The values minus their mean."""
    middle = mean(i.values)
    return tuple(x - middle for x in i.values)


def moment(power: int) -> Callable[[Instance], Any]:
    """instance -> the central moment of one query."""
    return lambda i: mean([x**power for x in centred(i)])


def over_tuples(i: Instance, of: Callable[[tuple], Any], n: int) -> Any:
    """The mean of a function of n independent queries."""
    return mean([of(queries) for queries in product(i.values, repeat=n)])


def _tuples(i: Instance) -> tuple:
    """The law of n centred queries on its points."""
    rows = tuple(product(centred(i), repeat=i.n))
    return (Fraction(1, len(rows)),) * len(rows), rows


LAWS = {
    X[i_]: Law(
        kind="moments", moments={X[i_]: 0, X[i_] ** 2: v, X[i_] ** 3: third, X[i_] ** 4: k}, points=_tuples
    )
}
mu = sp.Symbol(r"\mu", real=True)
SYMBOLS = {n: lambda i: i.n, mu: lambda i: mean(i.values), v: moment(2), third: moment(3), k: moment(4)}
TOTAL, SQUARES = sp.Sum(X[i_], (i_, 1, n)), sp.Sum(X[i_] ** 2, (i_, 1, n))
FOURTH = Given(
    text="queries are independent with one law, whose fourth moment is finite",
    because="the law has four values, and all tuples are written down",
    grants=("moment(X, 4)",),
)


def _louder(i: Instance, c: Fraction) -> Instance:
    return replace(i, values=tuple(c * x for x in i.values))


def scaling(power: int) -> tuple[Scaling, ...]:
    """Queries in other units."""
    return (Scaling(text="queries times k", power=power, move=_louder),)
