"""Model merging stability, theorem 4: the gradient of the weighted risk for any local optimiser.

Printed   E|grad f~(x_avg)|^2 <= 4 (f~(x_0) - inf f~)(K-bar/tau_eff)/sqrt(N K-bar) + 4 L sigma^2 A_1/(b sqrt(N
          K-bar)) + 6 N L^2 sigma^2 A_2/(b K-bar) + 12 N L^2 zeta^2 A_3/K-bar, eta = sqrt(N/K-bar), for
          learning rates eta a_i^t and every L.
Repaired  With 8 L eta |a|_1 <= 1, for one task.  The condition of Lemma 3, 8 K L eta <= 1, is not enough:
          it does not bound the rates a^t, so that one step of 64 eta overshoots (STEEP).  For SGD,
          a = (1, ..., 1), both conditions are one, and several tasks are covered: stability.thm2.
Granted   that steps which do not overshoot bring the mean no further from the minimiser, and that the
          variances of the steps add up to at most eta^2 |a|_2^2 sigma^2/b.
World     one task, f(x) = c x^2/2 with c <= L, K = q^2 steps, noise of variance sigma^2/b in each;
          "small" and "long" runs (32^2 steps) do not overshoot, "any" may.
Shapes    a: at most four rates, taken in turn K times; the rest scalar.
Units     both sides a squared gradient, if eta is taken as sqrt(N/K-bar) times a unit step.
Source    Appendix A-A, Step 3, Theorem 4, (19), and the display of A_1, A_2, A_3 below it.
"""

from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.claims.stability._round import A1, A2, A3, Kbar, L, N, b, eta, sgd_error, sigma2, start_gap, zeta2
from theory.family import Choice, Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line

tau, square_sum = sp.symbols(r"\tau_{eff} |a|_2^2", positive=True)
c, last = sp.symbols("c a_{-1}", positive=True)
mean2, spread, start2 = sp.symbols("m_K^2 v_K x_0^2", nonnegative=True)


def turns(i: Any) -> int:
    """How often the rates are taken in turn: a power of two."""
    return i.q**2 // len(i.a)


def total(i: Any, power: int):
    """The sum of the rates, or of their squares, over the K steps."""
    return turns(i) * sum(rate**power for rate in i.a)


@lru_cache(maxsize=4096)
def _run(i: Instance, kind: type) -> tuple:
    keep, noise = i.L / i.L, 0 * i.L
    for rate in i.a:
        step = 1 - rate / i.q * curvature(i)
        keep, noise = step * keep, step**2 * noise + (rate / i.q) ** 2 * i.variance / i.batch
    for _ in range(turns(i).bit_length() - 1):
        keep, noise = keep**2, keep**2 * noise + noise
    return keep * i.start, noise


def run(i: Instance) -> tuple:
    """(mean, variance) of x_avg: one turn of the rates step by step, then doubled until there are K steps.
    Kept by kind of number: 1/2 and 0.5 are equal keys."""
    return _run(i, type(i.L))


def curvature(i: Instance):
    """c = kappa L."""
    return i.kappa * i.L


def gradient2(i: Instance):
    """E|grad f(x_avg)|^2 = c^2 (mean^2 + variance)."""
    mean, variance = run(i)
    return curvature(i) ** 2 * (mean**2 + variance)


