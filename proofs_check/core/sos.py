"""Polynomial inequalities by certificates that are checked exactly: p = sum of g b^T Q b + sum of h q.

Each g is non-negative on the givens (decided by `entails`), each h is zero there, each Q is a rational matrix
that is positive semidefinite by its LDL^T factors over the rationals, and the identity is one of polynomials
with rational coefficients.  Where a certificate comes from does not matter (`proofs_check.core.sos_search`
proposes one in floats); only what is in this file has to be right.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from proofs_check.core.polynomial import entails, senseless
from theory.proof import Gram, SumOfSquares


def is_psd(matrix: Sequence[Sequence[Any]]) -> bool:
    """Whether a symmetric rational matrix is positive semidefinite: all pivots of LDL^T are >= 0, exactly.

    A pivot of zero is right only if its whole row is zero in what is left.
    """
    rest = [[_rational(x) for x in row] for row in matrix]
    n = len(rest)
    if any(len(row) != n for row in rest) or any(
        rest[i][j] != rest[j][i] for i in range(n) for j in range(i)
    ):
        return False
    for k in range(n):
        pivot = rest[k][k]
        if pivot < 0 or (pivot == 0 and any(rest[k][j] for j in range(k, n))):
            return False
        if pivot:
            for i in range(k + 1, n):
                factor = rest[i][k] / pivot
                for j in range(k, n):
                    rest[i][j] -= factor * rest[k][j]
    return True


def _rational(x: Any) -> Fraction:
    """The number as a Fraction; a float is refused, since it certifies nothing."""
    value = sp.sympify(x)
    if not value.is_Rational:
        raise TypeError(f"entry {x!r} of a certificate, expected a rational number")
    return Fraction(int(value.p), int(value.q))


def block(gram: Gram) -> Any:
    """times * basis^T matrix basis, expanded."""
    n = len(gram.basis)
    total = sp.Add(
        *[
            sp.sympify(gram.matrix[i][j]) * sp.sympify(gram.basis[i]) * sp.sympify(gram.basis[j])
            for i in range(n)
            for j in range(n)
        ]
    )
    return sp.expand(sp.sympify(gram.times) * total)


def check_certificate(p: Any, rule: SumOfSquares, certificate: tuple, facts: Any) -> tuple[bool, str]:
    """Whether the certificate shows p >= 0 wherever the facts hold."""
    rest = sp.expand(p)
    for place, gram in enumerate(certificate, 1):
        if len(gram.matrix) != len(gram.basis):
            return False, f"block {place}: {len(gram.basis)} basis elements, {len(gram.matrix)} rows"
        if not is_psd(gram.matrix):
            return False, f"block {place}: the matrix is not positive semidefinite"
        times = sp.sympify(gram.times)
        if not (times.is_Rational and times >= 0):
            answer, reason = entails(facts, sp.Ge(times, 0, evaluate=False), rule.seconds)
            if answer is not True:
                return False, f"block {place}: {times} >= 0 not shown ({reason})"
        if not _real((times, *gram.basis)):
            return False, f"block {place}: a term that is not declared real"
        if problem := senseless(gram.basis, facts):
            return False, f"block {place}: {problem}"
        rest = rest - block(gram)
    for zero, factor in rule.zeros:
        answer, reason = entails(facts, sp.Eq(zero, 0, evaluate=False), rule.seconds)
        if answer is not True:
            return False, f"{zero} = 0 not shown ({reason})"
        if problem := senseless((factor,), facts):
            return False, problem
        rest = rest - sp.sympify(zero) * sp.sympify(factor)
    rest = sp.expand(rest)
    if rest != 0:
        return False, f"the certificate misses the polynomial by {rest}"
    sizes = ", ".join(
        f"{len(g.basis)} squares" + (f" times {g.times}" if g.times != 1 else "") for g in certificate
    )
    return True, f"exact certificate: {sizes}"


def _real(parts: tuple) -> bool:
    """Whether the squares are squares of real numbers: every symbol in them is declared real."""
    return all(sp.sympify(part).is_extended_real is not False for part in parts) and all(
        s.is_extended_real for part in parts for s in sp.sympify(part).free_symbols
    )
