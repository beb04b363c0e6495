"""Which conditions exclude each other, decided by z3: the empty set of what is demanded jointly.

The translation is that of `polynomial`: a term that is forgotten only becomes freer, so `unsat` is certain,
and every other answer says nothing.  Where a condition holds, denominators are not zero and roots are real.
"""

from collections.abc import Sequence
from typing import Any

import sympy as sp
from sympy.core.relational import Relational

from proofs_check.core.polynomial import Untranslatable, _ask, _relation, _Translation
from proofs_check.core.relation import alternatives
from theory.notation import Vec

Named = tuple[str, Any]
"""A condition: its words and its fact, a SymPy relation or And, Or of relations."""
SIGNS = (
    ("is_positive", ">", sp.Gt),
    ("is_negative", "<", sp.Lt),
    ("is_nonnegative", ">=", sp.Ge),
    ("is_nonpositive", "<=", sp.Le),
    ("is_nonzero", "!=", sp.Ne),
)


def excluding(conditions: Sequence[Named], seconds: float = 2.0) -> tuple[str, ...]:
    """The words of a smallest part that no real numbers satisfy (all of it is needed); () if not shown.

    Signs that symbols are declared with count as conditions, "x > 0".  `seconds` bounds each question to z3.
    """
    readable = [c for c in conditions if _empty([c], seconds) is not None]
    if not _empty(readable, seconds):
        return ()
    core = _smallest(readable, seconds)
    bare = _bare(core)
    if _empty(bare, seconds):
        return tuple(words for words, _ in _smallest(bare, seconds))
    return tuple(words for words, _ in bare)  # signs of compound terms matter too: all are named


def _empty(conditions: Sequence[Named], seconds: float) -> bool | None:
    """Whether z3 shows that the conditions have no common solution; None if one cannot be translated."""
    translation, facts = _Translation(), []
    try:
        for _, fact in conditions:
            mark = len(translation.log)
            facts.append(_relation(translation, fact))
            if alternatives(fact) and any(words for _, words in translation.log[mark:]):
                return None  # it may hold where one of its parts has no value
    except Untranslatable:
        return None
    known = [formula for formula, _ in translation.log]
    return _ask(translation, [*facts, *known], seconds)[0] == "unsat"


def _smallest(conditions: Sequence[Named], seconds: float) -> list[Named]:
    """Conditions that exclude each other, those deleted one at a time that are not needed."""
    kept = list(conditions)
    for condition in conditions:
        without = [c for c in kept if c is not condition]
        if _empty(without, seconds):
            kept = without
    return kept


def _bare(conditions: Sequence[Named]) -> list[Named]:
    """The conditions in symbols without a sign, and the signs as conditions of their own."""
    labels = {s.label for _, fact in conditions for s in fact.atoms(sp.IndexedBase)}
    free = {s for _, fact in conditions for s in fact.free_symbols if type(s) is not sp.Indexed}
    plain = [s for s in free - labels if isinstance(s, sp.Symbol) and not isinstance(s, Vec)]
    fresh = {s: sp.Dummy(s.name, real=True) for s in sorted(plain, key=str)}
    signs = []
    for symbol, dummy in fresh.items():
        found = next((row for row in SIGNS if getattr(symbol, row[0])), None)
        if found and symbol.is_integer and found[0] == "is_positive":
            signs.append((f"{symbol} >= 1", sp.Ge(dummy, 1, evaluate=False)))
        elif found:
            signs.append((f"{symbol} {found[1]} 0", found[2](dummy, 0, evaluate=False)))
    return [(words, _renamed(fact, fresh)) for words, fact in conditions] + signs


def _renamed(fact: Any, fresh: dict) -> Any:
    """The fact in other symbols, without SymPy's own opinion of whether it holds."""
    if isinstance(fact, Relational):
        return fact.func(*[side.xreplace(fresh) for side in fact.args], evaluate=False)
    if isinstance(fact, sp.And | sp.Or | sp.Not):
        parts: Any = [_renamed(part, fresh) for part in fact.args]
        return fact.func(*parts, evaluate=False)  # pyright: ignore[reportCallIssue]
    return fact
