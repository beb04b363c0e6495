"""The law table of gradient estimators: silent on the true ones, loud on each broken twin."""

import numpy as np
import pytest
import torch
from torch import nn

from nets.slopes import slopes
from proofs_check.laws.estimators import LAWS, check_estimator
from proofs_check.laws.law import judge_law, problem_of
from proofs_check.laws.problems import Problem, derivatives, loss
from sim.estimators import ESTIMATORS
from sim.spsa import two_point
from tests.laws.estimator_twins import TWINS

EXAMPLES, MANY = 30, 400  # a twin is found within few; how few depends on the modules that are loaded


def _one(law, estimator, shrink=False):
    """The outcome of one law of the table."""
    return judge_law(next(x for x in LAWS if x.name == law), estimator, 0, MANY, shrink)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_estimators_obey_their_laws(name):
    """Every estimator of the package obeys every law of its definition."""
    few = 8 if name == "forward_gradient" else EXAMPLES  # a jvp takes milliseconds
    results = check_estimator(ESTIMATORS[name], name, examples=few)
    assert not [(r.name, r.problem, r.case) for r in results if not r.ok]


class Holder(nn.Module):
    """A network whose only parameter is the point, and whose output is the loss there."""

    def __init__(self, x, f):
        super().__init__()
        self.point, self.f = nn.Parameter(torch.from_numpy(np.array(x))), f

    def forward(self, _):
        return self.f(self.point)[None]


def through_network(kind):
    """The estimator of `nets.slopes` under the interface of the table."""

    def estimate(f, x, sigma, directions):
        u = torch.from_numpy(np.array(directions)).reshape(-1, len(x))
        none = torch.zeros(1)
        c = slopes(Holder(x, f), none, none, float(sigma), u, kind, loss=lambda out, y: out, chunk=4096)
        return (c[:, :1] * u).numpy().reshape(np.shape(directions))

    return estimate


@pytest.mark.parametrize(
    ("kind", "like"),
    [("spsa", "spsa"), ("es", "es"), ("es_forward", "es_forward"), ("forward", "forward_gradient")],
)
def test_networks_obey_the_same_laws(kind, like):
    """Slopes of networks, by functional calls and `vmap`, are the same estimators: their laws hold."""
    results = check_estimator(through_network(kind), like, examples=3)
    assert not [(r.name, r.problem, r.case) for r in results if not r.ok]


@pytest.mark.parametrize("law", TWINS)
def test_broken_twins_are_caught(law):
    """Each law catches its twin, with a failing case and a reason that is no mere crash."""
    result = _one(law, TWINS[law])
    assert not result.ok
    assert result.case.startswith("Problem(") and result.problem and "raised" not in result.problem


def test_every_law_has_a_twin():
    """The table of laws and the table of broken estimators have the same names."""
    assert set(TWINS) == {law.name for law in LAWS}


@pytest.mark.parametrize("law", ("restored", "precision", "units"))
def test_some_laws_stand_alone(law):
    """A twin that breaks one rule only is caught by that law only: no law hides behind another."""
    failed = {r.name for r in check_estimator(TWINS[law], examples=30, shrink=False) if not r.ok}
    assert failed == {law}


def test_failing_cases_are_minimal_and_rebuild():
    """The failing case of a wrong sign is one linear term, and its text, evaluated, fails again."""
    result = _one("sign", TWINS["sign"], shrink=True)
    case = eval(result.case, {"Problem": Problem})
    assert len(case.x) == 1 and len(case.terms) == 1
    law = next(law for law in LAWS if law.name == "sign")
    assert problem_of(law, TWINS["sign"], case) == result.problem


def test_derivatives_of_a_case():
    """The derivatives by which laws judge are those of the loss: compared with central differences."""
    p = Problem(((2.0, (0, 0, 1)), (-3.0, (1,)), (1.0, (0, 1)), (5.0, ())), (0.5, -1.0), 1.0, "gaussian")
    f, x = loss(p), np.array(p.x)
    value, g, H, T = derivatives(p)
    e, h = np.eye(2), 1e-4
    assert value == f(x) == 5 - 0.5 + 3 - 0.5
    assert np.allclose(g, [(f(x + h * a) - f(x - h * a)) / (2 * h) for a in e])
    grad = lambda y: np.array([(f(y + h * a) - f(y - h * a)) / (2 * h) for a in e])
    assert np.allclose(H, [(grad(x + h * a) - grad(x - h * a)) / (2 * h) for a in e], atol=1e-5)
    assert T[0, 0, 1] == T[0, 1, 0] == T[1, 0, 0] == 4 and T[1, 1, 1] == T[1, 1, 0] == 0


def test_unknown_definition_is_refused():
    """An unknown definition is named, with those that exist."""
    with pytest.raises(ValueError, match="like = 'SPSA': expected one of spsa, es"):
        check_estimator(two_point, "SPSA")
