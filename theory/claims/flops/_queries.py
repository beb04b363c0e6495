"""What the claims on FLOPS's sampled queries share: enumerated estimates, allocators with few values.

World     one query of sample j gives G_j = mean_j + s_j u_1 + r_j u_2 with independent signs u_1, u_2, so
          that its covariance matrix s_j s_j' + r_j r_j' has rank two and its law is not Gaussian: of
          Assumption 1 only mean and covariance are kept.  ghat_j is the mean of A_j queries.
          Allocator P draws the counts `one` with probability p, else `two`; allocator Q always `rival`.
Shapes    mean, slope, s, r: (B, d); counts: three numbers of queries, of which the first B are used.
Units     mean, slope: a gradient; LB: a loss; T: a squared gradient.
"""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from itertools import product
from typing import Any

import sympy as sp

from theory.claim import Given
from theory.family import Choice, Family, Instance, Integer, Matrix, Real
from theory.notation import Law, Vec, norm2

COUNTS = (
    (1, 1, 1), (2, 2, 2), (3, 3, 3), (1, 2, 3), (3, 1, 2), (2, 3, 1), (1, 3, 1), (3, 1, 1), (2, 1, 1),
    (2, 2, 1),
)  # fmt: skip
FAMILY = Family(
    fields={
        "B": Integer(1, 3),
        "d": Integer(1, 2),
        "eta": Real(0, 2, open="lo"),
        "L": Real(0, 4, open="lo"),
        "p": Real(0, 1),
        "one": Choice(COUNTS),
        "two": Choice(COUNTS),
        "rival": Choice(COUNTS),
        "mean": Matrix("B", "d", Real(-2, 2)),
        "slope": Matrix("B", "d", Real(-2, 2)),
        "s": Matrix("B", "d", Real(-2, 2)),
        "r": Matrix("B", "d", Real(-2, 2)),
    },
    leaves_out="B > 3, more than three queries, allocators of more than two values; proofs cover all B, A",
)

B = sp.Symbol("B", positive=True, integer=True)
j = sp.Symbol("j", positive=True, integer=True)
L, eta = sp.symbols("L eta", positive=True)
p = sp.Symbol("p", nonnegative=True)
T = sp.IndexedBase("T", nonnegative=True)
A = sp.IndexedBase("A", integer=True, positive=True)
A_else, A_rival = (sp.IndexedBase(name, positive=True) for name in ("A_else", "A_Q"))
c, m = sp.IndexedBase("c", real=True), sp.IndexedBase("m", nonnegative=True)  # <mean_j, grad L_j>, |mean_j|^2
MG, MM = sp.Symbol("MG", real=True), sp.Symbol("MM", nonnegative=True)  # the same of the sums over the batch


@lru_cache(maxsize=64)
def signs(count: int) -> tuple:
    """(number of ways, sum) of `count` vectors of two independent signs."""
    ways = Counter({(0, 0): 1})
    for _ in range(count):
        grown: Counter = Counter()
        for (x, y), n in ways.items():
            for a, b in product((1, -1), repeat=2):
                grown[x + a, y + b] += n
        ways = grown
    return tuple((n, point) for point, n in ways.items())


def share(i: Instance, part: int, whole: int) -> Any:
    """part / whole in the arithmetic of the instance."""
    return part / whole if isinstance(i.eta, float) else Fraction(part, whole)


def _estimates(i: Instance, j: int, queries: int) -> dict:
    """Sum of the signs of all queries -> ghat_j."""
    rows = tuple(zip(i.mean[j], i.s[j], i.r[j], strict=True))
    of = share(i, 1, queries)
    return {
        total: tuple(m + (s * total[0] + r * total[1]) * of for m, s, r in rows)
        for _, total in signs(queries)
    }


def _inner(x: tuple, y: tuple) -> Any:
    return sum(a * b for a, b in zip(x, y, strict=True))


def _summed(table: dict, base: tuple, rest: int) -> tuple:
    """The sum of ghat_j over all signs of its last `rest` queries, when the others add up to `base`."""
    cases = [(n, table[base[0] + x, base[1] + y]) for n, (x, y) in signs(rest)]
    if len(cases) == 1:
        return cases[0][1]
    return tuple(sum(n * part for n, part in zip([n for n, _ in cases], column, strict=True))
                 for column in zip(*[g for _, g in cases], strict=True))  # fmt: skip


