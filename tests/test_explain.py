"""The worked calculation of a counterexample: its numbers, its parts, and that no claim breaks it."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
import sympy as sp
from flint import fmpq

from proofs_check import cli
from proofs_check.cases import POOL, STEPS
from proofs_check.core.evaluate import environment, evaluate
from proofs_check.core.values import exact
from proofs_check.explain import page
from proofs_check.judge import judge
from proofs_check.verdict import ProofResult
from proofs_check.worked import both, calculation, say, text
from tests import small_claims as small
from theory import registry
from theory.claim import Claim, Constant, Existence, Quantity
from theory.family import Instance
from theory.notation import E, Law, Vec, dot

x, y, B, j, s = small.x, small.y, small.B, small.j, small.s
u, g = Vec("u"), Vec("g")


def explained(claim: Claim, effort: str = "quick") -> str:
    return page("demo.claim", claim, judge(claim, effort=effort), 80)


def wrong(claim: Claim, **changes: object) -> Claim:
    """The claim with its literal reading changed and no proof."""
    return replace(claim, readings=(replace(claim.readings[0], proof=None, **changes),), mutants=())


def twice(i: Instance) -> Fraction:
    """Two lines, so that there is something to follow."""
    once = i.x
    return once * 2


def share(i: Instance) -> Fraction:
    """Undefined where both fields are zero."""
    total = abs(i.x) + abs(i.y)
    return i.x / total


t = sp.Symbol("t", real=True)
CAUCHY = Existence(
    text="E[T], T Cauchy",
    variable=t,
    density=1 / (sp.pi * (1 + t**2)),
    integrand=t,
    at=math.inf,
    where=small.pair(1, 1),
)


def check_rows(shown: str) -> None:
    """Every row fits 80 columns except instances, no part is missing, nothing contradicts the run."""
    assert all(len(row) <= 80 or row.startswith("Instance(") for row in shown.splitlines())
    assert "not shown" not in shown and "NOT what" not in shown and "\x1b" not in shown


@pytest.mark.parametrize("id", registry.ids())
def test_every_claim_of_the_registry(id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the verdict is, the explanation is whole and fits (few instances, proofs taken on trust)."""
    monkeypatch.setitem(POOL, "quick", 6)
    monkeypatch.setitem(STEPS, "quick", 2)
    monkeypatch.setattr("proofs_check.judge.breaches", lambda *arguments: ())
    monkeypatch.setattr("proofs_check.judge.check_chain", lambda *arguments: ProofResult(ok=True))
    claim = replace(registry.load(registry.resolve(id)), steps=())
    result = judge(claim, id=id, effort="quick")
    shown = page(id, claim, result, 80)
    check_rows(shown)
    assert shown.startswith(f"{id}: {result.verdict}\n") and "The statement" in shown
    if claim.repair:
        assert "The repair" in shown


def test_counterexample_by_hand() -> None:
    """x <= x^2 at 1/2, and its repair: every number of the page is the one computed by hand."""
    shown = explained(small.false_as_printed())
    check_rows(shown)
    at = re.search(r"counterexample\n(Instance.*)\n", shown)
    assert at is not None
    value = eval(at[1], {"Instance": Instance, "Fraction": Fraction}).x
    square = value * value
    assert f"[1] x^2 = ({value})^2 = {square}\n" in shown
    assert f"left <= right: {value} <= {square} is false\n" in shown
    assert f"first minus the second is {value - square}" in shown
    assert "it asks for more than this instance has: x >= 1" in shown
    assert "[1] x^2 = 2^2 = 4\n" in shown and "left <= right: 2 <= 4 holds" in shown
    assert "Read otherwise, undecided" in shown


def test_tight_point_of_what_stands() -> None:
    """A proved statement is shown where it is tight, with its definition worked out beside the run."""
    shown = explained(small.am_gm())
    check_rows(shown)
    assert "nearest to equality\nInstance(x=Fraction(1, 1), y=Fraction(1, 1))" in shown
    assert "which is 1, as it ran" in shown and "the two are equal" in shown


