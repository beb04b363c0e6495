"""Sampled statements in the judge: every statistic, two sampled sides, and what silence means."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from proofs_check.cli import main
from proofs_check.estimates import estimate
from proofs_check.judge import judge
from proofs_check.sampled import MOST_DRAWS
from proofs_check.seeds import generator
from proofs_check.two_sides import with_differences
from theory.claim import Claim, Mutant, Quantity, Statement
from theory.family import Family, Instance, Real

u = sp.Symbol("u", positive=True)


def claim(left: Quantity, relation: str, right, **more) -> Claim:
    """left relation right for x in [1/8, 1], u standing for x."""
    return Claim(
        items=("demo.sampled",),
        readings=(Statement(text="as printed", left=left, relation=relation, right=right),),
        family=Family(fields={"x": Real(sp.Rational(1, 8), 1)}, leaves_out="x < 1/8"),
        symbols={u: lambda i: i.x},
        **more,
    )


def stretched(i: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """x U: mean x/2, variance x^2/12, median x/2."""
    return i.x * rng.random(n)


def plane(i: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """(x U, V): trace (x^2 + 1)/12, ratio x."""
    return np.stack([i.x * rng.random(n), rng.random(n)], axis=1)


def powers(i: Instance, rng: np.random.Generator, n: int) -> np.ndarray:
    """Means 1/2 and 4^-x/2 at parameters 1 and 4: slope -x."""
    return np.stack([rng.random(n), 4.0**-i.x * rng.random(n)], axis=1)


def quantity(statistic, sample, range=(0, 1), run=None) -> Quantity:
    """A named quantity with bounded draws."""
    return Quantity(text=str(statistic), sample=sample, range=range, statistic=statistic, run=run)


TRUE = {
    "variance": (quantity("variance", stretched), u**2 / 12),
    "trace": (quantity("trace", plane), (u**2 + 1) / 12),
    "median": (quantity(("quantile", 0.5), stretched), u / 2),
    "ratio": (quantity("ratio", plane, ((0, 1), (0, 1))), u),
    "rate": (quantity(("rate", (1, 4)), powers), -u),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_are_supported(name: str) -> None:
    """An equality of a sampled statistic is silent, kills its mutants, and says what it could have found."""
    left, right = TRUE[name]
    judged = judge(claim(left, "==", right))
    [reading] = judged.readings
    assert reading.verdict == "supported" and not judged.problems, (reading.reason, judged.problems)
    assert reading.plan and reading.plan.n == MOST_DRAWS and 0 < reading.plan.detectable < 0.1
    assert any("would be found by" in e.text for e in reading.evidence)


@pytest.mark.parametrize("name", TRUE)
@pytest.mark.parametrize("relation", ["<=", "=="])
def test_false_statements_are_refuted(name: str, relation: str) -> None:
    """Half the right side (twice, for a negative one) is refuted by a test, with the budget of one test."""
    left, right = TRUE[name]
    judged = judge(
        claim(left, relation, right * (2 if name == "rate" else sp.Rational(1, 2))), effort="quick"
    )
    [reading] = judged.readings
    assert reading.verdict == "refuted" and judged.alpha_spent == 1e-9
    assert reading.evidence[0].kind == "statistical" and not reading.counterexample.exact


MEAN = quantity("mean", stretched)
SQUARE = quantity("mean", lambda i, rng, n: stretched(i, rng, n) ** 2)


@pytest.mark.parametrize(
    ("left", "relation", "right", "verdict"),
    [
        (SQUARE, "<=", MEAN, "supported"),
        (MEAN, "==", replace(MEAN, text="again"), "supported"),
        (MEAN, "<=", SQUARE, "refuted"),
        (quantity("variance", stretched), ">=", MEAN, "refuted"),
        (MEAN, "==", SQUARE, "refuted"),
    ],
)
def test_two_sampled_sides(left: Quantity, relation: str, right: Quantity, verdict: str) -> None:
    """Two sampled quantities are compared by independent draws of both; E[X^2] <= E[X] on [0, 1]."""
    judged = judge(claim(left, relation, right))
    assert judged.readings[0].verdict == verdict, judged.readings[0].reason
    assert not judged.problems or verdict == "refuted", judged.problems


def test_mutants_of_the_second_quantity() -> None:
    """A mutant may be another second quantity: E[X]/8 in place of E[X] is killed, E[X] itself survives."""
    eighth = replace(MEAN, sample=lambda i, rng, n: stretched(i, rng, n) / 8)
    mutants = (Mutant(text="an eighth", right=eighth), Mutant(text="the same", right=MEAN))
    [reading] = judge(claim(SQUARE, "<=", MEAN, mutants=mutants)).readings
    assert [m.outcome for m in reading.mutants] == ["killed", "survived"]


def test_two_sides_get_mutants_of_their_own() -> None:
    """Without mutants of its own, a comparison of two quantities is tried with the second one changed."""
    texts = lambda relation: [m.text for m in with_differences(claim(MEAN, relation, SQUARE)).mutants]
    assert texts("<=")[0] == "right side times 1/2" and texts(">")[0] == "right side times 2"
    assert len(texts("<=")) == len(texts(">")) == 3 and len(texts("==")) == 4
    plain = claim(MEAN, "<=", u)
    assert with_differences(plain) is plain


def test_two_run_sides_are_compared_exactly() -> None:
    """Two quantities that run are compared as numbers: x/2 <= x/2 holds, x <= x/2 is refuted exactly."""
    half = Quantity(text="x/2", run=lambda i: i.x / 2)
    whole = Quantity(text="x", run=lambda i: i.x)
    assert judge(claim(half, "<=", half), effort="quick").readings[0].verdict == "undecided"
    fallen = judge(claim(whole, "<=", half), effort="quick").readings[0]
    assert fallen.verdict == "refuted" and fallen.counterexample.exact


def test_an_unbounded_side_is_refused_aloud() -> None:
    """Where no draw could refute, a wrong statement is not refuted and the plan says why."""
    left = quantity("variance", lambda i, rng, n: i.x * rng.normal(size=n), (-np.inf, np.inf))
    [reading] = judge(claim(left, ">=", 4 * u**2), effort="quick").readings
    assert reading.verdict == "undecided" and "a side has no bound" in str(reading.plan)


def test_the_contract_compares_runs_with_any_statistic() -> None:
    """A variance that runs and samples alike passes; one that samples three times as much is a breach."""
    right = quantity("variance", stretched, run=lambda i: i.x**2 / 12)
    wrong = replace(right, sample=lambda i, rng, n: 3**0.5 * stretched(i, rng, n) / 2)
    assert not [p for p in judge(claim(right, "==", u**2 / 12), effort="quick").problems if "samples to" in p]
    problems = judge(claim(wrong, "==", u**2 / 12), effort="quick").problems
    assert any("samples to" in p for p in problems)


def test_the_seed_fixes_the_judgement() -> None:
    """The same seed gives the same result, plan included; only seconds differ."""
    left, right = TRUE["variance"]
    first, again = (judge(claim(left, "==", right), seed=3).readings for _ in range(2))
    assert first == again
    assert estimate(left, Instance(x=1.0), generator(0), 100) == estimate(
        left, Instance(x=1.0), generator(0), 100
    )


FILE = """
import sympy as sp
from theory.claim import Claim, Quantity, Statement
from theory.family import Family, Real

