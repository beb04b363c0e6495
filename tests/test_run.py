"""Runs: selections, workers, broken files, one budget."""

from dataclasses import replace
from pathlib import Path

import pytest

from proofs_check import run as module
from proofs_check.run import FAMILY, PER_CLAIM, all_files, select, verify
from proofs_check.verdict import ClaimResult, Run
from tests.test_registry import GOOD, written

NAN = GOOD.replace("run=lambda i: 2 * i.x", "run=lambda i: float('nan')")
CRASH = GOOD.replace("run=lambda i: 2 * i.x", "run=lambda i: i.y")
LEAVES = GOOD.replace("run=lambda i: 2 * i.x", "run=lambda i: (_ for _ in ()).throw(SystemExit(3))")
UNKNOWN = GOOD.replace("right=x**2 + 1", "right=x**2 + sp.Symbol('z')")
FALSE = GOOD.replace("right=x**2 + 1", "right=x**2")
SAMPLED = GOOD.replace(
    "run=lambda i: 2 * i.x", "range=(0, 1), sample=lambda i, rng, n: (rng.random(n) < 0.9).astype(float)"
).replace("x**2 + 1", "sp.Rational(1, 2)")


def timeless(run: Run) -> Run:
    return replace(run, seconds=0.0, claims=tuple(replace(c, seconds=0.0) for c in run.claims))


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two sound claims of a user's own, and a false one."""
    texts = {"a": GOOD, "b": GOOD.replace("2 * i.x", "-2 * i.x").replace('"2x"', '"-2x"'), "c": FALSE}
    return [str(written(tmp_path / f"{name}.py", text)) for name, text in texts.items()]


def test_workers_change_nothing(files: list[str]) -> None:
    """One worker and two give the same run, claim by claim, and report the same progress."""
    seen: dict[int, list] = {1: [], 2: []}
    runs = [verify(files, jobs=n, on_progress=lambda i, s, r, n=n: seen[n].append((i, s))) for n in (1, 2)]
    assert timeless(runs[0]) == timeless(runs[1])
    assert [c.id for c in runs[0].claims] == ["a", "b", "c"]
    assert [c.verdict for c in runs[0].claims] == ["supported", "supported", "refuted"]
    for n in (1, 2):
        assert {(i, s) for i in "abc" for s in ("start", "searching", "done")} <= set(seen[n])


def test_the_seed_is_all_that_matters(files: list[str]) -> None:
    """The same seed gives the same run; another seed gives the same verdicts from other instances."""
    assert timeless(verify(files, seed=3, jobs=1)) == timeless(verify(files, seed=3, jobs=1))
    one, two = (verify(files, seed=s, jobs=1) for s in (3, 4))
    assert [c.verdict for c in one.claims] == [c.verdict for c in two.claims]
    assert one.claims[0].readings[0].points != two.claims[0].readings[0].points


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (NAN, r"claim.py.*2x = nan at Instance\(x="),
        (CRASH, r"claim.py:10: AttributeError: instance has no field 'y'; it has x"),
        (UNKNOWN, r"symbols: z in x\*\*2 \+ z has no value"),
        ("raise SystemExit\n", r"claim.py:1: SystemExit"),
        (LEAVES, r"claim.py:10: SystemExit: 3"),
        (GOOD.replace("Real(-4, 4)", "Real(4, -4)"), r"number from 4 to -4: the domain is empty"),
    ],
)
def test_a_broken_file_is_a_row_and_the_run_goes_on(
    tmp_path: Path, files: list[str], text: str, words: str
) -> None:
    """What is wrong with a file is said with its name; the other claims are judged."""
    import re

    broken = str(written(tmp_path / "claim.py", text))
    found = verify([broken, files[0]], jobs=1, effort="quick")
    assert [c.id for c in found.claims] == ["a"] and len(found.errors) == 1
    assert found.errors[0].path == broken and re.search(words, found.errors[0].message)
    assert "claim.py" in found.errors[0].message


def test_two_files_of_one_name_are_two_claims(tmp_path: Path) -> None:
    """Files with the same name in two folders are both judged."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        written(tmp_path / name / "claim.py", GOOD)
    paths = [str(tmp_path / name / "claim.py") for name in ("one", "two")]
    assert [e.path for e in select(paths, ())] == [Path(p) for p in paths]
    assert len(select([paths[0], paths[0]], ())) == 1


@pytest.mark.parametrize(
    ("selection", "papers", "error", "words"),
    [
        (["glue.prop11"], [], LookupError, "did you mean glue.prop1"),
        (["nothing*"], [], LookupError, "no claim matches 'nothing\\*'"),
        (["nowhere.py"], [], LookupError, "no file nowhere.py"),
        ([], ["glu"], LookupError, "paper 'glu': expected one of"),
    ],
)
def test_wrong_selections_are_errors(selection, papers, error, words: str) -> None:
    """What selects nothing is an error that says what was expected."""
    with pytest.raises(error, match=words):
        verify(selection, papers=papers)


def test_an_unknown_effort_is_an_error() -> None:
    """An effort outside the list is an error that lists the efforts."""
    with pytest.raises(ValueError, match="effort 'fast': expected one of quick, default, deep"):
        verify(effort="fast")


def test_globs_and_papers_select() -> None:
    """A glob selects by id, a paper by folder, an item its claim; no claim comes twice."""
    ids = lambda *names, papers=(): [e.id for e in select(names, papers)]
    assert ids("glue.*") == ids(papers=("glue",)) and len(ids("glue.*")) > 1
    assert ids("glue.prop1", "glue.prop1", "glue.pro*")[0] == "glue.prop1"
    assert len(ids("glue.prop1", "glue.pro*")) == len(set(ids("glue.pro*")))
    assert set(ids()) >= set(ids("glue.*"))


def test_there_is_one_error_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test gets its share of the family level over the whole registry; what is spent stays within."""
    path = str(written(tmp_path / "claim.py", SAMPLED))
    found = verify([path], jobs=1, effort="quick")
    share = FAMILY / (PER_CLAIM * max(len(all_files()), 1))
    assert found.family == FAMILY and found.spent == pytest.approx(share)
    assert found.claims[0].verdict == "refuted"
    levels = []
    stub = lambda entry, effort, seed, alpha, stage: (
        levels.append(alpha) or ClaimResult(id=entry.id, items=())
    )
    monkeypatch.setattr(module, "one", stub)
    verify([path], jobs=1, family=0.1)
    assert levels == [pytest.approx(share / FAMILY * 0.1)]
