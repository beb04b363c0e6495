"""The house rules that a machine can read; CONTRIBUTING.md says why and lists what departs from them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("theory", "sim", "nets", "proofs_check", "paper_figures")
FOLDERS = (*PACKAGES, "tests", "docs", "examples", "benchmarks")
MOST_LINES = 300  # a file is read in one sitting
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders: str) -> list[Path]:
    """All Python files below these folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def undocumented(source: str) -> Iterator[str]:
    """The module itself and its public functions and classes, as far as they lack a docstring."""
    tree = ast.parse(source)
    if tree.body and not ast.get_docstring(tree):
        yield "the module"
    for node in tree.body:
        public = isinstance(node, FUNCTIONS | ast.ClassDef) and not node.name.startswith("_")
        if public and not ast.get_docstring(node):
            yield node.name


def silent_tests(source: str) -> Iterator[str]:
    """Test functions, at any depth, whose docstring is not a sentence."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, FUNCTIONS) and node.name.startswith("test_"):
            if not (ast.get_docstring(node) or "").rstrip().endswith((".", "?")):
                yield node.name


def machine_paths(text: str) -> list[str]:
    """Absolute paths of somebody's machine."""
    return re.findall(r"(?<![\w.~])/(?:work|home|Users|tmp|root|mnt)/[\w.-]+", text)


def report(found: dict[Path, list[str]]) -> str:
    """One line a file."""
    return "\n".join(f"{path.relative_to(ROOT)}: {', '.join(names)}" for path, names in found.items())


def offenders(paths: list[Path], rule) -> dict[Path, list[str]]:
    """The files that break a rule, with what breaks it."""
    return {path: names for path in paths if (names := list(rule(path.read_text())))}


def test_files_are_short() -> None:
    """No Python file is longer than can be read in one sitting."""
    long = {p: [str(n)] for p in files(*FOLDERS) if (n := len(p.read_text().splitlines())) > MOST_LINES}
    assert not long, report(long)


def test_public_names_are_documented() -> None:
    """Every module, public function and public class of the packages says what it is."""
    claims = ROOT / "theory" / "claims"  # there the docstring of the file speaks for its functions
    found = offenders([p for p in files(*PACKAGES) if claims not in p.parents], undocumented)
    found |= offenders(files("theory/claims"), lambda s: [n for n in undocumented(s) if n == "the module"])
    assert not found, report(found)


def test_every_test_says_what_must_be_true() -> None:
    """Every test has a sentence that says what must be true."""
    found = offenders(files("tests"), silent_tests)
    assert not found, report(found)


def test_init_files_are_empty() -> None:
    """Names are imported from the module that defines them: `__init__` files hold nothing."""
    found = [path for path in files(*FOLDERS) if path.name == "__init__.py" and path.read_text().strip()]
    assert not found


def test_no_path_of_a_machine() -> None:
    """What the repository ships names no folder of the machine on which it was written."""
    paths = [*ROOT.iterdir(), *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))]
    texts = [path for path in paths if path.suffix in (".py", ".md", ".toml", ".json")]
    found = offenders([p for p in texts if p != Path(__file__).resolve()], machine_paths)
    assert not found, report(found)


@pytest.mark.parametrize(
    ("rule", "source", "found"),
    [
        (undocumented, "def area(r): ...", ["the module", "area"]),
        (undocumented, '"""M."""\nclass Disc: ...\ndef _hidden(): ...', ["Disc"]),
        (silent_tests, "def test_a(): ...\ndef helper(): ...", ["test_a"]),
        (silent_tests, 'def test_a():\n    """No sentence"""', ["test_a"]),
        (machine_paths, "see /home/ann/data and a/home/b", ["/home/ann"]),
    ],
)
def test_the_rules_bite(rule, source: str, found: list[str]) -> None:
    """Each rule finds a breach that was put there and nothing else."""
    assert list(rule(source)) == found
