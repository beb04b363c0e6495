"""A run of a left side, line by line: what each line of the claim's own code assigned, with its values.

Followed are the functions of claim files, of `sim` and of a user's own file; what they call elsewhere counts
as one step.  Values are shown where a person can read them: numbers, and short rows of numbers.
"""

import inspect
import linecache
import sys
import traceback
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from flint import arb, fmpq

from proofs_check.core.values import exact
from proofs_check.worked import say

ROOT = Path(__file__).resolve().parents[1]
MOST = 40
"""Rows of one run that are shown."""
LAST = 8
"""How many of them are the end of a run that is cut."""
WIDE = 12
"""Entries of a row of numbers that are shown."""
NUMBERS = (int, float, Fraction, fmpq, arb)


def run_lines(run: Callable[..., Any], *given: Any) -> list[str]:
    """The assignments of the run in order, each source line above "name = value"; empty if there are none.

    A run that divides by zero ends with the line that does.
    """
    start = getattr(getattr(inspect.unwrap(run), "__code__", None), "co_filename", "")
    follower = _Follower(start)
    _forget()
    before = sys.gettrace()
    sys.settrace(follower.call)
    try:
        run(*given)
    except ZeroDivisionError as error:
        follower.rows.append(f"| {follower.source(error)}   <- divides by zero")
    finally:
        sys.settrace(before)
    rows = follower.rows
    if len(rows) <= MOST:
        return rows
    return [*rows[: MOST - LAST], f"... {len(rows) - MOST} more rows ...", *rows[-LAST:]]


def _forget() -> None:
    """Empty the caches of claims and worlds: a remembered value has no lines."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("theory.claims.", "sim.")):
            for value in list(vars(module).values()):
                getattr(value, "cache_clear", int)()


class _Follower:
    """Collects rows while Python runs; one frame is described at a time."""

    def __init__(self, start: str) -> None:
        self.start, self.rows, self.seen, self.depth = start, [], {}, {}

    def call(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Whether a new frame is followed: a function of the files named above, no comprehension."""
        code = frame.f_code
        if (
            event != "call"
            or not self._own(code.co_filename)
            or (code.co_name.startswith("<") and code.co_name != "<lambda>")
        ):
            return None
        self.depth[frame] = len(self.depth)
        self.seen[frame] = dict(frame.f_locals), frame.f_lineno
        named = [f"{k} = {shown}" for k, v in frame.f_locals.items() if (shown := _shown(v))]
        if code.co_name != "<lambda>":
            self.rows.append(f"{self._pad(frame)}{code.co_name}({', '.join(named)})")
        return self.step

    def step(self, frame: FrameType, event: str, arg: Any) -> Any:
        """After each line: the names whose values it changed."""
        old, line = self.seen[frame]
        changed = {k: v for k, v in frame.f_locals.items() if k not in old or old[k] is not v}
        shown = [f"{k} = {text}" for k, v in changed.items() if (text := _shown(v))]
        pad = self._pad(frame)
        if shown:
            source = linecache.getline(frame.f_code.co_filename, line).strip()
            self.rows += [f"{pad}  | {source}", f"{pad}      {'; '.join(shown)}"]
        self.seen[frame] = dict(frame.f_locals), frame.f_lineno
        if event == "return":
            if text := _shown(arg):
                name = frame.f_code.co_name
                source = linecache.getline(frame.f_code.co_filename, line).strip()
                self.rows += [f"{pad}  | {source}"] if source.startswith("return ") else []
                self.rows.append(f"{pad}  = {text}" if name == "<lambda>" else f"{pad}{name} returns {text}")
            del self.depth[frame], self.seen[frame]
        return self.step

    def source(self, error: Exception) -> str:
        """The last line of the files that are followed through which the error passed."""
        passed = [row for row in traceback.extract_tb(error.__traceback__) if self._own(row.filename)]
        return (passed[-1].line or "").strip() if passed else "a line elsewhere"

    def _own(self, file: str) -> bool:
        return file == self.start or _ours(file)

    def _pad(self, frame: FrameType) -> str:
        return "  " * self.depth[frame]


def _ours(file: str) -> bool:
    path = Path(file)
    return any(path.is_relative_to(ROOT / folder) for folder in ("theory/claims", "sim"))


def _shown(given: Any) -> str:
    """A number, or a row (of rows) of few numbers, as text; "" for anything else."""
    value = given.tolist() if isinstance(given, np.ndarray | np.generic) else given
    if isinstance(value, bool) or not _few(value):
        return ""
    return say(exact(value))


def _few(value: Any, most: int = WIDE) -> bool:
    if isinstance(value, tuple | list):
        return 0 < len(value) <= most and all(_few(x, 4) for x in value)
    return isinstance(value, NUMBERS)
