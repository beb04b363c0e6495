"""Bounds with numbers put in: the value, and every condition that the numbers break and by how much."""

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

from proofs_check import bound_command
from proofs_check.bound import evaluate
from proofs_check.bound_command import lines, read_values
from proofs_check.symbols import plain_name, readable, show, symbol_list
from theory.claim import Claim, Given, Quantity, Repair, Statement
from theory.family import Family, Instance, Integer, Real, Vector

n, L = sp.Symbol("n", positive=True, integer=True), sp.Symbol(r"L_{\max}", positive=True)
eta = sp.Symbol("eta", real=True)
s: Any = sp.IndexedBase("s", positive=True)
j = sp.Symbol("j", integer=True)


def doubled(v: tuple) -> tuple:
    """Twice every entry."""
    return tuple(2 * x for x in v)


TOTAL: Any = sp.Sum(s[j], (j, 1, n))
STEP = Given(text="eta <= 1/L", fact=sp.Le(eta, 1 / L))
ORDERED = Given(text="the entries of v are sorted", check=lambda i: list(i.v) == sorted(i.v))
WORLD = Given(text="samples are independent")
LEFT = Quantity(text="gap", run=lambda i: 0)
PRINTED = Statement(
    text="as printed",
    left=LEFT,
    relation="<=",
    right=sp.sqrt(L) * TOTAL / n,
    givens=(STEP, WORLD),
)
REPAIRED = Statement(
    text="twice as much",
    left=LEFT,
    relation="<=",
    right=2 * TOTAL / n,
    givens=(STEP, ORDERED),
)
CLAIM = Claim(
    items=("sail.thm2",),
    readings=(PRINTED,),
    family=Family(
        fields={"n": Integer(1, 4), "v": Vector("n", Real(0, 2)), "eta": Real(0, 1), "Lip": Real(1, 4)},
        leaves_out="n > 4",
    ),
    symbols={n: lambda i: i.n, eta: lambda i: i.eta, L: lambda i: i.Lip, s: lambda i: doubled(i.v)},
    repair=Repair(changes="2", statement=REPAIRED, nondegenerate=Instance(n=1, v=(1,), eta=0, Lip=1)),
)  # fmt: skip


def test_value_is_exact_where_the_numbers_are() -> None:
    """Rational numbers give the rational value of both versions, a root gives a certified decimal."""
    printed, repaired = evaluate(CLAIM, n=2, L_max=4, eta=Fraction(1, 4), s=(1, Fraction(1, 3)))
    assert show(repaired.value) == "4/3 = 1.33333" and not repaired.fails
    assert printed.version == "printed" and repaired.version == "repaired"
    assert float(printed.value) == pytest.approx(4 / 3)


def test_floats_give_floats() -> None:
    """A float anywhere makes the whole evaluation float."""
    _, repaired = evaluate(CLAIM, n=2, L_max=4.0, eta=0.1, s=[1.0, 0.5])
    assert repaired.value == 1.5


def test_failing_condition_is_named_with_its_margin() -> None:
    """Where a given fails the text says by how much and does not give the number as a bound."""
    printed, _ = evaluate(CLAIM, n=1, L_max=4, eta=1, s=(1,))
    (failing,) = printed.fails
    assert failing.text == "eta <= 1/L" and failing.margin == Fraction(-3, 4)
    text = "\n".join(lines(printed))
    assert "off by 3/4 = 0.75" in text and "value       none: 1 condition fails" in text


def test_symbols_own_assumptions_are_conditions() -> None:
    """A value that the symbol's sign or type excludes fails, also inside a vector."""
    printed, _ = evaluate(CLAIM, n=2, L_max=-4, eta=-1, s=(1, -1))
    assert {c.text for c in printed.fails} == {"L_max is positive", "s is positive"}


