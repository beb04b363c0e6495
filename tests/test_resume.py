"""What an interrupted run leaves behind, and that going on gives the same run."""

import time
from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import pytest

from proofs_check import resume
from proofs_check.run import verify
from proofs_check.verdict import ClaimResult, Run
from tests.sample_run import DIVERGES, FALLEN, OPEN, PROVED

CLAIM = "from tests.small_claims import {name}\nCLAIM = {name}()\n"
SLEEPER = "import time\ntime.sleep(60)\n" + CLAIM.format(name="am_gm")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three claim files of a user, and a cache of their own."""
    monkeypatch.setenv("MERGEPROOF_CACHE", str(tmp_path / "cache"))
    paths = []
    for name in ("am_gm", "false_as_printed", "coin"):
        paths.append(tmp_path / f"{name}.py")
        paths[-1].write_text(CLAIM.format(name=name))
    return [str(path) for path in paths]


def stop_after(number: int, seen: list[str]):
    """A progress callback that is interrupted when this many claims are done."""

    def report(id: str, stage: str, result: ClaimResult | None) -> None:
        if stage == "done":
            seen.append(id)
            if len(seen) == number:
                raise KeyboardInterrupt

    return report


def timeless(run: Run) -> Run:
    """The run without its clock."""
    return replace(run, seconds=0.0, claims=tuple(replace(c, seconds=0.0) for c in run.claims))


def test_resumed_run_is_the_uninterrupted_one(files: list[str], tmp_path: Path) -> None:
    """A run stopped after one claim and resumed equals a whole run, and judges only what was left."""
    whole = verify(files, effort="quick", jobs=1)
    with pytest.raises(KeyboardInterrupt):
        verify(files, effort="quick", jobs=1, on_progress=stop_after(1, []))
    started: list[str] = []
    count = lambda id, stage, result: started.append(id) if stage == "start" else None
    resumed = verify(files, effort="quick", jobs=1, resume=True, on_progress=count)
    assert started == ["false_as_printed", "coin"]
    assert timeless(resumed) == timeless(whole)
    assert [c.verdict for c in resumed.claims] == ["proved", "refuted", "undecided"]
    assert not list((tmp_path / "cache" / "unfinished").iterdir())


def test_only_a_run_of_the_same_kind_goes_on(files: list[str]) -> None:
    """Another seed, effort, level or text of the claim, and a run without --resume, start from nothing."""

    def interrupt() -> None:
        with pytest.raises(KeyboardInterrupt):
            verify(files[:2], effort="quick", jobs=1, on_progress=stop_after(1, []))

    def begun(**options) -> int:
        seen: list[str] = []
        report = lambda id, stage, result: seen.append(id) if stage == "start" else None
        verify(files[:1], jobs=1, on_progress=report, **{"effort": "quick", "resume": True, **options})
        return len(seen)

    interrupt()
    assert begun(seed=1) == begun(effort="default") == begun(family=1e-3) == 1
    assert begun() == 0  # and this complete run forgets what was left
    assert begun() == 1
    interrupt()
    assert begun(resume=False) == 1
    interrupt()
    Path(files[0]).write_text(CLAIM.format(name="am_gm") + "# changed\n")
    assert begun() == 1


@pytest.mark.parametrize("result", [FALLEN, PROVED, DIVERGES, replace(OPEN, readings=())])
def test_results_survive_the_file(result: ClaimResult, tmp_path: Path, monkeypatch) -> None:
    """Every kind of result is rebuilt from its file as it was, infinite ratios included."""
    monkeypatch.setenv("MERGEPROOF_CACHE", str(tmp_path))
    task = (resume.Entry(result.id, "", (), Path(__file__)), "quick", 0, 1e-9)
    resume.keep(task, result)
    assert resume.kept(task) == result
    path = resume.path_of(task)
    for broken in ("", "[]", '{"id": 1}', path.read_text().replace('"seconds"', '"minutes"')):
        path.write_text(broken)
        assert resume.kept(task) is None, broken


def test_interruption_ends_the_workers(files: list[str], tmp_path: Path) -> None:
    """An interrupted parallel run is over at once, and its workers with it."""
    slow = tmp_path / "slow.py"
    slow.write_text(SLEEPER)
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        verify([files[0], str(slow)], effort="quick", jobs=2, on_progress=stop_after(1, []))
    while active_children() and time.monotonic() - start < 45:
        time.sleep(0.05)  # the pool's own thread may still be writing down that they are gone
    assert time.monotonic() - start < 45
