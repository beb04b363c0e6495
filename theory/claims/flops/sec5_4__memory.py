"""FLOPS on the memory of many queries: what is quadratic in what?

Printed   Memory is said to limit the number of queries, attention being O(n^2): in the number A of queries,
          made side by side, the attention scores take O(A^2) numbers.
Notes     As an upper bound O(A^2) is true; the order is A: the augmented mini-batch has A B samples, each
          with h n^2 scores of its n tokens, and samples do not attend to each other.  Quadratic is the number
          of tokens, which queries do not change.  Made one after another, A queries take the memory of one.
Shapes    A, B, h, n: queries a sample, samples, heads, tokens.
Units     numbers held in memory.
Source    FLOPS, Section 5.4, components of the Transformer.
"""

from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, replace
from theory.proof import Chain, Entail, Line, Rewrite

A, B, h, n = sp.symbols("A B h n", positive=True, integer=True)
i_, j = sp.symbols("i j", positive=True, integer=True)
HELD: Any = sp.Sum(h * n**2, (j, 1, B), (i_, 1, A))
BOUND = B * h * n**2 * A**2

FAMILY = Family(
    fields={"A": Integer(1, 4), "B": Integer(1, 3), "h": Integer(1, 3), "n": Integer(1, 4)},
    leaves_out="attention that does not keep its scores; other memory than that of the scores",
)


def scores(i: Instance) -> int:
    """The numbers of the score matrices of one attention layer, for the augmented mini-batch."""
    import numpy as np

    tokens = np.ones((i.A * i.B, i.h, i.n, 2))  # (samples, heads, tokens, head dimension)
    return int((tokens @ tokens.swapaxes(-1, -2)).size)


def held(text: str, relation: str, right: Any, rule: Any) -> Statement:
    left = Quantity(text="scores held", run=scores, expr=HELD)
    lines = (Line("==", A * B * h * n**2, Rewrite()), Line(relation, right, rule))
    return Statement(text=text, left=left, relation=relation, right=right, proof=lambda: Chain(HELD, lines))


ONE = Instance(A=1, B=2, h=1, n=3)
MANY = Instance(A=4, B=2, h=2, n=3)

CLAIM = Claim(
    items=("flops.sec5_4.memory",),
    readings=(
        held("at most quadratic in the queries", "<=", BOUND, Entail()),
        held("linear in the queries, quadratic in the tokens", "==", A * B * h * n**2, Rewrite()),
    ),
    family=FAMILY,
    symbols={A: lambda i: i.A, B: lambda i: i.B, h: lambda i: i.h, n: lambda i: i.n},
    witnesses=(ONE, MANY),
    tight_at=(ONE,),
    scalings=(Scaling(text="samples times k", power=1, move=lambda i, c: replace(i, B=int(c) * i.B)),),
    mutants=(
        Mutant(text="linear in the tokens", right=B * h * n * A**2, dies_at=ONE),
        Mutant(text="without the heads", right=B * n**2 * A, dies_at=MANY),
        Mutant(
            text="queries attend to each other",
            left=Quantity(text="scores", run=lambda i: scores(i) * i.A**2),
            dies_at=MANY,
        ),
    ),
)
