"""Model merging stability, equation (7): from the surrogate objective back to the original one.

Printed   E|grad f(x_avg)|^2 <= 2 [chi^2 + 1] eps_sgd + 2 chi^2 sum_i lambda_i zeta_i^2, eps_sgd the right
          side of (6), chi^2 = sum_i (1/N - lambda_i)^2 / lambda_i^2; (20), (22) are the same with (19), (21).
Repaired  not needed for the step from (6) to (7): eps_sgd may be any bound of E|grad f~(x_avg)|^2, f~ the
          weighted risk.  It stays true without chi^2 beside eps_sgd, and with the divergence itself (divided
          by lambda_i) for the printed number.  (6) needs a step condition: stability.thm2.
Shapes    G, lam, zeta2: (N,): gradients at x_avg, one coordinate and one outcome (squares and
          expectations add up).
Units     G a gradient; eps, zeta2 and both sides its square.
Source    Section IV-A, Theorem 2, (7); Appendix A-A, Theorem 4, (20), and Corollary 2, (22).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line

N = sp.Symbol("N", integer=True, positive=True)
j, k = (sp.Symbol(name, integer=True, positive=True) for name in ("j", "k"))
lam: Any = sp.IndexedBase("lambda", positive=True)
G: Any = sp.IndexedBase("G", real=True)
zeta2: Any = sp.IndexedBase("zeta^2", positive=True)
W, U = (sp.Symbol(name, real=True) for name in (r"\nabla\tilde{f}", r"\nabla f"))
eps, chi2 = (sp.Symbol(name, nonnegative=True) for name in ("epsilon_sgd", "chi^2"))


def over(term: Any) -> Any:
    return sp.Sum(term, (j, 1, N))


KAPPA = over(lam[j] * zeta2[j])
DIVERGENCE = over((1 / N - lam[j]) ** 2 / lam[j])
SPREAD = over(lam[j] * (G[j] - W) ** 2)
PRINTED = 2 * (chi2 + 1) * eps + 2 * chi2 * KAPPA

FAMILY = Family(
    fields={
        "N": Integer(1, 4),
        "raw": Vector("N", Real(0, 4, open="lo")),
        "lam": Derived(lambda f: tuple(Fraction(v) / sum(f.raw) for v in f.raw)),
        "G": Vector("N"),
        "spare": Vector("N", Real(0, 1, open="lo")),
        "slack": Real(0, 1),
    },
    leaves_out="N > 4 (the proof covers every N); lambda_i = 0, where chi^2 is infinite",
)


def surrogate(i: Instance):
    """grad f~, weighted."""
    return sum(v * g for v, g in zip(i.lam, i.G, strict=True))


def original(i: Instance):
    """|grad f|^2, equal weights."""
    return (sum(i.G) / i.N) ** 2


def heterogeneity(i: Instance) -> tuple:
    """zeta_i^2 of Assumption 3."""
    mean = sum(i.G) / i.N
    return tuple((g - mean) ** 2 + s for g, s in zip(i.G, i.spare, strict=True))


def printed_chi2(i: Instance):
    """sum_i (1/N - lambda_i)^2 / lambda_i^2, as printed."""
    return sum((1 / (i.N * v) - 1) ** 2 for v in i.lam)


SYMBOLS = {
    N: lambda i: i.N,
    lam: lambda i: i.lam,
    chi2: printed_chi2,
    G: lambda i: i.G,
    zeta2: heterogeneity,
    W: surrogate,
    U: lambda i: sum(i.G) / i.N,
    eps: lambda i: surrogate(i) ** 2 + i.slack,
}
COEFFICIENTS = Given(text="lambda_i > 0 with sum one (Assumption 4)", fact=sp.Eq(over(lam[j]), 1))
RISKS = Given(
    text="grad f~ = sum_i lambda_i grad f_i and grad f = (1/N) sum_i grad f_i",
    fact=sp.And(sp.Eq(W, over(lam[j] * G[j])), sp.Eq(U, over(G[j]) / N)),
)
SMALL = Given(text="(6): E|grad f~(x_avg)|^2 <= eps_sgd", fact=sp.Le(W**2, eps))
SIMILAR = Given(
    text="|grad f_i - grad f|^2 <= zeta_i^2 (Assumption 3), averaged with lambda",
    fact=sp.Le(over(lam[j] * (G[j] - U) ** 2), KAPPA),
)
LARGER = Given(
    text="the printed chi^2 is at least the divergence",
    fact=sp.Le(DIVERGENCE, chi2),
    because="lambda_i <= 1, term by term",
)
NEARER = Given(
    text="term by term: lambda_i <= 1; and the square of a mean is at most the mean square",
    fact=sp.And(sp.Ge(over(zeta2[j]), KAPPA), sp.Le((W - U) ** 2, KAPPA)),
    because="weights with sum one; grad f~ - grad f is the weighted mean of grad f_i - grad f",
)
GIVENS = (COEFFICIENTS, LARGER, RISKS, SMALL, SIMILAR, NEARER)

TILT = over((1 / N - lam[j]) * (G[j] - W))  # grad f - grad f~
CAUCHY = Lemma(
    "cauchy_schwarz_sums",
    {
        "a": (1 / N - lam[k]) / sp.sqrt(lam[k]),
        "b": (G[k] - W) * sp.sqrt(lam[k]),
        "j": k,
        "n": N,
    },
)


def proof() -> Chain:
    """Split grad f at grad f~; Cauchy and Schwarz for their difference."""
    return Chain(
        U**2,
        (
            Line("==", (W + TILT) ** 2, Entail(), "the weights sum to one"),
            Line("<=", 2 * W**2 + 2 * TILT**2, Entail()),
            Line("<=", 2 * W**2 + 2 * DIVERGENCE * SPREAD, Entail(facts=(CAUCHY,)), "Cauchy and Schwarz"),
            Line("<=", 2 * W**2 + 2 * chi2 * SPREAD, Entail(), "lambda_i <= 1"),
            Line("<=", 2 * W**2 + 2 * chi2 * KAPPA, Entail(), "the weighted mean minimises the spread"),
            Line("<=", PRINTED, Entail(), "(6)"),
        ),
    )


ONE = Fraction(1)
SKEW = Instance(
    N=2, raw=(ONE, 3 * ONE), lam=(ONE / 4, 3 * ONE / 4), G=(3 * ONE, -ONE), spare=(ONE / 64,) * 2,
    slack=0 * ONE,
)  # fmt: skip
EVEN = replace(SKEW, raw=(ONE, ONE), lam=(ONE / 2, ONE / 2), G=(2 * ONE, ONE))
NEARLY = replace(
    SKEW, raw=(13 * ONE / 4, 15 * ONE / 4), lam=(13 * ONE / 28, 15 * ONE / 28), G=(4 * ONE, -3 * ONE)
)  # fmt: skip
SLANTED = replace(
    SKEW, raw=(3 * ONE, 11 * ONE / 4), lam=(12 * ONE / 23, 11 * ONE / 23), G=(0 * ONE, -2 * ONE)
)  # fmt: skip

CLAIM = Claim(
    items=("stability.eq7", "stability.eq20", "stability.eq22"),
    readings=(
        Statement(
            text="given (6): eps_sgd bounds the squared gradient of the weighted risk",
            left=Quantity(text="|grad f(x_avg)|^2", run=original, expr=U**2),
            relation="<=",
            right=PRINTED,
            givens=GIVENS,
            proof=proof,
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    witnesses=(SKEW, EVEN, NEARLY, SLANTED),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, k: replace(
                i,
                G=tuple(k * v for v in i.G),
                spare=tuple(k * k * v for v in i.spare),
                slack=k * k * i.slack,
            ),
        ),
    ),
    mutants=(
        Mutant(text="no heterogeneity", right=2 * (chi2 + 1) * eps, dies_at=SKEW),
        Mutant(text="a third of eps_sgd", right=(2 * chi2 + 1) * eps / 3 + 2 * chi2 * KAPPA, dies_at=EVEN),
        Mutant(text="no eps_sgd", right=2 * chi2 * KAPPA, dies_at=EVEN),
    ),
    effort=0.12,
)
