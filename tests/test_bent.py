"""Perturbed proof lines in the ledger's results."""

from dataclasses import replace

import pytest

from proofs_check import bent
from proofs_check.core.step_mutants import StepMutants
from proofs_check.judge import judge
from proofs_check.summary import bent_lines, percent, wrong_versions
from proofs_check.verdict import MutantResult
from tests.sample_run import RUN
from theory import registry


@pytest.fixture(scope="module")
def proved():
    """A proved claim of the registry with its result."""
    claim = registry.load(registry.resolve("flops.thm2.step12"))
    return claim, judge(claim, id="flops.thm2.step12", effort="quick")


def test_perturbed_lines_of_accepted_proofs_are_counted(proved) -> None:
    """An accepted proof has perturbed lines, all of which are refused or implied."""
    refused, _, accepted = bent.with_bent_lines(*proved).step_mutants
    assert refused > 0
    assert accepted == 0


def test_a_false_line_that_is_accepted_is_a_problem(proved, monkeypatch) -> None:
    """If a rule accepts a false line, the claim's row says so."""
    monkeypatch.setattr(bent, "step_mutants", lambda *a: StepMutants(refused=1, accepted=("1 == 2",)))
    result = bent.with_bent_lines(*proved)
    assert result.step_mutants == (1, 0, 1)
    assert any("1 == 2" in problem for problem in result.problems)


def test_the_rate_is_shown() -> None:
    """The summary names refused and tried lines, and says so when none were tried."""
    claims = tuple(replace(c, step_mutants=(3, 2, 1)) for c in RUN.claims[:1])
    assert bent_lines(replace(RUN, claims=claims)).startswith("3 of 4 perturbed proof lines refused (75%)")
    assert bent_lines(replace(RUN, claims=())) == "no perturbed lines tried"


def test_the_mutation_score_is_shown() -> None:
    """The summary counts killed among killable wrong versions, and says so when none were tried."""
    killed, survived, weaker = (MutantResult(text="t", outcome=o) for o in ("killed", "survived", "weaker"))
    claim = RUN.claims[0]
    standing = replace(claim.standing, tight=False, mutants=(killed, killed, killed, survived, weaker))
    changed = replace(claim, readings=(standing,), repair=None)
    assert wrong_versions(replace(RUN, claims=(changed,))).startswith(
        "3 of 4 (75%) wrong versions noticed; 1 "
    )
    tight = replace(claim, readings=(replace(standing, tight=True, mutants=(killed,)),), repair=None)
    assert "4 of 5 (80%) wrong versions noticed, where the bound is tight 1 of 1 (100%)" in wrong_versions(
        replace(RUN, claims=(changed, tight))
    )
    assert wrong_versions(replace(RUN, claims=())) == "no wrong versions tried"


def test_a_share_is_never_rounded_up() -> None:
    """What is nearly all is not 100%."""
    assert percent(2181, 2184) == "99.8%" and percent(5, 5) == "100%" and percent(0, 3) == "0%"
