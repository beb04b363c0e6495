"""Induction over an integer symbol: the base by substitution, the step by normal form or by its own lines.

What is assumed in the step: the relation at `var`, `var >= base`, and those givens that do not speak of
`var`.  A fact that mentions `var` was given for the instance's own value and is left out.  A *grant* that
mentions `var`, such as "gradient(J, x, g)" beside "value(J, x, J(T))", is read as given for every value of
it; the vectors in it belong to that value, so they may stand in the step but not in the relation itself.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sympy as sp

from proofs_check.core.lemma import Context, depends, fits
from proofs_check.core.normal import equal
from proofs_check.core.polynomial import entails
from proofs_check.core.relation import IMPLIES, relate
from theory.proof import Induct, Line

Outcome = tuple[bool, str, tuple[str, ...]]
CheckLines = Callable[[Any, tuple, Context], tuple[bool, str, str, Any, tuple[str, ...]]]
"""start, lines, context -> (ok, reason, relation of start to the end, the end, lemmas)."""


def check_induction(
    rule: Induct, before: Any, line: Line, context: Context, check_lines: CheckLines
) -> Outcome:
    """Whether `before relation expr` holds for every integer var >= base."""
    var, base = rule.var, rule.base
    goal: Any = line.expr
    problem = _domain(rule, before, line, context)
    if problem:
        return False, problem, ()
    local = set().union(*[depends(grant, var, context.names) for grant in context.grants])
    facts = tuple(f for f in context.facts if not (f.free_symbols & (local | {var})))
    captured = local & (before.free_symbols | line.expr.free_symbols)
    if captured:
        return False, f"{sorted(map(str, captured))} depend on {var}: write them as functions of it", ()
    left, right = (side.subs(var, base) for side in (before, line.expr))
    ok, reason = _holds(left, line.relation, right, facts)
    if not ok:
        return False, f"base {var} = {base}: {left} {line.relation} {right} not shown ({reason})", ()
    after_left, after_right = (side.subs(var, var + 1) for side in (before, line.expr))
    if not rule.step:
        if line.relation != "==":
            return False, "an inequality needs step=(...): only identities are done by normal form", ()
        if equal(after_left - before, after_right - goal):
            return True, f"base {var} = {base}; the differences at {var} + 1 agree in normal form", ()
        return False, f"the differences from {var} to {var} + 1 do not agree", ()
    hypothesis = relate(before, line.relation, line.expr)
    always = [f.subs(s, v) for s, f in context.every for v in (var, var + 1) if fits(v, s)]
    inner = replace(context, facts=(*facts, *always, sp.Ge(var, base, evaluate=False), hypothesis))
    ok, reason, relation, end, lemmas = check_lines(after_left, rule.step, inner)
    if not ok:
        return False, f"step: {reason}", lemmas
    if end != after_right and not equal(end, after_right):
        return False, f"step ends at {end}, expected {after_right}", lemmas
    if line.relation not in IMPLIES[relation]:
        return False, f"step shows {relation}, expected {line.relation}", lemmas
    return True, f"base {var} = {base}; step from {var} to {var} + 1 ({len(rule.step)} lines)", lemmas


def _domain(rule: Induct, before: Any, line: Line, context: Context) -> str:
    """Whether `var` runs over the integers from `base`, and over no more."""
    var, base = rule.var, rule.base
    if not isinstance(var, sp.Symbol) or not var.is_integer:
        return f"{var} is not an integer symbol"
    if not isinstance(base, int):
        return f"base {base}, expected a whole number"
    if var not in before.free_symbols | line.expr.free_symbols:
        return f"{var} does not stand in the relation"
    if (var.is_positive and base < 1) or (var.is_nonnegative and base < 0):
        return f"base {base} lies outside the assumptions of the symbol {var}"
    odd = var.is_even is not None or var.is_prime is not None or var.is_nonpositive
    if odd or (var.is_nonzero and base < 1):
        return f"{var} carries assumptions that induction does not keep"
    answer, _ = entails(context.facts, sp.Ge(var, base, evaluate=False))
    return "" if answer is True else f"{var} >= {base} does not follow from the givens"


def _holds(left: Any, relation: str, right: Any, facts: tuple) -> tuple[bool, str]:
    if relation in ("==", "<=", ">=") and equal(left, right):
        return True, ""
    answer, reason = entails(facts, relate(left, relation, right))
    return answer is True, reason
