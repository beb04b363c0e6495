"""A short page in Markdown for each paper: what holds, what does not, what to use instead, what is open.

Pure functions over a run; nothing is typed here but the frame, so that a page says what was judged.  Formulas
stand only where one is to be used, and only short ones: `mergeproof show ID` has them all.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from proofs_check.report_json import write_whole
from proofs_check.summary import FALLEN, broken, holds_read_as, place, stands, waits
from proofs_check.verdict import STANDING, ClaimResult, Run
from theory.registry import items

TITLES: Mapping[str, str] = MappingProxyType({
    "glue": "GLUE",
    "sail": "SAIL",
    "flops": "FLOPS",
    "cogram": "CoGraM",
    "stability": "Stability of model merging",
})  # fmt: skip
SENTENCE, PHRASE, FORMULA = 220, 160, 200
"""Longer sentences, phrases and formulas are cut, or left to `mergeproof show`."""


def pages(run: Run) -> dict[str, str]:
    """paper -> its page, for every paper of the ledger of which the run judged a claim."""
    judged = dict.fromkeys(claim.id.partition(".")[0] for claim in run.claims)
    return {paper: page(run, paper) for paper in TITLES if paper in judged}


def write_pages(run: Run, folder: str | Path) -> list[Path]:
    """Write PAPER.md for each paper of the run into the folder, which is made; each whole or not at all."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for paper, text in pages(run).items():
        paths.append(folder / f"{paper}.md")
        write_whole(paths[-1], text)
    return paths


def command(papers: Sequence[str], effort: str, folder: str | Path) -> int:
    """Judge the papers' claims (all for none), write the pages; 2 if a claim file is broken, else 0."""
    from proofs_check.run import verify

    def tell(id: str, stage: str, result: ClaimResult | None) -> None:
        if result is not None:
            print(f"  {id}: {result.verdict}", flush=True)

    run = verify((), papers=papers, effort=effort, on_progress=tell)
    for path in write_pages(run, folder):
        print(f"wrote {path}")
    for file in broken(run):
        print(f"claim file to mend: {file.path}: {file.message}", file=sys.stderr)
    return 2 if broken(run) else 0


