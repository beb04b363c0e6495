"""Model merging stability, equation (5): the excess error from stability and the gradient norm.

Printed   E(x_avg) <= (L + gamma)/2 E|x_avg - x~_avg|^2 + (1/(2 gamma) + C) E|grad f(x_avg)|^2, for every
          gamma > 0, from Lemma 1 and Assumption 5: f(x) - f(x^) <= C E|grad f(x_avg)|^2.
Repaired  + 1/(2 gamma) E|grad l - grad f|^2 at x_avg, the spread of the gradients of single samples, as in
          Lemma 2 repaired.  At the minimiser of f the printed right side has no gradient term at all.
          As printed (5) holds where x~_avg is trained on an independent D~, all samples drawn afresh, which
          Definition 1 introduces first; but then Theorem 1 does not bound I_1 (its third reading).
Also      E = E_G + E_O (equation 3), the risks F and f (equations 1 and 2), Assumption 5.
Shapes    one parameter; see theory.claims.stability._samples, here with convex losses.
Units     a loss on both sides; C is [x]^2/[loss].
Source    Sections III and IV-A, equations (1) to (5); Appendix A-A, Step 4, first display.
"""

from fractions import Fraction
from functools import lru_cache

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.stability import _afresh as afresh
from theory.claims.stability._samples import (
    CENTRED,
    CONVEX,
    ERM,
    GAP,
    ONE,
    SAMPLES,
    SCALINGS,
    SMOOTH,
    SPREAD,
    STABILITY,
    SYMBOLS,
    L,
    a,
    closed_form,
    d,
    data_sets,
    empirical,
    empirical_slope,
    g,
    gamma,
    gap,
    grad2,
    least,
    loss,
    mean,
    merged,
    over,
    population,
)
from theory.family import Instance, replace
from theory.proof import Chain, Entail, Line, Rewrite

C = sp.Symbol("C", positive=True)
N, k = sp.Symbol("N", integer=True, positive=True), sp.Symbol("k", integer=True, positive=True)
apart = sp.Symbol(r"E|x_{avg}-\tilde{x}_{avg}|^2", nonnegative=True)
excess, F, f, best, measured = (
    sp.Symbol(name, real=True)
    for name in (r"E\,F(x)-f(\hat{x})", "E[F(x)]", "E[f(x)]", r"E[f(\hat{x})]", r"E[F(x)-f(x)]")
)
slow = sp.Symbol(r"E[f(x)-f(\hat{x})]", nonnegative=True)
lowest = sp.Symbol(r"\min\ell", real=True)
F_at, f_at = sp.Symbol("F(x_0)", real=True), sp.Symbol("f(x_0)", real=True)
fresh, own = (sp.IndexedBase(name, real=True) for name in (r"E_{z}\ell(x_0;z)", "f_i(x_0)"))


@lru_cache(maxsize=8192)
def _risks(i: Instance, kind: type) -> tuple:
    rows = [(population(i, x), empirical(i, D, x), least(i, D)) for D in data_sets(i) for x in [merged(i, D)]]
    return tuple(mean(column) for column in zip(*rows, strict=True))


def risks(i: Instance) -> tuple:
    """(E F(x), E f(x), E f(x^)) with x = A(D), over all data sets.  Kept by kind of number."""
    return _risks(i, type(i.L))


def error(i: Instance):
    """E[F(x) - f(x^)], by its definition."""
    return risks(i)[0] - risks(i)[2]


def optimisation(i: Instance):
    """E[f(x) - f(x^)]."""
    return risks(i)[1] - risks(i)[2]


def first(i: Instance):
    """One data set."""
    return data_sets(i)[0]


EXTRA = {
    C: lambda i: i.C,
    N: lambda i: len(i.n),
    apart: closed_form,
    excess: error,
    F: lambda i: risks(i)[0],
    f: lambda i: risks(i)[1],
    best: lambda i: risks(i)[2],
    measured: gap,
    slow: optimisation,
    lowest: lambda i: min(loss(i, t, i.start, m) for t, m in enumerate(i.mean)),
    F_at: lambda i: population(i, i.start),
    f_at: lambda i: empirical(i, first(i), i.start),
    fresh: lambda i: tuple(
        i.L * c * ((i.start - m) ** 2 + s**2) / 2 for c, m, s in zip(i.kappa, i.mean, i.spread, strict=True)
    ),
    own: lambda i: tuple(mean(loss(i, t, i.start, z) for z in D) for t, D in enumerate(first(i))),
}

