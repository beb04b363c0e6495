"""Propose sum-of-squares certificates: solve in floats, round to rationals, put back on the identity exactly.

Nothing here is trusted: `proofs_check.core.sos` checks whatever comes out.  The float problem is: find
matrices Q_i >= 0 with sum of g_i b_i^T Q_i b_i = p, the smallest eigenvalue as large as possible.  It goes to
cvxpy with Clarabel where they are installed (the extra `sos`), else to Newton's method on a barrier.

Rounding (Peyrl and Parrilo 2008): if the solution is inside the cone, a rational point nearby, projected onto
the affine space of the identity, stays inside.  If p has real zeros, every solution is singular there: the
kernel is read off, rounded, and divided out by a smaller basis, and the same is tried again.
"""

import time
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import sympy as sp
from flint import fmpq, fmpq_mat

from proofs_check.core.relation import name_of
from proofs_check.core.sos import is_psd
from theory.proof import Gram

MOST = 40
"""Most monomials of one basis."""
DENOMINATORS = (1, 2, 3, 4, 6, 12, 60, 2**10, 2**16, 2**24)
TINY = 1e-5


@dataclass(frozen=True, slots=True)
class Block:
    """A multiplier and the basis whose squares it multiplies."""

    times: Any
    basis: tuple


@dataclass(frozen=True, slots=True)
class System:
    """rows @ (entries of all Gram matrices, upper triangles) = target, exactly."""

    blocks: tuple[Block, ...]
    places: tuple[tuple[int, int, int], ...]
    rows: list[list[Fraction]]
    target: list[Fraction]


def propose(p: Any, facts: Any, seconds: float = 10.0) -> tuple[tuple[Gram, ...] | None, str]:
    """(certificate, "") or (None, why not); the certificate still has to be checked."""
    p, stop = sp.expand(p), time.monotonic() + seconds
    gens = sorted(p.free_symbols, key=str)
    if not gens or not p.is_polynomial(*gens) or not all(c.is_Rational for c in sp.Poly(p, *gens).coeffs()):
        return None, "not a polynomial with rational coefficients in its symbols"
    slacks = _slacks(facts, gens)
    reason = "no positive semidefinite Gram matrix found"
    for multipliers in ([], slacks) if slacks else ([],):
        blocks = _blocks(sp.Poly(p, *gens), gens, multipliers)
        if any(len(b.basis) > MOST for b in blocks):
            return None, f"a basis of more than {MOST} monomials"
        for _ in range(4):
            system = _system(p, gens, blocks)
            values, least = _solve(system, stop)
            if values is None:
                break
            found = _rounded(system, values)
            if found is not None:
                return found, ""
            smaller = _without_kernel(system, values)
            if smaller is None:
                reason = f"found in floats (least eigenvalue {least:.2g}) but not rounded to rationals"
                break
            blocks = smaller
    return None, reason


def _slacks(facts: Any, gens: list) -> list:
    """Polynomials that the givens and signs make non-negative, and products of two of them."""
    found = [g if g.is_nonnegative else -g for g in gens if g.is_nonnegative or g.is_nonpositive]
    for fact in facts:
        sign = name_of(fact)
        if sign in ("<=", "<", ">=", ">") and fact.free_symbols <= set(gens):
            a, b = fact.args
            gap = sp.expand(b - a if sign[0] == "<" else a - b)
            if gap.is_polynomial(*gens) and gap.free_symbols:
                found.append(gap)
    pairs = [sp.expand(a * b) for i, a in enumerate(found) for b in found[:i]]
    return list(dict.fromkeys([*found, *pairs]))[:16]


def _blocks(poly: Any, gens: list, multipliers: list) -> tuple[Block, ...]:
    degree = max([poly.total_degree(), *[sp.Poly(g, *gens).total_degree() for g in multipliers]])
    half = (degree + 1) // 2
    blocks = [Block(sp.Integer(1), _monomials(gens, half, poly if not multipliers else None))]
    for g in multipliers:
        room = (2 * half - sp.Poly(g, *gens).total_degree()) // 2
        blocks.append(Block(g, _monomials(gens, room, None)))
    return tuple(blocks)


def _monomials(gens: list, degree: int, poly: Any) -> tuple:
    """Monomials up to a degree; with a polynomial only those whose squares its Newton box admits."""
    found = []
    for d in range(degree + 1):
        for choice in combinations_with_replacement(gens, d):
            powers = [choice.count(g) for g in gens]
            if poly is not None:
                top = [poly.degree(g) for g in gens]
                low = min(sum(m) for m in poly.monoms())
                if any(2 * a > b for a, b in zip(powers, top, strict=True)) or 2 * d < low:
                    continue
            found.append(sp.Mul(*choice))
    return tuple(found)


