"""Moment rules: right for each law in symbolic dimension, and a named refusal of everything else."""

import pytest
import sympy as sp

from proofs_check.core.evaluate import environment, evaluate
from proofs_check.core.moments import NoMoment, expected
from proofs_check.core.normal import equal
from tests.core.derivations import DIM, ESTIMATE, GLUE, MSE, TRACE, G, M, U, V
from theory.family import Instance
from theory.notation import Avg, E, Law, Vec, dot, norm2

A, B = Vec("a"), Vec("b")
KINDS = ("sphere", "gaussian", "rademacher")


def law(kind: str) -> Law:
    from sim.directions import points

    return Law(kind=kind, dim=DIM, points=lambda i: points(kind, i.K))


def laws(kind: str) -> dict:
    return {U: law(kind), V: law(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_proposition_1_of_glue(kind: str) -> None:
    """The mean squared error and the trace of the covariance are those computed by hand."""
    error, trace = GLUE[kind]
    assert equal(expected(MSE, laws(kind)), error)
    assert equal(expected(TRACE, laws(kind)), trace)


FACTORS = [2, -1, sp.Rational(1, 2), DIM, 1 / DIM, M, 1 / M, (DIM + 2) / DIM, DIM / (DIM + 1)]


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.parametrize("kind", KINDS)
def test_wrong_factors_are_seen(kind: str, factor: sp.Expr) -> None:
    """No expectation equals itself times another factor."""
    assert not equal(expected(MSE, laws(kind)), factor * GLUE[kind][0])


MOMENTS = {
    "gaussian": {
        dot(U, A) ** 4: 3 * norm2(A) ** 2,
        norm2(U) ** 2: DIM * (DIM + 2),
        norm2(U) * dot(U, A) * dot(U, B): (DIM + 2) * dot(A, B),
        dot(U, V) ** 2: DIM,
        dot(U, A) ** 3: 0,
    },
    "sphere": {
        dot(U, A) ** 4: 3 * norm2(A) ** 2 / (DIM * (DIM + 2)),
        norm2(U) ** 2: 1,
        dot(U, A) ** 2 * dot(U, B) ** 2: (norm2(A) * norm2(B) + 2 * dot(A, B) ** 2) / (DIM * (DIM + 2)),
        dot(U, V) ** 2: 1 / DIM,
        dot(U, A): 0,
    },
    "rademacher": {
        norm2(U) * dot(U, A) * dot(U, B): DIM * dot(A, B),
        norm2(U) ** 3: DIM**3,
        dot(U, V) ** 2: DIM,
        dot(U, A): 0,
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_moments(kind: str) -> None:
    """The moments up to degree six agree with Isserlis' theorem and its relatives."""
    for product, value in MOMENTS[kind].items():
        assert equal(expected(E(product), laws(kind)), value), product


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_moment_rules_agree_with_enumeration(kind: str, size: int) -> None:
    """The rules and the enumeration over exact points of the law give the same numbers."""
    i = Instance(K=size, m=3, g=(1, -2, 3)[:size], a=(2, 1, 1)[:size])
    symbols = {DIM: lambda i: i.K, M: lambda i: i.m, G: lambda i: i.g, A: lambda i: i.a}
    env = environment(symbols, laws(kind), i, sure=True)
    for term in (MSE, TRACE, E(dot(U, A) ** 2 * norm2(U)), E(dot(U, V) * dot(U, A) * dot(V, G))):
        assert evaluate(term, env, True) == evaluate(expected(term, laws(kind)), env, True)


def test_averages_of_products() -> None:
    """A product of averages counts the choices of copies that coincide."""
    mean = expected(E(dot(Avg(U, M), A) * dot(Avg(U, M), B)), laws("gaussian"))
    assert equal(mean, dot(A, B) / M)
    fourth = expected(E(dot(Avg(U, M), A) ** 4), laws("gaussian"))
    assert equal(fourth, 3 * norm2(A) ** 2 / M**2)


@pytest.mark.parametrize(
    "term",
    [
        dot(U, A) ** 4,
        1 / norm2(U),
        sp.sqrt(norm2(U)),
        sp.Abs(dot(U, A)),
        dot(Avg(U, M), U),
        dot(Avg(U, M), Avg(2 * U, M)),
        dot(U, A) ** M,
        dot(Avg(ESTIMATE, M), A) ** 2 * dot(U, A),
    ],
)
def test_what_the_rules_do_not_cover_is_refused(term: sp.Expr) -> None:
    """Each expectation beyond the rules is refused by name."""
    with pytest.raises(NoMoment, match="u"):
        expected(E(term), laws("rademacher"))


def test_an_unknown_law_is_refused() -> None:
    """A law that the rules do not know is named."""
    with pytest.raises(NoMoment, match="cauchy"):
        expected(E(dot(U, A)), {U: Law(kind="cauchy", dim=DIM, points=lambda i: ((), ()))})
