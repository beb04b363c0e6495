"""Cases for the laws of merge operators: small state dicts with exact entries, and how two are compared.

Entries and weights are multiples of 1/4 up to 4 in size, so that violations can be read, and float32
arithmetic on them is exact or nearly so.
"""

from dataclasses import dataclass
from itertools import islice

import torch
from hypothesis import strategies as st
from torch import Tensor

from nets.merge import State, is_counted, is_statistic


@dataclass(frozen=True, slots=True)
class Models:
    """Input of a merge operator: theta_0, theta_1..theta_K and lambda_1..lambda_K."""

    base: dict[str, Tensor]
    experts: tuple[dict[str, Tensor], ...]
    weights: tuple[float, ...]


LAYOUTS: tuple[dict[str, tuple[int, ...]], ...] = (
    {"weight": (2,)},
    {"weight": (2,), "bias": (3,)},
    {"weight": (2, 2), "bias": (), "gain": (1,)},
    {
        "weight": (2,),
        "norm.running_mean": (2,),
        "norm.running_var": (2,),
        "norm.num_batches_tracked": (),
        "mask": (2,),
    },
)
EMPTY: tuple[dict[str, tuple[int, ...]], ...] = ({"weight": (2,), "none": (0,)}, {"none": (0, 3)})
_KINDS = {"num_batches_tracked": torch.int64, "mask": torch.bool}


def _tensor(key: str, shape: tuple[int, ...], dtype: torch.dtype, data: list[int]) -> Tensor:
    """Bytes as entries: 0, 1, -1, 2, -2 ... quarters, non-negative for variances and counters."""
    name = key.rpartition(".")[2]
    if name in _KINDS:
        return torch.tensor(data, dtype=torch.int64).reshape(shape).to(_KINDS[name])
    signed = [b % 17 if name == "running_var" else (b % 33 + 1) // 2 * (-1) ** (b % 33 + 1) for b in data]
    return (torch.tensor(signed, dtype=torch.float64) / 4).reshape(shape).to(dtype)


@st.composite
def models(
    draw: st.DrawFn,
    *,
    mean: bool = False,
    layouts: tuple[dict[str, tuple[int, ...]], ...] = LAYOUTS,
    dtypes: tuple[torch.dtype, ...] = (torch.float64, torch.float32),
    experts: tuple[int, int] = (1, 3),
) -> Models:
    """A base with experts[0] to experts[1] experts; non-negative weights with a positive sum if `mean`."""
    layout = draw(st.sampled_from(layouts))
    kinds = {key: draw(st.sampled_from(dtypes)) for key in layout}
    count = draw(st.integers(*experts))
    sizes = {key: int(torch.Size(shape).numel()) for key, shape in layout.items()}
    total = (count + 1) * sum(sizes.values())
    data = iter(draw(st.binary(min_size=total, max_size=total)))  # one draw is much faster than one an entry
    states = [
        {
            key: _tensor(key, shape, kinds[key], list(islice(data, sizes[key])))
            for key, shape in layout.items()
        }
        for _ in range(count + 1)
    ]
    numbers = st.integers(0 if mean else -8, 8)
    weights = [draw(numbers) / 4 for _ in range(count)]
    if mean and not any(weights):
        weights[0] = 1.0
    return Models(states[0], tuple(states[1:]), tuple(weights))


def parameters(state: State) -> dict[str, Tensor]:
    """The entries that operators combine: neither counters nor running statistics."""
    return {k: t for k, t in state.items() if not (is_counted(t) or is_statistic(k))}


def combine(*terms: tuple[float, State]) -> dict[str, Tensor]:
    """sum_i c_i state_i over the parameters, in float64; the other entries are the first state's."""
    first = terms[0][1]
    free = parameters(first)
    return {
        k: sum((c * s[k].double() for c, s in terms), torch.zeros(t.shape, dtype=torch.float64)).to(t.dtype)
        if k in free
        else t
        for k, t in first.items()
    }


def size(case: Models) -> float:
    """A bound on the parameters of any affine merge of the case, for tolerances."""
    states = (case.base, *case.experts)
    entries = [t.abs().max().item() for s in states for t in parameters(s).values() if t.numel()]
    return (1 + max(entries, default=0.0)) * (1 + 2 * sum(map(abs, case.weights)))


def differ(result: State, expected: State, scale: float) -> str:
    """The first parameter whose entries differ by more than 64 units of rounding at `scale`, or ""."""
    for key, want in parameters(expected).items():
        if key not in result:
            return f"key {key!r} is missing"
        have = result[key]
        if have.shape != want.shape:
            return f"{key!r} has shape {tuple(have.shape)}, expected {tuple(want.shape)}"
        if not want.numel():
            continue
        unit = max(
            torch.finfo(want.dtype).eps, torch.finfo(have.dtype).eps if have.is_floating_point() else 0
        )
        gap = (have.double() - want.double()).abs().max().item()
        if not gap <= 64 * unit * scale:
            return f"{key!r} is {have.tolist()}, expected {want.tolist()}"
    return ""
