"""What every claim obeys: named clauses, each with broken claims in the tests that trip it.

A breach says that the *file* is wrong (its family, its witnesses, its proof), never the paper.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from proofs_check import contract_evidence as evidence
from proofs_check import contract_record as record
from proofs_check.cases import Case, Drawn, typed_instances
from proofs_check.contract_record import Context
from proofs_check.verdict import StatementResult
from theory.claim import Claim


@dataclass(frozen=True, slots=True)
class Clause:
    """One named rule; `check` yields what breaks it."""

    name: str
    text: str
    check: Callable[[Context], Iterator[str]]


def breaches(
    claim: Claim,
    id: str,
    drawn: list[Drawn],
    results: list[StatementResult],
    looked: list[list[Case]],
    effort: str,
) -> tuple[str, ...]:
    """Every breach of the contract as "clause: what is wrong"."""
    context = Context(claim, id, drawn, results, looked, effort)
    return tuple(f"{c.name}: {text}" for c in CLAUSES for text in c.check(context))


def check_usable(claim: Claim) -> None:
    """Raise ValueError where nothing could be run: a symbol without a value, an instance of other fields."""
    fields = list(claim.family.fields)
    for name, instance in typed_instances(claim).items():
        if (found := [field for field, _ in instance]) != fields:
            raise ValueError(f"domains: {name}: fields {found}, expected {fields}")
    if problems := tuple(record.without_value(claim)):
        raise ValueError(f"symbols: {'; '.join(problems)}")


CLAUSES = (
    Clause("items", "every item is in the inventory, the file named after the main one", record.main_item),
    Clause("domains", "typed instances lie in the family", record.domains),
    Clause("givens", "drawn instances satisfy the givens of the literal reading", record.givens),
    Clause("satisfiable", "the givens of every statement hold on some instance", record.satisfiable),
    Clause("repr", "the repr of an instance rebuilds it", record.rebuilt),
    Clause("symbols", "every symbol has a value", record.symbols),
    Clause("assumptions", "values obey the assumptions of their symbols", record.assumptions),
    Clause("vectors", "vectors and indexed symbols are tuples", record.vectors),
    Clause("definition", "the symbolic definition is what runs", evidence.definition),
    Clause("sampled", "sampled and run values agree", evidence.sampled),
    Clause("repeated", "a left side that is run twice is the same number", evidence.repeated),
    Clause("limit", "the left side tends to what a remainder calls its limit", evidence.limit),
    Clause("lines", "every line of a proof holds on the searched instances", evidence.lines),
    Clause("proof", "a proof that is given is accepted", evidence.proof),
    Clause("contradiction", "nothing is both proved and refuted", evidence.contradiction),
    Clause("existence", "what is said not to exist is shown to diverge", evidence.existence),
    Clause("transcription", "a printed formula that falls is transcribed twice", evidence.transcription),
    Clause("repair needed", "a fallen statement carries a repair", evidence.repair_needed),
    Clause("repair idle", "a proved statement carries none", evidence.repair_idle),
    Clause("added", "each added assumption is needed", evidence.added),
    Clause("nondegenerate", "the repair has an instance with both sides positive", evidence.nondegenerate),
    Clause("tight", "points called tight are tight", evidence.tight),
    Clause("scaling", "both sides change alike with the units", evidence.scaling),
    Clause("mutants", "at least three wrong versions, and those with a witness die there", evidence.mutants),
    Clause("step", "monotonicity steps are positive and keep the givens", record.step),
    Clause("leaves out", "the family says what it leaves out", record.leaves_out),
)
