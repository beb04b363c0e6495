"""Is a rational symmetric matrix positive semidefinite?  Decided exactly, with a vector where it is not.

M = L D L^T is computed on rationals (Golub and Van Loan, Matrix Computations, Section 4.1): the rows of the
inverse of L are directions w_k, orthogonal in the form of M.  The first pivot w_k' M w_k < 0, or a zero pivot
beside an entry that is not zero, gives v with v' M v < 0; that number is then computed from M itself.
"""

import math
from dataclasses import replace
from fractions import Fraction
from functools import wraps
from typing import Any

import numpy as np
import sympy as sp
from flint import fmpq

from theory.claim import Claim, Mutant, Quantity, Statement

Rows = tuple[tuple[Fraction, ...], ...]


def negative_direction(matrix: Any) -> tuple[int, ...] | None:
    """Integers v without common factor such that v' M v < 0, or None if M is positive semidefinite."""
    rows = [list(row) for row in rational(matrix)]
    size = len(rows)
    directions = [[Fraction(int(a == b)) for b in range(size)] for a in range(size)]
    for k in range(size):
        pivot = rows[k][k]
        if pivot < 0:
            return _integers(directions[k])
        for j in range(k + 1, size):
            entry = rows[j][k]
            if entry == 0:
                continue
            if pivot == 0:  # the form at w_j + s w_k is rows[j][j] + 2 s entry = -1
                shift = -(rows[j][j] + 1) / (2 * entry)
                return _integers([a + shift * b for a, b in zip(directions[j], directions[k], strict=True)])
            factor = entry / pivot
            rows[j] = [a - factor * b for a, b in zip(rows[j], rows[k], strict=True)]
            directions[j] = [a - factor * b for a, b in zip(directions[j], directions[k], strict=True)]
    return None


def form(matrix: Any, v: tuple) -> Fraction:
    """v' M v."""
    rows = rational(matrix)
    products = (a * x * b for a, row in zip(v, rows, strict=True) for x, b in zip(row, v, strict=True))
    return sum(products, Fraction(0))


def least_form(matrix: Any, rounding: float = 1e-9) -> Any:
    """0 if M is positive semidefinite, else v' M v / v' v < 0 for a v: M is so if and only if this is >= 0.

    Rational entries are decided exactly.  With a float among them it is the least eigenvalue, or 0 if that is
    not below what `rounding`, relative to the largest one, explains.
    """
    matrix = plain_rows(matrix)
    if in_floats(matrix):
        rows = np.array([[float(x) for x in row] for row in matrix])
        if rows.shape != (len(rows), len(rows)):
            raise ValueError(f"matrix {matrix!r}: expected as many columns as rows")
        slack = rounding * float(np.abs(rows).max())
        if np.abs(rows - rows.T).max() > slack:
            raise ValueError(f"matrix {matrix!r}: expected a symmetric one")
        least = float(np.linalg.eigvalsh((rows + rows.T) / 2)[0])
        return least if least < -slack * len(rows) else 0.0
    v = negative_direction(matrix)
    if v is None:
        return Fraction(0)
    value = form(matrix, v)
    if value >= 0:
        raise ArithmeticError(f"v' M v = {value} for v = {v}, expected a negative number: M = {matrix!r}")
    return value / sum(x * x for x in v)


def plain_rows(matrix: Any) -> Any:
    """The rows of a matrix; those of an array in Python's own numbers."""
    return matrix.tolist() if hasattr(matrix, "tolist") else matrix


def in_floats(matrix: Any) -> bool:
    """Whether a float stands in the matrix."""
    return any(isinstance(x, float) for row in matrix for x in row)


def certificate(matrix: Any) -> str:
    """The vector that shows that the matrix is not positive semidefinite, in words; "" if it is.

    For floats there is none: the least eigenvalue says how far off they are.
    """
    matrix = plain_rows(matrix)
    if in_floats(matrix):
        return ""
    v = negative_direction(matrix)
    if v is None:
        return ""
    image = [sum(m * x for m, x in zip(row, v, strict=True)) for row in rational(matrix)]
    shown = lambda vector: f"({', '.join(map(str, vector))})"
    return f"v' M v = {form(matrix, v)} < 0 for v = {shown(v)}, M v = {shown(image)}"


def rational(matrix: Any) -> Rows:
    """The entries as fractions; ValueError if M is not symmetric, TypeError for an irrational entry."""
    rows = tuple(tuple(_fraction(x) for x in row) for row in matrix)
    if any(len(row) != len(rows) for row in rows):
        raise ValueError(f"matrix {matrix!r}: expected as many columns as rows")
    if any(rows[a][b] != rows[b][a] for a in range(len(rows)) for b in range(a)):
        raise ValueError(f"matrix {matrix!r}: expected a symmetric one")
    return rows


def _fraction(x: Any) -> Fraction:
    if not isinstance(x, Fraction | int | sp.Rational | fmpq):
        raise TypeError(f"entry {x!r}: expected a rational number")
    return Fraction(x) if isinstance(x, Fraction | int) else Fraction(int(x.p), int(x.q))


def _integers(v: list[Fraction]) -> tuple[int, ...]:
    """The same direction in integers without a common factor."""
    scale = math.lcm(*(x.denominator for x in v))
    whole = [int(x * scale) for x in v]
    return tuple(x // math.gcd(*whole) for x in whole)


def with_forms(claim: Claim) -> Claim:
    """The claim with every "M is positive semidefinite" written as: its least form is >= 0."""
    if not any(s.relation == "psd" for s in claim.statements()):
        return claim
    standing = claim.repair.statement if claim.repair else claim.readings[0]
    repair = claim.repair and replace(claim.repair, statement=_settled(claim.repair.statement))
    mutants = claim.mutants
    if standing.relation == "psd":
        mutants = tuple(_settled_mutant(m) for m in mutants)
    return replace(claim, readings=tuple(map(_settled, claim.readings)), repair=repair, mutants=mutants)


def _settled(statement: Statement) -> Statement:
    if statement.relation != "psd":
        return statement
    return replace(statement, relation=">=", right=sp.S.Zero, left=_least(statement.left))


def _settled_mutant(mutant: Mutant) -> Mutant:
    return replace(mutant, left=_least(mutant.left)) if mutant.left else mutant


def _least(quantity: Quantity) -> Quantity:
    run: Any = quantity.run
    return replace(
        quantity,
        text=f"least form of {quantity.text}",
        run=wraps(run)(lambda i: least_form(run(i), quantity.rounding)),
        shows=lambda i: certificate(run(i)),
        expr=None,
    )
