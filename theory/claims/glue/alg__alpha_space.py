"""GLUE in alpha-space: what one step does on average, and the definitions that it is made of.

Printed   ghat = (1/m) sum_r (L_+^(r) - L_-^(r))/(2 mu) u_r, alpha <- alpha - eta ghat, u_r normalised
          Gaussian directions.
Repaired  not needed.  What the step does: E[alpha^+] = alpha - (eta/K) g on quadratic losses, K times less
          than gradient descent with the same eta, which an unbiased estimate would give
          (glue.sec4_2.unbiased) and u ~ N(0, I), not normalised, gives.  Under Adam, as in the experiments,
          a constant factor is harmless (glue.exp.alpha_training).
World     f(x; theta) = <x, theta>, squared error; then d = <g, u> exactly, at every radius.
Shapes    x: (b, P), y: (b,), Theta: (P, K), alpha, u, a: (K,); a reads the step.  Units: [alpha], see below.
Source    GLUE, Section 3.2, eqs. (2)-(4); eq. (1); Section 3.1; Section 1, paragraph "We propose".
"""

from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from sim.costs import blend
from sim.directions import points
from sim.spsa import averaged
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Scaling, Statement
from theory.claims.glue._mixing import array, law_of
from theory.family import Family, Instance, Integer, Matrix, Real, Vector, replace
from theory.notation import Avg, E, Vec, dot
from theory.proof import Chain, Expect, Line

K, b, m, P = sp.symbols("K b m P", positive=True, integer=True)
i_, j, p, r = sp.symbols("i j p r", positive=True, integer=True)
mu, eta = sp.symbols("mu eta", positive=True)
a, alpha, g, u, v = Vec("a"), Vec(r"\alpha"), Vec("g"), Vec("u"), Vec("v")  # u on the sphere, v normal
x: Any = sp.IndexedBase("x", real=True)
y: Any = sp.IndexedBase("y", real=True)
Theta: Any = sp.IndexedBase("Theta", real=True)
U: Any = sp.IndexedBase("u_r", real=True)
weight: Any = sp.IndexedBase("alpha_i", real=True)
theta, loss_at, up, down, ghat, first = (
    sp.Function(name, real=True) for name in ("theta", "L", "L_+", "L_-", "ghat", "first")
)

FAMILY = Family(
    fields={
        "K": Integer(1, 3),
        "P": Integer(1, 2),
        "b": Integer(1, 2),
        "m": Integer(1, 3),
        "x": Matrix("b", "P", Real(-2, 2)),
        "y": Vector("b", Real(-2, 2)),
        "Theta": Matrix("P", "K", Real(-2, 2)),
        "alpha": Vector("K", Real(-2, 2)),
        "u": Matrix("m", "K", Real(-2, 2)),
        "a": Vector("K", Real(-2, 2)),
        "mu": Real(0, 2, open="lo"),
        "eta": Real(0, 2, open="lo"),
    },
    leaves_out="models that are not linear, losses other than the squared error; K > 3, P > 2, b > 2",
)


def blended(i: Instance, mixture: np.ndarray) -> np.ndarray:
    """theta(alpha), blended as layers are; shape (P,)."""
    experts = [[array(i, [[row[k]] for row in i.Theta])] for k in range(i.K)]
    return blend(Counter(), experts, mixture)[0][:, 0]


def risk(i: Instance, mixture: np.ndarray) -> Any:
    """L on the minibatch: a forward pass of the blended model for every example; (..., K) -> (...)."""
    theta = mixture @ array(i, i.Theta).T if mixture.ndim > 1 else blended(i, mixture)
    off = theta @ array(i, i.x).T - array(i, i.y)
    return (off * off).sum(-1) / (2 * i.b)


def probe(i: Instance, row: int, sign: int) -> np.ndarray:
    """alpha + sign mu u_row."""
    return array(i, i.alpha) + sign * array(i, [i.mu])[0] * array(i, i.u[row])


def estimate(i: Instance, directions: Any) -> np.ndarray:
    """Eq. (3) for n batches of m directions, (n, m, K) -> (n, K)."""
    return averaged(lambda z: risk(i, z), array(i, i.alpha), array(i, [i.mu])[0], directions)


