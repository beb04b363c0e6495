"""The largest singular value bounds how much a matrix, or its transpose, lengthens a vector."""

from typing import Any

import sympy as sp

from proofs_check.core.lemma import LemmaRecord
from theory.family import Choice, Family, Integer, Real, Vector
from theory.notation import Vec, norm2

V, W = Vec("v"), Vec("w")
A, S = sp.symbols("A s", real=True)
RIGHT: Any = S * norm2(V)


def _mirrored(normal: tuple, vector: tuple) -> tuple:
    """The vector mirrored at the hyperplane with this normal: an orthogonal map, exact for rationals."""
    square = sum(x * x for x in normal)
    share = 2 * sum(x * y for x, y in zip(normal, vector, strict=True)) / square if square else 0
    return tuple(y - share * x for x, y in zip(normal, vector, strict=True))


def _image(i: Any) -> tuple:
    """A v for A = H_left D H_right, or A^T v: mirrors around a diagonal matrix."""
    first, last = (i.left, i.right) if i.transposed else (i.right, i.left)
    stretched = (s * x for s, x in zip(i.diagonal, _mirrored(first, i.v), strict=True))
    return _mirrored(last, tuple(stretched))


LEMMA = LemmaRecord(
    name="operator_norm",
    text="For w = A v, or w = A^T v, and s the squared largest singular value of A: |w|^2 <= s |v|^2.",
    source="Horn and Johnson, Matrix Analysis, 2013, Example 5.6.6",
    symbols={"A": A, "s": S, "v": V, "w": W},
    needs=("image({A}, {v}, {w})", "largest_singular_value_squared({A}, {s})"),
    conclusion=sp.Le(norm2(W), RIGHT, evaluate=False),
    because="standard: Horn and Johnson, 2013, Example 5.6.6 (spectral norm)",
    family=Family(
        fields={
            "d": Integer(1, 3),
            "left": Vector("d"),
            "right": Vector("d"),
            "diagonal": Vector("d", Real(-3, 3)),
            "v": Vector("d"),
            "transposed": Choice((False, True)),
        },
        leaves_out="matrices that are not square; singular vectors other than two mirrors make",
    ),
    values={S: lambda i: max(x * x for x in i.diagonal), V: lambda i: i.v, W: _image},
    mutants=(
        ("the singular value, not its square", sp.Le(norm2(W), sp.sqrt(S) * norm2(V))),
        ("half the right side", sp.Le(norm2(W), RIGHT / 2)),
        ("an equality", sp.Eq(norm2(W), RIGHT)),
        ("reversed", sp.Ge(norm2(W), RIGHT)),
    ),
)
