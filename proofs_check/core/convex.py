"""Convexity, and what follows from it: minima by stationarity and multipliers, and Jensen's inequality.

A twice differentiable f is convex on a convex set if its Hessian is positive semidefinite there (Boyd and
Vandenberghe 2004, section 3.1.4); then f(x) >= f(x*) + grad f(x*) . (x - x*) (section 3.1.3).  With
grad f(x*) = sum of m_i grad g_i, g_i affine and 0 at x* wherever m_i is not, and m_i g_i(x) >= 0 on the
givens, the last term is the sum of m_i g_i(x): that is all that the conditions of Karush, Kuhn and Tucker
are needed for.

The Hessian is looked at in fresh variables that satisfy the signs and the *affine* givens of the old ones: a
convex set that contains both x and x*.  Positive semidefinite: all principal minors are >= 0.
"""

from itertools import combinations
from typing import Any

import sympy as sp

from proofs_check.core.box import usable
from proofs_check.core.interval import SMOOTH, positive
from proofs_check.core.normal import equal
from proofs_check.core.polynomial import entails, senseless
from proofs_check.core.relation import name_of, relate
from proofs_check.core.sense import bound_names, free_names, malformed
from theory.proof import Jensen, Stationary

Outcome = tuple[bool, str]
SECONDS = 5.0


def decide(facts: Any, goal: Any, seconds: float = SECONDS) -> Outcome:
    """Whether a relation follows: by real arithmetic, else (one variable, no polynomial) by enclosures."""
    answer, reason = entails(facts, goal, seconds)
    name = name_of(goal)
    free = tuple(goal.free_symbols)
    if answer is None and len(free) == 1 and name not in (None, "=="):
        a, b = goal.args
        gap = a - b if name in (">=", ">") else b - a
        try:
            answer, how = positive(
                gap, free, usable(facts, free), strict="=" not in str(name), seconds=seconds
            )
        except (TypeError, KeyError) as error:  # a function without an enclosure
            return False, f"{reason}; {error}"
        reason = how if answer else f"{reason}; {how}"
    return answer is True, reason


def between(variables: Any, facts: Any) -> tuple[dict, list]:
    """Fresh variables for points of the convex set, and what is known of them: affine givens alone."""
    fresh = {
        v: sp.Dummy(f"y_{v}", real=True, nonnegative=v.is_nonnegative, nonpositive=v.is_nonpositive)
        if not (v.is_positive or v.is_negative)
        else sp.Dummy(f"y_{v}", real=True, positive=v.is_positive, negative=v.is_negative)
        for v in variables
    }
    known = [f.xreplace(fresh) for f in facts if f.free_symbols & set(fresh) and affine(f, variables)]
    return fresh, [*[f for f in facts if not f.free_symbols & set(fresh)], *known]


def affine(relation: Any, variables: Any) -> bool:
    """Whether a relation is affine in all the variables together."""
    if name_of(relation) is None:
        return False
    gap: Any = sp.expand(relation.args[0] - relation.args[1])
    return gap.is_polynomial(*variables) and sp.Poly(gap, *variables).total_degree() <= 1


def convex(f: Any, variables: tuple, facts: Any, seconds: float = SECONDS) -> Outcome:
    """Whether f is defined, smooth and convex on the set that the affine facts describe."""
    odd = [
        n for n in sp.preorder_traversal(f) if n.free_symbols & set(variables) and not _smooth(n, variables)
    ]
    if odd:
        return False, f"{odd[0]} is not known to be smooth"
    defined, reason = entails(facts, sp.Eq(f, f, evaluate=False), seconds)
    if defined is not True and not _encloses(f, variables, facts, seconds):
        return False, f"{f} not shown to be defined ({reason})"
    hessian: Any = sp.hessian(f, variables).applyfunc(sp.together)
    for size in range(1, len(variables) + 1):
        for chosen in combinations(range(len(variables)), size):
            minor = sp.factor(hessian.extract(list(chosen), list(chosen)).det())
            ok, reason = decide(facts, sp.Ge(minor, 0, evaluate=False), seconds)
            if not ok:
                names = ", ".join(str(variables[i]).removeprefix("_y_") for i in chosen)
                return False, f"the minor of the Hessian in {names} is not shown >= 0 ({reason})"
    return True, "the Hessian is positive semidefinite"


