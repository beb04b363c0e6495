"""The registry: ids from file names, items without import, messages that name file and line."""

import subprocess
import sys
from pathlib import Path

import pytest

from theory import registry
from theory.registry import (
    BrokenFile,
    blame,
    inventory,
    items,
    listing,
    load,
    load_file,
    resolve,
    same,
    stem_id,
)

GOOD = """
import sympy as sp
from theory.claim import Claim, Quantity, Statement
from theory.family import Family, Real

x = sp.Symbol("x", real=True)
CLAIM = Claim(
    items=("demo.square",),
    readings=(
        Statement(text="-", left=Quantity(text="2x", run=lambda i: 2 * i.x), relation="<=", right=x**2 + 1),
    ),
    family=Family(fields={"x": Real(-4, 4)}, leaves_out="|x| > 4"),
    symbols={x: lambda i: i.x},
)
"""
BROKEN = {
    "def f(:\n    pass\n": r":1: syntax error",
    "CLAIM = 3\n": r"claim.py",
    "CLAIM = Claim(readings=())\n": r":1: Claim\(...\) has no items",
    "ITEMS = ('a',)\n\nCLAIM = Claim(items=ITEMS)\n": r":3: items: expected a literal tuple",
    "CLAIM = Claim(items=())\n": r":1: items: expected a literal tuple",
    "CLAIM = Claim(items=('a', 3))\n": r":1: items: expected a literal tuple",
    "x = 1\x00\n": r"claim.py.*null",
}
RUN = {
    "def f(:\n    pass\n": r":1: syntax error",
    "CLAIM = 3\n": r"CLAIM = 3, expected a theory.claim.Claim",
    "x = 1\n": r"CLAIM = None, expected",
    "import nothing_of_this_name\n": r":1: ModuleNotFoundError",
    "raise SystemExit(3)\n": r":1: SystemExit: 3",
    GOOD.replace("relation=", "relatoin="): r":10: TypeError: .*relatoin",
    GOOD.replace('"<="', '"=<"'): r":10: ValueError: relation '=<': expected one of <=",
    GOOD.replace(
        "run=lambda i: 2 * i.x", ""
    ): r":10: ValueError: left side '2x' has neither run= nor sample=",
    GOOD.replace(", right=x**2 + 1", ""): r":10: ValueError: relation '<=' needs right=",
    GOOD.replace('("demo.square",)', "()"): r":7: ValueError: items: expected at least one",
    GOOD.replace("Real(-4, 4)", "Reel(-4, 4)"): r":12: NameError",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """An empty registry in a folder of its own; the inventory stays."""
    items()
    (tmp_path / "claims" / "glue").mkdir(parents=True)
    monkeypatch.setattr(registry, "ROOT", tmp_path)
    listing.cache_clear()
    yield tmp_path / "claims" / "glue"
    listing.cache_clear()


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("stem", "id"),
    [
        ("thm2__step12", "thm2.step12"),
        ("prop1_at_gaussian", "prop1@gaussian"),
        ("thm3__a", "thm3.a"),
        ("def3", "def3"),
    ],
)
def test_ids_come_from_file_names(stem: str, id: str) -> None:
    """Two underscores are a dot, _at_ is an @, the rest stays."""
    assert stem_id(stem) == id


def test_the_real_registry_is_whole() -> None:
    """Every claim file is listed under a unique id, can be read, and decides items of the inventory."""
    entries = listing()
    assert len({e.id for e in entries}) == len(entries) > 0
    for entry in entries:
        assert entry.error == "" and entry.path.is_file()
        assert set(entry.items) <= set(items()), entry.id
        assert same(entry.id.partition("@")[0], entry.items[0]), entry.id


def test_items_resolve_to_their_claim() -> None:
    """A claim is found by its id and by every item that it decides, with - or _ alike."""
    for entry in listing():
        assert resolve(entry.id) == entry and resolve(entry.id.replace("_", "-")) == entry
        for item in entry.items:
            assert item in resolve(item).items


@pytest.mark.parametrize(
    ("name", "words"),
    [("glue.prop11", "did you mean glue.prop1?"), ("zzz", "list")],
)  # fmt: skip
def test_an_unknown_id_suggests_the_nearest(name: str, words: str) -> None:
    """A misspelt id is an error that names the nearest known one."""
    with pytest.raises(LookupError, match=words):
        resolve(name)


def test_an_unknown_paper_is_named() -> None:
    """A paper that is not one of the five is an error that lists them."""
    with pytest.raises(LookupError, match=r"paper 'glu': expected one of glue, sail"):
        inventory("glu")


@pytest.mark.parametrize("source", BROKEN)
def test_a_file_that_cannot_be_read_is_an_entry_with_its_error(folder: Path, source: str) -> None:
    """A broken file is listed with what is wrong, file and line; the others are still there."""
    written(folder / "claim.py", source)
    written(folder / "prop1.py", GOOD)
    written(folder / "_shared.py", "not a claim (")
    broken, good = listing()
    with pytest.raises(BrokenFile, match=BROKEN[source]):
        load(broken)
    assert (broken.id, broken.items) == ("glue.claim", ("glue.claim",))
    assert good.items == ("demo.square",) and good.error == ""


@pytest.mark.parametrize("source", RUN)
def test_a_file_that_cannot_be_run_is_blamed_at_its_line(tmp_path: Path, source: str) -> None:
    """What a user's file raises is reported with file, line, field and value."""
    path = written(tmp_path / "claim.py", source)
    with pytest.raises(BrokenFile, match=f"{path}.*{RUN[source]}"):
        load_file(path)


def test_a_users_file_is_loaded_and_left() -> None:
    """A sound file gives its claim, and its module does not stay among the loaded ones."""
    with pytest.raises(LookupError, match="no file nowhere.py"):
        load_file("nowhere.py")


def test_a_sound_file_gives_its_claim(tmp_path: Path) -> None:
    """Loading leaves no module behind, and loading twice gives the same claim."""
    path, before = written(tmp_path / "claim.py", GOOD), set(sys.modules)
    assert load_file(path).items == load_file(str(path)).items == ("demo.square",)
    assert {n for n in set(sys.modules) - before if n.startswith("mergeproof_claim")} == set()


def test_blame_names_the_innermost_line_of_the_file(tmp_path: Path) -> None:
    """An error that passes through a file's function is put on the line inside that function."""
    path = written(tmp_path / "claim.py", "def f(i):\n    x = 1\n    return x / i\n\nf(1)\nf(0)\n")
    code = compile(path.read_text(), str(path), "exec")
    try:
        exec(code, {})
    except ZeroDivisionError as error:
        assert blame(path, error) == f"{path}:3: ZeroDivisionError: division by zero"


def test_listing_loads_nothing_heavy() -> None:
    """Listing the claims and looking up an id loads neither SymPy nor NumPy nor torch nor any claim."""
    code = (
        "import sys; from theory import registry; registry.listing(); registry.resolve('glue.prop1'); "
        "registry.items(); print(*sys.modules)"
    )
    root = Path(registry.__file__).parents[1]
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    modules = set(loaded.stdout.split())
    assert not modules & {"sympy", "numpy", "torch", "flint", "z3", "scipy"}
    assert not {m for m in modules if m.startswith("theory.claims.")}
