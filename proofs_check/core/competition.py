"""Statements about a minimiser: who competes, and what the printed answer has to beat.

`left.expr` is the objective at an arbitrary competitor: its symbols that `claim.symbols` does not know, in
order of name, are the competitor.  Facts that mention it say where it is feasible.
"""

from typing import Any

import sympy as sp

from proofs_check.core.groups import held_still
from proofs_check.core.lemma import Context
from proofs_check.core.polynomial import entails
from proofs_check.core.sense import bound_names, free_names


def competitors(objective: Any, claim: Any) -> list:
    """The symbols and indexed symbols of an arbitrary competitor, in the order of the minimiser's parts."""
    known = {*claim.symbols, *[getattr(s, "label", s) for s in claim.symbols]}
    bases = {b for b in objective.atoms(sp.IndexedBase) if b not in known and b.label not in known}
    hidden = {b.label for b in objective.atoms(sp.IndexedBase)} | set(objective.atoms(sp.Indexed))
    free = {s for s in objective.free_symbols - hidden if s not in known}
    return sorted(free | bases, key=str)


def competition(left: Any, right: Any, claim: Any, context: Context) -> tuple[Any, Any, str]:
    """(objective at a competitor, objective at the minimiser, ""), or why there is no such comparison."""
    rivals = competitors(left, claim)
    answer = tuple(right) if isinstance(right, tuple | list | sp.Tuple) else (right,)
    if len(rivals) != len(answer):
        return None, None, f"competitor {rivals} has {len(rivals)} parts, the minimiser {len(answer)}"
    put = dict(zip(rivals, answer, strict=True))
    names = {getattr(r, "label", r) for r in rivals}
    if any(names & sp.sympify(part).free_symbols for part in answer):
        return None, None, f"the minimiser {answer} mentions the competitor"
    parts = [sp.sympify(part) for part in answer]
    maps = [part for part in parts if isinstance(part, sp.Lambda)]
    inner = {node for f in maps for node in f.expr.atoms(sp.Sum) if node.has(*f.variables)}
    bound = bound_names(left, *context.facts)
    if common := bound & (free_names(*parts) | bound_names(*inner)):
        return None, None, f"{common} are indices: name them otherwise in the minimiser"
    for rival in rivals:
        if problem := held_still(getattr(rival, "label", rival), context.laws, left):
            return None, None, problem
    for fact in context.facts:
        if fact.free_symbols & set(rivals) or fact.atoms(sp.IndexedBase) & set(rivals):
            others = [f for f in context.facts if not f.free_symbols & names]
            holds, reason = entails(others, _put(fact, put))
            if holds is not True:
                return None, None, f"the minimiser is not shown feasible: {fact} ({reason})"
    return left, _put(left, put), ""


def _put(expr: Any, put: dict) -> Any:
    """The expression at the minimiser; an indexed competitor takes a Lambda of its index."""
    for rival, value in put.items():
        if isinstance(rival, sp.IndexedBase):
            if not isinstance(value, sp.Lambda):
                raise TypeError(f"minimiser for {rival}: {value}, expected Lambda(j, expression)")
            expr = expr.replace(
                lambda e, r=rival: isinstance(e, sp.Indexed) and e.base == r, lambda e, v=value: v(*e.indices)
            )
    return expr.xreplace({k: v for k, v in put.items() if not isinstance(k, sp.IndexedBase)})