def _smooth(node: Any, variables: tuple) -> bool:
    """Whether the node's head keeps its arguments smooth; sums over ranges that do not depend on them do."""
    if isinstance(node, sp.Sum):
        ends = [end for limit in node.limits for end in limit[1:]]
        return not any(end.is_infinite or end.free_symbols & set(variables) for end in ends)
    return isinstance(node, SMOOTH)


def _encloses(f: Any, variables: tuple, facts: Any, seconds: float) -> bool:
    """Defined in one variable, where real arithmetic does not know the functions: 1 + f^2 > 0 is enclosed."""
    if len(variables) != 1 or f.free_symbols != set(variables):
        return False
    return positive(1 + f**2, variables, usable(facts, variables), strict=True, seconds=seconds)[0] is True


def check_minimum(rule: Stationary, before: Any, relation: str, after: Any, facts: Any) -> Outcome:
    """Whether f(x) >= f(at) on the givens (or `<=`, f concave), by stationarity and multipliers."""
    if relation not in (">=", "<="):
        return False, f"relation {relation}: an optimum gives >= or <="
    sign = 1 if relation == ">=" else -1
    at, f = {v: sp.sympify(c) for v, c in rule.at.items()}, sign * before
    variables = tuple(at)
    if not variables or not all(isinstance(v, sp.Symbol) and v.is_extended_real for v in variables):
        return False, "at: expected real symbols of the line before"
    if any(c.free_symbols & set(variables) for c in at.values()):
        return False, "the optimum mentions the variables"
    if common := bound_names(before, *facts) & free_names(*at, *at.values()):
        return False, f"{common} are indices: name them otherwise"
    put = lambda e: e.xreplace(at)
    if not equal(put(before), after):
        return False, f"the line is not the line before at {at}"
    outside = [fact for fact in facts if not fact.free_symbols & set(variables)]
    if problem := senseless([*at.values(), *[value for _, value in rule.multipliers]], outside):
        return False, problem
    fresh, inside = between(variables, facts)
    ok, reason = _contained(variables, at, facts, outside, rule.seconds)
    if not ok:
        return False, reason
    ok, reason = convex(f.xreplace(fresh), tuple(fresh.values()), inside, rule.seconds)
    if not ok:
        return False, reason
    gradient = {v: put(sp.diff(f, v)) for v in variables}
    for constraint, value in rule.multipliers:
        if constraint not in facts or not affine(constraint, variables):
            return False, f"{constraint} is no affine given"
        sides: Any = constraint.args
        gap, multiplier = sides[0] - sides[1], sp.sympify(value)
        if multiplier.free_symbols & set(variables):
            return False, f"the multiplier {multiplier} mentions the variables"
        kind = name_of(constraint)
        if kind != "==":
            goal = relate(multiplier, ">=" if kind in (">=", ">") else "<=", sp.Integer(0))
            ok, reason = decide(outside, goal, rule.seconds)
            if not ok:
                return False, f"the multiplier of {constraint} has not the right sign ({reason})"
            if not equal(multiplier * put(gap), 0) and not _shown_zero(multiplier * put(gap), outside):
                return False, f"{constraint} is not tight, its multiplier {multiplier} not zero"
        for v in variables:
            gradient[v] = gradient[v] - multiplier * sp.diff(gap, v)
    for v, slope in gradient.items():
        if not equal(slope, 0) and not _shown_zero(slope, outside):
            return False, f"the gradient in {v} is {sp.factor(slope)}, not zero"
    return True, f"stationary at the optimum, {reason or 'convex'}"


def _shown_zero(value: Any, facts: Any) -> bool:
    return entails(facts, sp.Eq(value, 0, evaluate=False), SECONDS)[0] is True


def _contained(variables: tuple, at: dict, facts: Any, outside: list, seconds: float) -> Outcome:
    """Whether the optimum obeys the signs of its variables and the affine givens: it is in the convex set."""
    goals = [sp.Ge(c, 0, evaluate=False) for v, c in at.items() if v.is_nonnegative]
    goals += [sp.Le(c, 0, evaluate=False) for v, c in at.items() if v.is_nonpositive]
    goals += [sp.Ne(c, 0, evaluate=False) for v, c in at.items() if v.is_positive or v.is_negative]
    goals += [
        f.func(*[a.xreplace(at) for a in f.args], evaluate=False)
        for f in facts
        if f.free_symbols & set(variables) and affine(f, variables)
    ]
    for goal in goals:
        ok, reason = decide(outside, goal, seconds)
        if not ok:
            return False, f"the optimum is not shown to satisfy {goal} ({reason})"
    return True, ""


