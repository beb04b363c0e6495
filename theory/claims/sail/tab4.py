"""SAIL, Appendix J.5, table 4: the changes that are printed behind the values.

Printed   "Improvements with SAIL over REPA are indicated with arrows", such as 7.02 (down 0.02) behind the
          sFID of SAIL at 100K iterations, where REPA has 7.00.
Repaired  The sizes of all sixteen changes are right; that arrow is not: sFID rises from 7.00 to 7.02, and
          lower is better.  Nor are all arrows improvements (third reading): at 50K iterations sFID rises
          from 11.71 to 16.19.
Shapes    four iterations, four measures; one value each for REPA and SAIL.
Units     those of the measure.
Source    SAIL, Appendix J.5, Table 4.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Repair, Statement
from theory.family import Choice, Family, Instance

MEASURES = ("FID", "sFID", "IS", "Prec")
REPA = {
    50: ("78.2", "11.71", "17.1", "0.33"),
    100: ("49.5", "7.00", "27.5", "0.46"),
    200: ("33.2", "6.68", "43.7", "0.54"),
    400: ("24.4", "6.40", "59.9", "0.59"),
}
SAIL = {
    50: ("67.6", "16.19", "20.5", "0.34"),
    100: ("35.9", "7.02", "45.1", "0.53"),
    200: ("19.8", "6.15", "81.9", "0.64"),
    400: ("12.2", "5.90", "119.4", "0.70"),
}
CHANGES = {
    50: ("-10.6", "4.48", "3.4", "0.01"),
    100: ("-13.6", "-0.02", "17.6", "0.07"),
    200: ("-13.4", "-0.53", "38.2", "0.10"),
    400: ("-12.2", "-0.50", "59.5", "0.11"),
}
"""As printed, in thousands of iterations; an arrow downwards is a minus."""

FAMILY = Family(
    fields={"iterations": Choice(tuple(REPA)), "measure": Choice(MEASURES)},
    leaves_out="the baseline SiT-B/2, which has no arrows; whether the values are right (not run)",
)


def entry(table: dict):
    """The value of a cell."""
    return lambda i: Fraction(table[i.iterations][MEASURES.index(i.measure)])


def difference(i: Instance):
    """SAIL minus REPA."""
    return entry(SAIL)(i) - entry(REPA)(i)


def gain(i: Instance):
    """By how much SAIL is better: FID and sFID are better where they are lower."""
    return -difference(i) if i.measure in ("FID", "sFID") else difference(i)


change = sp.Symbol(r"\Delta", real=True)
SIZES = Statement(
    text="the sizes of the changes",
    left=Quantity(text="|SAIL - REPA|", run=lambda i: abs(difference(i))),
    relation="==",
    right=sp.Abs(change),
)
ARROW = Instance(iterations=100, measure="sFID")
WORSE = Instance(iterations=50, measure="sFID")
PRECISE = Instance(iterations=50, measure="Prec")
LAST = Instance(iterations=400, measure="FID")

CLAIM = Claim(
    items=("sail.tab4",),
    readings=(
        Statement(
            text="each printed change is SAIL minus REPA, an arrow upwards positive",
            left=Quantity(text="SAIL - REPA", run=difference),
            relation="==",
            right=change,
        ),
        SIZES,
        Statement(
            text="each arrow stands at an improvement",
            left=Quantity(text="by how much SAIL is better", run=gain),
            relation=">",
            right=sp.S.Zero,
        ),
    ),
    family=FAMILY,
    symbols={change: entry(CHANGES)},
    repair=Repair(
        changes="7.02 (up 0.02) for the sFID at 100K iterations", statement=SIZES, nondegenerate=LAST
    ),
    transcription=entry(CHANGES),
    witnesses=(ARROW, WORSE, PRECISE, LAST),
    tight_at=(ARROW, LAST),
    mutants=(
        Mutant(text="twice the change", right=2 * sp.Abs(change), dies_at=PRECISE),
        Mutant(text="with its sign", right=change, dies_at=LAST),
        Mutant(text="a hundredth more", right=sp.Abs(change) + sp.Rational(1, 100), dies_at=PRECISE),
    ),
    effort=0.4,
)