def _system(p: Any, gens: list, blocks: tuple[Block, ...]) -> System:
    """One linear equation for each monomial."""
    places, columns = [], []
    for k, b in enumerate(blocks):
        for i in range(len(b.basis)):
            for j in range(i, len(b.basis)):
                places.append((k, i, j))
                term = sp.expand((1 if i == j else 2) * b.times * b.basis[i] * b.basis[j])
                columns.append(dict(sp.Poly(term, *gens).terms()))
    wanted = dict(sp.Poly(p, *gens).terms())
    monomials = sorted({m for column in [*columns, wanted] for m in column})
    rows = [[_fraction(column.get(m, 0)) for column in columns] for m in monomials]
    return System(blocks, tuple(places), rows, [_fraction(wanted.get(m, 0)) for m in monomials])


def _fraction(x: Any) -> Fraction:
    x = sp.Rational(x)
    return Fraction(int(x.p), int(x.q))


def _matrices(system: System, values: Any, zero: Any) -> list:
    made: list = [[[zero] * len(b.basis) for _ in b.basis] for b in system.blocks]
    for (k, i, j), value in zip(system.places, values, strict=True):
        made[k][i][j] = made[k][j][i] = value
    return made


def _solve(system: System, stop: float) -> tuple[Any, float]:
    """(entries, least eigenvalue) of a solution in floats, or (None, ...) where there is none."""
    a = np.array([[float(x) for x in row] for row in system.rows])
    b = np.array([float(x) for x in system.target])
    start = np.linalg.lstsq(a, b, rcond=None)[0]
    if np.abs(a @ start - b).max(initial=0) > 1e-7 * (1 + np.abs(b).max()):
        return None, -np.inf
    values = _clarabel(system, a, b)
    if values is None:
        values = barrier(system, a, start, stop)
    least = min(np.linalg.eigvalsh(np.array(m, dtype=float)).min() for m in _matrices(system, values, 0.0))
    return (values, least) if least > -1e-4 else (None, least)


