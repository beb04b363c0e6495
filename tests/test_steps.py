"""The paper's own steps: how many instances are looked at, and what quick effort remembers of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from proofs_check import steps
from proofs_check.cache import Memory
from proofs_check.cases import Drawn
from proofs_check.judge import judge
from proofs_check.steps import LOOKS, judge_step
from tests.small_claims import am_gm, pair, x, y
from theory.claim import Claim, PrintedStep
from theory.proof import Entail

TRUE = PrintedStep(item="demo.step", left=x * y, relation="<=", right=((x + y) / 2) ** 2, by=Entail())
FALSE = PrintedStep(item="demo.step", left=x, relation="<=", right=y)


def stepped(*printed: PrintedStep) -> Claim:
    return replace(am_gm(), steps=printed)


def test_typed_instances_come_first_and_no_more_than_LOOKS_follow() -> None:
    """A violation among the first LOOKS instances is found, one behind them is not looked at."""
    good, bad = Drawn(pair(0, 1)), Drawn(pair(1, 0))
    assert judge_step(am_gm(), FALSE, [good] * (LOOKS - 1) + [bad]).holds is False
    assert judge_step(am_gm(), FALSE, [good] * LOOKS + [bad]).holds is None


def test_quick_effort_remembers_the_proofs_of_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At quick effort a step's proof is taken from the cache, its instances are looked at again."""
    claim, memory = stepped(TRUE, FALSE), Memory(tmp_path)
    first = judge(claim, effort="quick", memory=memory).steps
    assert [s.holds for s in first] == [True, False]
    monkeypatch.setattr(steps, "check_step", lambda *arguments: (None, None, "asked again"))
    assert judge(claim, effort="quick", memory=memory).steps == first
    assert "asked again" in judge(claim, memory=memory).steps[0].note


def test_a_step_without_proof_says_on_how_many_instances_it_was_not_violated() -> None:
    """What is run and agrees with its formula, but cannot be derived, is shown with what was looked at."""
    result = judge_step(am_gm(), FALSE, [Drawn(pair(0, 1))] * 3)
    assert (result.holds, result.follows) == (None, None) and "agrees on 3 instances" in result.note
    later = judge_step(am_gm(), replace(FALSE, after=(x >= 0,)), [Drawn(pair(0, 1))] * 3)
    assert later.holds is None and "not violated on 3 instances" in later.note
