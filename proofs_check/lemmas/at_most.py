"""A bound that a given grants for every value of its symbols, so that an induction may use it."""

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Real

A, B = sp.symbols("a b", real=True)

LEMMA = LemmaRecord(
    name="at_most",
    text="a <= b where a given says so.",
    source="the claim's own given",
    symbols={"a": A, "b": B},
    needs=("at_most({a}, {b})",),
    conclusion=sp.Le(A, B, evaluate=False),
    because="standard: it repeats a given of the claim, which is searched as a fact on every instance",
    family=Family(fields={"a": Real(-4, 4), "slack": Real(0, 4)}, leaves_out="nothing"),
    values={A: lambda i: i.a, B: lambda i: i.a + i.slack},
    mutants=(("strict", sp.Lt(A, B, evaluate=False)), ("reversed", sp.Ge(A, B, evaluate=False))),
)
