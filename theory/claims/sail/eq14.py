"""SAIL equation (14): weights from the alignment of representations.

Printed   theta^P_SAIL = arg min_theta L_Align(theta), L_Align = E |f_P(z_t) - f_A(h_t)|^2 (16).
Repaired  not needed: for the linear alignment f_A(h) = theta h it is theta = E[f_P h] / E[h^2], if h is not
          always 0. At it the gradient of L_Align vanishes, so that the last term of (15) does not move the
          first step of training. (15) calls the weight of that term lambda_Align; Table 3 lists lambda_L2R.
Shapes    N draws of (z, h); f_P(z), theta: (2,); h scalar.
Units     theta [R]/[H], L_Align [R]^2; see the scaling.
Source    SAIL, Appendix J.1 to J.3, equations (14)-(16).
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.sail._two_experts import alike, same_kind
from theory.family import Derived, Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.proof import Chain, Entail, Line, Rewrite

N = sp.Symbol("N", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
h, p1, p2 = (sp.IndexedBase(n, real=True) for n in ("h", "p_1", "p_2"))
r1, r2 = sp.symbols("r_1 r_2", real=True)
velocity, repa, align, total = sp.symbols(r"L_{Velocity} L_{REPA} L_{Align} L_{Total}", real=True)
lam1, lam2 = sp.symbols(r"\lambda_{REPA} \lambda_{Align}", real=True)
t1, t2 = sp.symbols(r"\theta_1 \theta_2", real=True)
width, range_p, range_a = sp.symbols("d_R d{(f_P)} d{(f_A)}", positive=True)
HH = sp.Sum(h[j] ** 2, (j, 1, N))
FOUND = tuple(sp.Sum(p[j] * h[j], (j, 1, N)) / HH for p in (p1, p2))

FAMILY = Family(
    fields={
        "N": Integer(1, 4),
        "raw": Vector("N"),
        "h": Derived(lambda f: f.raw if any(f.raw) else (Fraction(1),) * f.N),
        "p": Matrix("N", 2),
        "theta": Vector(2),
        "others": Vector(2),
        "weights": Vector(2, Real(0, 2)),
    },
    leaves_out="h that is always 0; alignments that are not linear; more than two representation coordinates",
)


def aligned(theta: tuple, hidden):
    """f_A(h) = theta h."""
    return tuple(t * same_kind(hidden, t) for t in theta)


def discrepancy(i: Instance, theta: tuple):
    """L_Align: the mean squared length of f_P(z) - f_A(h)."""
    theta = alike(theta)
    pairs = ((p, aligned(theta, v)) for p, v in zip(i.p, i.h, strict=True))
    return sum((same_kind(x, y) - y) ** 2 for p, q in pairs for x, y in zip(p, q, strict=True)) / i.N


def least(i: Instance):
    """min L_Align, coordinate by coordinate: the mean square outside the span of h."""
    length, rest = sum(v * v for v in i.h), 0
    for c in (0, 1):
        column = [row[c] for row in i.p]
        share = sum(u * v for u, v in zip(column, i.h, strict=True)) / length
        rest += sum((u - share * v) ** 2 for u, v in zip(column, i.h, strict=True))
    return rest / i.N


def combined(i: Instance):
    """The training loss, term by term."""
    terms = {"velocity": i.others[0], "repa": i.others[1], "align": discrepancy(i, i.theta)}
    strengths = {"velocity": 1, "repa": i.weights[0], "align": i.weights[1]}
    return sum(strengths[name] * value for name, value in terms.items())


def mean_square(pair: tuple):
    """L_Align as a formula."""
    one, two = pair
    return sp.Sum((p1[j] - one * h[j]) ** 2 + (p2[j] - two * h[j]) ** 2, (j, 1, N)) / N


OBJECTIVE = mean_square((r1, r2))
SOME = Given(text="h is not always 0", fact=sp.Gt(HH, 0))


def proof() -> Chain:
    """A paraboloid in theta, written around its vertex."""
    end = mean_square(FOUND)
    around = end + HH * ((r1 - FOUND[0]) ** 2 + (r2 - FOUND[1]) ** 2) / N
    return Chain(OBJECTIVE, (Line("==", around, Rewrite()), Line(">=", end, Entail())))


STEPS = (
    PrintedStep(item="sail.secJ.1.notation", text="f_P and f_A map into one space R",
                left=range_p, relation="==", right=range_a),
    PrintedStep(item="sail.eq16", text="at any theta",
                left=align, relation="==", right=mean_square((t1, t2))),
    PrintedStep(item="sail.eq15", text="term by term", left=total, relation="==",
                right=velocity + lam1 * repa + lam2 * mean_square((t1, t2))),
)  # fmt: skip

ONE, ZERO = Fraction(1), Fraction(0)
PAIR = Instance(
    N=2, raw=(ONE, 2 * ONE), h=(ONE, 2 * ONE), p=((ONE, ZERO), (ONE, -ONE)), theta=(ONE, ONE),
    others=(ONE, ONE), weights=(ONE / 2, ONE / 2),
)  # fmt: skip
SINGLE = replace(PAIR, N=1, raw=(2 * ONE,), h=(2 * ONE,), p=((ONE, 3 * ONE),))


def in_units(i: Instance, k) -> Instance:
    """Representations times k."""
    return replace(i, p=tuple(tuple(k * v for v in row) for row in i.p))


CLAIM = Claim(
    items=("sail.eq14", "sail.eq15", "sail.eq16", "sail.secJ.1.notation"),
    readings=(
        Statement(
            text="a linear alignment: the least-squares map from hidden states to representations",
            left=Quantity(text="min over theta of L_Align", run=least, expr=OBJECTIVE),
            relation="argmin",
            right=FOUND,
            objective=discrepancy,
            givens=(SOME,),
            proof=proof,
        ),
    ),
    family=FAMILY,
    symbols={
        N: lambda i: i.N,
        h: lambda i: i.h,
        p1: lambda i: tuple(row[0] for row in i.p),
        p2: lambda i: tuple(row[1] for row in i.p),
        t1: lambda i: i.theta[0],
        t2: lambda i: i.theta[1],
        velocity: lambda i: i.others[0],
        repa: lambda i: i.others[1],
        lam1: lambda i: i.weights[0],
        lam2: lambda i: i.weights[1],
        align: lambda i: discrepancy(i, i.theta),
        total: combined,
        range_p: lambda i: len(i.p[0]),
        range_a: lambda i: len(aligned(i.theta, i.h[0])),
    },
    steps=STEPS,
    witnesses=(PAIR, SINGLE),
    tight_at=(PAIR, SINGLE),
    scalings=(Scaling(text="representations times k", power=2, move=in_units),),
    mutants=(
        Mutant(text="coordinates exchanged", right=FOUND[::-1], dies_at=PAIR),
        Mutant(text="twice the slope", right=tuple(2 * v for v in FOUND), dies_at=SINGLE),
        Mutant(text="theta = 0", right=(sp.S.Zero, sp.S.Zero), dies_at=SINGLE),
    ),
    effort=0.3,
)
