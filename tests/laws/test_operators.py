"""The law table of merge operators: silent on the true ones, loud on each broken twin."""

import pytest
import torch

from nets.merge import OPERATORS, task_arithmetic
from proofs_check.laws.law import judge_law, problem_of
from proofs_check.laws.models import Models
from proofs_check.laws.operators import LAWS, check_operator
from tests.laws.operator_twins import TWINS

torch.set_num_threads(1)
EXAMPLES, MANY = 50, 400  # a twin is found within few; how few depends on the modules that are loaded


def _one(law, operator, shrink=False):
    """The outcome of one law of the table."""
    return judge_law(next(x for x in LAWS if x.name == law), operator, 0, MANY, shrink)


@pytest.mark.parametrize("name", OPERATORS)
def test_operators_obey_their_laws(name):
    """Every operator of the package obeys every law that its definition promises."""
    results = check_operator(OPERATORS[name].merge, name, examples=EXAMPLES)
    assert not [(r.name, r.problem, r.case) for r in results if not r.ok]


@pytest.mark.parametrize("law", TWINS)
def test_broken_twins_are_caught(law):
    """Each law catches its twin, with a failing case and a reason."""
    result = _one(law, TWINS[law])
    assert not result.ok
    assert result.case.startswith("Models(") and result.problem


def test_every_law_has_a_twin():
    """The table of laws and the table of broken operators have the same names."""
    assert set(TWINS) == {law.name for law in LAWS}


@pytest.mark.parametrize("law", ("statistics", "keys", "additive"))
def test_some_laws_stand_alone(law):
    """A twin that breaks one rule only is caught by that law only: no law hides behind another."""
    failed = {r.name for r in check_operator(TWINS[law], examples=30, shrink=False) if not r.ok}
    assert failed == {law}


@pytest.mark.parametrize("name", OPERATORS)
def test_broken_promises_are_real(name):
    """A law that an operator says it breaks is one of the table, and is broken."""
    for law in OPERATORS[name].breaks:
        assert not _one(law, OPERATORS[name].merge).ok


def test_failing_cases_are_minimal_and_rebuild():
    """The failing case is small and its text, evaluated, is a case that fails."""
    result = _one("one model", TWINS["one model"], shrink=True)
    names = {"Models": Models, "tensor": torch.tensor, "torch": torch}
    case = eval(result.case, names)
    law = next(law for law in LAWS if law.name == "one model")
    assert problem_of(law, TWINS["one model"], case) == result.problem
    assert len(case.experts) == 1 and len(case.base) == 1
    assert sum(t.count_nonzero().item() for s in (case.base, *case.experts) for t in s.values()) == 1


def test_results_repeat():
    """The same seed gives the same failing case."""
    assert _one("negation", TWINS["negation"], shrink=True) == _one(
        "negation", TWINS["negation"], shrink=True
    )


def test_unknown_definition_is_refused():
    """An unknown definition is named, with those that exist."""
    with pytest.raises(ValueError, match="like = 'tie': expected one of task_arithmetic"):
        check_operator(task_arithmetic, "tie")
