"""Imports point one way, and what is slow to load is loaded late: decided by reading the import lines.

{theory.claim, sim} <- nets <- theory.claims <- proofs_check <- paper_figures, tests
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OURS = ("theory", "sim", "nets", "proofs_check", "paper_figures")
SLOW = ("torch", "nets", "z3", "matplotlib")
"""What claim files and the command line load inside functions only."""
SLOWER = (*SLOW, "sympy", "numpy", "scipy", "sklearn", "hypothesis", "flint", "rich", "paper_figures")
"""What `mergeproof --help` and the listing of claims do without."""


@dataclass(frozen=True, slots=True)
class Import:
    """One import: the module named, and whether it is loaded inside a function only."""

    name: str
    late: bool


def imports(source: str) -> Iterator[Import]:
    """Every import of a module except those under `if TYPE_CHECKING`, which are never run."""
    todo: list[tuple[ast.AST, bool]] = [(ast.parse(source), False)]
    while todo:
        node, late = todo.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            todo += [(child, late) for child in node.orelse]
            continue
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, late) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield Import(node.module, late)
            yield from (Import(f"{node.module}.{alias.name}", late) for alias in node.names)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        todo += [(child, late or inside) for child in ast.iter_child_nodes(node)]


def below(name: str, *packages: str) -> bool:
    """Whether a dotted name is one of the packages or lies below one."""
    return any(name == p or name.startswith(f"{p}.") for p in packages)


def forbidden(module: str, line: Import) -> str:
    """Why this module may not have this import; "" if it may."""
    ours, name = below(line.name, *OURS), line.name
    if below(module, "sim") and ours and not below(name, "sim"):
        return "sim imports nothing of ours"
    if below(module, "theory.claims"):
        if below(name, "proofs_check", "paper_figures"):
            return "a claim does not know who judges it"
        if below(name, *SLOW) and not line.late:
            return f"claim files import {', '.join(SLOW)} inside functions only"
    elif below(module, "theory") and ours and not below(name, "theory"):
        return "the records import nothing of ours but records"
    if below(module, "nets") and ours and not below(name, "nets", "sim"):
        return "nets imports sim alone"
    if below(module, "sim", "nets") and not ours:
        plain = name.split(".")[0] in {*sys.stdlib_module_names, "numpy", "scipy", "torch"}
        if not plain and not line.late:
            return "sim and nets run with numpy, scipy and torch alone"
    if below(module, "proofs_check") and below(name, "paper_figures"):
        if module != "proofs_check.cli" or not line.late:
            return "only a function of proofs_check.cli may import paper_figures"
    if below(name, "tests") and not below(module, "tests"):
        return "tests are imported by tests alone"
    return ""


def module_name(path: Path) -> str:
    """theory/claims/glue/prop1.py -> theory.claims.glue.prop1."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def files() -> list[Path]:
    """All modules of the five packages."""
    return sorted(path for package in OURS for path in (ROOT / package).rglob("*.py"))


def test_imports_point_one_way() -> None:
    """No module of the five packages has an import that its place forbids."""
    found = [
        f"{path.relative_to(ROOT)} imports {line.name}: {why}"
        for path in files()
        for line in imports(path.read_text())
        if (why := forbidden(module_name(path), line))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source", "rule"),
    [
        ("sim.spsa", "from theory.claim import Claim", "sim imports nothing"),
        ("sim.spsa", "import sklearn", "numpy, scipy and torch"),
        ("theory.claim", "def f():\n    import nets.merge", "nothing of ours but records"),
        ("theory.claims.glue.prop1", "import torch", "inside functions only"),
        ("theory.claims.glue.prop1", "from nets import merge", "inside functions only"),
        ("theory.claims.glue.prop1", "from proofs_check.core import normal", "who judges it"),
        ("nets.merge", "def f():\n    from theory import claim", "nets imports sim alone"),
        ("proofs_check.cli", "import paper_figures.draw", "only a function of proofs_check.cli"),
        ("proofs_check.judge", "def f():\n    import paper_figures", "only a function of proofs_check.cli"),
        ("proofs_check.judge", "import tests.conftest", "tests alone"),
    ],
)
def test_each_rule_is_tripped(module: str, source: str, rule: str) -> None:
    """A module that breaks a rule is named by exactly that rule."""
    assert any(rule in forbidden(module, line) for line in imports(source))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("theory.claims.glue.prop1", "def f():\n    import torch"),
        ("theory.claims.glue.prop1", "import sympy\nfrom sim import spsa"),
        ("theory.claim", "if TYPE_CHECKING:\n    import nets"),
        ("proofs_check.cli", "def f():\n    from paper_figures import draw"),
        ("simulation", "import theory"),
    ],
)
def test_what_is_allowed_passes(module: str, source: str) -> None:
    """An import that the rules allow is not reported."""
    assert not [why for line in imports(source) if (why := forbidden(module, line))]


@pytest.mark.parametrize("module", ["proofs_check.cli", "theory.registry"])
def test_the_command_starts_light(module: str) -> None:
    """Loading the command line or the registry loads no library that only judging needs."""
    code = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stderr
    assert not set(SLOWER) & set(run.stdout.split())
