"""The four outcomes of a mutant, on claims where each is known."""

import math
from dataclasses import replace
from operator import mul

import numpy as np
import pytest
import sympy as sp

from proofs_check import kills
from proofs_check.cases import Case, draw, look
from proofs_check.kills import judge_mutants
from proofs_check.sampled import look_sampled
from tests.small_claims import (
    a,
    am_gm,
    b,
    coin,
    false_as_printed,
    order_of_sine,
    projection,
    tossed,
    u,
    unproved,
    x,
    y,
)
from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Family, Instance, Integer, Real, Vector
from theory.notation import dot, norm2
from theory.proof import Chain, Entail, Lemma, Line

MEAN = ((x + y) / 2) ** 2


def outcomes(
    claim: Claim,
    seed: int = 0,
    ratio: float | None = None,
    effort: str = "default",
    proven: bool = False,
) -> dict[str, str]:
    """The outcome of every mutant of the literal reading, by what was done."""
    statement, rng = claim.readings[0], np.random.default_rng(seed)
    drawn = draw(claim, rng, effort)
    if statement.ray:
        cases: list[Case] = []
    elif statement.left.run is None:
        cases = look_sampled(claim, statement, drawn, rng)
    else:
        cases = look(claim, statement, drawn)
    judged = judge_mutants(claim, statement, cases, rng, effort, ratio, proven=proven)
    return {m.text: m.outcome for m in judged}


def only(claim: Claim, monkeypatch: pytest.MonkeyPatch, **versions: object) -> dict[str, str]:
    """The outcomes of these versions of the right side alone."""
    monkeypatch.setattr(kills, "mutate", lambda right: list(versions.items()))
    return outcomes(replace(unproved(claim), mutants=()))


def test_killed_weaker_and_true_mutants_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half the bound dies, twice it is weaker, another true bound is no survivor, the bound is no mutant."""
    found = only(
        am_gm(), monkeypatch, half=MEAN / 2, double=2 * MEAN, other=(x + y / 2) ** 2, same=(x + y) ** 2 / 4
    )
    assert found == {"half": "killed", "double": "weaker", "other": "sharper"}


def test_a_true_and_stronger_mutant_is_sharper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below a bound that is not tight the smaller bound is a finding, and a bound smaller still dies."""
    claim = replace(am_gm(), tight_at=())
    loose = replace(claim, readings=(replace(claim.readings[0], right=4 * MEAN),))
    assert only(loose, monkeypatch, half=2 * MEAN, tenth=MEAN / 10) == {"half": "sharper", "tenth": "killed"}


def test_what_the_search_cannot_reach_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant that fails only far from where the family goes, and implies nothing, survives."""
    claim = am_gm()
    left = replace(claim.readings[0].left, expr=None)
    small = Family(fields={"x": Real(0, 1), "y": Real(0, 1)}, leaves_out="all but a corner")
    claim = replace(claim, family=small, readings=(replace(claim.readings[0], left=left),), tight_at=())
    assert only(claim, monkeypatch, far=sp.sin(x * y) * 5 / 4 + x**4) == {"far": "survived"}


def test_a_wrong_version_that_mixes_units_dies_in_other_units(monkeypatch: pytest.MonkeyPatch) -> None:
    """x y <= (x + y)/2 holds on the unit square; in units a million times as large it does not."""
    claim = am_gm()
    small = Family(fields={"x": Real(0, 1), "y": Real(0, 1)}, leaves_out="all but a corner")
    claim = replace(claim, family=small, tight_at=())
    assert only(claim, monkeypatch, mixed=(x + y) / 2) == {"mixed": "killed"}
    assert only(replace(claim, scalings=()), monkeypatch, mixed=(x + y) / 2) == {"mixed": "survived"}


def test_what_an_accepted_derivation_shows_tells_a_true_mutant(monkeypatch: pytest.MonkeyPatch) -> None:
    """<a, b>^2 <= |a|^2 |b|^2 + <a, b>^2/2 follows from the lemma of the proof, and from nothing less."""
    square, bound = sp.Pow(dot(a, b), 2), norm2(a) * norm2(b)
    schwarz = Lemma("cauchy_schwarz", {"x": a, "y": b})
    statement = Statement(
        text="-",
        left=Quantity(text="<a, b>^2", run=lambda i: sum(map(mul, i.a, i.b)) ** 2, expr=square),
        relation="<=",
        right=4 * bound,  # of which the mutant does not follow
        proof=lambda: Chain(square, (Line("<=", 4 * bound, Entail((schwarz,))),)),
    )
    claim = Claim(
        items=("demo.schwarz",),
        readings=(statement,),
        family=Family(fields={"a": Vector(2, Real(-4, 4)), "b": Vector(2, Real(-4, 4))}, leaves_out="-"),
        symbols={a: lambda i: i.a, b: lambda i: i.b},
    )
    monkeypatch.setattr(kills, "mutate", lambda right: [("other", bound + square / 2)])
    assert outcomes(claim) == {"other": "survived"}
    assert outcomes(claim, proven=True) == {"other": "sharper"}


def test_a_rounding_error_kills_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant that equals a tight bound, but for the last digit in floats, is not killed by that digit."""
    claim = am_gm()
    left = Quantity(text="x y", run=lambda i: i.x * i.y, rounding=1e-17)
    claim = replace(claim, readings=(replace(claim.readings[0], left=left, proof=None),))
    found = only(claim, monkeypatch, disguised=MEAN * (sp.sin(x) ** 2 + sp.cos(x) ** 2))
    assert found == {"disguised": "survived"}


