"""Lemmas: proved or standard, true on random instances while mutants fall; use discharges everything."""

import random
from fractions import Fraction

import pytest
import sympy as sp

from proofs_check.core.chain import check_derivation
from proofs_check.core.evaluate import environment, evaluate
from proofs_check.core.lemma import (
    Context,
    LemmaRecord,
    check_lemma,
    find,
    granted,
    lemma_names,
    names_of,
    use,
)
from proofs_check.core.relation import name_of
from tests.core.derivations import GRAD, NEXT, VALUE, L, T, X
from theory.notation import Vec, norm2
from theory.proof import Lemma

TRIALS = 60


class Dice:
    """Answers the draw programmes of a family with small exact numbers."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def integer(self, lo: int, hi: int) -> int:
        return self.rng.randint(lo, hi)

    def choose(self, options: tuple) -> object:
        return self.rng.choice(options)

    def number(self, lo, hi, open_lo: bool, open_hi: bool) -> Fraction:
        place = Fraction(self.rng.randint(1 if open_lo else 0, 11 if open_hi else 12), 12)
        return Fraction(lo) + (Fraction(hi) - Fraction(lo)) * place


def holds(relation, env: dict) -> bool:
    """Whether a relation holds in exact arithmetic (an enclosure that touches the bound counts)."""
    left, right = (evaluate(side, env, True) for side in relation.args)
    gap = left - right
    checks = {"==": gap == 0, "<=": not gap > 0, "<": gap < 0, ">=": not gap < 0, ">": gap > 0}
    return checks[name_of(relation)]


def instances(record: LemmaRecord) -> list[dict]:
    """Environments of random instances; they must satisfy the family and the hypotheses."""
    found = []
    for seed in range(TRIALS):
        instance = record.family.draw(Dice(seed))
        assert record.family.error(instance) == ""
        found.append(environment(record.values, record.laws, instance, sure=True))
    return found


@pytest.mark.parametrize("name", lemma_names())
def test_lemmas_hold_on_random_instances(name: str) -> None:
    """The hypotheses and the conclusion hold on every instance of the lemma's family."""
    record = find(name)
    index = {record.symbols[n] for n in record.index}
    for env in instances(record):
        for hypothesis in record.hypotheses:
            free = sorted((hypothesis.free_symbols & index) - set(env), key=str)
            length = next((int(v) for k, v in env.items() if str(k) in ("n", "T")), 1)
            for k in range(1, length + 1) if free else (1,):
                assert holds(hypothesis, {**env, **dict.fromkeys(free, k)}), (hypothesis, env)
        assert holds(record.conclusion, env), env


@pytest.mark.parametrize("name", lemma_names())
def test_mutants_of_lemmas_die(name: str) -> None:
    """Every wrong version fails on some instance of the same search."""
    record = find(name)
    environments = instances(record)
    for text, relation in record.mutants:
        assert not all(holds(relation, env) for env in environments), text


@pytest.mark.parametrize("name", lemma_names())
def test_lemmas_are_proved_or_standard(name: str) -> None:
    """A lemma with a proof is accepted by the checker; the others name their theorem."""
    record = find(name)
    assert record.name == name
    result = check_lemma(record, check_derivation)
    if result is None:
        assert record.because.startswith("standard: ")
    else:
        assert result.ok, result.reason
    indices = {record.symbols[n] for n in record.index}
    assert not indices & record.conclusion.free_symbols


def test_the_readme_lists_the_trusted_lemmas() -> None:
    """The README of the core names exactly the lemmas that are taken from the literature."""
    from proofs_check.core.lemma import FOLDER

    text = (FOLDER.parent / "core" / "README.md").read_text()
    for name in lemma_names():
        assert (f"| `{name}` |" in text) == bool(find(name).because), name


BIND = {"f": VALUE, "L": L, "x": X, "y": NEXT, "g": GRAD, "fx": VALUE(T), "fy": VALUE(T + 1)}
GRANTS = (
    "smooth(J, L)",
    "value(J, x, J(T))",
    "gradient(J, x, gradient_T)",
    "value(J, x - eta*gradient_T, J(T+1))",
)