CASES: dict[str, tuple[Callable[[], Claim], tuple[str, ...]]] = {
    "monotone": (
        lambda: wrong(small.falling(), relation="increasing"),
        ("after > before", "is false", "The left side after the step, at n ="),
    ),
    "argmin": (
        lambda: wrong(small.projection(), right=(x,)),
        (
            "entry 1 = x",
            "The objective at the right side, ",
            "the best competitor reaches",
            "reached <= best",
        ),
    ),
    "sampled": (lambda: small.tossed(small.u / 2), ("it can only be sampled", "up to the run's chance")),
    "ray": (lambda: small.order_of_sine(2), ("t = 1/2 ", "ratio", "sin(t)", "tends to oo")),
    "remainder": (lambda: small.remainder(1, 2), ("with each halving", "x = ", "in the limit")),
    "no expectation": (
        small.reciprocal_of_normal,
        ("What does not exist", "integrand: 1/t", "the integral diverges", "grows like c log(1/e)"),
    ),
    "sums": (
        lambda: wrong(small.mean_square(), right=sp.Sum(s[j] ** 2, (j, 1, B))),
        ("Sum(s[j], (j, 1, B))", "is false"),
    ),
    "vectors": (
        lambda: wrong(small.schwarz(), right=dot(small.a, small.b) ** 2 / 2),
        ("<a, b> = <(", "is false"),
    ),
    "undefined": (lambda: wrong(small.am_gm(), right=x / y), ("a side does not exist here",)),
    "a constant that varies": (
        lambda: wrong(small.am_gm(), constants=(Constant(text="the double", value=twice),)),
        ("What is not constant the double", "| once = i.x", "twice returns", "a constant has one value"),
    ),
    "a run that divides by zero": (
        lambda: wrong(small.am_gm(), left=Quantity(text="share", run=share), right=sp.Integer(9)),
        ("no value here: share: division by zero", "total = 0", "| return i.x / total <- divides by zero"),
    ),
    "a heavy tail": (
        lambda: wrong(small.am_gm(), exists=(CAUCHY,)),
        ("every t >= 2", "up to |t| = R grows like c log R"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_statement(name: str) -> None:
    """Each kind of fall has its own calculation; in none of them is a part missing."""
    make, words = CASES[name]
    shown = explained(make())
    if name != "undefined":
        check_rows(shown)
    joined = " ".join(shown.split())
    assert all(" ".join(word.split()) in joined for word in words), shown


def test_assumptions_are_checked_with_numbers() -> None:
    """A given is shown as formula, as numbers, and with its outcome; equality is named."""
    claim = small.false_as_printed()
    shown = explained(wrong(claim, givens=claim.repair.statement.givens if claim.repair else ()))
    assert "x >= 1: holds" in shown and "x >= 1: 1 >= 1 holds, with equality" in shown


def test_calculation_refers_to_long_subterms() -> None:
    """Subterms come before what they stand in, a long one by its number; the numbers are exact."""
    a, b = sp.symbols("a b")
    env = {a: sp.Rational(1, 3), b: sp.Integer(2)}
    exactly = {k: exact(v) for k, v in env.items()}
    long = (a**2 + b**2 + a * b + 17 * a) ** 2 / b
    lines = calculation(long, exactly, {})
    assert lines[0] == "[1] a^2 = (1/3)^2 = 1/9"
    assert lines[-1].startswith("[7] [6]/b = ") and lines[-1].endswith(str(long.subs(env)))


def test_values_are_said_exactly_or_with_their_radius() -> None:
    """Rationals as p/q, irrational numbers as enclosures, sums and means written out term by term."""
    symbols = {B: lambda i: i.B, s: lambda i: i.s, g: lambda i: i.g}
    signs = lambda i: ((Fraction(1, 2),) * 2, ((1,), (-1,)))
    law = Law(kind="rademacher", dim=sp.Integer(1), points=signs)
    at = Instance(B=2, s=(Fraction(1, 2), 3), g=(Fraction(1, 3),))
    env = environment(symbols, {u: law}, at, sure=True)
    assert calculation(sp.Sum(s[j] ** 2, (j, 1, B)), env, symbols) == [
        "[1] s[1]^2 = (1/2)^2 = 1/4",
        "[2] s[2]^2 = 3^2 = 9",
        "[3] Sum(s[j]^2, (j, 1, B)) = (1/4) + 9 = 37/4",
    ]
    (mean,) = calculation(E(dot(g, u) ** 2), env, symbols)
    assert mean.endswith("the mean over u in (1), (-1) = (1/2)*(1/9) + (1/2)*(1/9) = 1/9")
    assert text(E(dot(g, u) ** 2), symbols) == "E[<g, u>^2]"
    root = evaluate(sp.sqrt(2), {}, True)
    assert say(root) == "1.41421356237310 +/- 4.96e-15" and say(root, radius=False) == "~1.41421356237310"
    assert say(fmpq(10**30 + 1, 3)).startswith("~3.33333333333333") and both(fmpq(1, 8)) == "1/8 = 0.125"
    assert both(fmpq(1, 3)) == "1/3 ~ 0.333333333333"
    assert calculation(1 - sp.sqrt(2), {}, {})[1].startswith(
        "[2] 1 - sqrt(2) = 1 - ~1.41421356237310 = -0.414"
    )


def test_command_in_a_pipe(capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """The command explains a user's own file as well, at 80 columns; a broken file ends with 2."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("MERGEPROOF_CACHE", str(tmp_path))
    file = tmp_path / "mine.py"
    file.write_text("from tests.small_claims import false_as_printed\nCLAIM = false_as_printed()\n")
    assert cli.main(["explain", str(file)]) == 0
    shown = capsys.readouterr().out
    check_rows(shown)
    assert shown.startswith("mine.py: refuted")
    file.write_text("CLAIM = 1\n")
    assert cli.main(["explain", str(file)]) == 2 and "CLAIM" in capsys.readouterr().err
