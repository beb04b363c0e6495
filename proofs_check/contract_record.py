"""Clauses about the record itself: its family, its symbols, its typed instances."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, fmpq

from proofs_check.cases import Case, Drawn, typed_instances
from proofs_check.core.evaluate import names
from proofs_check.core.values import exact
from proofs_check.ill_posed import nothing_to_speak_of
from proofs_check.sides import ahead, margin, satisfies
from proofs_check.verdict import StatementResult
from theory.claim import Claim, Statement
from theory.family import Instance
from theory.notation import Vec, members
from theory.registry import items, same, stem_id

SOME = 25
"""Instances on which the slower clauses look."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the clauses may look at."""

    claim: Claim
    id: str
    drawn: list[Drawn]
    results: list[StatementResult]
    looked: list[list[Case]]
    effort: str

    @property
    def standing(self) -> tuple[Statement, StatementResult] | None:
        """The repaired statement, or the first reading that was not thrown out, with its result."""
        pairs = list(zip(self.claim.statements(), self.results, strict=True))
        if self.claim.repair:
            return pairs[-1]
        return next((p for p in pairs if p[1].verdict not in ("refuted", "ill-posed")), None)


def main_item(c: Context) -> Iterator[str]:
    """Every item is in the inventory and the file is named after the main one."""
    if c.id.partition(".")[0] not in {i.partition(".")[0] for i in items()}:
        return  # a user's own claim
    for item in c.claim.items:
        if item not in items():
            yield f"{item!r} is not in the inventory"
    if not same(c.id.partition("@")[0], stem_id(c.claim.items[0])):
        yield f"the file's id {c.id} is not its main item {c.claim.items[0]}"


def domains(c: Context) -> Iterator[str]:
    """Typed instances lie in the family."""
    for name, instance in typed_instances(c.claim).items():
        if problem := c.claim.family.error(instance):
            yield f"{name}: {problem}"


def givens(c: Context) -> Iterator[str]:
    """Drawn instances satisfy the givens of the literal reading."""
    first = c.claim.readings[0]
    for d in c.drawn if not nothing_to_speak_of(c.results[0]) else ():
        for given in first.givens:
            slack = margin(c.claim, given, d.instance)
            if slack is not None and slack < 0:
                much = "with equality" if slack > -1e-300 else f"by {-slack:.3g}"
                yield f"the family violates {given.text!r} {much} at {d.instance!r}"
                return


def satisfiable(c: Context) -> Iterator[str]:
    """The givens of every statement hold on some instance."""
    for statement, result in zip(c.claim.statements(), c.results, strict=True):
        if statement.ray or statement.exists or nothing_to_speak_of(result):
            continue
        if not any(satisfies(c.claim, statement, d.instance) for d in c.drawn):
            yield f"no instance satisfies the givens of {statement.text!r}"


def rebuilt(c: Context) -> Iterator[str]:
    """The repr of an instance rebuilds it."""
    for d in c.drawn[:SOME]:
        if eval(repr(d.instance), {"Instance": Instance, "Fraction": Fraction}) != d.instance:
            yield f"repr does not rebuild {d.instance!r}"
            return


def symbols(c: Context) -> Iterator[str]:
    """Every symbol has a value."""
    yield from without_value(c.claim)


def without_value(claim: Claim) -> Iterator[str]:
    """The symbols of right sides, givens and remainders that `symbols=` does not know.

    SymPy tells symbols with one name and different assumptions apart, and so does this.
    """
    known = {*claim.symbols, *[name for key in claim.laws for name in members(key)]}
    labels = {s.label for s in known if isinstance(s, sp.IndexedBase)}
    for statement in claim.statements():
        parts = statement.right if isinstance(statement.right, tuple) else (statement.right,)
        facts = [g.fact for g in statement.givens]
        scale = statement.remainder.scale if statement.remainder else None
        for part in [sp.sympify(p) for p in (*parts, *facts, scale) if p is not None]:
            free = {s for s in names(part) if not isinstance(s, sp.Indexed)}
            for symbol in sorted(free - known - labels, key=str):
                twin = any(str(symbol) == str(s) for s in known)
                hint = " (one with other assumptions has)" if twin else ""
                yield f"{symbol} in {sp.sstr(part)} has no value in symbols={hint}"


