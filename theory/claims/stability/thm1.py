"""Model merging stability, theorem 1: how far merges of experts told neighbouring data sets are apart.

Printed   E|x_avg - x~_avg|^2 <= 16 eta^2 sum_i lambda_i K_i (sigma_i^2/n_i + 3 b_i zeta_i^2/n_i).
Repaired  sum_i rho_i lambda_i^2 E_i, E_i = 2 sigma_i^2 eta^2/b_i^2 (p(1-p) (g^(2K)-1)/(g^2-1) + p^2 ((g^K-1)
          /(g-1))^2) with p = b_i/n_i, g = 1 + eta L, K = K_i the bound of Lemma 3 as repaired, and rho_i the
          chance that the replaced sample is one of task i.  Only that task's expert moves, so the square of
          its weight enters, and no Jensen.  For N = 1 the printed bound is that of Lemma 3 and fails with it
          once K exceeds 6n or so, and so for N = 2 where one weight is small; neither zeta_i nor a step
          condition is needed.
World     The world of Lemma 3 (theory.claims.stability._merges) for every task; equality at curvature -L.
Shapes    lam, rho, n, b, K, sigma: (N,); the rest scalar.  Units: both sides those of x^2.
Source    Section IV-A, Theorem 1; Appendix A-A, Step 2, equation (13).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.claims.stability._merges import (
    EIGHTH,
    FAMILY,
    batch,
    chances,
    drift,
    each,
    fresh,
    heterogeneity,
    local,
    louder,
    merged,
    sizes,
    steeper,
    step,
)
from theory.family import Instance, replace
from theory.proof import Chain, Entail, Lemma, Line

N = sp.Symbol("N", integer=True, positive=True)
j, k = (sp.Symbol(name, integer=True, positive=True) for name in ("j", "k"))
lam, rho, slack, miss = (
    sp.IndexedBase(name, nonnegative=True) for name in ("lambda", "rho", "s", "E[e;z_notin_D]")
)
n, b, K, sigma2, zeta2, reach = (
    sp.IndexedBase(name, positive=True) for name in ("n", "b", "K", "sigma^2", "zeta^2", "sigma_p")
)
hit: Any = sp.IndexedBase("E[e;z_in_D]", nonnegative=True)
whole: Any = sp.IndexedBase("E|x_i-x~_i|^2", nonnegative=True)
apart: Any = sp.IndexedBase("d", real=True)  # x_i - x~_i of one outcome
eta, L, K_max = sp.symbols("eta L K_max", positive=True)
moved, first = (
    sp.Symbol(name, nonnegative=True) for name in (r"E|x_{avg}-\tilde{x}_{avg}|^2", r"E|x_1-\tilde{x}_1|^2")
)


def over(term: Any) -> Any:
    return sp.Sum(term, (j, 1, N))


def printed(noise: Any) -> Any:
    """The display, with sigma_i^2 = noise."""
    return 16 * eta**2 * over(lam[j] * K[j] * (noise / n[j] + 3 * b[j] * zeta2[j] / n[j]))


g, p = 1 + eta * L, b[j] / n[j]
S1, S2 = (g ** K[j] - 1) / (g - 1), (g ** (2 * K[j]) - 1) / (g**2 - 1)
LOCAL = 2 * sigma2[j] * eta**2 / b[j] ** 2 * (p * (1 - p) * S2 + p**2 * S1**2)
REPAIR = over(rho[j] * lam[j] ** 2 * LOCAL)
MOVED = over(rho[j] * lam[j] ** 2 * (LOCAL - slack[j]))
ONE = Fraction(1)

SYMBOLS = {
    N: lambda i: i.N,
    lam: lambda i: i.lam,
    rho: chances,
    slack: each(lambda i, t: local(i, t) - drift(i, t)),
    n: sizes,
    b: each(batch),
    K: lambda i: i.K,
    sigma2: lambda i: tuple(s * s for s in i.spread),
    reach: each(lambda i, t: (2 * i.spread[t] * (sizes(i)[t] - 1)) ** 2 / sizes(i)[t] ** 2),
    zeta2: heterogeneity,
    hit: each(drift),
    whole: each(lambda i, t: chances(i)[t] * drift(i, t)),
    miss: lambda i: (0 * i.L,) * i.N,
    apart: lambda i: i.spread,
    eta: step,
    L: lambda i: i.L,
    K_max: lambda i: max(i.K),
    moved: merged,
    first: lambda i: chances(i)[0] * drift(i, 0),
}
COEFFICIENTS = Given(text="lambda_i >= 0 with sum one (Assumption 4)", fact=sp.Eq(over(lam[j]), 1))
VARIANCE = Given(
    text="one fresh sample has gradients of variance sigma_i^2: every batch has at most sigma_i^2/b_i",
    because="signs: their variance in a data set is at most spread^2",
)
SIMILAR = Given(
    text="|grad f_i - grad f|^2 <= zeta_i^2, zeta_i^2 > 0 (Assumption 3)",
    because="zeta_i is the largest difference of means of signs; extra > 0",
)
PERTURBED = Given(
    text="|grad f~_i - grad f|^2 <= zeta_i^2 for every pair of data sets: (2 spread/n)^2 at most, N = 1",
    check=lambda i: i.N == 1 and heterogeneity(i)[0] * sizes(i)[0] ** 2 >= 4 * i.spread[0] ** 2,
)
SMALL = Given(text="8 K_i L eta <= 1 for every task (Lemma 3)", fact=sp.Le(8 * K_max * L * eta, 1))


def none_above(share: int) -> Any:
    """Zero if and only if b_i <= n_i/share for every task."""
    return over(sp.Abs(share * b[j] - n[j]) + share * b[j] - n[j])


HALF = Given(
    text="b_i/n_i <= 1/2 for every task (Lemma 3): the sum of |2 b_i - n_i| + 2 b_i - n_i vanishes",
    fact=sp.Eq(none_above(2), 0),
)
WHOLE = Given(
    text="rho sums to one; b_i <= n_i for every task: the sum of |b_i - n_i| + b_i - n_i vanishes",
    fact=sp.And(sp.Eq(over(rho[j]), 1), sp.Eq(none_above(1), 0)),
)
SAME = Given(
    text="a task whose data are the same in both runs has the same expert: same batches, same start",
    fact=sp.Eq(over(lam[j] * miss[j]), 0),
)
CHANCES = Given(
    text="over which sample is replaced: it is one of task i with probability rho_i",
    fact=sp.And(
        sp.Eq(first, rho[1] * hit[1] + (1 - rho[1]) * miss[1]),
        sp.Eq(over(lam[j] * whole[j]), over(lam[j] * (rho[j] * hit[j] + (1 - rho[j]) * miss[j]))),
    ),
)
GIVENS = (COEFFICIENTS, CHANCES, VARIANCE, SIMILAR, SMALL, HALF, SAME)
LOCALLY = Given(
    text="E|x_i - x~_i|^2 = E_i - s_i with s_i >= 0: Lemma 3 as repaired, for every task",
    because="proved in stability.lem3; s_i is compared with the run on every instance",
)
TERM = rho[j] * lam[j] ** 2 * 2 * sigma2[j] * eta**2
ORDERED = Given(
    text="term by term: lambda_i <= 1, n_i >= 1, and both sums of powers of g are positive",
    fact=sp.And(
        sp.Ge(over(rho[j] * LOCAL), REPAIR),
        sp.Ge(over(TERM * S1**2 * (1 / n[j] - 1 / n[j] ** 2)), 0),
        sp.Ge(over(TERM * S2 / n[j] ** 2), 0),
    ),
    because="weights with sum one, numbers of samples, g > 1",
)
MERGE = Quantity(text="E|x_avg - x~_avg|^2", run=merged, expr=MOVED)

READINGS = (
    Statement(
        text="the display; the replaced sample is drawn from all samples, or its task first",
        left=MERGE,
        relation="<=",
        right=printed(sigma2[j]),
        givens=GIVENS,
    ),
    Statement(
        text="sigma_i bounds |grad l(x;z) - grad f_i| for every z in D_i, zeta_i also the perturbed data",
        left=MERGE,
        relation="<=",
        right=printed(reach[j]),
        givens=(*GIVENS, PERTURBED),
    ),
    Statement(
        text="D~ is the independent data set that Definition 1 introduces first",
        left=Quantity(text="E|x_avg - x~_avg|^2, all samples drawn afresh", run=fresh),
        relation="<=",
        right=printed(sigma2[j]),
        givens=GIVENS,
    ),
)
JENSEN = Lemma("jensen_square", {"w": lam[k], "a": apart[k], "j": k, "n": N})
STEPS = (
    PrintedStep(item="stability.eq13", left=moved, relation="<=", right=printed(sigma2[j])),
    PrintedStep(
        item="stability.secA.merge_step2",
        text="'the Global Stability can be represented as' that of one expert (task 1)",
        left=moved,
        relation="==",
        right=first,
    ),
    PrintedStep(
        item="stability.sec4.i1tilde",
        text="the local quantity, over which sample is replaced",
        left=first,
        relation="==",
        right=rho[1] * hit[1] + (1 - rho[1]) * miss[1],
    ),
    PrintedStep(
        item="stability.thm1.step1",
        text="Jensen; it gives away that all but one of the differences vanish",
        left=over(lam[j] * apart[j]) ** 2,
        relation="<=",
        right=over(lam[j] * apart[j] ** 2),
        by=JENSEN,
    ),
    PrintedStep(
        item="stability.thm1.step2",
        text="rho_i is n_i/n, or 1/N if the task is drawn first",
        left=over(lam[j] * whole[j]),
        relation="==",
        right=over(lam[j] * (rho[j] * hit[j] + (1 - rho[j]) * miss[j])),
    ),
    PrintedStep(
        item="stability.thm1.step3",
        text="'b_i = 0' is no batch; the left side is zero, for nothing differs",
        left=over(lam[j] * miss[j]),
        relation="<=",
        right=16 * eta**2 * over(lam[j] * K[j] * sigma2[j] / n[j]),
        by=Entail(),
    ),
)


def transcription(i: Instance):
    """Equation (13) from the inventory's LaTeX."""
    rows = zip(i.lam, i.K, sizes(i), i.spread, heterogeneity(i), each(batch)(i), strict=True)
    inside = sum(w * k * (s**2 / m + 3 * b * z / m) for w, k, m, s, z, b in rows)
    return 16 * step(i) ** 2 * inside


