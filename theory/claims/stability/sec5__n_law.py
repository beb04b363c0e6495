"""Model merging stability, Section V-B4: more data for one task tighten the bound of theorem 3.

Printed   n_i stands only in the denominator of the stability term of the bound and nowhere in the
          optimisation error, so increasing n_i strictly and monotonically tightens the bound ("free lunch").
Repaired  not needed: true for the bound with everything else fixed, also for the bound with the best gamma.
          In training with a fixed number of epochs K_i grows with n_i, and then K_i / n_i stays what it was.
True      For means of n numbers the excess risk falls with n too, but the optimisation error has its share:
          batches of b samples are noisier around the mean of more data, (n-b)/(nb) times the variance.
Shapes    lam, K, b, sigma2, zeta2: (N,), the first entry is the task whose n_i grows; the rest scalar.
Units     those of the bound, a squared gradient; n_i counts samples.
Source    Section V-B4; Appendix A-A1, item 3; the bound: Theorem 3, equation (24), with epsilon_sgd of (6).
"""

from fractions import Fraction

import sympy as sp

from sim.mean_estimation import Task, World, excess, optimisation
from theory.claim import Along, Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Real, Vector, replace
from theory.proof import Calculus, Chain, Line

n, grow = sp.symbols("n grow", positive=True)
L, eta, lam, K, b, sigma2, zeta2 = sp.symbols("L eta lambda_i K_i b_i sigma_i^2 zeta_i^2", positive=True)
C, others = sp.symbols("C R", nonnegative=True)
error = sp.Symbol("epsilon", positive=True)
error_now = sp.Symbol("E_O(n)", nonnegative=True)
keep = sp.Symbol("q", positive=True)  # 1 - eta c

POSITIVE = Real(0, 8, open="lo")
FAMILY = Family(
    fields={
        "N": Integer(1, 3),
        "raw": Vector("N", Real(0, 4, open="lo")),
        "lam": Derived(lambda f: tuple(Fraction(w) / sum(f.raw) for w in f.raw)),
        "n": Integer(1, 1000),
        "grow": Integer(1, 1000),
        "n_others": Vector(lambda f: f.N - 1, Real(1, 1000)),
        "K": Vector("N", Real(1, 100)),
        "b": Vector("N", Real(1, 64)),
        "sigma2": Vector("N", POSITIVE),
        "zeta2": Vector("N", POSITIVE),
        "L": Real(0, 8, open="lo"),
        "C": Real(0, 8),
        "first_gap": POSITIVE,
        "share": Real(0, 1, open="both"),
    },
    leaves_out="N > 3; steps and batch sizes are real numbers here, which the bound allows",
)


def _sum(values):
    return sum(values, start=0)


def root(value):
    """The square root: a SymPy number for exact input."""
    return value**0.5 if isinstance(value, float) else sp.sqrt(sp.Rational(value))


def stability_term(i: Instance):
    """sum_i lambda_i K_i (sigma_i^2 + 3 b_i zeta_i^2) / n_i."""
    sizes = (i.n, *i.n_others)
    rows = zip(i.lam, i.K, i.b, i.sigma2, i.zeta2, sizes, strict=True)
    return _sum(w * k * (s + 3 * batch * z) / size for w, k, batch, s, z, size in rows)


def sgd_error(i: Instance):
    """epsilon_sgd, the right side of equation (6); no n_i stands in it."""
    mean_K, noise, batch = _sum(i.K) / i.N, max(i.sigma2), min(i.b)
    A1 = i.N * _sum(mean_K / k * w * w for w, k in zip(i.lam, i.K, strict=True))
    A2 = _sum(w * (k - 1) for w, k in zip(i.lam, i.K, strict=True))
    A3 = max(k * (k - 1) for k in i.K)
    rough = 6 * i.N * i.L**2 * noise * A2 / (batch * mean_K) + 5 * i.N * i.L**2 * max(i.zeta2) * A3 / mean_K
    return (4 * i.first_gap + 4 * i.L * noise * A1 / batch) / root(i.N * mean_K) + rough


def optimisation_error(i: Instance):
    """chi^2 sum lambda_i zeta_i^2 + (chi^2 + 1) epsilon_sgd."""
    chi2 = _sum((Fraction(1, i.N) - w) ** 2 / w**2 for w in i.lam)
    return chi2 * _sum(w * z for w, z in zip(i.lam, i.zeta2, strict=True)) + (chi2 + 1) * sgd_error(i)


def eta2(i: Instance):
    """eta_l^2 = N / (mean of the K_i), as Theorem 2 sets it."""
    return i.N * i.N / _sum(i.K)


def bound(i: Instance):
    """The right side of equation (24)."""
    return 8 * (i.L + 1) * eta2(i) * stability_term(i) + (2 * i.C + 1) * optimisation_error(i)


def best_bound(i: Instance):
    """The display after gamma*: the bound with the best gamma."""
    stable, slow = eta2(i) * stability_term(i), optimisation_error(i)
    cross = stable * slow
    half = 4 * (2 * cross) ** 0.5 if isinstance(cross, float) else 4 * sp.sqrt(2 * cross)
    return 8 * i.L * stable + 2 * i.C * slow + half


