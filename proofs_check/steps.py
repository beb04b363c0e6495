"""The steps of a paper's own proof: does each hold, and does it follow from what stands before it?"""

from collections.abc import Callable

import sympy as sp

from proofs_check.cache import Checked
from proofs_check.cases import Drawn
from proofs_check.core.evaluate import evaluate
from proofs_check.core.printed import check_step
from proofs_check.core.values import Unclear
from proofs_check.sides import FLOOR, compare, fact_state, number, satisfies, values
from proofs_check.verdict import StepResult
from theory.claim import Claim, PrintedStep
from theory.family import Instance

ROUNDING = 1e-9
BAD = ("violated", "undefined")
LOOKS = 40
"""Instances on which a step is looked at; the typed ones, among them all witnesses, come first."""


Check = Callable[[Callable[[], Checked]], Checked]
"""Makes the symbolic check of a step, or remembers its outcome."""


def judge_step(
    claim: Claim, step: PrintedStep, drawn: list[Drawn], checked: Check = lambda check: check()
) -> StepResult:
    """A violating instance settles `holds`; without one the step's rule may prove it for all parameters."""
    bad, looked = violating(claim, step, drawn[:LOOKS])
    proved, follows, note = checked(lambda: check_step(step, claim.readings[0], claim))
    holds = False if bad is not None else proved
    if holds is None and (step.after or step.by):
        note = f"not violated on {looked} instances; {note}"
    elif holds is None:  # nothing stands before it: what runs is compared with what is printed
        follows, note = None, f"agrees on {looked} instances, not derived"
    if bad is not None:
        note = f"false at {bad!r}"
        if follows is not True:  # a false step may still follow from a false one; from true ones it does not
            follows = False if _premises(claim, step, bad) else None
    note = "; ".join(part for part in (step.text, note) if part)
    signs = {"<=": r"\le", ">=": r"\ge", "==": "="}
    line = f"{sp.latex(step.left)} {signs.get(step.relation, step.relation)} {sp.latex(step.right)}"
    return StepResult(item=step.item, latex=line, holds=holds, follows=follows, note=note)


def violating(claim: Claim, step: PrintedStep, drawn: list[Drawn]) -> tuple[Instance | None, int]:
    """The first instance on which the step is false, exactly where floats say so; how many were tried."""
    looked = 0
    for d in drawn:
        if not satisfies(claim, claim.readings[0], d.instance, certainly=True):
            continue
        looked += 1
        if _status(claim, step, d.instance, False) in BAD and _status(claim, step, d.instance, True) in BAD:
            return d.instance, looked
    return None, looked


def _premises(claim: Claim, step: PrintedStep, instance: Instance) -> bool:
    """Whether everything that stands before the step holds on the instance."""
    env = values(claim, instance, True, *step.after)
    return all(fact_state(fact, env)[0] == "holds" for fact in step.after)


def _status(claim: Claim, step: PrintedStep, instance: Instance, sure: bool) -> str:
    try:
        env = values(claim, instance, sure, step.left, step.right)
        pair = (evaluate(side, env, sure) for side in (step.left, step.right))
        lhs, rhs = (number(value, step.item, instance, sure) for value in pair)
    except KeyError as error:
        raise KeyError(f"{step.item}: the symbol {error} has no value in symbols=") from None
    except ZeroDivisionError as error:
        return "undecided" if sure and isinstance(error, Unclear) else "undefined"
    except OverflowError:
        return "undecided" if sure else _status(claim, step, instance, True)
    return compare(lhs, step.relation, rhs, ROUNDING, FLOOR * ROUNDING if sure else None).status
