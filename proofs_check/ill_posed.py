"""What makes a statement meaningless before it can be true or false, each with a certificate in words.

expectation  a quantity that it needs does not exist (`asymptotic.missing`)
conditions   its givens exclude each other: there is nothing that it speaks about
constant     what it calls a constant takes two values where it may not

A side that is undefined on an instance (a division by zero) is found by the search itself (`sides`).
"""

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

from flint import arb

from proofs_check.asymptotic import missing
from proofs_check.cases import Drawn, show
from proofs_check.core.exclude import excluding
from proofs_check.core.values import exact, has_float
from proofs_check.sides import satisfies
from proofs_check.verdict import Counterexample, Evidence, StatementResult
from theory.claim import Claim, Constant, Statement
from theory.family import Instance, replace

MOST = 32
"""Instances from which pairs are made to test a constant."""


def ill_posed(
    claim: Claim, statement: Statement, drawn: Sequence[Drawn], texts: dict
) -> StatementResult | None:
    """The result of a statement that is ill-posed as it stands, or None."""
    found = _nonexistent(claim, statement) or _exclusive(claim, statement, drawn)
    found = found or _varying(claim, statement, drawn)
    if found is None:
        return None
    evidence, example, reason = found
    return StatementResult(
        **texts, verdict="ill-posed", evidence=(evidence,), counterexample=example, reason=reason
    )


Found = tuple[Evidence, Counterexample | None, str]


def nothing_to_speak_of(result: StatementResult) -> bool:
    """Whether the result is that the givens exclude each other: then no instance can show anything."""
    return result.verdict == "ill-posed" and result.counterexample is None


def _nonexistent(claim: Claim, statement: Statement) -> Found | None:
    for existence, certificate in missing(claim, statement)[:1]:
        example = Counterexample(repr=repr(existence.where), lhs="undefined", rhs="-", exact=True)
        reason = f"{existence.text} does not exist"
        return Evidence(kind="symbolic", text=certificate), example, reason
    return None


def _exclusive(claim: Claim, statement: Statement, drawn: Sequence[Drawn]) -> Found | None:
    """The givens exclude each other; asked only where no drawn instance satisfies them all."""
    conditions = [(g.text, g.fact) for g in statement.givens if g.fact is not None]
    if not conditions or any(satisfies(claim, statement, d.instance) for d in drawn):
        return None
    core = excluding(conditions)
    if not core:
        return None
    several = "these conditions exclude each other: "
    text = (several if len(core) > 1 else "this condition holds for no real numbers: ") + "; ".join(core)
    return Evidence(kind="symbolic", text=f"z3: {text}"), None, text


def _varying(claim: Claim, statement: Statement, drawn: Sequence[Drawn]) -> Found | None:
    """A constant with two exact values on two instances that satisfy the givens."""
    allowed = [d.instance for d in drawn if satisfies(claim, statement, d.instance, certainly=True)][:MOST]
    for constant in statement.constants if len(allowed) > 1 else ():
        pairs = chain(_pairs(allowed, constant), _crossed(claim, statement, allowed, constant))
        for one, two in pairs:
            first, second = _value(constant, one), _value(constant, two)
            if not _differ(first, second):
                continue
            if _differ(first, again := _value(constant, replace(one))):
                values = f"{show(first)} and then {show(again)}"
                raise ValueError(f"{constant.text} is {values} at {one!r}, expected one value")
            agree = f", which agrees with it in {', '.join(constant.depends)}" if constant.depends else ""
            text = (
                f"{constant.text} is called a constant, but is {show(first)} at {one!r}"
                f" and {show(second)} at {two!r}{agree}"
            )
            note = f"{show(second)} at {two!r}"
            example = Counterexample(repr=repr(one), lhs=show(first), rhs=show(second), exact=True, note=note)
            return Evidence(kind="exact", text=text), example, varies(constant)
    return None


def varies(constant: Constant) -> str:
    """The reason of a statement whose constant takes two values."""
    return f"{constant.text} is not constant"


def _key(constant: Constant, instance: Instance) -> tuple:
    return tuple(getattr(instance, name) for name in constant.depends)


def _pairs(allowed: list[Instance], constant: Constant) -> Iterator[tuple[Instance, Instance]]:
    """Drawn instances that agree on what the constant may depend on."""
    seen: dict[tuple, Instance] = {}
    for instance in allowed:
        other = seen.setdefault(_key(constant, instance), instance)
        if other is not instance:
            yield other, instance


def _crossed(
    claim: Claim, statement: Statement, allowed: list[Instance], constant: Constant
) -> Iterator[tuple[Instance, Instance]]:
    """An instance, and itself with one other field (or all others) of the next one, where that is allowed."""
    free = [name for name in claim.family.fields if name not in constant.depends]
    for one, two in pairwise(allowed):
        for names in [*((name,) for name in free), tuple(free)]:
            other = replace(one, **{name: getattr(two, name) for name in names})
            if other != one and not claim.family.error(other):
                if satisfies(claim, statement, other, certainly=True):
                    yield one, other


def _value(constant: Constant, instance: Instance) -> Any:
    """The exact value on the instance; None where there is none."""
    try:
        value = exact(constant.value(instance))
    except ArithmeticError:
        return None
    return None if isinstance(value, str | bool) or has_float(value) else value


def _differ(first: Any, second: Any) -> bool:
    """Whether two exact values are certainly different numbers."""
    if first is None or second is None:
        return False
    if isinstance(first, arb) or isinstance(second, arb):
        return not arb(first).overlaps(arb(second))
    return first != second
