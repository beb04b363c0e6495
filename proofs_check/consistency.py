"""Whether a paper's two printings of one statement agree: pairs of `theory/restatements.toml`.

Compared are right sides as the claim files transcribe them, each from its own place in the paper: that of a
claim's literal reading, or of a printed step.  First by normal form, for all values of the symbols; else on
instances of the first's family, in floats to look and exactly to decide.  Symbols are matched by name.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sympy as sp

from proofs_check.cases import draw, show
from proofs_check.core.evaluate import evaluate, names
from proofs_check.core.normal import equal
from proofs_check.search import shrink
from proofs_check.seeds import generator
from proofs_check.sides import compare, satisfies, values
from proofs_check.verdict import Consistency
from theory import registry
from theory.claim import Claim, Quantity
from theory.family import Instance
from theory.notation import members

KINDS = {"again": "printed again", "end": "the end of its own proof", "use": "used again"}
LOOKS = 60
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Formula:
    """A right side as a claim file transcribes it from one item, with its relation and its claim."""

    claim: Claim
    relation: str
    right: Any


@cache
def pairs() -> tuple[tuple[str, str, str], ...]:
    """(first item, second item, kind of repetition)."""
    rows = tomllib.loads((registry.ROOT / "restatements.toml").read_text())["pairs"]
    return tuple((first, second, kind) for first, second, kind in rows)


def check(claims: Iterable[str], papers: Iterable[str], effort: str, seed: int) -> tuple[Consistency, ...]:
    """Every pair in which a judged claim takes part, and every pair of the papers that are judged whole."""
    judged, whole, found = set(claims), set(papers), []
    for first, second, kind in pairs():
        owners = {owner(first), owner(second)} - {""}
        if owners & judged or first.partition(".")[0] in whole:
            found.append(one(first, second, kind, effort, seed))
    return tuple(found)


@cache
def _owners() -> dict[str, registry.Entry]:
    """item -> the entry of the registry that decides it; the main item's own file first."""
    listing = registry.listing()
    found = {item: entry for entry in listing for item in entry.items}
    return found | {entry.items[0]: entry for entry in listing}


def owner(item: str) -> str:
    """The id of the claim that decides the item; "" if none does yet."""
    entry = _owners().get(item)
    return entry.id if entry else ""


def one(first: str, second: str, kind: str, effort: str, seed: int) -> Consistency:
    """One pair compared."""
    base: dict[str, Any] = {"first": first, "second": second, "kind": KINDS[kind]}
    without = [item for item in (first, second) if not owner(item)]
    if without:
        text = f"not yet compared: no claim on {' and '.join(without)}"
        return Consistency(**base, status="not compared", text=text)
    try:
        left, right = formula(first), formula(second)
        if left is None or right is None:
            return _without_formula(base, first if left is None else second)
        status, text, at, sides = compared(left, right, (first, second), effort, seed)
    except (Exception, SystemExit) as error:  # whatever a claim file does, the run goes on and says why
        return Consistency(**base, status="not compared", text=f"not compared: {error}")
    return Consistency(**base, status=status, text=text, at=at, sides=sides)


def _without_formula(base: dict[str, Any], item: str) -> Consistency:
    """One side has no formula of its own: its claim takes both items for one statement, or it runs."""
    if owner(base["first"]) == owner(base["second"]):
        return Consistency(**base, status="one record", text="transcribed once: one record decides both")
    return Consistency(**base, status="not compared", text=f"not compared: {item} is run, it has no formula")


def formula(item: str) -> Formula | None:
    """The right side that stands for the item: a claim's literal reading, or a printed step of a claim."""
    claim = registry.load(_owners()[item])
    step = next((s for s in claim.steps if registry.same(s.item, item)), None)
    if step is not None:
        return Formula(claim, step.relation, step.right)
    literal = claim.readings[0]
    if registry.same(claim.items[0], item) and literal.right is not None:
        return (
            None if isinstance(literal.right, Quantity) else Formula(claim, literal.relation, literal.right)
        )
    return None


