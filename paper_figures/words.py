"""What captions say of a judged claim, in the words of the ledger."""

from typing import TYPE_CHECKING

from proofs_check.summary import waits

if TYPE_CHECKING:
    from proofs_check.verdict import ClaimResult


def judged(claim: "ClaimResult") -> str:
    """The verdict as printed, and that of the repair; what only waits for wrong versions is said so."""
    if waits(claim) and not claim.repair:
        return "not proved, and not refuted by a quick search"
    said = f"judged {claim.verdict}"
    if claim.repair and waits(claim):
        return f"{said}; as repaired ({claim.repair.changes}) not proved, and not refuted by a quick search"
    if claim.repair:
        said += f"; repaired ({claim.repair.changes}) it is judged {claim.repair.result.verdict}"
    return said