POLYAK = Given(
    text="Assumption 5: E[f(x) - f(x^)] <= C E|grad f(x_avg)|^2",
    fact=sp.Le(slow, C * grad2),
)
PARTS = Given(
    text="E = F - f(x^), E_G = F - f and E_O = f - f(x^)",
    fact=sp.And(sp.Eq(excess, F - best), sp.Eq(measured, F - f), sp.Eq(slow, f - best)),
)
RISKS = Given(
    text="F and f are the means over tasks of the expected and the empirical loss of a task",
    fact=sp.And(sp.Eq(F_at, sp.Sum(fresh[k], (k, 1, N)) / N), sp.Eq(f_at, sp.Sum(own[k], (k, 1, N)) / N)),
)
POSITIVE = Given(text="losses are non-negative", fact=sp.Ge(lowest, 0))
GIVENS = (SMOOTH, PARTS, RISKS, POSITIVE, POLYAK)
EXCESS = Quantity(text="E(x_avg) = E[F(x_avg) - f(x^)]", run=error, expr=GAP + slow)
AFRESH = Quantity(text=EXCESS.text, run=error, expr=afresh.GAP + slow)
HALF = (L + gamma) / 2
PRINTED = HALF * STABILITY + (1 / (2 * gamma) + C) * grad2
INDEPENDENT = HALF * afresh.STABILITY + (1 / (2 * gamma) + C) * grad2
REPAIR = HALF * STABILITY + (1 / (2 * gamma) + C) * grad2 + SPREAD / (2 * gamma)


def proof() -> Chain:
    """Lemma 2, repaired, and Assumption 5."""
    young = over((g[a] - gamma * d[a]) ** 2) / (2 * gamma)
    smooth = over(g[a] * d[a] + L * d[a] ** 2 / 2)
    return Chain(
        GAP + slow,
        (
            Line("<=", smooth + slow, Entail(), "the descent lemma"),
            Line("<=", smooth + young + slow, Entail(), "squares are not negative"),
            Line("<=", smooth + young + C * grad2, Entail(), "Assumption 5"),
            Line(
                "==", HALF * STABILITY + SAMPLES / (2 * gamma) + C * grad2, Rewrite(), "squares written out"
            ),
            Line("==", REPAIR, Entail(), "grad f is the mean of the samples' gradients"),
        ),
    )


REPAIRED = Statement(
    text="with the spread of the samples' gradients around grad f",
    left=EXCESS,
    relation="<=",
    right=REPAIR,
    givens=(*GIVENS, CENTRED),
    proof=proof,
)
STEPS = (
    PrintedStep(
        item="stability.eq3",
        left=excess,
        relation="==",
        right=measured + slow,
        by=Entail(),
        after=(sp.Eq(excess, F - best),),
    ),
    PrintedStep(item="stability.sec3.excess", left=excess, relation="==", right=F - best),
    PrintedStep(
        item="stability.eq1",
        left=F_at,
        relation="==",
        right=sp.Sum(fresh[k], (k, 1, N)) / N,
    ),
    PrintedStep(
        item="stability.eq2",
        left=f_at,
        relation="==",
        right=sp.Sum(own[k], (k, 1, N)) / N,
    ),
    PrintedStep(item="stability.sec3.loss", left=lowest, relation=">=", right=sp.S.Zero),
    PrintedStep(
        item="stability.a5",
        text="its left side as printed is that of one data set, its right side a mean; read as a mean here",
        left=slow,
        relation="<=",
        right=C * grad2,
    ),
    PrintedStep(
        item="stability.thm3.step1",
        text="(5) once more, with I_1 in closed form",
        left=excess,
        relation="<=",
        right=HALF * apart + (1 / (2 * gamma) + C) * grad2,
    ),
    PrintedStep(
        item="stability.prose.lem2_modified",
        text="the lemma of [22] has (L/gamma) E f(A(D)) in its place: what the paper puts there is smaller"
        " (self-bounding of smooth losses >= 0), and too small",
        left=grad2,
        relation="<=",
        right=2 * L * f,
    ),
)


