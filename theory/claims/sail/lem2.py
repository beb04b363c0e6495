"""SAIL lemma 2: parameter distance and total variation distance.

Printed   |theta_i - theta*| = C D_TV(D_i, D*), C = 2 sqrt((sum_j mu~_j^2/lambda_j^2) / (sum_j
          mu~_j^2/lambda_j)), mu~ = Q^T (mu_i - mu*), for LDA with a shared covariance Sigma = Q diag(lambda)
          Q^T.
Repaired  (1/2) |mu_i - mu*|_{Sigma^-1}, half a Mahalanobis distance, in place of D_TV.  Step 4 takes it for
          the total variation of two Gaussians, which is 2 Phi(delta/2) - 1; unlike it, it exceeds 1 for
          remote classes. Nor does the difference of class means determine the data set: both classes moved
          alike leave the parameters where they are, and D_TV > 0.
Shapes    theta, mu: (d,); lambda: (d,); Sigma: (d, d).
Units     both sides [x]^{-1}, C too; see the scaling.
Source    SAIL, Appendix E, Step 2, Lemma 2 and its proof; Section 3.2, opening.
"""

from fractions import Fraction

import sympy as sp

from sim.gaussian_classes import apply, inner, minus, mirror, spectral, tv_labelled
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.claims.sail import _lda
from theory.claims.sail._lda import (
    CONSTANT,
    GIVENS,
    component_sum,
    form,
    gap,
    one,
    parameters,
    root,
    star,
)
from theory.claims.sail._two_experts import certified_tv
from theory.family import Family, Instance
from theory.notation import Vec, norm2
from theory.proof import Chain, Entail, Line

TV = sp.Symbol("D_{TV}(D_i,D^*)", nonnegative=True)
TV_MEANS = sp.Symbol(r"D_{TV}(N(\mu_i,\Sigma),N(\mu^*,\Sigma))", nonnegative=True)
MAHA2 = sp.Symbol(r"(\mu_i-\mu^*)^T\Sigma^{-1}(\mu_i-\mu^*)", nonnegative=True)
QUAD2 = sp.Symbol(r"(\mu_i-\mu^*)^T\Sigma^{-2}(\mu_i-\mu^*)", nonnegative=True)
QUAD = sp.Symbol(r"{(\mu_i-\mu^*)}^T\Sigma(\mu_i-\mu^*)", nonnegative=True)
back, means, spectral_gap = map(Vec, (r"\Sigma\theta_i", r"\mu_i", r"Q\Lambda^{-1}\tilde{\mu}"))

FAMILY = Family(
    fields={**_lda.FIELDS, **_lda.data_set("first")},
    leaves_out="mu_i = mu*, where C is 0/0; labels not equally likely; covariances that differ",
)
DISTANCE, HALF = sp.sqrt(norm2(one - star)), sp.sqrt(MAHA2) / 2
A, B = component_sum(-2), component_sum(-1)
FORM_C = 2 * sp.sqrt(QUAD2 / MAHA2)
DEFINED = Given(
    text="theta = Sigma^{-1} mu and Sigma = Q Lambda Q^T, as sums over the eigenvectors",
    fact=sp.And(sp.Eq(norm2(one - star), A), sp.Eq(MAHA2, B), sp.Gt(B, 0)),
)
LDA = (*GIVENS, DEFINED)


def length(i: Instance):
    """|theta_i - theta*|^2, from the two LDA solutions."""
    difference = minus(parameters("first")(i), parameters("target")(i))
    return inner(difference, difference)


def distance(i: Instance):
    """|theta_i - theta*|: a certified enclosure for exact input."""
    return root(length(i))


def labelled(i: Instance):
    return tv_labelled(i.sigma, i.first, i.target, certified_tv)


def back_again(i: Instance) -> tuple:
    """Q Lambda^{-1} mu~."""
    basis = mirror(i.normal)
    parts = zip(apply(basis, _lda.shift("first")(i)), i.roots, strict=True)
    return apply(basis, tuple(v / (r * r) for v, r in parts))


LEFT = Quantity(text="|theta_i - theta*|", run=distance, expr=DISTANCE)
REPAIRED = Statement(
    text="the distance that step 4 of the proof writes for it: half the Mahalanobis distance",
    left=LEFT,
    relation="==",
    right=CONSTANT * HALF,
    givens=LDA,
    proof=lambda: Chain(DISTANCE, (Line("==", CONSTANT * HALF, Entail()),)),
)
READINGS = (
    Statement(
        text="the display, total variation of the data sets as laws of (x, y)",
        left=LEFT,
        relation="==",
        right=CONSTANT * TV,
        givens=LDA,
    ),
    Statement(
        text="total variation of the two Gaussians N(mu_i, Sigma) and N(mu*, Sigma), as the proof says",
        left=LEFT,
        relation="==",
        right=CONSTANT * TV_MEANS,
        givens=LDA,
    ),
    REPAIRED,
)


