"""FLOPS's four parameters of the Gaussian allocator: how many of them does the allocation feel?

Printed   The problem becomes one of four variables, beta_0, beta_1, sigma, gamma.
Notes     The draw A has four.  But Section 4.1 makes A relative: sample j gets the share A_j / sum_i A_i.
          With A = mu + sigma xi, mu = beta_0 + beta_1 Phi, multiplying beta_0, beta_1 and sigma by one number
          changes no share, so that the shares have three directions at most (second and third reading).
Shapes    Phi: (B,) features; xi: (2, B), two draws of the noise and d xi / d gamma (it depends on gamma); all
          else scalar.
Units     the rank is a count.
Source    FLOPS, Section 4.3, last paragraph; Section 4.1, last paragraph.
"""

from fractions import Fraction
from typing import Any

import sympy as sp

from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.proof import Chain, Line, Rewrite

four = sp.Symbol("n", positive=True, integer=True)
B, who, j = sp.symbols("B k j", positive=True, integer=True)
b_0, b_1, sd, c = sp.symbols("beta_0 beta_1 sigma c", nonnegative=True)
phi: Any = sp.IndexedBase("Phi", nonnegative=True)
xi: Any = sp.IndexedBase("xi", real=True)
SCALED = ("beta_0", "beta_1", "sigma")

FAMILY = Family(
    fields={
        "B": Integer(5, 6),
        "beta_0": Real(4, 8),
        "beta_1": Real(0, 2),
        "sigma": Real(Fraction(1, 4), 1),
        "phi": Vector("B", Real(0, 1)),
        "xi": Matrix(2, "B", Real(-1, 1)),
        "who": Integer(1, "B"),
        "c": Real(Fraction(1, 4), 4),
    },
    leaves_out="B < 5, where fewer directions exist; draws with a sum of zero (kept away by the ranges)",
)


def derivatives(i: Instance) -> list[list[Fraction]]:
    """Rows: d A / d (beta_0, beta_1, sigma, gamma), each a vector over the samples."""
    phi, (noise, turn) = [Fraction(p) for p in i.phi], ([Fraction(x) for x in row] for row in i.xi)
    return [[Fraction(1)] * i.B, phi, noise, [Fraction(i.sigma) * t for t in turn]]


def draws(i: Instance) -> list[Fraction]:
    """A = beta_0 + beta_1 Phi + sigma xi."""
    rows = zip(i.phi, i.xi[0], strict=True)
    return [
        Fraction(i.beta_0) + Fraction(i.beta_1) * Fraction(p) + Fraction(i.sigma) * Fraction(x)
        for p, x in rows
    ]


def shares(i: Instance) -> list[list[Fraction]]:
    """The derivatives of A_j / sum A by the quotient rule."""
    a = draws(i)
    total = sum(a)
    return [
        [(d * total - x * sum(row)) / total**2 for d, x in zip(row, a, strict=True)] for row in derivatives(i)
    ]


def rank(rows: list[list[Fraction]]) -> int:
    """The number of independent rows, by exact elimination."""
    rows, found = [list(r) for r in rows], 0
    for column in range(len(rows[0])):
        pivot = next((r for r in rows[found:] if r[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for r in rows[found + 1 :]:
            factor = r[column] / pivot[column]
            r[:] = [x - factor * y for x, y in zip(r, pivot, strict=True)]
        found += 1
        if found == len(rows):
            break
    return found


def variables(text: str, jacobian: Any, right: Any) -> Statement:
    left = Quantity(text="independent variables", run=lambda i: rank(jacobian(i)))
    return Statement(text=text, left=left, relation="<=", right=right)


def scaled(i: Instance) -> Fraction:
    """The share of the sample `who` when beta_0, beta_1 and sigma are multiplied by c."""
    moved = replace(i, **{name: Fraction(i.c) * Fraction(getattr(i, name)) for name in SCALED})
    drawn = draws(moved)
    return drawn[i.who - 1] / sum(drawn)


DRAW: Any = lambda n: b_0 + b_1 * phi[n] + sd * xi[n]  # A_j
AFTER = c * DRAW(who) / sp.Sum(c * DRAW(j), (j, 1, B))
BEFORE = DRAW(who) / sp.Sum(DRAW(j), (j, 1, B))
SAME = Statement(
    text="the shares do not change when beta_0, beta_1 and sigma are multiplied by one number",
    left=Quantity(text="share after scaling", run=scaled, expr=AFTER),
    relation="==",
    right=BEFORE,
    proof=lambda: Chain(AFTER, (Line("==", BEFORE, Rewrite()),)),
)
POINT = Instance(
    B=5,
    beta_0=5,
    beta_1=1,
    sigma=Fraction(1, 2),
    phi=(0, Fraction(1, 2), 1, 0, Fraction(1, 4)),
    xi=((1, 0, -1, Fraction(1, 2), 0), (0, 1, 0, Fraction(1, 2), -1)),
    who=1,
    c=2,
)
FLAT = Instance(
    B=5, beta_0=5, beta_1=1, sigma=1, phi=(1,) * 5, xi=((1, 0, 0, 0, 0), (0, 1, 0, 0, 0)), who=2, c=2
)

CLAIM = Claim(
    items=("flops.sec4_3.four",),
    readings=(
        variables("the directions in which a draw of A can change", derivatives, four),
        variables("the directions in which the shares of the budget can change, one fewer", shares, four - 1),
        SAME,
    ),
    family=FAMILY,
    symbols={
        four: lambda i: 4,
        B: lambda i: i.B,
        who: lambda i: i.who,
        b_0: lambda i: i.beta_0,
        b_1: lambda i: i.beta_1,
        sd: lambda i: i.sigma,
        c: lambda i: i.c,
        phi: lambda i: i.phi,
        xi: lambda i: i.xi[0],
    },
    witnesses=(POINT, FLAT),
    tight_at=(POINT,),
    mutants=(
        Mutant(text="three", right=four - 1, dies_at=POINT),
        Mutant(text="two", right=four - 2, dies_at=POINT),
        Mutant(
            text="noise counted twice",
            left=Quantity(text="rank", run=lambda i: rank(derivatives(i)) + 1),
            dies_at=POINT,
        ),
    ),
    effort=0.5,
)
