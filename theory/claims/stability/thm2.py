"""Model merging stability, theorem 2 and corollary 2: the gradient of the weighted risk at the merged model.

Printed   E|grad f~(x_avg)|^2 <= 4 (f~(x_0) - inf f~)/sqrt(N K-bar) + 4 L sigma^2 A_1/(b sqrt(N K-bar))
          + 6 N L^2 sigma^2 A_2/(b K-bar) + 5 N L^2 zeta^2 A_3/K-bar, eta = sqrt(N/K-bar), for every L
          (Theorem 2); 12 in place of 5 in Theorem 4 and Corollary 2, whose first term has K-bar/tau_eff.
Repaired  With the step condition of Lemma 3, 8 K_i L eta <= 1, as printed, 5 included (so 12 in its place
          holds too, which is Theorem 4 for SGD; other rates: stability.thm4).  eta has no L in it, so that
          nothing else keeps the one round of training from overshooting: N = K = 1, f(x) = L x^2/2 and
          L > 1 + sqrt(2) is enough.  The condition and eta = sqrt(N/K-bar) together leave
          K-bar <= 1/(64 L^2 N).
Proof     Splits the move of the merge in noise, first gradients and drift; their estimates are shown by hand
          and granted (theory.claims.stability._move), the chain does the rest.  Its first line is wider
          than (6) needs: theorem 3 takes it.
World     quadratics of one curvature c <= L, noise of variance sigma_i^2/b_i in every step.
Shapes    K, lam, m, sigma: (N,); see theory.claims.stability._round.
Units     both sides a squared gradient, if eta is taken as sqrt(N/K-bar) times a unit step.
Source    Section IV-A, Theorem 2, (6); Appendix A-A, Theorem 4, (19), and Corollary 2, (21).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.claims.stability import _move as move
from theory.claims.stability._round import (
    A1,
    A2,
    A3,
    AVERAGE,
    SMALL,
    STEP,
    SYMBOLS,
    WEIGHTS,
    K,
    K_max,
    Kbar,
    L,
    N,
    ahead,
    b,
    centre,
    curvature,
    fields,
    first_constant,
    j,
    lam,
    merging,
    moments,
    second_constant,
    sgd_error,
    sigma2,
    slope,
    smoothness,
    start_gap,
    third_constant,
    total,
    travelled,
    value,
    zeta2,
)
from theory.family import Choice, Family, Instance, Real, Vector, replace
from theory.notation import Vec, norm2
from theory.proof import Entail, Lemma

noise = sp.Symbol("E|g_1-grad_f_1|^2", positive=True)
g_0, x_0 = Vec("g_0"), Vec("x_0")
f, f_0, f_y = sp.symbols("f f_0 f_y", real=True)
moved, turned = (sp.Symbol(n, nonnegative=True) for n in ("E|x_avg-x_0|^2", "E|grad_f(x_avg)-g_0|^2"))
cross = sp.Symbol("E<g_0;grad_f(x_avg)-g_0>", real=True)
b_1, sigma2_1 = (sp.Symbol(name, positive=True) for name in ("b_1", "sigma_1^2"))
square = sp.Symbol(r"E|\nabla\tilde{f}(x_{avg})|^2", nonnegative=True)

FAMILY = Family(
    fields={
        **fields(1, 1, 1, 2, 2, 2, 12),
        "m": Vector("N", Real(-64, 64)),
        "start": Real(-64, 64),
        "variance": Vector("N", Real(0, 256, open="lo")),
        "batch": Vector("N", Choice((1, 2, 8, 2**12))),
        "spare": Real(0, 1, open="lo"),
    },
    leaves_out="losses that are not quadratic, or of different curvatures (zeta is infinite); q > 2",
)


def gradient2(i: Instance):
    """E|grad f~(x_avg)|^2 by running the moments of every expert and merging them."""
    parts = [moments(i, task) for task in range(i.N)]
    mean = i.start + sum(w * (p[0] - i.start) for w, p in zip(merging(i), parts, strict=True))
    spread = sum(w**2 * p[1] for w, p in zip(merging(i), parts, strict=True))
    return curvature(i) ** 2 * ((mean - centre(i)) ** 2 + spread)


def gap(i: Instance):
    """f~(x_0) - inf f~."""
    return curvature(i) * (i.start - centre(i)) ** 2 / 2 + 0 * i.rate


def heterogeneity(i: Instance):
    """The largest zeta_i^2 of Assumption 3, kept positive by `spare`."""
    mean = sum(i.m) / i.N
    return max((curvature(i) * (m - mean)) ** 2 for m in i.m) + i.spare * curvature(i) ** 2


VALUES = {
    f: lambda i: 0 * i.rate,
    g_0: lambda i: (slope(i),),
    x_0: lambda i: (i.start,),
    f_0: lambda i: value(i, i.start),
    f_y: lambda i: value(i, i.start - slope(i) / smoothness(i)),
    moved: travelled,
    turned: lambda i: curvature(i) ** 2 * travelled(i),
    cross: lambda i: slope(i) * curvature(i) * ahead(i)[0],
    start_gap: lambda i: gap(i) + i.spare * curvature(i) / 2**20,
    sigma2: lambda i: max(i.variance),
    zeta2: heterogeneity,
    b: lambda i: min(i.batch),
    noise: lambda i: i.variance[0] / i.batch[0],
    b_1: lambda i: i.batch[0],
    sigma2_1: lambda i: i.variance[0],
    square: gradient2,
}
VARIANCE = Given(
    text="E|g_i - grad f_i|^2 <= sigma_i^2/b_i (Assumption 2)", fact=sp.Le(noise, sigma2_1 / b_1)
)
ONES = Given(
    text="A_1, A_2, A_3 of the general bound with a_i = (1, ..., 1): |a_i|_1 = |a_i|_2^2 = K_i, last entry 1",
    fact=sp.And(
        sp.Eq(A1, Kbar * N * total(lam[j] ** 2 * K[j] / K[j] ** 2)),
        sp.Eq(A2, total(lam[j] * (K[j] - 1))),
        sp.Eq(A3, K_max * (K_max - 1)),
    ),
)
SMOOTH = Given(text="L-smooth losses (Assumption 1)", because="curvature kappa L with kappa <= 1")
GIVENS = (STEP, AVERAGE, WEIGHTS, VARIANCE, SMOOTH, ONES)
MEAN = Given(text="K-bar <= max K_i", fact=sp.Le(Kbar, K_max), because="a mean")
TURNED = Given(
    text="grad f~ is L-Lipschitz, squared and averaged; Cauchy and Schwarz for the cross term",
    fact=sp.And(sp.Le(turned, L**2 * moved), sp.Le(cross**2, norm2(g_0) * turned)),
    because="a weighted mean of L-smooth functions is L-smooth",
)
LOWEST = Given(
    text="Delta = f~(x_0) - inf f~, at x_0 - grad f~(x_0)/L too",
    fact=sp.Ge(f_y, f_0 - start_gap),
    because="inf f~ is a lower bound",
    grants=("smooth(f, L)", "value(f, x_0, f_0)", "value(f, x_0 - g_0/L, f_y)", "gradient(f, x_0, g_0)"),
)
LEFT = Quantity(text="E|grad f~(x_avg)|^2", run=gradient2, expr=norm2(g_0) + 2 * cross + turned)


LOWER = Lemma("smooth_upper", {"f": f, "L": L, "x": x_0, "y": x_0 - g_0 / L, "g": g_0, "fx": f_0, "fy": f_y})


FIVE, TWELVE = sgd_error(5), sgd_error(12)
TAMED = Statement(
    text="the display of Theorem 2, with 8 K_i L eta <= 1 as in the proof of Lemma 3",
    left=LEFT,
    relation="<=",
    right=FIVE,
    givens=(STEP, SMOOTH, SMALL, MEAN, TURNED, LOWEST, *move.givens(g_0, moved)),
    proof=lambda: move.proof(norm2(g_0) + 2 * cross + turned, g_0, moved, LOWER),
)
FIRST = sp.Rational(31, 8) * start_gap / sp.sqrt(N * Kbar)
ALL = N * total(Kbar / K[j] * lam[j] ** 2) + total(lam[j] * (K[j] - 1)) + K_max * (K_max - 1)


def transcription(i: Instance):
    """(6) from the inventory's LaTeX."""
    mean = i.N * i.q**2
    root = i.N * i.q
    noise = smoothness(i) * max(i.variance) / min(i.batch)
    delta = gap(i) + i.spare * curvature(i) / 2**20
    slow = 4 * (delta + noise * first_constant(i)) / root
    fast = 6 * noise * second_constant(i) + 5 * smoothness(i) * heterogeneity(i) * third_constant(i)
    return slow + i.N * smoothness(i) * fast / mean


