"""`mergeproof explain`: a counterexample (or the tight point of what stands) as a worked calculation.

Every number is computed here, from the claim's record and the instance that the judge found.  A part that
cannot be shown says why; it never hides the rest.
"""

import math
import textwrap
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from proofs_check.core.evaluate import evaluate
from proofs_check.core.values import approx, exact
from proofs_check.ill_posed import varies
from proofs_check.sides import ran, satisfies, state, values
from proofs_check.symbols import parts, plain_name
from proofs_check.traced import run_lines
from proofs_check.two_sides import with_differences
from proofs_check.verdict import ClaimResult, StatementResult
from proofs_check.worked import both, say, text
from proofs_check.worked_claim import HALVINGS, Lines, comparison, fields, guarded, right_side, worked
from theory.claim import Claim, Constant, Quantity, Statement
from theory.family import Instance, floats


def page(id: str, claim: Claim, result: ClaimResult, width: int = 80) -> str:
    """The whole explanation as text; every row fits the width, except instances, which are to be pasted."""
    lines = list(explanation(id, with_differences(claim), result))
    return "\n".join(row for line in lines for row in wrapped(line, width)) + "\n"


def wrapped(line: str, width: int) -> Sequence[str]:
    """The line in rows of the width; what follows the first row is set deeper."""
    if len(line) <= width or line.startswith("Instance("):
        return (line.rstrip(),)
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False)


def explanation(id: str, claim: Claim, result: ClaimResult) -> Lines:
    """The literal display, then what stands in its place on the same instance, then the other readings."""
    literal, judged = claim.readings[0], result.readings[0]
    yield f"{id}: {judged.verdict}"
    yield from _statement(claim, literal, judged)
    at = _place(claim, literal, judged)
    constant = next((c for c in literal.constants if judged.reason == varies(c)), None)
    if judged.verdict == "ill-posed" and constant and judged.counterexample:
        yield from guarded(lambda: _constant(claim, constant, judged))
    elif judged.verdict == "ill-posed" and literal.exists:
        yield from guarded(lambda: _existence(claim, literal, judged))
    elif literal.ray:
        yield from guarded(lambda: _along_ray(claim, literal, judged))
    elif at is not None:
        yield from worked(claim, literal, judged.counterexample, at)
    elif judged.reason:
        nothing = judged.verdict == "ill-posed"
        yield from (
            "",
            f"{'Nothing to calculate' if nothing else 'No instance to work out'}: {judged.reason}",
        )
    if claim.repair and result.repair:
        yield from guarded(lambda: _repaired(claim, result.repair, judged, at))  # type: ignore[arg-type]
    for reading, other in zip(claim.readings[1:], result.readings[1:], strict=True):
        yield from guarded(lambda r=reading, o=other: _other(claim, r, o))


def rebuilt(text: str) -> Instance:
    """The instance of its repr."""
    return eval(text, {"Instance": Instance, "Fraction": Fraction, "__builtins__": {}})


def _place(claim: Claim, statement: Statement, judged: StatementResult) -> Instance | None:
    """Where it is worked out: the counterexample, else a point called tight, else the closest one."""
    if judged.counterexample:
        return rebuilt(judged.counterexample.repr)
    tight = [i for i in claim.tight_at if satisfies(claim, statement, i)]
    if tight:
        return tight[0]
    known = rebuilt(judged.ratio_at) if judged.ratio_at else next(iter(claim.witnesses), None)
    return known if known is not None and satisfies(claim, statement, known) else None


def _statement(claim: Claim, statement: Statement, judged: StatementResult) -> Lines:
    yield from ("", "The statement", f"  {statement.text}")
    yield f"  left side   {statement.left.text}"
    if statement.right is not None:
        for k, part in enumerate(parts(statement.right)):
            yield f"  {'right side ' if k == 0 else '           '} {text(part, claim.symbols)}"
    yield f"  it says     {_asked(statement, claim)}"


def _asked(statement: Statement, claim: Claim) -> str:
    if statement.along:
        return f"the left side is strictly {statement.relation} in {plain_name(statement.along.symbol)}"
    if statement.objective:
        return "no competitor does better than the right side"
    if statement.relation == "O":
        return f"left = O(right) as the ray tends to {statement.ray.to if statement.ray else ''}"
    tail = ""
    if statement.remainder:
        scale = text(statement.remainder.scale, claim.symbols)
        tail = f" + O({scale}) as {statement.remainder.field} tends to {statement.remainder.to}"
    return f"left {statement.relation} right{tail}"


