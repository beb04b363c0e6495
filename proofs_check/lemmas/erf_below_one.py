"""The error function stays below one."""

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Family, Real

X = sp.Symbol("x", real=True)

LEMMA = LemmaRecord(
    name="erf_below_one",
    text="erf x < 1 for every real x: 1 - erf x is the integral of a positive function from x to infinity.",
    source="NIST Digital Library of Mathematical Functions, 7.2.1 and 7.2.2",
    symbols={"x": X},
    conclusion=sp.Lt(sp.erf(X), 1, evaluate=False),
    because="standard: NIST Digital Library of Mathematical Functions, 7.2.1 and 7.2.2",
    family=Family(fields={"x": Real(-4, 4)}, leaves_out="|x| > 4"),
    values={X: lambda i: i.x},
    mutants=(
        ("below a half", sp.Lt(sp.erf(X), sp.Rational(1, 2), evaluate=False)),
        ("not negative", sp.Ge(sp.erf(X), 0, evaluate=False)),
    ),
)
