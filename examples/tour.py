"""The tour as a table: judges every claim of this folder and prints what came out.

python examples/tour.py            prints the table
python examples/tour.py --write    puts it into docs/tour.md, between the two marks
"""

import ast
import sys
from pathlib import Path

from proofs_check.run import verify
from proofs_check.verdict import ClaimResult, StatementResult
from theory.registry import load_file

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "tour.md"
BEGIN, END = "<!-- begin: python examples/tour.py --write -->\n", "<!-- end -->\n"
HEAD = "| claim | what it says | relation | as printed | repaired | because |\n|---|---|---|---|---|---|\n"


def claim_files() -> tuple[Path, ...]:
    """Every file of this folder that defines a CLAIM at its top level."""
    return tuple(path for path in sorted(HERE.glob("*.py")) if "\nCLAIM = " in path.read_text())


def summary(path: Path) -> str:
    """The first sentence of the file's docstring."""
    return (ast.get_docstring(ast.parse(path.read_text())) or "").splitlines()[0].rstrip(".")


def relation(path: Path) -> str:
    """The relation of the printed statement, and what is special about how it is judged."""
    printed = load_file(path).readings[0]
    notes = {
        "sampled": printed.left.run is None,
        "up to O(.)": printed.remainder is not None,
        "existence": bool(printed.exists),
    }
    return ", ".join([f"`{printed.relation}`", *(note for note, holds in notes.items() if holds)])


def because(result: StatementResult) -> str:
    """What a verdict rests on: the counterexample, the rules and lemmas of the proof, or the search."""
    if result.counterexample:
        return f"{result.evidence[0].text} ({'exactly' if result.counterexample.exact else 'numerically'})"
    if result.proof and result.proof.ok:
        rules = dict.fromkeys(line.rule.removeprefix("Lemma ") for line in result.proof.lines)
        return "proof: " + ", ".join(dict.fromkeys((*rules, *result.proof.lemmas)))
    killed = sum(mutant.outcome == "killed" for mutant in result.mutants)
    return f"{result.evidence[0].text}; {killed} wrong versions killed"


def row(path: Path, result: ClaimResult) -> str:
    """One line of the table."""
    parts = [result.readings[0], *([result.repair.result] if result.repair else [])]
    printed, repaired = [*(part.verdict for part in parts), "-"][:2]
    cells = [
        f"[{path.stem}](../examples/{path.name})",
        summary(path),
        relation(path),
        printed,
        repaired,
        "; ".join(map(because, parts)),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def table() -> str:
    """All claims judged at default effort, one line each, and a count."""
    paths = claim_files()
    run = verify([str(path) for path in paths], jobs=1)
    for error in run.errors:
        raise ValueError(error.message)
    if problems := [f"{claim.id}: {problem}" for claim in run.claims for problem in claim.problems]:
        raise ValueError("; ".join(problems))
    return HEAD + "".join(map(row, paths, run.claims))


def write() -> None:
    """Put the table between the marks of docs/tour.md, and leave the rest of the page alone."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + "\n" + table() + "\n" + END + after)


if __name__ == "__main__":
    if sys.argv[1:] not in ([], ["--write"]):
        sys.exit(f"arguments {sys.argv[1:]}, expected none or --write")
    write() if sys.argv[1:] else print(table(), end="")
