"""Powers of two against squares: which is larger is decided only from five on.

Printed   2^n > n^2 for every n >= 1.
Repaired  for n >= 5: it fails at n = 2, 3 and 4.
Shapes    n a positive integer.
Units     none: numbers are counted.
Source    Velleman, How to Prove It (2006), Section 6.1, where it exercises induction from a later start.
"""

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer
from theory.proof import Chain, Entail, Induct, Line, Rewrite

n = sp.Symbol("n", integer=True, positive=True)
POWER, SQUARE = sp.Pow(2, n), n**2


def doubled(i):
    """One, doubled n times."""
    value = 1
    for _ in range(int(i.n)):
        value += value
    return value


def proof():
    """Induction from 32 > 25: twice the hypothesis, and 2 n^2 >= (n + 1)^2 from n = 3 on."""
    step = (
        Line("==", 2 * POWER, Rewrite()),
        Line(">", 2 * SQUARE, Entail(), "the induction hypothesis"),
        Line(">=", (n + 1) ** 2, Entail(), "n^2 >= 2 n + 1"),
    )
    return Chain(POWER, (Line(">", SQUARE, Induct(n, 5, step)),))


LEFT = Quantity(text="2^n", run=doubled, expr=POWER)
FIVE = Given(text="n >= 5", fact=sp.Ge(n, 5))

CLAIM = Claim(
    items=("tour.powers",),
    readings=(Statement(text="from one on", left=LEFT, relation=">", right=SQUARE),),
    family=Family(fields={"n": Integer(1, 40)}, leaves_out="n > 40; the proof covers all"),
    symbols={n: lambda i: i.n},
    transcription=lambda i: i.n * i.n,
    repair=Repair(
        changes="n >= 5",
        statement=Statement(
            text="from five on", left=LEFT, relation=">", right=SQUARE, givens=(FIVE,), proof=proof
        ),
        nondegenerate=Instance(n=5),
        added=(Added(given=FIVE, fails_without=Instance(n=3)),),
    ),
    mutants=(
        Mutant(text="cubes", right=n**3, dies_at=Instance(n=9)),
        Mutant(text="2 n^2", right=2 * n**2, dies_at=Instance(n=6)),
    ),
)
