"""Induction: true relations are accepted, and each condition of the rule is needed."""

from dataclasses import replace

import pytest
import sympy as sp

from proofs_check.core.chain import check_chain, check_line
from proofs_check.core.lemma import Context
from tests.core.derivations import (
    BEST,
    ETA,
    FLOPS,
    FLOPS_PROOF,
    GIVENS,
    MU,
    PAIRS,
    RATE,
    SPREAD,
    STEP,
    VALUE,
    B,
    J,
    K,
    L,
    S,
    T,
    X,
    claim,
    sail,
)
from theory.claim import Given
from theory.notation import norm2
from theory.proof import Chain, Entail, Induct, Line, Rewrite

Sum = sp.Sum


def test_lagrange_for_every_length() -> None:
    """FLOPS A.3: the spread of the traces equals the sum over pairs, for every B."""
    result = check_chain(FLOPS_PROOF, FLOPS, claim(FLOPS, (B, S)))
    assert result.ok, result.reason


WRONG_IDENTITIES = [
    2 * PAIRS,
    PAIRS / B,
    -PAIRS,
    PAIRS + 1,
    Sum((S[J] + S[K]) ** 2, (J, 1, K - 1), (K, 1, B)),
    Sum((S[J] - S[K]) ** 4, (J, 1, K - 1), (K, 1, B)),
    Sum((S[J] - S[K]) ** 2, (J, 1, K - 1), (K, 1, B + 1)),
    Sum((S[J] - S[K]) ** 2, (J, 1, K), (K, 1, B)) + S[1],
    Sum((S[J] - S[K]) ** 2, (J, 1, B), (K, 1, B)),
]


@pytest.mark.parametrize("which", range(len(WRONG_IDENTITIES)))
def test_wrong_identities_are_refused(which: int) -> None:
    """No bent right side of Lagrange's identity is accepted."""
    right = WRONG_IDENTITIES[which]
    ok, reason, _ = check_line(SPREAD, Line("==", right, Induct(B, 1)), Context())
    assert not ok and reason


def test_gradient_descent() -> None:
    """SAIL, Theorem 2: the linear rate follows from smoothness and strong convexity at named points."""
    made, chain = sail()
    result = check_chain(chain, made.readings[0], made)
    assert result.ok, result.reason
    assert result.lemmas == ("smooth_upper", "strong_convexity", "square_nonneg")


GAP0 = VALUE(0) - BEST
BENT_RATES = {
    "2 mu": (1 - 2 * ETA * MU) ** T * GAP0,
    "squared": (1 - ETA * MU) ** (2 * T) * GAP0,
    "one step more": (1 - ETA * MU) ** (T + 1) * GAP0,
    "L for mu": (1 - ETA * L) ** T * GAP0,
    "half the start": RATE / 2,
    "no power": (1 - ETA * MU) * GAP0,
    "zero": sp.Integer(0),
    "other start": (1 - ETA * MU) ** T * (VALUE(1) - BEST),
}


@pytest.mark.parametrize("name", BENT_RATES)
def test_sharper_rates_are_refused(name: str) -> None:
    """With the same lines, no sharper rate is accepted."""
    right = BENT_RATES[name]
    step = (STEP[0], replace(STEP[1], expr=right.subs(T, T + 1)))
    made, chain = sail(right=right, step=step)
    assert not check_chain(chain, made.readings[0], made).ok


@pytest.mark.parametrize("dropped", range(len(GIVENS)))
def test_every_given_of_gradient_descent_is_needed(dropped: int) -> None:
    """Without any one of its givens the derivation is refused."""
    made, chain = sail(givens=GIVENS[:dropped] + GIVENS[dropped + 1 :])
    assert not check_chain(chain, made.readings[0], made).ok


@pytest.mark.parametrize("fact", range(4))
def test_every_lemma_of_the_step_is_needed(fact: int) -> None:
    """Without the descent lemma, convexity or the square, the step is refused; the last fact is spare."""
    facts = STEP[0].by.facts
    by = Entail(facts=facts[:fact] + facts[fact + 1 :])
    made, chain = sail(step=(replace(STEP[0], by=by), STEP[1]))
    accepted = check_chain(chain, made.readings[0], made).ok
    assert not accepted or fact == 3


