"""Proofs and mutant outcomes kept between runs, for quick effort alone.

The key is a hash of the claim file, of everything that takes part in judging, and of the versions of the
solvers; a change of any of them makes the entry unreachable.  Entries are JSON: nothing in them is run.
"""

import hashlib
import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from proofs_check.verdict import MutantResult, ProofResult, StepLine

ROOT = Path(__file__).resolve().parents[1]
SOURCES = (
    "theory/*.py",
    "theory/claims/*/_*.py",  # what several claim files share
    "proofs_check/*.py",
    "proofs_check/core/*.py",
    "proofs_check/lemmas/*.py",
    "sim/*.py",
    "nets/*.py",
)
SOLVERS = ("sympy", "z3-solver", "python-flint", "numpy")


def folder() -> Path:
    """Where entries live: $MERGEPROOF_CACHE, else the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("MERGEPROOF_CACHE") or Path(home) / "mergeproof")


@cache
def machinery() -> str:
    """The hash of everything that judges, apart from the claim itself."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    for name in SOLVERS:
        digest.update(f"{name}={version(name)}".encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Memory:
    """The remembered outcomes of one claim file at one seed; `None` as a path remembers nothing."""

    path: Path | None

    def recall(self, kind: str, place: int) -> dict | list | None:
        """What was kept under this name, or None; an unreadable entry counts as absent."""
        if self.path is None:
            return None
        try:
            return json.loads((self.path / f"{kind}-{place}.json").read_text())
        except (OSError, ValueError):
            return None

    def keep(self, kind: str, place: int, value: object) -> None:
        """Keep a value, all or nothing; a folder that cannot be written is no error."""
        if self.path is None:
            return
        final = self.path / f"{kind}-{place}.json"
        draft = final.with_suffix(f".{os.getpid()}")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(value))
            os.replace(draft, final)
        except OSError:
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def memory(claim_file: Path, seed: int) -> Memory:
    """The memory of a claim file, keyed by its content and the machinery."""
    key = hashlib.sha256(f"{machinery()}{seed}".encode() + claim_file.read_bytes()).hexdigest()
    return Memory(folder() / key[:32])


FORGET = Memory(None)


def proof(memory: Memory, place: int, effort: str, check: Callable[[], ProofResult]) -> ProofResult:
    """The outcome of a derivation: remembered at quick effort, checked otherwise, kept in both cases."""
    known = memory.recall("proof", place) if effort == "quick" else None
    if isinstance(known, dict):
        lines = tuple(StepLine(**{**line, "lemmas": tuple(line["lemmas"])}) for line in known["lines"])
        return ProofResult(**{**known, "lines": lines, "lemmas": tuple(known["lemmas"])})
    result = check()
    memory.keep("proof", place, asdict(result))
    return result


Checked = tuple[bool | None, bool | None, str]
"""Whether a printed step holds, whether it follows, and why."""


def step(memory: Memory, place: int, effort: str, check: Callable[[], Checked]) -> Checked:
    """The symbolic side of a printed step, remembered like a derivation."""
    known = memory.recall("step", place) if effort == "quick" else None
    if isinstance(known, list) and len(known) == 3:
        return known[0], known[1], known[2]
    result = check()
    memory.keep("step", place, result)
    return result


def mutants(memory: Memory, place: int) -> tuple[MutantResult, ...]:
    """The mutant outcomes of the last default run of the same file and machinery; empty if there was none."""
    known = memory.recall("mutants", place)
    return tuple(MutantResult(**row) for row in known) if isinstance(known, list) else ()
