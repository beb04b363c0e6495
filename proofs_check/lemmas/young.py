"""Young's inequality for a product of two numbers, with a weight."""

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Real
from theory.proof import Chain, Entail, Line

X, Y, C = sp.symbols("x y c", real=True)
RIGHT = C * X**2 / 2 + Y**2 / (2 * C)

LEMMA = LemmaRecord(
    name="young",
    text="A product is at most half the weighted sum of squares.",
    source="Young, Proc. R. Soc. A 87, 1912",
    symbols={"x": X, "y": Y, "c": C},
    hypotheses=(C > 0,),
    conclusion=sp.Le(X * Y, RIGHT, evaluate=False),
    proof=Chain(X * Y, (Line("<=", RIGHT, Entail(), "(c x - y)^2 / (2c) >= 0"),)),
    family=Family(
        fields={"x": Real(-4, 4), "y": Real(-4, 4), "c": Real(0, 8, "lo")}, leaves_out="large numbers"
    ),
    values={X: lambda i: i.x, Y: lambda i: i.y, C: lambda i: i.c},
    mutants=(
        ("half the right side", sp.Le(X * Y, RIGHT / 2)),
        ("weights not inverse", sp.Le(X * Y, C * X**2 / 2 + C * Y**2 / 2)),
    ),
)
