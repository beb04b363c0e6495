"""The live table of a run: finished claims scroll up as rows, a footer shows what is being judged now.

On a terminal the footer is drawn by rich; in a pipe the same rows come out as plain lines, and no footer.
Every row has two parts, a line of columns and an indented line of words, so that it fits 80 columns.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from proofs_check.summary import (
    bent_lines,
    broken,
    coverage,
    findings,
    holds_read_as,
    main_statement,
    mutant_counts,
    number,
    pair_counts,
    seconded,
    stands,
    strongest,
    verdict_counts,
    wrong_versions,
)
from proofs_check.verdict import STANDING, ClaimResult, Run

STYLES = {
    "proved": "bold green",
    "supported": "cyan",
    "refuted": "bold red",
    "ill-posed": "bold magenta",
    "undecided": "bold yellow",
    "sharper": "blue",
    "contradiction": "bold magenta",
}
COLUMNS = (("claim", 0), ("verdict", 10), ("evidence", 11), ("worst", 8), ("mutants", 8), ("sec", 5))
MAX_WIDTH = 120
MISSING_SHOWN = 2
LONGEST = 240
"""Characters of a message in the terminal; the reports have it whole."""
Progress = Callable[[str, str, ClaimResult | None], None]


def _line(console: Console, cells: tuple[Text | str, ...], style: str = "") -> Table:
    """One line of columns; the first takes what the others leave."""
    width = min(console.width, MAX_WIDTH)
    rest = sum(size for _, size in COLUMNS) + len(COLUMNS) - 1
    table = Table.grid(padding=(0, 1, 0, 0))
    for k, (_, size) in enumerate(COLUMNS):
        right = "right" if k >= 3 else "left"
        table.add_column(width=size or max(16, width - rest), justify=right, overflow="fold", style=style)
    table.add_row(*cells)
    return table


def header(console: Console) -> Table:
    """The names of the columns."""
    return _line(console, tuple(name for name, _ in COLUMNS), style="bold")


def row(console: Console, claim: ClaimResult, place: str) -> Group:
    """One finished claim: columns, then its place and what remains of it if its literal display falls."""
    statement = main_statement(claim)
    literal = claim.readings[0] if claim.readings else None
    counts = mutant_counts(statement)
    killable = counts["killed"] + counts["survived"]
    cells = (
        Text(claim.id, "bold"),
        Text(claim.verdict, STYLES[claim.verdict]),
        strongest(literal) or "-",
        number(literal.ratio if literal else None),
        f"{counts['killed']}/{killable}" if killable else "-",
        f"{claim.seconds:.1f}",
    )
    words = Text(place, "dim")
    for note in _notes(claim):
        words.append(f"{'; ' if words.plain else ''}{note}", "")
    if claim.error:
        words.append(f" {claim.error}", "red")
    return Group(_line(console, cells), *([wrapped(console, words)] if words.plain else []))


def _notes(claim: ClaimResult) -> list[str]:
    reading = holds_read_as(claim)
    notes = [f"holds read as: {reading}"] if reading else []
    return notes + ([f"repair {claim.repair.result.verdict}"] if claim.repair else [])


def wrapped(console: Console, text: Text, first: str = "", indent: int = 2) -> Text:
    """The text wrapped to the table's width, every line indented, the first by `first`."""
    lines = text.wrap(console, min(console.width, MAX_WIDTH) - indent)
    rows = Text()
    for k, line in enumerate(lines):
        line.rstrip()
        rows.append(first.ljust(indent) if k == 0 else " " * indent, "bold").append_text(line)
        rows.append("\n" if k < len(lines) - 1 else "")
    return rows


