"""The page of a paper: every claim in its place, nothing that is markup by accident, nothing typed."""

from dataclasses import replace
from pathlib import Path

import pytest

from proofs_check import cli
from proofs_check.pages import page, pages, plain, write_pages
from proofs_check.verdict import NOT_AT_QUICK, ClaimResult, ItemRow, StatementResult
from tests.sample_run import DIVERGES, FALLEN, LITERAL, OPEN, PROVED, RUN

ROOT = Path(__file__).resolve().parents[1]


def section(text: str, title: str) -> str:
    """The lines below a heading that begins with the title; "" if it is not there."""
    for part in text.split("\n## ")[1:]:
        if part.startswith(title):
            return part
    return ""


def alone(claim: ClaimResult) -> str:
    """The page of the claim's paper in a run of this claim alone."""
    return page(replace(RUN, claims=(claim,)), claim.id.partition(".")[0])


def test_every_paper_of_the_run_has_a_page() -> None:
    """A page for each paper with a judged claim, none for the others, and none for a file of one's own."""
    mine = replace(PROVED, id="my.claim", items=("my.claim",))
    assert list(pages(replace(RUN, claims=(*RUN.claims, mine)))) == ["glue", "sail", "flops"]


def test_a_fallen_claim_names_its_counterexample_and_what_stands_instead() -> None:
    """Its line has place, verdict and both sides; below, the reading, the repair and what that assumes."""
    text = alone(FALLEN)
    fallen, instead = section(text, "What does not hold"), section(text, "What to use instead")
    found = LITERAL.counterexample
    assert found and found.lhs in fallen and found.rhs in fallen and "refuted" in fallen
    assert f"mergeproof explain {FALLEN.id}" in fallen and "Section 4.2, Theorem 2" in fallen
    assert "holds read as: variance is the trace" in instead
    assert "proved with this change: K for (K-1)/K" in instead and "given: m >= 1" in instead
    assert FALLEN.repair and f"$${FALLEN.repair.result.latex}$$" in instead
    assert not section(text, "What holds")


def test_a_variant_says_what_it_is() -> None:
    """Of ID@VARIANT the page has the text of its first reading, which tells it from the others."""
    variant = replace(FALLEN, readings=(replace(LITERAL, text="signs, not normalised"),))
    assert "Here: signs, not normalised." in alone(variant)
    assert "Here:" not in alone(replace(variant, id="glue.prop1"))


def test_a_proved_claim_stands_under_what_holds() -> None:
    """A claim that is proved as printed stands there and nowhere else."""
    text = alone(PROVED)
    assert f"`{PROVED.id}`" in section(text, "What holds as printed")
    assert not section(text, "What does not hold") and not section(text, "What to use instead")


@pytest.mark.parametrize("claim", [DIVERGES, OPEN])
def test_what_has_no_version_that_stands_is_open(claim: ClaimResult) -> None:
    """Ill-posed without a repair, and undecided: both are listed as open, with the reason."""
    text = section(alone(claim), "Open")
    assert f"`{claim.id}`" in text and plain(claim.readings[0].reason) in text


def test_a_statement_without_proof_is_open() -> None:
    """Supported holds, but is open too; so is what waits for wrong versions at quick effort."""
    supported = replace(PROVED, readings=(replace(PROVED.readings[0], verdict="supported"),))
    text = alone(supported)
    assert PROVED.id in section(text, "What holds") and "no proof" in section(text, "Open")
    waiting = replace(PROVED.readings[0], verdict="undecided", reason=NOT_AT_QUICK)
    assert "not proved" in section(alone(replace(PROVED, readings=(waiting,))), "Open")


def test_no_claim_is_lost() -> None:
    """Whatever a claim's verdict and repair are, its page has a line with its id."""
    for verdict in ("proved", "supported", "refuted", "ill-posed", "undecided"):
        for repair in (None, FALLEN.repair):
            reading = replace(LITERAL, verdict=verdict)
            claim = replace(FALLEN, readings=(reading,), repair=repair)
            assert f"(`{claim.id}`)" in alone(claim), (verdict, repair)
    assert f"(`{FALLEN.id}`)" in alone(ClaimResult(id=FALLEN.id, items=FALLEN.items, error="broken"))


