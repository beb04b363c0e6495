"""How fast the sine vanishes.

Printed   sin t = O(t^2) as t tends to 0.
Repaired  sin t = O(t).
Shapes    t real, positive.
Units     none: angles.
Source    Graham, Knuth and Patashnik, Concrete Mathematics (1994), Section 9.2 (O-notation).
"""

import math
from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Quantity, Ray, Repair, Statement
from theory.family import Family, Instance, Real, replace

t = sp.Symbol("t", positive=True)


def sine(i):
    """sin t; a rational t is left to SymPy, which keeps it exact."""
    return sp.sin(i.t) if isinstance(i.t, Fraction) else math.sin(i.t)


LEFT = Quantity(text="sin t", run=sine)
START = Instance(t=Fraction(1))
RAY = Ray(start=START, at=lambda i, value: replace(i, t=value), closed_form=sp.sin)


def order(power):
    """The statement that sin t is of this order."""
    return Statement(text=f"of order t^{power}", left=LEFT, relation="O", right=t**power, ray=RAY)


CLAIM = Claim(
    items=("tour.sine-order",),
    readings=(order(2),),
    family=Family(fields={"t": Real(0, 1, open="lo")}, leaves_out="t > 1: only the limit matters"),
    symbols={t: lambda i: i.t},
    transcription=lambda i: i.t * i.t,
    repair=Repair(changes="O(t)", statement=order(1), nondegenerate=START),
)
