"""Model merging stability, scaling law in the number of steps K.

Printed   eps_sgd decays with K-bar, "typically at rate O(1/sqrt(K-bar)) or O(1/K-bar)", while the stability
          component grows linearly with K_i: an optimal number of steps exists.
Repaired  Only the first two terms of eps_sgd decay.  With one round the third tends to 6 N L^2 sigma^2/b, and
          the fourth, 5 N L^2 zeta^2 (K-1), grows: the printed bound of the optimisation error gets worse with
          every further step once it does.  The stability component grows with K for a fixed learning rate,
          but with the eta = sqrt(N/K-bar) of Theorem 2, which eps_sgd rests on, K cancels in it.  And that
          step meets the condition eta <= 1/(8KL) of Lemma 3 for K <= 1/(64 L^2 N) only: no K grows for long.
True      The optimisation error of a merge of experts over different curvatures need not fall: they settle at
          the mean of their minima, past the minimiser of the mean loss.
Shapes    equal K for all tasks, everything scalar; the merge: two quadratics c_i (x - m_i)^2/2.
Units     eps_sgd a squared gradient.
Source    Section V-B1; Appendix A-A1, item 1; Theorem 2, (6); Section I for O(K) and 1/sqrt(K).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Along, Claim, Given, Mutant, PrintedStep, Quantity, Ray, Repair, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Calculus, Chain, Line, Rewrite

K, grow, N, L, sigma2, zeta2, b, Delta, noise, eta = sp.symbols(
    "K grow N L sigma^2 zeta^2 b Delta V eta", positive=True
)
early, late = sp.symbols("E_O(K) E_O(2K)", nonnegative=True)
R = Real(0, 4, open="lo")
FAMILY = Family(
    fields={
        "K": Real(1, 100),
        "grow": Real(0, 100, open="lo"),
        "N": Integer(1, 12),
        "L": R,
        "sigma2": R,
        "zeta2": R,
        "b": Real(1, 64),
        "Delta": R,
        "noise": R,
        "rounds": Integer(1, 4),
        "more": Integer(1, 3),
        "bend": Real(0, 4, open="lo"),
        "rate": Real(0, 1, open="both"),
        "start": Real(-4, 4),
    },
    leaves_out="tasks with different K_i; steps are real numbers in the bound, integers in the merge",
)


def root(value):
    """The square root: a SymPy expression for exact or symbolic input."""
    return value**0.5 if isinstance(value, float) else sp.sqrt(value)


def slow_terms(i: Instance):
    """The two terms of eps_sgd with 1/sqrt(N K-bar); A_1 = 1 for equal K."""
    return (4 * i.Delta + 4 * i.L * i.sigma2 / i.b) / root(i.N * i.K)


def error(i: Instance):
    """eps_sgd: A_2 = K - 1, A_3 = K (K - 1)."""
    fast = 6 * i.N * i.L**2 * i.sigma2 * (i.K - 1) / (i.b * i.K)
    return slow_terms(i) + fast + 5 * i.N * i.L**2 * i.zeta2 * i.K * (i.K - 1) / i.K


def merged_error(i: Instance, steps: int):
    """f(x_avg) - min f: two experts, curvatures 1 and bend, minima -1 and 1, uniform merge of K steps."""
    c, m = (1 + 0 * i.bend, i.bend), (-1, 1)
    eta = i.rate / max(c)
    experts = []
    for c_i, m_i in zip(c, m, strict=True):
        x = i.start
        for _ in range(steps):
            x = x - eta * c_i * (x - m_i)
        experts.append(x)
    x, best = sum(experts) / 2, (i.bend - 1) / (i.bend + 1)
    return (1 + i.bend) / 4 * (x - best) ** 2


SYMBOLS = {
    K: lambda i: i.K,
    grow: lambda i: i.grow,
    N: lambda i: i.N,
    L: lambda i: i.L,
    sigma2: lambda i: i.sigma2,
    zeta2: lambda i: i.zeta2,
    b: lambda i: i.b,
    Delta: lambda i: i.Delta,
    noise: lambda i: i.noise,
    eta: lambda i: i.rate,
    early: lambda i: merged_error(i, i.rounds),
    late: lambda i: merged_error(i, 2 * i.rounds),
}
SLOW = (4 * Delta + 4 * L * sigma2 / b) / sp.sqrt(N * K)
TRAINED = Given(text="more than no step", fact=sp.Ge(K, 1))
RATE = Given(text="eta = sqrt(N/K)", fact=sp.Eq(eta**2 * K, N))
CONDITION = Given(text="8 K L eta <= 1", fact=sp.Le(8 * K * L * eta, 1))
LONG_RUN = Given(text="K > 1/(64 L^2 N)", fact=sp.Gt(64 * L**2 * N * K, 1))
ALONG = Along(symbol=K, field="K", step="grow")
ONE = Fraction(1)
UNIT = Instance(
    K=ONE, grow=ONE, N=1, L=ONE, sigma2=ONE, zeta2=ONE, b=ONE, Delta=ONE, noise=ONE, rounds=1, more=1,
    bend=3 * ONE, rate=3 * ONE / 4, start=ONE / 2,
)  # fmt: skip
LONG = Ray(
    start=UNIT,
    at=lambda i, t: replace(i, K=1 / t**2),
    closed_form=lambda t: 8 * t + 6 * (1 - t**2) + 5 * (1 / t**2 - 1),
)
EPSILON = Quantity(text="eps_sgd, the right side of (6)", run=error)
STABLE = 8 * (L + 1) * noise * K  # times eta^2: the stability component, V = sum lambda_i (...)/n_i


def transcription(i: Instance):
    """1/sqrt(K-bar) from the inventory's LaTeX."""
    return 1 / root(i.K)


