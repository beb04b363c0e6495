"""Draw figures: `mergeproof figures [NAMES] [--scale quick|cpu|full] [--out DIR]`.

The folder is the registry: a file of `paper_figures` with a literal `ITEMS = (...)` of inventory ids is a
figure, read without importing it.  Those of its items that are experiments it repeats at its own size; every
other one has a claim.  Such a file defines

    compute(rng, scale) -> Data      measured and evaluated numbers; `scale` is quick, cpu or full
    draw(data) -> Figure             drawing only
    caption(data, claims) -> str     `claims`: inventory id -> judged ClaimResult; no verdict is typed

Written    ID_NAME.pdf and .png (the figure), .csv (its data), .txt (its caption), each whole or not at all.
"""

import ast
import difflib
import importlib
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from paper_figures import data as tidy
from paper_figures.style import style
from proofs_check.seeds import generator

if TYPE_CHECKING:
    from proofs_check.verdict import ClaimResult

FOLDER = Path(__file__).parent
SCALES = ("quick", "cpu", "full")
SEED = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure of the folder: the stem of its file and the inventory ids that it is about."""

    name: str
    items: tuple[str, ...]

    @property
    def file(self) -> str:
        """The stem of what is written: the first inventory id, then the name."""
        return f"{self.items[0]}_{self.name}"


def _items(path: Path) -> tuple[str, ...]:
    for node in ast.parse(path.read_text(), filename=str(path)).body:
        if isinstance(node, ast.Assign) and [ast.unparse(t) for t in node.targets] == ["ITEMS"]:
            return tuple(ast.literal_eval(node.value))
    return ()


def listing(folder: Path = FOLDER) -> tuple[Entry, ...]:
    """All figures by name; no figure is imported."""
    paths = sorted(folder.glob("[!_]*.py"))
    return tuple(Entry(path.stem, items) for path in paths if (items := _items(path)))


def select(names: Sequence[str]) -> tuple[Entry, ...]:
    """The figures with these names or about these inventory ids; all of them for no names."""
    entries = listing()
    chosen: list[Entry] = []
    for name in names:
        found = [e for e in entries if name in (e.name, e.file, *e.items)]
        if not found:
            known = [word for e in entries for word in (e.name, *e.items)]
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
            raise LookupError(f"unknown figure {name!r}; {hint}")
        chosen += [e for e in found if e not in chosen]
    return tuple(chosen) if names else entries


def has_claim(item: str) -> bool:
    """Whether the item is judged; an experiment that no claim lists is only repeated by its figure."""
    from theory.registry import items, listing, same

    listed = any(same(name, item) for entry in listing() for name in entry.items)
    return listed or item not in items() or items()[item].kind != "experiment"


def judged(items: Sequence[str]) -> "Mapping[str, ClaimResult]":
    """inventory id -> the result of its claim, judged now: what the captions say is computed."""
    from proofs_check.run import verify

    run = verify(tuple(dict.fromkeys(items)), effort="quick")
    results = {item: claim for claim in run.claims for item in (claim.id, *claim.items)}
    for item in items:
        if item not in results:
            why = "; ".join(error.message for error in run.errors) or "it has no claim"
            raise LookupError(f"{item}: the figure's claim was not judged: {why}")
    return results


def write_whole(path: Path, write: Callable[[BinaryIO], Any]) -> None:
    """Write a file completely or leave what was there: a temporary neighbour takes its name at the end."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def save(entry: Entry, scale: str, folder: Path, claims: "Mapping[str, ClaimResult]") -> list[Path]:
    """Compute and draw one figure; the paths of its four files."""
    module = importlib.import_module(f"paper_figures.{entry.name}")
    data = module.compute(generator(SEED, "figure", entry.name), scale)
    caption = f"{module.caption(data, claims)}\nScript: paper_figures/{entry.name}.py\n"
    paths = [folder / f"{entry.file}.{kind}" for kind in ("pdf", "png", "csv", "txt")]
    with style():
        figure = module.draw(data)
        undated = {"pdf": {"CreationDate": None}, "png": {"Software": None}}  # equal runs, equal bytes
        for path in paths[:2]:
            kind = path.suffix[1:]
            write_whole(path, lambda out, k=kind: figure.savefig(out, format=k, metadata=undated[k]))
    write_whole(paths[2], lambda out: out.write(tidy.text(data).encode()))
    write_whole(paths[3], lambda out: out.write(caption.encode()))
    return paths


def main(names: Sequence[str] = (), scale: str = "cpu", out: str | Path = "figures") -> int:
    """Draw the named figures (all for none) into the folder `out`; the exit status, 0."""
    if scale not in SCALES:
        raise LookupError(f"scale {scale!r}: expected one of {', '.join(SCALES)}")
    entries, folder = select(names), Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    claims = judged([item for entry in entries for item in entry.items if has_claim(item)])
    for entry in entries:
        print(f"{entry.name} ({', '.join(entry.items)}) ...", flush=True)
        for path in save(entry, scale, folder, claims):
            print(f"  wrote {path}", flush=True)
    return 0