def mean_estimate(i: Instance, j: int, queries: int) -> tuple:
    """E[ghat_j], over all signs."""
    table = _estimates(i, j, queries)
    return tuple(share(i, 1, 4**queries) * x for x in _summed(table, (0, 0), queries))


def product_mean(i: Instance, j: int, k: int, counts: tuple, shared: bool) -> Any:
    """E<ghat_j, ghat_k>.  Signs of different samples are independent, or shared query by query."""
    mine, other = counts[j], counts[k]
    common = min(mine, other) if shared or j == k else 0
    first, second = _estimates(i, j, mine), _estimates(i, k, other)
    total = sum(  # given what they share, the two are independent
        n * _inner(_summed(first, base, mine - common), _summed(second, base, other - common))
        for n, base in signs(common)
    )
    return total * share(i, 1, 4 ** (mine + other - common))


def bound_per_sample(i: Instance, counts: tuple) -> Any:
    """LB_t of eq. (8) for fixed counts."""
    total = 0
    for j in range(i.B):
        square = product_mean(i, j, j, counts, False)
        total += (
            i.eta * _inner(mean_estimate(i, j, counts[j]), i.slope[j])
            - share(i, 1, 2) * i.eta**2 * i.L * square
        )
    return total


def bound_of_batch(i: Instance, counts: tuple, shared: bool = False) -> Any:
    """LB_t of A.1 and eq. (16) for fixed counts."""
    means = [mean_estimate(i, j, counts[j]) for j in range(i.B)]
    linear = sum(_inner(mean, slope) for mean in means for slope in i.slope)
    square = sum(product_mean(i, j, k, counts, shared) for j in range(i.B) for k in range(i.B))
    return share(i, 1, 2 * i.B) * (2 * i.eta * linear - i.eta**2 * i.L * square)


def advantage(bound: Callable, **options: Any) -> Callable[[Instance], Any]:
    """instance -> LB_t(P) - LB_t(Q)."""

    def run(i: Instance) -> Any:
        drawn = i.p * bound(i, i.one, **options) + (1 - i.p) * bound(i, i.two, **options)
        return drawn - bound(i, i.rival, **options)

    return run


def agreement(i: Instance) -> Any:
    """(LB_t(P) - LB_t(Q)) (J_t(Q) - J_t(P)), one perturbation for all: negative where they differ."""

    def cost(counts: tuple) -> Any:  # sum_j Tr(Sigma_j) / A_j, from the coordinates
        noise = [sum(x * x for x in (*s, *r)) for s, r in zip(i.s, i.r, strict=True)]
        return sum(t * share(i, 1, n) for t, n in zip(noise, counts, strict=False))

    gain = cost(i.rival) - i.p * cost(i.one) - (1 - i.p) * cost(i.two)
    return advantage(bound_of_batch, shared=True)(i) * gain


def objective(counts: Any) -> Any:
    """sum_j T_j / A_j."""
    return sp.Sum(T[j] / counts[j], (j, 1, B))


def closed_per_sample(counts: Any) -> Any:
    """eq. (8) for fixed counts, from the moments of the estimates."""
    return sp.Sum(eta * c[j] - eta**2 * L / 2 * (m[j] + T[j] / counts[j]), (j, 1, B))


def closed_of_batch(counts: Any) -> Any:
    """eq. (16) for fixed counts, from the moments of the estimates."""
    return eta / B * MG - eta**2 * L / (2 * B) * (MM + objective(counts))


def drawn(of: Callable) -> Any:
    """The mean over what P draws."""
    return p * of(A) + (1 - p) * of(A_else)


def _total(rows: tuple) -> tuple:
    return tuple(sum(column) for column in zip(*rows, strict=True))


SYMBOLS = {
    B: lambda i: i.B,
    L: lambda i: i.L,
    eta: lambda i: i.eta,
    p: lambda i: i.p,
    T: lambda i: tuple(_inner(s, s) + _inner(r, r) for s, r in zip(i.s, i.r, strict=True)),
    A: lambda i: i.one,
    A_else: lambda i: i.two,
    A_rival: lambda i: i.rival,
    c: lambda i: tuple(_inner(x, g) for x, g in zip(i.mean, i.slope, strict=True)),
    m: lambda i: tuple(_inner(x, x) for x in i.mean),
    MG: lambda i: _inner(_total(i.mean), _total(i.slope)),
    MM: lambda i: _inner(_total(i.mean), _total(i.mean)),
}

