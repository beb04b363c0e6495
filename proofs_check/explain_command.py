"""The command `mergeproof explain`: judge one claim, print the calculation."""

import shutil
import sys

from proofs_check.bound_command import claim_named
from proofs_check.explain import page
from proofs_check.run import verify

WIDEST = 100


def command(name: str, effort: str) -> int:
    """Print the explanation; 2 if the claim's file is broken, else 0."""
    id, claim = claim_named(name)
    run = verify([name], effort=effort, jobs=1)
    for result in run.claims:
        width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
        print(page(id, claim, result, max(width, 40)), end="")
    for file in run.errors:
        print(f"claim file to mend: {file.message}", file=sys.stderr)
    return 2 if run.errors else 0
