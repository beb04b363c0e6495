"""Model merging stability, lemmas 1 and 2: the generalisation gap from on-average stability.

Printed   E[F(A(D)) - f(A(D))] <= 1/(2 gamma) E|grad f(A(D))|^2
          + (L + gamma)/2 (1/N) sum_i E|A(D^(i)) - A(D)|^2, for every gamma > 0, losses >= 0 and L-smooth.
Repaired  + 1/(2 gamma) E|grad l(A(D); z) - grad f(A(D))|^2, the mean over tasks and samples z of D, at most
          the mean of sigma_i^2 + zeta_i^2: the samples' gradients matter, and their mean may vanish where
          they do not.  For the mean of n numbers the gap is sigma^2/n, the printed right side
          (1 + gamma) sigma^2/n^2; so it is if N counts samples, as in Proof 2.  The loss need not be >= 0.
Proof     The gap is the mean of l(A(D^(i)); z) - l(A(D); z) (exchange of z and its replacement: compared with
          the gap on every instance, not derived); then the descent lemma and Young's inequality, outcome by
          outcome.  A finite number M of outcomes stands for the law.
Shapes    one parameter; see theory.claims.stability._samples.  Units: a loss on both sides.
Source    Section IV-A, Lemma 1; Appendix A-A, Lemma 2 and Proof 2; Definitions 1 and 2.
"""

from dataclasses import replace as change
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.stability._samples import (
    CENTRED,
    CLOSE,
    ERM,
    FAMILY,
    GAP,
    LEAST,
    ONE,
    SAMPLES,
    SCALINGS,
    SMOOTH,
    SPREAD,
    STABILITY,
    SYMBOLS,
    G,
    L,
    a,
    average,
    closed_form,
    d,
    data_sets,
    empirical_slope,
    g,
    gamma,
    gap,
    grad2,
    loss,
    mean,
    merged,
    outcomes,
    over,
    printed_inner,
    slope,
)
from theory.family import Instance, replace
from theory.proof import Chain, Entail, Line, Rewrite

own, fresh, swapped, measured, inner = (
    sp.Symbol(name, real=True)
    for name in (
        r"E\ell(A(D);z)",
        r"E\ell(A(D);\tilde{z})",
        r"E\ell(A(D^{(i)});\tilde{z})",
        r"E[F(A(D))-f(A(D))]",
        r"E\langle A(D^{(i)})-A(D),\nabla\ell(A(D);\tilde{z})\rangle",
    )
)
product, apart, turn, before, after_swap, closed = (
    sp.Symbol(name, nonnegative=True)
    for name in (
        r"E[|A(D^{(i)})-A(D)||\nabla f|]",
        "|x-y|",
        r"|\nabla\ell(x;z)-\nabla\ell(y;z)|",
        "E[A(D)^2]",
        r"E[A(D^{(i)})^2]",
        r"\sum_i2\lambda_i^2\rho_i^2s_i^2/(Nn_i^2)",
    )
)


def pair(i: Instance):
    """Two models of one outcome: the first with its twin, the fresh sample of the other sign."""
    return outcomes(i)[1]


N = sp.Symbol("N", integer=True, positive=True)
ease: Any = sp.IndexedBase("t", nonnegative=True)  # |grad l(x;z) - grad l(y;z)| = (L - t_a) |x - y|
EXTRA = {
    own: average(lambda i, o: loss(i, o.task, o.model, o.own)),
    fresh: average(lambda i, o: loss(i, o.task, o.model, o.fresh)),
    swapped: average(lambda i, o: loss(i, o.task, o.twin, o.fresh)),
    measured: gap,
    inner: printed_inner,
    product: average(lambda i, o: abs((o.twin - o.model) * o.pull)),
    apart: lambda i: abs(pair(i).model - pair(i).twin),
    turn: lambda i: abs(slope(i, 0, pair(i).model, pair(i).own) - slope(i, 0, pair(i).twin, pair(i).own)),
    N: lambda i: len(i.n),
    ease: lambda i: tuple(i.L * (1 - k) for k in i.kappa),
    before: average(lambda i, o: o.model**2),
    after_swap: average(lambda i, o: o.twin**2),
    closed: closed_form,
}

