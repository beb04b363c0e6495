"""What the ledger knows of every inventory item.

An item without a formula is covered by a claim that lists it, or by its row in `theory/homes.toml`.  An item
with a formula needs an answer of its own: it is the main item of a claim, a printed step of one, or printed
again (`theory/restatements.toml`) in the claim that judges the first printing.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from proofs_check.consistency import pairs
from proofs_check.homes import homes, note
from proofs_check.verdict import ClaimResult, ItemRow, StepResult
from theory.registry import Entry, Item, inventory, listing, same


def rows(claims: tuple[ClaimResult, ...], papers: tuple[str, ...]) -> tuple[ItemRow, ...]:
    """One row per inventory item of the papers, with what its claims say if they were judged."""
    judged = {claim.id: claim for claim in claims}
    return tuple(_row(item, judged) for paper in papers for item in inventory(paper))


def _owners(item: Item) -> Iterator[Entry]:
    """The claims that list the item; the one whose main item it is comes first."""
    listed = [entry for entry in listing() if any(same(name, item.id) for name in entry.items)]
    return iter(sorted(listed, key=lambda entry: not same(entry.items[0], item.id)))


def _row(item: Item, judged: dict[str, ClaimResult]) -> ItemRow:
    base: dict[str, Any] = {"id": item.id, "kind": item.kind, "place": item.place, "printed": item.printed}
    owners = list(_owners(item))
    for entry in owners:
        if entry.id not in judged:  # not part of this run: taken at its word
            return ItemRow(**base, claim=entry.id)
        if known := _known(item, judged[entry.id]):
            return ItemRow(**base, claim=entry.id, **known)
    if item.printed:
        listed = f"listed by {owners[0].id}, which gives it no answer of its own" if owners else ""
        return ItemRow(**base, note=listed)
    home = homes().get(item.id, "")
    claim = judged.get(home)
    known = _verdict(item, claim) if claim else {}
    return ItemRow(**base, claim=home, note=note(home), **known)


def _known(item: Item, claim: ClaimResult) -> dict[str, Any]:
    """What the claim answers to the item; empty if the item has a formula that the claim says nothing of."""
    step = worst(s for s in claim.steps if same(s.item, item.id))
    main = claim.items[0]
    if step is not None:
        known = {"holds": step.holds, "follows": step.follows, "note": step.note}
        return known | (_verdict(item, claim) if same(main, item.id) else {})
    again = any({first, second} == {main, item.id} for first, second, _ in pairs())
    if same(main, item.id) or again or not item.printed:
        return _verdict(item, claim) or {"note": "judged with the claim"}
    return {}


def worst(steps: Iterable[StepResult]) -> StepResult | None:
    """Of several answers to one item the first that falls, else the first that is open, else the first."""
    order = (False, None, True)
    return min(steps, key=lambda s: order.index(s.holds), default=None)


def _verdict(item: Item, claim: ClaimResult) -> dict[str, Any]:
    return {"verdict": claim.verdict} if item.kind in ("claim", "definition", "algorithm", "step") else {}