def means(i: Instance) -> World:
    """One mean estimated from n samples in three steps with batches of one, eta c = share."""
    one = i.share / i.share
    task = Task(n=i.n, b=1, K=3, mean=0 * one, spread=one)
    return World(tasks=(task,), weights=(one,), curvature=one, eta=i.share, start=0 * one)


def elsewhere(i: Instance):
    """The stability terms of the other tasks."""
    rows = zip(i.lam[1:], i.K[1:], i.b[1:], i.sigma2[1:], i.zeta2[1:], i.n_others, strict=True)
    return _sum(w * k * (s + 3 * batch * z) / size for w, k, batch, s, z, size in rows)


SYMBOLS = {
    n: lambda i: i.n,
    grow: lambda i: i.grow,
    L: lambda i: i.L,
    eta: lambda i: root(eta2(i)),
    lam: lambda i: i.lam[0],
    K: lambda i: i.K[0],
    b: lambda i: i.b[0],
    sigma2: lambda i: i.sigma2[0],
    zeta2: lambda i: i.zeta2[0],
    C: lambda i: i.C,
    others: elsewhere,
    error: optimisation_error,
    keep: lambda i: 1 - i.share,
    error_now: lambda i: optimisation(means(i)),
}
STABILITY = 8 * eta**2 * (lam * K * (sigma2 / n + 3 * b * zeta2 / n) + others)
BOUND = (L + 1) * STABILITY + (2 * C + 1) * error
BEST = L * STABILITY + 2 * C * error + 2 * sp.sqrt(STABILITY * error)

IN_USE = Given(
    text="lambda_i > 0 (the chi-square term divides by it), sigma_i^2 > 0, zeta_i^2 > 0", fact=lam > 0
)
STABLE = Given(text="eta c < 1", fact=keep < 1)
NOISE = (1 - keep) ** 2 * (1 + keep**2 + keep**4) * (1 - 1 / n)
RISK = (1 - keep**3) / n + (keep**6 / n + NOISE) / 2  # c = s = 1, three steps, batches of one
ALONG = Along(symbol=n, field="n", step="grow")


def falls(expr: sp.Expr) -> Chain:
    """From the expression at n + grow to the one at n."""
    return Chain(expr.subs(n, n + grow), (Line("<", expr, Calculus(n)),))


def upwards(share):
    """The bound with `share` of n_i times the first task's heterogeneity added: data that hurt."""
    return lambda i: bound(i) + share * i.n * i.lam[0] * i.zeta2[0]


ALONE = Instance(
    N=1, raw=(Fraction(1),), lam=(Fraction(1),), n=1, grow=1, n_others=(), K=(Fraction(2),), b=(Fraction(1),),
    sigma2=(Fraction(1),), zeta2=(Fraction(1),), L=Fraction(1), C=Fraction(1), first_gap=Fraction(1),
    share=Fraction(3, 4),
)  # fmt: skip

CLAIM = Claim(
    items=("stability.sec5.n_law", "stability.secA1.n_law"),
    readings=(
        Statement(
            text="the bound of Theorem 3 falls strictly when n_i grows, all else fixed",
            left=Quantity(text="the right side of (24)", run=bound, expr=BOUND),
            relation="decreasing",
            givens=(IN_USE,),
            along=ALONG,
            proof=lambda: falls(BOUND),
        ),
        Statement(
            text="the bound with the best gamma falls strictly when n_i grows, all else fixed",
            left=Quantity(text="the display after gamma*", run=best_bound, expr=BEST),
            relation="decreasing",
            givens=(IN_USE,),
            along=ALONG,
            proof=lambda: falls(BEST),
        ),
        Statement(
            text="the excess risk itself falls (means of n numbers, fixed K and b)",
            left=Quantity(text="E[F(x) - min f]", run=lambda i: excess(means(i)), expr=RISK),
            relation="decreasing",
            givens=(IN_USE, STABLE),
            along=ALONG,
            proof=lambda: falls(RISK),
        ),
        Statement(
            text="no competing effect: the optimisation error itself does not grow with n",
            left=Quantity(
                text="E[f(x) - min f]", run=lambda i: optimisation(means(replace(i, n=i.n + i.grow)))
            ),
            relation="<=",
            right=error_now,
            givens=(IN_USE,),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    witnesses=(ALONE,),
    scalings=(
        Scaling(
            text="sigma^2, zeta^2, first gap times k",
            power=1,
            move=lambda i, k: replace(
                i,
                sigma2=tuple(k * v for v in i.sigma2),
                zeta2=tuple(k * v for v in i.zeta2),
                first_gap=k * i.first_gap,
            ),
        ),
    ),
    mutants=(
        Mutant(
            text="n_i in the numerator",
            left=Quantity(text="the bound at 1/n_i", run=lambda i: bound(replace(i, n=(i.L / i.L) / i.n))),
            dies_at=ALONE,
        ),
        Mutant(
            text="a heterogeneity term that grows with n_i",
            left=Quantity(text="the bound and n_i zeta_i^2", run=upwards(10)),
            dies_at=replace(ALONE, n=1000, grow=1000),
        ),
        Mutant(
            text="an optimisation error that grows with n_i",
            left=Quantity(
                text="n_i times epsilon added", run=lambda i: bound(i) + i.n * optimisation_error(i)
            ),
            dies_at=replace(ALONE, n=1000, grow=1000),
        ),
    ),
    effort=0.5,
)