MANY = Instance(
    N=1, lam=(ONE,), half=(1,), K=(16,), large=False, spread=(ONE,), extra=(ONE / 1000,), L=ONE, rate=EIGHTH,
    bend=0 * ONE, draw="sample",
)  # fmt: skip
CONCAVE = replace(MANY, bend=-ONE, K=(5,))
PAIR = replace(
    CONCAVE, large=True, N=2, lam=(ONE / 2,) * 2, half=(1, 3), K=(5, 2), spread=(ONE, 2 * ONE),
    extra=(ONE / 8,) * 2,
)  # fmt: skip
OTHER = replace(MANY, half=(8,), K=(2,))
UNEQUAL = replace(
    MANY, N=2, lam=(63 * ONE / 64, ONE / 64), half=(1, 1), K=(64, 2), spread=(ONE, ONE / 64),
    extra=(ONE / 1000,) * 2,
)  # fmt: skip
LONG = replace(MANY, bend=-ONE, K=(64,), extra=(ONE,))
WORSE = replace(LONG, half=(2,))

CLAIM = Claim(
    items=(
        "stability.thm1",
        "stability.eq13",
        "stability.secA.merge_step2",
        "stability.sec4.i1tilde",
        "stability.thm1.step1",
        "stability.thm1.step2",
        "stability.thm1.step3",
        "stability.thm1.step4",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="rho_i lambda_i^2 for lambda_i, and the bound of Lemma 3 as repaired",
        statement=Statement(
            text="each task with the square of its weight and the growth of repeated visits",
            left=MERGE,
            relation="<=",
            right=REPAIR,
            givens=(COEFFICIENTS, VARIANCE, WHOLE, LOCALLY, ORDERED),
            proof=lambda: Chain(MOVED, (Line("<=", REPAIR, Entail(), "s_i >= 0"),)),
        ),
        nondegenerate=PAIR,
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(MANY, CONCAVE, PAIR, LONG, WORSE, OTHER, UNEQUAL),
    tight_at=(CONCAVE, PAIR),
    scalings=(
        Scaling(text="z -> kz", power=2, move=louder),
        Scaling(text="l -> kl, eta -> eta/k", power=0, move=steeper),
    ),
    mutants=(
        Mutant(text="no repeated visits", right=over(rho[j] * lam[j] ** 2 * sigma2[j] * eta**2 * K[j]), ),
        Mutant(text="half of it", right=REPAIR / 2, dies_at=PAIR),
        Mutant(
            text="K for the geometric sums",
            right=over(
                rho[j] * lam[j] ** 2 * 2 * sigma2[j] * eta**2 / b[j] ** 2
                * (p * (1 - p) * K[j] + p**2 * K[j] ** 2)
            ),
            dies_at=CONCAVE,
        ),
    ),
    effort=0.25,
)  # fmt: skip
