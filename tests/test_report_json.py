"""The JSON report: its schema, its numbers, and that it is written whole or not at all."""

import json
import os
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from proofs_check.report_json import document, dumps, write_json
from proofs_check.summary import exit_status
from proofs_check.verdict import FileError
from tests.sample_run import DIVERGES, FALLEN, OPEN, PROVED, RUN

SCHEMA = json.loads(files("proofs_check").joinpath("schema.json").read_text())


def test_report_matches_its_schema() -> None:
    """A report with every kind of row validates against the schema in the package."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(json.loads(dumps(RUN)), SCHEMA)


@pytest.mark.parametrize("key", ["verdict", "seconds", "counterexample", "mutants"])
def test_schema_misses_nothing(key: str) -> None:
    """The schema refuses a claim that lacks a documented key, and one with an extra key."""
    lacking, extra = document(RUN), document(RUN)
    del lacking["claims"][0][key]
    extra["claims"][0]["surprise"] = 1
    for broken in (lacking, extra):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, SCHEMA)


def test_keys_come_in_the_documented_order() -> None:
    """The order of keys is that of the schema, at every level that the schema orders."""
    report = json.loads(dumps(RUN))
    assert list(report) == SCHEMA["required"]
    for name, rows in (("claim", report["claims"]), ("item", report["items"])):
        assert all(list(r) == SCHEMA["$defs"][name]["required"] for r in rows)


def test_numbers_that_are_not_finite_become_null() -> None:
    """NaN and infinity never reach the file, where no JSON reader would accept them."""
    ratios = {c["id"]: c["ratio_max"] for c in document(RUN)["claims"]}
    assert ratios[DIVERGES.id] is None and ratios[OPEN.id] is None and ratios[PROVED.id] == 1.0
    assert "NaN" not in dumps(RUN) and "Infinity" not in dumps(RUN)


def test_ratio_mutants_and_proof_are_those_of_the_standing_statement() -> None:
    """Where the display falls, strength is reported for what stands, the verdict for what is printed."""
    claim = document(replace(RUN, claims=(FALLEN,)))["claims"][0]
    assert claim["verdict"] == "refuted" and claim["repair"]["verdict"] == "proved"
    assert claim["ratio_max"] == 1.0 and claim["counterexample"]["rhs"] == "1/2"
    assert claim["mutants"] == {"killed": 1, "weaker": 1, "sharper": 1, "survived": 0, "total": 3}
    assert claim["steps"] == {"checked": 3, "lemmas": ["sphere_second_moment"]}


def test_every_item_has_a_row_and_missing_ones_are_named() -> None:
    """Coverage is counted from the rows: an item without a claim is missing."""
    report = document(RUN)
    assert [i["id"] for i in report["items"]] == [row.id for row in RUN.items]
    assert report["inventory"] == {"total": 7, "covered": 5, "missing": ["glue.a1", "sail.eq7"]}


def test_interrupted_write_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C before the report is complete leaves the old file and no other."""
    path = tmp_path / "report.json"
    path.write_text("old")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_json(RUN, path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    monkeypatch.undo()
    write_json(RUN, path)
    assert json.loads(path.read_text())["schema"] == 1 and list(tmp_path.iterdir()) == [path]


def test_exit_status() -> None:
    """0 if every claim has a statement that stands, 1 if one has none, 2 if a file is at fault."""
    repaired = replace(RUN, claims=(FALLEN, PROVED))
    assert exit_status(repaired) == 0
    assert (
        exit_status(replace(RUN, claims=(replace(FALLEN, readings=FALLEN.readings[:1], repair=None),))) == 1
    )
    assert exit_status(replace(RUN, claims=(OPEN,))) == exit_status(replace(RUN, claims=(DIVERGES,))) == 1
    assert exit_status(replace(repaired, errors=(FileError(path="x.py", message="no CLAIM"),))) == 2
    assert exit_status(replace(RUN, claims=(replace(PROVED, problems=("not tight at its point",)),))) == 2
    assert FALLEN.repair is not None
    weak = replace(FALLEN.repair, result=replace(FALLEN.repair.result, verdict="undecided"))
    assert exit_status(replace(RUN, claims=(replace(FALLEN, repair=weak),))) == 1