def step(number: int, left, relation: str, right, after: tuple = (), text: str = "") -> PrintedStep:
    return PrintedStep(
        item=f"sail.lem2.step{number}", left=left, relation=relation, right=right, after=after, text=text
    )


STEPS = (
    step(1, norm2(back - means), "==", sp.S.Zero, text="Sigma theta_i = mu_i"),
    step(2, norm2(one - star - spectral_gap), "==", sp.S.Zero, text="as a vanishing difference"),
    step(3, DISTANCE, "==", sp.sqrt(QUAD2)),
    step(4, TV_MEANS, "==", HALF, text="2 Phi(delta/2) - 1 is right, delta the Mahalanobis distance"),
    step(5, DISTANCE, "==", FORM_C * TV_MEANS, text="falls with step 4",
         after=(sp.Eq(DISTANCE, sp.sqrt(QUAD2)), sp.Eq(TV_MEANS, HALF), sp.Gt(MAHA2, 0))),
    step(6, QUAD, "==", component_sum(1), text="the decomposition, as a quadratic form"),
    step(7, MAHA2, "==", B, text="of the inverse; the same with squares"),
    step(8, FORM_C, "==", CONSTANT, after=(sp.Eq(MAHA2, B), sp.Eq(QUAD2, A), sp.Gt(B, 0))),
)  # fmt: skip


def transcription(i: Instance):
    """C D_TV from the inventory's LaTeX."""
    turned = apply(mirror(i.normal), _lda.shift("first")(i))
    values = tuple(r * r for r in i.roots)
    ratio = sum(v * v / s**2 for v, s in zip(turned, values, strict=True)) / sum(
        v * v / s for v, s in zip(turned, values, strict=True)
    )
    return 2 * root(ratio) * labelled(i)


def at(normal: tuple, roots: tuple, first: tuple, target: tuple) -> Instance:
    """An instance, from integers."""
    exact = lambda rows: tuple(tuple(map(Fraction, row)) for row in rows)
    normal, roots = tuple(map(Fraction, normal)), tuple(map(Fraction, roots))
    sigma = spectral(mirror(normal), tuple(r * r for r in roots))
    return Instance(
        d=len(roots), normal=normal, roots=roots, sigma=sigma, target=exact(target),
        raw_first=exact(first), first=exact(first),
    )  # fmt: skip


LINE = at((0,), (1,), ((2,), (0,)), ((1,), (0,)))
TURNED = at((1, 2), (1, 2), ((2, 1), (0, 0)), ((0, 0), (0, 1)))


def in_units(i: Instance, k) -> Instance:
    """x -> k x."""
    grown = lambda rows: tuple(tuple(k * v for v in row) for row in rows)
    sigma = tuple(tuple(k * k * v for v in row) for row in i.sigma)
    return Instance(
        d=i.d, normal=i.normal, roots=tuple(k * r for r in i.roots), sigma=sigma, target=grown(i.target),
        raw_first=grown(i.raw_first), first=grown(i.first),
    )  # fmt: skip


CLAIM = Claim(
    items=(
        "sail.lem2",
        "sail.lem2.step1",
        "sail.lem2.step2",
        "sail.lem2.step3",
        "sail.lem2.step4",
        "sail.lem2.step5",
        "sail.lem2.step6",
        "sail.lem2.step7",
        "sail.lem2.step8",
        "sail.sec3.2.quantify",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols=_lda.SYMBOLS
    | {
        TV: labelled,
        TV_MEANS: lambda i: certified_tv(form("first", -1)(i)),
        MAHA2: form("first", -1),
        QUAD2: form("first", -2),
        QUAD: form("first", 1),
        back: lambda i: apply(i.sigma, parameters("first")(i)),
        means: lambda i: gap(i.first),
        spectral_gap: back_again,
    },
    repair=Repair(
        changes="half the Mahalanobis distance |mu_i - mu*|_{Sigma^-1} in place of the total variation",
        statement=REPAIRED,
        nondegenerate=TURNED,
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(LINE, TURNED),
    tight_at=(LINE, TURNED),
    scalings=(Scaling(text="x -> k x", power=-1, move=in_units),),
    mutants=(
        Mutant(text="no factor 2 in C", right=CONSTANT / 2 * HALF, dies_at=LINE),
        Mutant(text="lambda for lambda^2", right=2 * sp.sqrt(B / component_sum(0)) * HALF, dies_at=TURNED),
        Mutant(text="the Mahalanobis distance itself", right=2 * CONSTANT * HALF, dies_at=LINE),
    ),
    effort=0.4,
)
