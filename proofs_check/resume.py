"""Finished claims of a run that was interrupted, kept until a run of the same kind is complete.

One JSON file for each claim, in the cache folder; nothing in it is executed.  Its name is a hash of all that
the result depends on: the claim's id and file (for a file of your own, every .py file beside it), what
judges it (`cache.machinery`), effort, seed and the level of one test.  A complete run removes its files.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from proofs_check.cache import folder, machinery
from proofs_check.verdict import ClaimResult
from theory.registry import Entry

Task = tuple[Entry, str, int, float]
"""(entry, effort, seed, alpha): what one claim's result follows from."""


def path_of(task: Task) -> Path:
    """Where the finished result of a task is kept."""
    entry, effort, seed, alpha = task
    digest = hashlib.sha256(f"{machinery()}|{entry.id}|{effort}|{seed}|{alpha!r}|".encode())
    own = [entry.path] if entry.module else sorted(entry.path.resolve().parent.glob("*.py"))
    for path in own:
        digest.update(path.read_bytes())
    return folder() / "unfinished" / f"{digest.hexdigest()[:32]}.json"


def keep(task: Task, result: ClaimResult) -> None:
    """Keep a finished result, all or nothing; a folder that cannot be written is no error."""
    try:
        final = path_of(task)
        draft = final.with_suffix(f".{os.getpid()}")
        final.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(asdict(result)))
        os.replace(draft, final)
    except OSError:
        return


def kept(task: Task) -> ClaimResult | None:
    """The finished result of the task, or None; an unreadable or unexpected file counts as absent."""
    try:
        return rebuild(ClaimResult, json.loads(path_of(task).read_text()))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def clear(tasks: Iterable[Task]) -> None:
    """Forget the results of the tasks: their run is complete."""
    for task in tasks:
        try:
            path_of(task).unlink(missing_ok=True)
        except OSError:
            continue


def rebuild(kind: Any, value: Any) -> Any:
    """A value of the annotated kind from its JSON form: records, tuples, unions with None, plain values."""
    if is_dataclass(kind) and isinstance(kind, type):
        names, hints = {f.name for f in fields(kind)}, get_type_hints(kind)
        if not isinstance(value, dict) or set(value) != names:
            raise TypeError(f"{kind}: {value!r}, expected an object with {sorted(names)}")
        return kind(**{name: rebuild(hints[name], part) for name, part in value.items()})
    if get_origin(kind) is tuple:
        inside = get_args(kind)
        if not isinstance(value, list):
            raise TypeError(f"{value!r}, expected a list")
        if inside[-1] is Ellipsis:
            return tuple(rebuild(inside[0], part) for part in value)
        return tuple(rebuild(k, part) for k, part in zip(inside, value, strict=True))
    if get_origin(kind) is UnionType:
        options = [k for k in get_args(kind) if k is not NoneType]
        return None if value is None else rebuild(options[0], value)
    if kind is float and type(value) in (int, float):
        return value
    if type(value) is not kind:
        raise TypeError(f"{value!r}, expected {kind}")
    return value
