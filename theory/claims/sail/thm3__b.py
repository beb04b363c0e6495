"""SAIL theorem 3(b): the best weights of more than two experts, in closed form.

Printed   If all gamma_i > 0: gamma* = H^{-1} e / (e^T H^{-1} e), H_ij = D_TV(D_i,D*)^2 + D_TV(D_j,D*)^2 -
          D_TV(D_i,D_j)^2, minimises |sum_i gamma_i theta_i - theta*|^2 over the simplex (10).
Repaired  Distances of parameters in place of D_TV; adj(H) in place of H^{-1}; experts that are affinely
          independent (then e^T adj(H) e > 0); weights >= 0.  With distances of parameters H is twice the Gram
          matrix of theta_i - theta*, so that H^{-1} does not exist when d < 3, nor when theta* can be reached
          exactly: the case that one hopes for.  adj(H) covers it.  From total variations H need not even be
          positive semidefinite: then the formula, with all weights > 0, is a saddle (witness SADDLE).
          Invertibility of H, which the appendix asks for at its end, is part of every reading.
Shapes    H: (3, 3), gamma: (3,), theta: (d,); n = 3.
Units     weights are pure numbers; the objective [x]^{-2}.
Source    SAIL, Section 4.2, Theorem 3, equations (10), (12), (13); Appendix E, Step 3, Step 4, Case 2.
"""

from dataclasses import replace as change
from fractions import Fraction

import sympy as sp

from sim.gaussian_classes import minus
from sim.simplex import least, value
from theory.claim import Added, Claim, Given, Mutant, PrintedStep, Repair, Statement
from theory.claims.sail import _three_experts as world
from theory.claims.sail._three_experts import (
    BETWEEN,
    FAR,
    H_DELTA,
    H_HALF,
    H_TV,
    LEAST,
    NAMES,
    at,
    reached,
    solved,
)
from theory.claims.sail._two_experts import GIVENS, parameters, tv
from theory.family import floats
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Lemma, Line, Rewrite

experts, star = tuple(Vec(rf"\theta_{k}") for k in (1, 2, 3)), Vec(r"\theta^*")
along, across, rest = Vec(r"{\theta_1-\theta_3}"), Vec(r"{\theta_2-\theta_3}"), Vec(r"{\theta_3-\theta^*}")
rivals = sp.symbols("r_1 r_2", real=True)  # any weights that sum to one are (r_1, r_2, 1 - r_1 - r_2)
PRINTED, HALVED, FREE = solved(H_TV), solved(H_HALF), solved(H_DELTA)
AREA = norm2(along) * norm2(across) - dot(along, across) ** 2  # e^T adj(H) e / 4
PARTS = tuple(
    dot(along, across) * dot(other, rest) - norm2(other) * dot(own, rest)
    for own, other in ((along, across), (across, along))
)
NORMAL = tuple(part / AREA for part in PARTS)


def reached_by_two(i, pair: tuple):
    """The objective at (r_1, r_2, 1 - r_1 - r_2)."""
    return reached(i, (*pair, 1 - pair[0] - pair[1]))


def reached_if_positive(i, weights: tuple):
    """As `reached`; the best value where a weight is not positive: then (12) says nothing."""
    return least(world.gram(i))[0] if any(not v > 0 for v in weights) else reached(i, weights)


def edges(i) -> tuple:
    """theta_1 - theta_3, theta_2 - theta_3, theta_3 - theta*."""
    first, second, third = world.deltas(i)
    return minus(first, third), minus(second, third), third


INDEPENDENT = Given(text="the experts are affinely independent", fact=sp.Gt(AREA, 0))
POSITIVE = Given(
    text="all weights of the formula are >= 0, times the squared area",
    fact=sp.And(*(sp.Ge(v, 0) for v in (*PARTS, AREA - sum(PARTS)))),
)
OBJECTIVE = norm2(rivals[0] * along + rivals[1] * across + rest)


def proof() -> Chain:
    """The objective is its value at the solution plus the squared length of the way there."""
    end = norm2(NORMAL[0] * along + NORMAL[1] * across + rest)
    way = (rivals[0] - NORMAL[0]) * along + (rivals[1] - NORMAL[1]) * across
    return Chain(
        OBJECTIVE,
        (
            Line(
                "==",
                end + norm2(way),
                Rewrite(),
                "theta^P - theta* is orthogonal to the plane of the experts",
            ),
            Line(">=", end, Lemma("square_nonneg", {"v": way})),
        ),
    )


