"""The numbers of FLOPS's tables that claims use are those of the inventory."""

import re

import pytest

from theory.claims.flops._tables import TABLE_1, TABLE_2, TABLE_3
from theory.registry import inventory

TABLES = {"flops.tab1": TABLE_1, "flops.tab2": TABLE_2, "flops.tab3": TABLE_3}


@pytest.mark.parametrize("item", TABLES)
def test_tables_are_those_of_the_inventory(item: str) -> None:
    """Row by row, in tenths of a per cent, the table is the one that the inventory transcribes."""
    listing = next(i for i in inventory("flops") if i.id == item).setup
    found = [re.findall(r"\d+\.\d", line) for line in listing.splitlines() if line.count("|") > 2]
    rows = [tuple(round(10 * float(x)) for x in row) for row in found if row]
    assert rows == list(TABLES[item].values())
