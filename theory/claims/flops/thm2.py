"""FLOPS's improvement theorem: the optimal allocator of queries against equal allocation over N steps.

Printed   E(LB*_{1:T} - LB^equal_{1:T}) >= sum_t eta_t^2 L / (2 B A_0) sum_{j<k} (sqrt(T_tj) - sqrt(T_tk))^2
          with A* drawn from the optimal Gaussian allocator N(mu, Sigma), LB_t that of eq. (8).
Repaired  A* is the deterministic allocation A^det (Sigma = 0), every trace is positive; nothing else changes.
          Not tight: the left side is B times the right side, always.  With LB_t of A.1 and eq. (16), which
          the proof uses, it is the right side.  For a Gaussian A_j with positive variance E[1/A_j] does not
          exist; nor does it if negative draws get zero queries (Section 4.1), since it diverges above 0. Only
          Sigma = 0, which A.3 admits, leaves it finite.  For whole queries, for the Bernoulli allocator of
          eq. (6) and for the four parameters of Section 4.3, both of which allocate equally where all losses
          are equal, the bound is false.
Shapes    T_tj = Tr(Sigma_G^{j,t}): (N, B); eta: (N,); L, A_0, B, N (the paper's horizon T) scalar.
Units     Both sides those of the loss: eta^2 L T.
Source    FLOPS, Section 4.2, Theorem 2; eqs. (5), (8), (16), (26); Appendix A.3.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Existence, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.claims.flops._allocation import (
    A_0,
    BUDGET,
    FAMILY,
    POSITIVE,
    SCALINGS,
    SYMBOLS,
    UNCORRELATED,
    B,
    L,
    N,
    T,
    batch,
    bernoulli,
    bound_of_batch,
    bound_per_sample,
    budget,
    equal,
    eta,
    improvement,
    j,
    objectives,
    pairs,
    proportional,
    t,
    whole_queries,
)
from theory.family import Instance
from theory.proof import Chain, Entail, Lemma, Line, Rewrite

EQUAL, DET, _ = objectives(lambda n: T[t, n])
GAPS = sp.Sum(eta[t] ** 2 * L / (2 * B) * (EQUAL - DET), (t, 1, N))  # by eq. (16)
GAPS_8 = sp.Sum(eta[t] ** 2 * L / 2 * (EQUAL - DET), (t, 1, N))  # by eq. (8)
SUM_EQUAL, SUM_DET = (sp.Sum(eta[t] ** 2 * L / (2 * B) * cost, (t, 1, N)) for cost in (EQUAL, DET))
SPENT = sp.Sum(A_0 / B, (j, 1, B), (t, 1, N))  # by equal allocation in N steps
PRINTED = sp.Sum(eta[t] ** 2 * L / (2 * B * A_0) * pairs(lambda n: T[t, n]), (t, 1, N))
ROW = eta[t] ** 2 * pairs(lambda n: T[t, n])
EXTRA = (B - 1) * L / (2 * A_0 * B) * sp.Sum(ROW, (t, 1, N))  # what eq. (8) has more than eq. (16)
ORDER = Lemma("sum_monotone", {"a": sp.Integer(0), "b": ROW, "j": t, "n": N})
a = sp.Symbol("a", real=True)


def undefined(i: Instance) -> Fraction:
    """E(LB*) for a Gaussian A_j with positive variance: E[1/A_j] has no value."""
    raise ZeroDivisionError("E[1/A_j] does not exist for a Gaussian A_j with positive variance")


PAIR = batch((1, 2))
CLOSE = batch((1, Fraction(11, 10)), share=2)
FALLING = batch((Fraction(11, 10), 1), share=2, L=Fraction(1, 8))
STEPS_TWO = batch((1, 2, 3), (2, 2, 1), share=2, eta=(1, Fraction(1, 2)), mean=(1, 0, -1), slope=(1, 2, 0))
SLOW = batch((1, 2), eta=(Fraction(1, 8),))
FLAT = batch((1, 1))
SILENT = batch((1, 0))

GAUSSIAN = Existence(
    text="E[T_1/A_1], A_1 ~ N(A_0/B, (A_0/(5B))^2), the initial values of Section 4.3",
    variable=a,
    density=sp.exp(-((a - A_0 / B) ** 2) / (2 * (A_0 / (5 * B)) ** 2)) * 5 * B / (A_0 * sp.sqrt(2 * sp.pi)),
    integrand=T[1, 1] / a,
    at=0,
    where=PAIR,
)

ALIKE = Given(text="all losses of the batch are equal", check=lambda i: len({*i.losses}) == 1)


def linear_mean(i: Instance, row: int) -> list:
    """A_0 in the proportion of beta_0 + beta_1 Phi_j, Sigma = 0; for equal losses whatever the betas."""
    drawn = [1 + Fraction(loss) / 2 for loss in i.losses]
    return [budget(i) * a / sum(drawn) for a in drawn]


READINGS = (
    Statement(
        text="the display: A* from a Gaussian allocator with positive variances, LB of eq. (8)",
        left=Quantity(text="E(LB* - LB^equal), A* Gaussian", run=undefined),
        relation=">=",
        right=PRINTED,
        givens=(BUDGET,),
        exists=(GAUSSIAN,),
    ),
    Statement(
        text="A* is the deterministic A^det of A.3 (Sigma = 0, real numbers), LB of A.1 and eq. (16)",
        left=Quantity(text="E(LB^det - LB^equal)", run=improvement(bound_of_batch, proportional), expr=GAPS),
        relation=">=",
        right=PRINTED,
        givens=(BUDGET, UNCORRELATED, POSITIVE),
        proof=lambda: Chain(GAPS, (Line("==", PRINTED, Rewrite()),)),
    ),
    Statement(
        text="A* is the optimal allocation of whole queries, LB of A.1 and eq. (16)",
        left=Quantity(text="E(LB^whole - LB^equal)", run=improvement(bound_of_batch, whole_queries)),
        relation=">=",
        right=PRINTED,
        givens=(BUDGET, UNCORRELATED),
    ),
    Statement(
        text="A* is the optimal Bernoulli allocator of eq. (6), draws independent, LB of eq. (8)",
        left=Quantity(
            text="E(LB^Bernoulli - LB^equal), the best p", run=improvement(bound_per_sample, bernoulli)
        ),
        relation=">=",
        right=PRINTED,
        givens=(BUDGET,),
    ),
    Statement(
        text="A* is the best with the linear mean of Section 4.3 (Sigma = 0), losses alike, LB of eq. (8)",
        left=Quantity(text="E(LB^linear - LB^equal)", run=improvement(bound_per_sample, linear_mean)),
        relation=">=",
        right=PRINTED,
        givens=(BUDGET, ALIKE),
    ),
)

REPAIRED = Statement(
    text="A* is the deterministic A^det of A.3 (Sigma = 0, real numbers), LB of eq. (8)",
    left=Quantity(text="E(LB^det - LB^equal)", run=improvement(bound_per_sample, proportional), expr=GAPS_8),
    relation=">=",
    right=PRINTED,
    givens=(BUDGET, POSITIVE),
    proof=lambda: Chain(
        GAPS_8, (Line("==", PRINTED + EXTRA, Rewrite()), Line(">=", PRINTED, Entail((ORDER,))))
    ),
)


def transcription(i: Instance) -> float:
    """The right side from the inventory's LaTeX once more, with loops."""
    total = 0.0
    for step, roots in zip(i.eta, i.roots, strict=True):
        inner = sum((roots[n] - roots[m]) ** 2 for m in range(i.B) for n in range(m))
        total += float(step**2 * i.L * inner) / (2 * i.B * budget(i))
    return total


