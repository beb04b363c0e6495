"""`mergeproof bound`: reads name=value, prints what `proofs_check.bound` finds."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from proofs_check.bound import Bound, Condition, evaluate
from proofs_check.symbols import show, symbol_list
from proofs_check.two_sides import with_differences
from theory.claim import Claim
from theory.registry import load, load_file, resolve


def read_value(text: str) -> Any:
    """3, 0.5 and 1/3 exactly; 1,2,3 as a vector; 1,2;3,4 as the rows of a matrix."""
    if ";" in text:
        return tuple(_vector(row) for row in text.split(";") if row.strip())
    return _vector(text) if "," in text else _scalar(text)


def _vector(text: str) -> tuple:
    return tuple(_scalar(part) for part in text.split(",") if part.strip())


def _scalar(text: str) -> int | Fraction:
    try:
        value = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise LookupError(f"{text!r}: expected a number such as 3, 0.5, 1/3, or a vector 1,2,3") from None
    return int(value) if value.denominator == 1 else value


def read_values(words: Sequence[str]) -> dict[str, Any]:
    """The words name=value as a dict."""
    values: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name:
            raise LookupError(f"{word!r}: expected name=value, such as n=8")
        if name in values:
            raise LookupError(f"{name} is given twice")
        values[name] = read_value(text)
    return values


def claim_named(name: str) -> tuple[str, Claim]:
    """The claim of an id or of a user's file, with the id to show."""
    if name.endswith(".py"):
        return Path(name).name, with_differences(load_file(Path(name)))
    entry = resolve(name)
    return entry.id, with_differences(load(entry))


def command(name: str, words: Sequence[str]) -> int:
    """Print every version of the bound; 1 if the last version's conditions fail, else 0."""
    id, claim = claim_named(name)
    if not words:
        print(f"{id}\n{_usage(id, claim)}")
        return 0
    bounds = evaluate(claim, **read_values(words))
    shown = [b for b in bounds if b.version != "read otherwise"] if claim.repair else list(bounds)
    common = [c for c in shown[0].conditions if all(c in b.conditions for b in shown)]
    print(id)
    for bound in shown:
        print("\n".join(lines(bound, common)))
    print(
        "\n".join(["\nconditions of every version", *map(_condition, sorted(common, key=_order))])
        if common
        else ""
    )
    return 1 if shown[-1].fails else 0


def _usage(id: str, claim: Claim) -> str:
    return f"{symbol_list(claim)}\nGive values: mergeproof bound {id} name=value ..."


def lines(bound: Bound, common: Sequence[Condition] = ()) -> list[str]:
    """One version as text: the statement, its value or why there is none, its own conditions."""
    rows = [f"\n{bound.version}: {bound.text}"]
    if bound.right is not None:
        rows.append(f"  right side  {bound.relation} {bound.right}")
    if bound.fails:
        would = f" (the formula gives {show(bound.value)})" if bound.value is not None else ""
        rows.append(f"  value       none: {_count(len(bound.fails))} here{would}")
    elif bound.value is not None:
        rows.append(f"  value       {show(bound.value)}")
    if bound.note:
        rows.append(f"  note        {bound.note}")
    return rows + [_condition(c) for c in sorted(bound.conditions, key=_order) if c not in common]


def _count(n: int) -> str:
    return "1 condition fails" if n == 1 else f"{n} conditions fail"


def _order(condition: Condition) -> int:
    return {False: 0, True: 1, None: 2}[condition.holds]


def _condition(condition: Condition) -> str:
    if condition.holds is None:
        return f"  not decidable here: {condition.text}{f' ({condition.note})' * bool(condition.note)}"
    word = "holds" if condition.holds else "FAILS"
    by = ""
    if condition.margin is not None:
        by = (
            f", margin {show(condition.margin)}" if condition.holds else f", off by {show(-condition.margin)}"
        )
    note = f": {condition.note}{by}" if condition.note else ""
    return f"  {word}       {condition.text}{note}"
