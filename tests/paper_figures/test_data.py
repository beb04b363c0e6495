"""Tidy data: columns by name, rows by value, and a text that can be read again."""

import csv

import pytest

from paper_figures.data import Data, column, text, where

TABLE = Data(
    items=("glue.prop1",), columns={"K": "experts", "value": "none"}, rows=((2, 0.5), (2, 0.25), (3, 1.0))
)


def test_rows_are_chosen_by_value() -> None:
    """Only the rows with all the named values remain, in order."""
    assert where(TABLE, K=2).rows == ((2, 0.5), (2, 0.25))
    assert where(TABLE, K=2, value=0.25).rows == ((2, 0.25),)
    assert column(where(TABLE, K=3), "value").tolist() == [1.0]


def test_an_unknown_column_is_named() -> None:
    """Asking for a column that is not there says which ones are."""
    with pytest.raises(LookupError, match="'k'.*K, value"):
        column(TABLE, "k")


def test_a_row_must_fill_the_columns() -> None:
    """A row of the wrong length is refused where the data are made."""
    with pytest.raises(ValueError, match="expected 2 values"):
        Data(items=(), columns=TABLE.columns, rows=((1,),))


def test_the_text_holds_everything() -> None:
    """The CSV explains each column in a comment and gives back every value."""
    lines = text(TABLE).splitlines()
    assert "# K: experts" in lines
    rows = [*csv.DictReader(line for line in lines if not line.startswith("#"))]
    assert [(int(r["K"]), float(r["value"])) for r in rows] == list(TABLE.rows)
