"""A claim of one's own: mixing two predictions costs no more squared error than they cost on average.

Printed   (w a + (1-w) b - t)^2 <= w (a-t)^2 + (1-w) (b-t)^2 for a weight 0 <= w <= 1.
Source    Krogh and Vedelsby (1995), the ambiguity decomposition: the slack is w (1-w) (a-b)^2.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Quantity, Statement
from theory.family import Family, Instance, Real
from theory.proof import Chain, Entail, Line, Rewrite

w, a, b, t = sp.symbols("w a b t", real=True)
LEFT = (w * a + (1 - w) * b - t) ** 2
RIGHT = w * (a - t) ** 2 + (1 - w) * (b - t) ** 2


def error(i):
    """The squared error of the mixture, by mixing; exact where the fields are."""
    mixture = i.b + i.w * (i.a - i.b)
    return (mixture - i.t) ** 2


def proof():
    """First the slack by algebra, for all numbers; then its sign, from 0 <= w <= 1."""
    slack = w * (1 - w) * (a - b) ** 2
    return Chain(LEFT, (Line("==", RIGHT - slack, Rewrite()), Line("<=", RIGHT, Entail())))


WEIGHT = Given(text="0 <= w <= 1", fact=sp.And(w >= 0, w <= 1))
ERROR = Quantity(text="squared error of the mixture", run=error, expr=LEFT)
LITERAL = Statement(text="as printed", left=ERROR, relation="<=", right=RIGHT, givens=(WEIGHT,), proof=proof)
FIELDS = {"w": Real(0, 1), "a": Real(-4, 4), "b": Real(-4, 4), "t": Real(-4, 4)}

CLAIM = Claim(
    items=("my.mixture",),
    readings=(LITERAL,),
    family=Family(fields=FIELDS, leaves_out="numbers beyond 4; the proof covers all"),
    symbols={w: lambda i: i.w, a: lambda i: i.a, b: lambda i: i.b, t: lambda i: i.t},
    tight_at=(Instance(w=Fraction(1, 2), a=1, b=1, t=0),),  # equal experts
)
