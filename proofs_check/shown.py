"""What an accepted derivation shows on its way: its lines, and the conclusions of the lemmas that it uses."""

from typing import Any

import sympy as sp

from proofs_check.core.chain import context_of, gather
from proofs_check.core.relation import relate
from theory.claim import Claim, Statement
from theory.proof import Calculus, Entail, Lemma, Line


def shown(statement: Statement, claim: Claim) -> list[Any]:
    """The relations that hold beside the statement once its derivation is accepted, its givens included."""
    if statement.proof is None:
        return []
    context, chain = context_of(statement, claim), statement.proof()
    found, before = list(context.facts), chain.start
    for line in chain.lines:
        found += gather(_lemmas(line), context)[0]
        found.append(relate(before, line.relation, line.expr))
        before = line.expr
    return [fact for fact in dict.fromkeys(found) if fact is not sp.true]


def _lemmas(line: Line) -> tuple[Lemma, ...]:
    if isinstance(line.by, Lemma):
        return (line.by,)
    return line.by.facts if isinstance(line.by, Entail | Calculus) else ()
