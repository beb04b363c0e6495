"""CoGraM's prototypes: what the geometric mean of magnitudes can represent.

Printed   x~_c = (prod_{x in S_c} (|x| + eps))^(1/|S_c|); "prototypes ... representing [the data] as
          accurately as possible".
Repaired  for data without negative coordinates: then no coordinate of x~ exceeds the largest sample plus eps.
          Signs are lost: a class at -1 has its prototype at 1 + eps, outside its own samples, and a class
          at 1 has the same.  Even for positive data the prototype is at least the geometric mean plus eps
          (Mahler's inequality), so that eps shifts it.  The repair is proved for every class size (Jensen).
Shapes    one coordinate: samples (n,); the rest scalar.
Units     those of a coordinate.
Source    Methods, Equation 1 with its caption, "Prototypes"; The Fused Network M.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Jensen, Line

eps, n = sp.Symbol(r"\varepsilon", positive=True), sp.Symbol("n", integer=True, positive=True)
k = sp.Symbol("k", integer=True, positive=True)
x = sp.IndexedBase("x", real=True)
least, most = sp.symbols("x_{min} x_{max}", real=True)
proto = sp.Symbol(r"\tilde{x}", positive=True)
plain = sp.Symbol("G", nonnegative=True)
size: Any = sp.IndexedBase("a", nonnegative=True)  # a_k = |x_k|
t = sp.Symbol("t", real=True)
SAMPLE = size[k] + eps
PROTOTYPE = sp.exp(sp.Sum(sp.log(SAMPLE) / n, (k, 1, n)))


def root(value, degree: int):
    """The positive root, exact through SymPy where the value is rational."""
    if isinstance(value, float):
        return value ** (1 / degree)
    return sp.root(sp.Rational(str(value)), degree)


def prototype(i: Instance, shift: int = 1):
    """Equation 1 for one coordinate, multiplied out."""
    product = Fraction(1)
    for sample in i.x:
        product = product * (abs(sample) + shift * i.eps)
    return root(product, i.n)


def shown() -> Chain:
    """The geometric mean is at most the arithmetic one, and that at most the largest."""
    mean = Jensen(sp.Lambda(t, sp.exp(t)), 1 / n, sp.log(SAMPLE), index=k, length=n)
    return Chain(
        PROTOTYPE,
        (
            Line("<=", sp.Sum(SAMPLE / n, (k, 1, n)), mean, "exp is convex"),
            Line("<=", most + eps, Entail(), "no sample exceeds the largest"),
        ),
    )


def within(givens: tuple[Given, ...], text: str) -> Statement:
    """The prototype is no larger than the largest sample, shifted by eps."""
    return Statement(
        text=text,
        left=Quantity(text="the prototype", run=prototype, expr=PROTOTYPE if givens else None),
        relation="<=",
        right=most + eps,
        givens=(*givens, ORDER, MEAN),
        proof=shown if givens else None,
    )


UNSIGNED = Given(text="no coordinate is negative", fact=sp.Ge(least, 0))
ORDER = Given(text="the least sample is no larger than the largest", fact=sp.Le(least, most), because="order")
MEAN = Given(
    text="the mean size of the samples is at most the largest size",
    fact=sp.Le(sp.Sum(size[k], (k, 1, n)), n * sp.Max(most, -least)),
    because="each x_k lies between x_min and x_max",
)
NEGATIVE = Instance(n=1, x=(Fraction(-1),), eps=Fraction(1, 4))
ONE = Instance(n=1, x=(Fraction(2),), eps=Fraction(1, 4))
PAIR = Instance(n=2, x=(Fraction(0), Fraction(2)), eps=Fraction(1, 4))

CLAIM = Claim(
    items=(
        "cogram.secFused.prototypes",
        "cogram.eq1",
        "cogram.secData.eq1_caption",
        "cogram.secData.clusters",
        "cogram.secDisc.gm_enough",
    ),
    readings=(
        within((), "a prototype represents its class: it does not exceed all its samples by more than eps"),
        within((UNSIGNED,), "the same for data without negative coordinates"),
    ),
    family=Family(
        fields={"n": Integer(1, 3), "x": Vector("n", Real(-3, 3)), "eps": Real(0, 1, open="lo")},
        leaves_out="more than three samples in a class",
    ),
    symbols={
        n: lambda i: i.n,
        x: lambda i: i.x,
        eps: lambda i: i.eps,
        size: lambda i: tuple(map(abs, i.x)),
        least: lambda i: min(i.x),
        most: lambda i: max(i.x),
        proto: prototype,
        plain: lambda i: prototype(i, shift=0),
    },
    repair=Repair(
        changes="data without negative coordinates",
        statement=within((UNSIGNED,), "data without negative coordinates"),
        nondegenerate=PAIR,
        added=(Added(given=UNSIGNED, fails_without=NEGATIVE),),
    ),
    steps=(
        PrintedStep(
            item="cogram.eq1",
            text="by logarithms",
            left=proto,
            relation="==",
            right=sp.exp(sp.Sum(sp.log(sp.Abs(x[k]) + eps), (k, 1, n)) / n),
        ),
        PrintedStep(
            item="cogram.secData.eq1_caption",
            text="the geometric mean of |x|, stabilised: eps raises it by eps at least (Mahler)",
            left=proto,
            relation=">=",
            right=plain + eps,
        ),
    ),
    transcription=lambda i: sorted(i.x)[-1] + i.eps,
    witnesses=(NEGATIVE, ONE, PAIR),
    tight_at=(ONE,),
    scalings=(
        Scaling(
            text="data and eps times k",
            power=1,
            move=lambda i, c: replace(i, x=tuple(c * v for v in i.x), eps=c * i.eps),
        ),
    ),
    mutants=(
        Mutant(
            text="eps added once more",
            left=Quantity(text="with 2 eps", run=lambda i: prototype(i, shift=2)),
            dies_at=ONE,
        ),
        Mutant(text="not shifted by eps", right=most, dies_at=ONE),
        Mutant(text="the least sample", right=least + eps, dies_at=PAIR),
    ),
    effort=0.5,
)
