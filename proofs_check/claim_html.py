"""The section of one claim on the page: what is printed, how it was read, what was found, what stands."""

from html import escape

from proofs_check.mathml import math
from proofs_check.summary import main_statement, mutant_counts, strength
from proofs_check.tightness_svg import tightness
from proofs_check.verdict import (
    ClaimResult,
    Counterexample,
    ProofResult,
    RepairResult,
    StatementResult,
    StepResult,
)

SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "<": "<", ">": ">"}


def anchor(claim: str) -> str:
    """The id of a claim's section, safe in a link."""
    return "c-" + "".join(ch if ch.isalnum() or ch in "._-" else "_" for ch in claim)


def badge(verdict: str) -> str:
    """A verdict as a coloured word."""
    return f'<span class="badge {escape(verdict)}">{escape(verdict)}</span>'


def claim_section(claim: ClaimResult, place: str, printed: str) -> str:
    """The section of one claim."""
    statement = main_statement(claim)
    parts = [
        f"<h2><span class=id>{escape(claim.id)}</span> {badge(claim.verdict)}</h2>",
        f"<p class=soft>{escape(place)}{'. ' if place else ''}Decides {escape(', '.join(claim.items))}.</p>",
        *(f"<p class=warn>{escape(text)}</p>" for text in (claim.error, *claim.problems) if text),
        f"<h3>As printed</h3>{math(printed)}" if printed else "",
        *(_reading(r, k, len(claim.readings)) for k, r in enumerate(claim.readings)),
        _givens(claim),
        _repair(claim.repair) if claim.repair else "",
        _proof(statement.proof) if statement and statement.proof else "",
        _steps(claim.steps),
        _tightness(statement) if statement else "",
        _mutants(statement) if statement and statement.mutants else "",
    ]
    return f'<article id="{anchor(claim.id)}">{"".join(parts)}</article>\n'


def _reading(reading: StatementResult, k: int, count: int) -> str:
    title = "As read" if count == 1 else "As read, literally" if k == 0 else f"Read otherwise ({k})"
    evidence = "".join(f"<li><b>{escape(e.kind)}</b> {escape(e.text)}</li>" for e in reading.evidence)
    reason = f"<p>{escape(reading.reason)}</p>" if reading.reason else ""
    found = reading.counterexample
    extra = _counterexample(found, _said(reading)) if found else ""
    return (
        f"<h3>{title} {badge(reading.verdict)}</h3><p>{escape(reading.text)}</p>{math(reading.latex)}"
        f"{reason}<ul class=plain>{evidence}</ul>{extra}"
    )


def _givens(claim: ClaimResult) -> str:
    rows = "".join(f"<li>{escape(given)}</li>" for given in claim.givens)
    left_out = f"<p class=soft>Not searched: {escape(claim.leaves_out)}</p>" if claim.leaves_out else ""
    return f"<h3>Assumptions</h3><ul>{rows}</ul>{left_out}" if rows else left_out


def _said(statement: StatementResult) -> str:
    """The evidence that is shown anyway, so that no note repeats it."""
    return " ".join(e.text for e in statement.evidence)


def _counterexample(found: Counterexample, said: str) -> str:
    how = "exact arithmetic" if found.exact else "floating-point or sampled values"
    note = f"<p>{escape(found.note)}</p>" if found.note and found.note not in said else ""
    return (
        f"<h4>Counterexample</h4><div class=copy><pre>{escape(found.repr)}</pre>"
        '<button type=button data-copy aria-label="Copy the counterexample">Copy</button></div>'
        f"<p>Left side <b>{escape(found.lhs)}</b>, right side <b>{escape(found.rhs)}</b> "
        f"<span class=soft>({how})</span></p>{note}"
    )


def _repair(repair: RepairResult) -> str:
    given = "".join(f"<li>{escape(text)}</li>" for text in repair.given)
    problems = "".join(f"<p class=warn>{escape(text)}</p>" for text in repair.problems)
    reason = f"<p>{escape(repair.result.reason)}</p>" if repair.result.reason else ""
    evidence = "".join(f"<li><b>{escape(e.kind)}</b> {escape(e.text)}</li>" for e in repair.result.evidence)
    return (
        f"<h3>Repair {badge(repair.result.verdict)}</h3><p>{escape(repair.changes)}</p>"
        f"{math(repair.result.latex)}{f'<p>With</p><ul>{given}</ul>' if given else ''}{problems}{reason}"
        f"<ul class=plain>{evidence}</ul>"
    )


def _proof(proof: ProofResult) -> str:
    lines = []
    for line in proof.lines:
        rests = ", ".join(line.lemmas)
        words = "; ".join(
            filter(None, (line.rule, line.text, f"rests on {rests}" if rests else "", line.reason))
        )
        mark = "" if line.ok else "<span class=bad>not accepted: </span>"
        sign = SIGNS.get(line.relation, line.relation)
        lines.append(
            f"<li><div class=soft>{mark}<b>{escape(sign)}</b> {escape(words)}</div>{math(line.latex)}</li>"
        )
    end = "Every line and both ends are accepted." if proof.ok else f"Not accepted: {proof.reason}"
    lemmas = f" Lemmas: {', '.join(proof.lemmas)}." if proof.lemmas else ""
    is_open = " open" if len(proof.lines) <= 12 else ""
    return (
        f"<details{is_open}><summary>Proof, {len(proof.lines)} lines</summary>"
        f"<ol class=chain>{''.join(lines)}</ol>"
        f"<p class=soft>{escape(end + lemmas)}</p></details>"
    )


def _answer(value: bool | None) -> str:
    return {True: "yes", False: "<span class=bad>no</span>", None: "open"}[value]


def _steps(steps: tuple[StepResult, ...]) -> str:
    rows = "".join(
        f"<li><span class=id>{escape(s.item)}</span>: holds {_answer(s.holds)}, follows {_answer(s.follows)}"
        f"{math(s.latex)}{f'<span class=soft>{escape(s.note)}</span>' if s.note else ''}</li>"
        for s in steps
    )
    return f"<h3>The paper's own steps</h3><ul class=plain>{rows}</ul>" if rows else ""


def _tightness(statement: StatementResult) -> str:
    plot = tightness(statement.points)
    if statement.ratio is None and not plot:
        return ""
    at = f" at <code>{escape(statement.ratio_at)}</code>" if statement.ratio_at else ""
    said = strength(statement)
    words = f"<p>{escape(said[:1].upper() + said[1:])}{at}.</p>" if said else ""
    return f"<h3>How tight</h3>{words}{plot}"


def _mutants(statement: StatementResult) -> str:
    counts = mutant_counts(statement)
    score = ", ".join(
        f"{counts[name]} {name}" for name in ("killed", "weaker", "sharper", "survived") if counts[name]
    )
    rows = "".join(
        f'<tr><td>{escape(m.text)}</td><td class="{"sharper" if m.outcome == "sharper" else ""}'
        f'{"bad" if m.outcome == "survived" else ""}">{escape(m.outcome)}</td>'
        f"<td><code>{escape(m.at) or '-'}</code></td></tr>"
        for m in statement.mutants
    )
    return (
        f"<details><summary>Wrong versions: {score}</summary><div class=scroll><table><thead><tr>"
        f"<th>Changed</th><th>Outcome</th><th>Violated at</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div></details>"
    )
