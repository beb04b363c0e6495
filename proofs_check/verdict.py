"""What judging produces: frozen results, ready for the terminal, JSON and HTML."""

import math
from dataclasses import dataclass, field

VERDICTS = ("proved", "supported", "refuted", "ill-posed", "undecided")
STANDING = ("proved", "supported")
NOT_AT_QUICK = "mutants not run at quick effort"
"""The reason of a statement without proof that only waits for a run at default effort."""
KINDS = ("symbolic", "exact", "statistical", "numeric", "measured", "search")
"""Kinds of evidence, strongest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for a verdict, in words, with its kind."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """An instance that satisfies the givens and violates the statement; `repr` rebuilds it."""

    repr: str
    lhs: str
    rhs: str
    exact: bool
    note: str = ""


UNANSWERED = ("no answer in the time allowed", "not decided near")
"""What the solvers' reasons say where they reached a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One checked line of a chain, for the report: LaTeX, rule, what it rests on, what second road agreed."""

    latex: str
    relation: str
    rule: str
    text: str
    ok: bool
    reason: str = ""
    lemmas: tuple[str, ...] = ()
    second: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofResult:
    """The outcome of checking a chain; `ok` only if every line and both ends are accepted."""

    ok: bool
    lines: tuple[StepLine, ...] = ()
    reason: str = ""
    lemmas: tuple[str, ...] = ()

    @property
    def unanswered(self) -> bool:
        """Whether it was refused because a solver reached its limit: no fault of the line, and no answer."""
        return not self.ok and any(text in self.reason for text in UNANSWERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantResult:
    """killed (a violation was found, at `at`), weaker (implied), sharper, or survived.

    sharper  not implied, and true by proof (`at` says so), or stronger with no violation found
    """

    text: str
    outcome: str
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a sampled test could find before it is made: see `proofs_check.planning`.

    With probability about 0.95, n draws find a violation of size `detectable` of what `text` names, at level
    alpha; `seconds` is what all n cost (early stopping makes it less).
    """

    text: str
    rhs: float
    detectable: float
    n: int
    alpha: float
    seconds: float = field(compare=False)

    def __str__(self) -> str:
        """One line for a report, without the seconds: the same on every machine."""
        if math.isnan(self.detectable):
            return f"{self.text}: the pilot draws do not vary, so that nothing can be planned"
        if not math.isfinite(self.detectable):
            return f"{self.text}: no number of draws finds a violation, a side has no bound"
        share = f" ({100 * self.detectable / abs(self.rhs):.2g} % of {self.rhs:.6g})" if self.rhs else ""
        return (
            f"{self.text}: a violation of {self.detectable:.3g}{share} would be found by {self.n} draws"
            f" at level {self.alpha:.1e}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementResult:
    """A judged reading or repair.  `ratio` is the largest lhs/rhs seen (or gap), `ratio_at` where."""

    text: str
    latex: str
    verdict: str
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    counterexample: Counterexample | None = None
    proof: ProofResult | None = None
    ratio: float | None = None
    ratio_at: str = ""
    tight: bool | None = None
    constant: str = ""
    """Where a standing bound is not tight: the least c tried for which c times its right side is proved."""
    mutants: tuple[MutantResult, ...] = ()
    instances: int = 0
    points: tuple[tuple[float, float], ...] = ()
    """(lhs, rhs) pairs of a sample of the searched instances, for the tightness plot."""
    plan: Plan | None = None
    """Where the left side is sampled: what its test could find, with what number of draws and seconds."""
    givens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A step of the paper's proof: does it hold, does it follow?  None where neither could be decided."""

    item: str
    latex: str
    holds: bool | None
    follows: bool | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairResult:
    """The repaired statement with its result, and whether each added assumption is needed."""

    changes: str
    result: StatementResult
    given: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult:
    """One row of the ledger.  `problems` are breaches of the contract: the file is wrong, not the paper."""

    id: str
    items: tuple[str, ...]
    readings: tuple[StatementResult, ...] = ()
    repair: RepairResult | None = None
    steps: tuple[StepResult, ...] = ()
    problems: tuple[str, ...] = ()
    error: str = ""
    alpha_spent: float = 0.0
    seconds: float = 0.0
    givens: tuple[str, ...] = ()
    leaves_out: str = ""
    lemmas: tuple[str, ...] = field(default=())
    step_mutants: tuple[int, int, int] = (0, 0, 0)
    """Perturbed lines of its proofs: refused, implied or true, wrongly accepted."""

    @property
    def verdict(self) -> str:
        """The verdict of the literal display, the first reading."""
        return self.readings[0].verdict if self.readings else "undecided"

    @property
    def standing(self) -> StatementResult | None:
        """The repaired statement, else the first reading that stands, else None."""
        if self.repair:
            return self.repair.result
        return next((r for r in self.readings if r.verdict in STANDING), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One inventory item of the selected papers and what is known of it.

    `claim` is the claim (or home) that decides it, "" if the item has none yet; `verdict`, `holds` and
    `follows` are None where they do not apply.
    """

    id: str
    kind: str
    place: str
    printed: str
    claim: str = ""
    verdict: str | None = None
    holds: bool | None = None
    follows: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consistency:
    """Two printings of one statement in one paper, compared (`proofs_check.consistency`).

    status   agree, contradict, one record (one claim file transcribes both at once) or not compared
    at       an instance that separates them, as text that rebuilds it; `sides` the two values there
    """

    first: str
    second: str
    kind: str
    status: str
    text: str
    at: str = ""
    sides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileError:
    """A claim file that could not be used: what is wrong, in the words of its author."""

    path: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A whole run of the judge: everything that the table, the JSON and the page show."""

    seed: int
    effort: str
    version: str
    papers: tuple[str, ...]
    claims: tuple[ClaimResult, ...]
    items: tuple[ItemRow, ...]
    errors: tuple[FileError, ...]
    family: float
    spent: float
    seconds: float
    consistency: tuple[Consistency, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Inventory items of the selected papers that no claim and no home covers."""
        return tuple(row.id for row in self.items if not row.claim)