def page(run: Run, paper: str) -> str:
    """The page of one paper."""
    order = {item: k for k, item in enumerate(items())}
    claims = sorted(
        (c for c in run.claims if c.id.partition(".")[0] == paper),
        key=lambda c: (order.get(c.items[0], len(order)), c.id),
    )
    parts = [
        f"# {TITLES[paper]}: what holds and what does not",
        _head(run, claims),
        _section("What holds", "as printed.", [_holds(run, c) for c in claims if c.verdict in STANDING]),
        _section(
            "What does not hold",
            "as printed.",
            [
                *(_falls(run, c) for c in claims if c.verdict in FALLEN),
                *_lines(run, paper),
                *_twice(run, paper),
            ],
        ),
        _section("What to use instead", "", [line for c in claims for line in _instead(run, c)]),
        _section("Open", "", [*(line for c in claims for line in _open(run, c)), *_missing(run, paper)]),
        _section("Experiments repeated here, at a reduced size", "", _figures(run, paper)),
        "Each verdict is computed: `mergeproof show ID` gives a statement with its proof, and "
        "`mergeproof explain ID` works its counterexample out. This page is written by `mergeproof pages`.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(run: Run, claims: list[ClaimResult]) -> str:
    counts = Counter(c.verdict for c in claims)
    fallen = [c for c in claims if c.verdict in FALLEN]
    mended = sum(stands(c) for c in fallen)
    kinds = (f"{counts[k]} {k}" for k in (*STANDING, *FALLEN, "undecided") if counts[k])
    said = f" Of the {len(fallen)} that fall, {mended} have a version that stands." if fallen else ""
    return (
        f"{len(claims)} statements of the paper were judged as printed: {', '.join(kinds)}.{said}\n"
        f"Version {run.version}, effort {run.effort}, seed {run.seed}."
    )


def _section(title: str, note: str, lines: Iterable[str]) -> str:
    lines = list(lines)
    return "\n".join([f"## {title}{' ' + note.rstrip('.') if note else ''}", "", *lines]) if lines else ""


def plain(text: str, most: int = SENTENCE) -> str:
    """Text as one line of Markdown: nothing in it is markup, and what is too long is cut at a word."""
    words = " ".join(text.split())
    if len(words) > most:
        words = words[:most].rsplit(" ", 1)[0].rstrip(",;:.") + " ..."
    return re.sub(r"([\\*_<\[\]`|#])", r"\\\1", words)


def _where(run: Run, claim: ClaimResult) -> str:
    return f"- **{plain(place(run, claim) or claim.id, PHRASE)}** (`{claim.id}`)"


def _says(claim: ClaimResult) -> str:
    """The inventory's sentence; of a variant (ID@VARIANT) also what it takes the statement to be."""
    item, literal = items().get(claim.items[0]), claim.readings[0].text if claim.readings else ""
    says = plain(item.says) if item else plain(literal)
    variant = claim.id.partition("@")[2]
    return f"{says} Here: {plain(literal or variant, PHRASE)}." if item and variant else says


def _holds(run: Run, claim: ClaimResult) -> str:
    return f"{_where(run, claim)}: {claim.verdict}. {_says(claim)}"


def _falls(run: Run, claim: ClaimResult) -> str:
    literal = claim.readings[0]
    found = literal.counterexample
    if found and claim.verdict == "refuted":
        why = f" Counterexample: {_sides(found.lhs, found.rhs)}; `mergeproof explain {claim.id}`."
    else:
        why = f" {plain(literal.reason, PHRASE)}." if literal.reason else ""
    return f"{_where(run, claim)}: {claim.verdict}. {_says(claim)}{why}"


def _sides(left: str, right: str) -> str:
    return f"left side {plain(left, 40)}, right side {plain(right, 40)}"


def _instead(run: Run, claim: ClaimResult) -> Iterator[str]:
    """The readings and the repair that stand in place of a statement that does not."""
    if claim.verdict in STANDING or not stands(claim):
        return
    yield f"{_where(run, claim)}"
    if reading := holds_read_as(claim):
        yield f"  - holds read as: {plain(reading)}"
    if claim.repair and claim.repair.result.verdict in STANDING:
        result, given = claim.repair.result, "; ".join(claim.repair.given)
        yield f"  - {result.verdict} with this change: {plain(claim.repair.changes)}"
        if given:
            yield f"  - given: {plain(given)}"
        if _worth(result.latex):
            yield f"\n    $${result.latex}$$\n"


def _worth(latex: str) -> bool:
    """Whether a formula helps on a short page: it is short, and does not say x = x."""
    left, _, right = latex.partition(" = ")
    return 0 < len(latex) <= FORMULA and left != right


def _open(run: Run, claim: ClaimResult) -> Iterator[str]:
    literal, standing = claim.readings[0] if claim.readings else None, claim.standing
    reason = plain((literal.reason if literal else "") or claim.error, PHRASE)
    if waits(claim):
        yield f"{_where(run, claim)}: not proved; wrong versions are not tried at effort {run.effort}."
    elif standing is None or standing.verdict not in STANDING:
        nothing = ", and nothing stands in its place" if claim.verdict in FALLEN else ""
        yield f"{_where(run, claim)}: {claim.verdict}{nothing}. {reason}".rstrip()
    elif claim.verdict not in (*STANDING, *FALLEN):
        yield f"{_where(run, claim)}: {claim.verdict} as printed. {reason}".rstrip()
    elif standing.verdict == "supported":
        yield f"{_where(run, claim)}: no violation found, but no proof."


def _lines(run: Run, paper: str) -> Iterator[str]:
    """The lines of the paper's own proofs and definitions that are false, or do not follow."""
    rows = [row for row in run.items if row.id.partition(".")[0] == paper]
    for text, wrong in (
        ("Lines of its proofs and definitions that are false", [r.id for r in rows if r.holds is False]),
        (
            "Lines that do not follow from those before",
            [r.id for r in rows if r.holds and r.follows is False],
        ),
    ):
        if wrong:
            yield f"- {text}: {', '.join(f'`{id}`' for id in wrong)}."


def _twice(run: Run, paper: str) -> Iterator[str]:
    for pair in run.consistency:
        if pair.status == "contradict" and pair.first.partition(".")[0] == paper:
            yield (
                f"- Printed twice, differently: `{pair.first}` and `{pair.second}` ({plain(pair.kind)}); "
                f"{_sides(*pair.sides[:2])}."
            )


def _missing(run: Run, paper: str) -> Iterator[str]:
    missing = [id for id in run.missing if id.partition(".")[0] == paper]
    if missing:
        more = ", ..." if len(missing) > 5 else ""
        yield f"- Not judged yet: {len(missing)} items: {', '.join(f'`{i}`' for i in missing[:5])}{more}."


def _figures(run: Run, paper: str) -> Iterator[str]:
    shown: dict[str, list[str]] = {}
    for row in run.items:
        if row.id.partition(".")[0] == paper and row.claim.startswith("figure "):
            shown.setdefault(row.claim.removeprefix("figure "), []).append(row.id)
    for name, ids in shown.items():
        yield f"- `mergeproof figures {name}`: {', '.join(f'`{id}`' for id in ids)}."