MEAN = Quantity(text="E[X]", sample=lambda i, rng, n: i.x * rng.random(n), range=(0, 1))
SQUARE = Quantity(text="E[X^2]", sample=lambda i, rng, n: (i.x * rng.random(n)) ** 2, range=(0, 1))
CLAIM = Claim(
    items=("my.squares",),
    readings=(Statement(text="as printed", left=SQUARE, relation="<=", right=MEAN),),
    family=Family(fields={"x": Real(sp.Rational(1, 8), 1)}, leaves_out="x < 1/8"),
    symbols={sp.Symbol("u", positive=True): lambda i: i.x},
)
"""


def test_a_file_with_two_sampled_sides_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    """verify, show and bound take a file whose right side is a quantity; show says what was planned."""
    path = tmp_path / "squares.py"
    path.write_text(FILE)
    assert main(["verify", str(path), "--jobs", "1"]) == 0
    assert main(["show", str(path)]) == 0 and main(["bound", str(path)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "E[X^2] - (E[X])" in said and "would be found by" in said
    assert f"planned at most {MOST_DRAWS} draws" in said


@pytest.mark.parametrize(
    ("sample", "problem"),
    [
        (lambda i, rng, n: np.random.default_rng(1).random(n), "the same whatever the generator"),
        (lambda i, rng, n: np.random.default_rng().random(n), "another generator"),
        (lambda i, rng, n: np.full(n, rng.random()), "all equal"),
    ],
)
def test_draws_come_from_the_generator_and_are_several(sample, problem: str) -> None:
    """Draws of a fixed seed, of another source, or one draw repeated are an error and no verdict."""
    with pytest.raises(ValueError, match=problem):
        judge(claim(quantity("mean", sample), "<=", sp.Rational(1, 2)), effort="quick")


def test_draws_may_be_alike_by_chance() -> None:
    """Rare events and constants are the same from most generators, and that is no error."""
    for rare in (0.0, 1e-4, 1 / 400, 1.0):
        event = quantity("probability", lambda i, rng, n, p=rare: (rng.random(n) < p).astype(float))
        judge(claim(event, "<=", sp.Integer(1)), effort="quick")


def test_a_right_side_without_value_is_ill_posed_for_draws_too() -> None:
    """1/(x - 1/8) has no value at an end of the family; what is too large for floats has one."""
    bounded = quantity("mean", stretched)
    found = judge(claim(bounded, "<=", 1 / (u - sp.Rational(1, 8))), effort="quick").readings[0]
    assert found.verdict == "ill-posed" and "1/8" in found.counterexample.repr.replace(", ", "/")
    assert judge(claim(bounded, "<=", sp.exp(10**4 * u)), effort="quick").readings[0].verdict == "undecided"
    small = 1 / (1 - sp.tanh(1000 * u))
    assert judge(claim(bounded, "<=", small), effort="quick").readings[0].verdict == "undecided"


def test_a_quantile_at_an_atom_is_moved_by_rounding() -> None:
    """0.1 + 0.2 - 0.3 is 0 up to the rounding of numbers of that size, so its median is no more than 0."""
    atom = quantity(("quantile", 0.5), lambda i, rng, n: 0.1 + 0.2 - 0.3 + (rng.random(n) < 0.1))
    assert judge(claim(atom, "<=", sp.Integer(0)), effort="quick").readings[0].verdict == "undecided"
    away = quantity(("quantile", 0.5), lambda i, rng, n: 1e-3 + (rng.random(n) < 0.1) / 2)
    assert judge(claim(away, "<=", sp.Integer(0)), effort="quick").readings[0].verdict == "refuted"


def test_what_needs_a_run_says_so() -> None:
    """Monotonicity and semidefiniteness are not decided by draws."""
    with pytest.raises(ValueError, match=r"left side 'mean' has no run= \(psd\)"):
        claim(quantity("mean", stretched), "psd", None)


HEAVY = {
    "an infinite mean": quantity("mean", lambda i, rng, n: np.abs(rng.standard_cauchy(n)), (0, np.inf)),
    "a rare denominator": quantity(
        "ratio", lambda i, rng, n: np.stack([np.ones(n), rng.random(n) < 1e-5], axis=1).astype(float)
    ),
    "an infinite variance": quantity("variance", lambda i, rng, n: rng.standard_cauchy(n), (-np.inf, np.inf)),
}


@pytest.mark.parametrize("name", HEAVY)
def test_what_varies_too_much_to_be_loud_is_put_to_the_test(name: str) -> None:
    """No few hundred draws show |Cauchy| five errors above 2; the test does, at every effort."""
    for effort in ("quick", "default"):
        assert judge(claim(HEAVY[name], "<=", sp.Integer(2)), effort=effort).readings[0].verdict == "refuted"


QUIET = {
    "mean": (lambda i, rng, n: (rng.random(n) < i.x).astype(float), {"range": (0, 1)}),
    "heavy": (lambda i, rng, n: 2 * i.x * rng.pareto(3.0, n), {"tail": lambda i: ("variance", 3 * i.x**2)}),
}


@pytest.mark.parametrize("name", QUIET)
def test_what_looking_does_not_show_is_put_to_the_test(name: str) -> None:
    """E[X] <= 98/100 E[X] is quiet on a few hundred draws; the judge finds it, as its plan says."""
    sample, more = QUIET[name]
    left = Quantity(text="mean", sample=sample, **more)
    found = judge(claim(left, "<=", u * sp.Rational(49, 50)), effort="quick").readings[0]
    assert found.plan.detectable < found.plan.rhs / 49
    assert found.verdict == "refuted" and not found.counterexample.exact
    true = judge(claim(left, "<=", u), effort="quick").readings[0]
    assert true.verdict == "undecided" and true.tight is None
