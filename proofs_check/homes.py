"""Where items without a formula live: `theory/homes.toml`, one row an item.

"cogram.prose.abs_baselines" = "background"   one of `CODES`
"cogram.prose.core2"    = "cogram.eq6"              the claim that decides the sentence
"cogram.fig3"           = "figure cogram_seeds"     paper_figures/cogram_seeds.py, at a reduced size

"law TABLE" or "law TABLE.NAME" is a table of proofs_check/laws, or one of its laws.
"""

import tomllib
from functools import cache
from importlib import import_module
from pathlib import Path

from theory.registry import PAPERS, ROOT, items, listing, same

CODES = {
    "background": "motivation, related work or a citation: nothing to check",
    "notation": "a name, used as defined by the claims",
    "setting": "settings of an experiment",
    "not-run": "an experiment, or its outcome, at a size that is not run here",
    "advice": "a recommendation without measurable content",
}
FIGURES = Path(__file__).parents[1] / "paper_figures"
TABLES = Path(__file__).parent / "laws"


@cache
def homes() -> dict[str, str]:
    """item id -> claim id, "figure NAME", "law TABLE" or "law TABLE.NAME", or a code of `CODES`."""
    return tomllib.loads((ROOT / "homes.toml").read_text())


def note(home: str) -> str:
    """What a home means for an item, in words; "" for a claim, which speaks for itself."""
    if home.startswith("figure "):
        return f"shown at a reduced size by `mergeproof figures {home.removeprefix('figure ')}`"
    if home.startswith("law "):
        return f"tested as {home}"
    return CODES.get(home, "")


def problems() -> tuple[str, ...]:
    """Every row that names an unknown item or home or an item with a formula, or comes out of order."""
    known, owned = items(), {item for entry in listing() for item in entry.items}
    found = []
    for item, home in homes().items():
        if item not in known:
            found.append(f"{item}: not in the inventory")
        elif known[item].printed:
            found.append(f"{item}: has a formula, so that a claim must decide it")
        elif item in owned:
            found.append(f"{item}: already among the items of a claim")
        if problem := _problem(home):
            found.append(f"{item}: {problem}")
    places = {item: k for k, item in enumerate(known)}
    rows = [item for item in homes() if item in places]
    for before, after in zip(rows, rows[1:], strict=False):
        same_paper = before.partition(".")[0] == after.partition(".")[0]
        if same_paper and places[before] > places[after]:
            found.append(f"{after}: stands behind {before}, expected in the order of the inventory")
    return tuple(found)


def _problem(home: str) -> str:
    """What is wrong with a home, "" if nothing."""
    kind, _, name = home.partition(" ")
    if kind == "figure":
        return "" if (FIGURES / f"{name}.py").is_file() else f"no figure {name!r} in paper_figures"
    if kind == "law":
        table, _, law = name.partition(".")
        if not (TABLES / f"{table}.py").is_file():
            return f"no law table {table!r} in proofs_check/laws"
        laws = getattr(import_module(f"proofs_check.laws.{table}"), "LAWS", ())
        return "" if not law or any(row.name == law for row in laws) else f"no law {law!r} in {table}"
    if home in CODES or any(same(entry.id, home) for entry in listing()):
        return ""
    if home.partition(".")[0] in PAPERS:
        return f"no claim {home!r}"
    return f"home {home!r}: expected a claim id, 'figure NAME', 'law TABLE', or one of {', '.join(CODES)}"
