"""The command: what it prints, what it loads, how it ends."""

import io
import json
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from proofs_check import cli, table
from proofs_check.verdict import FileError, Run
from tests.sample_run import FALLEN, PROVED, RUN
from theory import registry

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("torch", "sympy", "numpy", "scipy", "nets", "sim", "z3", "matplotlib", "rich", "flint", "sklearn")


def python(code: str) -> subprocess.CompletedProcess:
    """A fresh interpreter."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)


def judged(run: Run):
    """A stand-in for the judge that reports progress and returns this run."""

    def verify(selection: Sequence[str] = (), *, on_progress, **options) -> Run:
        for claim in run.claims:
            for stage, result in (("start", None), ("proving", None), ("done", claim)):
                on_progress(claim.id, stage, result)
        for file in run.errors:
            on_progress(file.path, "done", None)
        return run

    return verify


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch):
    """Put a run in place of the judge."""

    def put(run: Run) -> None:
        monkeypatch.setattr("proofs_check.run.verify", judged(run))
        monkeypatch.setenv("COLUMNS", "80")

    return put


@pytest.mark.parametrize(
    "arguments", [["list"], ["list", "--paper", "sail"], ["--help"], ["verify", "--help"]]
)
def test_listing_and_help_load_nothing_heavy(arguments: list[str]) -> None:
    """Neither the list nor the help loads SymPy, torch, NumPy, the networks or any claim."""
    done = python(
        "import sys\nfrom proofs_check.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        f"heavy = [m for m in sys.modules if m.split('.')[0] in {HEAVY!r}]\n"
        "loaded = heavy + [m for m in sys.modules if m.startswith('theory.claims.')]\n"
        "print('LOADED', loaded)"
    )
    assert done.stdout.splitlines()[-1] == "LOADED []", done.stdout + done.stderr


def test_help_is_prompt() -> None:
    """The help needs less than 0.3 s of a processor; the best of five counts."""
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "proofs_check.cli", "--help"], cwd=ROOT, capture_output=True, text=True
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.returncode == 0 and "mergeproof verify" in done.stdout
    assert min(times) < 0.3, times


def test_help_says_that_claim_files_are_run(capsys: pytest.CaptureFixture) -> None:
    """Whoever reads the help knows that a claim file is code."""
    with pytest.raises(SystemExit):
        cli.main(["verify", "--help"])
    assert "is Python and is run" in capsys.readouterr().out


def test_list_names_every_claim(capsys: pytest.CaptureFixture) -> None:
    """Every claim of the registry has its line."""
    from theory.registry import ids

    assert cli.main(["list"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {id}" in text for id in ids()) and "sail: " in text


def test_table_fits_80_columns_and_a_pipe(judge, capsys: pytest.CaptureFixture) -> None:
    """In a pipe the report has no control codes, no trailing blanks and no line beyond 80 columns."""
    judge(RUN)
    assert cli.main(["verify"]) == 1
    text = capsys.readouterr().out
    assert "\x1b" not in text and "\r" not in text
    assert all(len(line) <= 80 and line == line.rstrip() for line in text.splitlines())
    for part in (
        "holds read as: variance is the trace",
        "4: 1 proved, 1 refuted, 1 ill-posed, 1 undecided",
        "5 of 7 items",
        "glue 2 of 3, with a formula 2 of 2; missing glue.a1",
        "sharper: stronger, and nothing found violates it: drop the O term",
        "1.0e-09 spent of 1.0e-06",
        "mergeproof show glue.prop1@sphere",
    ):
        assert part in " ".join(text.split()), part


def test_row_shows_the_literal_verdict_with_the_standing_mutants() -> None:
    """The columns of a fallen claim: its verdict, the evidence of the fall, and the mutants of the repair."""
    console = Console(file=io.StringIO(), width=80)
    console.print(table.row(console, FALLEN, "Section 1"))
    first, *words = console.file.getvalue().splitlines()  # pyright: ignore[reportAttributeAccessIssue]
    assert first.split() == ["glue.prop1@sphere", "refuted", "exact", "2", "1/1", "3.2"]
    assert "repair proved" in " ".join(words)


def test_live_footer_goes_away() -> None:
    """On a terminal the footer names what is running and is gone at the end."""
    console = Console(file=io.StringIO(), width=80, force_terminal=True)
    with table.live(console, lambda name: "", 2) as report:
        report("a.b", "searching", None)
        time.sleep(0.3)
        report(PROVED.id, "done", PROVED)
    text = console.file.getvalue()  # pyright: ignore[reportAttributeAccessIssue]
    assert "searching  a.b" in text and "0 of 2 claims" in text and PROVED.id in text


@pytest.mark.parametrize(
    ("run", "status"),
    [
        (replace(RUN, claims=(FALLEN, PROVED)), 0),
        (RUN, 1),
        (replace(RUN, errors=(FileError(path="mine.py", message="line 3: no CLAIM"),)), 2),
    ],
)
def test_reports_are_written_and_status_tells(run: Run, status: int, judge, tmp_path: Path, capsys) -> None:
    """JSON and HTML are written whatever the verdicts are, and the exit status tells them apart."""
    judge(run)
    data, page = tmp_path / "r.json", tmp_path / "r.html"
    assert cli.main(["verify", "--json", str(data), "--html", str(page)]) == status
    assert json.loads(data.read_text())["schema"] == 1 and "<html" in page.read_text()
    text = capsys.readouterr().out
    assert all(file.message in text for file in run.errors)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "sail.thm22"], "did you mean sail.thm2"),
        (["show", "sail.thm22"], "did you mean sail.thm2"),
        (["bound", "sail.thm22", "n=1"], "did you mean sail.thm2"),
        (["verify", "nothing.py"], "no file nothing.py"),
        (["verify", "--paper", "sale"], "expected one of glue, sail"),
        (["list", "--paper", "sale"], "expected one of glue, sail"),
        (["verify", "--json", "no/such/folder/r.json"], "cannot write"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_to_do(arguments: list[str], message: str, capsys) -> None:
    """Wrong use: one line on stderr that helps, nothing on stdout, status 2."""
    assert cli.main(arguments) == 2
    caught = capsys.readouterr()
    assert message in caught.err and not caught.out and "Traceback" not in caught.err


@pytest.mark.parametrize(
    "arguments", [[], ["verfy"], ["verify", "--effort", "huge"], ["verify", "--jobs", "-1"]]
)
def test_grammar_errors_end_with_2(arguments: list[str], capsys) -> None:
    """What argparse refuses ends with status 2 as well."""
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2


def test_interruption_ends_with_130_and_leaves_no_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys
) -> None:
    """Ctrl-C: one line, status 130, no file."""

    def verify(*_: object, **options) -> Run:
        options["on_progress"](FALLEN.id, "start", None)
        raise KeyboardInterrupt

    monkeypatch.setattr("proofs_check.run.verify", verify)
    assert cli.main(["verify", "--json", str(tmp_path / "r.json")]) == 130
    assert len(capsys.readouterr().err.splitlines()) == 1 and not list(tmp_path.iterdir())


def test_interruption_does_not_wait_for_workers() -> None:
    """Ctrl-C ends the worker processes as well: the command is gone at once, not when they have finished."""
    start = time.perf_counter()
    done = python(
        "import sys, time\nfrom concurrent.futures import ProcessPoolExecutor\n"
        "from multiprocessing import get_context\n"
        "import proofs_check.run\nfrom proofs_check import cli\n"
        "def verify(*names, **options):\n"
        "    pool = ProcessPoolExecutor(1, get_context('spawn'))\n"
        "    pool.submit(time.sleep, 30)\n"
        "    time.sleep(0.5)\n"
        "    raise KeyboardInterrupt\n"
        "proofs_check.run.verify = verify\n"
        "if __name__ == '__main__':\n    sys.exit(cli.main(['verify', '--paper', 'glue']))"
    )
    assert done.returncode == 130 and "interrupted" in done.stderr, done.stderr
    assert time.perf_counter() - start < 20


def test_a_slip_of_ours_is_not_called_wrong_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """A KeyError inside the judge is a bug and keeps its traceback."""

    def verify(*_: object, **__: object) -> Run:
        raise KeyError("slip")

    monkeypatch.setattr("proofs_check.run.verify", verify)
    with pytest.raises(KeyError):
        cli.main(["verify"])


def test_show_lists_what_a_repair_assumes(capsys: pytest.CaptureFixture) -> None:
    """Every given of the repaired statement is named with its reason, not only those that the repair adds."""
    assert cli.main(["show", "flops.eq1"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    repair = registry.load(registry.resolve("flops.eq1")).repair
    assert repair and "Assumptions of the repair" in shown
    assert all(f"{g.text}" in shown and g.because in shown for g in repair.statement.givens)
