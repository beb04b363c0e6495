"""Real derivations of the papers, as small claims: what the proof core must accept, and break when bent."""

from dataclasses import replace
from typing import Any

import sympy as sp

from theory.claim import Along, Claim, Given, Quantity, Statement
from theory.family import Family, Integer
from theory.notation import Avg, E, Law, Vec, dot, norm2
from theory.proof import Chain, Entail, Expect, Induct, Lemma, Line

NOTHING = Family(fields={"n": Integer(1, 1)}, leaves_out="everything: symbolic tests only")


def claim(statement: Statement, symbols=(), laws=None) -> Claim:
    """A claim around one statement; its symbols have no values, since nothing is evaluated here."""
    return Claim(
        items=("test.item",),
        readings=(statement,),
        family=NOTHING,
        symbols=dict.fromkeys(symbols, lambda i: 0),
        laws=laws or {},
    )


def statement(left, relation, right, givens=(), along=None, objective=None) -> Statement:
    """A statement whose left side has a symbolic definition and a run that nobody calls."""
    quantity = Quantity(text="left", expr=left, run=lambda i: 0)
    return Statement(
        text="test",
        left=quantity,
        relation=relation,
        right=right,
        givens=tuple(givens),
        along=along,
        objective=objective,
    )


# FLOPS, Appendix A.3: Lagrange's identity for every number of samples B
B = sp.Symbol("B", integer=True, positive=True)
J, K = sp.symbols("j k", integer=True)
S: Any = sp.IndexedBase("s", nonnegative=True)
SPREAD: Any = B * sp.Sum(S[J] ** 2, (J, 1, B)) - sp.Sum(S[J], (J, 1, B)) ** 2
PAIRS: Any = sp.Sum((S[J] - S[K]) ** 2, (J, 1, K - 1), (K, 1, B))
FLOPS = statement(SPREAD, "==", PAIRS)
FLOPS_PROOF = Chain(SPREAD, (Line("==", PAIRS, Induct(B, 1)),))

# GLUE, Proposition 1: the mean squared error of an average over m random directions in R^dim
DIM, M = sp.symbols("K m", integer=True, positive=True)
G, U, V = Vec("g"), Vec("u"), Vec("v")
ESTIMATE: Any = dot(G, U) * U
COPY: Any = dot(G, V) * V
MSE: Any = E(norm2(Avg(ESTIMATE, M) - G))
TRACE: Any = E(norm2(Avg(ESTIMATE, M))) - E(dot(ESTIMATE, COPY))
GLUE = {
    "sphere": (
        norm2(G) * (DIM - 1) * (1 + M * (DIM - 1)) / (M * DIM**2),
        norm2(G) * (DIM - 1) / (M * DIM**2),
    ),
    "gaussian": ((DIM + 1) / M * norm2(G), (DIM + 1) / M * norm2(G)),
    "rademacher": ((DIM - 1) / M * norm2(G), (DIM - 1) / M * norm2(G)),
}


def glue(kind: str, left=MSE, right=None) -> tuple[Claim, Chain]:
    """Proposition 1 for one law, with its one-line derivation."""
    right = GLUE[kind][0] if right is None else right
    law = Law(kind=kind, dim=DIM, points=lambda i: ((), ()))
    made = claim(statement(left, "==", right), (DIM, M, G), {U: law, V: law})
    return made, Chain(left, (Line("==", right, Expect()),))


# SAIL, Theorem 2: gradient descent on a smooth and strongly convex function
T = sp.Symbol("T", integer=True, nonnegative=True)
ETA, MU, L = sp.symbols("eta mu L", positive=True)
VALUE, BEST = sp.Function("J", real=True), sp.Symbol("Jstar", real=True)
X, XS, GRAD = Vec("x"), Vec("xs"), Vec("gradient_T")
GAP = VALUE(T) - BEST
RATE = (1 - ETA * MU) ** T * (VALUE(0) - BEST)
NEXT = X - ETA * GRAD
GIVENS = (
    Given(text="0 < eta < 1/L", fact=ETA < 1 / L),
    Given(text="mu <= L", fact=MU <= L),
    Given(text="J is L-smooth", grants=("smooth(J, L)",)),
    Given(text="J is mu-strongly convex", grants=("strongly_convex(J, mu)",)),
    Given(
        text="x is the iterate at T, xs the minimiser",
        grants=("value(J, x, J(T))", "gradient(J, x, gradient_T)", "value(J, xs, Jstar)"),
    ),
    Given(text="a gradient step", grants=("value(J, x - eta*gradient_T, J(T+1))",)),
)
DESCENT = Lemma(
    "smooth_upper", {"f": VALUE, "L": L, "x": X, "y": NEXT, "g": GRAD, "fx": VALUE(T), "fy": VALUE(T + 1)}
)
CONVEX = Lemma(
    "strong_convexity", {"f": VALUE, "mu": MU, "x": X, "y": XS, "g": GRAD, "fx": VALUE(T), "fy": BEST}
)
SQUARE = Lemma("square_nonneg", {"v": GRAD + MU * (XS - X)})
FACTOR = (1 - ETA * MU) * GAP
STEP = (
    Line("<=", FACTOR, Entail(facts=(DESCENT, CONVEX, SQUARE, Lemma("square_nonneg", {"v": GRAD})))),
    Line("<=", RATE.subs(T, T + 1), Entail(), "the induction hypothesis times 1 - eta mu >= 0"),
)
SAIL = statement(GAP, "<=", RATE, GIVENS)
SAIL_SYMBOLS = (T, ETA, MU, L, VALUE, BEST, X, XS, GRAD)
SAIL_PROOF = Chain(GAP, (Line("<=", RATE, Induct(T, 0, step=STEP)),))


def sail(change=None, givens=None, step=STEP, right=RATE) -> tuple[Claim, Chain]:
    """Theorem 2 with its derivation, or a bent version of it."""
    bent = replace(SAIL, givens=GIVENS if givens is None else givens, right=right)
    chain = Chain(GAP, (Line("<=", right, Induct(T, 0, step=step)),))
    return claim(bent, SAIL_SYMBOLS), chain


# a monotone statement: x / (1 + x) grows on x >= 0
AT, BY = sp.Symbol("x", nonnegative=True), sp.Symbol("h", positive=True)
MONOTONE = statement(AT / (1 + AT), "increasing", None, along=Along(symbol=AT, field="x", step="h"))
