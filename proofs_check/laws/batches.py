"""Cases for the laws of query allocators: small batches, degenerate ones, and their least objective."""

from dataclasses import dataclass, replace
from fractions import Fraction

from hypothesis import strategies as st


@dataclass(frozen=True, slots=True)
class Batch:
    """Input of an allocator: loss and trace of every sample, and the number of queries to give out."""

    losses: tuple[float, ...]
    traces: tuple[float, ...]
    budget: int


_TRACE = st.integers(0, 12).map(float) | st.floats(0, 1e6, allow_subnormal=False)


def _batch(samples: list[tuple[float, float]], spare: int) -> Batch:
    return Batch(tuple(s[0] for s in samples), tuple(s[1] for s in samples), len(samples) + spare)


def batches() -> st.SearchStrategy[Batch]:
    """One to six samples with small or wild traces, and a budget of at least one query each."""
    loss = st.integers(0, 9).map(float)
    samples = st.lists(st.tuples(loss, _TRACE), min_size=1, max_size=6)
    return st.builds(_batch, samples, st.integers(0, 24))


def bad_batches() -> st.SearchStrategy[Batch]:
    """Batches that every allocator ought to refuse: one thing is wrong with each."""

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
    return st.builds(spoil, batches(), st.sampled_from(ways))


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