def _along_ray(claim: Claim, statement: Statement, judged: StatementResult) -> Lines:
    ray = statement.ray
    yield from ("", f"Along the ray from this instance, its parameter t tending to {ray.to}", repr(ray.start))  # type: ignore[union-attr]
    for k in range(1, HALVINGS + 1):
        t = Fraction(2**k) if ray.to == math.inf else ray.to + Fraction(1, 2**k)  # type: ignore[union-attr]
        here = ray.at(ray.start, t)  # type: ignore[union-attr]
        lhs = approx(ran(statement.left, floats(here), False))
        rhs = approx(evaluate(statement.right, values(claim, here, False, statement.right)))
        share = f"{lhs / rhs:.6g}" if rhs else "infinite"
        yield f"    t = {say(t):<6} left = {lhs:.9g}, right = {rhs:.9g}, ratio {share}"
    if ray.closed_form:  # type: ignore[union-attr]
        closed = ray.closed_form(sp.Symbol("t", positive=True))  # type: ignore[union-attr]
        yield f"  on the ray the left side is {text(closed, {})}"
    for evidence in judged.evidence:
        yield f"  {evidence.text}"


def _constant(claim: Claim, constant: Constant, judged: StatementResult) -> Lines:
    """The two instances on which what is called a constant has two values, each worked out."""
    found: Any = judged.counterexample
    yield from ("", "What is not constant", f"  {constant.text}")
    for place in (found.repr, found.note.partition(" at ")[2]):
        at = rebuilt(place)
        yield from ("", place)
        yield from guarded(lambda at=at: fields(claim, at))
        yield f"  it is {both(exact(constant.value(at)))}"
        yield from (f"    {row}" for row in run_lines(constant.value, at))
    free = f" at equal {', '.join(constant.depends)}" if constant.depends else ""
    yield from ("", "The comparison", f"  {found.lhs} != {found.rhs}{free}: a constant has one value")


def _existence(claim: Claim, statement: Statement, judged: StatementResult) -> Lines:
    found = judged.counterexample
    where = rebuilt(found.repr) if found else statement.exists[0].where
    existence = next((e for e in statement.exists if e.where == where), statement.exists[0])
    yield from ("", "What does not exist", f"  {judged.reason or existence.text}", repr(existence.where))
    env = (
        values(claim, existence.where, True, existence.density, existence.integrand) if claim.symbols else {}
    )
    numbers = {s: v for s, v in env.items() if isinstance(s, sp.Symbol)}
    for symbol, value in numbers.items():
        yield f"  {plain_name(symbol)} = {say(value)}"
    x = plain_name(existence.variable)
    yield f"  density of {x}: {text(existence.density, claim.symbols)}"
    yield f"  integrand: {text(existence.integrand, claim.symbols)}"
    yield from ("", "The certificate", *[f"  {e.text}" for e in judged.evidence])
    if math.isinf(existence.at):
        yield f"  for the integral of c/|{x}| up to |{x}| = R grows like c log R, without bound"
        return
    beside = f"c/|{x} - {existence.at}|"
    yield f"  for the integral of {beside} from {existence.at} + e on grows like c log(1/e), without bound"


def _repaired(claim: Claim, repaired: Any, judged: StatementResult, at: Instance | None) -> Lines:
    """What the standing bound gives on the same instance, or why it says nothing there."""
    statement = claim.repair.statement  # type: ignore[union-attr]
    yield from ("", f"The repair, {repaired.result.verdict}", f"  {repaired.changes}")
    if repaired.result.reason:
        yield f"  {repaired.result.reason}"
    yield f"  {statement.left.text}"
    sign = {"argmin": "is attained at", "O": "is of the order"}.get(statement.relation, statement.relation)
    for part in parts(statement.right):
        yield f"    {sign} {text(part, claim.symbols)}"
    where = at if at is not None else claim.repair.nondegenerate  # type: ignore[union-attr]
    missed = [g for g in statement.givens if state(claim, g, where)[0] != "holds"]
    for given in missed:
        yield f"  it asks for more than this instance has: {given.text}"
    if missed or at is None:
        where = claim.repair.nondegenerate  # type: ignore[union-attr]
        yield from ("  at an instance of its own", repr(where))
    else:
        yield "  on the same instance"
    yield from right_side(claim, statement, where)
    yield from _left_value(claim, statement, where)
    yield from comparison(claim, statement, where, None)


def _left_value(claim: Claim, statement: Statement, at: Instance) -> Lines:
    left: Quantity = statement.remainder.limit if statement.remainder else statement.left
    yield from ("", "  against its left side")
    if left.run is not None:
        yield f"  {left.text} = {both(ran(left, at, True))}"


def _other(claim: Claim, statement: Statement, judged: StatementResult) -> Lines:
    yield from ("", f"Read otherwise, {judged.verdict}", f"  {statement.text}")
    if judged.reason:
        yield f"  {judged.reason}"
    found = judged.counterexample
    if found:
        yield f"  counterexample: left {found.lhs}, right {found.rhs}"
        yield found.repr
