"""Model merging stability, lemma 3, proof: one step of two coupled runs, the first and the second case.

Printed   First case, the perturbed sample not in the batch: E[|x' - x~'|^2 | z~ not in batch]
          <= (1 + 2 eta L + 2 eta^2 L^2) E|x - x~|^2 + 4 eta^2 sigma^2/b.
Repaired  not needed; (1 + eta L)^2 E|x - x~|^2 is enough, without noise: both runs use the same samples.  But
          step 1, which leads there, is false: given that case the batch is not drawn from all of D_i, so the
          cross term is not that of grad f_i.  In the second case neither is it that of grad f_i and grad f~_i
          (step 7): given that the sample is in the batch it has weight 1/b there, not 1/n_i.
World     n = 2, b = 1; a sample is one of three atoms (c, s), equally likely: l(x; z) = c x^2/2 - s x where
          the runs go, |c| <= L.  All is enumerated, over data, replacement, the first batch and the second:
          v = x - x~ after the first step, g and g~ the gradients of the second, of learning rate eta; rates
          do not increase, so that the first step takes `decay` times eta.
Shapes    atoms: three pairs; the rest scalar.  Units: both sides those of x^2.
Source    Appendix A-A, Step 1, Proof 3, First Case and Second Case, equation (12).
"""

from fractions import Fraction
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line

zeta2 = sp.Symbol("zeta^2", positive=True)
moved_risk = sp.Symbol("E|f~'-f'|^2", nonnegative=True)
n, b = sp.symbols("n b", integer=True, positive=True)
eta, L = sp.symbols("eta L", positive=True)
sigma2, e, moved, first, second, held, reach = (
    sp.Symbol(name, nonnegative=True)
    for name in ("sigma^2", "E|v|^2", "e_next", "e_miss", "e_hit", "P(z_in_batch)", "max|l'-f'|")
)
G, G_miss, G_hit, apart = (
    sp.Symbol(name, nonnegative=True)
    for name in ("E|g-g~|^2", "E[|g-g~|^2;miss]", "E[|g-g~|^2;hit]", "E|f'(x)-f~'(x~)|^2")
)
X, X_miss, X_full, X_pert = (
    sp.Symbol(name, real=True)
    for name in ("E<v,g-g~>", "E[<v,g-g~>;miss]", "E<v,f'(x)-f'(x~)>", "E<v,f'(x)-f~'(x~)>")
)

FAMILY = Family(
    fields={
        "size": Integer(2, 6),
        "b": Integer(1, lambda f: f.size),
        "L": Real(0, 3, open="lo"),
        "rate": Real(0, 1, open="lo"),
        "decay": Real(1, 64),
        "bends": Vector(3, Real(-1, 1)),
        "slopes": Vector(3, Real(-3, 3)),
        "start": Real(-2, 2),
        "zeta2": Real(0, 1, open="lo"),
    },
    leaves_out="samples of more than three kinds; runs of more than two steps; more than two samples",
)
SIZE = 2
NAMES = ("e", "next", "G", "X", "full", "pert", "apart")


def _means(i: Instance, kind: type) -> dict:
    """Means over all cases, and over those with (hit) and without (miss) the replaced sample in step two."""
    eta = i.rate / i.L
    atoms = [(c * i.L, s) for c, s in zip(i.bends, i.slopes, strict=True)]
    grad = lambda z, x: z[0] * x - z[1]
    total: dict[str, dict[str, Any]] = {case: dict.fromkeys(NAMES, 0 * eta) for case in ("hit", "miss")}
    count = {"hit": 0, "miss": 0}
    for data in product(atoms, repeat=SIZE):
        for fresh in atoms:
            if fresh == data[0]:  # the same data: all differences vanish
                count = {"hit": count["hit"] + SIZE, "miss": count["miss"] + SIZE * (SIZE - 1)}
                continue
            twin = (fresh, *data[1:])
            mean = lambda D, x: sum(grad(z, x) for z in D) / SIZE
            for one in range(SIZE):
                x = i.start - i.decay * eta * grad(data[one], i.start)
                y = i.start - i.decay * eta * grad(twin[one], i.start)
                v = x - y
                shared = {
                    "e": v * v,
                    "full": v * (mean(data, x) - mean(data, y)),
                    "pert": v * (mean(data, x) - mean(twin, y)),
                    "apart": (mean(data, x) - mean(twin, y)) ** 2,
                }
                for two in range(SIZE):
                    case = "hit" if two == 0 else "miss"
                    g, h = grad(data[two], x), grad(twin[two], y)
                    found = {**shared, "G": (g - h) ** 2, "X": v * (g - h)}
                    found["next"] = (x - eta * g - (y - eta * h)) ** 2
                    count[case] += 1
                    total[case] = {k: total[case][k] + found[k] for k in NAMES}
    both = {k: (total["hit"][k] + total["miss"][k]) / sum(count.values()) for k in NAMES}
    return {"all": both} | {c: {k: v / count[c] for k, v in total[c].items()} for c in count}


