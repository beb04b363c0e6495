"""The tour: every claim of `examples/` is judged as its docstring implies, and its page tells the truth."""

import ast
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from proofs_check.run import verify
from proofs_check.verdict import STANDING, ClaimResult
from theory.claim import RELATIONS, Claim
from theory.registry import load_file

ROOT = Path(__file__).resolve().parents[1]
MINE = ROOT / "examples" / "my_claim.py"
PUBLIC = ("theory.claim", "theory.family", "theory.notation", "theory.proof", "sympy", "numpy")


def tour() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("examples_tour", ROOT / "examples" / "tour.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FILES = tour().claim_files()


def judged(path: Path) -> ClaimResult:
    """The claim at quick effort; at default effort where it stands by search alone, which needs mutants."""
    for effort in ("quick", "default"):
        run = verify([str(path)], effort=effort, jobs=1)
        assert not run.errors, run.errors
        if run.claims[0].standing and run.claims[0].standing.verdict in STANDING:
            break
    return run.claims[0]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, ClaimResult]:
    """Every claim judged once, with an empty memory, so that each proof is really checked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MERGEPROOF_CACHE", str(tmp_path_factory.mktemp("memory")))
        return {path: judged(path) for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_judged_as_its_docstring_implies(path: Path, results: dict[Path, ClaimResult]) -> None:
    """Printed alone stands; with Repaired, what is printed falls, exactly, and the repair stands."""
    result, text = results[path], ast.get_docstring(ast.parse(path.read_text())) or ""
    assert not result.problems
    if not re.search("^Repaired  ", text, re.MULTILINE):
        assert result.verdict in STANDING and result.repair is None
        return
    assert result.verdict in ("refuted", "ill-posed")
    assert result.readings[0].counterexample and result.readings[0].counterexample.exact
    assert result.repair and result.repair.result.verdict in STANDING


@pytest.mark.parametrize("path", [p for p in FILES if p != MINE], ids=lambda path: path.stem)
def test_its_docstring_is_complete(path: Path) -> None:
    """Every claim has its headings and a source with a year, and types no verdict."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    for heading in ("Printed", "Shapes", "Units", "Source"):
        assert re.search(f"^{heading}   *[^ ]", text, re.MULTILINE), heading
    assert re.search(r"\b(1[0-9]{3}|20[0-9]{2}|about 100)\b", text[text.index("Source") :])
    assert not re.search(r"\b(refuted|proved|supported|undecided)\b", text)


def test_it_needs_only_the_records() -> None:
    """A claim of the tour imports the records, SymPy, NumPy and the standard library; nothing that judges."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names = [n for n in names if n.partition(".")[0] not in sys.stdlib_module_names]
            assert set(names) <= set(PUBLIC), path.name


def kinds(claim: Claim) -> set[str]:
    """The relations of a claim's statements, and the special ways in which they are judged."""
    found = {s.relation for s in claim.statements()}
    found |= {"remainder" for s in claim.statements() if s.remainder}
    found |= {"sampled" for s in claim.statements() if s.left.run is None}
    return found | {"existence" for s in claim.statements() if s.exists}


def test_every_relation_is_shown() -> None:
    """The tour has an example of each relation, of a remainder, of a sampled side, of a missing mean."""
    wanted = {*RELATIONS, "remainder", "sampled", "existence"}
    assert wanted <= set().union(*(kinds(load_file(path)) for path in FILES))


def test_the_page_tells_the_truth(results: dict[Path, ClaimResult]) -> None:
    """docs/tour.md has one line for each claim, with the verdicts that the judge computes."""
    page = (ROOT / "docs" / "tour.md").read_text()
    cells = [re.split(r" (?<!\\)\| ", line) for line in page.splitlines() if line.startswith("| [")]
    shown = {(re.sub(r"\| \[(\w+)\].*", r"\1", c[0]), c[3], c[4]) for c in cells}
    judged = {(p.stem, r.verdict, r.repair.result.verdict if r.repair else "-") for p, r in results.items()}
    assert shown == judged and len(cells) == len(FILES)
