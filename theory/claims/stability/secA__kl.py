"""Model merging stability, appendix step 4: the optimisation error under a Kurdyka-Lojasiewicz condition.

Printed   f(x) - f(x^) <= C^(1/(2 theta)) E|grad f|^(1/theta), theta in [0, 1); theta = 1/2 is the PL
          condition, which is Assumption 5 with C = 1/(2 mu).
Repaired  theta in (0, 1), where (f - f*)^theta <= sqrt(C) |grad f| is that condition: at theta = 0 the
          exponents do not exist.  For a smooth f the condition cannot hold near a minimum with theta < 1/2,
          where |grad f|^2 <= 2L (f - f*) is too small: [1/2, 1) is what is left.
World     f(x) = a |x|^p, theta = 1 - 1/p, with equality for the least C; p = 2 is PL with mu = 2a.
Shapes    everything scalar.  Units: f [f], x [x]; sqrt(C) [f]^theta [x]/[f].
Source    Appendix A-A, Step 4, first paragraph; Assumption 5.
"""

from dataclasses import replace as change
from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Quantity, Repair, Statement
from theory.family import Choice, Family, Instance, Real, replace
from theory.proof import Chain, Entail, Line, Rewrite

theta = sp.Symbol("theta", nonnegative=True)
C, a, x, t = sp.symbols("C a x t", positive=True)
gap, slope, share = sp.symbols(r"f-f^* |\nabla{f}| rho", positive=True)

FAMILY = Family(
    fields={
        "theta": Choice((Fraction(0), Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(3, 4))),
        "a": Real(0, 4, open="lo"),
        "x": Real(0, 2, open="lo"),
        "more": Real(1, 3),
    },
    leaves_out="functions that are not powers of |x|; points of a training run",
)


def power(base, exponent):
    """base^exponent; exact input gives a SymPy number."""
    return base**exponent if isinstance(base, float) else sp.sympify(base) ** sp.sympify(exponent)


def order(i: Instance):
    """p with theta = 1 - 1/p; 2 where theta = 0 leaves none."""
    return 1 / (1 - i.theta) if i.theta else 2


def value(i: Instance):
    """f(x) - f*."""
    return i.a * power(i.x, order(i))


def gradient(i: Instance):
    return i.a * order(i) * power(i.x, order(i) - 1)


def constant(i: Instance):
    """C, at least the least one of (f - f*)^theta <= sqrt(C) |grad f|: (a^(theta-1)/p)^2.

    theta = 0 asks for 1 <= sqrt(C) |grad f| wherever f > f*, here at x alone.
    """
    if not i.theta:
        return i.more / gradient(i) ** 2
    return i.more * power(i.a, 2 * i.theta - 2) / order(i) ** 2


def used(i: Instance):
    """(f - f*)^theta / (sqrt(C) |grad f|), at most one by the condition."""
    return power(value(i), i.theta) / (power(constant(i), Fraction(1, 2)) * gradient(i))


def transcription(i: Instance):
    """The display from the inventory's LaTeX."""
    return power(constant(i), 1 / (2 * i.theta)) * power(gradient(i), 1 / i.theta)


SYMBOLS = {
    theta: lambda i: i.theta,
    C: constant,
    t: lambda i: 1 / i.theta,
    a: lambda i: i.a,
    x: lambda i: i.x,
    gap: value,
    slope: gradient,
    share: used,
}
PRINTED = C ** (1 / (2 * theta)) * slope ** (1 / theta)
REPAIR = (sp.sqrt(C) * slope) ** t  # the same with t = 1/theta
CONDITION = Given(
    text="rho <= 1: (f - f*)^theta <= sqrt(C) |grad f| (Kurdyka and Lojasiewicz), away from the minimum",
    fact=sp.Le(share, 1),
)
DEFINED = Given(text="theta > 0", fact=theta > 0)
POLYAK = Given(text="theta = 1/2", fact=sp.Eq(theta, sp.Rational(1, 2)))
SQUARED = Given(
    text="f - f* <= C |grad f|^2, the condition at theta = 1/2 squared", fact=sp.Le(gap, C * slope**2)
)
LEFT = Quantity(text="f(x) - f*", run=value, expr=gap, rounding=1e-7)
INSIDE = Statement(
    text="for theta in (0, 1), where the exponents exist",
    left=change(LEFT, expr=share**t * REPAIR),
    relation="<=",
    right=REPAIR,
    givens=(CONDITION, DEFINED),
    proof=lambda: Chain(share**t * REPAIR, (Line("<=", REPAIR, Entail(), "rho <= 1"),)),
)
ONE = Fraction(1)
FLAT = Instance(theta=Fraction(0), a=ONE, x=ONE, more=ONE)
PARABOLA = replace(FLAT, theta=Fraction(1, 2))
QUARTIC = replace(FLAT, theta=Fraction(3, 4), more=2 * ONE)

CLAIM = Claim(
    items=("stability.secA.kl", "stability.secA.pl"),
    readings=(
        Statement(
            text="the display for theta in [0, 1)",
            left=LEFT,
            relation="<=",
            right=PRINTED,
            givens=(CONDITION,),
        ),
        INSIDE,
        Statement(
            text="the display at theta = 1/2, the PL condition",
            left=LEFT,
            relation="<=",
            right=C * slope**2,
            givens=(CONDITION, POLYAK, SQUARED),
            proof=lambda: Chain(gap, (Line("<=", C * slope**2, Entail()),)),
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="theta in (0, 1)",
        statement=INSIDE,
        nondegenerate=PARABOLA,
        added=(Added(given=DEFINED, fails_without=FLAT),),
    ),
    steps=(
        PrintedStep(
            item="stability.secA.pl",
            text="Assumption 5 with C = 1/(2 mu) for f = a x^2, mu = 2a: with equality",
            left=a * x**2,
            relation="<=",
            right=1 / (2 * (2 * a)) * (2 * a * x) ** 2,
            by=Rewrite(),
        ),
    ),
    transcription=transcription,
    witnesses=(FLAT, PARABOLA, QUARTIC),
    tight_at=(PARABOLA,),
    mutants=(
        Mutant(text="half of it", right=REPAIR / 2, dies_at=PARABOLA),
        Mutant(text="C without its exponent", right=C * slope ** (1 / theta)),
        Mutant(text="the exponents exchanged", right=C ** (1 / theta) * slope ** (1 / (2 * theta))),
    ),
    effort=0.4,
)
