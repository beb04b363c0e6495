"""FLOPS counts the parameters of the Gaussian allocator, before and after it is reparametrised.

Printed   B + B(B+1)/2 numbers, reduced to the four of lambda = (beta_0, beta_1, sigma, gamma).
Notes     Equation (5) prints lambda in R^B x R^{B x B}, which has B + B^2 numbers.  Four are fewer for B >=
          2; of a batch of one there are two.  See flops.sec4_3.four.
Shapes    B scalar.
Units     counts.
Source    FLOPS, Section 4.3, first and last paragraphs; equation (5); Section 4.1, last paragraph.
"""

from itertools import combinations_with_replacement
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Family, Instance, Integer
from theory.proof import Chain, Line, Rewrite

B, j, k = sp.symbols("B j k", positive=True, integer=True)
ENTRIES: Any = sp.Sum(1, (j, 1, B)) + sp.Sum(1, (j, 1, k), (k, 1, B))
PRINTED = B + B * (B + 1) / 2

FAMILY = Family(fields={"B": Integer(1, 9)}, leaves_out="B > 9 (the proof covers every B)")


def entries(i: Instance) -> int:
    """The free numbers of (mu, Sigma) listed: one a sample, and one a pair (j, k) with j <= k."""
    pairs = list(combinations_with_replacement(range(i.B), 2))
    return len(range(i.B)) + len(pairs)


def count(text: str, run: Any, expr: Any = None) -> Quantity:
    return Quantity(text=text, run=run, expr=expr)


ONE, PAIR, MANY = Instance(B=1), Instance(B=2), Instance(B=7)

CLAIM = Claim(
    items=("flops.sec4_3.dimension",),
    readings=(
        Statement(
            text="mu and the entries of a symmetric Sigma on and above its diagonal",
            left=count("numbers in (mu, Sigma)", entries, ENTRIES),
            relation="==",
            right=PRINTED,
            proof=lambda: Chain(ENTRIES, (Line("==", PRINTED, Rewrite()),)),
        ),
        Statement(
            text="mu and all entries of Sigma, R^B x R^{B x B} as equation (5) prints it",
            left=count(
                "numbers in (mu, Sigma)", lambda i: i.B + sum(1 for _ in range(i.B) for _ in range(i.B))
            ),
            relation="==",
            right=PRINTED,
        ),
    ),
    family=FAMILY,
    symbols={B: lambda i: i.B},
    witnesses=(ONE, PAIR, MANY),
    tight_at=(MANY,),
    mutants=(
        Mutant(text="all B^2 entries of Sigma", right=B + B**2, dies_at=PAIR),
        Mutant(text="without the diagonal", right=B + B * (B - 1) / 2, dies_at=ONE),
        Mutant(text="Sigma alone", right=B * (B + 1) / 2, dies_at=ONE),
    ),
)
