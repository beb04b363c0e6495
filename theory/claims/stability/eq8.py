"""Model merging stability, corollary 1 and (8): sparsification and the spread of the task vectors.

Printed   For every task i the heterogeneity falls, zeta-hat_i^2 = zeta_i^2 - delta_i with delta_i > 0, if the
          merge zeroes entries whose sign conflicts with the mean, or small ones (TIES), or drops at random
          (DARE); Proof 1 measures it by |Delta_i - mean of Delta|^2.
Repaired  In total, and for the sign rule: sum_i lambda_i |.|^2 falls strictly where a conflicting entry is
          zeroed.  Per task it need not: removing conflicts moves the mean away from weak entries, also
          from those that are removed.  Trimming equal entries can spread them, and random dropping with
          rescaling always adds p/(1-p) sum_i lambda_i (1 - lambda_i) Delta_i^2 on average.
Shapes    delta, u, v, lam: (N,), one coordinate (sums over coordinates add): Delta_i = u_i - v_i, u_i the
          part with the sign of the mean, which is made positive.
Units     Delta [x], both sides its square.
Source    Section IV-B, Corollary 1 with Proof 1, equations (8) and (10).
"""

from fractions import Fraction
from itertools import product
from typing import Any

import sympy as sp

from theory.claim import Claim, Given, Mutant, PrintedStep, Quantity, Repair, Scaling, Statement
from theory.family import Choice, Derived, Family, Instance, Integer, Real, Vector, replace
from theory.proof import Chain, Entail, Line

N = sp.Symbol("N", integer=True, positive=True)
j = sp.Symbol("j", integer=True, positive=True)
lam, u, v = (sp.IndexedBase(name, nonnegative=True) for name in ("lambda", "u", "v"))
own, mean, kept, weak = sp.symbols(r"\Delta_i \bar{\Delta} \tilde{\Delta}_i \Delta_w", real=True)
mask = sp.Symbol("m_i", nonnegative=True)
lost = sp.Symbol(r"\delta_i", real=True)
reduction = sp.Symbol(r"\hat{\delta}_i", real=True)


def over(term: Any) -> Any:
    return sp.Sum(lam[j] * term, (j, 1, N))


P, Q = over(u[j]), over(v[j])
BEFORE, AFTER = over((u[j] - v[j] - (P - Q)) ** 2), over((u[j] - P) ** 2)
SPREAD_BEFORE, SPREAD_AFTER = over((u[j] - v[j]) ** 2) - (P - Q) ** 2, over(u[j] ** 2) - P**2
SPREAD = (own - mean) ** 2


def balanced(f: Any) -> tuple:
    """The entries with a conflict in the first two, turned so that their weighted mean is positive."""
    signs = (1, -1, *f.signs)[: f.N]
    rows = [s * m for s, m in zip(signs, f.sizes, strict=True)]
    centre = sum(w * x for w, x in zip(f.lam, rows, strict=True))
    if centre == 0:
        rows[0], centre = rows[0] + 1, 1
    return tuple(Fraction(x if centre > 0 else -x) for x in rows)


POSITIVE = Real(0, 4, open="lo")
FAMILY = Family(
    fields={
        "N": Integer(2, 4),
        "raw": Vector("N", POSITIVE),
        "lam": Derived(lambda f: tuple(Fraction(w) / sum(f.raw) for w in f.raw)),
        "sizes": Vector("N", POSITIVE),
        "signs": Choice(((1, 1), (-1, 1), (1, -1), (-1, -1))),
        "delta": Derived(balanced),
        "task": Integer(0, lambda f: f.N - 1),
        "floor": Real(0, 4),
        "drop": Choice((Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))),
    },
    leaves_out="more than one coordinate, which add up; entries that are zero; N > 4",
)


def centre(i: Instance, rows: tuple):
    return sum(w * x for w, x in zip(i.lam, rows, strict=True))


def signed(i: Instance) -> tuple:
    """Entries whose sign contradicts the weighted mean are zeroed."""
    return tuple(x if x * centre(i, i.delta) > 0 else 0 * x for x in i.delta)


def trimmed(i: Instance) -> tuple:
    """Entries of magnitude below the threshold are zeroed."""
    return tuple(x if abs(x) >= i.floor else 0 * x for x in i.delta)


def deviation(i: Instance, rows: tuple, task: int):
    return (rows[task] - centre(i, rows)) ** 2