def check_jensen(rule: Jensen, before: Any, relation: str, after: Any, facts: Any) -> Outcome:
    """Whether the mean of f is at least f of the mean (either order of the two sides)."""
    if relation not in (">=", "<="):
        return False, f"relation {relation}: Jensen gives >= or <="
    if not isinstance(rule.function, sp.Lambda) or len(rule.function.variables) != 1:
        return False, f"function {rule.function}, expected Lambda(t, f(t))"
    parts = [*_tuple(rule.weights), *_tuple(rule.points), *_tuple(rule.index)]
    if common := bound_names(rule.function, *rule.within) & free_names(*parts):
        return False, f"{common} are indices in the function: name them otherwise"
    mean, point, total, pairs, problem = _averages(rule)
    if problem:
        return False, problem
    if equal(before, mean) and equal(after, rule.function(point)):
        sign = 1 if relation == ">=" else -1
    elif equal(after, mean) and equal(before, rule.function(point)):
        sign = 1 if relation == "<=" else -1
    else:
        return False, f"the sides are not {mean} and {rule.function(point)}"
    if rule.index is not None and any(rule.index in f.free_symbols for f in facts):
        return False, f"the index {rule.index} stands in the givens: take one that is used nowhere else"
    if not equal(total, 1) and not _shown_zero(total - 1, facts):
        return False, f"the weights {total} are not shown to sum to one"
    if problem := malformed(mean) or senseless([part for pair in pairs for part in pair], facts):
        return False, problem
    t = rule.function.variables[0]
    fresh = sp.Dummy("t", real=True)
    odd = [w for w in rule.within if not affine(w, (t,)) or w.free_symbols & {rule.index}]
    if odd:
        return False, f"within: {odd[0]}, expected a relation affine in {t} and free of the index"
    for weight, value in pairs:
        goals = [sp.Ge(weight, 0, evaluate=False)]
        goals += [w.func(*[a.xreplace({t: value}) for a in w.args], evaluate=False) for w in rule.within]
        for goal in goals:
            ok, reason = decide(facts, goal)
            if not ok:
                return False, f"{goal} not shown ({reason})"
    known = [
        *facts,
        *[w.func(*[a.xreplace({t: fresh}) for a in w.args], evaluate=False) for w in rule.within],
    ]
    function: Any = rule.function(fresh)
    ok, reason = convex(sign * function, (fresh,), known)
    return ok, f"{'convex' if sign == 1 else 'concave'}: {reason}" if ok else reason


def _tuple(part: Any) -> tuple:
    return part if isinstance(part, tuple) else (part,)


def _averages(rule: Jensen) -> tuple[Any, Any, Any, list, str]:
    """(mean of f, mean point, sum of the weights, (weight, point) pairs to look at, problem)."""
    none = (None, None, None, [])
    if isinstance(rule.weights, tuple) and isinstance(rule.points, tuple):
        if len(rule.weights) != len(rule.points) or not rule.weights:
            return *none, f"{len(rule.weights)} weights for {len(rule.points)} points"
        pairs = [(sp.sympify(w), sp.sympify(p)) for w, p in zip(rule.weights, rule.points, strict=True)]
        mean = sp.Add(*[w * rule.function(p) for w, p in pairs])
        return mean, sp.Add(*[w * p for w, p in pairs]), sp.Add(*[w for w, _ in pairs]), pairs, ""
    w, p, j = rule.weights, rule.points, rule.index
    if isinstance(w, tuple) or isinstance(p, tuple) or j is None or rule.length is None:
        return *none, "weights and points: expected two tuples, or two expressions with index= and length="
    if not (j.is_integer and j.is_positive) or j in rule.length.free_symbols:
        return *none, f"index {j}: expected a positive integer symbol"
    over = lambda e: sp.Sum(e, (j, 1, rule.length))
    return over(w * rule.function(p)), over(w * p), over(w), [(sp.sympify(w), sp.sympify(p))], ""