@contextmanager
def live(console: Console, place: Callable[[str], str], total: int) -> Iterator[Progress]:
    """Give the callback for `verify(on_progress=...)`: rows as claims finish, a footer while they run.

    `place` says where the paper prints a claim, by id; `total` is the number of claims to come, 0 if unknown.
    """
    running: dict[str, tuple[str, float]] = {}
    done: list[str] = []

    def footer() -> Group:
        now = time.monotonic()
        lines = [
            Spinner("line", Text(f"{stage or 'start':<10} {name}  {now - since:.0f} s", "dim"))
            for name, (stage, since) in list(running.items())[:8]
        ]
        bar = Table.grid(padding=(0, 2, 0, 0))
        bar.add_row(ProgressBar(max(total, 1), len(done), width=30), f"{len(done)} of {total or '?'} claims")
        return Group(*lines, bar)

    # the live region asks for the footer again at each refresh
    region = Live(get_renderable=footer, console=console, transient=True, refresh_per_second=8)

    def report(name: str, stage: str, result: ClaimResult | None) -> None:
        if stage != "done":
            running[name] = (stage, running.get(name, ("", time.monotonic()))[1])
            return
        running.pop(name, None)
        if not done:
            console.print(header(console))
        done.append(name)
        # a broken file has no result: the summary names it
        console.print(row(console, result, place(name)) if result else Text(f"{name}: broken file", "red"))

    with region if console.is_terminal else nullcontext():
        yield report


def summary(console: Console, run: Run) -> None:
    """Totals, what the inventory still lacks, findings, the error budget, and what to do next."""
    counts = [f"{n} {verdict}" for verdict, n in verdict_counts(run).items() if n]
    standing = sum(map(stands, run.claims))
    console.print()
    _say(
        console,
        "claims",
        f"{len(run.claims)}: {', '.join(counts) or 'none'}; {standing} stand as printed, reread or repaired",
    )
    _lacks(console, run)
    if run.consistency:
        pairs = ", ".join(f"{n} {status}" for status, n in pair_counts(run).items())
        _say(console, "twice", f"{len(run.consistency)} statements that a paper prints twice: {pairs}")
    _say(console, "mutants", wrong_versions(run))
    _say(console, "proofs", seconded(run))
    _say(console, "rules", bent_lines(run))
    _say(console, "budget", f"chance of a false refutation {run.spent:.1e} spent of {run.family:.1e}")
    _say(console, "run", f"effort {run.effort}, seed {run.seed}, {run.seconds:.1f} s")
    _findings(console, run)
    _faults(console, run)
    fallen = next((claim.id for claim in run.claims if claim.verdict not in STANDING), None)
    if fallen:
        console.print(Text(f"\nNext: mergeproof show {fallen}", "dim"))


def _say(console: Console, name: str, text: str) -> None:
    console.print(wrapped(console, Text(text), name, 11))


def _lacks(console: Console, run: Run) -> None:
    if not run.items:
        return
    covered = len(run.items) - len(run.missing)
    _say(console, "inventory", f"{covered} of {len(run.items)} items have a claim or a home")
    for paper in coverage(run):
        text = f"{paper.paper} {paper.total - len(paper.missing)} of {paper.total}, with a formula "
        text += f"{paper.answered} of {paper.formulas}"
        text += f"; missing {', '.join(paper.missing[:MISSING_SHOWN])}" if paper.missing else ""
        _say(console, "", text + (", ..." if len(paper.missing) > MISSING_SHOWN else ""))


def _findings(console: Console, run: Run) -> None:
    rows = findings(run)
    if rows:
        console.print(Text("\nfindings", "bold"))
    for finding in rows:
        head = ((finding.claim, "bold"), " ", (finding.kind, STYLES[finding.kind]))
        console.print(wrapped(console, Text.assemble(*head, f": {_short(finding.text)}")))
        if finding.at:
            console.print(f"  at {finding.at}", soft_wrap=True, markup=False)


def _faults(console: Console, run: Run) -> None:
    files = broken(run)
    if files:
        console.print(Text("\nclaim files to mend", "bold red"))
    for file in files:
        text = file.message.removeprefix(f"{file.path}:").lstrip()
        console.print(wrapped(console, Text.assemble((file.path, "bold"), f": {_line_first(text)}")))


def _line_first(text: str) -> str:
    """A message that begins with a line number says so in words."""
    number, colon, rest = text.partition(":")
    return _short(f"line {number}:{rest}" if colon and number.isdigit() else text)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
