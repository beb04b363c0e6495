"""Monotonicity by the sign of a derivative.

The line is f(var + step) (relation) f(var).  It follows by the mean value theorem if f is differentiable and
its derivative has the right sign on the whole segment; a strict relation needs a strict sign and step > 0.
The derivative is looked at in a fresh real variable y that satisfies what is known of the segment: var <= y
and y <= var + step, the sign of var, and those givens that are affine in var and hold at both ends (an affine
inequality that holds at both ends holds between).
"""

from dataclasses import replace
from typing import Any

import sympy as sp

from proofs_check.core.lemma import Context, use
from proofs_check.core.normal import equal
from proofs_check.core.polynomial import entails
from proofs_check.core.relation import name_of, relate
from theory.proof import Calculus, Line

SMOOTH = (sp.Symbol, sp.Number, sp.NumberSymbol, sp.Add, sp.Mul, sp.Pow, sp.exp, sp.log, sp.tanh, sp.atan)


def check_monotone(
    rule: Calculus, before: Any, line: Line, context: Context
) -> tuple[bool, str, tuple[str, ...]]:
    """Whether f(var + step) >= f(var) (or <=, <, >) follows from the sign of f' on the segment."""
    if context.along is None or context.along[0] != rule.var or context.along[1] is None:
        return False, f"Calculus in {rule.var} needs a statement along {rule.var} with a step symbol", ()
    var, step, function = rule.var, context.along[1], line.expr
    if line.relation not in ("<=", "<", ">=", ">"):
        return False, f"relation {line.relation}: a sign of the derivative gives <=, <, >= or >", ()
    if not equal(before, function.subs(var, var + step)):
        return False, f"the line before is not {function} at {var} + {step}", ()
    y = sp.Dummy("y_between", real=True, positive=var.is_positive, nonnegative=var.is_nonnegative)
    odd = [n for n in sp.preorder_traversal(function) if var in n.free_symbols and not isinstance(n, SMOOTH)]
    if odd:
        return False, f"{odd[0]} is not known to be differentiable in {var}", ()
    ahead = (sp.Gt if line.relation in ("<", ">") else sp.Ge)(step, 0, evaluate=False)
    if entails(context.facts, ahead)[0] is not True:
        return False, f"{ahead} does not follow from the givens", ()
    facts = [*context.facts, y >= var, sp.Le(y, var + step, evaluate=False)]
    facts += [
        f.subs(var, y) for f in context.facts if var in f.free_symbols and _spans(f, var, step, context)
    ]
    for lemma in rule.facts:
        bind = {
            name: value.subs(var, y) if isinstance(value, sp.Basic) else value
            for name, value in lemma.bind.items()
        }
        between = replace(context, facts=tuple(facts))
        conclusion, reason = use(type(lemma)(lemma.name, bind), between)
        if conclusion is None:
            return False, reason, ()
        facts.append(conclusion)
    slope = sp.together(sp.diff(function.subs(var, y), y))
    answer, reason = entails(facts, relate(slope, line.relation, sp.Integer(0)))
    names = tuple(lemma.name for lemma in rule.facts)
    if answer is not True:
        return False, f"sign of the derivative {slope} not shown ({reason})", names
    defined, reason = entails(facts, sp.Eq(function.subs(var, y), function.subs(var, y), evaluate=False))
    if defined is not True:
        return False, f"{function} not shown to be defined on the segment ({reason})", names
    return True, f"the derivative {slope} has the sign on the whole segment", names


def _spans(fact: Any, var: Any, step: Any, context: Context) -> bool:
    """Whether a given holds on the whole segment: affine in var, and entailed at the far end too."""
    if name_of(fact) is None:
        return False
    left, right = fact.args
    gap: Any = sp.expand(left - right)
    affine = gap.is_polynomial(var) and sp.degree(gap, var) <= 1
    return affine and entails(context.facts, fact.subs(var, var + step))[0] is True