# One coordinate of the estimates of a whole batch, any law with the moments of a mean of A_j queries.
Y, Y_else = sp.IndexedBase("Y", real=True), sp.IndexedBase("Y_else", real=True)
y, g, V = (
    sp.IndexedBase("y", real=True),
    sp.IndexedBase("g", real=True),
    sp.IndexedBase("V", nonnegative=True),
)


def _coordinate(i: Instance) -> tuple:
    """Variances of the first coordinate of a query."""
    return tuple(s[0] ** 2 + r[0] ** 2 for s, r in zip(i.s, i.r, strict=True))


def _three_points(counts: str) -> Callable[[Instance], tuple]:
    """A law with these means and variances: three points for each sample, all combinations."""

    def points(i: Instance) -> tuple:
        parts = []
        for row, variance, n in zip(i.mean, _coordinate(i), getattr(i, counts), strict=False):
            spread = variance * share(i, 1, n)
            reach = 1 + spread
            side = spread / (2 * reach**2)
            parts.append(((side, row[0] - reach), (1 - 2 * side, row[0]), (side, row[0] + reach)))
        joint = tuple(product(*parts))
        weights = []
        for combination in joint:
            weight = 1
            for chance, _ in combination:
                weight = weight * chance
            weights.append(weight)
        return tuple(weights), tuple(tuple(value for _, value in combination) for combination in joint)

    return points


def _family(base: Any, counts: Any, field: str) -> Law:
    moments = {base[j]: y[j], base[j] ** 2: y[j] ** 2 + V[j] / counts[j]}
    return Law(kind="moments", moments=moments, points=_three_points(field))


# One query of two samples of the batch, the first and the last: any law, any dimension, mean and trace known.
first, last, g_first, g_last = Vec("mu_1"), Vec("mu_2"), Vec("g_1"), Vec("g_2")
G1, G2 = Vec("G_1"), Vec("G_2")
T1, T2 = sp.symbols("T_1 T_2", nonnegative=True)
A1, A2, A1_else, A2_else = sp.symbols("A_1 A_2 A_1_else A_2_else", positive=True, integer=True)


def _query(sample: int) -> Callable[[Instance], tuple]:
    def points(i: Instance) -> tuple:
        rows = tuple(zip(i.mean[sample], i.s[sample], i.r[sample], strict=True))
        values = tuple(tuple(m + x * s + y * r for m, s, r in rows) for x, y in product((1, -1), repeat=2))
        return (Fraction(1, 4),) * 4, values

    return points


LAWS: dict = {
    query: Law(kind="moments", moments={query: mu, norm2(query): norm2(mu) + trace}, points=_query(sample))
    for query, mu, trace, sample in ((G1, first, T1, 0), (G2, last, T2, -1))
}
LAWS |= {Y[j]: _family(Y, A, "one"), Y_else[j]: _family(Y_else, A_else, "two")}
QUERIES = Given(
    text="queries are independent, those of one sample have one law, whose covariance matrix is finite",
    because="the signs are drawn apart",
    grants=("moment(G_1, 2)", "moment(G_2, 2)", "moment(Y, 2)", "moment(Y_else, 2)"),
)


def _trace(sample: int) -> Callable[[Instance], Any]:
    return lambda i: _inner(i.s[sample], i.s[sample]) + _inner(i.r[sample], i.r[sample])


VECTORS = {
    first: lambda i: i.mean[0],
    last: lambda i: i.mean[-1],
    g_first: lambda i: i.slope[0],
    g_last: lambda i: i.slope[-1],
    T1: _trace(0),
    T2: _trace(-1),
    y: lambda i: tuple(row[0] for row in i.mean),
    g: lambda i: tuple(row[0] for row in i.slope),
    V: _coordinate,
    A1: lambda i: i.one[0],
    A2: lambda i: i.one[i.B - 1],
    A1_else: lambda i: i.two[0],
    A2_else: lambda i: i.two[i.B - 1],
}
