"""The report as one self-contained page: no network, no fonts, formulas as MathML.

This file builds the frame (totals, filters, tables); `claim_html` builds the section of one claim.
"""

from collections import Counter
from html import escape
from importlib.resources import files
from pathlib import Path

from proofs_check.claim_html import anchor, badge, claim_section
from proofs_check.report_json import write_whole
from proofs_check.summary import (
    after_the_fall,
    bent_lines,
    broken,
    coverage,
    findings,
    main_statement,
    mutant_counts,
    number,
    pair_counts,
    place,
    printed,
    seconded,
    stands,
    strongest,
    verdict_counts,
    wrong_versions,
)
from proofs_check.verdict import STANDING, VERDICTS, ClaimResult, Consistency, ItemRow, Run

MISSING_SHOWN = 5
LONGEST = 240
"""Characters of a message in the list at the top; the claim's section has it whole."""


def page(run: Run) -> str:
    """The whole page as HTML text."""
    parts = files("proofs_check")
    style, script = (parts.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    sections = "".join(claim_section(claim, place(run, claim), printed(run, claim)) for claim in run.claims)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>mergeproof: {len(run.claims)} claims judged</title><style>\n{style}</style></head><body>\n"
        f"{_head(run)}{_broken(run)}{_findings(run)}{_table(run)}{_twice(run)}{_inventory(run)}"
        f"<main>{sections}</main>{_foot(run)}<script>\n{script}</script></body></html>\n"
    )


def write_html(run: Run, path: Path | str) -> None:
    """Write the page; the file is whole or untouched."""
    write_whole(Path(path), page(run))


def _head(run: Run) -> str:
    counts = verdict_counts(run)
    tiles = "".join(
        f'<li><b class="{verdict}">{n}</b><span>{verdict}</span></li>' for verdict, n in counts.items()
    )
    standing = sum(map(stands, run.claims))
    covered = len(run.items) - len(run.missing)
    return (
        f'<header><h1>What stands</h1><p class="soft">mergeproof {escape(run.version)}, effort '
        f"{escape(run.effort)}, seed {run.seed}, {run.seconds:.0f} s</p>"
        f"<p>{len(run.claims)} claims judged as printed; {standing} of them stand as printed, under another "
        f"reading of the paper's own words, or repaired.</p><ul class=tiles>{tiles}"
        f"<li><b>{covered}<small> / {len(run.items)}</small></b>"
        "<span>inventory items covered</span></li></ul>"
        f'<p class="soft">Chance of a false refutation: {run.spent:.1e} spent of {run.family:.1e} for the '
        f"whole ledger. Mutants: {escape(wrong_versions(run))}. Proofs: "
        f"{escape(seconded(run))}; {escape(bent_lines(run))}.</p></header>\n"
    )


def _broken(run: Run) -> str:
    known = {claim.id for claim in run.claims}
    rows = ""
    for file in broken(run):
        text = file.message.removeprefix(f"{file.path}:").lstrip()
        short = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
        name = (
            f'<a href="#{anchor(file.path)}">{escape(file.path)}</a>'
            if file.path in known
            else escape(file.path)
        )
        rows += f"<li><span class=id>{name}</span> {escape(short)}</li>"
    return (
        f'<section class="warn"><b>Claim files to mend</b><ul class=plain>{rows}</ul></section>'
        if rows
        else ""
    )


def _findings(run: Run) -> str:
    rows = "".join(
        f'<li><a class=id href="#{anchor(f.claim)}">{escape(f.claim)}</a> '
        f"{badge(f.kind)} {escape(f.text)}{escape(f' at {f.at}' if f.at else '')}</li>"
        for f in findings(run)
    )
    return f"<section><h2>Findings</h2><ul class=plain>{rows}</ul></section>" if rows else ""


