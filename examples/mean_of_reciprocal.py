"""The mean of a reciprocal is not the reciprocal of the mean.

Printed   E[1/X] = 1/E[X] for a positive random variable X with finitely many values.
Repaired  E[1/X] >= 1/E[X], with equality only if X is constant (Jensen; also harmonic <= arithmetic mean).
Shapes    x: (n,) positive values, w: (n,) their chances.
Units     both sides one over those of X, see the scaling.
Source    Hardy, Littlewood and Polya, Inequalities (1934), Theorem 16 with exponents -1 and 1; Jensen,
          Acta Mathematica 30 (1906).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Simplex, Vector, replace
from theory.proof import Chain, Entail, Lemma, Line

n = sp.Symbol("n", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True, positive=True)
w, x = sp.IndexedBase("w", nonnegative=True), sp.IndexedBase("x", positive=True)
INVERSE = sp.Sum(w[j] / x[j], (j, 1, n))
MEAN = sp.Sum(w[j] * x[j], (j, 1, n))


def expected_inverse(i):
    """Every value inverted, then averaged."""
    return sum(chance * (1 / Fraction(value)) for chance, value in zip(i.w, i.x, strict=True))


def proof():
    """Cauchy's inequality for sqrt(w x) and sqrt(w/x): 1 = (sum w)^2 <= E[X] E[1/X]."""
    split = {"a": sp.sqrt(w[k] * x[k]), "b": sp.sqrt(w[k] / x[k]), "j": k, "n": n}
    return Chain(INVERSE, (Line(">=", 1 / MEAN, Entail(facts=(Lemma("cauchy_schwarz_sums", split),))),))


LEFT = Quantity(text="E[1/X]", run=expected_inverse, expr=INVERSE)
CHANCES = Given(text="the chances sum to one", fact=sp.Eq(sp.Sum(w[j], (j, 1, n)), 1))
COIN = Instance(n=2, w=(Fraction(1, 2), Fraction(1, 2)), x=(1, 3))
SURE = Instance(n=1, w=(1,), x=(2,))

CLAIM = Claim(
    items=("tour.reciprocal",),
    readings=(Statement(text="equal", left=LEFT, relation="==", right=1 / MEAN, givens=(CHANCES,)),),
    family=Family(
        fields={"n": Integer(1, 4), "w": Simplex("n"), "x": Vector("n", Real(0, 8, open="lo"))},
        leaves_out="laws with more than four values; the proof covers every finite law",
    ),
    symbols={n: lambda i: i.n, w: lambda i: i.w, x: lambda i: i.x},
    transcription=lambda i: 1 / sum(chance * value for chance, value in zip(i.w, i.x, strict=True)),
    repair=Repair(
        changes=">= in place of =",
        statement=Statement(
            text="at least", left=LEFT, relation=">=", right=1 / MEAN, givens=(CHANCES,), proof=proof
        ),
        nondegenerate=COIN,
    ),
    witnesses=(COIN,),
    tight_at=(SURE,),
    scalings=(
        Scaling(text="X times k", power=-1, move=lambda i, c: replace(i, x=tuple(c * v for v in i.x))),
    ),
    mutants=(Mutant(text="plain average of the values", right=n / sp.Sum(x[j], (j, 1, n))),),
)
