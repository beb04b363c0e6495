"""Broken twins of the small claims: each breaks one clause of the contract, for a reason of its own."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import count

import sympy as sp

from tests.small_claims import (
    HALF,
    a,
    am_gm,
    coin,
    falling,
    false_as_printed,
    mean_square,
    pair,
    product,
    projection,
    remainder,
    s,
    schwarz,
    unproved,
    x,
    y,
)
from theory.claim import Added, Claim, Existence, Given, Mutant, Quantity, Repair, Scaling, Statement
from theory.family import Derived, Family, Instance, Integer, Real
from theory.family import replace as moved
from theory.proof import Chain, Entail, Line, Rewrite


def reading(claim: Claim, **changes: object) -> Claim:
    """The claim with its literal reading changed."""
    return replace(claim, readings=(replace(claim.readings[0], **changes), *claim.readings[1:]))


def repaired(claim: Claim, **changes: object) -> Claim:
    """The claim with its repair changed."""
    return replace(claim, repair=replace(claim.repair, **changes))


def left(claim: Claim, **changes: object) -> Claim:
    """The claim with the left side of its literal reading changed."""
    return reading(claim, left=replace(claim.readings[0].left, **changes))


def chain(*lines: tuple[str, object], by: object = None) -> Callable[[], Chain]:
    """A derivation from x y whose lines are relations and expressions."""
    return lambda: Chain(x * y, tuple(Line(r, e, by or Entail()) for r, e in lines))


def said_not_to_exist() -> Claim:
    """A left side that raises, and an integral over (0, 1) that is finite."""

    def undefined(i: Instance) -> Fraction:
        raise ZeroDivisionError("no value")

    where = pair(1, 1)
    mean = Existence(text="E[A]", variable=t, density=sp.exp(-t), integrand=t, at=0, where=where)
    claim = unproved(am_gm())
    printed = replace(
        claim.readings[0], text="no value", left=Quantity(text="E[A]", run=undefined), exists=(mean,)
    )
    return replace(claim, readings=(printed,), repair=replace_statement(claim.readings[0]))


t = sp.Symbol("t", real=True)
MEAN = ((x + y) / 2) ** 2
ORDERED = Given(text="x <= y", fact=sp.Le(x, y))
NEVER = Given(text="x > 5", fact=sp.Gt(x, 5))


def with_unreadable_field() -> Claim:
    """An instance that holds an array: its repr cannot be pasted back."""
    fields = {"x": Real(-4, 4), "y": Real(-4, 4), "z": Derived(lambda f: Opaque())}
    claim = unproved(am_gm())
    return replace(claim, family=Family(fields=fields, leaves_out="-"), tight_at=(), mutants=(), scalings=())


class Opaque:
    """A value whose repr says nothing of it, equal to itself alone."""

    def __repr__(self) -> str:
        return "0"


def changing() -> Claim:
    """The product minus a number that grows with every run."""
    runs = count()
    return left(unproved(am_gm()), run=lambda i: product(i) - 0.5 * next(runs), expr=None)


def elsewhere() -> Claim:
    """y + x^2 tends to y, and not to y/2."""
    claim = remainder(2, 1)
    half = Quantity(text="y/2", run=lambda i: i.y / 2)
    return reading(claim, remainder=replace(claim.readings[0].remainder, limit=half))


def uncertain_proof() -> Claim:
    """A chain whose end is not the right side."""
    return reading(am_gm(), proof=chain(("<=", MEAN + 1)))


def false_line() -> Claim:
    """A chain through a false line."""
    return reading(am_gm(), proof=chain(("<=", MEAN / 4), ("<=", MEAN)))


def proved_and_refuted() -> Claim:
    """The run is not the definition that the proof is about: it exceeds the bound, which the proof shows."""
    return left(am_gm(), run=lambda i: product(i) + 20)


def given_twice() -> Claim:
    """The witness against the added assumption also breaks another one."""
    claim = false_as_printed()
    positive = Given(text="x >= 3/4", fact=sp.Ge(x, Fraction(3, 4)))
    statement = replace(claim.repair.statement, givens=(*claim.repair.statement.givens, positive))
    return repaired(claim, statement=statement)


def of_the_inventory(id_items: tuple[str, ...]) -> Claim:
    return replace(am_gm(), items=id_items)


def with_companion() -> Claim:
    """next = n + 1 moves with n, yet stands in the definition as if it were fixed."""
    claim, following = falling(), sp.Symbol("next", positive=True)
    changed = left(claim, expr=1 / following)
    return replace(changed, symbols={**claim.symbols, following: lambda i: i.n + 1})


BROKEN: dict[str, tuple[str, Callable[[], Claim]]] = {
    "an item that no inventory has": ("items", lambda: of_the_inventory(("flops.thm2", "flops.thm99"))),
    "a file named after something else": ("items", lambda: of_the_inventory(("flops.prop1",))),
    "a witness outside the family": ("domains", lambda: replace(am_gm(), witnesses=(pair(5, 0),))),
    "a tight point that lacks a field": ("domains", lambda: replace(am_gm(), tight_at=(Instance(x=HALF),))),
    "a family that breaks a given": ("givens", lambda: reading(am_gm(), givens=(ORDERED,))),
    "givens that nothing satisfies": ("satisfiable", lambda: reading(am_gm(), givens=(NEVER,))),
    "an instance that repr loses": ("repr", with_unreadable_field),
    "a symbol without a value": ("symbols", lambda: reading(am_gm(), right=MEAN + sp.Symbol("z") ** 2)),
    "a symbol with other assumptions": ("symbols", lambda: reading(am_gm(), right=MEAN + sp.Symbol("x"))),
    "a function without a value": ("symbols", lambda: reading(am_gm(), right=MEAN + sp.Function("J")(x))),
    "a positive symbol that is negative": (
        "assumptions",
        lambda: replace(am_gm(), symbols={**am_gm().symbols, sp.Symbol("p", positive=True): lambda i: i.x}),
    ),
    "a whole symbol that is not": (
        "assumptions",
        lambda: replace(am_gm(), symbols={**am_gm().symbols, sp.Symbol("k", integer=True): lambda i: i.x}),
    ),
    "a vector that is a number": ("vectors", lambda: replace(unused_vector(), symbols=vector_symbols(3))),
    "a definition of something else": ("definition", lambda: left(unproved(am_gm()), expr=x * y - 1)),
    "an indexed definition of something else": (
        "definition",
        lambda: left(mean_square(), expr=sp.Sum(s[1] ** 2, (sp.Symbol("q"), 1, 1))),
    ),
    "an objective that is not its definition": ("definition", lambda: left(projection(), expr=(t - x) ** 4)),
    "a minimum among nobody": ("definition", lambda: left(projection(), expr=x**2)),
    "competitors of symbolic length": ("definition", lambda: left(projection(), expr=(s[1] - x) ** 2)),
    "an objective that is finite nowhere": (
        "definition",
        lambda: reading(left(projection(), expr=(t - x) ** 2), objective=lambda i, at: float("inf")),
    ),
    "draws of another mean": (
        "sampled",
        lambda: left(coin(), sample=lambda i, rng, n: (rng.random(n) < i.x / 2).astype(float)),
    ),
    "a run that changes": ("repeated", changing),
    "a limit that is none": ("limit", elsewhere),
    "a false line": ("lines", false_line),
    "a chain with the wrong end": ("proof", uncertain_proof),
    "a step by the wrong rule": ("proof", lambda: reading(am_gm(), proof=chain(("<=", MEAN), by=Rewrite()))),
    "proved and refuted": ("contradiction", proved_and_refuted),
    "no second transcription": ("transcription", lambda: replace(false_as_printed(), transcription=None)),
    "a second transcription that differs": (
        "transcription",
        lambda: replace(false_as_printed(), transcription=lambda i: i.x**3),
    ),
    "a mean that is only said not to exist": ("existence", said_not_to_exist),
    "a fallen statement without repair": (
        "repair needed",
        lambda: replace(false_as_printed(), repair=None, tight_at=()),
    ),
    "a repair of what is proved": (
        "repair idle",
        lambda: replace(am_gm(), repair=replace_statement(am_gm().readings[0])),
    ),
    "an added given without a witness": (
        "added",
        lambda: repaired(false_as_printed(), added=(Added(given=Given(text="x >= 1", fact=sp.Ge(x, 1))),)),
    ),
    "an added given that its witness obeys": (
        "added",
        lambda: added_with(Instance(x=Fraction(2))),
    ),
    "an added given that is not needed": ("added", lambda: added_with(Instance(x=Fraction(-1)))),
    "an added given whose witness breaks another": ("added", given_twice),
    "a repair where a side is zero": (
        "nondegenerate",
        lambda: repaired(am_gm_repaired(), nondegenerate=pair(0, 1)),
    ),
    "a repair shown outside its givens": (
        "nondegenerate",
        lambda: repaired(false_as_printed(), nondegenerate=Instance(x=HALF)),
    ),
    "a tight point that is slack": ("tight", lambda: replace(am_gm(), tight_at=(pair(1, 2),))),
    "a tight point outside the givens": (
        "tight",
        lambda: replace(false_as_printed(), tight_at=(Instance(x=Fraction(0)),)),
    ),
    "a scaling by the wrong power": (
        "scaling",
        lambda: replace(
            am_gm(),
            scalings=(Scaling(text="3", power=3, move=lambda i, k: moved(i, x=k * i.x, y=k * i.y)),),
        ),
    ),
    "a scaling of one side": (
        "scaling",
        lambda: replace(
            am_gm(), scalings=(Scaling(text="x", power=1, move=lambda i, k: moved(i, x=k * i.x)),)
        ),
    ),
    "a mutant that lives at its witness": (
        "mutants",
        lambda: replace(
            am_gm(), mutants=(Mutant(text="half the square", right=MEAN / 2, dies_at=pair(0, 1)),)
        ),
    ),
    "too few mutants": ("mutants", lambda: replace(falling(), mutants=falling().mutants[:1])),
    "a step backwards": (
        "step",
        lambda: with_fields(falling(), n=Integer(5, 9), m=Integer(-2, -1)),
    ),
    "a step out of the givens": ("step", lambda: with_cap(falling())),
    "a step that moves another symbol": ("step", with_companion),
    "nothing left out": ("leaves out", lambda: replace(am_gm(), family=quiet(am_gm().family))),
}
"""What is broken -> the clause that has to say so, and the claim."""


def unused_vector() -> Claim:
    return unproved(am_gm())


def vector_symbols(value: int) -> dict:
    return {**am_gm().symbols, a: lambda i: value}


def replace_statement(statement: Statement):
    return Repair(changes="nothing", statement=statement, nondegenerate=pair(1, 1))


def am_gm_repaired() -> Claim:
    """x y <= mean^2 / 2 falls, mean^2 stands."""
    claim = am_gm()
    printed = replace(claim.readings[0], text="halved", right=MEAN / 2, proof=None)
    mean = lambda i: ((i.x + i.y) / 2) ** 2 / 2
    return replace(
        claim, readings=(printed,), transcription=mean, repair=replace_statement(claim.readings[0])
    )


def added_with(witness: Instance) -> Claim:
    claim = false_as_printed()
    given = claim.repair.added[0].given
    return repaired(claim, added=(Added(given=given, fails_without=witness),))


def with_fields(claim: Claim, **fields: object) -> Claim:
    return replace(claim, family=replace(claim.family, fields={**claim.family.fields, **fields}))


def with_cap(claim: Claim) -> Claim:
    n = next(iter(claim.symbols))
    return reading(claim, givens=(Given(text="n <= 9", fact=sp.Le(n, 9)),))


def quiet(family: Family) -> Family:
    return replace(family, leaves_out="  ")


SOUND: dict[str, Callable[[], Claim]] = {
    "am-gm": am_gm,
    "am-gm without proof": lambda: unproved(am_gm()),
    "am-gm repaired": am_gm_repaired,
    "false as printed": false_as_printed,
    "falling": falling,
    "schwarz": schwarz,
    "mean square": mean_square,
    "coin": coin,
}
"""Claims in which nothing is wrong."""
