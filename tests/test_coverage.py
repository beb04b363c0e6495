"""Tests of the coverage of the inventories and of the homes of items without a formula."""

from dataclasses import replace

import pytest

from proofs_check import coverage, homes
from proofs_check.coverage import rows
from proofs_check.verdict import ClaimResult, StatementResult, StepResult
from theory.registry import listing, load, resolve

READING = StatementResult(text="the display", latex="", verdict="proved")
ENTRY = resolve("flops.thm2")
STEP = StepResult(item="flops.thm2.step3", latex="", holds=True, follows=None, note="")
RESULT = ClaimResult(id=ENTRY.id, items=ENTRY.items, readings=(READING,), steps=(STEP,))


def row(item: str, *claims: ClaimResult):
    """The row of one item of FLOPS."""
    return next(r for r in rows(claims, ("flops",)) if r.id == item)


def test_a_formula_needs_an_answer_of_its_own() -> None:
    """The main item has the verdict, a printed step its two answers; what is only listed is missing."""
    assert row("flops.thm2", RESULT).verdict == "proved"
    assert row("flops.thm2.step3", RESULT).holds is True
    listed = row("flops.sec4_2.cumulative", RESULT)
    assert not listed.claim and "gives it no answer of its own" in listed.note


def test_of_two_answers_the_worse_counts() -> None:
    """An item with a step that holds and one that falls has fallen, in whichever order they stand."""
    for holds in ((True, None, False), (False, True), (True, False)):
        steps = tuple(replace(STEP, holds=h) for h in holds)
        assert row("flops.thm2.step3", replace(RESULT, steps=steps)).holds is False


def test_a_restatement_shares_the_verdict() -> None:
    """The end of the paper's own proof is the statement printed again."""
    assert row("flops.thm2.step14", replace(RESULT, steps=())).verdict == "proved"


def test_a_claim_outside_the_run_is_taken_at_its_word() -> None:
    """Without results, every item that a claim lists counts as decided by it."""
    assert row("flops.sec4_2.cumulative").claim == ENTRY.id


def test_every_home_exists() -> None:
    """Rows name known items without a formula, in order, and a claim, figure, law or code that exists."""
    assert homes.problems() == ()


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ({"glue.nothing": "background"}, "not in the inventory"),
        ({"glue.eq1": "background"}, "has a formula"),
        ({"glue.prose.abs_heuristics": "because"}, "expected a claim id"),
        ({"glue.prose.abs_heuristics": "glue.thm99"}, "no claim"),
        ({"glue.prose.abs_heuristics": "figure nothing"}, "no figure"),
        ({"glue.prose.abs_heuristics": "law nothing"}, "no law table"),
        ({"glue.prose.abs_heuristics": "law allocators.nothing"}, "no law 'nothing'"),
        ({"glue.prose.abs_method": "background", "glue.prose.abs_heuristics": "background"}, "behind"),
    ],
)
def test_a_wrong_home_is_named(rows: dict, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each fault of the table has a message of its own."""
    monkeypatch.setattr(homes, "homes", lambda: rows)
    assert problem in " ".join(homes.problems())


def test_homes_say_what_they_mean() -> None:
    """A figure, a law and a code are put in words; a claim speaks for itself."""
    assert "mergeproof figures spirals" in homes.note("figure spirals")
    assert all(homes.note(code) for code in homes.CODES) and homes.note("glue.prop1") == ""


def test_a_home_fills_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """An item without a formula takes its home, and the verdict where that is a judged claim."""
    table = {"flops.prose.intro_bound": "flops.thm2", "flops.prose.abs_query": "background"}
    monkeypatch.setattr(coverage, "homes", lambda: table)
    assert row("flops.prose.intro_bound", RESULT).verdict == "proved"
    assert row("flops.prose.abs_query", RESULT).note == homes.CODES["background"]


def test_claims_list_items_that_they_answer() -> None:
    """No claim file names a printed step that it does not list among its items."""
    for entry in listing():
        steps = {step.item for step in load(entry).steps}
        assert steps <= set(entry.items), entry.id
