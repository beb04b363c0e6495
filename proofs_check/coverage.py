"""What the ledger knows of every inventory item."""

import tomllib

from proofs_check.verdict import ClaimResult, ItemRow, StepResult
from theory.registry import ROOT, Item, inventory, listing, same


def homes() -> dict[str, str]:
    """item id -> claim id, figure or reason code, for items without a formula (`theory/homes.toml`)."""
    path = ROOT / "homes.toml"
    return tomllib.loads(path.read_text()) if path.exists() else {}


def rows(claims: tuple[ClaimResult, ...], papers: tuple[str, ...]) -> tuple[ItemRow, ...]:
    """One row per inventory item of the papers, with what its claim says if it was judged."""
    owner = {item: entry.id for entry in reversed(listing()) for item in entry.items}
    judged = {claim.id: claim for claim in claims}
    table = homes()
    return tuple(_row(item, owner, judged, table) for paper in papers for item in inventory(paper))


def _row(item: Item, owner: dict[str, str], judged: dict[str, ClaimResult], table: dict[str, str]) -> ItemRow:
    home = next((id for name, id in owner.items() if same(name, item.id)), "") or table.get(item.id, "")
    claim = judged.get(home)
    base = ItemRow(id=item.id, kind=item.kind, place=item.place, printed=item.printed, claim=home)
    if claim is None:
        return base
    step = next((s for s in claim.steps if same(s.item, item.id)), None)
    return ItemRow(**{**_fields(base), **_known(item, claim, step)})


def _fields(row: ItemRow) -> dict:
    return {name: getattr(row, name) for name in ("id", "kind", "place", "printed", "claim")}


def _known(item: Item, claim: ClaimResult, step: StepResult | None) -> dict:
    if step is not None:
        return {"holds": step.holds, "follows": step.follows, "note": step.note}
    if item.kind in ("claim", "definition", "algorithm"):
        return {"verdict": claim.verdict}
    return {}
