"""GLUE: whether the cost advantage of a two-point step grows with the network.

Printed   As neural networks grow, the backward term (gamma-1)F dominates, so the gap
          T_full - T_SPSA = (gamma-1)F - C_mix + D_alpha widens.
Repaired  not needed under the section's own conditions (D_alpha = C_mix, gamma >= 2): the gap grows in P.
          In general it grows exactly where it is positive, F, C_mix and D_alpha all being proportional to P;
          for the same reason the backward term does not come to dominate: its share stays what it is.
Shapes    scalars; r: how often a sample's forward pass uses each weight.  Units: multiply-accumulates.
Source    GLUE, Section 6, paragraph 1, after the displayed difference; costs: Section 4.1.
"""

from fractions import Fraction

import sympy as sp

from theory.claim import Along, Claim, Given, Mutant, Quantity, Scaling, Statement
from theory.claims.glue._cost import C, D, F, K, P, b, gamma
from theory.family import Family, Instance, Integer, Real, replace
from theory.proof import Calculus, Chain, Line

kappa, r = sp.symbols("kappa r", positive=True)
grow = sp.Symbol("grow", positive=True, integer=True)


def gap(i: Instance):
    """T_full - T_SPSA from the prices of the parts."""
    forward, blend, products = i.r * i.b * i.P, i.P * i.K, i.kappa * i.P * i.K
    full = blend + forward + i.gamma * forward + products
    return full - (blend + forward) * 2


def share(i: Instance):
    """The backward term in units of the mixing cost."""
    return (i.gamma - 1) * i.r * i.b * i.P / (i.P * i.K * (i.r / i.r))


def plain_gap(i: Instance):
    """The same with D_alpha = C_mix."""
    return gap(replace(i, kappa=i.kappa / i.kappa))


OF_SIZE = {F: r * b * P, C: P * K, D: kappa * P * K}
GAP = ((gamma - 1) * F - C + D).subs(OF_SIZE)
PLAIN, NAME = GAP.subs(kappa, 1), "T_full - T_SPSA"
SHARE = ((gamma - 1) * F / C).subs(OF_SIZE)
BACKWARD = Given(text="gamma >= 2", fact=sp.Ge(gamma, 2))
CHEAPER = Given(text="a two-point step is cheaper", fact=sp.Gt((gamma - 1) * r * b + kappa * K, K))
GROWS = Given(text="the network grows", fact=sp.Gt(grow, 0))
ALONG = Along(symbol=P, field="P", step="grow")


def widens(expr: sp.Expr) -> Chain:
    """From the gap at P + grow to the gap at P."""
    return Chain(expr.subs(P, P + grow), (Line(">", expr, Calculus(P)),))


def reading(name: str, run, expr: sp.Expr, text: str, givens: tuple, proved: bool) -> Statement:
    """A quantity grows with P under these givens."""
    return Statement(
        text=text,
        left=Quantity(text=name, run=run, expr=expr),
        relation="increasing",
        along=ALONG,
        givens=(*givens, GROWS),
        proof=(lambda: widens(expr)) if proved else None,
    )


def at(**changes) -> Instance:
    """gamma = 2, kappa = r = 1 and ones elsewhere, unless told otherwise."""
    one = Fraction(1)
    values = {"P": 1, "grow": 1, "K": 1, "b": 1, "gamma": 2 * one, "kappa": one, "r": one}
    return Instance(**{**values, **changes})


def mutant(text: str, run, dies_at: Instance) -> Mutant:
    """Another gap."""
    return Mutant(text=text, left=Quantity(text=text, run=run), dies_at=dies_at)


CLAIM = Claim(
    items=("glue.sec6.gap_widens",),
    readings=(
        reading(
            NAME, plain_gap, PLAIN, "the gap widens in P where D_alpha = C_mix, gamma >= 2", (BACKWARD,), True
        ),
        reading(NAME, gap, GAP, "the gap widens in P wherever a two-point step is cheaper", (CHEAPER,), True),
        reading(
            NAME, gap, GAP, "the gap widens in P for any D_alpha of the order of C_mix", (BACKWARD,), False
        ),
        reading(
            "(gamma-1)F / C_mix",
            share,
            SHARE,
            "the backward term comes to dominate: its ratio to C_mix grows in P",
            (BACKWARD,),
            False,
        ),
    ),
    family=Family(
        fields={
            "P": Integer(1, 20),
            "grow": Integer(1, 20),
            "K": Integer(1, 8),
            "b": Integer(1, 4),
            "gamma": Real(2, 4),
            "kappa": Real(Fraction(1, 2), 2),
            "r": Real(Fraction(1, 2), 4),
        },
        leaves_out="networks whose reuse of weights r grows with P; there the backward term does dominate",
    ),
    symbols={
        P: lambda i: i.P,
        grow: lambda i: i.grow,
        K: lambda i: i.K,
        b: lambda i: i.b,
        gamma: lambda i: i.gamma,
        kappa: lambda i: i.kappa,
        r: lambda i: i.r,
    },
    witnesses=(at(), at(K=3, kappa=Fraction(1, 2))),
    scalings=(
        Scaling(
            text="k times the batch and experts",
            power=1,
            move=lambda i, k: replace(i, b=int(k) * i.b, K=int(k) * i.K),
        ),
    ),  # fmt: skip
    mutants=(
        mutant("no inner products", lambda i: plain_gap(i) - i.P * i.K, at(K=2)),
        mutant("T_SPSA - T_full", lambda i: -plain_gap(i), at()),
        mutant("a third forward pass", lambda i: plain_gap(i) - i.r * i.b * i.P, at()),
    ),
    effort=0.3,
)