def _clarabel(system: System, a: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """The solution by cvxpy and Clarabel; None where they are not installed or give up."""
    try:
        cp: Any = import_module("cvxpy")
    except ImportError:
        return None
    x, t = cp.Variable(a.shape[1]), cp.Variable()
    conditions: list = [a @ x == b, t <= 1]
    for k, one in enumerate(system.blocks):
        n = len(one.basis)
        lift = np.zeros((n * n, a.shape[1]))
        for place, (kk, i, j) in enumerate(system.places):
            if kk == k:
                lift[i * n + j, place] = lift[j * n + i, place] = 1
        matrix = cp.reshape(lift @ x, (n, n), order="C")
        conditions.append((matrix + matrix.T) / 2 - t * np.eye(n) >> 0)
    problem = cp.Problem(cp.Maximize(t - 1e-6 * cp.norm1(x)), conditions)
    try:
        problem.solve(solver=cp.CLARABEL)
    except cp.SolverError:
        return None
    return x.value


def barrier(system: System, a: np.ndarray, start: np.ndarray, stop: float, rounds: int = 60) -> np.ndarray:
    """Raise the least eigenvalue along the null space of the identity: Newton steps on a log barrier.

    Minimises  weight * s - sum log det(Q_k + s I) + |y|^2 / 1e6  in (y, s), the weight growing.
    """
    _, sizes, right = np.linalg.svd(a)
    free = right[int((sizes > 1e-10 * sizes.max(initial=1)).sum()) :]
    basis = [np.array(m, dtype=float) for m in _matrices(system, start, 0.0)]
    moves = [[np.array(m, dtype=float) for m in _matrices(system, v, 0.0)] for v in free]
    y = np.zeros(len(free))
    s = 1.0 - min(np.linalg.eigvalsh(m).min() for m in basis)
    weight = 1.0
    for _ in range(rounds):
        if time.monotonic() > stop:
            break
        gradient, hessian = np.zeros(len(y) + 1), np.eye(len(y) + 1) * 2e-6
        gradient[:-1], gradient[-1] = 2e-6 * y, weight
        for k, base in enumerate(basis):
            whole = base + sum((c * m[k] for c, m in zip(y, moves, strict=True)), 0 * base)
            inverse = np.linalg.inv(whole + s * np.eye(len(base)))
            turned = [inverse @ m[k] for m in moves] + [inverse]
            gradient -= np.array([np.trace(z) for z in turned])
            hessian += np.array([[np.sum(u * v.T) for v in turned] for u in turned])
        step, size = -np.linalg.solve(hessian, gradient), 1.0
        while size > 1e-9 and not _inside(basis, moves, y + size * step[:-1], s + size * step[-1]):
            size /= 2
        y, s, weight = y + 0.9 * size * step[:-1], s + 0.9 * size * step[-1], min(weight * 1.4, 1e7)
    return start + (free.T @ y if len(free) else 0)


def _inside(basis: list, moves: list, y: np.ndarray, s: float) -> bool:
    for k, base in enumerate(basis):
        whole = base + sum((c * m[k] for c, m in zip(y, moves, strict=True)), 0 * base)
        if np.linalg.eigvalsh(whole + s * np.eye(len(base))).min() <= 0:
            return False
    return True


def _rounded(system: System, values: np.ndarray) -> tuple[Gram, ...] | None:
    """Rational matrices near the solution that satisfy the identity exactly and are semidefinite."""
    if not system.places:
        return None
    for denominator in DENOMINATORS:
        near = [Fraction(round(float(v) * denominator), denominator) for v in values]
        exact = _projected(system, near)
        if exact is None:
            return None
        matrices = _matrices(system, exact, Fraction(0))
        if all(is_psd(m) for m in matrices):
            return tuple(
                Gram(b.times, b.basis, tuple(map(tuple, m)))
                for b, m in zip(system.blocks, matrices, strict=True)
                if any(any(row) for row in m)
            )
    return None


def _projected(system: System, near: list[Fraction]) -> list[Fraction] | None:
    """The nearest point of the affine space, exactly; None if the equations contradict each other."""
    width = len(near)
    flat = [_q(x) for row, t in zip(system.rows, system.target, strict=True) for x in (*row, t)]
    reduced, rank = fmpq_mat(len(system.rows), width + 1, flat).rref()
    rows = [[reduced[i, j] for j in range(width)] for i in range(rank)]
    if any(all(x == 0 for x in row) for row in rows):
        return None
    a = fmpq_mat(rank, width, [x for row in rows for x in row])
    missing = fmpq_mat(rank, 1, [reduced[i, width] for i in range(rank)]) - a * fmpq_mat(
        width, 1, [_q(x) for x in near]
    )
    move = a.transpose() * (a * a.transpose()).solve(missing)
    return [x + Fraction(int(move[i, 0].p), int(move[i, 0].q)) for i, x in enumerate(near)]


def _q(x: Fraction) -> fmpq:
    return fmpq(x.numerator, x.denominator)


def _without_kernel(system: System, values: np.ndarray) -> tuple[Block, ...] | None:
    """The blocks with bases orthogonal to the rounded kernels; None if no kernel was recognised."""
    blocks, changed = [], False
    for b, m in zip(system.blocks, _matrices(system, values, 0.0), strict=True):
        sizes, vectors = np.linalg.eigh(np.array(m, dtype=float))
        kernel = vectors[:, sizes < TINY * max(1.0, sizes.max())].T
        if not len(kernel):
            blocks.append(b)
            continue
        echelon = _echelon(kernel)
        nearby = [[Fraction(float(x)).limit_denominator(24) for x in row] for row in echelon]
        if np.abs(np.array(nearby, dtype=float) - echelon).max() > 1e-2:
            blocks.append(b)
            continue
        null = sp.Matrix(nearby).nullspace()
        basis = tuple(sp.expand(sp.Add(*[c * e for c, e in zip(v, b.basis, strict=True)])) for v in null)
        changed = True
        if basis:
            blocks.append(Block(b.times, basis))
    return tuple(blocks) if changed and blocks else None


def _echelon(rows: np.ndarray) -> np.ndarray:
    """Reduced row echelon form with complete pivoting on columns, in floats."""
    rows, taken = rows.copy(), []
    for i in range(len(rows)):
        left = [c for c in range(rows.shape[1]) if c not in taken]
        column = max(left, key=lambda c, i=i: abs(rows[i:, c]).max())
        pivot = i + int(np.argmax(abs(rows[i:, column])))
        rows[[i, pivot]] = rows[[pivot, i]]
        rows[i] /= rows[i, column]
        for other in range(len(rows)):
            if other != i:
                rows[other] -= rows[other, column] * rows[i]
        taken.append(column)
    return rows
