"""The judge at the edges: empty families, infinite sides, measurements, steps, crashes."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from proofs_check.judge import judge
from tests.small_claims import a, am_gm, b, coin, first, schwarz, tossed, u, unproved, with_right, x, y
from theory.claim import Along, Claim, Given, PrintedStep, Quantity, Statement
from theory.family import Family, Instance, Integer, Real
from theory.notation import norm2
from theory.proof import Entail


def test_families_at_their_limits() -> None:
    """No field, no entry, no instance under the givens, huge integers: verdicts, not crashes."""
    left = Quantity(text="1", run=lambda i: 1)
    nothing = Claim(
        items=("demo.nothing",),
        readings=(Statement(text="-", left=left, relation="<=", right=sp.Integer(1)),),
        family=Family(fields={}, leaves_out="-"),
        symbols={},
    )
    assert first(nothing).verdict == "supported"
    assert first(with_right(nothing, sp.Rational(1, 2))).counterexample.repr == "Instance()"
    empty = replace(nothing.readings[0], givens=(Given(text="never", check=lambda i: False),))
    assert "no instance" in first(replace(nothing, readings=(empty,))).reason
    k = sp.Symbol("k", integer=True)
    power = Quantity(text="k^9", run=lambda i: i.k**9)
    huge = Claim(
        items=("demo.huge",),
        readings=(Statement(text="-", left=power, relation="<=", right=k**10),),
        family=Family(fields={"k": Integer(-(10**60), 10**60)}, leaves_out="-"),
        symbols={k: lambda i: i.k},
    )
    assert first(huge).verdict == "undecided" and not first(huge).counterexample
    odd = with_right(huge, k**8)
    assert first(odd).counterexample.repr == "Instance(k=2)"


def test_infinite_sides_are_compared() -> None:
    """An infinite right side is no violation and an infinite left side is one."""
    inf = sp.Symbol("w", extended_real=True)
    claim = with_right(am_gm(), inf + x)
    claim = replace(claim, symbols={**claim.symbols, inf: lambda i: math.inf if i.y > 0 else 99})
    assert first(claim, effort="quick").verdict == "undecided"
    left = Quantity(text="left", run=lambda i: math.inf if i.y > 3 else 0)
    claim = replace(
        with_right(am_gm(), x**2), readings=(replace(am_gm().readings[0], left=left, proof=None),)
    )
    assert first(claim).verdict == "refuted"


def test_measurements_are_called_so() -> None:
    """What comes from trained networks is evidence of its own kind, silent or not."""
    measured = Quantity(text="a measurement", run=lambda i: float(i.x * i.y), measured=True)
    claim = unproved(am_gm())
    claim = replace(claim, readings=(replace(claim.readings[0], left=measured),), mutants=())
    assert first(claim).evidence[0].kind == "measured"
    assert first(with_right(claim, x * y - 1)).evidence[0].kind == "measured"


def test_steps_are_judged_in_both_ways() -> None:
    """A printed step holds or not, follows or not; a false one shows where, next to what is said of it."""
    right = ((x + y) / 2) ** 2
    steps = (
        PrintedStep(item="demo.1", left=x * y, relation="<=", right=right, by=Entail()),
        PrintedStep(item="demo.2", left=x * y, relation="==", right=right, text="equality forgotten"),
        PrintedStep(item="demo.3", left=1 / (x - y), relation="<=", right=sp.Integer(10**9)),
    )
    true, false, pole = judge(replace(am_gm(), steps=steps)).steps
    assert true.holds is True and true.note
    assert false.holds is False and false.follows is False
    assert false.note.startswith("equality forgotten; ") and "Instance(x=" in false.note
    assert pole.holds is False


def test_several_sides_at_once() -> None:
    """A left side that is run and sampled is decided by its run, and vectors of any dimension are summed."""
    assert first(with_right(coin(), u / 2)).counterexample.exact
    assert first(with_right(schwarz(), norm2(a) * norm2(b) / 2)).counterexample.exact


def test_a_crash_in_a_quantity_is_passed_on() -> None:
    """What a claim's own function raises reaches the caller, who names the file."""
    bad = replace(am_gm().readings[0], left=Quantity(text="left", run=lambda i: i.z), proof=None)
    with pytest.raises(AttributeError, match="no field 'z'; it has x, y"):
        judge(replace(am_gm(), readings=(bad,)))
    nan = replace(bad, left=Quantity(text="left", run=lambda i: float("nan")))
    with pytest.raises(ValueError, match=r"left = nan at Instance\(x="):
        judge(replace(am_gm(), readings=(nan,)))
    shape = replace(tossed(u).readings[0].left, sample=lambda i, rng, n: np.zeros(n + 1))
    with pytest.raises(ValueError, match="sample gave shape"):
        judge(replace(tossed(u), readings=(replace(tossed(u).readings[0], left=shape),)))


def test_a_step_out_of_the_family_is_named() -> None:
    """-(x - 1)^2 rises on [0, 1] and not beyond: a step that ends beyond says so."""
    size = sp.Symbol("h", positive=True)
    left = Quantity(text="-(x - 1)^2", run=lambda i: -((i.x - 1) ** 2))
    along = Along(symbol=x, field="x", step="h")
    for relation, word in (("increasing", "the step leaves the searched family: x = "), ("decreasing", "")):
        claim = Claim(
            items=("demo.hill",),
            readings=(Statement(text="-", left=left, relation=relation, along=along),),
            family=Family(fields={"x": Real(0, 1), "h": Real(Fraction(1, 4), 1)}, leaves_out="-"),
            symbols={x: lambda i: i.x, size: lambda i: i.h},
            witnesses=(Instance(x=Fraction(1, 2), h=Fraction(1, 2)),),
        )
        note = first(claim, effort="quick").counterexample.note
        assert note.startswith(word) and bool(note) == bool(word)
