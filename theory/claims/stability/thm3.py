"""Model merging stability, theorem 3: the excess risk of a merged model.

Printed   E(x_avg) <= 8 (L+1) eta^2 sum_i lambda_i K_i (sigma_i^2/n_i + 3 b_i zeta_i^2/n_i)
          + (2C+1) [chi^2 sum_i lambda_i zeta_i^2 + (chi^2 + 1) eps_sgd], eta = sqrt(N/K-bar), eps_sgd the
          right side of (6), under the conditions of Theorems 1 and 2.
Repaired  As printed, for 8 K_i L eta <= 1 as in the proof of Lemma 3 (without it, it falls with Theorem 2)
          and for C >= 1/(2L).  A smaller C needs grad f(x_avg) = 0 for all data; that case is open.
Proof     2C times the bracket is enough: the stability component is not needed.  x_0 is fixed before the data
          are drawn, so E_G is what F - f gains on the way to x_avg, hardly more than the gradients there; and
          (6) has room for 12 |grad f~(x_0)|^2 + 5/2 L^2 E|x_avg - x_0|^2 (first line of Theorem 2's proof).
          2LC >= 1 is what Assumption 5 leaves for L-smooth f, unless x_avg is a minimiser for all data.
          At these sizes A_1 bounds the noise alone: changes of the term in A_2 are not noticed.
Settings  With 4000 steps and learning rate 0.001 (Section V, Figure 4) eta = sqrt(N/K-bar) makes N = 1/250.
World     means of n_i samples by SGD, in closed form (theory.claims.stability._means).
Shapes    (N,) per task, the rest scalar; see theory.claims.stability._round.
Units     (24) adds a pure number to L and to C: the loss is measured as the square of x.
Source    Section IV-A, Theorem 3; Appendix A-A, Step 4, equation (24); defaults: Figure 4, Table II.
"""

from fractions import Fraction

import sympy as sp

from sim.mean_estimation import excess, gap, gradient2, optimisation
from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.claims.stability._means import (
    FAMILY,
    divergence,
    drawn,
    first_gap,
    first_slope2,
    heterogeneity,
    rescaled,
    travelled,
    variances,
    world,
)
from theory.claims.stability._move import wide
from theory.claims.stability._round import (
    A1,
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
    b,
    curvature,
    eta,
    first_constant,
    j,
    lam,
    rate,
    second_constant,
    sgd_error,
    sigma2,
    smoothness,
    start_gap,
    steps,
    surrogate,
    third_constant,
    total,
    zeta2,
)
from theory.family import Instance, replace
from theory.proof import Chain, Entail, Line

noise, apart2, size, batch = (sp.IndexedBase(name, positive=True) for name in ("sigma^2", "zeta^2", "n", "b"))
C = sp.Symbol("C", positive=True)
error, chi2 = (sp.Symbol(name, nonnegative=True) for name in ("E(x_avg)", "chi^2"))
parted, slow, slope2 = (sp.Symbol(name, nonnegative=True) for name in ("E_G", "E_O", "I_2"))
ahead2, first2, drawn2, moved = (
    sp.Symbol(name, nonnegative=True)
    for name in (
        r"E|\nabla\tilde{f}(x_{avg})|^2",
        r"E|\nabla\tilde{f}(x_0)|^2",
        r"E|\nabla{f}(x_0)-\nabla{F}(x_0)|^2",
        "E|x_avg-x_0|^2",
    )
)

VALUES = {
    noise: variances,
    apart2: heterogeneity,
    size: lambda i: i.n,
    batch: lambda i: (i.batch,) * i.N,
    C: lambda i: (1 + i.extra) / (2 * curvature(i)),
    start_gap: first_gap,
    sigma2: lambda i: max(variances(i)),
    zeta2: lambda i: max(heterogeneity(i)),
    b: lambda i: i.batch,
    chi2: divergence,
    error: lambda i: excess(world(i)),
    parted: lambda i: gap(world(i)),
    slow: lambda i: optimisation(world(i)),
    slope2: lambda i: gradient2(world(i)),
    ahead2: lambda i: gradient2(world(i), surrogate(i)),
    first2: first_slope2,
    drawn2: drawn,
    moved: travelled,
}
S = total(lam[j] * K[j] * (noise[j] / size[j] + 3 * batch[j] / size[j] * apart2[j]))
KAPPA = total(lam[j] * apart2[j])
BRACKET = chi2 * KAPPA + (chi2 + 1) * sgd_error(5)
PRINTED = 8 * (L + 1) * eta**2 * S + (2 * C + 1) * BRACKET
AGAIN = 8 * (L + 1) * eta**2 * S + (2 * C + 1) * (
    chi2 * KAPPA + (chi2 + 1) * sgd_error(12)
)  # fmt: skip