def total(i: Instance, rows: tuple):
    """The weighted sum of the squared deviations."""
    return sum(w * deviation(i, rows, t) for t, w in enumerate(i.lam))


def dropped(i: Instance):
    """E|.|^2 of the task after entries are kept with probability 1-p and rescaled, over all patterns."""
    value = 0 * i.floor
    for pattern in product((0, 1), repeat=i.N):
        weight = 1 + 0 * i.floor
        for m in pattern:
            weight = weight * ((1 - i.drop) if m else i.drop)
        rows = tuple(m * x / (1 - i.drop) for m, x in zip(pattern, i.delta, strict=True))
        value = value + weight * deviation(i, rows, i.task)
    return value


def weakest(i: Instance):
    """The conflicting entry of least magnitude."""
    return max(x for x in i.delta if x < 0)


def own_reduction(i: Instance):
    """(10): the sum over what the task itself has lost."""
    if i.delta[i.task] > 0:
        return 0 * i.floor
    return deviation(i, i.delta, i.task) - centre(i, signed(i)) ** 2


SYMBOLS = {
    N: lambda i: i.N,
    lam: lambda i: i.lam,
    u: lambda i: tuple(max(x, 0 * x) for x in i.delta),
    v: lambda i: tuple(max(-x, 0 * x) for x in i.delta),
    own: lambda i: i.delta[i.task],
    mean: lambda i: centre(i, i.delta),
    kept: lambda i: signed(i)[i.task],
    weak: weakest,
    mask: lambda i: int(i.delta[i.task] > 0),
    lost: lambda i: deviation(i, i.delta, i.task) - deviation(i, signed(i), i.task),
    reduction: own_reduction,
}
COEFFICIENTS = Given(text="lambda_i > 0 with sum one", fact=sp.Eq(over(1), 1))
SIGNS = Given(
    text="u_i is the part of Delta_i with the sign of the mean, v_i that against it",
    fact=sp.And(sp.Eq(over(u[j] * v[j]), 0), sp.Ge(P, Q)),
)
CONFLICT = Given(text="some entry conflicts with the mean", fact=sp.Gt(Q, 0))
REMOVED = Given(text="the task's own entry is zeroed", check=lambda i: i.delta[i.task] < 0)
MASKED = Given(
    text="m_i = 1 where the sign is that of the mean, else 0; the update is m_i Delta_i",
    fact=sp.Eq(kept, mask * own),
)
PRUNED = Given(
    text="some entry lies below the threshold, not all",
    check=lambda i: 0 < sum(abs(x) < i.floor for x in i.delta) < i.N,
)
GIVENS = (COEFFICIENTS, SIGNS, CONFLICT, MASKED)
SQUARED = Given(
    text="a variance is not negative; some v_i > 0; P >= Q >= 0, squared",
    fact=sp.And(sp.Ge(SPREAD_BEFORE, 0), sp.Gt(over(v[j] ** 2), 0), sp.Ge(P**2, Q**2)),
    because="u_i and v_i are the parts of Delta_i by sign, and some entry conflicts",
)


def reading(text: str, left: Quantity, *givens: Given) -> Statement:
    return Statement(text=text, left=left, relation="<", right=SPREAD, givens=(*GIVENS, *givens))


BY_SIGN = Quantity(text="|.|^2 after the sign rule", run=lambda i: deviation(i, signed(i), i.task))
BY_SIZE = Quantity(text="|.|^2 after trimming", run=lambda i: deviation(i, trimmed(i), i.task))
TOTAL = Quantity(text="sum_i lambda_i |.|^2, signs", run=lambda i: total(i, signed(i)), expr=SPREAD_AFTER)


def transcription(i: Instance):
    """|Delta_i - mean|^2 from the inventory's LaTeX."""
    return (i.delta[i.task] - sum(w * x for w, x in zip(i.lam, i.delta, strict=True))) ** 2


def example(delta: tuple, task: int, floor: Any = 0, drop: Any = Fraction(1, 2)) -> Instance:
    """Equal weights."""
    n, rows = len(delta), tuple(map(Fraction, delta))
    signs = tuple(1 if x > 0 else -1 for x in rows[2:])
    return Instance(
        N=n, raw=(Fraction(1),) * n, lam=(Fraction(1, n),) * n, sizes=tuple(map(abs, rows)),
        signs=next(s for s in ((1, 1), (-1, 1), (1, -1), (-1, -1)) if s[: n - 2] == signs),
        delta=rows, task=task, floor=Fraction(floor), drop=drop,
    )  # fmt: skip


