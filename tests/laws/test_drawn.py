"""The law table of estimators that draw for themselves: silent on sound ones, loud on each broken twin."""

import pytest

from proofs_check.laws.drawn import LAWS, Slope, check_drawn
from proofs_check.laws.law import judge_law, problem_of
from sim.es import forward_difference, one_sided
from tests.laws.drawn_twins import TWINS, drawn

EXAMPLES = 12


@pytest.mark.parametrize("law", ("gaussian", "rademacher", "sphere"))
def test_sound_estimators_obey_their_laws(law):
    """SPSA with directions of each law obeys the laws of these directions."""
    assert not [
        (r.name, r.problem, r.case) for r in check_drawn(drawn(law), law, examples=EXAMPLES) if not r.ok
    ]


@pytest.mark.parametrize("estimator", (one_sided, forward_difference))
def test_one_sided_estimators_too(estimator):
    """The loss of the cases vanishes at the point, so that one-sided forms obey the same laws."""
    results = check_drawn(drawn("gaussian", estimator), examples=6)
    assert not [(r.name, r.problem, r.case) for r in results if not r.ok]


@pytest.mark.parametrize("law", TWINS)
def test_broken_twins_are_caught(law):
    """Each law catches its twin, with a failing case that can be pasted and a reason."""
    rule = next(x for x in LAWS if x.name == law)
    result = judge_law(rule, TWINS[law], 0, EXAMPLES, shrink=False)
    assert not result.ok and "raised" not in result.problem
    assert law == "repeatable" or problem_of(rule, TWINS[law], eval(result.case, {"Slope": Slope}))


def test_every_law_has_a_twin():
    """The table of laws and the table of broken estimators have the same names."""
    assert set(TWINS) == {law.name for law in LAWS}


@pytest.mark.parametrize("law", ("restored", "cosine", "scale of gaussian"))
def test_some_laws_stand_alone(law):
    """A twin that breaks one rule only is caught by that law only: no law hides behind another."""
    failed = {r.name for r in check_drawn(TWINS[law], examples=EXAMPLES, shrink=False) if not r.ok}
    assert failed == {law}


def test_other_directions_are_told_apart():
    """Unit directions that are sold as Gaussian fail the scale of Gaussians in more than one dimension."""
    failed = {r.name for r in check_drawn(drawn("sphere"), "gaussian", examples=EXAMPLES) if not r.ok}
    assert "scale of gaussian" in failed


def test_unknown_directions_are_refused():
    """An unknown law of directions is named, with those that exist."""
    with pytest.raises(ValueError, match="directions = 'normal': expected one of gaussian"):
        check_drawn(drawn("gaussian"), "normal")
