"""Perturbed lines: each rule alone refuses all of them that are not true."""

import pytest
import sympy as sp

from proofs_check.core import step_mutants as module
from proofs_check.core.chain import check_line
from proofs_check.core.lemma import Context
from proofs_check.core.step_mutants import StepMutants, bent_lines, judged, perturbed, step_mutants
from tests.core.derivations import SAIL, glue, sail
from theory.notation import E, Law, Vec, dot
from theory.proof import (
    Calculus,
    Enclose,
    Entail,
    Expect,
    Induct,
    Jensen,
    Lemma,
    Limit,
    Line,
    Rewrite,
    Stationary,
    SumOfSquares,
)

x, y, t = sp.symbols("x y t", real=True)
p, q, c = sp.symbols("p q c", positive=True)
n, d = sp.symbols("n d", integer=True, positive=True)
j, k = sp.symbols("j k", integer=True, positive=True)
s = sp.IndexedBase("s", real=True)
U, G, H = Vec("u"), Vec("g"), Vec("h")
LAWS = {U: Law(kind="sphere", dim=d, points=lambda i: ((), ()))}
SQUARES = sp.Sum(s[j] ** 2, (j, 1, n))
PAIRS = sp.Sum((s[j] - s[k]) ** 2, (j, 1, k - 1), (k, 1, n))
TOTAL = sp.Eq(p + q, c)
HALF = sp.Rational(1, 2)
RULES = {
    "Rewrite": (n * SQUARES - sp.Sum(s[j], (j, 1, n)) ** 2, Line("==", PAIRS, Rewrite()), Context()),
    "Lemma": (sp.sqrt(p * q) + x, Line("<=", (p + q) / 2 + x, Lemma("am_gm", {"x": p, "y": q})), Context()),
    "Entail": (x, Line("<=", 3 * y**2 + 1, Entail()), Context(facts=(x <= y, sp.Ge(y, 1)))),
    "Entail with a lemma": (
        4 * sp.sqrt(p * q),
        Line("<=", 2 * p + 2 * q, Entail(facts=(Lemma("am_gm", {"x": p, "y": q}),))),
        Context(),
    ),
    "Expect": (E(dot(U, G) ** 2 * dot(U, H) ** 2), None, Context(laws=LAWS)),
    "Induct": (sp.Sum(j**2, (j, 1, n)), Line("==", n * (n + 1) * (2 * n + 1) / 6, Induct(n, 1)), Context()),
    "Calculus": ((p + q) / (2 + p + q), Line(">=", p / (2 + p), Calculus(p)), Context(along=(p, q))),
    "Enclose": (sp.exp(x), Line(">=", 1 + x + x**2 / 2, Enclose((x,))), Context(facts=(x >= 0, x <= 2))),
    "SumOfSquares": (
        x**4 + y**4 + 2,
        Line(">=", 4 * x * y, SumOfSquares()),
        Context(),
    ),
    "Limit": (
        sp.Limit((2 * p**2 + c) / (p**2 + 1), p, sp.oo) * c + c**2,
        Line("==", 2 * c + c**2, Limit(p, sp.oo)),
        Context(),
    ),
    "Stationary": (
        4 / p + 9 / q,
        Line(">=", 25 / c, Stationary({p: 2 * c / 5, q: 3 * c / 5}, multipliers=((TOTAL, -25 / c**2),))),
        Context(facts=(TOTAL,)),
    ),
    "Jensen": (
        HALF * x**4 + HALF * y**4,
        Line(">=", (HALF * x + HALF * y) ** 4, Jensen(sp.Lambda(t, t**4), (HALF, HALF), (x, y))),
        Context(),
    ),
}
EXPECTED = (dot(G, G) * dot(H, H) + 2 * dot(G, H) ** 2) / (d * (d + 2))
RULES["Expect"] = (RULES["Expect"][0], Line("==", EXPECTED, Expect()), RULES["Expect"][2])


@pytest.mark.parametrize("name", list(RULES))
def test_each_rule_refuses_all_wrong_steps(name: str) -> None:
    """A true line is accepted; its perturbed versions are refused, except those that are true as well."""
    before, line, context = RULES[name]
    ok, reason, _ = check_line(before, line, context)
    assert ok, reason
    found = judged(bent_lines(before, (line,), context))
    assert found.accepted == () and found.skipped == 0 and found.rate == 1.0
    assert found.refused >= 5, found


def test_a_broken_rule_is_seen(monkeypatch) -> None:
    """If every line were accepted, the false ones would be listed with a point."""
    monkeypatch.setattr(module, "check_line", lambda *a: (True, "", ()))
    before, line, context = RULES["Entail"]
    found = judged(bent_lines(before, (line,), context))
    assert found.refused == 0 and found.accepted and all("false at" in text for text in found.accepted)
    assert found.rate == 0.0 and "without the given x <= y" in str(found.accepted)


def test_implied_versions_leave_the_rate() -> None:
    """A weaker line is accepted and counted apart."""
    found = judged(bent_lines(x, (Line("<=", x + 2, Entail()),), Context()))
    assert found.implied > 0 and found.accepted == () and found.rate == 1.0


def test_perturbations_are_of_every_kind() -> None:
    """Expression, direction, strictness, givens and listed lemmas are bent, one at a time."""
    before, line, context = RULES["Entail with a lemma"]
    facts = (sp.Ge(x, 0, evaluate=False),)
    made = list(perturbed(line, Context(facts=facts)))
    texts = [text for text, _, _ in made]
    assert "without the lemma am_gm" in texts and "without the given x >= 0" in texts
    assert "<= becomes >=" in texts and "<= becomes <" in texts and "doubled" in texts
    assert all((bent, ground) != (line, context) for _, bent, ground in made)


def test_whole_chains() -> None:
    """The lines of a chain, and of an induction's step, are perturbed in their own contexts."""
    made, chain = glue("rademacher")
    found = step_mutants(chain, made.readings[0], made)
    assert found.accepted == () and found.rate == 1.0
    made, chain = sail()
    found = step_mutants(chain, SAIL, made)
    assert found.accepted == () and found.refused > 10


def test_a_selection_is_even_and_says_what_it_skips(monkeypatch) -> None:
    """Of more perturbed lines than wanted every part is tried; the others are skipped, never refused."""
    before, line, context = RULES["Entail"]
    every = bent_lines(before, (line,), context)
    found = judged(every, 4)
    assert found.refused + found.implied == 4 and found.skipped == len(every) - 4
    assert judged(every[:4], 4).skipped == 0 and judged([], 4).rate is None
    assert found + found == StepMutants(2 * found.refused, 2 * found.implied, skipped=2 * found.skipped)
    tried = []
    monkeypatch.setattr(module, "check_line", lambda *one: (bool(tried.append(one)), "", ()))
    judged(every, 4)
    quarters = [every[k * len(every) // 4] for k in range(4)]
    assert tried == [(one.before, one.line, one.ground) for one in quarters]