def test_false_lines_contradictions_gaps_and_figures_are_listed() -> None:
    """Lines that do not hold or follow, two printings that differ, items without a claim, and figures."""
    false = ItemRow(
        id="glue.prop1.step2", kind="step", place="", printed="x", claim="glue.prop1", holds=False
    )
    shown = ItemRow(id="glue.fig1", kind="experiment", place="", printed="", claim="figure glue_configs")
    text = page(replace(RUN, items=(*RUN.items, false, shown)), "glue")
    wrong = section(text, "What does not hold")
    assert "are false: `glue.prop1.step2`" in wrong and "from those before: `glue.prop1.step1`" in wrong
    assert "`glue.prop1` and `glue.a1`" in wrong
    assert "1 items: `glue.a1`" in section(text, "Open")
    assert "`mergeproof figures glue_configs`: `glue.fig1`" in section(text, "Experiments")


def test_text_is_never_markup() -> None:
    """What the inventory or a claim says is shown as it is, on one line, and cut at a word if it is long."""
    assert plain("a <b> *c*\n `d` _e_ [f] | #g") == r"a \<b> \*c\* \`d\` \_e\_ \[f\] \| \#g"
    assert plain("word " * 100, 22) == "word word word word ..."


def test_long_and_empty_formulas_are_left_out() -> None:
    """A formula that says x = x, or that would be a wall, is left to `mergeproof show`."""
    assert FALLEN.repair
    for latex in ("x = x", "x + " * 100, ""):
        repair = replace(FALLEN.repair, result=replace(FALLEN.repair.result, latex=latex))
        assert "$$" not in alone(replace(FALLEN, repair=repair))


def test_pages_are_written_whole(tmp_path: Path) -> None:
    """One file for each paper, in a folder that is made; the same run gives the same bytes."""
    first, second = (write_pages(RUN, tmp_path / name / "papers") for name in ("a", "b"))
    assert [p.name for p in first] == ["glue.md", "sail.md", "flops.md"]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert sorted(p.name for p in first[0].parent.iterdir()) == ["flops.md", "glue.md", "sail.md"]


def test_the_command_judges_and_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """`mergeproof pages` asks for the papers and the effort named, and says what it wrote."""
    asked = {}
    monkeypatch.setattr("proofs_check.run.verify", lambda selection, **how: asked.update(how) or RUN)
    arguments = ["pages", "--paper", "glue", "--effort", "quick", "--out", str(tmp_path / "new")]
    assert cli.main(arguments) == 0
    assert asked["papers"] == ("glue",) and asked["effort"] == "quick"
    assert str(tmp_path / "new" / "glue.md") in capsys.readouterr().out


def test_a_file_in_the_way_is_wrong_use(tmp_path: Path, capsys) -> None:
    """Where the folder should be and a file is, the command stops before it judges."""
    path = tmp_path / "file"
    path.write_text("")
    for arguments in (["pages", "--out", str(path)], ["verify", "--pages", str(path)]):
        assert cli.main(arguments) == 2
        assert "expected a folder" in capsys.readouterr().err


def test_pages_are_not_kept() -> None:
    """The pages are in no version control, so that none can be stale, and the documentation explains them."""
    assert "/docs/papers/" in (ROOT / ".gitignore").read_text().splitlines()
    text = (ROOT / "docs" / "pages.md").read_text()
    headings = ("What holds as printed", "What does not hold as printed", "What to use instead", "Open")
    assert all(heading in text for heading in headings)


def test_an_unjudged_claim_is_a_statement_too() -> None:
    """A claim that broke while it was judged appears as open with its error."""
    broken = ClaimResult(id="glue.def3", items=("glue.def3",), readings=(StatementResult(text="as printed",
                         latex="", verdict="undecided", reason="time-out"),), error="")  # fmt: skip
    assert "time-out" in section(alone(broken), "Open")
