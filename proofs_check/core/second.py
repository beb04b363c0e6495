"""A second opinion on every accepted line, by roads that share nothing with the one that accepted it.

points   random rational points that satisfy the premises: both sides evaluated exactly there.  Expectations
         are enumerated over points of their laws (the rules of `moments` are never asked)
cvc5     the same problem given to another solver, where the package is installed (the extra `solvers`)
cancel   an identity without sums in SymPy's field of fractions (the normal form expands over one denominator)

A disagreement is a defect of this folder, not a result: it stops with an error that names line and point.
"""

import random
from typing import Any

import sympy as sp

from proofs_check.core.cross import cvc5_answer
from proofs_check.core.lemma import Context, conclusion_of, find
from proofs_check.core.points import UNCLEAR, agrees, truth
from proofs_check.core.premises import satisfying
from proofs_check.core.relation import relate
from theory.proof import Calculus, Entail, Expect, Induct, Lemma, Line, Rewrite

POINTS = 3
SECONDS = 10.0
"""An emergency stop; the number of tries ends the search."""
INSTANCES = 7


class SecondOpinionError(RuntimeError):
    """A line was accepted that another road refutes."""


def second_opinion(before: Any, line: Line, context: Context, lemmas: tuple[str, ...] = ()) -> str:
    """The roads that confirm an accepted line, in words; "" where none applies.  Raises on a disagreement."""
    goal = relate(before, line.relation, line.expr)
    if isinstance(line.by, Induct) and any(find(name, context).needs for name in lemmas):
        return (
            ""  # it rests on what the givens grant to unknown functions: its own lines are looked at instead
        )
    premises = premises_of(line, context)
    if premises is None:
        return ""
    roads = []
    seen = 0
    for point in satisfying(premises, (goal,), context.laws, random.Random(5), POINTS, SECONDS):
        try:
            verdict = truth(goal, point)
        except UNCLEAR:
            continue
        if verdict is False:
            raise SecondOpinionError(f"accepted by {type(line.by).__name__}, but false at {point}: {goal}")
        seen += verdict is True or (verdict is None and agrees(goal, point))
    if seen:
        roads.append(f"exact at {seen} random points")
    if isinstance(line.by, Entail):
        answer = cvc5_answer(premises, goal)
        if answer == "sat":
            raise SecondOpinionError(f"z3 accepts what cvc5 refutes: {goal} from {premises}")
        if answer == "unsat":
            roads.append("cvc5")
    if isinstance(line.by, Rewrite) and not goal.atoms(sp.Sum, sp.Indexed):
        if sp.cancel(before - line.expr) == 0:
            roads.append("cancels as a fraction")
    return ", ".join(roads)


def premises_of(line: Line, context: Context) -> tuple | None:
    """What the line may rest on as relations between numbers; None if that cannot be said."""
    if isinstance(line.by, Rewrite | Expect):
        return ()
    if (
        isinstance(line.by, Calculus) and line.by.facts
    ):  # they hold on the whole segment, not at its end alone
        return None
    premises = list(context.facts)
    for symbol, fact in context.every:
        if not symbol.is_integer:
            return None
        first = 1 if symbol.is_positive else 0
        premises += [fact.subs(symbol, k) for k in range(first, INSTANCES)]
    listed = (line.by,) if isinstance(line.by, Lemma) else getattr(line.by, "facts", ())
    return (*premises, *[conclusion_of(lemma, context) for lemma in listed])
