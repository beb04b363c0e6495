"""Recordings: what is written is what is read, and nothing else is."""

import json

import numpy as np
import pytest
import torch

from nets.data import digits, fingerprint
from nets.models import build
from nets.record import main, manifest_of, record, reload
from nets.train import correct

STATES = {
    "a": {"w": torch.tensor([[1.5, -2.0]]), "n": torch.tensor(3), "none": torch.zeros(0, 2)},
    "b": {"w": torch.tensor([0.1], dtype=torch.float64), "half": torch.ones(2).half()},
}


def make(root, name="run", **changed):
    """A small recording below `root`."""
    arguments = {"what": "a test", "seed": 1, "recipe": {"steps": 2}, "measured": {"loss": 0.5}, "root": root}
    return record(name, STATES, **(arguments | changed))


def edit(root, change):
    """The manifest of the recording, changed in place."""
    path = root / "run" / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def test_what_is_read_is_what_was_written(tmp_path):
    """Every tensor comes back with its values, shape and dtype, beside the manifest."""
    make(tmp_path)
    back = reload("run", tmp_path)
    for name, state in STATES.items():
        assert list(back.states[name]) == list(state)
        for key, tensor in state.items():
            assert back.states[name][key].dtype == tensor.dtype
            assert torch.equal(back.states[name][key], tensor)
    assert (back.manifest["seed"], back.manifest["measured"]) == (1, {"loss": 0.5})
    assert set(back.manifest["versions"]) == {"python", "numpy", "torch"}


def test_the_same_run_gives_the_same_files(tmp_path):
    """Two recordings of the same states are equal byte for byte: no time stamp is in them."""
    one, two = make(tmp_path / "1"), make(tmp_path / "2")
    assert all((two / p.name).read_bytes() == p.read_bytes() for p in one.iterdir())


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (
            lambda f: (f / "a.npz").write_bytes(b"x" + (f / "a.npz").read_bytes()[1:]),
            "'a.npz' is not the file",
        ),
        (lambda f: (f / "a.npz").unlink(), "file 'a.npz' is missing"),
        (lambda f: (f / "c.npz").write_bytes(b""), "file 'c.npz' is not in the manifest"),
        (lambda f: (f / "manifest.json").write_text("{"), "not JSON"),
        (lambda f: (f / "manifest.json").write_text("{}"), "expected an object with exactly"),
        (lambda f: np.savez(f / "b.npz", w=np.zeros(1)), "SHA-256 differs"),
    ],
)
def test_changes_are_refused(tmp_path, damage, message):
    """A changed, missing or additional file, or a broken manifest, is refused by name."""
    damage(make(tmp_path))
    with pytest.raises(ValueError, match=message):
        reload("run", tmp_path)


@pytest.mark.parametrize("name", ("../run", "a/b", "", ".hidden", "a.b", "/run", "run\n", "x" * 65))
def test_names_stay_inside_the_folder(tmp_path, name):
    """Names that could lead elsewhere are refused, for recordings and for states."""
    with pytest.raises(ValueError, match="recording"):
        make(tmp_path, name)
    with pytest.raises(ValueError, match="recording"):
        reload(name, tmp_path)
    with pytest.raises(ValueError, match="state"):
        record("ok", {name: STATES["a"]}, what="", seed=0, recipe={}, measured={}, root=tmp_path)


@pytest.mark.parametrize("file", ("../secret.npz", "sub/secret.npz", "secret.pkl"))
def test_file_names_of_a_manifest_stay_inside_the_folder(tmp_path, file):
    """A manifest that lists a file elsewhere is refused before anything is read."""
    make(tmp_path)
    edit(tmp_path, lambda m: m["files"].update({file: {"sha256": "", "bytes": 0}}))
    with pytest.raises(ValueError, match=f"'{file}', expected NAME.npz"):
        reload("run", tmp_path)


