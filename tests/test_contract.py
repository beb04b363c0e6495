"""The contract: every clause is tripped by a broken claim, for its own reason, and by no sound one."""

import pytest

from proofs_check.contract import CLAUSES
from proofs_check.judge import judge
from tests.broken_claims import BROKEN, SOUND

NAMES = [clause.name for clause in CLAUSES]
ITEMS = {"an item that no inventory has": "flops.thm2", "a file named after something else": "flops.thm2"}
ALSO = {  # what cannot be broken without breaking a second clause
    "a chain with the wrong end": {"proof"},
    "an objective that is finite nowhere": {"repair needed", "transcription"},
    "proved and refuted": {
        "definition",
        "transcription",
        "repair needed",
        "tight",
        "scaling",
        "contradiction",
    },
    "givens that nothing satisfies": {"givens", "tight", "satisfiable"},
    "a false line": {"lines", "proof"},
    "a tight point that lacks a field": {"domains", "tight"},
    "a family that breaks a given": {"givens"},
    "a run that changes": {"tight", "scaling"},
    "a step backwards": {"step", "assumptions", "satisfiable"},
    "a step out of the givens": {"step", "givens"},
}


def complaints(name: str) -> list[str]:
    """Everything that the judge says about a broken claim's file."""
    try:
        result = judge(BROKEN[name][1](), id=ITEMS.get(name, ""), effort="default")
    except (ValueError, AttributeError) as error:
        return [str(error)]
    return list(result.problems)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_claim_is_rejected_by_its_own_clause(name: str) -> None:
    """A claim that is broken in one way is rejected by the clause about that, and by no other."""
    clause = BROKEN[name][0]
    said = complaints(name)
    found = {text.partition(":")[0] for text in said}
    assert clause in found, said
    assert found <= ALSO.get(name, set()) | {clause}, said


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_claim_breaks_nothing(name: str) -> None:
    """Nothing is said against a claim in which nothing is wrong."""
    assert judge(SOUND[name]()).problems == ()


def test_every_clause_is_tripped() -> None:
    """Every clause of the contract has a broken claim that trips it, and names are unique."""
    assert {clause for clause, _ in BROKEN.values()} == set(NAMES)
    assert len(set(NAMES)) == len(NAMES)
    assert len(BROKEN) >= 22
