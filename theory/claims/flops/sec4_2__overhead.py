"""FLOPS: optimising the allocator adds minimal overhead.  How many forward passes does it add?

Printed   The optimisation of the allocator is said to be light, with minimal overhead; budgets as in Appendix
          C.1: 20 queries a sample for each group of layers and for the head, four groups at least in all
          (ViT-base).
Notes     The draws of A in (11) cost no forward pass; the initial queries and the clean losses do.  With n_0
          initial queries a sample they are (n_0 + 1)/(G A-bar) of the queries of the step: at most a tenth as
          long as n_0 <= 7, which is shown.  With as many initial queries as one group has it is a quarter
          (the second reading).  Wall time is not measured here.
Shapes    all scalar.
Units     forward passes.
Source    FLOPS, Section 4.2, paragraph 1; Algorithm 1, lines 5 and 6; Appendix C.1.
"""

from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, replace
from theory.proof import Chain, Entail, Line

B, G = sp.symbols("B G", positive=True, integer=True)
n_0 = sp.Symbol("n_0", nonnegative=True, integer=True)
QUERIES = 20
EXTRA: Any = B * (n_0 + 1)
TENTH = G * QUERIES * B / 10

FAMILY = Family(
    fields={
        "B": Integer(1, 4),
        "groups": Integer(4, 6),
        "pilot": Integer(0, 7),
    },
    leaves_out="more than seven initial queries; time outside the network; two passes a query (SPSA)",
)
FEW = Given(
    text="at most seven initial queries; four groups at least (three of layers, and the head)",
    fact=sp.And(sp.Le(n_0, 7), sp.Ge(G, 4)),
)


def added(pilot: int | None = None) -> Any:
    """instance -> forward passes of lines 5 and 6, one after the other."""

    def run(i: Instance) -> int:
        calls = 0
        for _ in range(i.B):
            calls += 1 + (i.pilot if pilot is None else pilot)
        return calls

    return run


def light(text: str, run: Any, expr: Any = None) -> Statement:
    proof = None if expr is None else lambda: Chain(expr, (Line("<=", TENTH, Entail()),))
    left = Quantity(text="forward passes added", run=run, expr=expr)
    return Statement(text=text, left=left, relation="<=", right=TENTH, givens=(FEW,), proof=proof)


MOST = Instance(B=2, groups=4, pilot=7)
LEAST = Instance(B=1, groups=4, pilot=0)

CLAIM = Claim(
    items=("flops.sec4_2.overhead",),
    readings=(
        light("seven initial queries at most, a tenth of the queries", added(), EXTRA),
        light("as many initial queries as queries of one group, a tenth of the queries", added(QUERIES)),
    ),
    family=FAMILY,
    symbols={B: lambda i: i.B, G: lambda i: i.groups, n_0: lambda i: i.pilot},
    witnesses=(MOST, LEAST),
    tight_at=(MOST,),
    scalings=(Scaling(text="B times k", power=1, move=lambda i, c: replace(i, B=int(c) * i.B)),),
    mutants=(
        Mutant(text="a twentieth", right=TENTH / 2, dies_at=MOST),
        Mutant(text="eight initial queries", left=Quantity(text="passes", run=added(8)), dies_at=MOST),
        Mutant(text="of one group alone", right=sp.Rational(QUERIES, 10) * B, dies_at=MOST),
    ),
)
