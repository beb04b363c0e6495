"""Young's inequality with the exponents 3 and 3/2, and what happens if the second is forgotten.

Printed   a b <= a^3/3 + 2 b^3/3 for a, b >= 0.
Repaired  a b <= a^3/3 + (2/3) b^(3/2): the two exponents satisfy 1/p + 1/q = 1.
Shapes    a, b real, non-negative; the family draws the root r of b, so that b^(3/2) = r^3 is rational.
Units     none: a and b are ratios; the two sides scale differently.
Source    Young, Proceedings of the Royal Society A 87 (1912); Hardy, Littlewood and Polya, Inequalities
          (1934), Theorem 156 for the function x^2.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Real
from theory.proof import Chain, Entail, Line

a, b = sp.symbols("a b", nonnegative=True)
PRINTED = a**3 / 3 + 2 * b**3 / 3
CONJUGATE = a**3 / 3 + sp.Rational(2, 3) * b ** sp.Rational(3, 2)
LEFT = Quantity(text="a b", run=lambda i: i.a * i.r * i.r, expr=a * b)
SMALL, ONES = Instance(a=Fraction(1, 2), r=Fraction(1, 2)), Instance(a=1, r=1)

CLAIM = Claim(
    items=("tour.young",),
    readings=(Statement(text="the same exponent twice", left=LEFT, relation="<=", right=PRINTED),),
    family=Family(fields={"a": Real(0, 4), "r": Real(0, 2)}, leaves_out="a, b > 4; the proof covers all"),
    symbols={a: lambda i: i.a, b: lambda i: i.r**2},
    transcription=lambda i: (i.a**3 + 2 * i.r**6) / Fraction(3),
    repair=Repair(
        changes="b^(3/2) in place of b^3",
        statement=Statement(
            text="conjugate exponents",
            left=LEFT,
            relation="<=",
            right=CONJUGATE,
            proof=lambda: Chain(a * b, (Line("<=", CONJUGATE, Entail(), "a cubic in a and sqrt(b)"),)),
        ),
        nondegenerate=ONES,
    ),
    witnesses=(SMALL,),
    tight_at=(ONES,),
    mutants=(Mutant(text="weights exchanged", right=2 * a**3 / 3 + b ** sp.Rational(3, 2) / 3),),
)