_kept = lru_cache(maxsize=4096)(_means)


def mean(case: str, name: str):
    """instance -> the mean.  Kept by kind of number: 1/2 and 0.5 are equal keys."""
    return lambda i: _kept(i, type(i.rate))[case][name]


def deviations(i: Instance) -> list:
    """|l'(x;z_j) - f'(x)| over all data sets and samples, at both ends of where the first step can lead."""
    eta, atoms = i.rate / i.L, [(c * i.L, s) for c, s in zip(i.bends, i.slopes, strict=True)]
    far = abs(i.start) + i.decay * eta * (i.L * abs(i.start) + max(map(abs, i.slopes)))
    rows = []
    for data in product(atoms, repeat=SIZE):
        for x in (far, -far):
            slopes = [c * x - s for c, s in data]
            rows.append([g - sum(slopes) / SIZE for g in slopes])
    return rows


def variance(i: Instance):
    """sigma^2 of Assumption 2 for one sample at a time."""
    return max(sum(d * d for d in row) / SIZE for row in deviations(i))


def perturbed(i: Instance):
    """E|grad f~_i - grad f_i|^2 at the start, over both data sets."""
    slopes = [c * i.L * i.start - s for c, s in zip(i.bends, i.slopes, strict=True)]
    return sum((g - h) ** 2 for g in slopes for h in slopes) / (len(slopes) * SIZE) ** 2


def chance(i: Instance):
    """How many of the batches of b hold the replaced sample."""
    batches = list(combinations(range(i.size), i.b))
    return (i.rate / i.rate) * sum(0 in batch for batch in batches) / len(batches)


SYMBOLS = {
    n: lambda i: i.size,
    b: lambda i: i.b,
    eta: lambda i: i.rate / i.L,
    L: lambda i: i.L,
    sigma2: variance,
    zeta2: lambda i: i.zeta2,
    moved_risk: perturbed,
    held: chance,
    reach: lambda i: max(abs(d) for row in deviations(i) for d in row),
    e: mean("all", "e"),
    moved: mean("all", "next"),
    first: mean("miss", "next"),
    second: mean("hit", "next"),
    G: mean("all", "G"),
    G_miss: mean("miss", "G"),
    G_hit: mean("hit", "G"),
    X: mean("all", "X"),
    X_miss: mean("miss", "X"),
    X_full: mean("all", "full"),
    X_pert: mean("all", "pert"),
    apart: mean("all", "apart"),
}
SMOOTH = Given(
    text="every l(.; z) is L-smooth: |g - g~| <= L |v| on the same samples; Cauchy and Schwarz; averaged",
    fact=sp.And(sp.Le(G_miss, L**2 * e), sp.Ge(X_miss, -L * e), sp.Ge(X_full, -L * e)),
    because="|c| <= L; v does not depend on the second batch",
)
NOISE = Given(text="Assumption 2: E|g - f'|^2 <= sigma^2/b", because="the largest variance of a data set")
UPDATE = Given(
    text="both runs take SGD steps on the same indices: x' - x~' = v - eta (g - g~), squared and averaged",
    fact=sp.Eq(moved, e - 2 * eta * X + eta**2 * G),
)
ALIKE = Given(text="|grad f_i - grad f|^2 <= zeta^2, zeta^2 > 0 (Assumption 3)", because="one task: f_i = f")
GIVENS = (SMOOTH, NOISE, UPDATE, ALIKE)
FIRST = e - 2 * eta * X_miss + eta**2 * G_miss
RIGHT = (1 + 2 * eta * L + 2 * eta**2 * L**2) * e + 4 * eta**2 * sigma2


def line(number: int, left: Any, relation: str, right: Any, text: str = "", by: Any = None) -> PrintedStep:
    item = f"stability.lem3.step{number}"
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by)


