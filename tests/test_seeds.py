"""Streams by name: repeatable, independent, and without memory."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from proofs_check.seeds import generator


def first(*name) -> int:
    """The first 64 bits of a stream."""
    return int(generator(*name).integers(2**64, dtype=np.uint64))


NAMES = st.tuples(st.integers(), st.lists(st.text(max_size=4), max_size=3))


@given(NAMES, NAMES)
def test_a_stream_is_its_name(a, b) -> None:
    """Two streams agree exactly if their names do, however the words are split."""
    assert (first(a[0], *a[1]) == first(b[0], *b[1])) == (a == b)


@pytest.mark.parametrize(("a", "b"), [((0, "ab", "c"), (0, "a", "bc")), ((1, "2"), (12,)), ((0,), (0, ""))])
def test_names_that_read_alike_differ(a, b) -> None:
    """Joining the words of two names to one text does not make them the same stream."""
    assert first(*a) != first(*b)


def test_the_numbers_are_those_of_every_process() -> None:
    """Another process, with another hash seed of Python, draws the same numbers."""
    code = "from proofs_check.seeds import generator; print(generator(7, 'a', 'b').integers(10**9))"
    seen = [
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": h, "PYTHONPATH": "."}, capture_output=True
        ).stdout
        for h in ("1", "2")
    ]
    assert seen == [f"{generator(7, 'a', 'b').integers(10**9)}\n".encode()] * 2


def test_nothing_is_remembered() -> None:
    """Drawing from one stream, or from NumPy's own, changes no other."""
    before = first(0, "confirm")
    generator(0, "search").random(1000)
    generator(0, "confirm").random(1000)
    assert first(0, "confirm") == before


def test_search_and_confirmation_are_uncorrelated() -> None:
    """The streams of search and confirmation, over many claims, are uncorrelated and uniform."""
    draws = np.array(
        [[generator(0, f"claim{k}", role).random(50) for role in ("search", "confirm")] for k in range(200)]
    )  # (claims, roles, draws)
    assert stats.pearsonr(draws[:, 0].ravel(), draws[:, 1].ravel()).pvalue > 1e-4
    assert stats.kstest(draws[:, :, 0].ravel(), "uniform").pvalue > 1e-4


@pytest.mark.parametrize(
    ("name", "message"),
    [(("1",), "seed '1'"), ((True,), "seed True"), ((1.0,), "seed 1.0"), ((1, 2), "key 2")],
)
def test_wrong_names_are_refused(name, message: str) -> None:
    """A seed that is no integer and a key that is no string are named."""
    with pytest.raises(TypeError, match=message):
        generator(*name)
