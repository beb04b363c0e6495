"""What a run amounts to, for the table, the JSON and the page: pure functions over `proofs_check.verdict`."""

from collections import Counter
from dataclasses import dataclass
from math import isfinite

from proofs_check.verdict import (
    KINDS,
    NOT_AT_QUICK,
    STANDING,
    VERDICTS,
    ClaimResult,
    FileError,
    ItemRow,
    Run,
    StatementResult,
)

FALLEN = ("refuted", "ill-posed")
SHORT = 120
"""Longer lists of assumptions are counted, not quoted."""


def main_statement(claim: ClaimResult) -> StatementResult | None:
    """The statement whose ratio, proof and mutants are shown: the standing one, else the literal display."""
    return claim.standing or (claim.readings[0] if claim.readings else None)


def strongest(statement: StatementResult | None) -> str:
    """The strongest kind of evidence behind a statement's verdict, "" if there is none."""
    kinds = [e.kind for e in statement.evidence] if statement else []
    return next((kind for kind in KINDS if kind in kinds), "")


def holds_read_as(claim: ClaimResult) -> str:
    """The first later reading that stands although the literal display does not, with what it assumes beside
    the literal's givens; else ""."""
    if claim.verdict in STANDING:
        return ""
    reading = next((r for r in claim.readings[1:] if r.verdict in STANDING), None)
    if reading is None:
        return ""
    more = [text for text in reading.givens if text not in claim.readings[0].givens]
    said = "; ".join(more) if len("; ".join(more)) <= SHORT else f"{len(more)} more assumptions"
    return f"{reading.text} (given: {said})" if more else reading.text


def mutant_counts(statement: StatementResult | None) -> dict[str, int]:
    """Mutants by outcome; `total` counts all, the score is killed / (killed + survived)."""
    seen = Counter(m.outcome for m in statement.mutants) if statement else Counter()
    counts = {name: seen[name] for name in ("killed", "weaker", "sharper", "survived")}
    return {**counts, "total": sum(counts.values())}


def strength(statement: StatementResult) -> str:
    """How good the statement is: the largest ratio (or gap), equality, a sharper constant; or ""."""
    if number(statement.ratio) == "-":
        return ""
    tight = {True: ", reached with equality", False: ", equality not reached: not tight", None: ""}
    text = f"largest left/right (or gap) {number(statement.ratio)}{tight[statement.tight]}"
    if statement.tight is False and statement.ratio is not None and statement.ratio > 0.9995:
        text = f"left/right comes within {1 - statement.ratio:.1g} of 1, equality not reached"
    return text + (f"; proved with {statement.constant} of its right side" if statement.constant else "")


def number(value: float | None) -> str:
    """A short decimal form; "-" where there is no finite number."""
    return f"{value:.3g}" if value is not None and isfinite(value) else "-"


def place(run: Run, claim: ClaimResult) -> str:
    """Where the paper prints the claim's main item; "" for a claim outside the inventories."""
    return next((row.place for row in run.items if claim.items and row.id == claim.items[0]), "")


def printed(run: Run, claim: ClaimResult) -> str:
    """The inventory's LaTeX of the claim's main item; "" if it has none."""
    return next((row.printed for row in run.items if claim.items and row.id == claim.items[0]), "")


def verdict_counts(run: Run) -> dict[str, int]:
    """How many claims have each verdict, in the order of `VERDICTS`."""
    seen = Counter(claim.verdict for claim in run.claims)
    return {verdict: seen[verdict] for verdict in VERDICTS}


def broken(run: Run) -> tuple[FileError, ...]:
    """Every file that is at fault itself: unusable, in error while judged, or in breach of the contract."""
    rows = list(run.errors)
    for claim in run.claims:
        rows += [FileError(path=claim.id, message=text) for text in (claim.error, *claim.problems) if text]
        for problem in claim.repair.problems if claim.repair else ():
            rows.append(FileError(path=claim.id, message=f"repair: {problem}"))
    return tuple(rows)


def stands(claim: ClaimResult) -> bool:
    """Whether the claim has a standing statement and that statement is proved or supported."""
    return claim.standing is not None and claim.standing.verdict in STANDING


def waits(claim: ClaimResult) -> bool:
    """Whether the claim lacks nothing but the mutants that quick effort does not run."""
    open_ = (claim.repair.result,) if claim.repair else claim.readings
    return any(r.verdict == "undecided" and r.reason == NOT_AT_QUICK for r in open_)