STEPS = (
    PrintedStep(
        item="stability.alg.local_sgd",
        text="x' - x~' = v - eta (g - g~), squared and averaged",
        left=moved,
        relation="==",
        right=e - 2 * eta * X + eta**2 * G,
    ),
    line(
        1,
        first,
        "<=",
        e + eta**2 * G_miss - 2 * eta * X_full,
        "given that the replaced sample is not drawn, E[g] is the mean of the others, not grad f_i",
    ),
    line(
        2,
        e + eta**2 * G_miss - 2 * eta * X_full,
        "<=",
        (1 + 2 * eta * L) * e + eta**2 * G_miss,
        "smoothness",
        Entail(),
    ),
    line(6, held, "==", b / n, "batches without replacement"),
    line(
        7,
        second,
        "<=",
        e + eta**2 * G_hit - 2 * eta * X_pert,
        "given that it is drawn, the replaced sample has weight 1/b in the batch, not 1/n_i",
    ),
    line(
        10,
        e + eta**2 * G_hit - 2 * eta * X_full,
        "<=",
        (1 + 2 * eta * L) * e + eta**2 * G_hit,
        "smoothness",
        Entail(),
    ),
    line(11, reach, "<=", sigma2, "for every sample, not squared: Assumption 2 bounds a mean of squares"),
    line(13, moved_risk, "<=", zeta2, "f~_i is not as near to f as f_i: the new sample counts 1/n_i"),
    line(
        12,
        (1 + 2 * eta * L) * e + eta**2 * G_hit,
        "<=",
        (1 + 2 * eta * L) * e + 4 * eta**2 * sigma2 + 2 * eta**2 * apart,
        "Assumption 2 for the noise of one given sample, and E<xi, xi~> >= 0",
    ),
)

ONE = Fraction(1)
BENT = Instance(
    size=2, b=1, L=ONE, rate=ONE / 2, decay=ONE, bends=(ONE, -ONE, -ONE), slopes=(3 * ONE, 0 * ONE, 0 * ONE),
    start=0 * ONE, zeta2=ONE / 64,
)  # fmt: skip
PARALLEL = replace(BENT, bends=(-ONE,) * 3, slopes=(ONE, -ONE, ONE), size=3)
SHORT = replace(BENT, bends=(ONE,) * 3, slopes=(ONE / 4, -ONE / 4, ONE / 4))
EIGHTH = ONE / 8
SLOWED = replace(PARALLEL, slopes=(EIGHTH, -EIGHTH, EIGHTH), rate=EIGHTH, decay=64 * ONE)  # noise is little

CLAIM = Claim(
    items=(
        "stability.lem3.step5",
        "stability.alg.local_sgd",
        "stability.lem3.step1",
        "stability.lem3.step2",
        "stability.lem3.step6",
        "stability.lem3.step7",
        "stability.lem3.step10",
        "stability.lem3.step11",
        "stability.lem3.step12",
        "stability.lem3.step13",
    ),
    readings=(
        Statement(
            text="the result of the first case, b = 1",
            left=Quantity(text="E[|x' - x~'|^2 | miss]", run=mean("miss", "next"), expr=FIRST),
            relation="<=",
            right=RIGHT,
            givens=GIVENS,
            proof=lambda: Chain(
                FIRST,
                (
                    Line("<=", (1 + 2 * eta * L + eta**2 * L**2) * e, Entail(), "smoothness, path by path"),
                    Line("<=", RIGHT, Entail(), "what is added is not negative"),
                ),
            ),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=STEPS,
    witnesses=(BENT, PARALLEL, SHORT, SLOWED),
    scalings=(
        Scaling(
            text="x -> kx",
            power=2,
            move=lambda i, k: replace(
                i, start=k * i.start, slopes=tuple(k * s for s in i.slopes), zeta2=k * k * i.zeta2
            ),
        ),
        Scaling(
            text="l -> kl, eta -> eta/k",
            power=0,
            move=lambda i, k: replace(
                i, L=k * i.L, slopes=tuple(k * s for s in i.slopes), zeta2=k * k * i.zeta2
            ),
        ),
    ),
    mutants=(
        Mutant(text="no growth", right=e, dies_at=PARALLEL),
        Mutant(text="half the linear growth", right=(1 + eta * L) * e, dies_at=PARALLEL),
        Mutant(
            text="the second case",
            left=Quantity(text="E[|x' - x~'|^2 | hit]", run=mean("hit", "next")),
            right=(1 + eta * L) ** 2 * e,
            dies_at=PARALLEL,
        ),
    ),
    effort=0.05,
)