def _twice(run: Run) -> str:
    """Statements that a paper prints twice: those compared one by one, the others counted."""
    rows = "".join(
        f"<tr><td><span class=id>{escape(p.first)}</span></td><td><span class=id>{escape(p.second)}</span> "
        f"<span class=soft>{escape(p.kind)}</span></td>"
        f'<td class="{"bad" if p.status == "contradict" else ""}">{escape(p.status)}</td>'
        f"<td>{escape(p.text)}{_apart(p)}</td></tr>"
        for p in run.consistency
        if p.status != "not compared"
    )
    left = pair_counts(run).get("not compared", 0)
    waiting = f"<p class=soft>{left} more pairs are not compared yet.</p>" if left else ""
    table = (
        "<div class=scroll><table><thead><tr><th>First</th><th>Again</th><th></th><th></th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
    return (
        f"<section><h2>Printed twice</h2>{table if rows else ''}{waiting}</section>" if rows or left else ""
    )


def _apart(pair: Consistency) -> str:
    if not pair.at:
        return ""
    first, second = map(escape, pair.sides)
    return f": {first} and {second} at <code>{escape(pair.at)}</code>"


def _table(run: Run) -> str:
    papers = dict.fromkeys(claim.id.split(".")[0] for claim in run.claims)
    rows = "".join(_row(run, claim) for claim in run.claims)
    head = "".join(
        f"<th scope=col{' class=n' if k > 3 else ''}>{name}</th>"
        for k, name in enumerate(("Claim", "Place", "Verdict", "Evidence", "Worst", "Mutants", "Seconds"))
    )
    return (
        "<section><h2>Claims</h2><div class=filters>"
        f'<select id=f-verdict aria-label="Verdict"><option value="">every verdict</option>'
        f"{_options(VERDICTS)}</select>"
        f'<select id=f-paper aria-label="Paper"><option value="">every paper</option>'
        f"{_options(papers)}</select>"
        '<input id=f-text type=search placeholder="Search" aria-label="Search text">'
        f"<span class=soft id=shown></span></div><div class=scroll><table id=claims-table>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _options(names) -> str:
    return "".join(f"<option>{escape(name)}</option>" for name in names)


def _row(run: Run, claim: ClaimResult) -> str:
    literal = claim.readings[0] if claim.readings else None
    counts = mutant_counts(main_statement(claim))
    killable = counts["killed"] + counts["survived"]
    remains = "" if claim.verdict in STANDING else after_the_fall(claim)
    cells = (
        ("evidence", strongest(literal) or "-", ""),
        ("worst", number(literal.ratio if literal else None), "n"),
        ("mutants", f"{counts['killed']}/{killable}" if killable else "-", "n"),
        ("seconds", f"{claim.seconds:.1f}", "n"),
    )
    more = "".join(
        f'<td data-label="{label}" class="{style}{" none" * (text == "-")}">{escape(text)}</td>'
        for label, text, style in cells
    )
    return (
        f'<tr data-id="{anchor(claim.id)}" data-verdict="{claim.verdict}" '
        f'data-paper="{escape(claim.id.split(".")[0])}">'
        f'<td class=name><a class=id href="#{anchor(claim.id)}">{escape(claim.id)}</a></td>'
        f"<td class=where>{escape(place(run, claim))}<div class=soft>{escape(remains)}</div></td>"
        f"<td>{badge(claim.verdict)}</td>{more}</tr>"
    )


def _inventory(run: Run) -> str:
    if not run.items:
        return ""
    rows = "".join(
        f"<tr><td>{escape(paper.paper)}</td><td class=n>{paper.total - len(paper.missing)}</td>"
        f"<td class=n>{paper.total}</td><td class=n>{paper.answered}</td><td class=n>{paper.formulas}</td>"
        f"<td class=wide>{_first(paper.missing)}</td></tr>"
        for paper in coverage(run)
    )
    items = "".join(map(_item, run.items))
    kinds = Counter(row.kind for row in run.items)
    return (
        "<section><h2>Inventory</h2><div class=scroll><table><thead><tr><th>Paper</th>"
        "<th class=n>Covered</th><th class=n>Items</th><th class=n>Answered</th><th class=n>Formulas</th>"
        "<th class=wide>Still missing</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
        f"<details><summary>All {len(run.items)} items</summary><p class=soft>"
        f"{', '.join(f'{n} {kind}' for kind, n in kinds.items())}</p><div class=scroll><table><thead><tr>"
        "<th>Item</th><th>Kind</th><th>Place</th><th>Claim</th><th>Known</th></tr></thead>"
        f"<tbody>{items}</tbody></table></div></details></section>"
    )


def _first(missing: tuple[str, ...]) -> str:
    more = f", and {len(missing) - MISSING_SHOWN} more" if len(missing) > MISSING_SHOWN else ""
    return (
        f"<span class=id>{escape(', '.join(missing[:MISSING_SHOWN]))}</span>{more}" if missing else "nothing"
    )


def _item(row: ItemRow) -> str:
    answers = {True: "", False: "does not ", None: ""}
    known = [badge(row.verdict) if row.verdict in VERDICTS else escape(row.verdict or "")]
    known += [f"{answers[row.holds]}hold{'s' * bool(row.holds)}"] * (row.holds is not None)
    known += [f"{answers[row.follows]}follow{'s' * bool(row.follows)}"] * (row.follows is not None)
    note = f" <span class=soft>{escape(row.note)}</span>" if row.note else ""
    return (
        f"<tr><td class=id>{escape(row.id)}</td><td>{escape(row.kind)}</td><td>{escape(row.place)}</td>"
        f"<td class=id>{escape(row.claim) or '-'}</td><td>{', '.join(filter(None, known))}{note}</td></tr>"
    )


def _foot(run: Run) -> str:
    return (
        '<footer class="soft"><p>proved: a chain from the definition of the left side to the right side, '
        "every step checked by machine. supported: the search found no violation and killed "
        "every wrong version that it should. refuted: an instance satisfies every assumption and "
        "violates the statement. ill-posed: a quantity in the statement does not exist. undecided: none of "
        "these; the reason is given.</p>"
        "<p>Worst is the largest left side / right side (or gap) of the literal display on the searched "
        f"instances. Papers: {escape(', '.join(run.papers) or '-')}.</p></footer>"
    )
