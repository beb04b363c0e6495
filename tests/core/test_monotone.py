"""Monotone statements: the sign of the derivative on the whole segment, and nothing less."""

from dataclasses import replace

import sympy as sp

from proofs_check.core.chain import check_chain, check_line
from proofs_check.core.lemma import Context
from tests.core.derivations import AT, BY, MONOTONE, claim, statement
from theory.claim import Along, Given
from theory.proof import Calculus, Chain, Line

LATER, NOW = (AT + BY) / (1 + AT + BY), AT / (1 + AT)
GROWS = Chain(LATER, (Line(">", NOW, Calculus(AT)),))


def test_monotone_statements() -> None:
    """x/(1+x) increases on x >= 0; it does not decrease; another chain proves nothing."""
    made = claim(MONOTONE, (AT, BY))
    assert check_chain(GROWS, MONOTONE, made).ok
    falling = replace(MONOTONE, relation="decreasing")
    assert not check_chain(GROWS, falling, made).ok
    assert not check_chain(Chain(LATER, (Line("<", NOW, Calculus(AT)),)), falling, made).ok
    weak = check_chain(Chain(LATER, (Line(">=", NOW, Calculus(AT)),)), MONOTONE, made)
    assert not weak.ok and "expected >" in weak.reason
    assert not check_chain(GROWS, replace(MONOTONE, along=Along(symbol=AT, field="x", step="k")), made).ok


def test_monotone_needs_its_range() -> None:
    """1/x decreases where x > 0 throughout the segment, and x^2 does not increase on the whole line."""
    z, h = sp.Symbol("z", real=True), sp.Symbol("h", nonnegative=True)
    line, context = Line("<=", 1 / z, Calculus(z)), Context(along=(z, h))
    assert check_line(1 / (z + h), line, replace(context, facts=(z > 0,)))[0]
    assert not check_line(1 / (z + h), line, context)[0]
    assert not check_line(1 / (z + h), line, replace(context, facts=(z < 0,)))[0]  # z + h may be positive
    assert check_line(1 / (z + h), line, replace(context, facts=(z < 0, z + h < 0)))[0]
    square = Line(">=", z**2, Calculus(z))
    assert check_line((z + h) ** 2, square, replace(context, facts=(z >= 0,)))[0]
    assert not check_line((z + h) ** 2, square, context)[0]
    assert not check_line((z + h) ** 2, square, replace(context, facts=(z**2 >= 1,)))[0]
    both = Given(text="z is positive and below one, h > 0", fact=sp.And(z > 0, z + h < 1, h > 0))
    line = Line("<", 1 / z, Calculus(z))
    falls = replace(
        statement(1 / z, "decreasing", None, (both,), along=Along(symbol=z, field="z", step="h")), right=None
    )
    assert check_chain(Chain(1 / (z + h), (line,)), falls, claim(falls, (z, h))).ok
    kink = Line(">=", sp.Abs(z), Calculus(z))
    assert not check_line(sp.Abs(z + h), kink, replace(context, facts=(z >= 0,)))[0]


def test_a_strict_statement_needs_a_strict_slope() -> None:
    """a/n falls strictly in n where a > 0 and the step is; with a >= 0 or a step >= 0 it need not."""
    n, (a, loose) = sp.Symbol("n", positive=True), sp.symbols("a k", nonnegative=True)

    def falls(relation: str, givens: tuple = (), step: sp.Symbol = BY) -> bool:
        made = statement(a / n, "decreasing", None, givens, along=Along(symbol=n, field="n", step=str(step)))
        chain = Chain(a / (n + step), (Line(relation, a / n, Calculus(n)),))
        return check_chain(chain, made, claim(made, (n, a, step))).ok

    some = (Given(text="a > 0", fact=a > 0),)
    assert falls("<", some)
    assert not falls("<") and not falls("<=") and not falls("<=", some)
    assert not falls("<", some, loose) and not falls("<=", some, loose)


def test_the_point_between_takes_no_symbol_of_the_statement() -> None:
    """z y rises in z only where y >= 0, whatever y is called."""
    z, y, h = sp.Symbol("z", real=True), sp.Symbol("y_between", real=True), sp.Symbol("h", positive=True)
    context = Context(along=(z, h), facts=(z >= 1,))
    line = Line(">=", z * y, Calculus(z))
    assert not check_line((z + h) * y, line, context)[0]
    assert check_line((z + h) * y, line, replace(context, facts=(y >= 0,)))[0]