PRINTED = grad2 / (2 * gamma) + (L + gamma) / 2 * STABILITY
REPAIR = (grad2 + SPREAD) / (2 * gamma) + (L + gamma) / 2 * STABILITY
GAIN = Quantity(text="E[F(A(D)) - f(A(D))]", run=gap, expr=GAP)


def proof() -> Chain:
    """The descent lemma gives s_a away, Young's inequality a square, outcome by outcome."""
    young = over((g[a] - gamma * d[a]) ** 2) / (2 * gamma)
    return Chain(
        GAP,
        (
            Line("<=", over(g[a] * d[a] + L * d[a] ** 2 / 2), Entail(), "the descent lemma"),
            Line("<=", over(g[a] * d[a] + L * d[a] ** 2 / 2) + young, Entail(), "squares are not negative"),
            Line("==", SAMPLES / (2 * gamma) + (L + gamma) / 2 * STABILITY, Rewrite(), "squares written out"),
            Line("==", REPAIR, Entail(), "grad f is the mean of the samples' gradients"),
        ),
    )


SMOOTH_TWICE = Given(
    text="l(.; z) is L-smooth, between the models of one outcome", fact=sp.Le(turn, L * apart)
)
POSITIVE = Given(text="losses are non-negative", because="a constant is added, which moves neither side")
IID = Given(
    text="D and the fresh samples are independent draws from P_i: z_j and its replacement may be exchanged",
    fact=sp.And(sp.Eq(own, swapped), sp.Eq(before, after_swap)),
    because="all signs are equally likely",
)
RISKS = Given(
    text="F is the mean loss of a fresh sample, f that of the samples of D (equations 1 and 2)",
    fact=sp.Eq(measured, fresh - own),
)
GIVENS = (SMOOTH, SMOOTH_TWICE, IID, RISKS)  # non-negativity is not needed
LITERAL = Statement(
    text="the display of Lemma 2; Lemma 1 prints it without the expectation on the left",
    left=GAIN,
    relation="<=",
    right=PRINTED,
    givens=(*GIVENS, POSITIVE),
)
REPAIRED = Statement(
    text="with the spread of the samples' gradients around grad f",
    left=GAIN,
    relation="<=",
    right=REPAIR,
    givens=(*GIVENS, CENTRED, LEAST),
    proof=proof,
)

SIZE = over(sp.Abs(d[a]) * sp.Abs(G[a]))
SQUARES = over(G[a] ** 2)
YOUNG = Chain(
    SIZE,
    (
        Line("<=", SIZE + over((sp.Abs(G[a]) - gamma * sp.Abs(d[a])) ** 2) / (2 * gamma), Entail()),
        Line("==", gamma / 2 * over(sp.Abs(d[a]) ** 2) + over(sp.Abs(G[a]) ** 2) / (2 * gamma), Rewrite()),
    ),
)
STEPS = (
    PrintedStep(item="stability.lem1", left=measured, relation="<=", right=PRINTED),
    PrintedStep(
        item="stability.def1",
        text="D~ is defined twice, as a fresh data set and as D with one sample replaced; the latter is"
        " meant, and has the law of D: seen in the second moment of A",
        left=after_swap,
        relation="==",
        right=before,
    ),
    PrintedStep(
        item="stability.def2",
        text="against its closed form here",
        left=STABILITY,
        relation="==",
        right=closed,
    ),
    PrintedStep(
        item="stability.a1",
        text="|grad l(x; z) - grad l(y; z)| <= L |x - y|: |kappa_i| <= 1",
        left=turn,
        relation="<=",
        right=L * apart,
    ),
    PrintedStep(
        item="stability.lem2.step1",
        text="one sample z_i a task stands for the n_i: right if it is drawn at random",
        left=measured,
        relation="==",
        right=fresh - own,
    ),
    PrintedStep(item="stability.lem2.step2", left=own, relation="==", right=swapped),
    PrintedStep(
        item="stability.lem2.step3",
        left=measured,
        relation="==",
        right=fresh - swapped,
        after=(sp.Eq(measured, fresh - own), sp.Eq(own, swapped)),
    ),
    PrintedStep(
        item="stability.lem2.step4",
        text="a mean of L-smooth functions is L-smooth",
        left=sp.Sum((L - ease[a]) * apart, (a, 1, N)) / N,
        relation="<=",
        right=L * apart,
        by=Chain(
            sp.Sum((L - ease[a]) * apart, (a, 1, N)) / N,
            (
                Line("<=", sp.Sum(L * apart, (a, 1, N)) / N, Entail(), "term by term"),
                Line("==", L * apart, Rewrite()),
            ),
        ),
    ),
    PrintedStep(
        item="stability.lem2.step5",
        text="smoothness gives grad l(A(D); z), z the sample of D, for each task; at z~ the sign turns",
        left=measured,
        relation="<=",
        right=inner + L / 2 * STABILITY,
        after=(sp.Eq(measured, fresh - swapped),),
    ),
    PrintedStep(
        item="stability.lem2.step6",
        text="gradients at fresh samples are not those of f, the mean over the samples of D",
        left=inner,
        relation="<=",
        right=product,
    ),
    PrintedStep(
        item="stability.lem2.step7",
        text="Young's inequality, outcome by outcome",
        left=SIZE,
        relation="<=",
        right=gamma / 2 * over(sp.Abs(d[a]) ** 2) + over(sp.Abs(G[a]) ** 2) / (2 * gamma),
        by=YOUNG,
    ),
    PrintedStep(item="stability.lem2.step8", text="by 5, 6", left=measured, relation="<=", right=PRINTED),
)