def compared(
    first: Formula, second: Formula, items: tuple[str, str], effort: str, seed: int
) -> tuple[str, str, str, tuple[str, ...]]:
    """(status, in words, the separating instance, both values there)."""
    right = renamed(second.right, first.claim)
    parts = [len(r) if isinstance(r, tuple) else 1 for r in (first.right, right)]
    if parts[0] != parts[1] and min(parts) > 1:
        raise ValueError(f"{items[0]} has {parts[0]} parts, {items[1]} {parts[1]}")
    if parts[0] != parts[1]:  # one place prints the first part alone
        first, right = replace(first, right=_leading(first.right)), _leading(right)
    if _same(first.right, right):
        return "agree", "the same formula for all values of its symbols", "", ()
    rng = generator(seed, *items, "consistency")
    drawn = [d for d in draw(first.claim, rng, effort) if _within(first.claim, d.instance)][:LOOKS]
    apart = [d for d in drawn if _differ(first, right, d.instance, False)]
    certain = next((d for d in apart if _differ(first, right, d.instance, True)), None)
    if certain is None:
        status = "agree" if drawn and not apart else "not compared"
        return status, f"equal on {len(drawn) - len(apart)} of {len(drawn)} instances", "", ()
    at = certain.instance
    if certain.answers:
        bad = lambda i: _within(first.claim, i) and _differ(first, right, i, True)
        at = shrink(first.claim.family, rng, certain.answers, bad)
    sides = tuple(_said(first.claim, expr, at) for expr in (first.right, right))
    where = f"{len(apart)} of {len(drawn)} instances"
    return "contradict", f"they differ on {where}{_direction(first, right, apart)}", repr(at), sides


def renamed(expr: Any, claim: Claim) -> Any:
    """The expression in the symbols of another claim, matched by name; ValueError names those it lacks."""
    if isinstance(expr, tuple):
        return tuple(renamed(e, claim) for e in expr)
    random = [name for key in claim.laws for name in members(key)]
    known = {str(s): s for s in (*claim.symbols, *random)}
    own = {s for s in names(expr) if not isinstance(s, sp.Indexed)}
    own -= {s.label for s in own if isinstance(s, sp.IndexedBase)}
    if missing := sorted(str(s) for s in own if str(s) not in known):
        raise ValueError(f"{', '.join(missing)} has no counterpart by name in {claim.items[0]}")
    expr = sp.sympify(expr)
    for head in [s for s in own if not isinstance(s, sp.Basic)]:
        expr = expr.replace(head, known[str(head)])
    return expr.xreplace({s: known[str(s)] for s in own if isinstance(s, sp.Basic)})


def _leading(right: Any) -> Any:
    """The first part of a right side."""
    return right[0] if isinstance(right, tuple) else right


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, tuple) or isinstance(b, tuple):
        alike = isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b)
        return alike and all(map(_same, a, b))
    return a == b or equal(a, b)


def _within(claim: Claim, instance: Instance) -> bool:
    return satisfies(claim, claim.readings[0], instance, certainly=True)


def _differ(first: Formula, right: Any, instance: Instance, sure: bool) -> bool:
    """Whether the two right sides differ at the instance; where one has no value, nothing is compared."""
    try:
        env = values(first.claim, instance, sure, first.right, right)
        pair = [evaluate(expr, env, sure) for expr in (first.right, right)]
    except (ArithmeticError, IndexError):
        return False
    rows = zip(*[p if isinstance(p, tuple) else (p,) for p in pair], strict=True)
    return any(compare(a, "==", b, ROUNDING).status == "violated" for a, b in rows)


def _said(claim: Claim, expr: Any, at: Instance) -> str:
    value = evaluate(expr, values(claim, at, True, expr), True)
    return f"({', '.join(map(show, value))})" if isinstance(value, tuple) else show(value)


def _direction(first: Formula, right: Any, apart: list) -> str:
    """For bounds: whether the second printing is everywhere the weaker or the stronger one."""
    if first.relation not in ("<=", "<", ">=", ">") or isinstance(right, tuple):
        return ""
    signs = set()
    for d in apart:
        env = values(first.claim, d.instance, False, first.right, right)
        larger = evaluate(right, env) > evaluate(first.right, env)
        signs.add("weaker" if larger == (first.relation in ("<=", "<")) else "stronger")
    return (
        f"; the second is the {signs.pop()} bound there" if len(signs) == 1 else "; neither implies the other"
    )
