"""SAIL, Appendix F.2: depth coefficients by a softmax over learnable logits.

Printed   d_ki = exp(gamma_ki) / sum_j exp(gamma_kj), "to satisfy the constraints" d_ki >= 0, sum_i d_ki = 1;
          "this formulation ensures that d_ki are positive and sum to one"; theta~^k = sum_i d_ki theta^i.
Repaired  not needed: the coefficients are positive and sum to one, for any number of layers.  They cover the
          inside of the constraints alone: no logits copy a source layer exactly (second reading; d_k1 < 1 as
          soon as L > 1), so that an unchanged network, or one whose layers are repeated, is a limit and not a
          starting point.  Source layers must have one shape.
Shapes    gamma, d: (L,), one row k of D_depth; theta^i: numbers, one entry of each source layer.
Units     coefficients are pure numbers; theta~ those of theta.
Source    SAIL, Appendix F.2; Section 4.1, equation (9).
"""

from fractions import Fraction
from math import exp

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Statement
from theory.claims.sail._two_experts import enclosed
from theory.family import Family, Instance, Integer, Real, Vector
from theory.proof import Chain, Line, Rewrite

L = sp.Symbol("L", integer=True, positive=True)
i, j = sp.symbols("i j", integer=True, positive=True)
gamma, theta, d, slope = (sp.IndexedBase(n, real=True) for n in (r"\gamma", r"\theta", "d", "g"))
eta = sp.Symbol(r"\eta", positive=True)
linear, layer, updated = sp.symbols(r"{(D\theta)}_k \tilde{\theta}^k \gamma_{k1}'", real=True)
least = sp.Symbol(r"\min_i\,d_{ki}", real=True)

FAMILY = Family(
    fields={
        "L": Integer(1, 4),
        "gamma": Vector("L", Real(-3, 3)),
        "d": Vector("L"),
        "theta": Vector("L"),
        "slope": Vector("L"),
        "eta": Real(0, 1, open="lo"),
    },
    leaves_out="more than four layers (the proof covers every number); layers of different shapes",
)
TOTAL = sp.Sum(sp.exp(gamma[j]), (j, 1, L))
SUM = sp.Sum(sp.exp(gamma[i]) / TOTAL, (i, 1, L))
SHARE = sp.exp(gamma[1]) / TOTAL


def softmax(n: Instance) -> tuple:
    """The row of coefficients; certified for exact logits."""
    if any(isinstance(v, float) for v in n.gamma):
        powers = [exp(v) for v in n.gamma]
    else:
        powers = [enclosed(Fraction(v)).exp() for v in n.gamma]
    total = sum(powers[1:], start=powers[0])
    return tuple(p / total for p in powers)


def kind(value, n: Instance):
    """A given number, of the kind of the coefficients."""
    return value if any(isinstance(v, float) for v in n.gamma) else enclosed(Fraction(value))


def mixed(n: Instance, weights: tuple, values: tuple):
    """sum_i weights_i values_i."""
    return sum(w * kind(v, n) for w, v in zip(weights, values, strict=True))


def smallest(n: Instance):
    """The least coefficient."""
    found = softmax(n)
    return min(found) if isinstance(found[0], float) else min(found, key=lambda v: float(v.mid()))


def step(n: Instance):
    """gamma_1 - eta dL/dgamma_1 for a loss whose gradient at theta~^k has products `slope` with the layers.

    The quotient rule on sum_j exp(gamma_j) g_j / sum_j exp(gamma_j), exp(gamma_1) taken out.
    """
    shares = softmax(n)
    powers = [s / shares[0] for s in shares]  # exp(gamma_j - gamma_1)
    total = sum(powers[1:], start=powers[0])
    inner = sum(p * kind(g, n) for p, g in zip(powers, n.slope, strict=True))
    return kind(n.gamma[0], n) - kind(n.eta, n) * (kind(n.slope[0], n) * total - inner) / total**2


MANY = Given(text="two source layers or more", check=lambda n: n.L >= 2)
STEPS = (
    PrintedStep(
        item="sail.eq9",
        text="one entry of the target layer, any coefficients",
        left=linear,
        relation="==",
        right=sp.Sum(d[i] * theta[i], (i, 1, L)),
    ),
    PrintedStep(
        item="sail.secF.2.map",
        text="one entry of the target layer, softmax coefficients",
        left=layer,
        relation="==",
        right=sp.Sum(sp.exp(gamma[i]) * theta[i], (i, 1, L)) / TOTAL,
    ),
    PrintedStep(
        item="sail.secF.2.positive", text="every coefficient", left=least, relation=">", right=sp.S.Zero
    ),
    PrintedStep(
        item="sail.alg.depth-learn",
        text="dL/dgamma_1 = d_1 (g_1 - sum_j d_j g_j), g_j the gradient's product with layer j",
        left=updated,
        relation="==",
        right=gamma[1] - eta * SHARE * (slope[1] - sp.Sum(sp.exp(gamma[i]) * slope[i], (i, 1, L)) / TOTAL),
    ),
)

ONE, ZERO = Fraction(1), Fraction(0)
PAIR = Instance(
    L=2, gamma=(ONE, -ONE), d=(ONE, 2 * ONE), theta=(ONE, 3 * ONE), slope=(ONE, -ONE), eta=ONE / 2
)
SINGLE = Instance(L=1, gamma=(ONE,), d=(ONE,), theta=(ONE,), slope=(ONE,), eta=ONE)
FLAT = Instance(L=3, gamma=(ZERO,) * 3, d=(ZERO,) * 3, theta=(ONE,) * 3, slope=(ZERO,) * 3, eta=ONE)

CLAIM = Claim(
    items=(
        "sail.secF.2.softmax",
        "sail.eq9",
        "sail.secF.2.map",
        "sail.alg.depth",
        "sail.alg.depth-learn",
        "sail.secF.2.positive",
        "sail.secF.2.importance",
    ),
    readings=(
        Statement(
            text="the coefficients sum to one, for any logits and any number of layers",
            left=Quantity(
                text="sum_i d_ki",
                run=lambda n: sum(softmax(n)[1:], start=softmax(n)[0]),
                expr=SUM,
            ),
            relation="==",
            right=sp.S.One,
            proof=lambda: Chain(SUM, (Line("==", sp.S.One, Rewrite()),)),
        ),
        Statement(
            text="they reach what the constraints allow: a source layer can be copied, d_k1 = 1",
            left=Quantity(text="1 - d_k1", run=lambda n: 1 - softmax(n)[0], expr=1 - SHARE),
            relation="<=",
            right=sp.S.Zero,
            givens=(MANY,),
        ),
    ),
    family=FAMILY,
    symbols={
        L: lambda n: n.L,
        gamma: lambda n: n.gamma,
        theta: lambda n: n.theta,
        d: lambda n: n.d,
        slope: lambda n: n.slope,
        eta: lambda n: n.eta,
        linear: lambda n: sum(a * b for a, b in zip(n.d, n.theta, strict=True)),
        layer: lambda n: mixed(n, softmax(n), n.theta),
        least: smallest,
        updated: step,
    },
    steps=STEPS,
    witnesses=(PAIR, SINGLE, FLAT),
    tight_at=(PAIR, FLAT),
    mutants=(
        Mutant(text="exponentials without the quotient", right=TOTAL, dies_at=PAIR),
        Mutant(text="squares of the logits", left=Quantity(
            text="sum_i gamma_i^2", run=lambda n: sum(v * v for v in n.gamma)), dies_at=PAIR),
        Mutant(text="divided by L as well", right=1 / L, dies_at=PAIR),
    ),
    effort=0.4,
)  # fmt: skip