def regular(form: sp.Matrix) -> Given:
    """As (12) asks for it."""
    parts = form.det(), sum(form.adjugate() * sp.ones(3, 1))
    return Given(
        text="H is invertible (Appendix E, end of case 2), and e^T H^{-1} e is not 0",
        fact=sp.And(*(sp.Gt(v**2, 0) for v in parts)),
    )


READINGS = (
    Statement(
        text="equations (12) and (13) with the total variation of the data sets, where all weights are > 0",
        left=LEAST,
        relation="argmin",
        right=PRINTED,
        objective=reached_if_positive,
        givens=(*GIVENS, regular(H_TV)),
    ),
    Statement(
        text="the distance that the proof of Lemma 2 uses, half a Mahalanobis distance, for D_TV",
        left=LEAST,
        relation="argmin",
        right=HALVED,
        objective=reached_if_positive,
        givens=(*GIVENS, regular(H_HALF)),
    ),
    Statement(
        text="distances of parameters, affinely independent experts, where all weights are > 0",
        left=LEAST,
        relation="argmin",
        right=FREE,
        objective=reached_if_positive,
        givens=(*GIVENS, INDEPENDENT),
    ),
)
REPAIRED = Statement(
    text="distances of parameters, H^{-1} e up to its length in terms of edges, affinely independent experts",
    left=change(LEAST, expr=OBJECTIVE),
    relation="argmin",
    right=NORMAL,
    objective=reached_by_two,
    givens=(*GIVENS, INDEPENDENT, POSITIVE),
    proof=proof,
)

PAIRS = ((1, 1), (1, 2), (1, 3), (2, 2), (2, 3), (3, 3))
entry = {pair: sp.Symbol(f"H_{pair[0]}{pair[1]}", real=True) for pair in PAIRS}
H = sp.Matrix(3, 3, lambda a, b: entry[min(a, b) + 1, max(a, b) + 1])
RAY = H.adjugate() * sp.ones(3, 1)
lagrange = 2 * H.det() / sum(RAY)  # the multiplier of step 13
u = sp.symbols("u_1 u_2", real=True)
SHARE = sp.Matrix([*u, 1 - sum(u)])
FORM = (SHARE.T * H * SHARE)[0]
best, chosen = sp.symbols(r"\min{|\theta^P-\theta^*|^2} |\theta^P-\theta^*|^2_{H}", nonnegative=True)


def entries(a: int, b: int):
    """H_ij from total variations."""
    between = tv(NAMES[a - 1], NAMES[b - 1]) if a != b else lambda i: 0
    return lambda i: tv(NAMES[a - 1], "target")(i) ** 2 + tv(NAMES[b - 1], "target")(i) ** 2 - between(i) ** 2


total = sp.Symbol(r"\sum_i{\gamma_i}", positive=True)


def form(i) -> tuple:
    """H from D_TV, as floats."""
    return tuple(tuple(float(entries(a, b)(floats(i))) for b in (1, 2, 3)) for a in (1, 2, 3))


def form_weights(i) -> tuple:
    """The weights that minimise gamma^T H gamma over the simplex, H from D_TV."""
    return least(form(i))[1]


def at_least_form(i):
    """The squared distance at the weights that minimise gamma^T H gamma over the simplex, H from D_TV."""
    return value(world.gram(floats(i)), form_weights(i))


def step(item: str, left, relation: str, right, text: str = "", by=None, after: tuple = ()) -> PrintedStep:
    item = f"sail.{item}"
    return PrintedStep(item=item, left=left, relation=relation, right=right, text=text, by=by, after=after)


form_chosen, form_best = sp.symbols(r"\gamma^T\,H\gamma \gamma'^T\,H\gamma'", real=True)
scale = sp.Symbol("C^2/2", positive=True)
STEP_5 = (
    sp.Eq(chosen, scale * form_chosen),
    sp.Eq(best, scale * form_best),
    sp.Le(form_chosen, form_best),
    sp.Le(best, chosen),
)


