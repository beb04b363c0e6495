"""SAIL equation (2): the target parameter as the minimiser of the expected loss.

Printed   theta* = arg min_theta J_D(theta), J_D(theta) = E_{(x, y) ~ D} l(phi_theta(x), y), l >= 0.
Repaired  not needed: for the linear model theta x and the squared loss, theta* = E[x y] / E[x^2], if some
          input is not zero (else every parameter is a minimiser: sail.sec3.2.unique).  Not every loss has a
          minimiser: log(1 + exp(-y theta x)) has none on labels that theta separates.
Shapes    x, y: (N,), D the uniform law on N samples (every N, by sums of symbolic length); theta scalar.
Units     theta [y]/[x], J [y]^2; see the scalings.
Source    SAIL, Section 3.1, equation (2); Appendix B, Assumption 5.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.sail._two_experts import same_kind
from theory.family import Derived, Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

N = sp.Symbol("N", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
x, y = (sp.IndexedBase(name, real=True) for name in "xy")
r, theta, other = sp.symbols(r"r \theta \theta'", real=True)
sample = sp.Symbol(r"l{(\phi_\theta(x_1),y_1)}", real=True)
risk = sp.Symbol(r"J_D{((\theta+\theta')/2)}", real=True)
XX, XY = sp.Sum(x[j] ** 2, (j, 1, N)), sp.Sum(x[j] * y[j], (j, 1, N))
CLOSEST = XY / XX

FAMILY = Family(
    fields={
        "N": Integer(1, 4),
        "raw": Vector("N"),
        "x": Derived(lambda f: f.raw if any(f.raw) else (Fraction(1),) * f.N),
        "y": Vector("N"),
        "theta": Real(-3, 3),
        "other": Real(-3, 3),
    },
    leaves_out="inputs that are all zero; more than one parameter; losses other than the squared one",
)


def loss(prediction, target):
    """The squared loss of one sample."""
    return (prediction - target) ** 2


def expected(i: Instance, at):
    """J_D: the mean of the losses of all samples."""
    return sum(loss(at * same_kind(a, at), same_kind(b, at)) for a, b in zip(i.x, i.y, strict=True)) / i.N


def least(i: Instance):
    """min J_D: the mean square of y outside the span of x."""
    length = sum(a * a for a in i.x)
    share = sum(a * b for a, b in zip(i.x, i.y, strict=True)) / length if length else 0
    return sum((b - share * a) ** 2 for a, b in zip(i.x, i.y, strict=True)) / i.N


def mean_loss(at):
    """J_D as a formula."""
    return sp.Sum((at * x[j] - y[j]) ** 2, (j, 1, N)) / N


OBJECTIVE = mean_loss(r)
SOME = Given(text="some input is not zero", fact=sp.Gt(XX, 0))


def proof() -> Chain:
    """A parabola in the parameter, written around its vertex."""
    end = mean_loss(CLOSEST)
    around = end + XX * (r - CLOSEST) ** 2 / N
    return Chain(OBJECTIVE, (Line("==", around, Rewrite()), Line(">=", end, Entail())))


STEPS = (
    PrintedStep(item="sail.sec3.1.setting", text="l >= 0", left=sample, relation=">=", right=sp.S.Zero),
    PrintedStep(
        item="sail.a5",
        text="J_D is a mean of losses; convex, at two parameters",
        left=risk,
        relation="<=",
        right=(mean_loss(theta) + mean_loss(other)) / 2,
    ),
)


ONE = Fraction(1)
PAIR = Instance(N=2, raw=(ONE, 2 * ONE), x=(ONE, 2 * ONE), y=(2 * ONE, ONE), theta=ONE, other=-ONE)
SINGLE = Instance(N=1, raw=(2 * ONE,), x=(2 * ONE,), y=(ONE,), theta=ONE, other=ONE)


def move(name: str):
    """The named data times k."""
    names = (name, "raw") if name == "x" else (name,)
    return lambda i, k: replace(i, **{n: tuple(k * v for v in getattr(i, n)) for n in names})


CLAIM = Claim(
    items=("sail.eq2", "sail.sec3.1.setting", "sail.a5"),
    readings=(
        Statement(
            text="the minimiser of the mean squared loss of a linear model",
            left=Quantity(text="min over theta of J_D(theta)", run=least, expr=OBJECTIVE),
            relation="argmin",
            right=(CLOSEST,),
            objective=lambda i, at: expected(i, at[0]),
            givens=(SOME,),
            proof=proof,
        ),
    ),
    family=FAMILY,
    symbols={
        N: lambda i: i.N,
        x: lambda i: i.x,
        y: lambda i: i.y,
        theta: lambda i: i.theta,
        other: lambda i: i.other,
        sample: lambda i: loss(i.theta * i.x[0], i.y[0]),
        risk: lambda i: expected(i, (i.theta + i.other) / 2),
    },
    steps=STEPS,
    witnesses=(PAIR, SINGLE),
    tight_at=(PAIR, SINGLE),
    scalings=(
        Scaling(text="y -> k y", power=2, move=move("y")),
        Scaling(text="x -> k x", power=0, move=move("x")),
    ),
    mutants=(
        Mutant(text="the other regression: E[y^2]/E[x y]",
               right=(sp.Sum(y[j] ** 2, (j, 1, N)) / XY,), dies_at=PAIR),
        Mutant(text="the mean of the slopes", right=(sp.Sum(y[j] / x[j], (j, 1, N)) / N,), dies_at=PAIR),
        Mutant(text="twice the slope", right=(2 * CLOSEST,), dies_at=SINGLE),
    ),
    effort=0.4,
)  # fmt: skip
