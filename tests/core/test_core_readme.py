"""The page of the trusted core names every file of its folder and every rule."""

import re
from pathlib import Path
from typing import get_args

import proofs_check.core.chain as chain
from proofs_check.core.lemma import find, lemma_names
from theory.notation import DECLARED, ISOTROPIC
from theory.proof import Rule

FOLDER = Path(chain.__file__).parent
PAGE = (FOLDER / "README.md").read_text()


def test_every_file_has_a_role() -> None:
    """The table of files lists what is in the folder, and nothing else."""
    table = PAGE.split("## The files of this folder")[1].split("\n## ")[0]
    listed = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.rpartition(" | ")[2])}
    assert listed == {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}


def test_every_rule_law_and_standard_lemma_is_explained() -> None:
    """Each rule, each kind of law and each lemma without a derivation stands on the page."""
    names = [rule.__name__ for rule in get_args(Rule)]
    names += [*ISOTROPIC, *DECLARED, *[name for name in lemma_names() if find(name).because]]
    assert [name for name in names if f"`{name}`" not in PAGE] == []
