"""The page on laws: its example runs, and finds what its comments say is wrong."""

import re
from pathlib import Path

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "laws.md").read_text()


def test_the_example_runs_and_finds_the_slips() -> None:
    """The three slips of the example break the laws that they ought to break."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names: dict = {}
    exec(code, names)
    found = names["found"]
    assert {"scale", "bias", "quadratic", "even", "variance of spsa"} <= set(found["estimator"])
    assert "scale of gaussian" in found["drawn"] and "cosine" not in found["drawn"]
    assert {"conserved", "minimum"} <= set(found["allocator"])


def test_the_names_exist() -> None:
    """Every dotted name of the page can be imported from the module that it names."""
    import importlib

    for module, name in re.findall(r"`((?:sim|nets|proofs_check)(?:\.\w+)*)\.(\w+)[(`]", PAGE):
        try:
            importlib.import_module(f"{module}.{name}")
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), name), f"{module}.{name}"