def exit_status(run: Run) -> int:
    """2 if a file is broken, 1 if a claim has no statement that stands or waits for its mutants, else 0."""
    if broken(run):
        return 2
    return 0 if all(stands(claim) or waits(claim) for claim in run.claims) else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line that a reader must not miss; `kind` is a verdict, "sharper" or "contradiction".

    at  the instance that separates two contradictory printings, to be pasted
    """

    claim: str
    kind: str
    text: str
    at: str = ""


def findings(run: Run) -> tuple[Finding, ...]:
    """Every claim that falls or is open, and every mutant that is true and stronger than what is printed."""
    rows = []
    for claim in run.claims:
        if claim.verdict not in STANDING:
            rows.append(Finding(claim=claim.id, kind=claim.verdict, text=_why(claim)))
        statement = main_statement(claim)
        if statement and statement.constant:
            text = f"also true, stronger: {statement.constant} of the right side suffices"
            rows.append(Finding(claim=claim.id, kind="sharper", text=text))
        for mutant in statement.mutants if statement else ():
            if mutant.outcome == "sharper":
                known = "true as well, by proof" if mutant.at else "stronger, and nothing found violates it"
                text = f"{known}: {mutant.text}"
                rows.append(Finding(claim=claim.id, kind="sharper", text=text))
    judged = {claim.id for claim in run.claims}
    for pair in run.consistency:
        if pair.status == "contradict":
            named = next(
                (i for i in (owner_of(run, pair.first), owner_of(run, pair.second)) if i in judged), ""
            )
            text = (
                f"{pair.second} ({pair.kind}) contradicts {pair.first}: {pair.text}; "
                f"{pair.sides[1]} against {pair.sides[0]}"
            )
            rows.append(Finding(claim=named or pair.first, kind="contradiction", text=text, at=pair.at))
    return tuple(rows)


def wrong_versions(run: Run) -> str:
    """The mutation score of the standing statements, and what became of the mutants that nothing can kill."""
    standing = [claim.standing for claim in run.claims if claim.standing]
    share = _noticed(standing)
    if not share:
        return "no wrong versions tried"
    tight = _noticed([found for found in standing if found.tight])
    share += f" wrong versions noticed{f', where the bound is tight {tight}' if tight else ''}"
    weaker, sharper = (sum(mutant_counts(s)[name] for s in standing) for name in ("weaker", "sharper"))
    return f"{share}; {weaker} are weaker, {sharper} sharper than the statement"


def _noticed(statements: list[StatementResult]) -> str:
    """killed of killed + survived, with the share in per cent; "" if there are none."""
    counts = [mutant_counts(s) for s in statements]
    killed, survived = (sum(c[name] for c in counts) for name in ("killed", "survived"))
    tried = killed + survived
    return f"{killed} of {tried} ({percent(killed, tried)})" if tried else ""


def percent(part: int, whole: int) -> str:
    """The share in per cent, cut off after a tenth: 100 only if nothing is missing."""
    return f"{1000 * part // whole / 10:g}%"


def bent_lines(run: Run) -> str:
    """How many perturbed lines of accepted proofs the rules refused."""
    refused, implied, accepted = (sum(c.step_mutants[k] for c in run.claims) for k in range(3))
    if not refused + accepted:
        return "no perturbed lines tried"
    share = f"{refused} of {refused + accepted} perturbed proof lines refused"
    return f"{share} ({percent(refused, refused + accepted)}); {implied} more are implied or true"


def seconded(run: Run) -> str:
    """How many accepted lines of derivations another road has confirmed."""
    proofs = [r.proof for c in run.claims for r in (*c.readings, *([c.repair.result] if c.repair else []))]
    lines = [line for proof in proofs if proof and proof.ok for line in proof.lines]
    return (
        f"{sum(bool(line.second) for line in lines)} of {len(lines)} accepted lines confirmed by another road"
    )


def owner_of(run: Run, item: str) -> str:
    """The claim or home of an item, as the rows of the run know it; "" if none."""
    return next((row.claim for row in run.items if row.id == item), "")


def pair_counts(run: Run) -> dict[str, int]:
    """How many statements that a paper prints twice agree, contradict, or wait to be compared."""
    return dict(Counter(pair.status for pair in run.consistency))


def _why(claim: ClaimResult) -> str:
    literal = claim.readings[0] if claim.readings else None
    found = literal.counterexample if literal else None
    if found and literal and literal.verdict == "refuted":
        why = f"left side {found.lhs}, right side {found.rhs}"
    elif found and literal and not literal.reason:  # a side without value
        why = f"{found.note} at {found.repr}"
    else:
        why = literal.reason if literal else claim.error
    return "; ".join(part for part in (why.rstrip("."), after_the_fall(claim)) if part)


def after_the_fall(claim: ClaimResult) -> str:
    """What remains of a claim whose literal display does not stand, in one phrase."""
    reading = holds_read_as(claim)
    parts = [f"holds read as: {reading}"] if reading else []
    if claim.repair:
        parts.append(f"repair {claim.repair.result.verdict}: {claim.repair.changes}")
    if not parts and claim.verdict in FALLEN:
        parts.append("no repair yet")
    return "; ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of one paper's inventory some claim or home covers."""

    paper: str
    total: int
    missing: tuple[str, ...]
    formulas: int
    answered: int
    """Items with a printed formula, and how many of them have an answer of their own."""


def coverage(run: Run) -> tuple[Coverage, ...]:
    """The coverage of every paper that has rows in the run."""
    papers: dict[str, list[ItemRow]] = {}
    for row in run.items:
        papers.setdefault(row.id.split(".")[0], []).append(row)
    return tuple(
        Coverage(
            paper=paper,
            total=len(rows),
            missing=tuple(row.id for row in rows if not row.claim),
            formulas=sum(bool(row.printed) for row in rows),
            answered=sum(bool(row.printed and row.claim) for row in rows),
        )
        for paper, rows in papers.items()
    )
