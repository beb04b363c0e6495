"""Labelled images for experiments: what ships with a dependency, and what the user's folder holds.

Shapes    x: (n, channels, height, width) float32 in [0, 1]; y: (n,) int64.
Folder    MERGEPROOF_DATA names a folder of NAME.npz files with x_train, y_train, x_test, y_test: uint8
          images (n, h, w) or (n, h, w, 3), integer labels (n,).  Files are read without pickle.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

VARIABLE = "MERGEPROOF_DATA"
NAMES = ("mnist", "fashion_mnist", "cifar10", "cifar100", "gtsrb")
ARRAYS = ("x_train", "y_train", "x_test", "y_test")


@dataclass(frozen=True, slots=True)
class Images:
    """Images with labels: x (n, channels, height, width), y (n,)."""

    x: Tensor
    y: Tensor

    def __post_init__(self) -> None:
        if self.x.ndim != 4 or self.y.shape != self.x.shape[:1]:
            raise ValueError(f"x has shape {tuple(self.x.shape)} and y {tuple(self.y.shape)}:"
                             " expected (n, channels, height, width) and (n,)")  # fmt: skip

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Training and test images of one set."""

    name: str
    train: Images
    test: Images

    @property
    def classes(self) -> int:
        """One more than the largest label."""
        return int(max(self.train.y.max(), self.test.y.max())) + 1


def digits(seed: int = 0, test_share: float = 0.25) -> Dataset:
    """The 1,797 handwritten digits of scikit-learn, 1 x 8 x 8, split at random by `seed`.

    Real images (UCI "Optical Recognition of Handwritten Digits", test part) that ship with scikit-learn.
    """
    from sklearn.datasets import load_digits  # costs a second; only this function needs it

    if not 0 < test_share < 1:
        raise ValueError(f"test_share = {test_share}: expected a number between 0 and 1")
    bunch: Any = load_digits()
    x = torch.from_numpy((bunch["images"][:, None] / 16.0).astype(np.float32))
    y = torch.from_numpy(bunch["target"].astype(np.int64))
    order = torch.from_numpy(np.random.default_rng(seed).permutation(len(y)))
    cut = round(test_share * len(y))
    return Dataset("digits", Images(x[order[cut:]], y[order[cut:]]), Images(x[order[:cut]], y[order[:cut]]))


def npz(name: str, folder: str | os.PathLike | None = None) -> Dataset:
    """The set NAME.npz of `folder`, or of the folder that MERGEPROOF_DATA names."""
    if name not in NAMES:
        raise ValueError(f"data set {name!r}: expected one of {', '.join(NAMES)}")
    chosen = os.environ.get(VARIABLE) if folder is None else folder
    if not chosen:
        raise FileNotFoundError(f"{VARIABLE} is not set: expected a folder with {name}.npz")
    path = Path(chosen) / f"{name}.npz"
    if not path.is_file():
        raise FileNotFoundError(f"{VARIABLE} = {str(chosen)!r}: no file {path.name} in that folder")
    with np.load(path, allow_pickle=False) as file:
        missing = [a for a in ARRAYS if a not in file.files]
        if missing:
            raise ValueError(f"{path}: lacks the array {missing[0]!r}; expected {', '.join(ARRAYS)}")
        x_train, y_train, x_test, y_test = (file[a] for a in ARRAYS)
    return Dataset(name, _images(path, x_train, y_train), _images(path, x_test, y_test))


def _images(path: Path, x: np.ndarray, y: np.ndarray) -> Images:
    if x.dtype != np.uint8 or x.ndim not in (3, 4):
        raise ValueError(f"{path}: images have dtype {x.dtype} and shape {x.shape}, expected uint8 and"
                         " (n, h, w) or (n, h, w, channels)")  # fmt: skip
    x = x[:, None] if x.ndim == 3 else x.transpose(0, 3, 1, 2)
    return Images(
        torch.from_numpy(np.ascontiguousarray(x)).float() / 255, torch.from_numpy(y.astype(np.int64))
    )


def of_classes(images: Images, classes: Iterable[int]) -> Images:
    """The images with one of these labels, in their order; labels stay as they are."""
    wanted = sorted(set(classes))
    keep = torch.isin(images.y, torch.tensor(wanted, dtype=images.y.dtype))
    if not keep.any():
        raise ValueError(f"classes = {wanted}: no image has one of these labels")
    return Images(images.x[keep], images.y[keep])


def fingerprint(images: Images) -> str:
    """SHA-256 over shape, pixels and labels: tells two splits apart, on any machine."""
    digest = hashlib.sha256(repr(tuple(images.x.shape)).encode())
    digest.update(images.x.numpy().tobytes())
    digest.update(images.y.numpy().tobytes())
    return digest.hexdigest()
