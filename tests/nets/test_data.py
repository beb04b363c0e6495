"""Image sets: shapes, splits, and errors that name variable, folder and file."""

import numpy as np
import pytest
import torch

from nets.data import NAMES, Images, digits, fingerprint, npz, of_classes


def write(folder, name="mnist", **changed):
    """A small well-formed NAME.npz, with some arrays replaced or (None) left out."""
    arrays = {
        "x_train": np.full((4, 5, 5), 255, np.uint8),
        "y_train": np.arange(4, dtype=np.uint8),
        "x_test": np.zeros((2, 5, 5), np.uint8),
        "y_test": np.array([9, 1], np.uint8),
    } | changed
    np.savez(folder / f"{name}.npz", **{k: v for k, v in arrays.items() if v is not None})


def test_digits_are_real_images_in_the_unit_interval():
    """1,797 images of 8 x 8 in [0, 1], all ten labels on both sides of the split."""
    data = digits()
    assert len(data.train) + len(data.test) == 1797 and data.classes == 10
    assert data.train.x.shape[1:] == (1, 8, 8) and data.train.x.dtype == torch.float32
    assert data.train.x.min() == 0 and data.train.x.max() == 1
    assert set(data.test.y.tolist()) == set(range(10))


def test_splits_follow_the_seed():
    """One seed always gives one split; another gives another split of the same images."""
    one, again, other = digits(3), digits(3), digits(4)
    assert fingerprint(one.test) == fingerprint(again.test) != fingerprint(other.test)
    joined = lambda d: sorted(x.numpy().tobytes() for x in torch.cat([d.train.x, d.test.x]))
    assert joined(one) == joined(other)


def test_class_subsets():
    """A subset has the images of its classes and no other, labels unchanged; an empty one is refused."""
    data = digits().train
    low, high = of_classes(data, range(5)), of_classes(data, range(5, 10))
    assert len(low) + len(high) == len(data) and set(low.y.tolist()) == set(range(5))
    with pytest.raises(ValueError, match=r"classes = \[77\]"):
        of_classes(data, [77])


def test_files_are_read(tmp_path, monkeypatch):
    """Grey images gain a channel, colour images have it first, and pixels are scaled by 255."""
    write(tmp_path)
    write(tmp_path, "cifar10", x_train=np.zeros((4, 5, 6, 3), np.uint8))
    monkeypatch.setenv("MERGEPROOF_DATA", str(tmp_path))
    assert npz("mnist").train.x.shape == (4, 1, 5, 5) and npz("mnist").train.x.max() == 1
    assert npz("cifar10").train.x.shape == (4, 3, 5, 6)
    assert npz("mnist").classes == 10


def test_missing_data_are_named(tmp_path, monkeypatch):
    """The error names the variable, the folder and the file."""
    monkeypatch.delenv("MERGEPROOF_DATA", raising=False)
    with pytest.raises(FileNotFoundError, match="MERGEPROOF_DATA is not set: .* gtsrb.npz"):
        npz("gtsrb")
    monkeypatch.setenv("MERGEPROOF_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=f"{tmp_path}.*no file gtsrb.npz"):
        npz("gtsrb")
    with pytest.raises(ValueError, match="data set 'svhn': expected one of mnist"):
        npz("svhn")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"y_test": None}, "lacks the array 'y_test'"),
        ({"x_train": np.zeros((4, 5, 5))}, "dtype float64"),
        ({"x_train": np.zeros((4, 5), np.uint8)}, r"shape \(4, 5\)"),
        ({"y_train": np.zeros(3, np.uint8)}, r"y \(3,\)"),
        ({"x_train": np.array([{}], dtype=object)}, "allow_pickle=False"),
    ],
)
def test_malformed_files_are_refused(tmp_path, changed, message):
    """A missing array, another dtype or shape, and pickled objects are refused."""
    write(tmp_path, **changed)
    with pytest.raises(ValueError, match=message):
        npz("mnist", tmp_path)


def test_images_need_labels():
    """Images and labels of different number are refused."""
    with pytest.raises(ValueError, match=r"expected \(n, channels, height, width\) and \(n,\)"):
        Images(torch.zeros(3, 1, 2, 2), torch.zeros(2))


@pytest.mark.parametrize("name", NAMES)
def test_real_sets(data_folder, name):
    """The real sets load, with as many labels as their classes."""
    data = npz(name, data_folder)
    expected = {"cifar100": 100, "gtsrb": 43}.get(name, 10)
    assert data.classes == expected and len(data.train) > len(data.test) > 1000