ONE = Fraction(1)
WILD = Instance(
    N=1, q=1, shift=0, regime="any", rate=24 * ONE, kappa=ONE, raw=(ONE,), lam=(ONE,), merge="coefficients",
    m=(0 * ONE,), start=4 * ONE, variance=(ONE / 64,), batch=(1,), spare=ONE / 64,
)  # fmt: skip
TAME = replace(WILD, regime="small", rate=ONE, q=2)
DRIVEN = replace(TAME, start=0 * ONE, variance=(4 * ONE,))
UNEVEN = replace(
    TAME, N=2, shift=3, raw=(ONE,) * 2, lam=(ONE / 2,) * 2, m=(ONE, -ONE), variance=(ONE,) * 2, batch=(1, 2),
    merge="steps",
)  # fmt: skip
BALANCED = replace(UNEVEN, regime="any", q=1, shift=1, rate=24 * ONE, start=0 * ONE, variance=(ONE / 64,) * 2)
ONE_STEP = replace(DRIVEN, q=1, spare=ONE / 2**20)  # noise alone, and neither A_2 nor A_3
LARGE_BATCH = replace(TAME, batch=(2**12,), variance=(ONE / 2**40,), spare=ONE / 2**20)
DRIFTING = replace(  # x_0 is the minimiser of f~, nearly no noise: heterogeneity alone moves the merge
    UNEVEN, shift=7, start=0 * ONE, variance=(ONE / 2**40,) * 2, spare=ONE / 2**20, merge="coefficients"
)
ONE_TASK = (ONE,) + (ONE / 2**10,) * 11
ONE_OF_MANY = replace(  # nearly all weight on one noisy task of few steps: A_1 is large
    TAME, N=12, q=1, shift=6, raw=ONE_TASK, lam=tuple(v / sum(ONE_TASK) for v in ONE_TASK), m=(0 * ONE,) * 12,
    start=0 * ONE, variance=(ONE,) + (ONE / 2**40,) * 11, batch=(1,) * 12, spare=ONE / 2**20,
)  # fmt: skip


