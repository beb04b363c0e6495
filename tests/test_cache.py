"""What is remembered: for quick runs alone, under a key that any change alters, and never half-written."""

from pathlib import Path

import pytest

from proofs_check import cache
from proofs_check.cache import FORGET, Memory, folder, memory, mutants, proof
from proofs_check.run import verify
from proofs_check.verdict import MutantResult, ProofResult, StepLine
from tests.test_registry import GOOD, written

LINE = StepLine(latex="x", relation="<=", rule="Entail", text="", ok=True, reason="z3", lemmas=("jensen",))
PROOF = ProofResult(ok=True, lines=(LINE, LINE), lemmas=("jensen",))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a cache of its own."""
    monkeypatch.setenv("MERGEPROOF_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_a_proof_is_checked_once_for_quick_runs(tmp_path: Path) -> None:
    """A quick run takes the remembered outcome as it was; a default run checks again."""
    kept, calls = Memory(tmp_path / "m"), []
    check = lambda: calls.append(1) or PROOF
    assert [proof(kept, 0, effort, check) for effort in ("quick", "quick", "default")] == [PROOF] * 3
    assert len(calls) == 2
    assert proof(kept, 1, "quick", check) == PROOF and len(calls) == 3


def test_nothing_is_remembered_without_a_folder() -> None:
    """The judge itself, without a memory, remembers nothing."""
    calls = []
    for _ in range(2):
        proof(FORGET, 0, "quick", lambda: calls.append(1) or PROOF)
    assert len(calls) == 2 and mutants(FORGET, 0) == ()


def test_mutants_come_back_as_they_were(tmp_path: Path) -> None:
    """The outcomes of mutants survive the way through JSON."""
    kept = Memory(tmp_path / "m")
    found = MutantResult(text="halved", outcome="killed", at="Instance(x=1)")
    kept.keep("mutants", 2, [{"text": found.text, "outcome": found.outcome, "at": found.at}])
    assert mutants(kept, 2) == (found,) and mutants(kept, 0) == ()


def test_a_change_of_anything_changes_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim file, the seed and the machinery each make another key."""
    path = written(tmp_path / "claim.py", GOOD)
    first = memory(path, 0)
    assert memory(path, 0) == first != memory(path, 1)
    written(path, GOOD + "\n")
    second = memory(path, 0)
    assert second != first
    monkeypatch.setattr(cache, "machinery", lambda: "other")
    assert memory(path, 0) != second


def test_the_machinery_holds_what_claims_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of a module that several claim files import makes all their entries unreachable."""
    (tmp_path / "theory" / "claims" / "glue").mkdir(parents=True)
    shared = written(tmp_path / "theory" / "claims" / "glue" / "_mixing.py", "K = 1\n")
    monkeypatch.setattr(cache, "ROOT", tmp_path)
    cache.machinery.cache_clear()
    before = cache.machinery()
    written(shared, "K = 2\n")
    cache.machinery.cache_clear()
    assert cache.machinery() != before
    cache.machinery.cache_clear()


@pytest.mark.parametrize("content", ["", "{", "[1, 2", "\x00"])
def test_an_unreadable_entry_counts_as_absent(tmp_path: Path, content: str) -> None:
    """A damaged entry is checked again and replaced."""
    kept = Memory(tmp_path / "m")
    kept.keep("proof", 0, {})
    (tmp_path / "m" / "proof-0.json").write_text(content)
    assert proof(kept, 0, "quick", lambda: PROOF) == PROOF
    assert proof(kept, 0, "quick", lambda: pytest.fail("it was kept")) == PROOF
    assert [p.name for p in (tmp_path / "m").iterdir()] == ["proof-0.json"]


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    """Where nothing can be written the outcome is returned all the same."""
    blocked = Memory(written(tmp_path / "file", "") / "m")
    assert proof(blocked, 0, "quick", lambda: PROOF) == PROOF


def test_a_quick_run_knows_the_mutants_of_the_last_default_run(tmp_path: Path) -> None:
    """After a default run, and only then, a quick run of the same file reaches its verdict."""
    path = str(written(tmp_path / "claim.py", GOOD))
    verdict = lambda effort: verify([path], jobs=1, effort=effort).claims[0].verdict
    assert [verdict(e) for e in ("quick", "default", "quick")] == ["undecided", "supported", "supported"]
    written(Path(path), GOOD + "# changed\n")
    assert verdict("quick") == "undecided"


def test_the_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MERGEPROOF_CACHE names the folder; without it, it lies in the user's cache folder."""
    assert folder() == tmp_path / "cache"
    monkeypatch.delenv("MERGEPROOF_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert folder() == tmp_path / "xdg" / "mergeproof"