WEAK = example((4, -1, Fraction(1, 4)), 2)
TWICE = example((4, -1, Fraction(-1, 4)), 2)
SIMPLE = example((3, -1), 1)
TRIMMED = example((4, -1, 3), 2, Fraction(7, 2))
ALIKE = replace(
    example((4, Fraction(-1, 8), 3), 2, Fraction(7, 2)),
    raw=(Fraction(4), Fraction(1, 8), Fraction(4)),
    lam=(Fraction(32, 65), Fraction(1, 65), Fraction(32, 65)),
)
STEPS = (
    PrintedStep(
        item="stability.cor1.step2",
        text="m_i zeroes what contradicts the mean",
        left=kept,
        relation="==",
        right=mask * own,
    ),
    PrintedStep(
        item="stability.cor1.step3",
        text="for the weakest conflicting entry: the mean moves away from it when stronger ones are removed",
        left=P**2,
        relation="<",
        right=(weak - mean) ** 2,
    ),
    PrintedStep(
        item="stability.cor1.step4",
        text="the sum over what task i has lost leaves out that the mean has moved for all tasks",
        left=lost,
        relation="==",
        right=reduction,
    ),
    PrintedStep(
        item="stability.sec4b.variance_reduced",
        text="the weighted variance, conflicting signs zeroed",
        left=AFTER,
        relation="<",
        right=BEFORE,
        by=Entail(),
    ),
)

CLAIM = Claim(
    items=(
        "stability.eq8",
        "stability.cor1",
        "stability.cor1.step2",
        "stability.cor1.step3",
        "stability.cor1.step4",
        "stability.sec4b.variance_reduced",
        "stability.prose.intro_unify",
        "stability.prose.abs_unify",
        "stability.prose.N_sparsify",
    ),
    readings=(
        reading("every task, conflicting signs zeroed", BY_SIGN),
        reading("a task whose own entry conflicts and is zeroed", BY_SIGN, REMOVED),
        reading("every task, entries below a threshold zeroed", BY_SIZE, PRUNED),
        reading(
            "every task, entries dropped at random and the rest rescaled, on average",
            Quantity(text="E|.|^2 after random dropping", run=dropped),
        ),
        Statement(
            text="in total, entries below a threshold zeroed",
            left=Quantity(text="sum_i lambda_i |.|^2, trimmed", run=lambda i: total(i, trimmed(i))),
            relation="<",
            right=SPREAD_BEFORE,
            givens=(*GIVENS, PRUNED),
        ),
        Statement(
            text="in total, entries dropped at random and the rest rescaled, on average",
            left=Quantity(
                text="sum_i lambda_i E|.|^2, dropped at random",
                run=lambda i: sum(w * dropped(replace(i, task=t)) for t, w in enumerate(i.lam)),
            ),
            relation="<",
            right=SPREAD_BEFORE,
            givens=GIVENS,
        ),
    ),
    family=FAMILY,
    symbols=SYMBOLS,
    repair=Repair(
        changes="the weighted sum over the tasks in place of every task; the sign rule alone",
        statement=Statement(
            text="in total, conflicting signs zeroed",
            left=TOTAL,
            relation="<",
            right=SPREAD_BEFORE,
            givens=(*GIVENS, SQUARED),
            proof=lambda: Chain(SPREAD_AFTER, (Line("<", SPREAD_BEFORE, Entail(), "v^2 + 2PQ - Q^2 > 0"),)),
        ),
        nondegenerate=WEAK,
    ),
    steps=STEPS,
    transcription=transcription,
    witnesses=(WEAK, TWICE, SIMPLE, TRIMMED, ALIKE),
    scalings=(
        Scaling(
            text="x -> kx",
            power=2,
            move=lambda i, k: replace(i, delta=tuple(k * x for x in i.delta), floor=k * i.floor),
        ),
    ),
    mutants=(
        Mutant(text="the conflicting part alone", right=over(v[j] ** 2), dies_at=WEAK),
        Mutant(
            text="trimming in place of the sign rule",
            left=Quantity(text="total after trimming", run=lambda i: total(i, trimmed(i))),
            dies_at=ALIKE,
        ),
        Mutant(
            text="agreeing entries zeroed",
            left=Quantity(
                text="total of the conflicting entries, doubled",
                run=lambda i: 4 * total(i, tuple(x if x < 0 else 0 * x for x in i.delta)),
            ),
        ),
    ),
    effort=0.25,
)