CLAIM = Claim(
    items=(
        "stability.secA1.K_law",
        "stability.sec5.K_law",
        "stability.prose.fl_paradox",
        "stability.prose.intro_tradeoff",
        "stability.prose.abs_tradeoff",
        "stability.prose.thm2_converge",
    ),
    readings=(
        Statement(
            text="eps_sgd = O(1/sqrt(K-bar)) as K grows, all else fixed",
            left=EPSILON,
            relation="O",
            right=1 / sp.sqrt(K),
            givens=(TRAINED,),
            ray=LONG,
        ),
        Statement(
            text="eps_sgd decays with every further step",
            left=EPSILON,
            relation="decreasing",
            givens=(TRAINED,),
            along=ALONG,
        ),
        Statement(
            text="the optimisation error of the merge itself falls with every further step",
            left=Quantity(text="f(x_avg) - min f", run=lambda i: merged_error(i, i.rounds)),
            relation="decreasing",
            givens=(TRAINED,),
            along=Along(symbol=sp.Symbol("rounds"), field="rounds", step="more"),
        ),
        Statement(
            text="the stability component grows with every further step, with the eta of Theorem 2",
            left=Quantity(
                text="8 (L+1) eta^2 V K at eta^2 = N/K",
                run=lambda i: 8 * (i.L + 1) * (i.N * (i.L / i.L) / i.K) * i.noise * i.K,
            ),
            relation="increasing",
            givens=(TRAINED,),
            along=ALONG,
        ),
        Statement(
            text="with the step of Theorem 2 and the condition of Lemma 3 together, for many steps",
            left=EPSILON,
            relation="decreasing",
            givens=(RATE, CONDITION, LONG_RUN),
            along=ALONG,
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="the first two terms of eps_sgd alone",
        statement=Statement(
            text="the two terms with 1/sqrt(N K-bar) fall strictly",
            left=Quantity(text="the first two terms of eps_sgd", run=slow_terms, expr=SLOW),
            relation="decreasing",
            givens=(TRAINED,),
            along=ALONG,
            proof=lambda: Chain(SLOW.subs(K, K + grow), (Line("<", SLOW, Calculus(K)),)),
        ),
        nondegenerate=UNIT,
    ),
    steps=(
        PrintedStep(
            item="stability.prose.fl_paradox",
            text="E_O proportional to 1/sqrt(K): twice the steps would leave 1/sqrt(2) of it",
            left=late,
            relation="==",
            right=early / sp.sqrt(2),
        ),
        PrintedStep(
            item="stability.prose.intro_tradeoff",
            text="'scaled by O(K)', 'O(eta^2)': the stability component at K and eta doubled, eta and K free",
            left=STABLE.subs(K, 2 * K) * (2 * eta) ** 2,
            relation="==",
            right=8 * STABLE * eta**2,
            by=Rewrite(),
        ),
    ),
    transcription=transcription,
    witnesses=(UNIT,),
    mutants=(
        Mutant(text="the fourth term too", left=EPSILON, dies_at=UNIT),
        Mutant(
            text="no initial gap, noise that grows",
            left=Quantity(text="4 L sigma^2 sqrt(K)", run=lambda i: i.L * i.sigma2 * root(i.K)),
            dies_at=UNIT,
        ),
        Mutant(
            text="the initial gap for every step",
            left=Quantity(text="K times it", run=lambda i: slow_terms(i) * i.K),
            dies_at=UNIT,
        ),
    ),
    effort=0.3,
)
