"""Tidy data of a figure: named columns, each with its meaning and units, one row an observation."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What a figure shows, complete: drawing computes nothing that is not here.

    items    inventory ids of the claims that the figure is about
    columns  name -> meaning and units, in the order of the values of a row
    rows     tuples of int, float or str
    note     how the numbers were made (scale, seed-independent settings), for the caption
    """

    items: tuple[str, ...]
    columns: Mapping[str, str]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(
                    f"row {row!r}: expected {len(self.columns)} values: {', '.join(self.columns)}"
                )


def index(data: Data, name: str) -> int:
    """The place of a column in a row; an unknown name is a LookupError."""
    if name not in data.columns:
        raise LookupError(f"column {name!r}: expected one of {', '.join(data.columns)}")
    return list(data.columns).index(name)


def where(data: Data, **equals: Any) -> Data:
    """The rows that have these values."""
    places = {index(data, name): value for name, value in equals.items()}
    return replace(data, rows=tuple(r for r in data.rows if all(r[k] == v for k, v in places.items())))


def column(data: Data, name: str) -> np.ndarray:
    """One column as an array, shape (rows,)."""
    place = index(data, name)
    return np.array([row[place] for row in data.rows])


def text(data: Data) -> str:
    """The data as CSV; the meaning of each column stands above it in comment lines."""
    out = io.StringIO()
    out.write(f"# {', '.join(data.items)}\n")
    out.writelines(f"# {name}: {meaning}\n" for name, meaning in data.columns.items())
    table = csv.writer(out, lineterminator="\n")
    table.writerow(data.columns)
    table.writerows(data.rows)
    return out.getvalue()
