"""Verdicts: each one on a claim that deserves it, and none that is not deserved."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from proofs_check.judge import judge
from proofs_check.verdict import ClaimResult
from tests.broken_claims import BROKEN, SOUND
from tests.small_claims import (
    HALF,
    a,
    am_gm,
    b,
    coin,
    falling,
    false_as_printed,
    mean_square,
    order_of_sine,
    pair,
    projection,
    reciprocal_of_normal,
    remainder,
    schwarz,
    tossed,
    u,
    unproved,
    x,
    y,
)
from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Statement
from theory.family import Family, Instance, Integer, Real
from theory.notation import norm2
from theory.proof import Chain, Entail, Line


def first(claim: Claim, **options):
    return judge(claim, **options).readings[0]


def with_right(claim: Claim, right: object, **changes) -> Claim:
    """The claim with another right side, and without what spoke of the old one."""
    statement = replace(claim.readings[0], right=right, proof=None, **changes)
    return replace(claim, readings=(statement,), repair=None, tight_at=(), scalings=(), mutants=())


def timeless(result: ClaimResult) -> ClaimResult:
    return replace(result, seconds=0.0)


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (am_gm(), "proved"),
        (unproved(am_gm()), "supported"),
        (falling(), "supported"),
        (projection(), "supported"),
        (coin(), "supported"),
        (tossed(u), "supported"),
        (tossed(u, "=="), "supported"),
        (schwarz(), "supported"),
        (mean_square(), "supported"),
        (order_of_sine(1), "supported"),
        (order_of_sine(2), "refuted"),
        (remainder(2, 2), "supported"),
        (remainder(1, 2), "refuted"),
        (reciprocal_of_normal(), "ill-posed"),
        (tossed(u / 2), "refuted"),
        (tossed(u**2, "=="), "refuted"),
        (tossed((1 + u) / 2, ">="), "refuted"),
        (replace(falling(), readings=(replace(falling().readings[0], relation="increasing"),)), "refuted"),
        (with_right(am_gm(), x * y, relation="=="), "supported"),
        (with_right(am_gm(), x * y + sp.sin(x - y), relation="=="), "refuted"),
        (with_right(am_gm(), ((x + y) / 2) ** 2, relation="<"), "refuted"),
        (with_right(am_gm(), ((x + y) / 2) ** 2 + 1, relation="<"), "supported"),
        (with_right(am_gm(), -((x - y) ** 2) / 5, relation=">="), "refuted"),
        (with_right(projection(), (x,)), "refuted"),
        (with_right(projection(), (sp.Min(1, sp.Max(0, x / 2)),)), "refuted"),
        (with_right(am_gm(), ((x + y) / 2) ** 2 / (x - y)), "ill-posed"),
        (with_right(am_gm(), 99 + 1 / (x - y) ** 2), "ill-posed"),
        (with_right(am_gm(), 99 + sp.sqrt(x + y)), "ill-posed"),
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_each_verdict_is_given_where_it_is_due(claim: Claim, verdict: str, seed: int) -> None:
    """Each kind of statement gets the verdict that is known, whatever the seed."""
    result = first(claim, seed=seed)
    assert result.verdict == verdict, result


def test_a_refutation_can_be_pasted_back() -> None:
    """The counterexample is exact, minimal, and its repr rebuilds an instance that violates the display."""
    result = judge(false_as_printed())
    example = result.readings[0].counterexample
    at = eval(example.repr, {"Instance": Instance, "Fraction": Fraction})
    assert at == Instance(x=HALF) and at.x > at.x**2 and example.exact
    assert (example.lhs, example.rhs) == ("1/2", "1/4")
    assert result.verdict == "refuted" and result.standing is result.repair.result
    assert [r.verdict for r in result.readings] == ["refuted", "supported"]
    assert result.repair.result.verdict == "supported" and result.problems == ()


@pytest.mark.parametrize("seed", range(6))
def test_a_rare_violation_is_found(seed: int) -> None:
    """A bound that fails on a ten-thousandth of the family, beside no boundary, is refuted by climbing."""
    bump = sp.Rational(99, 100) + 40 * (x - sp.Rational(61, 50)) ** 2 + (y - 1) ** 2
    claim = with_right(am_gm(), bump)
    claim = replace(claim, readings=(replace(claim.readings[0], left=Quantity(text="1", run=lambda i: 1)),))
    assert first(claim, seed=seed).verdict == "refuted"


@pytest.mark.parametrize(
    ("run", "right"),
    [
        (lambda i: (i.x / 3) * 3 - i.x, sp.Integer(0)),  # exactly 0; in floats 1e-17
        (lambda i: math.sqrt(abs(i.x)) ** 2 - abs(float(i.x)), sp.Integer(0)),  # only floats, rounded
        (lambda i: sum([Fraction(1, 10) * i.x] * 10), x),
        (lambda i: float(i.x) * 0.1 * 3, sp.Rational(3, 10) * x),
        (lambda i: (i.x + i.y) ** 2 - (i.x - i.y) ** 2, 4 * x * y),
        (
            lambda i: sp.sqrt(sp.Rational(abs(i.x)) if isinstance(i.x, Fraction) else abs(i.x)),
            sp.sqrt(sp.Abs(x)),
        ),
    ],
)
@pytest.mark.parametrize("relation", ["<=", ">=", "=="])
def test_rounding_errors_accuse_nobody(run, right, relation: str) -> None:
    """A statement that holds with equality everywhere is never refuted, at exact or at float values."""
    claim = with_right(am_gm(), right, relation=relation)
    claim = replace(claim, readings=(replace(claim.readings[0], left=Quantity(text="left", run=run)),))
    for seed in range(3):
        assert first(claim, seed=seed, effort="quick").verdict == "undecided"


@pytest.mark.parametrize("relation", ["<=", ">=", "=="])
def test_a_true_boundary_claim_is_never_refuted_by_sampling(relation: str) -> None:
    """Over forty seeds at the level 0.001, sampling refutes no statement that holds with equality."""
    claim = tossed(u, relation)
    assert {first(claim, seed=s, effort="quick", alpha=1e-3).verdict for s in range(40)} == {"undecided"}


def test_a_sampled_refutation_spends_its_level() -> None:
    """Sampling refutes with an interval of fresh draws, spends one level, and is never called exact."""
    result = judge(tossed(u / 2), alpha=1e-4)
    assert result.alpha_spent == 1e-4 and not result.readings[0].counterexample.exact
    assert result.readings[0].evidence[0].kind == "statistical"
    assert judge(tossed(u), alpha=1e-4).alpha_spent in (0.0, 1e-4)


def test_a_violation_that_sampling_cannot_confirm_is_no_support() -> None:
    """Draws without an upper bound cannot refute >=; what looks violated is undecided, not supported."""
    claim = tossed(2 * u + 1, ">=")
    left = replace(claim.readings[0].left, range=(0, math.inf))
    result = first(replace(claim, readings=(replace(claim.readings[0], left=left),)))
    assert result.verdict == "undecided" and "not confirmed" in result.reason


def test_support_needs_power() -> None:
    """Without a mutant that dies, and with a mutant that survives, nothing is supported."""
    zero = with_right(am_gm(), sp.Integer(0), relation=">=")
    square = Quantity(text="(x - y)^2", run=lambda i: (i.x - i.y) ** 2)
    zero = replace(zero, readings=(replace(zero.readings[0], left=square),))
    assert first(zero).verdict == "undecided" and "no power" in first(zero).reason
    survivor = replace(unproved(am_gm()), mutants=(Mutant(text="itself", right=((x + y) / 2) ** 2),))
    assert first(survivor).verdict == "undecided" and "itself" in first(survivor).reason
    assert first(unproved(am_gm()), effort="quick").reason == "mutants not run at quick effort"


def test_a_survivor_leaves_a_proof_alone() -> None:
    """A statement with an accepted proof stays proved when a mutant survives."""
    claim = replace(am_gm(), mutants=(Mutant(text="itself", right=((x + y) / 2) ** 2),))
    result = first(claim)
    assert result.verdict == "proved" and "survived" in {m.outcome for m in result.mutants}


def test_proved_and_refuted_is_a_contradiction() -> None:
    """A statement that is proved and refuted at once is refuted, and the file is told so."""
    result = judge(BROKEN["proved and refuted"][1]())
    assert result.verdict == "refuted" and any(p.startswith("contradiction") for p in result.problems)


def test_a_witness_outside_the_family_refutes_nothing() -> None:
    """An instance that the family does not hold is a breach of the file, not of the statement x <= 4."""
    claim = with_right(am_gm(), sp.Integer(4))
    left = Quantity(text="x", run=lambda i: i.x, expr=x)
    claim = replace(claim, readings=(replace(claim.readings[0], left=left),), witnesses=(pair(5, 0),))
    result = judge(claim, effort="quick")
    assert result.readings[0].counterexample is None and "domains" in result.problems[0]


@pytest.mark.parametrize("name", SOUND)
def test_the_same_seed_gives_the_same_result(name: str) -> None:
    """Judging twice with one seed gives equal results in every field but the time."""
    assert timeless(judge(SOUND[name](), seed=5)) == timeless(judge(SOUND[name](), seed=5))


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


def test_a_chain_about_something_else_proves_nothing() -> None:
    """A true chain that starts elsewhere leaves the statement unproved, and the file is told."""
    beside = lambda: Chain(x, (Line("<=", x**2 + 1, Entail()),))
    claim = replace(am_gm(), readings=(replace(am_gm().readings[0], proof=beside),))
    result = judge(claim)
    assert result.verdict == "supported" and result.problems[0].startswith("proof")


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


def test_pairs_are_pairs() -> None:
    """The helper of these tests makes what it says."""
    assert pair(1, HALF) == Instance(x=Fraction(1), y=HALF) and am_gm().family.error(pair(1, HALF)) == ""
    assert Real(-4, 4).error(5, None) != ""