def transcription(i: Instance):
    """Lemma 2 from the inventory's LaTeX."""
    square = mean(empirical_slope(i, D, merged(i, D)) ** 2 for D in data_sets(i))
    return square / i.gamma / 2 + (i.gamma + i.L) * closed_form(i) / 2


SAMPLES_AS_TASKS = replace(
    ERM, n=(1, 1), mean=(0 * ONE,) * 2, spread=(ONE,) * 2, lam=(ONE / 2,) * 2, rate=(ONE,) * 2,
    kappa=(ONE,) * 2,
)  # fmt: skip
FAR = replace(ERM, start=Fraction(3), rate=(Fraction(1, 2),))
SPLIT = Instance(
    n=(1, 1), mean=(ONE, -ONE), spread=(ONE, Fraction(2)), lam=(Fraction(1, 4), Fraction(3, 4)),
    rate=(ONE, Fraction(1, 2)), kappa=(ONE, Fraction(1, 2)), start=0 * ONE, L=Fraction(2), gamma=Fraction(3),
    C=ONE,
)  # fmt: skip

CLAIM = Claim(
    items=(
        "stability.lem2",
        "stability.lem1",
        "stability.def1",
        "stability.def2",
        "stability.a1",
        "stability.lem2.step1",
        "stability.lem2.step2",
        "stability.lem2.step3",
        "stability.lem2.step4",
        "stability.lem2.step5",
        "stability.lem2.step6",
        "stability.lem2.step7",
        "stability.lem2.step8",
        "stability.prose.lem1_use",
    ),
    readings=(LITERAL,),
    family=FAMILY,
    symbols={**SYMBOLS, **EXTRA},
    repair=Repair(
        changes="E|grad l - grad f|^2/(2 gamma) is added, l the losses of single samples",
        statement=REPAIRED,
        nondegenerate=SPLIT,
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(ERM, SAMPLES_AS_TASKS, FAR, SPLIT, *CLOSE),
    scalings=SCALINGS,
    mutants=(
        Mutant(text="L in place of L + gamma", right=SAMPLES / (2 * gamma) + L / 2 * STABILITY),
        Mutant(text="half the gradient term", right=SAMPLES / (4 * gamma) + (L + gamma) / 2 * STABILITY),
        Mutant(
            text="the stability term divided by N",
            left=change(GAIN, expr=None, run=lambda i: 3 * gap(i)),
            dies_at=ERM,
        ),
    ),
    effort=0.12,
)
