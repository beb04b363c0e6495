"""Two means in the wrong order: the geometric mean is the smaller one.

Printed   sqrt(x y) >= (x + y)/2 for x, y >= 0, the inequality of the means turned round.
Repaired  sqrt(x y) <= (x + y)/2, with equality at x = y.
Shapes    x, y real, non-negative; the family draws their roots r, s, so that sqrt(x y) = r s is rational.
Units     both sides those of x, see the scaling.
Source    Hardy, Littlewood and Polya, Inequalities (1934), Theorem 9; Euclid, Elements, V.25.
"""

import sympy as sp

from theory.claim import Claim, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Real, replace
from theory.proof import Chain, Lemma, Line

x, y = sp.symbols("x y", nonnegative=True)
GEOMETRIC, ARITHMETIC = sp.sqrt(x * y), (x + y) / 2
MEAN = Quantity(text="geometric mean", run=lambda i: i.r * i.s, expr=GEOMETRIC)


def proof():
    """The lemma of the ledger, whose own chain rests on (sqrt(x) - sqrt(y))^2 >= 0."""
    return Chain(GEOMETRIC, (Line("<=", ARITHMETIC, Lemma("am_gm", {"x": x, "y": y})),))


UNEQUAL = Instance(r=1, s=2)

CLAIM = Claim(
    items=("tour.am-gm",),
    readings=(Statement(text="the wrong way round", left=MEAN, relation=">=", right=ARITHMETIC),),
    family=Family(fields={"r": Real(0, 4), "s": Real(0, 4)}, leaves_out="x, y > 16; the proof covers all"),
    symbols={x: lambda i: i.r**2, y: lambda i: i.s**2},
    transcription=lambda i: (i.r * i.r + i.s * i.s) / 2,
    repair=Repair(
        changes="the direction",
        statement=Statement(
            text="the right way round", left=MEAN, relation="<=", right=ARITHMETIC, proof=proof
        ),
        nondegenerate=UNEQUAL,
    ),
    witnesses=(UNEQUAL,),
    tight_at=(Instance(r=2, s=2),),
    scalings=(Scaling(text="roots times k", power=2, move=lambda i, c: replace(i, r=c * i.r, s=c * i.s)),),
)
