"""The law table of query allocators: silent on the true ones, loud on each broken twin."""

import itertools
from fractions import Fraction

import pytest

from proofs_check.laws.allocators import LAWS, check_allocator
from proofs_check.laws.batches import Batch, least_objective
from proofs_check.laws.law import judge_law
from sim.allocation import optimal
from sim.allocators import ALLOCATORS
from tests.laws.allocator_twins import TWINS

EXAMPLES, MANY = 40, 400  # a twin is found within few; how few depends on the modules that are loaded


def _one(law, allocator, shrink=False):
    """The outcome of one law of the table."""
    return judge_law(next(x for x in LAWS if x.name == law), allocator, 0, MANY, shrink)


@pytest.mark.parametrize("name", ALLOCATORS)
def test_allocators_obey_their_laws(name):
    """Every allocator of the package obeys every law of its definition."""
    results = check_allocator(ALLOCATORS[name], name, examples=EXAMPLES)
    assert not [(r.name, r.problem, r.case) for r in results if not r.ok]


@pytest.mark.parametrize("law", TWINS)
def test_broken_twins_are_caught(law):
    """Each law catches its twin, with a failing case and a reason."""
    result = _one(law, TWINS[law])
    assert not result.ok
    assert result.case.startswith("Batch(") and result.problem


def test_every_law_has_a_twin():
    """The table of laws and the table of broken allocators have the same names."""
    assert set(TWINS) == {law.name for law in LAWS}


@pytest.mark.parametrize("law", ("whole", "inputs unchanged", "refuses"))
def test_some_laws_stand_alone(law):
    """A twin that breaks one rule only is caught by that law only: no law hides behind another."""
    failed = {r.name for r in check_allocator(TWINS[law], examples=30, shrink=False) if not r.ok}
    assert failed == {law}


def test_failing_cases_are_minimal():
    """Equal shares are suboptimal already for two samples, and the search comes down to such a case."""
    result = _one("exact optimum", ALLOCATORS["equal"], shrink=True)
    case = eval(result.case, {"Batch": Batch})
    assert len(case.traces) == 2 and case.budget <= 4


def test_least_objective_is_the_least():
    """The dynamic programme of the law equals the minimum over all allocations."""
    traces, budget = (3.0, 0.0, 1.5, 7.0), 10
    every = [a for a in itertools.product(range(1, budget), repeat=4) if sum(a) == budget]
    best = min(sum(Fraction(t) / k for t, k in zip(traces, a, strict=True)) for a in every)
    assert least_objective(traces, budget) == best


def test_unknown_definition_is_refused():
    """An unknown definition is named, with those that exist."""
    with pytest.raises(
        ValueError, match="like = 'best': expected one of equal, optimal, bernoulli, gaussian"
    ):
        check_allocator(optimal, "best")
