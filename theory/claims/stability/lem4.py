"""Model merging stability, lemma 4: bounded dissimilarity from bounded heterogeneity.

Printed   sum_i lambda_i |grad f_i|^2 <= beta^2 |sum_i lambda_i grad f_i|^2 + kappa^2 with beta^2 = 1 and
          kappa^2 = sum_i lambda_i zeta_i^2, under Assumptions 3 and 4.
Repaired  not needed, both with the f of Assumption 3 (equation 2, equal weights) and with the weighted f of
          the proof, which is not "by definition" the same.  Assumption 6 also asks for kappa^2 <= 1: nothing
          makes sum_i lambda_i zeta_i^2 so small, and the number changes with the units of the loss ([21] has
          beta^2 >= 1 and kappa^2 >= 0).  The "erroneous" beta^2 = 2 of others is true, only loose.
Shapes    G, lam, zeta2: (N,): gradients at one point, one coordinate (squared norms add over coordinates).
Units     G a gradient, zeta2 and both sides its square.
Source    Appendix A-A, Step 3, Assumption 6, Lemma 4 and Proof 4, equations (15) to (18).
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Simplex, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

N = sp.Symbol("N", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
lam: Any = sp.IndexedBase("lambda", nonnegative=True)
G: Any = sp.IndexedBase("G", real=True)
zeta2: Any = sp.IndexedBase("zeta^2", positive=True)
U = sp.Symbol(r"\nabla f", real=True)


def over(term: Any) -> Any:
    return sp.Sum(lam[j] * term, (j, 1, N))


TOTAL, W = sp.Sum(lam[j], (j, 1, N)), over(G[j])
SQUARES, KAPPA = over(G[j] ** 2), over(zeta2[j])
RIGHT = W**2 + KAPPA

FAMILY = Family(
    fields={
        "N": Integer(1, 4),
        "lam": Simplex("N"),
        "G": Vector("N"),
        "spare": Vector("N", Real(0, 2, open="lo")),
    },
    leaves_out="N > 4 (the proof covers every N); more than one coordinate, which add up",
)


def weighted(i: Instance):
    """The gradient of the weighted objective."""
    return sum(v * g for v, g in zip(i.lam, i.G, strict=True))


def uniform(i: Instance):
    """The gradient of f, equation (2)."""
    return sum(i.G) / (i.N * (1 + 0 * i.G[0]))


def heterogeneity(i: Instance) -> tuple:
    """zeta_i^2 for either f."""
    ends = uniform(i), weighted(i)
    return tuple(max((g - e) ** 2 for e in ends) + s for g, s in zip(i.G, i.spare, strict=True))


def lengths(i: Instance):
    """sum_i lambda_i |grad f_i|^2."""
    return sum(v * g * g for v, g in zip(i.lam, i.G, strict=True))


SYMBOLS = {N: lambda i: i.N, lam: lambda i: i.lam, G: lambda i: i.G, zeta2: heterogeneity, U: uniform}
COEFFICIENTS = Given(text="lambda_i >= 0 with sum one (Assumption 4)", fact=sp.Eq(TOTAL, 1))
SIMILAR = Given(
    text="|grad f_i - grad f|^2 <= zeta_i^2 (Assumption 3), f with equal weights; averaged with lambda",
    fact=sp.And(sp.Le(over((G[j] - U) ** 2), KAPPA), sp.Eq(U, sp.Sum(G[j], (j, 1, N)) / N)),
)
AROUND = Given(
    text="|grad f_i - grad f|^2 <= zeta_i^2 with f weighted, as Proof 4 defines it; averaged with lambda",
    fact=sp.Le(over((G[j] - W) ** 2), KAPPA),
)
SHARES = Given(
    text="lambda_i <= 1, weighted with zeta_i^2",
    fact=sp.Ge(sp.Sum(zeta2[j], (j, 1, N)), KAPPA),
    because="weights with sum one",
)
LEFT = Quantity(text="sum_i lambda_i |grad f_i|^2", run=lengths, expr=SQUARES)


def proof(centre: Any) -> Chain:
    """The variance around any point is at least that around the weighted mean."""
    shifted = W**2 + over((G[j] - centre) ** 2)
    return Chain(SQUARES, (Line("<=", shifted, Entail()), Line("<=", RIGHT, Entail(), "Assumption 3")))


STEPS = (
    PrintedStep(
        item="stability.a6",
        text="with kappa^2 = sum_i lambda_i zeta_i^2: Assumption 6 wants it at most 1",
        left=KAPPA,
        relation="<=",
        right=sp.S.One,
    ),
    PrintedStep(
        item="stability.a3",
        text="averaged with lambda",
        left=over((G[j] - U) ** 2),
        relation="<=",
        right=KAPPA,
        by=Entail(),
    ),
    PrintedStep(
        item="stability.lem4.step1",
        text="by equation (2) f is the equally weighted risk; from here on it is the weighted one",
        left=U,
        relation="==",
        right=W,
    ),
    PrintedStep(
        item="stability.lem4.step2",
        left=over((G[j] - W) ** 2),
        relation="==",
        right=SQUARES - 2 * W * W + TOTAL * W**2,
        by=Rewrite(),
    ),
    PrintedStep(
        item="stability.lem4.step3",
        left=over((G[j] - W) ** 2),
        relation="==",
        right=SQUARES - W**2,
        by=Entail(),
    ),
    PrintedStep(
        item="stability.lem4.step4",
        left=SQUARES,
        relation="==",
        right=W**2 + over((G[j] - W) ** 2),
        by=Entail(),
    ),
    PrintedStep(
        item="stability.lem4.step5",
        left=SQUARES,
        relation="<=",
        right=RIGHT,
        by=proof(U),
        after=(sp.Eq(SQUARES, W**2 + over((G[j] - W) ** 2)), sp.Le(over((G[j] - W) ** 2), KAPPA)),
    ),
    PrintedStep(
        item="stability.prose.lem4_previous",
        text="beta^2 = 2 follows from |a+b|^2 <= 2|a|^2 + 2|b|^2: loose, no error",
        left=SQUARES,
        relation="<=",
        right=2 * W**2 + 2 * over((G[j] - W) ** 2),
        by=Chain(
            SQUARES,
            (
                Line("==", W**2 + over((G[j] - W) ** 2), Entail()),
                Line("<=", 2 * W**2 + 2 * over((G[j] - W) ** 2), Entail()),
            ),
        ),
    ),
)

ONE = Fraction(1)
PAIR = Instance(N=2, lam=(ONE / 4, 3 * ONE / 4), G=(3 * ONE, -ONE), spare=(ONE / 1024,) * 2)
CALM = Instance(N=1, lam=(ONE,), G=(2 * ONE,), spare=(ONE / 1024,))
LIKE = Instance(N=2, lam=(ONE / 2, ONE / 2), G=(2 * ONE, -2 * ONE), spare=(ONE / 1024,) * 2)

CLAIM = Claim(
    items=(
        "stability.lem4",
        "stability.a6",
        "stability.a3",
        "stability.lem4.step1",
        "stability.lem4.step2",
        "stability.lem4.step3",
        "stability.lem4.step4",
        "stability.lem4.step5",
        "stability.prose.lem4_previous",
        "stability.prose.a3_implies_a6",
    ),
    readings=(
        Statement(
            text="the inequality with beta^2 = 1, f of Assumption 3 as equation (2) defines it",
            left=LEFT,
            relation="<=",
            right=RIGHT,
            givens=(COEFFICIENTS, SIMILAR, SHARES),
            proof=lambda: proof(U),
        ),
        Statement(
            text="the inequality with beta^2 = 1, f weighted as in the proof",
            left=LEFT,
            relation="<=",
            right=RIGHT,
            givens=(COEFFICIENTS, AROUND),
            proof=lambda: proof(W),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    steps=STEPS,
    witnesses=(PAIR, CALM, LIKE),
    scalings=(
        Scaling(
            text="gradients times k",
            power=2,
            move=lambda i, k: replace(
                i, G=tuple(k * v for v in i.G), spare=tuple(k * k * v for v in i.spare)
            ),
        ),
    ),
    mutants=(
        Mutant(text="beta^2 = 1/2", right=W**2 / 2 + KAPPA, dies_at=CALM),
        Mutant(text="half of kappa^2", right=W**2 + KAPPA / 2, dies_at=LIKE),
        Mutant(text="no heterogeneity", right=W**2, dies_at=PAIR),
    ),
    effort=0.4,
)