def transcription(i: Instance):
    """(19) from the inventory's LaTeX, one task."""
    mean, rates = i.q**2, i.a * (i.q**2 // len(i.a))
    one, two = sum(rates), sum(v * v for v in rates)
    gap = curvature(i) * i.start**2 / 2 + i.spare
    noise = i.L * i.variance / i.batch
    slow = (4 * gap * mean / one + 4 * noise * two / one) / i.q
    fast = 6 * i.L * noise * (two - rates[-1] ** 2) + 12 * i.L**2 * i.zeta2 * one * (one - rates[-1])
    return slow + fast / mean


BOUND = sgd_error(12, Kbar / tau)
STEP = Given(
    text="eta = sqrt(N / K-bar), one task, at least one step and one sample a batch",
    fact=sp.And(sp.Eq(N, 1), sp.Eq(eta**2 * Kbar, 1), sp.Ge(b, 1), sp.Ge(Kbar, 1)),
)
CONSTANTS = Given(
    text="A_1, A_2, A_3 of one task; tau_eff = |a|_1 >= |a|_2",
    fact=sp.And(
        sp.Eq(A1 * tau, square_sum),
        sp.Eq(A2, square_sum - last**2),
        sp.Eq(A3, tau * (tau - last)),
        sp.Le(last, tau),
        sp.Le(A1, tau),
    ),
)
SMOOTH = Given(text="L-smooth losses (Assumption 1)", fact=sp.Le(c, L))
GAP = Given(text="Delta >= f(x_0) - inf f = c x_0^2/2", fact=sp.Ge(start_gap, c * start2 / 2))
LEMMA3 = Given(text="8 K L eta <= 1, the step condition of Lemma 3", fact=sp.Le(8 * Kbar * L * eta, 1))
SHORT = Given(text="8 L eta |a|_1 <= 1", fact=sp.Le(8 * L * eta * tau, 1))
CONTRACTS = Given(
    text="if 8 L eta |a|_1 <= 1: |m_K| <= |x_0| and v_K <= eta^2 |a|_2^2 sigma^2/b",
    fact=sp.Or(
        sp.Gt(8 * L * eta * tau, 1),
        sp.And(sp.Le(mean2, start2), sp.Le(spread, eta**2 * square_sum * sigma2 / b)),
    ),
    because="then 0 <= eta a^t c <= 1 for every t",
)
GIVENS = (STEP, CONSTANTS, SMOOTH, GAP)
DEFINED = c**2 * (mean2 + spread)
LEFT = Quantity(text="E|grad f(x_avg)|^2", run=gradient2, expr=DEFINED)


def shown() -> Chain:
    """The mean part by the gap, the variance by the term in A_1."""
    noise = eta**2 * square_sum * sigma2 / b
    first = 4 * start_gap / (eta * tau) + 4 * L * sigma2 * eta * square_sum / (b * tau)
    return Chain(
        DEFINED,
        (
            Line("<=", c**2 * (start2 + noise), Entail(), "contraction"),
            Line("<=", 2 * L * start_gap + L**2 * noise, Entail(), "c <= L, and the gap"),
            Line("<=", first, Entail(), "8 L eta tau <= 1"),
            Line("<=", BOUND, Entail(), "eta^2 K-bar = 1; the other terms are not negative"),
        ),
    )


def read(text: str, *givens: Given, proof=None) -> Statement:
    """(19) under these conditions."""
    return Statement(text=text, left=LEFT, relation="<=", right=BOUND, givens=(*GIVENS, *givens), proof=proof)


def wider(i: Instance, k: Any) -> Instance:
    """x -> kx, losses times k^2."""
    return replace(
        i, start=k * i.start, variance=k**2 * i.variance, zeta2=k**2 * i.zeta2, spare=k**2 * i.spare
    )


def steeper(i: Instance, k: Any) -> Instance:
    """Losses times k, rates over k: the same path."""
    rates = tuple(rate / k for rate in i.a)
    return replace(i, a=rates, L=k * i.L, variance=k**2 * i.variance, zeta2=k**2 * i.zeta2, spare=k * i.spare)


ONE, TINY = Fraction(1), Fraction(1, 1024)
SLOW = Instance(
    regime="small", q=1, a=(ONE / 64,), L=ONE / 8, kappa=ONE, start=ONE, variance=TINY, batch=1,
    zeta2=TINY, spare=TINY,
)  # fmt: skip
STEEP = replace(SLOW, regime="any", a=(64 * ONE,))
PLAIN = replace(SLOW, q=2, a=(ONE,) * 4, L=ONE / 16, variance=ONE)
FAINT = replace(SLOW, a=(ONE,), start=TINY, variance=TINY**4, zeta2=TINY**4, spare=TINY**4)
NOISY = replace(SLOW, a=(64 * ONE,), L=ONE / 512, start=0 * ONE, variance=ONE, zeta2=TINY**2, spare=TINY**4)
LONG = replace(
    FAINT, regime="long", q=32, a=(ONE,) * 4, L=ONE / 256, start=ONE
)  # many more steps than samples in a batch

CLAIM = Claim(
    items=("stability.thm4",),
    readings=(
        read("the display, any rates a^t, every L"),
        read("under the step condition of Lemma 3, which bounds eta alone", LEMMA3),
    ),
    family=Family(
        fields={
            "regime": Choice(("any", "small", "long")),
            "q": Integer(
                lambda f: 32 if f.regime == "long" else 1, lambda f: 32 if f.regime == "long" else 2
            ),
            "a": Vector(lambda f: min(f.q**2, 4), Real(0, 64, open="lo")),
            "L": Real(0, lambda f: 4 if f.regime == "any" else f.q / (8 * total(f, 1)), open="lo"),
            "kappa": Real(0, 1, open="lo"),
            "start": Real(-4, 4),
            "variance": Real(0, 4, open="lo"),
            "batch": Integer(1, 2),
            "zeta2": Real(0, 4, open="lo"),
            "spare": Real(0, 1, open="lo"),
        },
        leaves_out="more than one task or four different rates; rates above 64 eta",
    ),
    symbols={
        N: lambda i: 1,
        Kbar: lambda i: i.q**2,
        eta: lambda i: (i.L / i.L) / i.q,
        L: lambda i: i.L,
        c: curvature,
        b: lambda i: i.batch,
        sigma2: lambda i: i.variance,
        zeta2: lambda i: i.zeta2,
        start_gap: lambda i: curvature(i) * i.start**2 / 2 + i.spare,
        start2: lambda i: i.start**2,
        tau: lambda i: total(i, 1),
        square_sum: lambda i: total(i, 2),
        last: lambda i: i.a[-1],
        A1: lambda i: total(i, 2) / total(i, 1),
        A2: lambda i: total(i, 2) - i.a[-1] ** 2,
        A3: lambda i: total(i, 1) * (total(i, 1) - i.a[-1]),
        mean2: lambda i: run(i)[0] ** 2,
        spread: lambda i: run(i)[1],
    },
    repair=Repair(
        changes="8 L eta |a|_1 <= 1; one task",
        statement=read("for steps that do not overshoot", SHORT, CONTRACTS, proof=shown),
        nondegenerate=SLOW,
        added=(Added(given=SHORT, fails_without=STEEP),),
    ),
    transcription=transcription,
    witnesses=(STEEP, PLAIN, SLOW, FAINT, NOISY, LONG),
    scalings=(
        Scaling(text="x -> kx, losses times k^2", power=2, move=wider),
        Scaling(text="losses times k, rates over k", power=2, move=steeper),
    ),
    mutants=(
        Mutant(text="all terms over 4096", right=BOUND / 4096, dies_at=PLAIN),
        Mutant(text="without the gap", right=BOUND - 4 * start_gap * Kbar / (tau * sp.sqrt(N * Kbar)) - 1),
        Mutant(
            text="without noise and heterogeneity, a thousandth of the gap",
            right=start_gap / (256 * eta * tau),
            dies_at=PLAIN,
        ),
    ),
    effort=0.1,
)
