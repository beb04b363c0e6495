"""Markov's inequality: the level must be a constant, neither random nor dependent on the outcome."""

import sympy as sp

from proofs_check.core.lemma import Context, use
from theory.notation import E, Law, Vec, dot
from theory.proof import Lemma

n, d = sp.symbols("n d", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
p = sp.IndexedBase("p", nonnegative=True)
x = sp.IndexedBase("x", nonnegative=True)
c = sp.Symbol("c", positive=True)
U, G = Vec("u"), Vec("g")
LAWS = {U: Law(kind="sphere", dim=d, points=lambda i: ((), ()))}


def used(level, facts=()) -> tuple:
    """The conclusion at a level (the event of probability zero), or None with the reason."""
    bind = {"p": p[j], "x": x[j], "h": sp.Integer(0), "c": level, "j": j, "n": n}
    return use(Lemma("markov", bind), Context(facts=tuple(facts), laws=LAWS))


def test_a_constant_level_is_accepted() -> None:
    """A symbol, and an expectation, are constants."""
    assert used(c)[0] is not None
    mean = E(dot(U, G) ** 2)
    assert used(mean, (sp.Gt(mean, 0, evaluate=False),))[0] is not None


def test_a_random_level_is_refused() -> None:
    """A level with a random vector in it, or with the outcome's own index, gives no inequality."""
    sample = dot(U, G) ** 2
    conclusion, reason = used(sample, (sp.Gt(sample, 0, evaluate=False),))
    assert conclusion is None and "random" in reason
    conclusion, reason = used(x[j] + 1)
    assert conclusion is None and "index" in reason
    assert used(-c)[0] is None
