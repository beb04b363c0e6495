"""One statement worked out on one instance: the instance, its assumptions, both sides, their comparison.

Every part is a generator of lines; `guarded` lets a part that cannot be shown say why, and go on.
"""

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from proofs_check.core.competition import competition
from proofs_check.core.evaluate import environment, evaluate
from proofs_check.core.lemma import Context
from proofs_check.core.relation import conjuncts
from proofs_check.core.values import approx, has_float, plain
from proofs_check.sides import ahead, effective, fact_state, number, ran, sides, state, values
from proofs_check.symbols import assumptions, describe, needed, parts, plain_name
from proofs_check.traced import run_lines
from proofs_check.verdict import Counterexample
from proofs_check.worked import both, calculation, say, text
from theory.claim import Claim, Given, Quantity, Statement
from theory.family import Instance, replace
from theory.notation import members

Lines = Iterator[str]
HALVINGS = 8
LONGEST = 200
"""Signs of a message about a part that cannot be shown."""
NOT_SO = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "==": "!="}


def guarded(part: Callable[[], Lines]) -> Lines:
    """The lines of a part; where it fails, the reason in their place."""
    try:
        yield from list(part())
    except (ArithmeticError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        yield f"  not shown: {type(error).__name__}: {str(error)[:LONGEST]}"
    except (NotImplementedError, RecursionError, SyntaxError) as error:
        yield f"  not shown: {type(error).__name__}"


def worked(claim: Claim, statement: Statement, found: Counterexample | None, at: Instance) -> Lines:
    """Instance, assumptions, both sides, comparison; `found` is the judge's own counterexample, if any."""
    kind = "a counterexample" if found else "an instance where it is nearest to equality"
    yield from ("", f"The instance, {kind}", repr(at))
    yield from guarded(lambda: fields(claim, at))
    yield from guarded(lambda: _symbols(claim, statement, at))
    yield from ("", "The assumptions")
    for given in statement.givens:
        yield from guarded(lambda g=given: _given(claim, g, at))
    if not statement.givens:
        yield "  none"
    yield from guarded(lambda: right_side(claim, statement, at))
    yield from guarded(lambda: _left(claim, statement, at, found))
    yield from ("", "The comparison")
    yield from guarded(lambda: comparison(claim, statement, at, found))


def fields(claim: Claim, at: Instance) -> Lines:
    """The fields of the instance with their values and domains."""
    wide = max(len(name) for name, _ in at)
    for name, value in at:
        shown = value if isinstance(value, str) else say(value)
        yield f"  {name:<{wide}} = {shown}   ({describe(claim.family.fields[name])})"


def _symbols(claim: Claim, statement: Statement, at: Instance) -> Lines:
    """The symbols of the formulas with their values and what is known of their meaning."""
    facts = [g.fact for g in statement.givens if g.fact is not None]
    left = [] if statement.left.expr is None else [statement.left.expr]
    known = needed(
        (*parts(statement.right), *facts, *left),
        {**claim.symbols, **{n: law for key, law in claim.laws.items() for n in members(key)}},
    )
    if known:
        yield "  so that"
    wide = max((len(plain_name(s)) for s in known), default=0)
    for symbol in known:
        yield from guarded(lambda s=symbol: _symbol(claim, s, at, wide))


def _symbol(claim: Claim, symbol: Any, at: Instance, wide: int) -> Lines:
    value = say(environment(claim.symbols, claim.laws, at, sure=True, only={symbol}).get(symbol))
    read: Any = claim.symbols.get(symbol)
    about = ((getattr(read, "__doc__", "") or "").strip().split("\n")[0]).rstrip(".")
    law = next((law for key, law in claim.laws.items() if symbol in members(key)), None)
    about = f"random: {law.kind}" if law else about
    words = assumptions(symbol) if isinstance(symbol, sp.Basic) else []
    printed = str(symbol) if str(symbol) != plain_name(symbol) else ""
    meaning = "; ".join(part for part in (printed, about, " ".join(words)) if part)
    yield f"  {plain_name(symbol):<{wide}} = {value}" + (f"   ({meaning})" if meaning else "")


def _given(claim: Claim, given: Given, at: Instance) -> Lines:
    status, _ = state(claim, given, at)
    if given.fact is None:
        nature = "checked on the instance" if given.check else f"by construction: {given.because}"
        known = given.check is not None or given.because
        yield f"  {given.text}: {status if known else 'about the world, not decided here'}" + (
            f" ({nature})" if known else ""
        )
        return
    yield f"  {given.text}: {status}"
    env = values(claim, at, True, given.fact)
    for part in conjuncts(sp.sympify(given.fact)):
        if isinstance(part, Relational):
            sign: str = part.rel_op  # pyright: ignore[reportAttributeAccessIssue]
            lhs, rhs = (evaluate(side, env, True) for side in (part.lhs, part.rhs))
            held, slack = fact_state(part, env)
            even = ", with equality" if held == "holds" and slack == 0 and "=" in sign else ""
            said = f"{text(part.lhs, claim.symbols)} {sign} {text(part.rhs, claim.symbols)}"
            yield f"    {said}: {say(lhs)} {sign} {say(rhs)} {held}{even}"
        else:
            yield f"    {text(part, claim.symbols)}: {fact_state(part, env)[0]}"


def right_side(claim: Claim, statement: Statement, at: Instance) -> Lines:
    """The right side, every subterm with its numbers; entry by entry if it is a tuple."""
    if statement.right is None:
        return
    yield from ("", "The right side")
    for k, part in enumerate(parts(statement.right), start=1):
        name = f"entry {k}" if isinstance(statement.right, tuple) else "right"
        env = values(claim, at, True, part)
        yield f"  {name} = {text(part, claim.symbols)}"
        try:
            value = both(evaluate(part, env, True))
            yield from [f"    {line}" for line in calculation(part, env, claim.symbols)]
        except ZeroDivisionError as error:
            yield f"  {name} has no value here: {error}"
            continue
        yield f"  {name} = {value}"


def _left(claim: Claim, statement: Statement, at: Instance, found: Counterexample | None) -> Lines:
    left = statement.remainder.limit if statement.remainder else statement.left
    yield from ("", "The left side", f"  {left.text}")
    if left.run is None:
        yield "  it can only be sampled: " + (
            f"its mean lies in {found.lhs} ({found.note})" if found else "see the evidence of the verdict"
        )
        return
    if statement.remainder:
        yield f"  in the limit: {statement.remainder.field} is {statement.remainder.to} itself"
    try:
        here = ran(left, at, True)
    except ZeroDivisionError as error:
        yield f"  it is run, and has no value here: {error}"
        yield from guarded(lambda: _as_it_runs(left, at))
        return
    yield f"  it is run, by its own code: {both(here)}{_kind(here)}"
    yield from guarded(lambda: _as_it_runs(left, at))
    yield from guarded(lambda: _by_definition(claim, statement, left, at, here))
    if statement.along:
        after = ahead(statement, at)
        later, field = ran(left, after, True), statement.along.field
        yield from ("", f"The left side after the step, at {field} = {say(getattr(after, field))}")
        yield f"  it is run, by its own code: {both(later)}{_kind(later)}"
        yield from guarded(lambda: _as_it_runs(left, after))
        yield from guarded(lambda: _by_definition(claim, statement, left, after, later))
    if statement.objective:
        yield from guarded(lambda: _reached(claim, statement, at))


def _reached(claim: Claim, statement: Statement, at: Instance) -> Lines:
    """The objective at the printed minimiser: by its own code, and by its formula where there is one."""
    entries = tuple(plain(evaluate(p, values(claim, at, True, p), True)) for p in parts(statement.right))
    candidate = entries if isinstance(statement.right, tuple) else entries[0]
    objective: Any = statement.objective
    yield from ("", f"The objective at the right side, {say(candidate)}")
    rows = run_lines(objective, at, candidate)
    yield f"  by its own code: {both(number(objective(at, candidate), 'the objective', at, True))}"
    yield from (f"    {row}" for row in rows)
    if statement.left.expr is None:
        return
    _, expr, problem = competition(statement.left.expr, statement.right, claim, Context())
    if not problem:
        yield f"  by its definition, {text(expr, claim.symbols)}:"
        env = values(claim, at, True, expr)
        yield from (f"    {line}" for line in calculation(expr, env, claim.symbols))


def _by_definition(claim: Claim, statement: Statement, left: Quantity, at: Instance, here: Any) -> Lines:
    """The symbolic definition of the left side worked out, and whether it is what the run gave."""
    expr = left.expr if left.expr is not None else statement.left.expr
    if expr is None or statement.objective:
        return
    yield f"  by its definition, {text(expr, claim.symbols)}:"
    env = values(claim, at, True, expr)
    for line in calculation(expr, env, claim.symbols):
        yield f"    {line}"
    said = evaluate(expr, env, True)
    alike = math.isclose(approx(said), approx(here), rel_tol=1e-7, abs_tol=1e-12)
    yield f"  which is {both(said)}, " + ("as it ran" if alike else "NOT what it ran to")


def _as_it_runs(left: Quantity, at: Instance) -> Lines:
    """The values on the way: the author's own words for them, and each assignment of the run."""
    if left.shows is not None:
        yield f"  {left.shows(at)}"
    rows = run_lines(left.run, at) if left.run is not None and not left.measured else []
    if rows:
        yield "  line by line:"
    yield from (f"    {row}" for row in rows)


def _kind(value: Any) -> str:
    return " (floating point)" if has_float(value) else ""


def comparison(claim: Claim, statement: Statement, at: Instance, found: Counterexample | None) -> Lines:
    """What the two numbers say: the relation with its outcome, their difference and their ratio."""
    if statement.remainder and found and found.rhs == "bounded":
        yield from _vanishing(claim, statement, at)
        return
    if statement.left.run is None:
        yield (
            f"  {found.lhs} {statement.relation} {found.rhs} is false, up to the run's chance of error"
            if (found)
            else "  the left side is a mean that only draws show: none to compare by hand"
        )
        return
    compared = sides(claim, statement, at, sure=True)
    if compared.lhs is None:
        yield f"  a side does not exist here: {compared.note}"
        return
    lhs, rhs, relation = compared.lhs, compared.rhs, effective(statement)
    if statement.objective:
        yield f"  at the right side the objective is {both(lhs)}; the best competitor reaches {both(rhs)}"
    verdict = {"holds": "holds", "violated": "is false"}.get(compared.status, "is not decided")
    names = {"argmin": "reached <= best", "increasing": "after > before", "decreasing": "after < before"}
    asked = names.get(statement.relation, f"left {relation} right")
    yield f"  {asked}: {say(lhs)} {relation} {say(rhs)} {verdict}"
    difference = plain(lhs) - plain(rhs) if type(lhs) is type(rhs) else approx(lhs) - approx(rhs)
    if approx(difference) == 0:
        yield "  the two are equal"
        return
    sign = NOT_SO.get(relation, "!=") if compared.status == "violated" else relation
    times = f", {approx(lhs) / approx(rhs):.6g} times the other" if approx(rhs) > 0 < approx(lhs) else ""
    yield f"  {say(lhs)} {sign} {say(rhs)}: the first minus the second is {both(difference)}{times}"


def _vanishing(claim: Claim, statement: Statement, at: Instance) -> Lines:
    """The excess over the right side, relative to the scale of the remainder, with each halving."""
    remainder = statement.remainder
    start = Fraction(getattr(at, remainder.field)) - Fraction(remainder.to)  # type: ignore[union-attr, arg-type]
    yield "  the excess must stay below a constant times the scale; with each halving:"
    for k in range(HALVINGS):
        field = remainder.to + start / 2**k  # type: ignore[union-attr]
        here = replace(at, **{remainder.field: field})  # type: ignore[union-attr]
        lhs = approx(ran(statement.left, here, True))
        rhs = approx(evaluate(statement.right, values(claim, here, True, statement.right), True))
        scale = approx(evaluate(remainder.scale, values(claim, here, True, remainder.scale), True))  # type: ignore[union-attr]
        share = (lhs - rhs) / scale if scale else math.inf
        yield f"    {remainder.field} = {say(field)}: ({lhs:.9g} - {rhs:.9g}) / {scale:.3g} = {share:.6g}"  # type: ignore[union-attr]