def rescaled(i: Instance, k: Fraction) -> Instance:
    """x in other units."""
    at = tuple(k * v for v in i.m)
    noise = tuple(k * k * v for v in i.variance)
    return replace(i, m=at, start=k * i.start, variance=noise, spare=k * k * i.spare)


CLAIM = Claim(
    items=(
        "stability.thm2",
        "stability.cor2",
        "stability.sec4.A123",
        "stability.secA.A123",
        "stability.a2",
    ),
    readings=(
        Statement(
            text="the display of Theorem 2, one round, for every L",
            left=LEFT,
            relation="<=",
            right=FIVE,
            givens=GIVENS,
        ),
    ),
    family=FAMILY,
    symbols={**SYMBOLS, **move.SYMBOLS, **VALUES},
    repair=Repair(
        changes="8 K_i L eta <= 1, the step condition of Lemma 3",
        statement=TAMED,
        nondegenerate=UNEVEN,
        added=(Added(given=SMALL, fails_without=WILD),),
    ),
    steps=(
        PrintedStep(
            item="stability.cor2",
            text="12 where Theorem 2 has 5; true with 8 K_i L eta <= 1, as 5 is",
            left=square,
            relation="<=",
            right=TWELVE,
        ),
        PrintedStep(
            item="stability.sec4.A123",
            text="A_1 + A_2 + A_3, run with a_i = (1, ..., 1), against the formulas for SGD",
            left=A1 + A2 + A3,
            relation="==",
            right=ALL,
        ),
        PrintedStep(
            item="stability.secA.A123",
            text="the general formulas with |a_i|_1 = |a_i|_2^2 = K_i, last entry 1",
            left=A1 + A2 + A3,
            relation="==",
            right=Kbar * N * total(lam[j] ** 2 * K[j] / K[j] ** 2)
            + total(lam[j] * (K[j] - 1))
            + K_max * (K_max - 1),
        ),
        PrintedStep(item="stability.a2", left=noise, relation="<=", right=sigma2_1 / b_1, by=Entail()),
    ),
    transcription=transcription,
    witnesses=(WILD, TAME, UNEVEN, BALANCED, ONE_STEP, LARGE_BATCH, DRIFTING, ONE_OF_MANY),
    scalings=(Scaling(text="x -> kx, losses times k^2, L and eta as they are", power=2, move=rescaled),),
    mutants=(
        Mutant(text="no first term", right=FIVE - 4 * start_gap / sp.sqrt(N * Kbar), dies_at=TAME),
        Mutant(text="a 32nd of the first term", right=FIVE - FIRST, dies_at=TAME),
        Mutant(text="no noise", right=FIVE.subs(sigma2, 0), dies_at=DRIVEN),
    ),
    effort=0.1,
)
