"""The law table of probes: silent on the true one, loud on each broken twin."""

import pytest
import torch

from nets.perturb import probe
from proofs_check.laws.law import judge_law, problem_of
from proofs_check.laws.probes import LAWS, Case, check_probe
from tests.laws.probe_twins import TWINS

torch.set_num_threads(1)


def _one(law, fn):
    """The outcome of one law of the table, its failing case made small."""
    return judge_law(next(x for x in LAWS if x.name == law), fn, 0, 40)


def test_the_probe_obeys_its_laws():
    """The probe of the package obeys every law."""
    assert not [(r.name, r.problem, r.case) for r in check_probe(probe, examples=60) if not r.ok]


@pytest.mark.parametrize("law", TWINS)
def test_broken_twins_are_caught(law):
    """Each law catches its twin, with a failing case that can be pasted and a reason."""
    result = _one(law, TWINS[law])
    assert not result.ok and "raised Type" not in result.problem
    if law != "repeatable":  # that twin remembers its calls
        case = eval(result.case, {"Case": Case})
        assert problem_of(next(x for x in LAWS if x.name == law), TWINS[law], case) == result.problem


def test_every_law_has_a_twin():
    """The table of laws and the table of broken probes have the same names."""
    assert set(TWINS) == {law.name for law in LAWS}


@pytest.mark.parametrize("law", ("after an error", "generator", "seeds"))
def test_some_laws_stand_alone(law):
    """A twin that breaks one rule only is caught by that law only: no law hides behind another."""
    failed = {r.name for r in check_probe(TWINS[law], examples=40, shrink=False) if not r.ok}
    assert failed == {law}