def transcription(i: Instance):
    """Equation (5) from the inventory's LaTeX."""
    square = mean(empirical_slope(i, D, merged(i, D)) ** 2 for D in data_sets(i))
    return square / (2 * i.gamma) + square * i.C + closed_form(i) * (i.gamma + i.L) / 2


NEAR = replace(ERM, rate=(Fraction(1, 2),), start=Fraction(2), C=Fraction(1, 2))
PLATEAU = replace(ERM, n=(1,), start=Fraction(3), rate=(0 * ONE,), gamma=Fraction(8))
STEEP = replace(
    ERM, mean=(-3 * ONE,), spread=(9 * ONE / 4,), rate=(13 * ONE / 32,), start=-3 * ONE, L=31 * ONE / 8,
    gamma=31 * ONE / 4, C=4 * ONE / 31,
)  # fmt: skip
FLAT = replace(
    ERM, n=(1,), spread=(2 * ONE,), rate=(ONE / 2,), start=ONE, L=ONE / 2**16, gamma=ONE / 2**22,
    C=2**15 * ONE,
)  # fmt: skip
SLOW = replace(
    ERM, n=(1,), mean=(3 * ONE / 16,), spread=(3 * ONE,), rate=(11 * ONE / 64,), start=3 * ONE,
    L=13 * ONE / 8, gamma=ONE / 4, C=4 * ONE / 13,
)  # fmt: skip
FAINT = replace(
    ERM, n=(1, 1), mean=(15 * ONE / 8, 3 * ONE), spread=(87 * ONE / 32,) * 2, lam=(ONE / 2,) * 2,
    rate=(7 * ONE / 8,) * 2, kappa=(7 * ONE / 8, 5 * ONE / 16), start=-3 * ONE, L=ONE / 2**13,
    gamma=ONE / 2**11, C=2**17 * ONE / 19,
)  # fmt: skip
WIDE = replace(
    ERM, spread=(3 * ONE,), rate=(127 * ONE / 128,), start=9 * ONE / 4, L=35 * ONE / 16, gamma=55 * ONE / 8,
    C=8 * ONE / 35,
)  # fmt: skip
LEVEL = replace(PLATEAU, kappa=(ONE / 2**18,), spread=(ONE / 8,), L=4 * ONE, gamma=5 * ONE, C=2**17 * ONE)
GENTLE = replace(STEEP, L=31 * ONE / 2**15, gamma=31 * ONE / 2**14, C=2**14 * ONE / 31)

CLAIM = Claim(
    items=(
        "stability.eq5",
        "stability.eq3",
        "stability.sec3.excess",
        "stability.eq1",
        "stability.eq2",
        "stability.sec3.loss",
        "stability.a5",
        "stability.thm3.step1",
        "stability.prose.lem2_modified",
        "stability.prose.abs_decouple",
    ),
    readings=(
        Statement(
            text="the display, for every gamma > 0",
            left=EXCESS,
            relation="<=",
            right=PRINTED,
            givens=GIVENS,
        ),
        Statement(
            text="x~_avg comes from the independent data set D~ of Definition 1, as in Theorem 1's text",
            left=AFRESH,
            relation="<=",
            right=INDEPENDENT,
            givens=(*GIVENS, afresh.SAME_LAW),
            proof=lambda: afresh.proof(slow, INDEPENDENT),
        ),
    ),
    family=CONVEX,
    symbols={**SYMBOLS, **afresh.SYMBOLS, **EXTRA},
    repair=Repair(
        changes="E|grad l - grad f|^2/(2 gamma) is added, l the losses of single samples",
        statement=REPAIRED,
        nondegenerate=NEAR,
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(ERM, NEAR, PLATEAU, STEEP, FLAT, SLOW, FAINT, WIDE, LEVEL, GENTLE),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="no stability term", right=SAMPLES / (2 * gamma) + C * grad2),
        Mutant(text="no C", right=HALF * STABILITY + SAMPLES / (2 * gamma)),
        Mutant(text="the printed bound", right=PRINTED, dies_at=ERM),
    ),
    effort=0.08,
)
