"""Relations between real numbers: their SymPy form, what each implies, how they compose along a chain."""

from typing import Any

import sympy as sp

IMPLIES = {
    "==": ("==", "<=", ">="),
    "<": ("<", "<="),
    "<=": ("<=",),
    ">": (">", ">="),
    ">=": (">=",),
}
FLIPPED = {"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CLASS: dict[str, Any] = {"==": sp.Eq, "<": sp.Lt, "<=": sp.Le, ">": sp.Gt, ">=": sp.Ge}
_NAME: dict[Any, str] = {cls: name for name, cls in _CLASS.items()}


def relate(left: Any, relation: str, right: Any) -> Any:
    """The SymPy relation, unevaluated, so that no assumption decides it on the way."""
    return _CLASS[relation](left, right, evaluate=False)


def name_of(relation: Any) -> str | None:
    """The sign of a SymPy relation, None if it is not one of `==`, `<`, `<=`, `>`, `>=`."""
    return _NAME.get(type(relation))


def compose(first: str, second: str) -> str | None:
    """a first b second c gives a ? c; None if the two point in opposite directions."""
    if first == "==":
        return second
    if second == "==":
        return first
    if first[0] != second[0]:
        return None
    return first[0] if "=" not in first or "=" not in second else first


def conjuncts(fact: Any) -> tuple:
    """The relations of which all hold if the fact does, in SymPy's order (its `make_args` is a set)."""
    return fact.args if isinstance(fact, sp.And) else (fact,)


def alternatives(fact: Any) -> bool:
    """Whether the fact may be true where one of its parts has no value: as x = 0 or 1/x > 0 is at 0."""
    return isinstance(fact, sp.Basic) and fact.has(sp.Or, sp.Not)
