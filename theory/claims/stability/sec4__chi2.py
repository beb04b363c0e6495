"""Model merging stability, Theorem 2: the chi-square divergence of the coefficients.

Printed   chi^2_{p||lambda} = sum_i (1/N - lambda_i)^2 / lambda_i^2, "the chi-square
          divergence between" lambda and the uniform p.
Repaired  sum_i (1/N - lambda_i)^2 / lambda_i: that is E_lambda (p/lambda - 1)^2.  The printed number is
          larger (lambda_i <= 1), so that bounds which hold with the divergence hold with it too.
Also      Remark 4 on equal coefficients (the divergence vanishes), on down-weighting (coefficients inverse to
          zeta_i^2 never have a larger sum lambda_i zeta_i^2) and on an "inevitable" residual.
Shapes    lam, zeta2: (N,).  Units: pure numbers; zeta2 a squared gradient.
Source    Section IV-A, Theorem 2, after (7); Appendix A-A, after (20) and (22); Remark 4.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.family import Derived, Family, Instance, Integer, Real, Vector
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

N = sp.Symbol("N", integer=True, positive=True)
j, k = (sp.Symbol(name, integer=True, positive=True) for name in ("j", "k"))
lam: Any = sp.IndexedBase("lambda", positive=True)
zeta2: Any = sp.IndexedBase("zeta^2", positive=True)
equal = sp.Symbol("chi^2(1/N)", nonnegative=True)


def over(term: Any) -> Any:
    return sp.Sum(term, (j, 1, N))


PRINTED = over((1 / N - lam[j]) ** 2 / lam[j] ** 2)
REPAIR = over((1 / N - lam[j]) ** 2 / lam[j])
DEFINED = over(lam[j] * (1 / (N * lam[j]) - 1) ** 2)

FAMILY = Family(
    fields={
        "N": Integer(1, 4),
        "raw": Vector("N", Real(0, 4, open="lo")),
        "lam": Derived(lambda f: tuple(Fraction(v) / sum(f.raw) for v in f.raw)),
        "zeta2": Vector("N", Real(0, 4, open="lo")),
    },
    leaves_out="N > 4; lambda_i = 0, where the divergence is infinite",
)


def chi2(weights: tuple):
    """E_lambda (p/lambda - 1)^2, p uniform."""
    share = (weights[0] / weights[0]) / len(weights)
    return sum(v * (share / v - 1) ** 2 for v in weights)


def divergence(i: Instance):
    return chi2(i.lam)


def transcription(i: Instance):
    """The display from the inventory's LaTeX."""
    return sum((1 / (i.N * v) - 1) ** 2 for v in i.lam)


SYMBOLS = {
    N: lambda i: i.N,
    lam: lambda i: i.lam,
    zeta2: lambda i: i.zeta2,
    equal: lambda i: chi2(((i.lam[0] / i.lam[0]) / i.N,) * i.N),
}
COEFFICIENTS = Given(
    text="lambda_i > 0 with sum one (Assumption 4; the display divides by lambda_i)",
    fact=sp.Eq(over(lam[j]), 1),
)
EQUAL = Given(text="with equal coefficients p = lambda", fact=sp.Eq(equal, over((1 / N - 1 / N) ** 2)))
CHI2 = Quantity(text="the chi-square divergence E_lambda (p/lambda - 1)^2", run=divergence, expr=DEFINED)

HARMONIC = N / over(1 / zeta2[j])
CAUCHY = Lemma("cauchy_schwarz_sums", {"a": sp.sqrt(zeta2[k]), "b": 1 / sp.sqrt(zeta2[k]), "j": k, "n": N})
HALF = Fraction(1, 2)
SKEW = Instance(
    N=2, raw=(Fraction(1), Fraction(3)), lam=(HALF / 2, 3 * HALF / 2), zeta2=(Fraction(4), Fraction(1))
)  # fmt: skip
EVEN = Instance(N=2, raw=(Fraction(1),) * 2, lam=(HALF, HALF), zeta2=(Fraction(4), Fraction(1)))

CLAIM = Claim(
    items=(
        "stability.sec4.chi2",
        "stability.sec4b.rem4_basic",
        "stability.sec4b.rem4_weighted",
        "stability.sec4b.rem4_postcal",
    ),
    readings=(
        Statement(text="the display", left=CHI2, relation="==", right=PRINTED, givens=(COEFFICIENTS, EQUAL)),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="lambda_i in place of lambda_i^2",
        statement=Statement(
            text="divided by lambda_i",
            left=CHI2,
            relation="==",
            right=REPAIR,
            givens=(COEFFICIENTS,),
            proof=lambda: Chain(DEFINED, (Line("==", REPAIR, Rewrite()),)),
        ),
        nondegenerate=SKEW,
    ),
    steps=(
        PrintedStep(
            item="stability.sec4b.rem4_basic",
            text="equal coefficients have no divergence; but by (14) the lambda_i of Theorem 2 are not"
            " chosen, they are K_i / sum K_k",
            left=equal,
            relation="==",
            right=sp.S.Zero,
        ),
        PrintedStep(
            item="stability.sec4b.rem4_weighted",
            text="coefficients proportional to 1/zeta_i^2 against equal ones: harmonic and arithmetic mean;"
            " the term chi^2 sum lambda_i zeta_i^2 of the bound, zero for equal ones, grows all the same",
            left=HARMONIC,
            relation="<=",
            right=over(zeta2[j]) / N,
            by=Entail(facts=(CAUCHY,)),
        ),
        PrintedStep(
            item="stability.sec4b.rem4_postcal",
            text="'inevitably' a residual driven by heterogeneity: its term vanishes for equal coefficients;"
            " zeta^2 is then left in eps_sgd alone, and there for K_i > 1 only",
            left=PRINTED * over(lam[j] * zeta2[j]),
            relation=">",
            right=sp.S.Zero,
        ),
    ),
    transcription=transcription,
    witnesses=(SKEW, EVEN),
    tight_at=(SKEW, EVEN),
    mutants=(
        Mutant(text="the printed number", right=PRINTED, dies_at=SKEW),
        Mutant(text="lambda and p exchanged", right=N * over((1 / N - lam[j]) ** 2), dies_at=SKEW),
        Mutant(text="half of it", right=REPAIR / 2, dies_at=SKEW),
    ),
    effort=0.5,
)