def assumptions(c: Context) -> Iterator[str]:
    """The values of a symbol obey its SymPy assumptions: formulas were simplified under them."""
    for symbol, read in c.claim.symbols.items():
        tested = symbol[0] if isinstance(symbol, sp.IndexedBase) else symbol
        if isinstance(tested, Vec) or not isinstance(tested, sp.Symbol | sp.Indexed):
            continue
        for d in c.drawn[: 4 * SOME]:
            try:
                value = exact(read(d.instance))
            except ArithmeticError:
                continue
            if word := next((w for x in _flat(value) for w in _broken(tested, x)), ""):
                yield f"{symbol} = {value!r} at {d.instance!r}, declared {word}"
                break


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for part in value:
            yield from _flat(part)
    elif isinstance(value, float | fmpq | arb):
        yield value


def _broken(symbol: Any, x: Any) -> Iterator[str]:
    """The assumptions of the symbol that the number x certainly breaks."""
    tests = {
        "positive": x <= 0,
        "nonnegative": x < 0,
        "negative": x >= 0,
        "nonpositive": x > 0,
        "nonzero": x == 0,
        "integer": x.q != 1 if isinstance(x, fmpq) else isinstance(x, float) and not x.is_integer(),
    }
    yield from (word for word, broken in tests.items() if getattr(symbol, f"is_{word}") and broken)


def leaves_out(c: Context) -> Iterator[str]:
    """The family says what it leaves out."""
    if not c.claim.family.leaves_out.strip():
        yield "family.leaves_out is empty: say what the family does not cover"


def step(c: Context) -> Iterator[str]:
    """Steps of monotonicity statements are positive and keep the givens."""
    for statement in c.claim.statements():
        for d in c.drawn[:SOME] if statement.along else ():
            size = getattr(d.instance, statement.along.step)  # type: ignore[union-attr]
            if not size > 0:
                yield f"{statement.along.step} = {size}, expected a positive step"  # type: ignore[union-attr]
                return
            after = ahead(statement, d.instance)
            if _obeys(c.claim, statement, d.instance) and not _obeys(c.claim, statement, after):
                yield f"the givens of {statement.text!r} fail after the step at {d.instance!r}"
                return
            if strays := _strays(c.claim, statement, d.instance, after):
                yield f"{', '.join(strays)} also moves with the step of {statement.text!r} at {d.instance!r}"
                return


def _strays(claim: Claim, statement: Statement, before: Instance, after: Instance) -> list[str]:
    """Symbols of the definition, apart from the one that grows, whose values the step changes.

    A derivation lets the one symbol grow and holds the others fixed: it would speak of something else.
    """
    along, expr = statement.along, statement.left.expr
    if along is None or expr is None:
        return []
    read = {s: claim.symbols[s] for s in names(expr) if s in claim.symbols and s != along.symbol}
    pairs = [(s, exact(r(before)), exact(r(after))) for s, r in read.items()]
    return sorted(str(s) for s, a, b in pairs if not callable(a) and a != b)


def _obeys(claim: Claim, statement: Statement, instance: Instance) -> bool:
    return all((m := margin(claim, given, instance)) is None or m >= 0 for given in statement.givens)


def vectors(c: Context) -> Iterator[str]:
    """Vectors and indexed symbols are tuples."""
    for symbol, read in c.claim.symbols.items():
        if isinstance(symbol, Vec | sp.IndexedBase) and c.drawn:
            value: Any = exact(read(c.drawn[0].instance))
            if not isinstance(value, tuple):
                yield f"{symbol} = {value!r}, expected a tuple of numbers"
