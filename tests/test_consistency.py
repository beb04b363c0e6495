"""Statements that a paper prints twice: the table of pairs, and what comparing them says."""

import json
from dataclasses import replace
from fractions import Fraction

import jsonschema
import pytest
import sympy as sp

from proofs_check import consistency
from proofs_check.consistency import Formula, check, compared, formula, one
from proofs_check.report_html import page
from proofs_check.report_json import document, dumps
from proofs_check.summary import findings
from tests.sample_run import RUN, TWICE
from tests.small_claims import am_gm, x, y
from tests.test_report_json import SCHEMA
from theory import registry
from theory.family import Instance

NAMES = ("demo.first", "demo.second")


def twice(second: object, relation: str = "<=") -> tuple[str, str, str, tuple[str, ...]]:
    """x y <= ((x + y)/2)^2, printed again with another right side."""
    claim = am_gm()
    first = Formula(claim, relation, claim.readings[0].right)
    return compared(first, Formula(claim, relation, second), NAMES, "quick", 0)


def test_pairs_are_items_of_one_paper() -> None:
    """Every pair of the table names two different items of one paper once, with a known kind."""
    rows = consistency.pairs()
    assert len({frozenset(row[:2]) for row in rows}) == len(rows)
    for first, second, kind in rows:
        assert {first, second} <= registry.items().keys() and kind in consistency.KINDS
        assert first != second and first.partition(".")[0] == second.partition(".")[0]


def test_the_same_formula_in_other_words_agrees() -> None:
    """Formulas are compared by what they are, not by how they are written."""
    status, text, at, _ = twice((x**2 + 2 * x * y + y**2) / 4)
    assert status == "agree" and "all values" in text and not at


def test_formulas_that_only_look_alike_agree_on_instances() -> None:
    """What no normal form decides is looked at on instances, and is said to be."""
    status, text, _, _ = twice(sp.Abs((x + y) / 2) ** 2 + sp.floor(sp.Rational(1, 2)))
    assert status == "agree"
    status, text, _, _ = twice(((x + y) / 2) ** 2 * sp.Max(1, sp.cos(x)))
    assert status == "agree" and "instances" in text


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (((x + y) / 2) ** 2 + 1, "the second is the weaker bound"),
        (((x + y) / 2) ** 2 / 2, "the second is the stronger bound"),
        (((x + y) / 2) ** 2 + x, "neither implies the other"),
    ],
)
def test_contradiction_has_an_exact_instance(second: object, words: str) -> None:
    """Other constants contradict: with an instance that separates them exactly and says which way."""
    status, text, at, sides = twice(second)
    assert status == "contradict" and words in text
    where = eval(at, {"Instance": Instance, "Fraction": Fraction})
    values = {x: sp.Rational(where.x), y: sp.Rational(where.y)}
    assert sides == (str((((x + y) / 2) ** 2).subs(values)), str(sp.sympify(second).subs(values)))
    assert sides[0] != sides[1]


def test_symbols_are_matched_by_name() -> None:
    """A symbol of the same name but other assumptions is the same; one without counterpart is named."""
    a, b = sp.symbols("x y", positive=True)
    assert twice(((a + b) / 2) ** 2)[0] == "agree"
    with pytest.raises(ValueError, match="z has no counterpart by name in demo.am-gm"):
        twice(sp.Symbol("z"))


def test_a_first_part_alone_is_compared_with_the_first() -> None:
    """A place that prints one of several parts prints the first; other numbers of parts do not match."""
    whole = ((x + y) / 2) ** 2
    assert twice((whole, y))[0] == "agree" and twice((y, whole))[0] == "contradict"
    three = Formula(am_gm(), "<=", (x, y, x))
    with pytest.raises(ValueError, match="demo.first has 2 parts, demo.second 3"):
        compared(Formula(am_gm(), "<=", (x, y)), three, NAMES, "quick", 0)


def test_the_registry_is_compared() -> None:
    """SAIL's two printings of theorem 3(a) contradict each other, those of theorem 2 agree."""
    found = {(c.first, c.second): c for c in check(["sail.thm3.a", "sail.thm2"], (), "quick", 0)}
    swapped = found["sail.thm3.a", "sail.secE.a"]
    assert swapped.status == "contradict" and swapped.sides[0] != swapped.sides[1]
    assert found["sail.thm2", "sail.thm2.step8"].status == "agree"
    assert all({"sail.thm3.a", "sail.thm2"} & {consistency.owner(i) for i in pair} for pair in found)


def test_a_slip_in_a_step_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """If the last line of a proof had another factor than its theorem, the pair would contradict."""
    real = consistency.formula

    def slipped(item: str) -> Formula | None:
        found = real(item)
        return replace(found, right=2 * found.right) if found and item.endswith("step8") else found

    monkeypatch.setattr(consistency, "formula", slipped)
    assert one("sail.thm2", "sail.thm2.step8", "end", "quick", 0).status == "contradict"


def test_what_cannot_be_compared_says_why() -> None:
    """Without a claim on both sides nothing is compared; one record for both is no comparison either."""
    result = one("sail.fig1", "sail.thm1", "use", "quick", 0)  # a figure has no claim
    assert result.status == "not compared" and "no claim on" in result.text
    assert one("sail.thm1", "sail.secA.restate", "again", "quick", 0).status == "one record"
    assert formula("sail.secA.restate") is None


def test_whole_papers_list_all_their_pairs() -> None:
    """With a whole paper every pair of it is listed, compared or not, and none of another."""
    found = check((), ("cogram",), "quick", 0)
    assert [(c.first, c.second) for c in found] == [
        pair[:2] for pair in consistency.pairs() if pair[0].startswith("cogram.")
    ]


def test_reports_show_contradictions() -> None:
    """A contradiction is a finding, a row of the page and an object of the JSON, as the schema says."""
    assert any(
        f.kind == "contradiction" and TWICE.second in f.text and f.at == TWICE.at for f in findings(RUN)
    )
    text = page(RUN)
    assert "Printed twice" in text and "&lt;1/3&gt;" in text and "1 more pairs are not compared" in text
    pairs = document(RUN)["consistency"]
    assert pairs[0]["separated_at"] == {"repr": TWICE.at, "first": "1/2", "second": "<1/3>"}
    assert pairs[1]["separated_at"] is None
    wrong = json.loads(dumps(RUN))
    wrong["consistency"][0]["status"] = "perhaps"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)