STEPS = (
    step("thm3", total, "==", sp.S.One, "(10) for the minimiser of step 6: its weights sum to one"),
    step("thm3.step1", norm2(u[0] * experts[0] + u[1] * experts[1] + (1 - sum(u)) * experts[2] - star), "==",
         norm2(u[0] * along + u[1] * across + rest), "the objective, at weights that sum to one"),
    step("eq13", entry[1, 2], "==", FAR[0] ** 2 + FAR[1] ** 2 - BETWEEN[1, 2] ** 2, "the entry H_12"),
    step("thm3.step6", chosen, "==", best, "the minimiser of gamma^T H gamma, H from D_TV, is another point: "
         "falls with step 5", after=STEP_5),
    step("thm3.step11", FORM - lagrange * (sum(SHARE) - 1), "==", FORM, "on the constraint", Rewrite()),
    step("thm3.step12", sum((2 * part - 2 * H.det()) ** 2 for part in H * RAY), "==", sp.S.Zero,
         "2 H gamma = lambda e for gamma = H^{-1} e, lambda = 2; times det H", Rewrite()),
    step("thm3.step13", lagrange / 2 * sum(RAY) / H.det(), "==", sp.S.One, by=Rewrite()),
)  # fmt: skip


def transcription(i):
    """H^{-1} e / (e^T H^{-1} e) from the inventory's LaTeX, by elimination."""
    rows = [[entries(a, b)(i) for b in (1, 2, 3)] + [1] for a in (1, 2, 3)]
    for k in range(3):
        place = max(range(k, 3), key=lambda a: abs(rows[a][k]))
        rows[k], rows[place] = rows[place], rows[k]
        rows[k] = [v / rows[k][k] for v in rows[k]]
        rows = [
            r if a == k else [x - r[k] * y for x, y in zip(r, rows[k], strict=True)]
            for a, r in enumerate(rows)
        ]
    total = rows[0][3] + rows[1][3] + rows[2][3]
    return tuple(r[3] / total for r in rows)


HALF = Fraction(1, 2)
PLANE = ((1, 0), (0, 1))
INSIDE = at(PLANE, (1, HALF), (0, 0), (3, 0), (0, 3))
OUTSIDE = at(PLANE, (-1, 1), (0, 0), (3, 0), (0, 3))
SPACE = at(((1, 0, 0), (0, 1, 0), (0, 0, 2)), (1, 1, 1), (0, 0, 0), (3, 0, 0), (0, 3, 0))
LINE = at(((1,),), (0,), (1,), (2,), (3,))
SADDLE = at(((1,),), ((0,), (0,)), ((-1,), (-1,)), ((0,), (2,)), ((3,), (0,)))

CLAIM = Claim(
    items=(
        "sail.thm3.b",
        "sail.secE.b",
        "sail.thm3",
        "sail.eq13",
        "sail.thm3.step1",
        "sail.thm3.step6",
        "sail.thm3.step11",
        "sail.thm3.step12",
        "sail.thm3.step13",
        "sail.thm3.step14",
        "sail.thm3.step10",
        "sail.thm3.step15",
        "sail.thm3.b-explicit",
    ),
    readings=READINGS,
    family=world.FAMILY,
    symbols=world.SYMBOLS
    | {s: entries(*pair) for pair, s in entry.items()}
    | {s: (lambda i, n=n: parameters(i, n)) for n, s in zip(NAMES, experts, strict=True)}
    | {s: (lambda i, k=k: edges(i)[k]) for k, s in enumerate((along, across, rest))}
    | {
        star: lambda i: parameters(i, "target"),
        u[0]: lambda i: i.target[0][0],
        u[1]: lambda i: i.first[0][0],
        best: lambda i: least(world.gram(i))[0],
        chosen: at_least_form,
        form_chosen: lambda i: least(form(i))[0],
        form_best: lambda i: value(form(i), least(world.gram(floats(i)))[1]),
        scale: lambda i: 1,
        total: lambda i: sum(form_weights(i)),
    },
    repair=Repair(
        changes="distances of parameters; adj(H) for H^{-1}; affinely independent experts; weights >= 0",
        statement=REPAIRED,
        nondegenerate=SPACE,
        added=(Added(given=INDEPENDENT, fails_without=LINE), Added(given=POSITIVE, fails_without=OUTSIDE)),
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(INSIDE, SPACE, OUTSIDE, LINE, SADDLE),
    tight_at=(INSIDE, SPACE),
    mutants=(
        Mutant(text="experts 1 and 2 exchanged", right=NORMAL[::-1], dies_at=INSIDE),
        Mutant(text="equal weights", right=(sp.Rational(1, 3),) * 2, dies_at=INSIDE),
        Mutant(text="half the way", right=tuple(v / 2 for v in NORMAL), dies_at=SPACE),
    ),
    effort=0.15,
)
