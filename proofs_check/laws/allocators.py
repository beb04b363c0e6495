"""The law table of query allocators: allocate(losses, traces, budget, rng) -> (B,) integers.

Which laws hold depends on the definition that an allocator claims to follow: `check_allocator(fn,
like="optimal")` adds the laws of the exact integer optimum, `like="bernoulli"` those of halved shares, and
so on; without `like`, those that all allocators obey are run.  Laws hold for every state of the generator,
except "loss in expectation", which is a test at an error rate of 1e-9.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np

from proofs_check.laws.batches import Batch, bad_batches, batches, least_objective
from proofs_check.laws.law import Law, LawResult, judge_laws
from sim.allocation import Allocator
from sim.allocators import ALLOCATORS

REPEATS, ERROR = 2000, 1e-9


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


def _gap_equal(fn: Allocator, batch: Batch) -> str:
    return _gap(fn, batch, batch.budget // len(batch.traces))


def _gap_bernoulli(fn: Allocator, batch: Batch) -> str:
    return _gap(fn, batch, max(1, batch.budget // (2 * len(batch.traces))))


def _gap(fn: Allocator, batch: Batch, least: int) -> str:
    """J <= sum T / least, and the optimum is at least sum T / budget."""
    allocation = _run(fn, batch).tolist()
    reached = sum((Fraction(t) / a for t, a in zip(batch.traces, allocation, strict=True)), Fraction(0))
    most = least_objective(batch.traces, batch.budget) * batch.budget / least
    return (
        "" if reached <= most else f"{allocation} has J = {float(reached)}, at most {float(most)} is promised"
    )


def _rounding(fn: Allocator, batch: Batch) -> str:
    allocation = _run(fn, batch).tolist()
    spare = batch.budget - len(batch.traces)
    if not spare:
        return ""
    reached = sum((Fraction(t) / a for t, a in zip(batch.traces, allocation, strict=True)), Fraction(0))
    bound = float(np.sqrt(batch.traces).sum() ** 2 / spare) * (1 + 1e-12)
    return (
        ""
        if reached <= bound
        else f"{allocation} has J = {float(reached)}, above (sum sqrt T)^2/(A0-B) = {bound}"
    )


def _unbiased(fn: Allocator, batch: Batch) -> str:
    """Independent queries with means mu_j: eq. (4) has mean sum over j with queries of mu_j / B."""
    allocation = [int(a) for a in _run(fn, batch)]
    mu = [Fraction(j + 1, len(allocation)) for j in range(len(allocation))]
    mean = sum(sum([m / a] * a, Fraction(0)) for m, a in zip(mu, allocation, strict=True) if a)
    return "" if mean == sum(mu) else f"{allocation}: the batch gradient has mean {mean}, expected {sum(mu)}"


def _expected(fn: Allocator, batch: Batch) -> str:
    losses, traces, rng = np.array(batch.losses), np.array(batch.traces), np.random.default_rng(0)
    drawn = np.array([fn(losses, traces, batch.budget, rng) for _ in range(REPEATS)], dtype=float)
    slack = batch.budget * np.sqrt(2 * np.log(len(losses) ** 2 / ERROR) / REPEATS)  # Hoeffding, all pairs
    mean = drawn.mean(0)
    for i, j in product(range(len(losses)), repeat=2):
        if losses[i] > losses[j] and mean[i] < mean[j] - slack:
            return (
                f"loss {losses[i]} gets {mean[i]} queries on average, the smaller {losses[j]} gets {mean[j]}"
            )
    return ""


def _pruning(fn: Allocator, batch: Batch) -> str:
    allocation, losses = _run(fn, batch).tolist(), [Fraction(v) for v in batch.losses]
    mean, B = sum(losses) / len(losses), len(losses)
    half, full = max(1, batch.budget // (2 * B)), batch.budget // B
    for loss, queries in zip(losses, allocation, strict=True):
        if queries < full and (loss >= mean or queries != half):
            return f"{allocation}: loss {float(loss)} gets {queries}; half is {half}, a full share {full}"
    return ""


def _losses(fn: Allocator, batch: Batch) -> str:
    for bad in (np.nan, np.inf):
        losses = np.array([*batch.losses[:-1], bad])
        try:
            allocation = fn(losses, np.array(batch.traces), batch.budget, np.random.default_rng(0))
        except ValueError as error:
            if "losses" in str(error):
                continue
            return f"a loss {bad}: {error}"
        return f"a loss {bad}: returned {np.asarray(allocation).tolist()}, expected a ValueError"
    return ""


def _balanced(fn: Allocator, batch: Batch) -> str:
    allocation = _run(fn, batch)
    even = allocation.max() - allocation.min() <= 1
    return "" if even else f"{allocation.tolist()} differs by more than one"


_ROWS: tuple[tuple[str, str, Callable, tuple[str, ...]], ...] = (
    ("shape", "one entry for each sample", _shape, ()),
    ("conserved", "the entries sum to the budget exactly", _conserved, ()),
    ("whole", "the entries are non-negative integers", _whole, ()),
    ("minimum", "every sample gets at least one query", _minimum, ()),
    ("monotone", "a larger trace never gets fewer queries", _monotone, ("equal", "optimal")),
    ("unbiased", "the gradient that results has the mean of the samples' gradients", _unbiased, ()),
    ("permutation", "reordering samples reorders the allocation, up to equal traces", _permutation, ()),
    ("units", "the unit of the traces does not matter", _units, ()),
    ("more", "one more query in the budget takes none away", _more, ("equal", "optimal")),
    ("repeatable", "the same generator state gives the same allocation", _repeatable, ()),
    ("inputs unchanged", "the input arrays stay as they are", _unchanged, ()),
    ("exact optimum", "no other allocation has a smaller objective, in rationals", _optimum, ("optimal",)),
    ("zero traces", "a zero trace gets one query; all zero: equal shares", _zero, ("optimal",)),
    ("rounding", "whole numbers cost at most A0/(A0-B) times the real optimum", _rounding, ("optimal",)),
    ("balanced", "entries differ by at most one", _balanced, ("equal",)),
    ("gap of equal", "J is at most A0 / floor(A0/B) times the optimum", _gap_equal, ("equal",)),
    ("gap of halves", "J is at most A0 / half times the optimum", _gap_bernoulli, ("bernoulli",)),
    ("pruning", "below the mean loss: half or a full share; else a full share", _pruning, ("bernoulli",)),
    ("loss in expectation", "a larger loss gets no fewer queries on average", _expected, ("bernoulli",)),
    ("bad losses", "a NaN or infinite loss: ValueError", _losses, ("bernoulli", "gaussian")),
)
LAWS = (
    *(Law(name=n, text=t, cases=batches(), check=c, only=o) for n, t, c, o in _ROWS),
    Law(
        name="refuses",
        text="NaN, infinite or negative traces, no samples, other lengths, too small a budget: ValueError",
        cases=bad_batches(),
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