def step(i: Instance) -> np.ndarray:
    """alpha after one step with the instance's own directions."""
    return array(i, i.alpha) - array(i, [i.eta])[0] * estimate(i, array(i, i.u)[None])[0]


def mean_step(law: str, scale: Any = lambda i: 1) -> Any:
    """instance -> <a, E alpha^+>, every direction of the law in turn (m = 1: it does not enter the mean)."""

    def run(i: Instance) -> Any:
        shares, vectors = points(law, i.K)
        made = estimate(i, array(i, vectors)[:, None, :]) * scale(i)
        after = array(i, i.alpha) - array(i, [i.eta])[0] * (array(i, shares) @ made)
        return after @ array(i, i.a)

    return run


def gradient(i: Instance) -> tuple:
    """grad_alpha L = Theta^T x^T (x Theta alpha - y) / b."""
    inputs = array(i, i.x) @ array(i, i.Theta)
    return tuple((inputs.T @ (inputs @ array(i, i.alpha) - array(i, i.y)) / i.b).tolist())


QUADRATIC = Given(
    text="a linear model with squared error: L_+ - L_- = 2 mu <g, u>",
    because="the even terms of the quadratic loss cancel",
)


def statement(text: str, law: str, direction: Vec, right: Any, proved: bool) -> Statement:
    """<a, E alpha^+> for a law of directions."""
    expr = dot(a, alpha) - eta * E(dot(a, Avg(dot(g, direction) * direction, m)))
    return Statement(
        text=text,
        left=Quantity(text="<a, E alpha^+>", run=mean_step(law), expr=expr),
        relation="==",
        right=right,
        givens=(QUADRATIC,),
        proof=(lambda: Chain(expr, (Line("==", right, Expect()),))) if proved else None,
    )


DESCENT = dot(a, alpha) - eta * dot(a, g)
SHORT = dot(a, alpha) - eta / K * dot(a, g)


def squared_error(model: Any) -> Any:
    """(1/b) sum_j (f(x_j) - y_j)^2 / 2 with the parameters model(p)."""
    output = sp.Sum(x[j, p] * model(p), (p, 1, P))
    return sp.Sum((output - y[j]) ** 2 / 2, (j, 1, b)) / b


def mixed(shift: Any) -> Any:
    """p -> sum_i (alpha_i + shift u_i) Theta_pi, u the first direction."""
    return lambda place: sp.Sum((weight[i_] + shift * U[1, i_]) * Theta[place, i_], (i_, 1, K))


def defines(item: str, left: Any, right: Any, text: str = "") -> PrintedStep:
    """A definition of Section 3: what runs against what is printed."""
    return PrintedStep(item=item, left=left, relation="==", right=right, text=text)


AVERAGE: Any = sp.Sum((up(r) - down(r)) / (2 * mu) * U[r, 1], (r, 1, m)) / m
STEPS = (
    defines("glue.eq1", theta(0, 1), mixed(0)(1), "the first parameter of theta(alpha)"),
    defines("glue.sec3_1.objective", loss_at(0), squared_error(mixed(0)), "squared error, linear model"),
    PrintedStep(
        item="glue.sec3_2.direction",
        text="a normalised direction: <a, u>^2 is |a|^2/K on average, |u| = 1",
        left=E(dot(a, u) ** 2 * dot(u, u)),
        relation="==",
        right=dot(a, a) / K,
        by=Expect(),
    ),
    defines("glue.sec3_2.probes", theta(1, 1), mixed(mu)(1), "the first parameter of theta(alpha_+)"),
    defines("glue.alg.intro", theta(-1, 1), mixed(-mu)(1), "theta(alpha - delta u); delta is mu here"),
    defines("glue.eq2", loss_at(-1), squared_error(mixed(-mu)), "L_-"),
    defines("glue.sec3_2.d", first(1), (up(1) - down(1)) / (2 * mu)),
    defines("glue.eq3", ghat(1), AVERAGE, "the first component"),
    defines("glue.sec4_1.spsa_ops", theta(1, 1), mixed(mu)(1), "theta(alpha_+) again; delta is mu here"),
    defines("glue.eq5", first(3), AVERAGE, "the mean of m estimates, each made on its own"),
    defines("glue.eq4", first(2), weight[1] - eta * ghat(1), "the first coefficient after the step"),
)