SMOOTH = Given(text="L-smooth losses >= 0 (Assumption 1)", because="curvature kappa L, kappa <= 1")
MODEL = Given(
    text="sigma_i^2 and zeta_i^2 bound noise and heterogeneity (Assumptions 2 and 3)",
    because="they are computed from the laws of the samples",
)
POLYAK = Given(text="E_O <= C E|grad f(x_avg)|^2 (Assumption 5)", fact=sp.Le(slow, C * slope2))
DEFAULTS = Given(
    text="4000 steps and learning rate 0.001, as in the experiments",
    fact=sp.And(sp.Eq(Kbar, 4000), sp.Eq(eta, sp.Rational(1, 1000))),
)
TASKS = Given(text="at least one task", fact=sp.Ge(N, 1))
LEAST = Given(
    text="2LC >= 1: the least that Assumption 5 leaves (unless grad f(x_avg) = 0 for all data)",
    fact=sp.Ge(2 * L * C, 1),
    because="|grad f|^2 <= 2L (f - inf f) for L-smooth f",
)
FIXED = Given(
    text="x_0 is fixed before the data: E_G = E[(F-f)(x_avg) - (F-f)(x_0)], F and f L-smooth; Young",
    fact=sp.Le(parted, drawn2 / L + sp.Rational(5, 4) * L * moved),
    because="E[F(x_0) - f(x_0)] = 0",
)
DRAWN = Given(
    text="independent samples: the variance of grad f(x_0) is that of the tasks' gradients over N^2",
    fact=sp.Le(drawn2, 2 * (chi2 + 1) * first2),
    because="that of grad f~(x_0) has lambda_i^2; (1/(N lambda_i))^2 <= 2 (1/(N lambda_i) - 1)^2 + 2",
)
NEAR = Given(
    text="(7) before (6) is put in; grad f~ is L-Lipschitz, Young",
    fact=sp.And(
        sp.Le(slope2, 2 * chi2 * KAPPA + 2 * (chi2 + 1) * ahead2),
        sp.Le(ahead2, 7 * first2 + sp.Rational(7, 6) * L**2 * moved),
    ),
    because="proved in stability.eq7, where eps_sgd is any bound",
)
ROOM = Given(
    text="if 8 K_i L eta <= 1: (6) bounds the first line of its proof",
    fact=sp.Or(sp.Gt(8 * K_max * L * eta, 1), sp.Le(wide(first2, moved), sgd_error(5))),
    because="proved in stability.thm2; stated as a fact, so searched on every instance",
)
ORDERS = Given(
    text="A_1 >= 1; batches and numbers of steps are at least one",
    fact=sp.And(sp.Ge(A1, 1), sp.Ge(b, 1), sp.Ge(Kbar, 1), sp.Ge(K_max, Kbar)),
    because="Cauchy and Schwarz: 1 = (sum lambda_i)^2 <= sum K_i sum lambda_i^2/K_i",
)
GIVENS = (STEP, AVERAGE, WEIGHTS, SMOOTH, MODEL, POLYAK)
LEFT = Quantity(text="E(x_avg) = E[F(x_avg) - f(x^)]", run=lambda i: excess(world(i)), expr=parted + slow)


def transcription(i: Instance):
    """(24) from the inventory's LaTeX."""
    rows = zip(surrogate(i), steps(i), variances(i), heterogeneity(i), i.n, strict=True)
    first = (
        8
        * (smoothness(i) + 1)
        * rate(i) ** 2
        * sum(w * k * (s + 3 * i.batch * z) / n for w, k, s, z, n in rows)
    )
    het = sum(w * z for w, z in zip(surrogate(i), heterogeneity(i), strict=True))
    mean, L = i.N * i.q**2, smoothness(i)
    noise = max(variances(i)) / i.batch
    fast = 6 * noise * second_constant(i) + 5 * max(heterogeneity(i)) * third_constant(i)
    slow = 4 * (first_gap(i) + L * noise * first_constant(i)) / (i.N * i.q)
    sgd = slow + i.N * L**2 * fast / mean
    factor = (1 + i.extra) / curvature(i) + 1
    apart = sum((Fraction(1, i.N) - v) ** 2 / v**2 for v in surrogate(i))
    return first + factor * (apart * het + (apart + 1) * sgd)


