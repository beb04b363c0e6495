"""What the claims on FLOPS's lower bound of the improvement share: a batch that steps, losses that are run.

World     L_j(theta_t + y) = <g_j, y> + bend_j |y|^2/2 with |bend_j| <= L, so that each loss is L-smooth, and
          L_j is counted from its value at theta_t.  The estimates take two values, `one` with probability p.
          Nothing is assumed of them: inequality (8) holds on every path or it does not hold.
Shapes    slope, one, two: (B, d); bend: (B,), as a share of L; p, eta, L scalar.
          Stacked vectors hold all samples one below the other: (B d,).
Units     those of the loss on both sides.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Given, Quantity, Scaling, Statement
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Entail, Lemma, Line

B = sp.Symbol("B", positive=True, integer=True)
j = sp.Symbol("j", positive=True, integer=True)
L, eta = sp.symbols("L eta", positive=True)
p = sp.Symbol("p", nonnegative=True)
a = sp.Symbol("a", real=True)  # the curvature of largest size in the batch
F, C = sp.symbols("F C", real=True)  # names of functions: the sum of the losses, each at its own point
rise1, rise2, own1, own2 = (sp.IndexedBase(name, real=True) for name in ("rise1", "rise2", "own1", "own2"))
theta, stack = Vec("theta"), Vec("stack")
G, ghat1, ghat2 = Vec("G"), Vec("ghat1"), Vec("ghat2")  # sum of the true gradients; means of the estimates
every, each1, each2 = Vec("every"), Vec("each1"), Vec("each2")  # stacked gradients and estimates

Point = tuple[Any, ...]
Path = Callable[[Instance, tuple, int], Point]

FAMILY = Family(
    fields={
        "B": Integer(1, 3),
        "d": Integer(1, 2),
        "L": Real(0, 4, open="lo"),
        "eta": Real(0, 2, open="lo"),
        "p": Real(0, 1),
        "bend": Vector("B", Real(-1, 1)),
        "slope": Matrix("B", "d", Real(-2, 2)),
        "one": Matrix("B", "d", Real(-2, 2)),
        "two": Matrix("B", "d", Real(-2, 2)),
    },
    leaves_out="losses that are not quadratic, estimates of more than two values; the proofs cover both",
)


def loss(i: Instance, sample: int, y: Point) -> Any:
    """L_j(theta_t + y) - L_j(theta_t)."""
    inner = sum(g * x for g, x in zip(i.slope[sample], y, strict=True))
    return inner + i.bend[sample] * i.L * sum(x * x for x in y) / 2


def together(i: Instance, estimates: tuple, sample: int) -> Point:
    """The step of eq. (4): against the mean of all estimates, the same for every sample."""
    return tuple(-i.eta * sum(column) / i.B for column in zip(*estimates, strict=True))


def apart(i: Instance, estimates: tuple, sample: int) -> Point:
    """The step that eq. (8) speaks of: each sample against its own estimate."""
    return tuple(-i.eta * x for x in estimates[sample])


def rises(i: Instance, estimates: tuple, path: Path) -> tuple:
    """L_j(theta_{t+1}) - L_j(theta_t) for every sample."""
    return tuple(loss(i, sample, path(i, estimates, sample)) for sample in range(i.B))


def improvement(path: Path) -> Callable[[Instance], Any]:
    """instance -> PI_t: the losses before and after the step, over both values of the estimates."""

    def run(i: Instance) -> Any:
        first, second = (sum(abs(r) for r in rises(i, e, path)) for e in (i.one, i.two))
        return i.p * first + (1 - i.p) * second

    return run


def bendiest(i: Instance) -> int:
    """The sample whose loss has the curvature of largest size."""
    return max(range(i.B), key=lambda sample: abs(i.bend[sample]))


def _mean(estimates: tuple, size: int) -> tuple:
    return tuple(Fraction(1, size) * sum(column) for column in zip(*estimates, strict=True))


def _flat(rows: tuple) -> tuple:
    return tuple(x for row in rows for x in row)


SYMBOLS = {
    B: lambda i: i.B,
    L: lambda i: i.L,
    eta: lambda i: i.eta,
    p: lambda i: i.p,
    rise1: lambda i: rises(i, i.one, together),
    rise2: lambda i: rises(i, i.two, together),
    own1: lambda i: rises(i, i.one, apart),
    own2: lambda i: rises(i, i.two, apart),
    theta: lambda i: (0,) * i.d,
    stack: lambda i: (0,) * (i.B * i.d),
    G: lambda i: tuple(sum(column) for column in zip(*i.slope, strict=True)),
    ghat1: lambda i: _mean(i.one, i.B),
    ghat2: lambda i: _mean(i.two, i.B),
    every: lambda i: _flat(i.slope),
    each1: lambda i: _flat(i.one),
    each2: lambda i: _flat(i.two),
    a: lambda i: i.bend[bendiest(i)] * i.L,
}


def paths(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    """The mean over both values of the estimates."""
    return p * first + (1 - p) * second


def _sum(term: Any) -> Any:
    return sp.Sum(term, (j, 1, B))


def _linear(estimate: Vec) -> Any:  # sum over j of (eta ghat)'g_j - eta^2 L |ghat|^2 / 2, ghat the mean
    return eta * dot(estimate, G) - B * L * eta**2 / 2 * norm2(estimate)


def _linear_apart(estimates: Vec) -> Any:  # sum over j of (eta ghat_j)'g_j - eta^2 L |ghat_j|^2 / 2
    return eta * dot(estimates, every) - L * eta**2 / 2 * norm2(estimates)


PI = paths(_sum(sp.Abs(rise1[j])), _sum(sp.Abs(rise2[j])))
PI_APART = paths(_sum(sp.Abs(own1[j])), _sum(sp.Abs(own2[j])))
DECREASE = paths(-_sum(rise1[j]), -_sum(rise2[j]))
DECREASE_APART = paths(-_sum(own1[j]), -_sum(own2[j]))
OF_BATCH = paths(_linear(ghat1), _linear(ghat2))  # LB_t as A.1 and eq. (16) have it
PER_SAMPLE = paths(_linear_apart(each1), _linear_apart(each2))  # LB_t as eq. (8) prints it

BOUNDED = sp.Le(a**2, L**2, evaluate=False)
LAW = Given(text="p is a probability", fact=sp.Le(p, 1))
SMOOTH = Given(
    text="each L_j is L-smooth (only that their sum is BL-smooth is used)",
    fact=BOUNDED,
    grants=tuple(
        grant
        for sign in (1, -1)  # the negative of a smooth function is smooth
        for grant in (
            ("smooth", sign * F, B * L),
            ("gradient", sign * F, theta, sign * G),
            ("value", sign * F, theta, sp.S.Zero),
            ("value", sign * F, theta - eta * ghat1, sign * _sum(rise1[j])),
            ("value", sign * F, theta - eta * ghat2, sign * _sum(rise2[j])),
        )
    ),
)
SMOOTH_APART = Given(
    text="each L_j is L-smooth, so that (x_1, ..., x_B) -> sum of L_j(x_j) is",
    fact=BOUNDED,
    grants=(
        "smooth(C, L)",
        "gradient(C, stack, every)",
        ("value", C, stack, sp.S.Zero),
        ("value", C, stack - eta * each1, _sum(own1[j])),
        ("value", C, stack - eta * each2, _sum(own2[j])),
    ),
)


def _below(f: Any, smooth: Any, at: Any, estimate: Any, gradient: Any, value: Any, sign: int = 1) -> Lemma:
    around = {"x": at, "y": at - eta * estimate, "g": sign * gradient, "fx": sp.S.Zero}
    return Lemma("smooth_upper", {"f": sign * f, "L": smooth, **around, "fy": sign * _sum(value[j])})


def _not_less(value: Any, sign: int = -1) -> Lemma:
    return Lemma("sum_monotone", {"a": sign * value[j], "b": sp.Abs(value[j]), "j": j, "n": B})


COUNTED = Entail((_not_less(rise1), _not_less(rise2)))
BOTH = ((ghat1, rise1), (ghat2, rise2))
STEP = Entail(tuple(_below(F, B * L, theta, e, G, r) for e, r in BOTH))
RISES = (  # a loss that rises counts as well: not needed for the bound, it shows what else is true
    *(_not_less(r, 1) for _, r in BOTH),
    *(_below(F, B * L, theta, e, G, r, -1) for e, r in BOTH),
)
STEP_APART = Entail(tuple(_below(C, L, stack, e, every, r) for e, r in ((each1, own1), (each2, own2))))


def proof() -> Chain:
    """The improvement is at least the decrease of the sum, which is BL-smooth."""
    return Chain(PI, (Line(">=", DECREASE, Entail((*COUNTED.facts, *RISES))), Line(">=", OF_BATCH, STEP)))


def proof_apart() -> Chain:
    """The same in the product space, where every sample has a parameter of its own."""
    counted = Entail((_not_less(own1), _not_less(own2)))
    return Chain(PI_APART, (Line(">=", DECREASE_APART, counted), Line(">=", PER_SAMPLE, STEP_APART)))


def batch_bound(text: str) -> Statement:
    """PI_t >= LB_t with the mean of the estimates in both terms."""
    return Statement(
        text=text,
        left=Quantity(text="PI_t, the step of eq. (4)", run=improvement(together), expr=PI),
        relation=">=",
        right=OF_BATCH,
        givens=(LAW, SMOOTH),
        proof=proof,
    )


def _rows(rows: tuple, k: Fraction) -> tuple:
    return tuple(tuple(k * x for x in row) for row in rows)


def _louder(i: Instance, k: Fraction) -> Instance:
    moved = {name: _rows(getattr(i, name), k) for name in ("slope", "one", "two")}
    return replace(i, **moved, L=k * i.L, eta=i.eta / k)


def _stretched(i: Instance, k: Fraction) -> Instance:
    moved = {name: _rows(getattr(i, name), 1 / k) for name in ("slope", "one", "two")}
    return replace(i, **moved, L=i.L / k**2, eta=k * k * i.eta)


SCALINGS = (
    Scaling(text="losses times k, eta divided by k", power=1, move=_louder),
    Scaling(text="theta times k, eta times k^2", power=0, move=_stretched),
)

ONE = Fraction(1)
OPPOSED = Instance(
    B=2, d=1, L=ONE, eta=ONE, p=ONE, bend=(ONE, ONE), slope=((ONE,), (-ONE,)), one=((ONE,), (-ONE,)),
    two=((ONE,), (-ONE,)),
)  # fmt: skip
ALIKE = replace(OPPOSED, slope=((ONE,), (ONE,)), one=((ONE,), (ONE,)), two=((ONE,), (ONE,)))
ROUND = Instance(
    B=1, d=2, L=ONE, eta=ONE / 2, p=ONE / 2, bend=(ONE,), slope=((ONE, -ONE),), one=((2 * ONE, 0),),
    two=((0, -2 * ONE),),
)  # fmt: skip
FLAT = replace(ALIKE, bend=(-ONE, -ONE))
FAR = Instance(
    B=1, d=1, L=ONE / 2, eta=2 * ONE, p=ONE / 2, bend=(ONE,), slope=((ONE,),), one=((ONE,),), two=((ONE,),)
)  # fmt: skip
