"""All query allocators, with one interface: allocate(losses, traces, budget, rng) -> (B,) int64.

    equal      the same for all                     sim.allocation      uses traces for what is left over
    optimal    the exact integer optimum            sim.allocation      uses traces
    bernoulli  half for samples of small loss       sim.bernoulli       uses losses
    gaussian   four parameters, likelihood ratio    sim.gaussian        uses losses and traces

All conserve the budget exactly, give each sample at least one query, refuse degenerate input by name
(`sim.allocation.checked`), and give the same to the same samples in another order from the same generator
state, up to samples that are equal in what the allocator uses.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sim.allocation import Allocator, equal, optimal
from sim.bernoulli import bernoulli
from sim.gaussian import gaussian

ALLOCATORS: Mapping[str, Allocator] = MappingProxyType(
    {"equal": equal, "optimal": optimal, "bernoulli": bernoulli, "gaussian": gaussian}
)
"""By the names that the command line and the law tables use."""