def proof() -> Chain:
    """Assumption 5 and (7) for E_O, the way for E_G; together no more than (6) bounds."""
    more, rational = chi2 + 1, sp.Rational
    way = 9 * first2 + rational(29, 12) * L**2 * moved
    return Chain(
        parted + slow,
        (
            Line("<=", parted + C * slope2, Entail(), "Assumption 5"),
            Line("<=", parted + 2 * C * (chi2 * KAPPA + more * ahead2), Entail(), "(7)"),
            Line(
                "<=",
                2 * more * first2 / L
                + rational(5, 4) * L * moved
                + 2 * C * (chi2 * KAPPA + more * (7 * first2 + rational(7, 6) * L**2 * moved)),
                Entail(),
                "x_0 is fixed; smoothness",
            ),
            Line("<=", 2 * C * (chi2 * KAPPA + more * way), Entail(), "2LC >= 1"),
            Line("<=", 2 * C * BRACKET, Entail(), "(6)"),
            Line("<=", PRINTED, Entail(), "the rest is not negative"),
        ),
    )


ONE = Fraction(1)
WILD = Instance(
    N=1, q=1, shift=0, regime="any", rate=40 * ONE, kappa=ONE, raw=(ONE,), lam=(ONE,), merge="coefficients",
    n=(1,), batch=1, mean=(0 * ONE,), spread=(ONE / 64,), start=4 * ONE, extra=0 * ONE, spare=ONE / 2**20,
)  # fmt: skip
TAME = replace(WILD, regime="small", rate=ONE, q=2, spread=(ONE,), start=ONE, n=(2,))
SLOW = replace(WILD, regime="small", rate=ONE, start=64 * ONE)
ONE_STEP = replace(  # noise alone, and neither A_2 nor A_3
    SLOW, n=(2**40,), spread=(2**10 * ONE,), start=0 * ONE, spare=ONE / 2**40
)
DRIFTING = replace(  # x_0 is the minimiser of f~, nearly no noise: heterogeneity alone moves the merge
    TAME, N=2, q=3, shift=17, raw=(ONE,) * 2, lam=(ONE / 2,) * 2, n=(2**40,) * 2, mean=(ONE, -ONE),
    spread=(ONE / 2**20,) * 2, start=0 * ONE, spare=ONE / 2**20,
)  # fmt: skip

MANY = replace(  # x_0 is far from a minimum that all tasks share
    SLOW, N=12, q=2, raw=(ONE,) * 12, lam=(ONE / 12,) * 12, n=(1,) * 12, mean=(0 * ONE,) * 12,
    spread=(ONE / 2**20,) * 12, start=ONE / 2**8, spare=ONE / 2**40,
)  # fmt: skip

CLAIM = Claim(
    items=("stability.thm3", "stability.eq24"),
    readings=(
        Statement(
            text="the display, with eps_sgd of Theorem 2",
            left=LEFT,
            relation="<=",
            right=PRINTED,
            givens=GIVENS,
        ),
        Statement(
            text="the display at the settings of the experiments",
            left=LEFT,
            relation="<=",
            right=PRINTED,
            givens=(STEP, TASKS, DEFAULTS),
        ),
    ),
    family=FAMILY,
    symbols={**SYMBOLS, **VALUES},
    repair=Repair(
        changes="8 K_i L eta <= 1, the step condition of Lemma 3, and C >= 1/(2L)",
        statement=Statement(
            text="the display, with 8 K_i L eta <= 1 and 2LC >= 1",
            left=LEFT,
            relation="<=",
            right=PRINTED,
            givens=(SMALL, *GIVENS, LEAST, FIXED, DRAWN, NEAR, ROOM, ORDERS),
            proof=proof,
        ),
        nondegenerate=TAME,
        added=(Added(given=SMALL, fails_without=WILD),),
    ),
    steps=(
        PrintedStep(
            item="stability.eq24",
            text="with eps_sgd of Corollary 2: 12 in place of 5",
            left=error,
            relation="<=",
            right=AGAIN,
        ),
    ),
    transcription=transcription,
    witnesses=(WILD, TAME, SLOW, ONE_STEP, DRIFTING, MANY),
    scalings=(Scaling(text="x -> kx, losses times k^2, L, eta and C as they are", power=2, move=rescaled),),
    mutants=(
        Mutant(text="no optimisation error", right=8 * (L + 1) * eta**2 * S, dies_at=SLOW),
        Mutant(
            text="a 64th of the optimisation error",
            right=8 * (L + 1) * eta**2 * S + C * BRACKET / 32,
            dies_at=SLOW,
        ),
        Mutant(text="no noise in eps_sgd", right=PRINTED.subs(sigma2, 0), dies_at=ONE_STEP),
    ),
    effort=0.04,
)
