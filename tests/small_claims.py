"""Small true claims, each decided by hand: the judge is tested on them and on what is made wrong in them."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import sympy as sp

from proofs_check.judge import judge
from proofs_check.verdict import StatementResult
from theory.claim import (
    Added,
    Along,
    Claim,
    Existence,
    Given,
    Mutant,
    Quantity,
    Ray,
    Remainder,
    Repair,
    Scaling,
    Statement,
)
from theory.family import Family, Instance, Integer, Real, Vector
from theory.family import replace as moved
from theory.notation import Vec, dot, norm2
from theory.proof import Chain, Entail, Line

x, y, t = sp.symbols("x y t", real=True)
u, v = sp.symbols("u v", nonnegative=True)
n, m = sp.symbols("n m", positive=True, integer=True)
a, b = Vec("a"), Vec("b")
B = sp.Symbol("B", integer=True, nonnegative=True)
j = sp.Symbol("j", integer=True)
s = sp.IndexedBase("s", real=True)
HALF = Fraction(1, 2)


def pair(x: object, y: object) -> Instance:
    return Instance(x=Fraction(x), y=Fraction(y))  # type: ignore[arg-type]


def product(i: Instance):
    return i.x * i.y


def am_gm() -> Claim:
    """x y <= ((x + y)/2)^2 for real x, y; equality at x = y.  Proved."""
    right = ((x + y) / 2) ** 2
    statement = Statement(
        text="the product is at most the square of the mean",
        left=Quantity(text="x y", run=product, expr=x * y),
        relation="<=",
        right=right,
        proof=lambda: Chain(x * y, (Line("<=", right, Entail()),)),
    )
    return Claim(
        items=("demo.am-gm",),
        readings=(statement,),
        family=Family(fields={"x": Real(-4, 4), "y": Real(-4, 4)}, leaves_out="numbers beyond 4"),
        symbols={x: lambda i: i.x, y: lambda i: i.y},
        tight_at=(pair(1, 1),),
        scalings=(Scaling(text="x, y -> kx, ky", power=2, move=lambda i, k: moved(i, x=k * i.x, y=k * i.y)),),
        mutants=(Mutant(text="a quarter of the square", right=right / 4, dies_at=pair(1, 1)),),
    )


def unproved(claim: Claim) -> Claim:
    """The same claim without its derivations."""
    repair = claim.repair and replace(claim.repair, statement=replace(claim.repair.statement, proof=None))
    return replace(claim, readings=tuple(replace(r, proof=None) for r in claim.readings), repair=repair)


def false_as_printed() -> Claim:
    """x <= x^2 is false at x = 1/2; for x >= 1 it holds, and read as x <= x^2 + 1/4 it holds everywhere."""
    left = Quantity(text="x", run=lambda i: i.x, expr=x)
    printed = Statement(text="as printed", left=left, relation="<=", right=x**2)
    generous = Statement(text="with 1 added", left=left, relation="<=", right=x**2 + Fraction(1, 4))
    large = Given(text="x >= 1", fact=sp.Ge(x, 1))
    repaired = replace(printed, text="for x >= 1", givens=(large,))
    return Claim(
        items=("demo.square",),
        readings=(printed, generous),
        family=Family(fields={"x": Real(-4, 4)}, leaves_out="numbers beyond 4"),
        symbols={x: lambda i: i.x},
        transcription=lambda i: i.x * i.x,
        repair=Repair(
            changes="x >= 1",
            statement=repaired,
            nondegenerate=Instance(x=Fraction(2)),
            added=(Added(given=large, fails_without=Instance(x=HALF)),),
        ),
        tight_at=(Instance(x=Fraction(1)),),
    )


def falling() -> Claim:
    """1/(n + 1) is strictly decreasing in n."""
    statement = Statement(
        text="more queries, less error",
        left=Quantity(text="1/(n + 1)", run=lambda i: 1 / (Fraction(i.n) + 1), expr=1 / (n + 1)),
        relation="decreasing",
        along=Along(symbol=n, field="n", step="m"),
        givens=(Given(text="n >= 1", fact=sp.Ge(n, 1)),),
    )
    rising = Quantity(text="n/(n + 1)", run=lambda i: Fraction(i.n) / (i.n + 1))
    flat = Quantity(text="1", run=lambda i: Fraction(1))
    bumped = Quantity(text="1/(n - 3)^2", run=lambda i: 1 / ((i.n - 3) ** 2 + Fraction(1)))
    return Claim(
        items=("demo.falling",),
        readings=(statement,),
        family=Family(fields={"n": Integer(1, 9), "m": Integer(1, 3)}, leaves_out="n > 9"),
        symbols={n: lambda i: i.n, m: lambda i: i.m},
        mutants=tuple(Mutant(text=q.text, left=q) for q in (rising, flat, bumped)),
    )


def projection() -> Claim:
    """(t - x)^2 over t in [0, 1] is least at the clipped x."""
    objective = lambda i, at: (at[0] - i.x) ** 2 if 0 <= at[0] <= 1 else float("inf")
    statement = Statement(
        text="clip",
        left=Quantity(text="least (t - x)^2", run=lambda i: max(-i.x, i.x - 1, 0) ** 2),
        relation="argmin",
        right=(sp.Max(0, sp.Min(1, x)),),
        objective=objective,
    )
    return Claim(
        items=("demo.projection",),
        readings=(statement,),
        family=Family(fields={"x": Real(-4, 4)}, leaves_out="numbers beyond 4"),
        symbols={x: lambda i: i.x},
    )


def coin() -> Claim:
    """The mean of a coin with chance u is u: it can be run, and it can be sampled."""
    quantity = Quantity(
        text="E[X]",
        run=lambda i: i.x,
        sample=lambda i, rng, size: (rng.random(size) < i.x).astype(float),
        range=(0, 1),
        expr=u,
    )
    statement = Statement(text="the mean", left=quantity, relation="==", right=u)
    return Claim(
        items=("demo.coin",),
        readings=(statement,),
        family=Family(fields={"x": Real(0, 1)}, leaves_out="nothing"),
        symbols={u: lambda i: i.x},
    )


def tossed(right: object, relation: str = "<=") -> Claim:
    """E[X] compared with `right`, where X can only be sampled."""
    claim = coin()
    left = replace(claim.readings[0].left, run=None, expr=None)
    return replace(claim, readings=(replace(claim.readings[0], left=left, relation=relation, right=right),))


def schwarz() -> Claim:
    """<a, b>^2 <= |a|^2 |b|^2 in every dimension, zero included."""
    run = lambda i: sum(p * q for p, q in zip(i.a, i.b, strict=True)) ** 2
    fields = {"d": Integer(0, 3), "a": Vector("d", Real(-3, 3)), "b": Vector("d", Real(-3, 3))}
    return Claim(
        items=("demo.schwarz",),
        readings=(
            Statement(
                text="Cauchy and Schwarz",
                left=Quantity(text="<a, b>^2", run=run, expr=dot(a, b) ** 2),
                relation="<=",
                right=norm2(a) * norm2(b),
            ),
        ),
        family=Family(fields=fields, leaves_out="d > 3"),
        symbols={a: lambda i: i.a, b: lambda i: i.b},
    )


def mean_square() -> Claim:
    """(sum s_j)^2 <= B sum s_j^2 for every length B, also 0."""
    total = sp.Sum(s[j], (j, 1, B))
    return Claim(
        items=("demo.mean-square",),
        readings=(
            Statement(
                text="Jensen",
                left=Quantity(text="(sum s)^2", run=lambda i: sum(i.s, Fraction(0)) ** 2, expr=total**2),
                relation="<=",
                right=B * sp.Sum(s[j] ** 2, (j, 1, B)),
            ),
        ),
        family=Family(fields={"B": Integer(0, 4), "s": Vector("B", Real(-3, 3))}, leaves_out="B > 4"),
        symbols={B: lambda i: i.B, s: lambda i: i.s},
    )


def order_of_sine(power: int) -> Claim:
    """sin t = O(t^power) as t tends to 0: true for power 1, false for 2."""
    statement = Statement(
        text=f"sin t = O(t^{power})",
        left=Quantity(text="sin t", run=lambda i: sp.sin(i.x) if isinstance(i.x, Fraction) else np.sin(i.x)),
        relation="O",
        right=x**power,
        ray=Ray(start=Instance(x=Fraction(1)), at=lambda i, z: moved(i, x=z), closed_form=sp.sin),
    )
    return Claim(
        items=("demo.sine",),
        readings=(statement,),
        family=Family(fields={"x": Real(0, 1, open="lo")}, leaves_out="x > 1"),
        symbols={x: lambda i: i.x},
    )


def remainder(tail: int, scale: int, slope: int = 0) -> Claim:
    """y + x^tail + slope x <= y + O(x^scale) as x tends to 0, y >= 0: true for tail >= scale, slope = 0."""
    run = lambda i: i.y + i.x**tail + slope * i.x
    statement = Statement(
        text="up to the remainder",
        left=Quantity(text="y + x^tail", run=run),
        relation="<=",
        right=v,
        remainder=Remainder(field="x", scale=u**scale, limit=Quantity(text="y", run=lambda i: i.y)),
    )
    return Claim(
        items=("demo.remainder",),
        readings=(statement,),
        family=Family(fields={"x": Real(0, 1, open="lo"), "y": Real(0, 4)}, leaves_out="x > 1"),
        symbols={u: lambda i: i.x, v: lambda i: i.y},
    )


def reciprocal_of_normal() -> Claim:
    """E[1/A], A normal with mean 1 and variance 1, does not exist."""
    density = sp.exp(-((t - 1) ** 2) / 2) / sp.sqrt(2 * sp.pi)
    where = Instance(x=Fraction(1))
    exists = Existence(text="E[1/A]", variable=t, density=density, integrand=1 / t, at=0, where=where)
    statement = Statement(
        text="the mean of a reciprocal",
        left=Quantity(text="E[x/A]", run=lambda i: i.x),
        relation="<=",
        right=2 * x,
        exists=(exists,),
    )
    return Claim(
        items=("demo.reciprocal",),
        readings=(statement,),
        family=Family(fields={"x": Real(0, 4)}, leaves_out="numbers beyond 4"),
        symbols={x: lambda i: i.x},
    )


def first(claim: Claim, **options) -> StatementResult:
    """The literal reading, judged."""
    return judge(claim, **options).readings[0]


def with_right(claim: Claim, right: object, **changes) -> Claim:
    """The claim with another right side, and without what spoke of the old one."""
    statement = replace(claim.readings[0], right=right, proof=None, **changes)
    return replace(claim, readings=(statement,), repair=None, tight_at=(), scalings=(), mutants=())
