"""Model merging stability, corollary 1, (9): does a smaller bound make a smaller excess risk?

Printed   E(x~_avg) < E(x_avg) for the merge of sparsified task vectors, since the bound of Theorem 3 is
          increasing in zeta_i^2 and zeta-hat_i^2 < zeta_i^2.
Repaired  The bound, which the text writes as E too ("the excess risk bound E(x_avg)"): (24) at zeta-hat^2 is
          smaller than (24) at zeta^2 if no zeta_i grows and one of positive weight falls.  The risk
          itself may rise: experts at -1 and 3 merge at 1, the minimiser of their mean loss; without the
          conflicting -1 they merge at 3/2.
Also      Proof 1's heterogeneity "proportional to the variance of the task vectors" and Section IV-B's
          "bounded by" it: experts that reach one minimum over different curvatures have equal task vectors
          and different gradients.
Shapes    m, c, lam, K, b, n, sigma2, zeta2, delta: (N,); f_i(x) = c_i (x - m_i)^2/2, experts trained to the
          end from x_0 = 0, so that Delta_i = m_i; the rest scalar.
Units     a loss on both sides.
Source    Section IV-B, equation (9), Proof 1, first and last paragraph; equation (24).
"""

from dataclasses import replace as change
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line

N = sp.Symbol("N", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
lam, c, K, b, n, sigma2, zeta2 = (
    sp.IndexedBase(name, positive=True) for name in ("lambda", "c", "K", "b", "n", "sigma^2", "zeta^2")
)
fall: Any = sp.IndexedBase(r"\delta", real=True)
m: Any = sp.IndexedBase("m", real=True)
mask: Any = sp.IndexedBase("mask", nonnegative=True)
L, eta = sp.symbols("L eta", positive=True)
C, chi2, eps, eps_hat = (sp.Symbol(s, nonnegative=True) for s in ("C", "chi^2", "eps_sgd", "eps_hat"))
sparse, before, after = sp.symbols(r"\tilde{x}_{avg} E_{avg} \tilde{E}_{avg}", real=True)
spread_1, spread_2, turn_1, turn_2 = (
    sp.Symbol(s, nonnegative=True) for s in ("V_1", "V_2", r"|\nabla_1|^2", r"|\nabla_2|^2")
)


def over(term: Any) -> Any:
    return sp.Sum(term, (j, 1, N))


def bound(heterogeneity: Any, error: Any) -> Any:
    """(24) with these zeta_i^2 and this eps_sgd."""
    stable = over(lam[j] * K[j] * (sigma2[j] / n[j] + 3 * b[j] / n[j] * heterogeneity))
    slow = chi2 * over(lam[j] * heterogeneity) + (chi2 + 1) * error
    return 8 * (L + 1) * eta**2 * stable + (2 * C + 1) * slow


CENTRE = over(lam[j] * m[j])
BEFORE = over(c[j]) * (CENTRE - over(c[j] * m[j]) / over(c[j])) ** 2 / (2 * N)
SMALLER, LARGER = bound(zeta2[j] - fall[j], eps_hat), bound(zeta2[j], eps)

POSITIVE = Real(0, 4, open="lo")
FAMILY = Family(
    fields={
        "N": Integer(2, 3),
        "raw": Vector("N", POSITIVE),
        "lam": Derived(lambda f: tuple(Fraction(w) / sum(f.raw) for w in f.raw)),
        "m": Vector("N", Real(-3, 3)),
        "c": Vector("N", POSITIVE),
        "K": Vector("N", Real(1, 50)),
        "b": Vector("N", Real(1, 32)),
        "n": Vector("N", Real(1, 200)),
        "sigma2": Vector("N", POSITIVE),
        "kept": Vector("N", POSITIVE),
        "fall": Vector("N", Real(0, 2, open="lo")),
        "L": POSITIVE,
        "eta": Real(0, 8, open="lo"),
        "C": Real(0, 4),
        "eps": Real(0, 4),
        "eps_fall": Real(0, 1),
    },
    leaves_out="losses that are not quadratic, a gap between F and f; N > 3",
)


def centre(i: Instance, rows: tuple):
    return sum(w * x for w, x in zip(i.lam, rows, strict=True))


def masks(i: Instance) -> tuple:
    """1 where the task vector has the sign of the weighted mean."""
    return tuple(int(x * centre(i, i.m) > 0) for x in i.m)


def risk(i: Instance, x: Any):
    """The mean loss at x, its minimum taken off."""
    f = lambda y: sum(c * (y - m) ** 2 for c, m in zip(i.c, i.m, strict=True)) / (2 * i.N)
    best = sum(c * m for c, m in zip(i.c, i.m, strict=True)) / sum(i.c)
    return f(x) - f(best)


def sparsified(i: Instance):
    """x_0 plus the weighted task vectors, conflicting signs zeroed."""
    return centre(i, tuple(x if keep else 0 * x for x, keep in zip(i.m, masks(i), strict=True)))


def value(i: Instance, heterogeneity: tuple, error: Any):
    """(24) as a loop."""
    rows = zip(i.lam, i.K, i.b, i.n, i.sigma2, heterogeneity, strict=True)
    stable = sum(w * k * (s + 3 * batch * z) / n for w, k, batch, n, s, z in rows)
    chi2 = sum((1 / (i.N * w) - 1) ** 2 for w in i.lam)
    slow = chi2 * centre(i, heterogeneity) + (chi2 + 1) * error
    return 8 * (i.L + 1) * i.eta**2 * stable + (2 * i.C + 1) * slow


def full(i: Instance) -> tuple:
    return tuple(k + f for k, f in zip(i.kept, i.fall, strict=True))


def turn(i: Instance, task: int):
    """|grad f_i(x_0) - sum_k lambda_k grad f_k(x_0)|^2."""
    slopes = tuple(-c * m for c, m in zip(i.c, i.m, strict=True))
    return (slopes[task] - centre(i, slopes)) ** 2


def spread(i: Instance, task: int):
    """|Delta_i - weighted mean|^2."""
    return (i.m[task] - centre(i, i.m)) ** 2


SYMBOLS = {
    N: lambda i: i.N,
    lam: lambda i: i.lam,
    c: lambda i: i.c,
    K: lambda i: i.K,
    b: lambda i: i.b,
    n: lambda i: i.n,
    sigma2: lambda i: i.sigma2,
    zeta2: full,
    fall: lambda i: i.fall,
    m: lambda i: i.m,
    mask: masks,
    L: lambda i: i.L,
    eta: lambda i: i.eta,
    C: lambda i: i.C,
    chi2: lambda i: sum((1 / (i.N * w) - 1) ** 2 for w in i.lam),
    eps: lambda i: i.eps + i.eps_fall,
    eps_hat: lambda i: i.eps,
    sparse: sparsified,
    before: lambda i: risk(i, centre(i, i.m)),
    after: lambda i: risk(i, sparsified(i)),
    spread_1: lambda i: spread(i, 0),
    spread_2: lambda i: spread(i, 1),
    turn_1: lambda i: turn(i, 0),
    turn_2: lambda i: turn(i, 1),
}
COEFFICIENTS = Given(text="lambda_i > 0 with sum one", fact=sp.Eq(over(lam[j]), 1))
WEAKER = Given(
    text="zeta-hat^2 < zeta^2: no zeta_i^2 grows and one falls; in the two sums of (24)",
    fact=sp.And(sp.Gt(over(lam[j] * K[j] * b[j] * fall[j] / n[j]), 0), sp.Ge(over(lam[j] * fall[j]), 0)),
)
PARTS = (K[j] * sigma2[j], K[j] * b[j] * zeta2[j])
COUNTED = Given(
    text="n_i >= 1 and lambda_i <= 1, term by term in the sums of (24)",
    fact=sp.And(
        *(sp.Ge(over(lam[j] * part / sp.sqrt(n[j])), over(lam[j] * part / n[j])) for part in PARTS),
        *(sp.Ge(over(part / n[j]), over(lam[j] * part / n[j])) for part in PARTS),
        sp.Ge(over(zeta2[j]), over(lam[j] * zeta2[j])),
    ),
    because="numbers of samples, and weights with sum one",
)
MASKED = Given(
    text="the sparsified merge is x_0 = 0 plus the weighted masked task vectors",
    fact=sp.Eq(sparse, over(lam[j] * mask[j] * m[j])),
)
FASTER = Given(text="eps_sgd does not grow", fact=sp.Le(eps_hat, eps))
SPARSE = Quantity(text="E of the merge with conflicting signs zeroed", run=lambda i: risk(i, sparsified(i)))
AT_HAT = Quantity(
    text="(24) at zeta-hat^2", run=lambda i: value(i, i.kept, i.eps), expr=SMALLER
)  # fmt: skip
BOUNDS = Statement(
    text="(24) at smaller heterogeneities is smaller",
    left=AT_HAT,
    relation="<",
    right=LARGER,
    givens=(COEFFICIENTS, WEAKER, FASTER, COUNTED),
    proof=lambda: Chain(SMALLER, (Line("<", LARGER, Entail()),)),
)


def transcription(i: Instance):
    """E(x_avg) of the plain merge, by its definition."""
    return risk(i, sum(w * x for w, x in zip(i.lam, i.m, strict=True)))


ONE = Fraction(1)
MIDDLE = Instance(
    N=2, raw=(ONE, ONE), lam=(ONE / 2, ONE / 2), m=(-ONE, 3 * ONE), c=(ONE, ONE), K=(ONE, ONE), b=(ONE, ONE),
    n=(ONE, ONE), sigma2=(ONE, ONE), kept=(ONE, ONE), fall=(ONE, ONE), L=ONE, eta=ONE, C=ONE, eps=ONE,
    eps_fall=0 * ONE,
)  # fmt: skip
SAME = replace(MIDDLE, m=(ONE, ONE), c=(ONE, 2 * ONE))
ALIKE = replace(MIDDLE, m=(-ONE, 2 * ONE), c=(ONE, 2 * ONE))

CLAIM = Claim(
    items=(
        "stability.eq9",
        "stability.cor1.step1",
        "stability.cor1.step5",
        "stability.cor1.step6",
        "stability.alg.operator",
        "stability.sec4b.surrogate",
        "stability.sec4b.rem4_sparse",
    ),
    readings=(
        Statement(
            text="the excess risks, conflicting signs zeroed",
            left=SPARSE,
            relation="<",
            right=BEFORE,
            givens=(COEFFICIENTS, WEAKER, FASTER, MASKED, COUNTED),
        ),
        change(BOUNDS, text="the bounds of Theorem 3, for which Corollary 1 and Proof 1 write E too"),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="the bounds (24), not the risks, where no zeta_i grows and one falls",
        statement=BOUNDS,
        nondegenerate=MIDDLE,
    ),
    steps=(
        PrintedStep(
            item="stability.alg.operator",
            text="the sign rule as a mask",
            left=sparse,
            relation="==",
            right=over(lam[j] * mask[j] * m[j]),
        ),
        PrintedStep(
            item="stability.cor1.step1",
            text="gradients' and task vectors' deviations in one proportion for two tasks: not for different"
            " curvatures",
            left=spread_1 * turn_2,
            relation="==",
            right=spread_2 * turn_1,
        ),
        PrintedStep(
            item="stability.sec4b.surrogate",
            text="bounded by the spread of the task vectors, with the largest squared curvature possible",
            left=turn_1,
            relation="<=",
            right=spread_1 * over(c[j] ** 2),
        ),
        PrintedStep(
            item="stability.cor1.step5",
            text="increasing in zeta_i^2, with all else fixed",
            left=bound(zeta2[j], eps),
            relation="<",
            right=bound(zeta2[j] + fall[j], eps),
        ),
        PrintedStep(
            item="stability.cor1.step6",
            text="from bounds to risks",
            left=after,
            relation="<",
            right=before,
            after=(sp.Lt(SMALLER, LARGER),),
        ),
    ),
    transcription=transcription,
    witnesses=(MIDDLE, SAME, ALIKE),
    scalings=(
        Scaling(
            text="sigma^2, zeta^2, eps times k",
            power=1,
            move=lambda i, k: replace(
                i,
                sigma2=tuple(k * v for v in i.sigma2),
                kept=tuple(k * v for v in i.kept),
                fall=tuple(k * v for v in i.fall),
                eps=k * i.eps,
                eps_fall=k * i.eps_fall,
            ),
        ),
    ),
    mutants=(
        Mutant(
            text="heterogeneity that grows",
            left=Quantity(
                text="(24) at a larger zeta^2",
                run=lambda i: value(i, tuple(2 * z for z in full(i)), i.eps + i.eps_fall),
            ),
            dies_at=MIDDLE,
        ),
        Mutant(text="the stability component alone", right=8 * (L + 1) * eta**2 * over(lam[j] * sigma2[j])),
        Mutant(text="half of it", right=LARGER / 2),
    ),
    effort=0.2,
)