def test_undecidable_conditions_are_listed() -> None:
    """What the numbers cannot decide is said to be so: the world, or a predicate of fields not given."""
    printed, repaired = evaluate(CLAIM, n=1, L_max=1, eta=0, s=(1,))
    assert [c.text for c in printed.conditions if c.holds is None] == ["samples are independent"]
    (open_,) = [c for c in repaired.conditions if c.holds is None]
    assert open_.note == "needs Lip, v"


def test_fields_fix_symbols() -> None:
    """Fields of the family may be given: symbols follow, and predicates become decidable."""
    printed, repaired = evaluate(CLAIM, n=2, v=(Fraction(1, 2), Fraction(1, 4)), Lip=1, eta=0)
    assert printed.value == Fraction(3, 4) and show(printed.value) == "3/4 = 0.75"
    assert [c.text for c in repaired.fails] == ["the entries of v are sorted"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"n": 1, "L_max": 1, "s": (1,), "m": 1}, "m: no such symbol"),
        ({"n": 1, "L_max": 1}, "no value for s"),
    ],
)
def test_wrong_names_list_the_symbols(values: dict, message: str) -> None:
    """An unknown or a missing name raises, and the message lists every symbol with what is known of it."""
    with pytest.raises(LookupError, match=message) as caught:
        evaluate(CLAIM, **values)
    text = str(caught.value)
    assert "positive integer" in text and "L_max" in text and "vector, as 1,2,3" in text


def test_entry_that_is_missing_is_no_crash() -> None:
    """A vector that is too short leaves the value open with the reason."""
    printed, _ = evaluate(CLAIM, n=3, L_max=1, eta=0, s=(1, 2))
    assert printed.value is None and "no value here" in printed.note


def test_words_are_read_exactly() -> None:
    """Decimals and fractions are exact, commas make vectors, semicolons rows."""
    assert read_values(["a=0.1", "b=1/3", "c=1,2", "d=1,0;0,1", "e=3,"]) == {
        "a": Fraction(1, 10),
        "b": Fraction(1, 3),
        "c": (1, 2),
        "d": ((1, 0), (0, 1)),
        "e": (3,),
    }


@pytest.mark.parametrize("word", ["n", "=3", "n=x", "n=1/0", "n=1,x", "n=nan", "n=inf"])
def test_words_that_are_no_value_are_refused(word: str) -> None:
    """A word that is not name=number raises with an example of what is expected."""
    with pytest.raises(LookupError, match="expected"):
        read_values([word])


def test_command_prints_both_versions(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    """The command shows the versions and common conditions once; its status tells whether conditions hold."""
    monkeypatch.setattr(bound_command, "claim_named", lambda name: ("x.y", CLAIM))
    assert bound_command.command("x.y", ["n=1", "L_max=4", "eta=1", "s=1,"]) == 1
    text = capsys.readouterr().out
    assert "printed: as printed" in text and "repaired: twice" in text and text.count("FAILS") == 1
    assert bound_command.command("x.y", []) == 0
    assert "Its symbols:" in capsys.readouterr().out


def test_symbols_of_the_conditions_are_listed() -> None:
    """A symbol that only a condition needs is listed too: else nobody knows that it may be given."""
    right, _, conditions = symbol_list(CLAIM).partition("Its conditions ask for these too")
    assert "eta" in conditions and "eta" not in right and "L_max" in right


def test_latex_names_become_names_to_type() -> None:
    """A name can be typed: letters, digits and _ alone."""
    assert plain_name(sp.Symbol(r"\nabla_\theta\mathcal{L}")) == "nabla_theta_L"
    assert plain_name(sp.Symbol(r"\sigma_{\max}(\Theta)^2")) == "sigma_max_Theta_2"


def test_what_is_shown_keeps_symbols_apart_that_have_one_plain_name() -> None:
    """L_+ - L_- is shown as a difference, not as 0."""
    up, down = sp.symbols("L_+ L_-", real=True)
    assert str(readable(up - down, {up: None, down: None})) == "-L_minus + L_plus"
