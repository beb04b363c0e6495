"""Does a relation follow from premises by real arithmetic?  Decided by z3 (nlsat).

Polynomial parts are translated; everything else becomes a fresh real number, the same one for the same term
in normal form: entries, sums of symbolic length, inner products, expectations, values of unknown functions,
q**T with symbolic T.  Forgetting what these are can only lose proofs, so `unsat` is a proof, while `sat`
counts as a counterexample only where nothing was forgotten.

x/y      a fresh q with q y = x; that y is not zero must itself follow from the premises
sqrt(x)  a fresh s >= 0 with s^2 = x; that x >= 0 must itself follow
b**T     positive where b > 0; at most 1 where 0 <= b <= 1 and T >= 0, at most b where T >= 1; between
         1 + T(b-1) and 1/(1 - T(b-1)) where b >= 1; b**(2T+1) is (b**T)^2 b
Contradictory premises prove nothing here: they are refused.
"""

from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import mul
from typing import Any

import sympy as sp
import z3
from sympy.core.function import AppliedUndef

from proofs_check.core.normal import Ix, formal, hide, normal, word
from proofs_check.core.relation import alternatives
from proofs_check.core.sense import hidden_parts, malformed, partial_parts, sign_of
from theory.notation import E, Vec, dot

SEED, EFFORT, PATIENCE = 7, 2_500_000, 6
"""EFFORT: what z3 counts in a second on an ordinary machine, so that its limit is a count on any machine.
PATIENCE: the limit in seconds is this many times as long; it ends only what the count does not see."""
OPAQUE = (E, AppliedUndef)
RELATIONS = {sp.Eq: "==", sp.Ne: "!=", sp.Le: "<=", sp.Lt: "<", sp.Ge: ">=", sp.Gt: ">"}


class Untranslatable(ValueError):
    """A term that real arithmetic must not touch (a float, an infinity, a bare vector)."""


@dataclass(slots=True)
class _Translation:
    """One problem: its variables, what is known of them, and what must be shown before they may be used."""

    context: Any = field(default_factory=z3.Context)
    terms: dict = field(default_factory=dict)  # SymPy term -> z3 real
    log: list = field(default_factory=list)  # (formula, ""): definitions and signs; (formula, words): owed
    integers: list = field(default_factory=list)
    opaque: list = field(default_factory=list)

    def know(self, *formulas: Any) -> None:
        self.log += [(formula, "") for formula in formulas]

    def owe(self, formula: Any, words: str) -> None:
        """What must be shown before the definitions that come later in the log may be used."""
        self.log.append((formula, words))

    def real(self, key: Any, forget: bool) -> Any:
        variable = z3.Real(f"x{len(self.terms)}", self.context)
        self.terms[key] = variable
        if forget:
            self.opaque.append(key)
        return variable

    def number(self, value: Any) -> Any:
        return z3.RealVal(str(sp.Rational(value)), self.context)


def _atom(tr: _Translation, term: Any) -> Any:
    """A term that is not opened: one fresh real, with the sign that its parts guarantee."""
    if term in tr.terms:
        return tr.terms[term]
    variable = tr.real(term, forget=not isinstance(term, sp.Symbol))
    positive, nonnegative = sign_of(term)
    if not isinstance(term, sp.Symbol | sp.Expr) or term.is_extended_real is False:
        raise Untranslatable(f"{term} is not a real number")
    if term.is_integer and isinstance(term, sp.Symbol):
        tr.integers.append(term)
    if positive:
        tr.know(variable >= 1 if term.is_integer else variable > 0)
    elif nonnegative:
        tr.know(variable >= 0)
    elif term.is_negative:
        tr.know(variable < 0)
    elif term.is_nonpositive:
        tr.know(variable <= 0)
    elif term.is_nonzero:
        tr.know(variable != 0)
    return variable


def _term(tr: _Translation, e: Any) -> Any:
    if e in tr.terms:
        return tr.terms[e]
    if e.is_Rational:
        return tr.number(e)
    if isinstance(e, sp.NumberSymbol):
        variable = tr.real(e, forget=True)
        near, width = sp.Rational(str(e.evalf(30))), sp.Rational(1, 10**25)
        tr.know(variable > tr.number(near - width), variable < tr.number(near + width))
        return variable
    if isinstance(e, Vec) or e.is_Float or e in (sp.oo, -sp.oo, sp.zoo, sp.nan, sp.I):
        raise Untranslatable(f"{e} is no exact real number")
    if isinstance(e, sp.Symbol | dot):
        return _atom(tr, e)
    if isinstance(e, sp.Add | sp.Mul):
        parts = [_term(tr, a) for a in e.args]
        total = parts[0]
        for part in parts[1:]:
            total = total + part if isinstance(e, sp.Add) else total * part
        return total
    if isinstance(e, sp.Pow | sp.exp):
        return _power(tr, e)
    if isinstance(e, sp.Sum):
        return _sum(tr, e)
    if isinstance(e, sp.Abs):
        x = _term(tr, e.args[0])
        return z3.If(x >= 0, x, -x)
    if isinstance(e, sp.Max | sp.Min):
        best = _term(tr, e.args[0])
        for x in [_term(tr, arg) for arg in e.args[1:]]:
            best = z3.If(best >= x if isinstance(e, sp.Max) else best <= x, best, x)
        return best
    if isinstance(e, sp.Indexed):
        return _atom(tr, sp.Indexed(e.base, *[normal(i) for i in e.indices]))
    if not isinstance(e, OPAQUE) and not e.is_extended_real:
        raise Untranslatable(f"{e} is not known to be real")
    return _atom(tr, e.func(*[sp.expand(a) if a.atoms(Vec) else normal(a) for a in e.args]))


