"""The geometric mean of two numbers is at most their arithmetic mean."""

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Real
from theory.proof import Chain, Entail, Line

X, Y = sp.symbols("x y", real=True)
LEFT, RIGHT = sp.sqrt(X * Y), (X + Y) / 2

LEMMA = LemmaRecord(
    name="am_gm",
    text="The geometric mean of two non-negative numbers is at most the arithmetic mean.",
    source="Steele, The Cauchy-Schwarz Master Class, 2004, chapter 2",
    symbols={"x": X, "y": Y},
    hypotheses=(X >= 0, Y >= 0),
    conclusion=sp.Le(LEFT, RIGHT, evaluate=False),
    proof=Chain(LEFT, (Line("<=", RIGHT, Entail(), "(x - y)^2 >= 0"),)),
    family=Family(fields={"x": Real(0, 9), "y": Real(0, 9)}, leaves_out="large numbers"),
    values={X: lambda i: i.x, Y: lambda i: i.y},
    mutants=(("not halved below", sp.Le(2 * LEFT, RIGHT)), ("a quarter", sp.Le(LEFT, (X + Y) / 4))),
)
