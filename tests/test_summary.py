"""What a run amounts to: what stands, what only waits, and how strong a statement is."""

from dataclasses import replace

import pytest

from proofs_check.judge import judge
from proofs_check.summary import SHORT, exit_status, holds_read_as, stands, strength, waits
from proofs_check.verdict import NOT_AT_QUICK, ClaimResult
from tests.sample_run import DIVERGES, FALLEN, OPEN, PROVED, RUN
from tests.small_claims import am_gm, unproved


def reason(claim: ClaimResult, text: str) -> ClaimResult:
    """The claim with its literal display undecided for this reason."""
    return replace(claim, readings=(replace(claim.readings[0], verdict="undecided", reason=text),))


def test_quick_effort_waits_for_mutants_without_failing() -> None:
    """A statement without proof is undecided at quick effort, says why, and does not fail the run."""
    result = judge(unproved(am_gm()), effort="quick")
    assert result.verdict == "undecided" and result.readings[0].reason == NOT_AT_QUICK
    assert waits(result) and not stands(result)
    assert exit_status(replace(RUN, claims=(PROVED, result))) == 0


@pytest.mark.parametrize("text", ["", "time-out", f"{NOT_AT_QUICK} and a survivor", "mutants not run"])
def test_no_other_reason_is_forgiven(text: str) -> None:
    """Exactly that reason is ignored; any other leaves status 1."""
    assert exit_status(replace(RUN, claims=(reason(OPEN, text),))) == 1
    assert exit_status(replace(RUN, claims=(reason(OPEN, NOT_AT_QUICK),))) == 0


def test_waiting_is_asked_of_the_repair() -> None:
    """A fallen display with a repair waits if the repair does; a fall without repair never waits."""
    assert FALLEN.repair is not None
    open_repair = replace(FALLEN.repair.result, verdict="undecided", reason=NOT_AT_QUICK)
    assert waits(replace(FALLEN, repair=replace(FALLEN.repair, result=open_repair)))
    assert not waits(FALLEN) and not waits(DIVERGES) and not waits(PROVED)


def test_a_reading_that_holds_shows_what_it_assumes() -> None:
    """Assumptions beside those of the literal display are quoted if short, else counted."""

    def shown(*givens: str) -> str:
        pairs = zip(FALLEN.readings[:2], (("m >= 1",), givens), strict=True)
        literal, other = (replace(reading, givens=given) for reading, given in pairs)
        return holds_read_as(replace(FALLEN, readings=(literal, replace(other, text="trace"))))

    assert shown() == shown("m >= 1") == "trace"
    assert shown("m >= 1", "m = 1", "L smooth") == "trace (given: m = 1; L smooth)"
    assert shown("m = 1", "x" * SHORT) == "trace (given: 2 more assumptions)"
    assert shown("x" * SHORT, "m >= 1") == f"trace (given: {'x' * SHORT})"
    assert holds_read_as(PROVED) == ""


def test_strength_in_words() -> None:
    """Equality, its approach, and a bound that is not tight are told apart."""
    result = PROVED.readings[0]
    assert "reached with equality" in strength(replace(result, ratio=1.0, tight=True))
    assert "comes within 3e-07 of 1" in strength(replace(result, ratio=1 - 3e-7, tight=False))
    assert "0.5, equality not reached: not tight" in strength(replace(result, ratio=0.5, tight=False))
    assert strength(replace(result, ratio=None)) == "" == strength(replace(result, ratio=float("inf")))
