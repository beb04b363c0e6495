"""FLOPS's budget of a training step, against what Algorithm 1 spends.

Printed   All queries of a step together are fixed at A_0 = A-bar B.
Repaired  A step of Algorithm 1 makes (q G) A_0 + B n_0 + B forward passes: G groups of parameters (line 12)
          have A_0 queries each, of q = 1 (LR) or q = 2 (SPSA, eq. (3)) forward passes; n_0 initial queries a
          sample go into the traces (line 6); B more give the clean losses (line 5).  As printed it is the
          number of queries of one group.  For ViT-base (Appendix C.1: three groups and the head, 20 queries
          each) G = 4, so that a step of OPS-LR makes 80 B queries, four times A_0 = 20 B.
Notes     Line 3 sets t to 0 inside the outer repeat, so that t counts the steps of one pass over the data,
          not those of Theorem 2.  The update interval M is an input that no line uses: lines 6-9 run every
          step.
Shapes    all scalar.
Units     forward passes of the network.
Source    FLOPS, Section 4.1, last paragraph; Appendix B, Algorithm 1; Appendix C.1.
"""

from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Choice, Family, Instance, Integer, replace
from theory.proof import Chain, Line, Rewrite

B, G, N, M, share = sp.symbols(r"B G N M \bar{A}", positive=True, integer=True)
q = sp.Symbol("q", positive=True, integer=True)
n_0 = sp.Symbol("n_0", nonnegative=True, integer=True)
j, k = sp.symbols("j k", positive=True, integer=True)

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "share": Integer(1, 4),
        "groups": Integer(1, 4),
        "pilot": Integer(0, 3),
        "passes": Choice((1, 2)),
        "batches": Integer(1, 3),
        "epochs": Integer(1, 3),
        "interval": Integer(1, 3),
    },
    leaves_out="larger counts (the proof covers them); clean losses taken from a pilot query",
)


def one_step(i: Instance, calls: list[str]) -> None:
    """Lines 5-15 of Algorithm 1 for one mini-batch; every forward pass of a sample is written down."""
    calls += ["clean"] * i.B  # line 5
    for _ in range(i.B):
        calls += ["pilot"] * i.pilot  # line 6
    allocation = [i.share] * i.B  # lines 7-10: whatever is drawn, it is normed to A-bar B
    for group in range(i.groups):  # line 12
        for queries in allocation:  # line 13
            calls += [f"query of group {group}"] * (queries * i.passes)


def forward_passes(i: Instance) -> int:
    calls: list[str] = []
    one_step(i, calls)
    return len(calls)


def of_one_group(i: Instance) -> int:
    """Line 13 of the first group alone, a query counted once."""
    calls: list[str] = []
    one_step(i, calls)
    return calls.count("query of group 0") // i.passes


def counter(i: Instance) -> int:
    """t at the end of training: line 3 resets it in every pass over the data."""
    t = 0
    for _ in range(i.epochs):
        t = 0
        for _ in range(i.batches):
            t += 1
    return t


def updates(i: Instance) -> int:
    """How often lines 6-9 update the allocator in one pass over the data."""
    return sum(1 for _ in range(i.batches))


PASSES: Any = B + sp.Sum(n_0, (j, 1, B)) + sp.Sum(sp.Sum(q * share, (j, 1, B)), (k, 1, G))
GROUP: Any = sp.Sum(share, (j, 1, B))
SPENT = q * G * share * B + n_0 * B + B
last, often = sp.symbols("t u", nonnegative=True, integer=True)


def spent(text: str, run: Any, right: Any, expr: Any = None) -> Statement:
    proof = None if expr is None else lambda: Chain(expr, (Line("==", right, Rewrite()),))
    left = Quantity(text="forward passes in one step", run=run, expr=expr)
    return Statement(text=text, left=left, relation="==", right=right, proof=proof)


def step(item: str, left: Any, right: Any, text: str) -> PrintedStep:
    return PrintedStep(item=item, left=left, relation="==", right=right, text=text)


BASE = Instance(B=2, share=4, groups=4, pilot=2, passes=1, batches=2, epochs=2, interval=2)
SPSA = replace(BASE, passes=2, groups=1, pilot=0, batches=1, epochs=1, interval=1)

CLAIM = Claim(
    items=(
        "flops.sec4_1.budget",
        "flops.alg.input",
        "flops.alg.outer",
        "flops.alg.groups",
    ),
    readings=(
        spent("all forward passes of lines 5-15", forward_passes, share * B),
        spent("the queries of line 13 for one group of parameters", of_one_group, share * B, GROUP),
    ),
    family=FAMILY,
    symbols={
        B: lambda i: i.B,
        share: lambda i: i.share,
        G: lambda i: i.groups,
        n_0: lambda i: i.pilot,
        q: lambda i: i.passes,
        N: lambda i: i.batches,
        M: lambda i: i.interval,
        last: counter,
        often: updates,
    },
    repair=Repair(
        changes="G groups, q passes a query, n_0 initial queries and one clean loss a sample are counted",
        statement=spent(
            "all forward passes of lines 5-15, all of them counted", forward_passes, SPENT, PASSES
        ),
        nondegenerate=BASE,
    ),
    steps=(
        step("flops.alg.outer", last, N, "t counts the steps of one pass, not of all: line 3 resets it"),
        step("flops.alg.input", often * M, N, "with an update interval M, N steps have N/M updates"),
        step(
            "flops.alg.groups",
            sp.Sum(share * B, (k, 1, G)),
            G * share * B,
            "A_0 for every group, lines 12-15",
        ),
    ),
    transcription=lambda i: i.share * i.B,
    witnesses=(BASE, SPSA),
    tight_at=(BASE, SPSA),
    scalings=(Scaling(text="B times k", power=1, move=lambda i, c: replace(i, B=int(c) * i.B)),),
    mutants=(
        Mutant(text="one group", right=q * share * B + n_0 * B + B, dies_at=BASE),
        Mutant(text="the clean losses for nothing", right=SPENT - B, dies_at=BASE),
        Mutant(text="the initial queries for nothing", right=SPENT - n_0 * B, dies_at=BASE),
    ),
)