def _sum(tr: _Translation, e: Any) -> Any:
    """A sum of symbolic length: index-free factors outside, each remaining chain one fresh real."""
    if any(x.is_infinite for limit in e.limits for x in limit[1:]):
        raise Untranslatable(f"{e} is infinite: that it converges is not shown")
    inner: Any = sp.Sum(e.function, *e.limits[:-1]) if len(e.limits) > 1 else e.function
    variable, low, high = e.limits[-1]
    hidden, back = hide(inner, sp.Sum)
    total = tr.number(0)
    summands: Any = sp.Add.make_args(sp.expand(hidden))
    for summand in summands:
        outside, rest = summand.xreplace(back).as_independent(variable, as_Add=False)
        value = tr.number(0)
        chains: Any = sp.Add.make_args(formal(sp.Sum(rest, (variable, low, high))))
        for mono in (c for c in chains if c != 0):
            free, chain = mono.as_independent(Ix, sp.Sum, as_Add=False)
            value = value + _term(tr, free) * (_atom(tr, word(chain)) if chain != 1 else tr.number(1))
        total = total + _term(tr, outside) * value
    if sign_of(e)[1]:  # the whole sum may be non-negative where its parts, each on its own, are not
        tr.know(total >= 0)
    return total


def _repeat(x: Any, many: int) -> Any:
    return reduce(mul, [x] * int(many))


def _power(tr: _Translation, e: Any) -> Any:
    base, exponent = e.as_base_exp()
    if base == sp.E:
        return _atom(tr, sp.exp(normal(exponent)))  # positive by SymPy's assumptions
    if not exponent.is_Rational:
        return _symbolic_power(tr, base, exponent)
    if exponent < 0:
        below = _term(tr, base ** (-exponent))
        tr.owe(below != 0, f"{base} != 0")
        variable = tr.real(e, forget=False)
        tr.know(variable * below == 1)
        return variable
    if exponent.is_Integer:
        return _repeat(_term(tr, base), exponent)
    root = sp.Pow(base, sp.Rational(1, exponent.q), evaluate=False)
    if e != root:
        return _repeat(_power(tr, root) if root not in tr.terms else tr.terms[root], exponent.p)
    x, variable = _term(tr, base), tr.real(e, forget=False)
    tr.owe(x >= 0, f"{base} >= 0")
    tr.know(variable >= 0, _repeat(variable, exponent.q) == x)
    return variable


def _symbolic_power(tr: _Translation, base: Any, exponent: Any) -> Any:
    """base**(c + k T) = base**c (base**T)**k, base**T opaque."""
    shift, rest = sp.expand(exponent).as_coeff_Add()
    if shift != 0:
        if not shift.is_Integer:
            raise Untranslatable(f"{base}**({exponent})")
        return _term(tr, base**shift) * _symbolic_power(tr, base, rest)
    times, single = rest.as_coeff_Mul()
    if times.is_Integer and times > 1:
        return _repeat(_symbolic_power(tr, base, single), times)
    key = ("power", sp.expand(base), rest)
    if key in tr.terms:
        return tr.terms[key]
    x = _term(tr, base)
    if not rest.is_integer:
        tr.owe(x > 0, f"{base} > 0")
    elif not rest.is_nonnegative:
        tr.owe(x != 0, f"{base} != 0")
    p, t = tr.real(key, forget=True), _term(tr, rest)
    tr.know(
        z3.Implies(x > 0, p > 0),
        z3.Implies(z3.And(x >= 0, x <= 1, t >= 1), p <= x),
        z3.Implies(z3.And(x >= 1, t >= 1), p >= 1 + t * (x - 1)),  # Bernoulli
        z3.Implies(z3.And(x >= 1, t >= 0, t * (x - 1) < 1), p * (1 - t * (x - 1)) <= 1),  # <= e^(t(x-1))
    )
    if rest.is_nonnegative:
        tr.know(
            z3.Implies(x >= 0, p >= 0),
            z3.Implies(z3.And(x >= 0, x <= 1), p <= 1),
            z3.Implies(x >= 1, p >= 1),
        )
    return p


