"""The machine-readable report, schema 1: `docs/json.md` explains it, `schema.json` validates it.

Key order is fixed by the code below, claims and items keep the order of the run, and numbers that are not
finite become null, so that the same run gives the same bytes and any JSON reader accepts them.
"""

import json
import os
import tempfile
from math import isfinite
from pathlib import Path
from typing import Any

from proofs_check.summary import main_statement, mutant_counts, place, printed
from proofs_check.verdict import ClaimResult, Consistency, ItemRow, Run, StatementResult

SCHEMA = 1


def document(run: Run) -> dict[str, Any]:
    """The run as plain dicts, lists, strings, numbers and None, in the documented order of keys."""
    missing = list(run.missing)
    return {
        "schema": SCHEMA,
        "seed": run.seed,
        "effort": run.effort,
        "version": run.version,
        "claims": [_claim(run, claim) for claim in run.claims],
        "items": [_item(row) for row in run.items],
        "inventory": {
            "total": len(run.items),
            "covered": len(run.items) - len(missing),
            "missing": missing,
        },
        "error_budget": {"family": _finite(run.family), "spent": _finite(run.spent)},
        "consistency": [_pair(pair) for pair in run.consistency],
    }


def _pair(pair: Consistency) -> dict[str, Any]:
    found = pair.at and {"repr": pair.at, "first": pair.sides[0], "second": pair.sides[1]}
    return {
        "first": pair.first,
        "second": pair.second,
        "kind": pair.kind,
        "status": pair.status,
        "text": pair.text,
        "separated_at": found or None,
    }


def _claim(run: Run, claim: ClaimResult) -> dict[str, Any]:
    statement = main_statement(claim)
    literal = claim.readings[0] if claim.readings else None
    found = literal.counterexample if literal else None
    proof = statement.proof if statement else None
    return {
        "id": claim.id,
        "paper": claim.id.split(".")[0],
        "place": place(run, claim),
        "items": list(claim.items),
        "printed_latex": printed(run, claim),
        "verdict": claim.verdict,
        "readings": [{"text": r.text, "verdict": r.verdict} for r in claim.readings],
        "evidence": _evidence(claim, literal),
        "counterexample": found
        and {"repr": found.repr, "lhs": found.lhs, "rhs": found.rhs, "exact": found.exact},
        "repair": claim.repair
        and {
            "latex": claim.repair.result.latex,
            "verdict": claim.repair.result.verdict,
            "given": list(claim.repair.given),
        },
        "ratio_max": _finite(statement.ratio) if statement else None,
        "tight": statement.tight if statement else None,
        "mutants": mutant_counts(statement),
        "steps": {
            "checked": sum(line.ok for line in proof.lines) if proof else 0,
            "lemmas": list(proof.lemmas) if proof else [],
        },
        "seconds": _finite(round(claim.seconds, 3)),
    }


def _evidence(claim: ClaimResult, literal: StatementResult | None) -> list[dict[str, str]]:
    """The literal display's evidence; then why there is none, and what is wrong with the file."""
    rows = [{"kind": e.kind, "text": e.text} for e in literal.evidence] if literal else []
    if literal and literal.reason:
        rows.append({"kind": "reason", "text": literal.reason})
    return rows + [{"kind": "problem", "text": text} for text in (claim.error, *claim.problems) if text]


def _item(row: ItemRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "claim": row.claim or None,
        "verdict": row.verdict,
        "holds": row.holds,
        "follows": row.follows,
        "note": row.note,
    }


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and isfinite(value) else None


def dumps(run: Run) -> str:
    """The document as JSON text; a NaN that slipped in is an error, never output."""
    return json.dumps(document(run), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(run: Run, path: Path | str) -> None:
    """Write the report; the file is whole or untouched."""
    write_whole(Path(path), dumps(run))


def write_whole(path: Path, text: str) -> None:
    """Write to a temporary file beside `path`, then rename it: an interruption leaves the old file."""
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
