"""FLOPS: skipping the backward pass saves almost half of the training time.  With how many queries?

Printed   OPS-LR is said to save almost half of the training time, since it skips the backward recursion
          (Section 5.3), with 60 queries per data point (Appendix C.3): q forward passes cost at most half of
          one forward and one backward pass, q f <= (f + b)/2.
Repaired  b >= (2 q - 1) f + c: a backward pass costs at least 119 forward passes for q = 60.  A backward pass
          costs about two forward passes (each layer makes two products in place of one), and then q = 1 is
          the most. The forward pass of the visual encoder may be shared, since the noise enters at the
          adapter; that of the language model, behind the noise, may not.
Shapes    q, f, b, c scalar: queries, cost of a forward and a backward pass of the language model, of the
          encoder.
Units     seconds, see the scaling.
Source    FLOPS, Section 5.3, paragraph 3; Appendix C.3.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Chain, Entail, Line, Rewrite

q, m, w = sp.symbols("q m w", positive=True, integer=True)
f, b, c = sp.symbols("f b c", positive=True)
j = sp.Symbol("j", positive=True, integer=True)
QUERIES: Any = sp.Sum(f, (j, 1, q)) + c
HALF = (c + f + b) / 2

FAMILY = Family(
    fields={
        "q": Integer(1, 64),
        "f": Real(0, 4, open="lo"),
        "b": Real(0, 256, open="lo"),
        "c": Real(0, 2, open="lo"),
        "tokens": Integer(1, 6),
        "width": Integer(1, 6),
    },
    leaves_out="devices on which queries run side by side and a backward pass does not",
)
LONG = Given(text="b >= (2 q - 1) f + c", fact=sp.Ge(b, (2 * q - 1) * f + c))
ONE_QUERY = Given(
    text="one query, a backward pass costs two forward passes, the encoder at most one",
    fact=sp.And(sp.Eq(q, 1), sp.Eq(b, 2 * f), sp.Le(c, f)),
)


def forward_only(i: Instance) -> Fraction:
    """The cost of one sample: the encoder once, the language model for every query."""
    spent = Fraction(i.c)
    for _ in range(i.q):
        spent += Fraction(i.f)
    return spent


def saved(text: str, givens: tuple, proof: Any = None) -> Statement:
    left = Quantity(text="cost of q queries", run=forward_only, expr=QUERIES)
    return Statement(text=text, left=left, relation="<=", right=HALF, givens=givens, proof=proof)


def proof() -> Chain:
    return Chain(QUERIES, (Line("<=", HALF, Entail()),))


def step(item: str, left: Any, right: Any, text: str) -> PrintedStep:
    return PrintedStep(item=item, left=left, relation="==", right=right, text=text, by=Rewrite())


PAPER = Instance(q=60, f=1, b=2, c=Fraction(1, 4), tokens=3, width=4)
SLOW = replace(PAPER, b=128)
ONCE = replace(PAPER, q=1, b=2, c=1)
SHORT = replace(PAPER, b=118)
TINY = replace(PAPER, q=1, f=Fraction(1, 4), b=Fraction(1, 2))

CLAIM = Claim(
    items=("flops.sec5_3.half_time", "flops.sec5_3.adapter", "flops.exp.align"),
    readings=(
        Statement(
            text="60 queries (Appendix C.3), whatever a backward pass costs",
            left=Quantity(text="cost of 60 queries", run=lambda i: forward_only(replace(i, q=60))),
            relation="<=",
            right=HALF,
        ),
        saved("one query, costs as usual", (ONE_QUERY,), proof),
    ),
    family=FAMILY,
    symbols={
        q: lambda i: i.q,
        f: lambda i: i.f,
        b: lambda i: i.b,
        c: lambda i: i.c,
        m: lambda i: i.tokens,
        w: lambda i: i.width,
    },
    repair=Repair(
        changes="a backward pass costs at least 2 q - 1 forward passes, and the encoder once more",
        statement=saved("a backward pass that is slow enough", (LONG,), proof),
        nondegenerate=SLOW,
        added=(Added(given=LONG, fails_without=SHORT),),
    ),
    steps=(
        step("flops.sec5_3.adapter", sp.Sum(1, (j, 1, w)), w, "g is linear, one number for each of w rows"),
        step(
            "flops.exp.align",
            w + sp.Sum(w, (j, 1, m)),
            (1 + m) * w,
            "[Z_v, t_1, ..., t_m]: 1 + m tokens of width w",
        ),
    ),
    transcription=lambda i: (i.c + i.f + i.b) / 2,
    witnesses=(PAPER, SLOW, ONCE, SHORT, TINY),
    tight_at=(ONCE,),
    scalings=(
        Scaling(
            text="seconds times k", power=1, move=lambda i, k: replace(i, f=k * i.f, b=k * i.b, c=k * i.c)
        ),
    ),
    mutants=(
        Mutant(text="a third", right=(c + f + b) / 3, dies_at=ONCE),
        Mutant(text="the backward pass alone, halved", right=b / 2, dies_at=ONCE),
        Mutant(
            text="two passes a query (SPSA)",
            dies_at=ONCE,
            left=Quantity(text="cost", run=lambda i: 2 * forward_only(i) - Fraction(i.c)),
        ),
    ),
)
