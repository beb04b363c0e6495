"""The folder is the registry: one claim = one file below `theory/claims/PAPER/`.

Ids come from file names: in a stem `__` is a dot and `_at_` is an @, so `glue/prop1_at_gaussian.py` is
`glue.prop1@gaussian` and `flops/thm2__step12.py` is `flops.thm2.step12`.  Listing reads the literal
`items=(...)` of each file without importing it, so it loads neither SymPy nor torch.
"""

import ast
import difflib
import hashlib
import importlib
import importlib.util
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from theory.claim import Claim

ROOT = Path(__file__).parent
PAPERS = ("glue", "sail", "flops", "cogram", "stability")


class BrokenFile(ValueError):
    """A claim file that cannot be used; the message names the file, the place and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One checkable item of a paper, as printed (`theory/inventory/PAPER.toml`)."""

    id: str
    kind: str
    place: str
    says: str
    printed: str = ""
    parent: str = ""
    setup: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim file of the registry: its id, paper, inventory items and path; `error` if it cannot be read."""

    id: str
    paper: str
    items: tuple[str, ...]
    path: Path
    module: str = ""
    error: str = ""


@cache
def inventory(paper: str) -> tuple[Item, ...]:
    """Every item of the paper, in its order."""
    path = ROOT / "inventory" / f"{paper}.toml"
    if not path.exists():
        raise LookupError(f"paper {paper!r}: expected one of {', '.join(PAPERS)}")
    rows = tomllib.loads(path.read_text())["item"]
    return tuple(Item(**{k: v.strip() for k, v in row.items()}) for row in rows)


@cache
def items() -> dict[str, Item]:
    """Every item of every paper by its id."""
    return {item.id: item for paper in PAPERS for item in inventory(paper)}


def stem_id(stem: str) -> str:
    """The id within its paper that a file stem stands for."""
    return stem.replace("_at_", "@").replace("__", ".")


def _literal_items(path: Path) -> tuple[str, ...]:
    """The `items` of `CLAIM = Claim(items=(...), ...)`, read from the source."""
    try:
        tree = ast.parse(path.read_text(), filename=str(path))
    except (SyntaxError, ValueError) as error:  # ValueError: bytes that are no text
        raise BrokenFile(blame(path, error)) from None
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        named = any(isinstance(t, ast.Name) and t.id == "CLAIM" for t in targets)
        if named and isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for keyword in node.value.keywords:
                if keyword.arg == "items":
                    return _strings(keyword.value, path)
            raise BrokenFile(f"{path}:{node.lineno}: Claim(...) has no items=(...)")
    raise BrokenFile(f"{path}: expected a top-level CLAIM = Claim(items=(...), ...)")


def _strings(node: ast.expr, path: Path) -> tuple[str, ...]:
    try:
        value = ast.literal_eval(node)
    except ValueError:
        value = None
    if not isinstance(value, tuple) or not value or not all(isinstance(v, str) for v in value):
        raise BrokenFile(f"{path}:{node.lineno}: items: expected a literal tuple of inventory ids")
    return value


@cache
def listing() -> tuple[Entry, ...]:
    """Every claim file of the registry, by paper and name; no claim is imported, and none is left out."""
    paths = [(p, path) for p in PAPERS for path in sorted((ROOT / "claims" / p).glob("[!_]*.py"))]
    return tuple(_entry(paper, path) for paper, path in paths)


def _entry(paper: str, path: Path) -> Entry:
    """The entry of a file; one that cannot be read counts as a claim on the item that its name says."""
    id, module = f"{paper}.{stem_id(path.stem)}", f"theory.claims.{paper}.{path.stem}"
    try:
        return Entry(id, paper, _literal_items(path), path, module)
    except BrokenFile as error:
        return Entry(id, paper, (id,), path, module, str(error))


def ids() -> tuple[str, ...]:
    """The ids of all claims of the registry."""
    return tuple(entry.id for entry in listing())


def same(a: str, b: str) -> bool:
    """Whether two ids agree up to - and _ (file names cannot hold a hyphen)."""
    return a.replace("-", "_") == b.replace("-", "_")


def resolve(name: str) -> Entry:
    """The entry of a claim id, or of the claim that decides the inventory item `name`."""
    entries = listing()
    for entry in entries:
        if same(entry.id, name):
            return entry
    for entry in entries:
        if any(same(item, name) for item in entry.items):
            return entry
    if name in items():
        raise LookupError(f"{name} is in the inventory, but no claim decides it yet")
    known = [*(e.id for e in entries), *items()]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else "; `mergeproof list` shows all"
    raise LookupError(f"unknown claim {name!r}{hint}")


def load(entry: Entry) -> Claim:
    """Import the claim of an entry; a broken file raises BrokenFile with file, place and reason."""
    if entry.error:
        raise BrokenFile(entry.error)
    if not entry.module:
        return load_file(entry.path)
    try:
        module = importlib.import_module(entry.module)
    except (Exception, SystemExit) as error:
        raise BrokenFile(blame(entry.path, error)) from error
    return _claim_of(module, entry.path)


def load_file(path: Path | str) -> Claim:
    """The CLAIM of a user's own file.  The file is Python and is run, as a script would be."""
    path = Path(path)
    if not path.is_file():
        raise LookupError(f"no file {path}: expected a Python file that defines CLAIM")
    name = "mergeproof_claim_" + hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise BrokenFile(f"{path}: expected a Python file (.py)")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise BrokenFile(blame(path, error)) from error
    finally:
        sys.modules.pop(name, None)
    return _claim_of(module, path)


def blame(path: Path, error: BaseException) -> str:
    """The last place inside the file that an exception passed through, and its message."""
    if isinstance(error, SyntaxError):
        return f"{path}:{error.lineno or 1}: syntax error: {error.msg}"
    line, trace = 0, error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    where = f"{path}:{line}" if line else str(path)
    return f"{where}: {type(error).__name__}: {error}"


def _claim_of(module: object, path: Path) -> Claim:
    claim = getattr(module, "CLAIM", None)
    if not isinstance(claim, Claim):
        raise BrokenFile(f"{path}: CLAIM = {claim!r}, expected a theory.claim.Claim")
    return claim