def test_a_lemma_is_used_only_with_its_needs_granted() -> None:
    """Without any one of the granted properties the lemma is refused, by name."""
    names = names_of(NEXT)
    assert use(Lemma("smooth_upper", BIND), Context(grants=GRANTS, names=names))[0] is not None
    for k in range(len(GRANTS)):
        context = Context(grants=GRANTS[:k] + GRANTS[k + 1 :], names=names)
        conclusion, reason = use(Lemma("smooth_upper", BIND), context)
        assert conclusion is None and GRANTS[k].split("(")[0] in reason


def test_grants_may_be_typed_or_built() -> None:
    """A property is the same as text, with LaTeX names made plain, and as a tuple of expressions."""
    star, mu = Vec(r"\theta^*"), sp.Symbol(r"\mu", positive=True)
    context = Context(grants=("near(theta_star, 2*mu)",), names=names_of(star, mu))
    assert granted(("near", star, 2 * mu), context)
    assert granted(("near", star, 2 * mu), Context(grants=(("near", star, mu + mu),)))
    assert not granted(("near", star, mu), context)


x, y = sp.symbols("x y", real=True)
j, k = sp.symbols("j k", integer=True, positive=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
z = sp.Symbol("z", integer=True)
a = sp.IndexedBase("a", real=True)
w = sp.IndexedBase("w", real=True)
WRONG = [
    (Lemma("young", {"x": x, "y": y, "c": x}), ()),  # c > 0 is not known
    (Lemma("young", {"x": x, "y": y}), ()),  # a symbol is missing
    (Lemma("am_gm", {"x": x, "y": y}), (x >= 0,)),  # y >= 0 is not known
    (Lemma("nonsense", {}), ()),
    (Lemma("square_nonneg", {"v": x}), ()),  # a number for a vector
    (Lemma("young", {"x": Vec("v"), "y": y, "c": 1}), ()),  # a vector for a number
    (Lemma("sum_monotone", {"a": a[j], "b": a[j] - 1, "j": j, "n": n}), ()),
    (Lemma("sum_monotone", {"a": a[j], "b": a[j] + 1, "j": j, "n": x}), ()),  # a length that is no integer
    (Lemma("sum_monotone", {"a": a[j], "b": a[j] + 1, "j": j, "n": j}), ()),  # a length with the index
    (Lemma("sum_monotone", {"a": a[j], "b": a[j] + 1, "j": j, "n": z}), ()),  # a length below zero
    (Lemma("sum_monotone", {"a": a[j], "b": 0, "j": j, "n": n}), (a[j] <= 0,)),  # known for one j only
    (Lemma("jensen_square", {"w": w[j], "a": a[j], "j": j, "n": n + 1}), ()),
    (Lemma("geometric_decay", {"a": sp.Lambda(n, x**n), "q": x, "T": n, "t": n}), (x >= 0, n >= 3)),
]


@pytest.mark.parametrize("case", range(len(WRONG)))
def test_misuse_is_refused_with_a_reason(case: int) -> None:
    """A lemma with an undischarged hypothesis or a wrong binding is not used."""
    lemma, facts = WRONG[case]
    conclusion, reason = use(lemma, Context(facts=facts))
    assert conclusion is None and reason


def test_right_use_binds_the_conclusion() -> None:
    """With its hypotheses known, a lemma gives its conclusion in the user's symbols."""
    conclusion, _ = use(Lemma("am_gm", {"x": x, "y": y + 1}), Context(facts=(x >= 0, y >= 0)))
    assert conclusion.args == (sp.sqrt(x * (y + 1)), (x + y + 1) / 2)
    monotone = Lemma("sum_monotone", {"a": a[j], "b": a[j] + 1, "j": j, "n": n})
    assert use(monotone, Context())[0] is not None
    decay = Lemma("geometric_decay", {"a": sp.Lambda(n, x**n), "q": x, "T": T, "t": n})
    assert use(decay, Context(facts=(x > 0,)))[0] == sp.Le(x**T, x**T * x**0, evaluate=False)
    vectors = Lemma("square_nonneg", {"v": X - 2 * GRAD})
    assert use(vectors, Context())[0].lhs == norm2(X - 2 * GRAD)


def test_a_record_needs_a_proof_or_a_theorem() -> None:
    """A lemma that is neither proved nor standard, or has no mutants, is no record."""
    record = find("young")
    from dataclasses import replace

    with pytest.raises(ValueError, match="exactly one"):
        replace(record, proof=None)
    with pytest.raises(ValueError, match="wrong version"):
        replace(record, mutants=())