def swapped(i: Instance, row: int) -> list:
    """Queries in inverse proportion to the roots: a wrong allocator."""
    return [1 / x for x in proportional(i, row)]


CLAIM = Claim(
    items=(
        "flops.thm2",
        "flops.thm2.step3",
        "flops.thm2.step14",
        "flops.sec4_2.cumulative",
        "flops.sec4_1.time_dependence",
    ),
    readings=READINGS,
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="A* is the deterministic A^det (Sigma = 0), traces positive; the left is B times the right",
        statement=REPAIRED,
        nondegenerate=PAIR,
        added=(Added(given=POSITIVE, fails_without=SILENT),),
    ),
    steps=(
        PrintedStep(
            item="flops.thm2.step3",
            text="equal <= det; the second half, det <= *, speaks of an expectation that does not exist",
            left=sp.Integer(0),
            relation="<=",
            right=GAPS,
            by=Entail((ORDER,)),
        ),
        PrintedStep(
            item="flops.thm2.step14",
            text="the equality, with LB of eq. (16); with that of eq. (8) the left side is B times as large",
            left=GAPS,
            relation=">=",
            right=PRINTED,
            by=Rewrite(),
        ),
        PrintedStep(
            item="flops.sec4_2.cumulative",
            text="sums over the steps, with LB of eq. (16): the parts without A cancel",
            left=SUM_EQUAL - SUM_DET,
            relation="==",
            right=GAPS,
            by=Rewrite(),
        ),
        PrintedStep(
            item="flops.sec4_1.time_dependence",
            text="A_j^t belongs to step t: its batch, its traces, and a budget of its own",
            left=SPENT,
            relation="==",
            right=N * A_0,
            by=Rewrite(),
        ),
    ),
    transcription=transcription,
    witnesses=(PAIR, CLOSE, SILENT, STEPS_TWO, FLAT, FALLING, SLOW),
    scalings=SCALINGS,
    mutants=(
        Mutant(
            text="queries in inverse proportion",
            left=Quantity(text="E(LB^inverse - LB^equal)", run=improvement(bound_per_sample, swapped)),
            dies_at=PAIR,
        ),
        Mutant(
            text="equal allocation is called optimal",
            left=Quantity(text="0", run=improvement(bound_per_sample, equal)),
            dies_at=PAIR,
        ),
        Mutant(text="B^2 times the right side", right=B**2 * PRINTED, dies_at=PAIR),
    ),
    effort=0.2,
)
