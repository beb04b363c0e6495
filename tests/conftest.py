"""Settings of every test: one thread a worker, reproducible examples, and real data that are missed aloud."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault(
    "OMP_NUM_THREADS", "1"
)  # two workers on two cores: more threads only wait for each other

# "ci" draws the same examples every time; to look for new ones: pytest --hypothesis-profile=explore
settings.register_profile("ci", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", derandomize=False, deadline=None, max_examples=1000)
settings.load_profile("ci")

DATA = "MERGEPROOF_DATA"


@pytest.fixture(scope="session", autouse=True)
def one_torch_thread() -> None:
    """Torch, where a test loads it, uses one thread (it reads the variable when it is first imported)."""
    import sys

    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """The folder of real image sets (NAME.npz); without it the test is skipped, and the summary says why."""
    value = os.environ.get(DATA)
    if not value:
        pytest.skip(f"{DATA} is not set: it names the folder with cifar10.npz and the other real image sets")
    folder = Path(value)
    if not folder.is_dir():
        pytest.fail(f"{DATA}={value!r} is not a folder")  # set but wrong: an error, not a reason to skip
    return folder