n = sp.Symbol("n", integer=True, nonnegative=True)
x = sp.Symbol("x", real=True)
BERNOULLI = Line(
    ">=",
    1 + n * x,
    Induct(
        n,
        0,
        step=(
            Line(">=", (1 + n * x) * (1 + x), Entail()),
            Line("==", 1 + (n + 1) * x + n * x**2, Rewrite()),
            Line(">=", 1 + (n + 1) * x, Entail()),
        ),
    ),
)


def test_bernoulli() -> None:
    """(1 + x)^n >= 1 + n x for x >= -1, and not without that condition."""
    assert check_line((1 + x) ** n, BERNOULLI, Context(facts=(x >= -1,)))[0]
    assert not check_line((1 + x) ** n, BERNOULLI, Context())[0]


BENT = {
    "base outside the symbol": replace(BERNOULLI, by=replace(BERNOULLI.by, base=-1)),
    "base above the domain": replace(BERNOULLI, by=replace(BERNOULLI.by, base=1)),
    "another variable": replace(BERNOULLI, by=replace(BERNOULLI.by, var=x)),
    "no step": replace(BERNOULLI, by=replace(BERNOULLI.by, step=())),
    "step ends early": replace(BERNOULLI, by=replace(BERNOULLI.by, step=BERNOULLI.by.step[:2])),
    "strict": replace(BERNOULLI, relation=">"),
    "reversed": replace(BERNOULLI, relation="<="),
    "false base": replace(BERNOULLI, expr=2 + n * x),
    "equality": replace(BERNOULLI, relation="=="),
}


@pytest.mark.parametrize("name", BENT)
def test_bent_inductions_are_refused(name: str) -> None:
    """Each broken condition of the rule is seen."""
    ok, reason, _ = check_line((1 + x) ** n, BENT[name], Context(facts=(x >= -1,)))
    assert not ok and reason


def test_facts_at_the_instance_are_not_facts_of_the_step() -> None:
    """A given that speaks of the variable holds at its own value only, not at every earlier one."""
    f = sp.Function("f", real=True)
    line = Line("<=", sp.Integer(1), Induct(n, 0, step=(Line("<=", sp.Integer(1), Entail()),)))
    facts = (f(n + 1) <= 1, f(0) <= 1)
    assert not check_line(f(n), line, Context(facts=facts))[0]
    every = Context(facts=(f(0) <= 1,), every=((n, f(n + 1) <= 1),))
    assert check_line(f(n), line, every)[0]


def test_vectors_of_one_iterate_do_not_stand_in_the_relation() -> None:
    """A vector that a grant ties to the variable may not stand in what is proved by induction."""
    line = Line("==", norm2(X) * 1 + T - T, Induct(T, 0))
    context = Context(grants=("value(J, x, J(T))",), names={"J": VALUE, "x": X, "T": T})
    ok, reason, _ = check_line(norm2(X) + T - VALUE(T) + VALUE(T), line, context)
    assert not ok
    tied = Line("<=", T + norm2(X), Induct(T, 0, step=(Line("<=", T + 1 + norm2(X), Entail()),)))
    ok, reason, _ = check_line(T + sp.Integer(0), tied, context)
    assert not ok and "depend on T" in reason


def test_the_hypothesis_is_known_at_var_only() -> None:
    """The step may use the relation at var, not at var + 1."""
    f = sp.Function("f", real=True)
    circular = Line("<=", sp.Integer(0), Induct(n, 0, step=(Line("<=", sp.Integer(0), Entail()),)))
    assert not check_line(f(n), circular, Context(facts=(f(0) <= 0,)))[0]


def test_a_contradictory_given_proves_no_induction() -> None:
    """With givens that exclude each other nothing is proved."""
    impossible = Given(text="eta > 1 and eta < 1", fact=sp.And(ETA > 1, ETA < 1))
    made, chain = sail(givens=(*GIVENS, impossible))
    assert not check_chain(chain, made.readings[0], made).ok


def test_chain_of_an_induction_reports_its_lines() -> None:
    """The report of a line says by which rule and on which lemmas it rests."""
    made, chain = sail()
    (line,) = check_chain(chain, made.readings[0], made).lines
    assert line.rule == "Induct T" and "2 lines" in line.reason and isinstance(chain, Chain)