def test_overflow_is_no_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant beyond the largest float is not thereby caught: it is weaker than the bound."""
    found = only(am_gm(), monkeypatch, huge=MEAN + sp.exp(2000 + x))
    assert found["huge"] != "killed"


def test_an_undefined_mutant_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mutant that divides by zero or takes the root of a negative number on some instance is killed."""
    found = only(am_gm(), monkeypatch, pole=MEAN / x + MEAN**2 + 99, root=MEAN + sp.sqrt(x) + 99)
    assert found == {"pole": "killed", "root": "killed"}


def test_givens_count_in_implications() -> None:
    """x^2 -> x^3 is weaker where x >= 1 is given, and is killed where it is not."""
    claim = false_as_printed()
    large = replace(claim, readings=(claim.repair.statement,), repair=None, transcription=None)
    assert outcomes(large)["(x)^2 becomes (x)^3"] == "weaker"
    generous = replace(claim, readings=(claim.readings[1],), repair=None, tight_at=())
    assert outcomes(generous)["(x)^2 becomes (x)^3"] == "killed"


def test_a_loose_bound_is_mutated_from_its_largest_ratio() -> None:
    """Where lhs/rhs reaches at most 1/2, the bound scaled to 98 % of that dies."""
    claim = replace(unproved(am_gm()), mutants=(), tight_at=())
    loose = replace(claim, readings=(replace(claim.readings[0], right=2 * MEAN),))
    assert outcomes(loose, ratio=0.5)["scaled to 0.98 of the largest ratio found"] == "killed"
    assert "scaled to 0.98 of the largest ratio found" not in outcomes(loose, ratio=1.0)


@pytest.mark.parametrize("claim", [projection(), order_of_sine(1), coin(), tossed(u)])
def test_every_kind_of_statement_has_mutants_that_die(claim: Claim) -> None:
    """Minimisers, orders, equalities and sampled bounds: some mutant dies and none survives."""
    found = outcomes(claim)
    assert "killed" in found.values() and "survived" not in found.values()


def test_orders_are_judged_by_limits() -> None:
    """On a ray a higher power dies, a lower one is weaker, and a constant factor is no mutant."""
    found = outcomes(order_of_sine(1))
    assert "halved" not in found and found["x becomes x^2"] == "killed"
    square = replace(order_of_sine(1).readings[0], right=sp.sqrt(x))
    assert outcomes(replace(order_of_sine(1), readings=(square,)))["(x)^1/2 becomes (x)^1/4"] == "weaker"


def test_mutants_by_hand() -> None:
    """Another algorithm, formula or objective is tried at its witness first, sampled ones included."""
    wrong = Quantity(text="x + y", run=lambda i: i.x + i.y)
    at = Instance(x=3, y=0)
    claim = replace(
        unproved(am_gm()),
        mutants=(Mutant(text="sum", left=wrong, dies_at=at), Mutant(text="itself", right=MEAN)),
    )
    found = outcomes(claim)
    assert found["sum"] == "killed" and found["itself"] == "survived"
    loose = replace(claim.readings[0], right=4 * MEAN)
    stronger = (Mutant(text="half", right=2 * MEAN), Mutant(text="twice", right=8 * MEAN))
    found = outcomes(replace(claim, readings=(loose,), mutants=stronger, tight_at=()))
    assert found["half"] == "sharper" and found["twice"] == "survived"
    sampled = replace(tossed(u), mutants=(Mutant(text="half", right=u / 2), Mutant(text="more", right=u + 1)))
    assert outcomes(sampled)["half"] == "killed" and outcomes(sampled)["more"] == "survived"
    higher = replace(
        order_of_sine(1), mutants=(Mutant(text="cube", right=x**3), Mutant(text="five", right=5 * x))
    )
    assert outcomes(higher)["cube"] == "killed" and outcomes(higher)["five"] == "survived"


def test_whole_numbers_count_in_implications() -> None:
    """n <= n^2 for whole n >= 0 is used: the squared bound is weaker, no survivor."""
    n = sp.Symbol("n", integer=True, nonnegative=True)
    left = Quantity(text="n y^2", run=lambda i: i.n * i.y**2)
    claim = Claim(
        items=("demo.whole",),
        readings=(Statement(text="-", left=left, relation="<=", right=n * y**2),),
        family=Family(fields={"n": Integer(0, 5), "y": Real(-4, 4)}, leaves_out="-"),
        symbols={n: lambda i: i.n, y: lambda i: i.y},
    )
    assert outcomes(claim)["n becomes n^2"] == "weaker"


def test_a_bound_cut_below_its_measured_best_dies_or_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is false where the ratio was measured: unnoticed it is a survivor, never a sharper version."""
    claim = unproved(am_gm())
    monkeypatch.setattr(kills, "mutate", lambda right: [])
    loose = replace(claim.readings[0], right=4 * MEAN, left=replace(claim.readings[0].left, expr=None))
    found = outcomes(replace(claim, readings=(loose,), tight_at=(), mutants=()), ratio=0.9)
    assert found == {"scaled to 0.98 of the largest ratio found": "survived"}


def test_versions_that_the_claims_own_functions_do_not_take_are_left_out() -> None:
    """A factorial of a number that is not whole is no wrong version, and stops nothing."""
    k, factorial = sp.Symbol("k", integer=True, positive=True), sp.Function("J")
    left = Quantity(text="k! x", run=lambda i: math.factorial(i.k) * i.x)
    claim = Claim(
        items=("demo.factorial",),
        readings=(Statement(text="-", left=left, relation="<=", right=factorial(k) * u + k),),
        family=Family(fields={"k": Integer(1, 5), "x": Real(0, 4)}, leaves_out="-"),
        symbols={k: lambda i: i.k, u: lambda i: i.x, factorial: lambda i: lambda n: math.factorial(n)},
    )
    found = outcomes(claim)
    assert found["halved"] == "killed" and "k and u swapped" not in found
