"""Accept or refuse a derivation: both ends, every line by its rule, and the composed relation.

First line   the statement's `left.expr`; for increasing/decreasing (strict) that at symbol + step; for a
             statement with a remainder the `expr` of its limit, if a given grants "remainder(scale)"
Last line    the statement's `right`; for increasing/decreasing `left.expr` itself
argmin       `left.expr` is the objective at an arbitrary competitor: its symbols that `claim.symbols` does
             not know are the competitor.  The chain ends at the objective at `right`, and every line is
             `>=` or `==`.  Facts that mention the competitor say where it is feasible; the same facts must
             follow for `right`.

A bad derivation is a result (`ok=False` with the reason), never an exception; two roads that disagree on a
line are an exception (`SecondOpinionError`, `NormalFormError`, `LimitError`), never a result.
"""

from typing import Any

import sympy as sp

from proofs_check.core.competition import competition
from proofs_check.core.groups import held_still
from proofs_check.core.induct import check_induction
from proofs_check.core.lemma import Context, granted, granting, names_of, read_property, use
from proofs_check.core.moments import NoMoment, expected
from proofs_check.core.monotone import check_monotone
from proofs_check.core.normal import equal
from proofs_check.core.polynomial import entails
from proofs_check.core.relation import FLIPPED, IMPLIES, compose, conjuncts, name_of, relate
from proofs_check.core.rules import check_other
from proofs_check.core.second import SecondOpinionError, second_opinion
from proofs_check.core.sense import bound_names, malformed
from proofs_check.verdict import ProofResult, StepLine
from theory.notation import E, members
from theory.proof import (
    Calculus,
    Chain,
    Enclose,
    Entail,
    Expect,
    Induct,
    Lemma,
    Limit,
    Line,
    Rewrite,
    Stationary,
)

Outcome = tuple[bool, str, tuple[str, ...]]
SHOWN = {"increasing": ">", "decreasing": "<", "argmin": ">="}
MISTAKES = (
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    ArithmeticError,
    RecursionError,
    NotImplementedError,
)


def context_of(statement: Any, claim: Any) -> Context:
    """What the lines of a proof of the statement may rest on."""
    whole = [sp.sympify(g.fact) for g in statement.givens if g.fact is not None]
    facts = tuple(part for fact in whole for part in conjuncts(fact))
    grants = tuple(grant for g in statement.givens for grant in g.grants)
    random = [name for key in claim.laws for name in members(key)]
    known = (*claim.symbols, *random, *facts, statement.left.expr, statement.right)
    names = names_of(*[k for k in known if isinstance(k, sp.Basic | type)])
    for given in statement.givens:
        _stated(given, names)
    along = None
    if statement.along:
        along = (statement.along.symbol, names.get(statement.along.step))
    return Context(facts=facts, grants=grants, laws=claim.laws, names=names, along=along)


def _stated(given: Any, names: Any) -> None:
    """A granted bound, at_most(a, b), must be the given's fact too: it is then searched on every instance."""
    fact = sp.true if given.fact is None else sp.sympify(given.fact)
    said = [part.args for part in conjuncts(fact) if name_of(part) == "<="]
    for name, sides in (read_property(grant, names) for grant in given.grants):
        if name == "at_most" and not any(all(map(equal, sides, pair)) for pair in said):
            raise ValueError(f"given {given.text!r} grants at_most{sides} but does not state it as its fact")


def check_chain(chain: Chain, statement: Any, claim: Any) -> ProofResult:
    """Whether the chain proves the statement for all values of its symbols under its givens."""
    try:
        context = context_of(statement, claim)
        wanted = SHOWN.get(statement.relation, statement.relation)
        if wanted not in IMPLIES:
            return ProofResult(ok=False, reason=f"relation {statement.relation} has no rules here")
        start, end, problem = _ends(statement, claim, context)
        if problem:
            return ProofResult(ok=False, reason=problem)
        return check_derivation(chain, start, wanted, end, context)
    except MISTAKES as error:
        return ProofResult(ok=False, reason=f"{type(error).__name__}: {error}")


