"""The page: whole, self-contained, safe against what formulas and file names may hold."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from proofs_check.mathml import math
from proofs_check.report_html import page, write_html
from proofs_check.tightness_svg import tightness
from tests.sample_run import FALLEN, RUN

VOID = {"meta", "input", "br"}


class Tree(HTMLParser):
    """Collects ids, links and text, and notices tags that are closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.sources: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.sources.append(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def parsed(text: str) -> Tree:
    """The page as tags."""
    tree = Tree()
    tree.feed(text)
    return tree


def test_page_is_well_formed_and_needs_no_network() -> None:
    """Tags nest, ids are unique, every link points into the page, nothing is fetched."""
    tree = parsed(page(RUN))
    assert not tree.wrong and not tree.open
    assert len(tree.ids) == len(set(tree.ids))
    assert tree.sources and all(s.startswith("#") and s[1:] in tree.ids for s in tree.sources)
    assert not tree.tags & {"link", "img", "iframe"} and "url(" not in page(RUN)


def test_every_part_of_a_claim_is_shown() -> None:
    """Readings, counterexample, repair, proof, steps, plot and mutants of a claim are on the page."""
    text = page(replace(RUN, claims=(FALLEN,)))
    for part in (
        "As printed",
        "variance is the mean squared error",
        "trace of the covariance &lt;of g&gt;",
        "Instance(K=2, m=1, g=(Fraction(1, 1), 0))",
        "K for (K-1)/K",
        "sphere_second_moment",
        "drop the O term",
        "dimensions above 8",
        'follows <span class=bad>no</span>',
        "<svg",
        "glue.a1",
    ):  # fmt: skip
        assert part in text, part


def test_text_is_escaped() -> None:
    """Words from papers and files cannot end the script or open a tag."""
    text = page(RUN)
    assert "&lt;/script&gt;&lt;b&gt;no" in text and "</script><b>" not in text


@pytest.mark.parametrize("source", [r"\frac{", r"\left[ x \right. + \frac{", "{", r"\unknown}{"])
def test_formula_that_cannot_be_typeset_is_shown_as_source(source: str) -> None:
    """An imperfect formula is shown, never an error."""
    shown = math(source)
    assert "math" in shown or source.replace("<", "&lt;") in shown


def test_stray_fences_are_mended() -> None:
    r"""A \left without its \right, as extraction leaves it, still gives MathML."""
    assert "<math" in math(r"\left( \frac{a}{b} \right] + \left. c")


def test_plot_marks_every_finite_pair() -> None:
    """One dot for each pair of sides that a logarithmic axis can show; infinities are left out."""
    svg = tightness(((1.0, 2.0), (3.0, 4.0), (5.0, 50.0), (float("inf"), 1.0), (0.0, 1.0)))
    assert svg.count("<circle") == 3 and "1 with a side that is not positive left out" in svg
    figure = ElementTree.fromstring(svg.replace('class="plot"', ""))
    assert figure.find("svg") is not None
    assert tightness(()) == "" and tightness(((1.0, 1.0),)) == ""


@pytest.mark.parametrize(
    "points", [((1.0, 1.0), (1.0, 1.0)), ((-1.0, 0.0), (0.0, 2.0)), ((1e-300, 1e300), (1.0, 1.0))]
)
def test_plot_survives_extremes(points: tuple) -> None:
    """Equal points, negative sides and huge ranges give a plot with finite coordinates."""
    assert "nan" not in tightness(points) and tightness(points).count("<circle") == 2


def test_page_is_written_whole(tmp_path: Path) -> None:
    """The file is the page, and no temporary file stays behind."""
    write_html(RUN, tmp_path / "r.html")
    assert (tmp_path / "r.html").read_text() == page(RUN)
    assert [p.name for p in tmp_path.iterdir()] == ["r.html"]
