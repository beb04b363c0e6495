"""Recorded runs: weights and a manifest under nets/recorded/NAME, written once, verified when read.

Layout    NAME/manifest.json and one NAME/STATE.npz for each state dict: arrays under the tensors' keys, no
          pickle.  The manifest says what was run, with which seed, recipe and versions, what was measured,
          and the SHA-256 and size of every file.
Writing   `record` writes into a hidden sibling folder and renames it: an interrupted run leaves no half
          recording under NAME.
Reading   `reload` refuses a missing, additional or changed file, and names that lead out of the folder.

    python -m nets.record digits_toy        makes the shipped recording again (see nets/recipes.py)
"""

import hashlib
import json
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

ROOT = Path(__file__).parent / "recorded"
MANIFEST = "manifest.json"
SCHEMA = 1
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A verified recording: its manifest and the state dicts by name."""

    name: str
    manifest: Mapping[str, Any]
    states: Mapping[str, dict[str, Tensor]]


def versions() -> dict[str, str]:
    """Versions of what determines a run's numbers."""
    return {"python": platform.python_version(), "numpy": np.__version__, "torch": str(torch.__version__)}


def _checked_name(what: str, name: str) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{what} {name!r}: expected letters, digits, '_' and '-', a letter or digit first")
    return name


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write(path: Path, state: Mapping[str, Tensor]) -> None:
    """The tensors as .npz; dtypes that NumPy lacks (bfloat16) are refused, since a cast would lose them."""
    arrays = {}
    for key, tensor in state.items():
        try:
            arrays[key] = tensor.detach().cpu().numpy()
        except TypeError as error:
            raise ValueError(
                f"{path.stem}[{key!r}] has dtype {tensor.dtype}, which .npz cannot hold"
            ) from error
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)


def record(
    name: str,
    states: Mapping[str, Mapping[str, Tensor]],
    *,
    what: str,
    seed: int,
    recipe: Mapping[str, Any],
    measured: Mapping[str, Any],
    root: Path = ROOT,
    replace: bool = False,
) -> Path:
    """Writes a recording and returns its folder; an existing one is kept unless `replace`.

    what, seed, recipe, measured   plain JSON values; NaN and infinity are refused
    """
    target = root / _checked_name("recording", name)
    for state in states:
        _checked_name("state", state)
    if not states:
        raise ValueError(f"recording {name!r}: states is empty, expected at least one state dict")
    if target.exists() and not replace:
        raise FileExistsError(f"recording {name!r} exists: pass replace=True to make it again")
    root.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{name}.", dir=root))
    try:
        partial.chmod(0o755)  # mkdtemp makes folders that only their owner can read
        files = {}
        for state, tensors in states.items():
            path = partial / f"{state}.npz"
            _write(path, tensors)
            files[path.name] = {"sha256": _digest(path), "bytes": path.stat().st_size}
        manifest = {
            "schema": SCHEMA,
            "name": name,
            "what": what,
            "seed": seed,
            "recipe": recipe,
            "versions": versions(),
            "files": files,
            "measured": measured,
        }
        (partial / MANIFEST).write_text(
            json.dumps(manifest, indent=2, allow_nan=False) + "\n", encoding="utf-8"
        )
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{name}.old.", dir=root))
            os.replace(target, old / name)
            os.replace(partial, target)
            shutil.rmtree(old)
        else:
            os.replace(partial, target)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return target


def manifest_of(name: str, root: Path = ROOT) -> dict[str, Any]:
    """The manifest of a recording, its shape checked, its files not read."""
    path = root / _checked_name("recording", name) / MANIFEST
    if not path.is_file():
        have = sorted(p.parent.name for p in root.glob(f"[!.]*/{MANIFEST}"))
        raise FileNotFoundError(f"no recording {name!r}; there are: {', '.join(have) or 'none'}")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{path}: not JSON: {error}") from error
    needed = {"schema", "name", "what", "seed", "recipe", "versions", "files", "measured"}
    if not isinstance(manifest, dict) or set(manifest) != needed:
        raise ValueError(f"{path}: expected an object with exactly {', '.join(sorted(needed))}")
    if manifest["schema"] != SCHEMA or manifest["name"] != name:
        raise ValueError(f"{path}: schema {manifest['schema']!r} and name {manifest['name']!r},"
                         f" expected {SCHEMA} and {name!r}")  # fmt: skip
    return manifest


def reload(name: str, root: Path = ROOT) -> Recording:
    """The recording, after every file has been compared with the manifest's SHA-256."""
    manifest = manifest_of(name, root)
    folder = root / name
    for file in manifest["files"]:
        stem, dot, suffix = file.partition(".")
        if (dot, suffix) != (".", "npz") or not _NAME.fullmatch(stem):
            raise ValueError(f"{folder / MANIFEST}: file name {file!r}, expected NAME.npz")
    present = {p.name for p in folder.iterdir()} - {MANIFEST}
    if present != set(manifest["files"]):
        odd = sorted(present ^ set(manifest["files"]))[0]
        state = "is not in the manifest" if odd in present else "is missing"
        raise ValueError(f"recording {name!r}: file {odd!r} {state}")
    states = {}
    for file, facts in manifest["files"].items():
        path = folder / file
        if path.is_symlink() or _digest(path) != facts["sha256"]:
            raise ValueError(
                f"recording {name!r}: {file!r} is not the file that was recorded (SHA-256 differs)"
            )
        with np.load(path, allow_pickle=False) as arrays:
            states[path.stem] = {key: torch.from_numpy(arrays[key]) for key in arrays.files}
    return Recording(name=name, manifest=manifest, states=states)


def main(arguments: list[str]) -> int:
    """`python -m nets.record NAME`: runs the recipe of that name and records it, replacing what is there."""
    from nets.recipes import RECIPES  # here: recipes import this module

    if len(arguments) != 1 or arguments[0] not in RECIPES:
        print(
            f"usage: python -m nets.record NAME, where NAME is one of: {', '.join(RECIPES)}", file=sys.stderr
        )
        return 2
    torch.set_num_threads(1)  # sums in one order: the same numbers on every run
    print(RECIPES[arguments[0]](ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