def check_derivation(chain: Chain, start: Any, wanted: str, end: Any, context: Context) -> ProofResult:
    """Whether the chain leads from `start` to `end` and shows `start wanted end`."""
    lines, relation, last = check_lines(chain.start, chain.lines, context)
    lemmas = tuple(dict.fromkeys(name for line in lines for name in line.lemmas))
    reason = next((f"line {i}: {line.reason}" for i, line in enumerate(lines, 1) if not line.ok), "")
    if not _alike(chain.start, start):
        reason = f"starts at {chain.start}, expected the definition of the left side, {start}"
    elif not _alike(last, end):
        reason = f"ends at {last}, expected {end}"
    elif not reason and (relation is None or wanted not in IMPLIES[relation]):
        reason = f"the lines compose to {relation or 'nothing: they point both ways'}, expected {wanted}"
    return ProofResult(ok=not reason, lines=tuple(lines), reason=reason, lemmas=lemmas)


def _alike(a: Any, b: Any) -> bool:
    return a == b or equal(a, b)


def _ends(statement: Any, claim: Any, context: Context) -> tuple[Any, Any, str]:
    """The two expressions between which the chain must lead, or why there are none."""
    left, right = statement.left.expr, statement.right
    if statement.remainder:
        left = statement.remainder.limit.expr
        scale = statement.remainder.scale
        if not granted(("remainder", scale), context):
            return None, None, f"no given grants remainder({scale}): the limit alone does not prove a rate"
    if left is None:
        return None, None, "the left side has no symbolic definition (Quantity.expr)"
    if statement.relation in ("increasing", "decreasing"):
        symbol, step = statement.along.symbol, context.along[1] if context.along else None
        if step is None:
            return None, None, f"claim.symbols has no symbol named {statement.along.step!r}"
        problem = held_still(symbol, context.laws, left)
        if step in bound_names(left):
            problem = f"{step} is an index in {left}"
        return left.subs(symbol, symbol + step), left, problem
    if statement.relation == "argmin":
        return competition(left, right, claim, context)
    return left, sp.sympify(right), ""


def check_lines(start: Any, lines: tuple, context: Context) -> tuple[list[StepLine], str | None, Any]:
    """Each line checked, the composed relation (None if the lines point both ways), the last expression."""
    checked, relation, before = [], "==", start
    for place, line in enumerate(lines, 1):
        ok, reason, lemmas = check_line(before, line, context)
        second = confirmed(before, line, context, lemmas, f"line {place}") if ok else ""
        checked.append(
            StepLine(
                latex=sp.latex(line.expr),
                relation=line.relation,
                rule=_rule_name(line.by),
                text=line.text,
                ok=ok,
                reason=reason,
                lemmas=lemmas,
                second=second,
            )
        )
        relation = compose(relation, line.relation) if relation and line.relation in IMPLIES else None
        before = line.expr
    return checked, relation, before


def confirmed(before: Any, line: Line, context: Context, lemmas: tuple[str, ...], name: str) -> str:
    """The second opinion on an accepted line; a disagreement names the line."""
    try:
        return second_opinion(before, line, context, lemmas)
    except SecondOpinionError as error:
        raise SecondOpinionError(f"{name}: {error}") from None


def _rule_name(rule: Any) -> str:
    name = type(rule).__name__
    if isinstance(rule, Lemma):
        return f"{name} {rule.name}"
    if isinstance(rule, Induct | Calculus):
        return f"{name} {rule.var}"
    return name


def check_line(before: Any, line: Line, context: Context) -> Outcome:
    """Whether `before relation expr` is accepted by the line's rule: (ok, reason, lemmas used)."""
    if line.relation not in IMPLIES:
        return False, f"relation {line.relation!r}, expected one of {', '.join(IMPLIES)}", ()
    if problem := _not_exact(before, line, context):
        return False, problem, ()
    for expr in (before, line.expr, *context.facts):
        if problem := malformed(sp.sympify(expr)):
            return False, problem, ()
    for variable in _moved(line.by):
        if problem := held_still(variable, context.laws, before, line.expr):
            return False, problem, ()
    try:
        match line.by:
            case Rewrite():
                return _rewrite(before, line)
            case Lemma():
                return _lemma(line.by, before, line, context)
            case Entail():
                return _entail(line.by, before, line, context)
            case Expect():
                return _expect(before, line, context)
            case Induct():
                return check_induction(line.by, before, line, context, _inner_lines)
            case Calculus():
                return check_monotone(line.by, before, line, context)
        return check_other(before, line, context)
    except (*MISTAKES, NoMoment) as error:
        return False, f"{type(error).__name__}: {error}", ()


