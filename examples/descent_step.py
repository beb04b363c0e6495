"""A gradient step of length 2/L is one step too long.

Printed   f(x - eta f'(x)) < f(x) for an L-smooth f and 0 < eta <= 2/L.
Repaired  for eta < 2/L where f'(x) is not zero: at 2/L a parabola of curvature L is only reflected.
Shapes    x, gradient g: (d,); f(x) = sum_k c_k x_k^2 / 2 with |c_k| <= L in the family; eta, L scalar.
Units     both sides those of f; L is f per x^2, eta its inverse.
Source    Nesterov, Introductory Lectures on Convex Optimization (2004), Section 1.2.3, from Lemma 1.2.3.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer, Real, Vector
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Entail, Lemma, Line

L, eta = sp.symbols("L eta", positive=True)
now, after = sp.symbols("f_now f_after", real=True)
x, g = Vec("x"), Vec("g")
STEP = -eta * g


def f(i, point):
    """The quadratic."""
    return sum(c * v * v for c, v in zip(i.c, point, strict=True)) / 2


def slope(i):
    """Its gradient at x."""
    return tuple(c * v for c, v in zip(i.c, i.x, strict=True))


def descended(i):
    """f after the step has been made."""
    return f(i, tuple(v - i.share / i.L * s for v, s in zip(i.x, slope(i), strict=True)))


def proof():
    """The descent lemma; then eta (1 - L eta / 2) |g|^2 > 0."""
    bound = {"f": sp.Symbol("f"), "L": L, "x": x, "y": x + STEP, "g": g, "fx": now, "fy": after}
    return Chain(
        after,
        (
            Line("<=", now + dot(g, STEP) + L / 2 * norm2(STEP), Lemma("smooth_upper", bound)),
            Line("<", now, Entail()),
        ),
    )


LEFT = Quantity(text="f after the step", run=descended, expr=after)
SMOOTH = Given(
    text="f is L-smooth, with values f_now at x and f_after after the step",
    because="no curvature is larger than L, and the values are computed so",
    grants=("smooth(f, L)", "value(f, x, f_now)", "value(f, x - eta*g, f_after)", "gradient(f, x, g)"),
)
SHORT = Given(text="eta < 2/L", fact=sp.Lt(eta * L, 2))
MOVING = Given(text="f'(x) is not zero", fact=sp.Gt(norm2(g), 0))
ONE = Fraction(1)
TURN = Instance(d=1, L=ONE, c=(ONE,), x=(ONE,), share=2 * ONE)
STILL = Instance(d=1, L=ONE, c=(ONE,), x=(0 * ONE,), share=ONE)
MILD = Instance(d=1, L=2 * ONE, c=(ONE,), x=(2 * ONE,), share=ONE)

CLAIM = Claim(
    items=("tour.descent-step",),
    readings=(
        Statement(text="up to 2/L", left=LEFT, relation="<", right=now, givens=(SMOOTH,)),
    ),
    family=Family(
        fields={
            "d": Integer(1, 3),
            "L": Real(0, 8, open="lo"),
            "c": Vector("d", Real(lambda i: -i.L, "L")),
            "x": Vector("d"),
            "share": Real(0, 2, open="lo"),
        },
        leaves_out="functions that are not quadratic; the proof covers all",
    ),
    symbols={
        L: lambda i: i.L, eta: lambda i: i.share / i.L, now: lambda i: f(i, i.x), after: descended,
        x: lambda i: i.x, g: slope,
    },
    transcription=lambda i: sum(s * v for s, v in zip(slope(i), i.x, strict=True)) / 2,
    repair=Repair(
        changes="eta < 2/L, f'(x) not zero",
        statement=Statement(
            text="below 2/L", left=LEFT, relation="<", right=now, givens=(SMOOTH, SHORT, MOVING), proof=proof
        ),
        nondegenerate=MILD,
        added=(Added(given=SHORT, fails_without=TURN), Added(given=MOVING, fails_without=STILL)),
    ),
    witnesses=(TURN, MILD),
    mutants=(Mutant(text="half a gradient's worth", right=now - eta * norm2(g), dies_at=MILD),),
)  # fmt: skip
