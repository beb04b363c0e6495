"""Verdicts: each one on a claim that deserves it, and none that is not deserved."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp

from proofs_check.judge import judge
from proofs_check.verdict import ClaimResult
from tests.broken_claims import BROKEN, SOUND
from tests.small_claims import (
    HALF,
    am_gm,
    coin,
    falling,
    false_as_printed,
    first,
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
    with_right,
    x,
    y,
)
from theory.claim import Claim, Given, Mutant, Quantity
from theory.family import Instance, Real
from theory.proof import Chain, Entail, Lemma, Line


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


def test_a_chain_about_something_else_proves_nothing() -> None:
    """A true chain that starts elsewhere leaves the statement unproved, and the file is told."""
    beside = lambda: Chain(x, (Line("<=", x**2 + 1, Entail()),))
    claim = replace(am_gm(), readings=(replace(am_gm().readings[0], proof=beside),))
    result = judge(claim)
    assert result.verdict == "supported" and result.problems[0].startswith("proof")


def test_a_proof_from_granted_bounds_says_so() -> None:
    """A proof that uses a bound which a given grants is called proved up to that bound; others are not."""
    assert first(am_gm()).evidence[0].text == "1 lines checked"
    bound = Given(text="x <= y", fact=sp.Le(x, y), grants=("at_most(x, y)",))
    chain = Chain(x, (Line("<=", y, Lemma("at_most", {"a": x, "b": y})),))
    left = Quantity(text="x", run=lambda i: i.x, expr=x)
    claim = with_right(am_gm(), y)
    reading = replace(claim.readings[0], left=left, givens=(bound,), proof=lambda: chain)
    granted = first(replace(claim, readings=(reading,)))
    assert granted.verdict == "proved"
    assert granted.evidence[0].text == "1 lines checked, up to the bounds that its givens grant"


def test_a_proof_counts_the_facts_that_are_granted_with_a_reason() -> None:
    """A fact that holds by construction is a premise that nobody derives; an assumed one is not counted."""
    start = am_gm().readings[0]
    assumed = Given(text="x >= 0", fact=sp.Ge(x, 0))
    reasoned = Given(text="y >= 0", fact=sp.Ge(y, 0), because="the family draws no other")
    for givens, said in (((assumed,), "1 lines checked"), ((assumed, reasoned), "from 1 facts granted")):
        result = first(replace(am_gm(), readings=(replace(start, givens=givens),)))
        assert result.verdict == "proved" and said in result.evidence[0].text
        assert ("granted" in result.evidence[0].text) == (len(givens) == 2)


def test_pairs_are_pairs() -> None:
    """The helper of these tests makes what it says."""
    assert pair(1, HALF) == Instance(x=Fraction(1), y=HALF) and am_gm().family.error(pair(1, HALF)) == ""
    assert Real(-4, 4).error(5, None) != ""


def test_a_proof_that_a_solver_does_not_decide_leaves_the_statement_undecided() -> None:
    """A limit of z3 is no refusal: the verdict is undecided with that reason, and the file is not blamed."""
    claim = am_gm()
    hard = Entail(seconds=1e-6)
    proof = lambda: Chain(x * y, (Line("<=", claim.readings[0].right, hard),))
    found = judge(replace(claim, readings=(replace(claim.readings[0], proof=proof),)), effort="quick")
    assert found.readings[0].verdict == "undecided" and not found.problems
    assert "z3 gave no answer in the time allowed" in found.readings[0].reason
