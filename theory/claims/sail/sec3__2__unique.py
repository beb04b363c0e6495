"""SAIL, Section 3.2: in linear models the parameters are determined by the training data.

Printed   "in linear models, the parameters are uniquely determined by the training data": any other parameter
          than the one found has a larger training loss.
Repaired  If the inputs span the parameter space (sum_j x_j x_j^T is positive definite).  With fewer samples
          than parameters, or collinear inputs, a whole line of parameters fits equally well: h with x_j^T h =
          0 for all j may be added.  Discriminant analysis with a positive definite Sigma (Appendix E) is such
          a case.
Shapes    theta, h, x_j: (2,); y: (N,).
Units     both sides [y]^2; see the scaling.
Source    SAIL, Section 3.2, opening.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Added, Claim, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Matrix, Vector, replace
from theory.proof import Chain, Entail, Line

a, c = sp.symbols("a c", nonnegative=True)
b, h1, h2 = sp.symbols("b h_1 h_2", real=True)
least = sp.Symbol(r"J(\theta)", nonnegative=True)
SPREAD = a * h1**2 + 2 * b * h1 * h2 + c * h2**2

FAMILY = Family(
    fields={
        "N": Integer(1, 3),
        "x": Matrix("N", 2),
        "y": Vector("N"),
        "raw": Vector(2),
        "h": Derived(lambda f: f.raw if any(f.raw) else (Fraction(1), Fraction(0))),
    },
    leaves_out="more than two parameters; losses other than the squared one",
)


def gram(i: Instance) -> tuple:
    """(a, b, c): the entries of sum_j x_j x_j^T / N."""
    return tuple(sum(u[p] * u[q] for u in i.x) / i.N for p, q in ((0, 0), (0, 1), (1, 1)))


def fitted(i: Instance) -> tuple:
    """A least-squares solution: the second input is used as far as it adds to the first."""
    first, second = ([u[k] for u in i.x] for k in (0, 1))
    product = lambda u, v: sum(p * q for p, q in zip(u, v, strict=True))
    share = product(first, second) / product(first, first) if any(first) else 0
    rest = [q - share * p for p, q in zip(first, second, strict=True)]
    tiny = 1e-18 if isinstance(i.y[0], float) else 0
    two = product(rest, i.y) / product(rest, rest) if product(rest, rest) > tiny else 0
    one = product(first, i.y) / product(first, first) - share * two if any(first) else 0
    return one, two


def training_loss(i: Instance, theta: tuple):
    """The mean squared error of x^T theta."""
    errors = (theta[0] * u[0] + theta[1] * u[1] - v for u, v in zip(i.x, i.y, strict=True))
    return sum(e * e for e in errors) / i.N


def elsewhere(i: Instance):
    """J(theta + h), by fitting and predicting."""
    one, two = fitted(i)
    return training_loss(i, (one + i.h[0], two + i.h[1]))


EXPR = least + SPREAD
OTHER = Given(text="another parameter: h is not 0", fact=sp.Gt(h1**2 + h2**2, 0))
SPAN = Given(
    text="the inputs span the parameter space", fact=sp.And(sp.Gt(a * c - b**2, 0), sp.Gt(a, 0), sp.Gt(c, 0))
)
LEFT = Quantity(text="J(theta + h), theta the parameter found", run=elsewhere, expr=EXPR)

HOLDS = Statement(
    text="inputs that span the parameter space, as for an invertible Sigma (Assumption 8): others are worse",
    left=LEFT,
    relation=">",
    right=least,
    givens=(OTHER, SPAN),
    proof=lambda: Chain(EXPR, (Line(">", least, Entail()),)),
)

ONE, ZERO = Fraction(1), Fraction(0)
FULL = Instance(N=2, x=((ONE, ZERO), (ONE, ONE)), y=(ONE, 2 * ONE), raw=(ONE, -ONE), h=(ONE, -ONE))
SPARE = Instance(
    N=3, x=((ONE, ZERO), (ZERO, ONE), (ONE, ONE)), y=(ONE, ONE, ONE), raw=(ONE, -ONE), h=(ONE, -ONE)
)
FEW = Instance(N=1, x=((ONE, ONE),), y=(ONE,), raw=(ONE, -ONE), h=(ONE, -ONE))


def doubled(i: Instance, k) -> Instance:
    """y and parameters times k."""
    return replace(
        i, y=tuple(k * v for v in i.y), raw=tuple(k * v for v in i.raw), h=tuple(k * v for v in i.h)
    )


CLAIM = Claim(
    items=("sail.sec3.2.unique",),
    readings=(
        Statement(
            text="least squares, any training data: every other parameter is worse",
            left=LEFT,
            relation=">",
            right=least,
            givens=(OTHER,),
        ),
        HOLDS,
    ),
    family=FAMILY,
    symbols={
        a: lambda i: gram(i)[0],
        b: lambda i: gram(i)[1],
        c: lambda i: gram(i)[2],
        h1: lambda i: i.h[0],
        h2: lambda i: i.h[1],
        least: lambda i: training_loss(i, fitted(i)),
    },
    repair=Repair(
        changes="inputs that span the parameter space",
        statement=HOLDS,
        nondegenerate=SPARE,
        added=(Added(given=SPAN, fails_without=FEW),),
    ),
    transcription=lambda i: training_loss(i, fitted(i)),
    witnesses=(FULL, SPARE, FEW),
    scalings=(Scaling(text="y -> k y", power=2, move=doubled),),
    mutants=(
        Mutant(text="plus the whole curvature", right=least + (a + c) * (h1**2 + h2**2), dies_at=FULL),
        Mutant(text="plus the spread along the first input", right=least + a * h1**2, dies_at=FULL),
        Mutant(text="plus twice the spread", right=least + 2 * SPREAD, dies_at=SPARE),
    ),
    effort=0.4,
)