def slopes(i: Instance) -> Any:
    """first(1): the slope along u_1, by two forward passes; first(2): alpha_1 after the step; first(3):
    the mean of the estimates of eq. (5), each made on its own."""

    def run(which: Any) -> Any:
        ahead, behind = (risk(i, probe(i, 0, s)) for s in (1, -1))
        if which == 1:
            return (ahead - behind) / array(i, [i.mu])[0] / 2
        if which == 2:
            return step(i)[0]
        each = [estimate(i, array(i, [row])[None])[0][0] for row in i.u]
        return sum(each[1:], each[0]) / i.m

    return run


one = Fraction(1)
PLANE = Instance(
    K=2, P=1, b=1, m=1, x=((1,),), y=(0,), Theta=((1, 0),), alpha=(1, 0), u=((1, 0),), a=(1, 0), mu=one,
    eta=one / 2,
)  # fmt: skip
PAIR = replace(
    PLANE, m=2, u=((1, 0), (0, 1)), Theta=((1, 2),), alpha=(1, 1), a=(1, 1), b=2, x=((1,), (2,)), y=(0, 1)
)

CLAIM = Claim(
    items=(
        "glue.alg.alpha_space",
        "glue.eq1",
        "glue.sec3_1.objective",
        "glue.sec3_1.fixed_experts",
        "glue.sec3_2.direction",
        "glue.sec3_2.probes",
        "glue.sec3_2.deterministic",
        "glue.alg.intro",
        "glue.eq2",
        "glue.sec3_2.d",
        "glue.eq3",
        "glue.eq4",
        "glue.sec4_1.spsa_ops",
        "glue.eq5",
    ),
    readings=(
        statement("unit directions: on average K times less than gradient descent", "sphere", u, SHORT, True),
        statement("unit directions: on average a step of gradient descent", "sphere", u, DESCENT, False),
        statement(
            "directions N(0, I), not normalised: a step of gradient descent", "gaussian", v, DESCENT, True
        ),
    ),
    family=FAMILY,
    symbols={
        K: lambda i: i.K,
        b: lambda i: i.b,
        m: lambda i: i.m,
        P: lambda i: i.P,
        mu: lambda i: i.mu,
        eta: lambda i: i.eta,
        a: lambda i: i.a,
        alpha: lambda i: i.alpha,
        g: gradient,
        x: lambda i: i.x,
        y: lambda i: i.y,
        Theta: lambda i: i.Theta,
        U: lambda i: i.u,
        weight: lambda i: i.alpha,
        theta: lambda i: lambda sign, place: blended(i, probe(i, 0, int(sign)))[int(place) - 1],
        loss_at: lambda i: lambda sign: risk(i, probe(i, 0, int(sign))),
        up: lambda i: lambda row: risk(i, probe(i, int(row) - 1, 1)),
        down: lambda i: lambda row: risk(i, probe(i, int(row) - 1, -1)),
        ghat: lambda i: lambda place: estimate(i, array(i, i.u)[None])[0][int(place) - 1],
        first: slopes,
    },
    laws={u: law_of("sphere"), v: law_of("gaussian")},
    steps=STEPS,
    witnesses=(PLANE, PAIR),
    tight_at=(PLANE, PAIR),
    scalings=(
        Scaling(
            text="alpha times k, experts divided by k, eta times k^2",
            power=1,
            move=lambda i, k: replace(
                i,
                alpha=tuple(k * w for w in i.alpha),
                Theta=tuple(tuple(w / k for w in row) for row in i.Theta),
                eta=k**2 * i.eta,
            ),
        ),
    ),
    mutants=(
        Mutant(text="the step of gradient descent", right=DESCENT, dies_at=PLANE),
        Mutant(text="uphill", right=dot(a, alpha) + eta / K * dot(a, g), dies_at=PLANE),
        Mutant(text="divided by K^2", right=dot(a, alpha) - eta / K**2 * dot(a, g), dies_at=PLANE),
        Mutant(
            text="rescaled by K",
            left=Quantity(text="<a, E alpha^+>, K ghat", run=mean_step("sphere", lambda i: i.K)),
            dies_at=PLANE,
        ),
    ),
    effort=0.15,
)
