"""Drawing all figures: what the folder lists, what a name selects, what is written."""

import subprocess
import sys
from pathlib import Path

import pytest

from paper_figures import draw
from proofs_check.verdict import ClaimResult, RepairResult, StatementResult

ROOT = Path(__file__).resolve().parents[2]


def statement(verdict: str) -> StatementResult:
    """A judged statement of which only the verdict matters."""
    return StatementResult(text="", latex="", verdict=verdict)


def result(verdict: str) -> ClaimResult:
    """A judged proposition 1 whose repair has this verdict."""
    repair = RepairResult(changes="another constant", result=statement(verdict))
    return ClaimResult(
        id="glue.prop1", items=("glue.prop1",), readings=(statement("refuted"),), repair=repair
    )


def test_every_figure_names_inventory_items() -> None:
    """Each figure of the folder is about items that the papers' inventories hold."""
    from theory.registry import items

    listed = draw.listing()
    assert listed
    assert {item for entry in listed for item in entry.items} <= set(items())


def test_listing_loads_no_figure(tmp_path: Path) -> None:
    """A figure file is listed without being run, and a file without ITEMS is no figure."""
    (tmp_path / "loud.py").write_text("ITEMS = ('glue.prop1',)\nraise RuntimeError")
    (tmp_path / "helper.py").write_text("x = 1")
    assert draw.listing(tmp_path) == (draw.Entry("loud", ("glue.prop1",)),)
    code = "import sys; from paper_figures import draw; draw.listing(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert not {f"paper_figures.{entry.name}" for entry in draw.listing()} & set(run.stdout.split())


def test_a_name_selects_by_stem_or_item() -> None:
    """A figure is found by its name and by an inventory id, once; no names select all."""
    assert draw.select(["spsa_error", "glue.prop1"]) == tuple(
        e for e in draw.listing() if "glue.prop1" in e.items
    )
    assert draw.select([]) == draw.listing()


def test_an_unknown_name_suggests_the_nearest() -> None:
    """A slip in a name is answered with the name that was meant."""
    with pytest.raises(LookupError, match="did you mean spsa_error"):
        draw.select(["spsa_eror"])
    with pytest.raises(LookupError, match="quick, cpu, full"):
        draw.main([], "huge", "nowhere")


def test_a_claim_that_cannot_be_judged_is_named(monkeypatch) -> None:
    """A figure whose claim file is broken is refused with the reason, before anything is drawn."""
    from types import SimpleNamespace

    from proofs_check import run

    broken = SimpleNamespace(claims=(), errors=(SimpleNamespace(message="prop1.py:3: syntax error"),))
    monkeypatch.setattr(run, "verify", lambda *selection, **settings: broken)
    with pytest.raises(LookupError, match=r"glue\.prop1.*prop1\.py:3: syntax error"):
        draw.judged(["glue.prop1"])
    fine = SimpleNamespace(claims=(result("proved"),), errors=())
    monkeypatch.setattr(run, "verify", lambda *selection, **settings: fine)
    assert draw.judged(["glue.prop1"])["glue.prop1"] == result("proved")


def test_experiments_are_repeated_and_claims_are_judged() -> None:
    """An experiment that no claim lists is not judged; one that a claim lists is, and every other item."""
    assert not draw.has_claim("flops.fig4")
    assert draw.has_claim("glue.exp.config1") and draw.has_claim("glue.prop1")
    assert draw.has_claim("nothing.of_ours")  # so that the judge names it


def test_files_are_written_whole(tmp_path: Path) -> None:
    """Figure, picture, data and caption are written, and nothing else stays behind."""
    [entry] = draw.select(["spsa_error"])
    paths = draw.save(entry, "quick", tmp_path, {"glue.prop1": result("proved")})
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert {p.suffix: p.read_bytes()[:4] for p in paths[:2]} == {".pdf": b"%PDF", ".png": b"\x89PNG"}
    caption = paths[3].read_text()
    assert "paper_figures/spsa_error.py" in caption
    assert "judged refuted" in caption and "judged proved" in caption


def test_main_draws_what_is_asked(tmp_path: Path, monkeypatch, capsys) -> None:
    """The command judges the items of the chosen figures only, makes the folder, and names every file."""
    asked = []
    monkeypatch.setattr(draw, "judged", lambda items: asked.extend(items) or {"glue.prop1": result("proved")})
    assert draw.main(["glue.prop1"], "quick", tmp_path / "new") == 0
    written = sorted((tmp_path / "new").iterdir())
    assert asked == ["glue.prop1"] and len(written) == 4
    printed = capsys.readouterr().out
    assert all(str(path) in printed for path in written)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """If writing breaks off, the file keeps its old contents and no fragment remains."""
    path = tmp_path / "figure.pdf"
    path.write_text("old")

    def breaks(stream) -> None:
        stream.write(b"half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        draw.write_whole(path, breaks)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
