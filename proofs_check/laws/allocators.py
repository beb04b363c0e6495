"""The law table of query allocators: allocate(losses, traces, budget, rng) -> (B,) integers.

Which laws hold depends on the definition that an allocator claims to follow: `check_allocator(fn,
like="optimal")` adds the laws of the exact integer optimum, `like="equal"` those of equal shares.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from proofs_check.laws.law import Law, LawResult, judge_laws
from sim.allocation import ALLOCATORS, Allocator


@dataclass(frozen=True, slots=True)
class Batch:
    """Input of an allocator: loss and trace of every sample, and the number of queries to give out."""

    losses: tuple[float, ...]
    traces: tuple[float, ...]
    budget: int


_TRACE = st.integers(0, 12).map(float) | st.floats(0, 1e6, allow_subnormal=False)


def _batch(samples: list[tuple[float, float]], spare: int) -> Batch:
    return Batch(tuple(s[0] for s in samples), tuple(s[1] for s in samples), len(samples) + spare)


def _batches() -> st.SearchStrategy[Batch]:
    loss = st.integers(0, 9).map(float)
    samples = st.lists(st.tuples(loss, _TRACE), min_size=1, max_size=6)
    return st.builds(_batch, samples, st.integers(0, 24))


def _bad_batches() -> st.SearchStrategy[Batch]:
    def spoil(batch: Batch, how: str) -> Batch:
        bad = {"nan": float("nan"), "infinite": float("inf"), "negative": -1.0}
        if how in bad:
            return replace(batch, traces=(*batch.traces[:-1], bad[how]))
        if how == "empty":
            return Batch((), (), 3)
        if how == "lengths":
            return replace(batch, losses=(*batch.losses, 0.0))
        return replace(batch, budget={"too few": len(batch.traces) - 1, "none": 0, "debt": -1}[how])

    ways = ("nan", "infinite", "negative", "empty", "lengths", "too few", "none", "debt")
    return st.builds(spoil, _batches(), st.sampled_from(ways))


def _run(fn: Allocator, batch: Batch) -> np.ndarray:
    return np.asarray(
        fn(np.array(batch.losses), np.array(batch.traces), batch.budget, np.random.default_rng(0))
    )


def _shape(fn: Allocator, batch: Batch) -> str:
    shape = _run(fn, batch).shape
    return "" if shape == (len(batch.traces),) else f"shape {shape}, expected ({len(batch.traces)},)"


def _conserved(fn: Allocator, batch: Batch) -> str:
    total = _run(fn, batch).sum()
    return "" if total == batch.budget else f"{total} queries given out, expected {batch.budget}"


def _whole(fn: Allocator, batch: Batch) -> str:
    allocation = _run(fn, batch)
    if allocation.dtype.kind not in "iu":
        return f"dtype {allocation.dtype}, expected integers"
    return "" if (allocation >= 0).all() else f"{allocation.tolist()} has a negative entry"


def _minimum(fn: Allocator, batch: Batch) -> str:
    allocation = _run(fn, batch)
    return "" if (allocation >= 1).all() else f"{allocation.tolist()} leaves a sample without a query"


def _monotone(fn: Allocator, batch: Batch) -> str:
    allocation = _run(fn, batch)
    for i, t in enumerate(batch.traces):
        for j, s in enumerate(batch.traces):
            if t > s and allocation[i] < allocation[j]:
                return f"trace {t} gets {allocation[i]} queries, the smaller trace {s} gets {allocation[j]}"
    return ""


def _permutation(fn: Allocator, batch: Batch) -> str:
    order = np.roll(np.arange(len(batch.traces))[::-1], 1)
    moved = Batch(tuple(batch.losses[k] for k in order), tuple(batch.traces[k] for k in order), batch.budget)
    here = sorted(zip(batch.traces, _run(fn, batch).tolist(), strict=True))
    there = sorted(zip(moved.traces, _run(fn, moved).tolist(), strict=True))
    return "" if here == there else f"(trace, queries) {here}, but {there} after reordering the samples"


def _units(fn: Allocator, batch: Batch) -> str:
    scaled = replace(batch, traces=tuple(1024 * t for t in batch.traces))
    here, there = _run(fn, batch).tolist(), _run(fn, scaled).tolist()
    return "" if here == there else f"{here}, but {there} with all traces times 1024"


def _more(fn: Allocator, batch: Batch) -> str:
    here, there = _run(fn, batch), _run(fn, replace(batch, budget=batch.budget + 1))
    return "" if (there >= here).all() else f"{here.tolist()}, but {there.tolist()} with one query more"


def _repeatable(fn: Allocator, batch: Batch) -> str:
    first, second = _run(fn, batch).tolist(), _run(fn, batch).tolist()
    return "" if first == second else f"{first}, then {second} from the same generator state"


def _unchanged(fn: Allocator, batch: Batch) -> str:
    losses, traces = np.array(batch.losses), np.array(batch.traces)
    fn(losses, traces, batch.budget, np.random.default_rng(0))
    same = tuple(losses) == batch.losses and tuple(traces) == batch.traces
    return "" if same else "an input array was changed"


def _refuses(fn: Allocator, batch: Batch) -> str:
    try:
        allocation = _run(fn, batch)
    except ValueError as error:
        return "" if str(error) else "raised a ValueError without a message"
    return f"returned {allocation.tolist()}, expected a ValueError"


def least_objective(traces: tuple[float, ...], budget: int) -> Fraction:
    """min sum_j T_j/A_j over integers A_j >= 1 of sum `budget`: dynamic programming over exact rationals."""
    best: dict[int, Fraction] = {0: Fraction(0)}
    for done, trace in enumerate(map(Fraction, traces), 1):
        rest = len(traces) - done
        best = {
            used: min(best[used - a] + trace / a for a in range(1, used + 1) if used - a in best)
            for used in range(done, budget - rest + 1)
        }
    return best[budget]


def _optimum(fn: Allocator, batch: Batch) -> str:
    allocation = _run(fn, batch).tolist()
    reached = sum((Fraction(t) / a for t, a in zip(batch.traces, allocation, strict=True)), Fraction(0))
    least = least_objective(batch.traces, batch.budget)
    return "" if reached == least else f"{allocation} has J = {float(reached)}, the least is {float(least)}"


def _zero(fn: Allocator, batch: Batch) -> str:
    allocation = _run(fn, batch)
    if not any(batch.traces):
        even = allocation.max() - allocation.min() <= 1
        return "" if even else f"{allocation.tolist()} is uneven although all traces are zero"
    wasted = [a for t, a in zip(batch.traces, allocation, strict=True) if t == 0 and a != 1]
    return f"a zero trace gets {wasted[0]} queries, expected 1" if wasted else ""


def _balanced(fn: Allocator, batch: Batch) -> str:
    allocation = _run(fn, batch)
    even = allocation.max() - allocation.min() <= 1
    return "" if even else f"{allocation.tolist()} differs by more than one"


_ROWS: tuple[tuple[str, str, Callable, tuple[str, ...]], ...] = (
    ("shape", "one entry for each sample", _shape, ()),
    ("conserved", "the entries sum to the budget exactly", _conserved, ()),
    ("whole", "the entries are non-negative integers", _whole, ()),
    ("minimum", "every sample gets at least one query", _minimum, ()),
    ("monotone", "a larger trace never gets fewer queries", _monotone, ()),
    ("permutation", "reordering samples reorders the allocation, up to equal traces", _permutation, ()),
    ("units", "the unit of the traces does not matter", _units, ()),
    ("more", "one more query in the budget takes none away", _more, ()),
    ("repeatable", "the same generator state gives the same allocation", _repeatable, ()),
    ("inputs unchanged", "the input arrays stay as they are", _unchanged, ()),
    ("exact optimum", "no other allocation has a smaller objective, in rationals", _optimum, ("optimal",)),
    ("zero traces", "a zero trace gets one query; all zero: equal shares", _zero, ("optimal",)),
    ("balanced", "entries differ by at most one", _balanced, ("equal",)),
)
LAWS = (
    *(Law(name=n, text=t, cases=_batches(), check=c, only=o) for n, t, c, o in _ROWS),
    Law(
        name="refuses",
        text="NaN, infinite or negative traces, no samples, other lengths, too small a budget: ValueError",
        cases=_bad_batches(),
        check=_refuses,
    ),
)


def check_allocator(
    fn: Allocator, like: str = "", *, seed: int = 0, examples: int = 100, shrink: bool = True
) -> tuple[LawResult, ...]:
    """Every law that `fn` ought to obey, judged; `like` names the definition it claims to follow, if any."""
    if like and like not in ALLOCATORS:
        raise ValueError(f"like = {like!r}: expected one of {', '.join(ALLOCATORS)}, or ''")
    promised = (law for law in LAWS if not law.only or like in law.only)
    return judge_laws(promised, fn, seed, examples, shrink)
