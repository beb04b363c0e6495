"""The steps of a paper's own proof: does a rule show one, and does it follow from what stands before?"""

from typing import Any

from proofs_check.core.chain import MISTAKES, check_derivation, check_line, confirmed, context_of
from proofs_check.core.polynomial import entails
from proofs_check.core.relation import relate
from theory.proof import Chain, Entail, Line, Rewrite

UNASKED = 3.0
"""Seconds for a printed step that names no rule."""


def check_step(step: Any, statement: Any, claim: Any) -> tuple[bool | None, bool | None, str]:
    """(holds, follows, note) for a printed step: True where proved; `follows` False only with a model."""
    try:
        context = context_of(statement, claim)
        goal = relate(step.left, step.relation, step.right)
        rules = (step.by,) if step.by is not None else (Rewrite(), Entail(seconds=UNASKED))
        if isinstance(step.by, Chain):
            shown = check_derivation(step.by, step.left, step.relation, step.right, context)
            holds, note, lemmas = shown.ok, shown.reason or f"{len(shown.lines)} lines", shown.lemmas
        else:
            holds, note, lemmas = False, "", ()
            for line in [Line(step.relation, step.right, rule) for rule in rules]:
                holds, note, lemmas = check_line(step.left, line, context)
                if holds:
                    confirmed(step.left, line, context, lemmas, step.item)
                    break
        if holds and not (
            step.after and lemmas
        ):  # no lemma was used, or standard ones with nothing before it
            return True, True, f"holds: {note}; follows: derived from the givens by the rule itself"
        follows, why = entails([*step.after, *context.facts], goal)
        if holds and follows is not True:
            follows = None
        return holds or None, follows, f"holds: {note}; follows: {why}"
    except MISTAKES as error:
        return None, None, f"{type(error).__name__}: {error}"