def test_another_schema_or_name_is_refused(tmp_path):
    """A manifest of another schema, or of another recording, is refused."""
    make(tmp_path)
    edit(tmp_path, lambda m: m.update(schema=2))
    with pytest.raises(ValueError, match="schema 2"):
        reload("run", tmp_path)


def test_links_are_refused(tmp_path):
    """A file that is a link to elsewhere is refused, even if its bytes are right."""
    folder = make(tmp_path)
    (folder / "a.npz").rename(tmp_path / "a.npz")
    (folder / "a.npz").symlink_to(tmp_path / "a.npz")
    with pytest.raises(ValueError, match="'a.npz' is not the file"):
        reload("run", tmp_path)


def test_nothing_is_left_of_a_recording_that_fails(tmp_path):
    """A value that JSON has not, or a dtype that .npz has not, leaves no folder behind."""
    with pytest.raises(ValueError):
        make(tmp_path, measured={"loss": float("nan")})
    with pytest.raises(ValueError, match=r"a\['w'\] has dtype torch.bfloat16"):
        record(
            "run",
            {"a": {"w": torch.ones(1).bfloat16()}},
            what="",
            seed=0,
            recipe={},
            measured={},
            root=tmp_path,
        )
    assert list(tmp_path.iterdir()) == []


def test_recordings_are_replaced_only_on_request(tmp_path):
    """An existing recording is kept unless replacing it is asked for; then nothing of the old one stays."""
    make(tmp_path)
    with pytest.raises(FileExistsError, match="'run' exists"):
        make(tmp_path)
    make(tmp_path, seed=2, replace=True)
    assert reload("run", tmp_path).manifest["seed"] == 2
    assert [p.name for p in tmp_path.iterdir()] == ["run"]


def test_unknown_recordings_are_named(tmp_path):
    """The error for an unknown recording lists those that exist."""
    make(tmp_path)
    with pytest.raises(FileNotFoundError, match="no recording 'rum'; there are: run"):
        reload("rum", tmp_path)


def test_the_shipped_recording_measures_as_its_manifest_says():
    """The shipped experts, reloaded, get as many test digits right as was recorded (one image of slack)."""
    recording, data = reload("digits_toy"), digits(0)
    assert fingerprint(data.test) == recording.manifest["recipe"]["data"]["test_sha256"]
    for kind, spec in recording.manifest["recipe"]["models"].items():
        model = build(spec, 0)
        for state, facts in recording.manifest["measured"][kind].items():
            if state != "average":
                have = correct(model, recording.states[f"{kind}_{state}"], data.test)
                assert abs(have - facts["correct"]) <= 1 and facts["of"] == len(data.test)


def test_the_deep_recording_measures_as_its_manifest_says():
    """Each shipped ViT and ResNet-20 gets as many test digits right as was recorded (one image of slack)."""
    recording, data = reload("digits_deep"), digits(0)
    assert fingerprint(data.test) == recording.manifest["recipe"]["data"]["test_sha256"]
    for name, facts in recording.manifest["measured"].items():
        model = build(recording.manifest["recipe"]["models"][name.partition("_")[0]], 0)
        wide = {k: v.float() if v.is_floating_point() else v for k, v in recording.states[name].items()}
        assert abs(correct(model, wide, data.test) - facts["correct"]) <= 1 and facts["of"] == len(data.test)


def test_the_shipped_recording_is_small():
    """All shipped recordings together stay under one megabyte."""
    from nets.record import ROOT

    assert sum(p.stat().st_size for p in ROOT.rglob("*") if p.is_file()) < 1_000_000


def test_the_command_names_its_recipes(capsys):
    """Without a known name the command explains itself and returns 2."""
    assert main(["nonsense"]) == 2
    assert "digits_toy" in capsys.readouterr().err


def test_the_manifest_alone(tmp_path):
    """The manifest can be read without its files being verified."""
    (make(tmp_path) / "a.npz").unlink()
    assert manifest_of("run", tmp_path)["what"] == "a test"