def _not_exact(before: Any, line: Line, context: Context) -> str:
    """What in the line is no exact number: a float, or a mean that is not known to exist; or ""."""
    sides = tuple(map(sp.sympify, (before, line.expr)))
    if any(side.has(sp.Float) for side in sides):
        return "a floating-point number, expected exact ones"
    means = set().union(*[side.atoms(E) for side in sides])
    if isinstance(line.by, Rewrite | Lemma | Expect):  # identities of what exists; `Expect` asks by itself
        means = set()
    for mean in sorted(means, key=sp.default_sort_key):
        try:
            expected(mean, context.laws, granting(context))
        except NoMoment as error:
            return f"{mean} is not known to exist: {error}"
    return ""


def _moved(rule: Any) -> tuple:
    """The variables whose values a rule changes."""
    if isinstance(rule, Induct | Calculus | Limit):
        return (rule.var,)
    if isinstance(rule, Enclose):
        return tuple(rule.over)
    return tuple(rule.at) if isinstance(rule, Stationary) else ()


def _inner_lines(start: Any, lines: tuple, context: Context) -> tuple[bool, str, str, Any, tuple[str, ...]]:
    checked, relation, end = check_lines(start, lines, context)
    lemmas = tuple(dict.fromkeys(name for line in checked for name in line.lemmas))
    bad = next((f"line {i}: {line.reason}" for i, line in enumerate(checked, 1) if not line.ok), "")
    if not bad and relation is None:
        bad = "the lines point both ways"
    return not bad, bad, relation or "==", end, lemmas


def _rewrite(before: Any, line: Line) -> Outcome:
    if "=" not in line.relation:
        return False, "equal expressions do not give a strict relation", ()
    if equal(before, line.expr):
        return True, "the difference has normal form zero", ()
    return False, f"{before} - ({line.expr}) has no zero normal form", ()


def _lemma(rule: Lemma, before: Any, line: Line, context: Context) -> Outcome:
    conclusion, reason = use(rule, context)
    if conclusion is None:
        return False, reason, ()
    left, right, shown = *conclusion.args, name_of(conclusion)
    if shown is None:
        return False, f"lemma {rule.name} concludes {conclusion}, which is no relation of a chain", ()
    for gap, relation in ((left - right, shown), (right - left, FLIPPED[shown])):
        if line.relation in IMPLIES[relation] and equal(before - line.expr, gap):
            return True, f"it is {conclusion}", (rule.name,)
    if shown == "==" and "=" in line.relation and not bound_names(before) & conclusion.free_symbols:
        for old, new in ((left, right), (right, left)):
            if _alike(before.xreplace({old: new}), line.expr):
                return True, f"{old} replaced by {new}", (rule.name,)
    return False, f"lemma {rule.name} gives {conclusion}, which is not this line", (rule.name,)


def gather(facts: tuple[Lemma, ...], context: Context) -> tuple[list, str]:
    """The conclusions of the listed lemmas, or why one of them may not be used."""
    found = []
    for lemma in facts:
        conclusion, reason = use(lemma, context)
        if conclusion is None:
            return [], reason
        found.append(conclusion)
    return found, ""


def _entail(rule: Entail, before: Any, line: Line, context: Context) -> Outcome:
    found, reason = gather(rule.facts, context)
    names = tuple(dict.fromkeys(lemma.name for lemma in rule.facts))
    if reason:
        return False, reason, names
    answer, reason = entails([*context.facts, *found], relate(before, line.relation, line.expr), rule.seconds)
    return answer is True, reason, names


def _expect(before: Any, line: Line, context: Context) -> Outcome:
    if "=" not in line.relation:
        return False, "an evaluated expectation does not give a strict relation", ()
    left, right = (expected(side, context.laws, granting(context)) for side in (before, line.expr))
    if equal(left, right):
        return True, "both sides have the same moments", ()
    return False, f"the expectation is {sp.factor(left)}, not {sp.factor(right)}", ()