def _relation(tr: _Translation, relation: Any) -> Any:
    if relation in (sp.true, sp.false, True, False):
        return z3.BoolVal(bool(relation), tr.context)
    if isinstance(relation, sp.And | sp.Or | sp.Not):
        parts = [_relation(tr, a) for a in sorted(relation.args, key=sp.default_sort_key)]
        return {sp.And: z3.And, sp.Or: z3.Or, sp.Not: z3.Not}[type(relation)](*parts)
    if type(relation) not in RELATIONS:
        raise Untranslatable(f"{relation!r} is no relation between real numbers")
    a, b = (_term(tr, side) for side in relation.args)
    name = RELATIONS[type(relation)]
    return {"==": a == b, "!=": a != b, "<=": a <= b, "<": a < b, ">=": a >= b, ">": a > b}[name]


def _ask(tr: _Translation, constraints: list, seconds: float) -> tuple[str, Any]:
    solver = z3.SolverFor("QF_NRA", ctx=tr.context)
    solver.set("rlimit", int(EFFORT * seconds))
    solver.set(timeout=max(1, int(PATIENCE * 1000 * seconds)), random_seed=SEED)
    solver.add(*constraints)
    answer = str(solver.check())
    return answer, solver.model() if answer == "sat" else None


def entails(premises: Any, goal: Any, seconds: float = 10.0) -> tuple[bool | None, str]:
    """(True, how) if the goal follows; (False, model) if it certainly does not; (None, why) otherwise.
    Premises and goal are SymPy relations (Eq, Ne, Le, Lt, Ge, Gt; And, Or, Not) over real numbers.  The
    assumptions of symbols (positive, nonnegative, integer) are premises too.  Answers are remembered.
    """
    return _answer(tuple(premises), goal, seconds)


@lru_cache(maxsize=4096)
def _answer(premises: tuple, goal: Any, seconds: float) -> tuple[bool | None, str]:
    if problem := undefined(hidden_parts(goal), premises, seconds):
        return None, problem
    tr = _Translation()
    try:
        given = [_relation(tr, p) for p in premises if not alternatives(p)]
        mark = len(tr.log)  # a true premise is a defined one: all that is owed so far is known
        given += [_relation(tr, p) for p in premises if alternatives(p)]  # true also beside undefined parts
        aim = _relation(tr, goal)
    except Untranslatable as error:
        return None, str(error)
    facts = given + [formula for formula, _ in tr.log[:mark]]
    for formula, words in tr.log[mark:]:
        if words and _ask(tr, [*facts, z3.Not(formula)], seconds)[0] != "unsat":
            return None, f"not shown from the premises: {words}"
        facts.append(formula)
    answer, model = _ask(tr, [*facts, z3.Not(aim)], seconds)
    if answer == "unknown":
        return None, "z3 gave no answer in the time allowed"
    if answer == "sat":
        return _counterexample(tr, model)
    consistent = _ask(tr, facts, max(1.0, seconds))[0]
    if consistent == "unsat":
        return None, "the premises contradict each other, so they prove nothing"
    note = "" if consistent == "sat" else "; premises not shown to be consistent"
    return True, f"z3: no real numbers satisfy the premises and the negated goal{note}"


def undefined(parts: Any, facts: Any, seconds: float = 5.0) -> str:
    """The first of some parts (`sense`) that is not shown to have a value where the facts hold, or ""."""
    for part, ranges in dict.fromkeys(parts):
        answer, reason = entails((*facts, *ranges), sp.Eq(part, part, evaluate=False), seconds)
        if answer is not True:
            return f"{part} is not shown to have a value ({reason})"
    return ""


def senseless(exprs: Any, facts: Any, seconds: float = 5.0) -> str:
    """Why one of the expressions is no real number where the facts hold, or ""."""
    found = (malformed(e) or undefined(partial_parts(e), facts, seconds) for e in map(sp.sympify, exprs))
    return next(filter(None, found), "")


def _counterexample(tr: _Translation, model: Any) -> tuple[bool | None, str]:
    """A model refutes only if every term kept its meaning and integer symbols have integer values."""
    symbols = sorted((k for k in tr.terms if isinstance(k, sp.Symbol)), key=str)
    values = {k: model.eval(tr.terms[k], model_completion=True) for k in symbols}
    text = ", ".join(f"{k} = {v}" for k, v in values.items())
    if tr.opaque:
        forgotten = ", ".join(str(k[1] ** k[2] if isinstance(k, tuple) else k) for k in tr.opaque[:3])
        return None, f"does not follow from what is known of {forgotten}"
    whole = lambda v: z3.is_rational_value(v) and v.denominator_as_long() == 1
    if not all(whole(values[k]) for k in tr.integers):
        return None, f"fails at real values of integer symbols: {text}"
    return False, f"fails at {text}"
