"""Nicomachus: the sum of the first n cubes is the square of the sum of the first n numbers.

Printed   1^3 + 2^3 + ... + n^3 = (n (n+1) / 2)^2 for every n >= 0.
Shapes    n a non-negative integer.
Units     none: numbers are counted.
Source    Nicomachus of Gerasa, Introduction to Arithmetic (about 100), Book II, Chapter 20.
"""

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Family, Instance, Integer
from theory.proof import Chain, Induct, Line

n = sp.Symbol("n", integer=True, nonnegative=True)
j = sp.Symbol("j", integer=True, positive=True)
CUBES = sp.Sum(j**3, (j, 1, n))
RIGHT = (n * (n + 1) / 2) ** 2


def cubes(i):
    """The cubes are added one by one."""
    total = 0
    for number in range(1, int(i.n) + 1):
        total += number**3
    return total


def proof():
    """By induction: at n = 0 both sides are zero, and from n to n + 1 both grow by (n + 1)^3."""
    return Chain(CUBES, (Line("==", RIGHT, Induct(n, 0)),))


CLAIM = Claim(
    items=("tour.nicomachus",),
    readings=(
        Statement(
            text="for every n",
            left=Quantity(text="sum of the first n cubes", run=cubes, expr=CUBES),
            relation="==",
            right=RIGHT,
            proof=proof,
        ),
    ),
    family=Family(fields={"n": Integer(0, 60)}, leaves_out="n > 60; the proof covers all"),
    symbols={n: lambda i: i.n},
    tight_at=(Instance(n=4),),
    mutants=(
        Mutant(text="the sum, not squared", right=n * (n + 1) / 2, dies_at=Instance(n=2)),
        Mutant(text="one number less", right=(n * (n - 1) / 2) ** 2, dies_at=Instance(n=1)),
        Mutant(text="the formula of the squares", right=n * (n + 1) * (2 * n + 1) / 6, dies_at=Instance(n=2)),
    ),
)
