"""The law table of probes: probe(model, loss, seed, sigma) -> the slope of loss(model) along a direction.

A probe moves the weights of a torch network in place along a direction that the seed stands for, evaluates
the loss and puts everything back.  `check_probe(fn)` judges any such function; no law asks which law the
directions have, except that they are drawn from the seed.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import torch
from hypothesis import strategies as st
from torch import Tensor, nn

from proofs_check.laws.law import Law, LawResult, judge_laws

Probe = Callable[[nn.Module, Callable[[nn.Module], Tensor], int, float], float]
DTYPES = {"float64": torch.float64, "float32": torch.float32, "bfloat16": torch.bfloat16}
KINDS = ("plain", "norm", "tied")


@dataclass(frozen=True, slots=True)
class Case:
    """Input of a probe: a small network by kind, dtype and mode, a radius and a seed."""

    kind: str
    dtype: str
    training: bool
    sigma: float
    seed: int


def network(case: Case) -> nn.Sequential:
    """Two layers: plain; with batch normalisation; or with one weight in two places.  No global state."""
    with torch.random.fork_rng(devices=[]):
        first, second = nn.Linear(3, 3, bias=False), nn.Linear(3, 3)
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for p in (first.weight, second.weight, second.bias):
            p.copy_(torch.randn(p.shape, generator=generator))
        first.weight[0, 0] = -0.0  # a bit that arithmetic does not bring back
        first.weight[0, 1] = 1e-30
    if case.kind == "tied":
        second.weight = first.weight
    middle = nn.BatchNorm1d(3) if case.kind == "norm" else nn.Tanh()
    return nn.Sequential(first, middle, second).to(DTYPES[case.dtype]).train(case.training)


def square(model: nn.Module) -> Tensor:
    """A smooth loss on four fixed inputs."""
    p = next(model.parameters())
    x = torch.linspace(-1, 1, 12).reshape(4, 3).to(p.dtype)
    return model(x).square().mean()


def linear(model: nn.Module) -> Tensor:
    """The sum of all weights: its slope along u is the sum of u, at any radius."""
    return torch.stack([p.sum() for p in model.parameters()]).sum()


def _state(model: nn.Module) -> dict[str, bytes]:
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return {k: t.detach().reshape(-1).view(torch.uint8).numpy().tobytes() for k, t in tensors.items()}


def _restored(fn: Probe, case: Case) -> str:
    model = network(case)
    before = _state(model)
    for seed in range(case.seed, case.seed + 4):
        fn(model, square, seed, case.sigma)
    changed = [k for k, v in _state(model).items() if v != before[k]]
    return f"{', '.join(changed)} differ after four probes" if changed else ""


def _after_error(fn: Probe, case: Case) -> str:
    model, calls = network(case), []
    before = _state(model)

    def failing(model: nn.Module) -> Tensor:
        calls.append(1)
        if len(calls) == 2:
            raise FloatingPointError("no loss here")
        return square(model)

    try:
        fn(model, failing, case.seed, case.sigma)
    except FloatingPointError:
        pass
    changed = [k for k, v in _state(model).items() if v != before[k]]
    return f"{', '.join(changed)} differ after a loss that raised" if changed else ""


def _untouched(fn: Probe, case: Case) -> str:
    model = network(case)
    model[1].train(not case.training)
    next(model.parameters()).requires_grad_(False)
    flags, modes = [p.requires_grad for p in model.parameters()], [m.training for m in model.modules()]
    fn(model, square, case.seed, case.sigma)
    if [m.training for m in model.modules()] != modes:
        return "a module is in another mode"
    same = [p.requires_grad for p in model.parameters()] == flags
    clean = all(p.grad is None for p in model.parameters())
    return "" if same and clean else "gradients or their flags were changed"


def _generator(fn: Probe, case: Case) -> str:
    before = torch.random.get_rng_state()
    fn(network(case), square, case.seed, case.sigma)
    same = torch.equal(torch.random.get_rng_state(), before)
    torch.random.set_rng_state(before)
    return "" if same else "torch's global generator was used"


def _repeatable(fn: Probe, case: Case) -> str:
    first, second = (fn(network(case), square, case.seed, case.sigma) for _ in range(2))
    return "" if first == second else f"{first}, then {second} from the same seed"


def _seeds(fn: Probe, case: Case) -> str:
    found = {float(fn(network(case), linear, seed, 1.0)) for seed in range(case.seed, case.seed + 4)}
    return "" if len(found) == 4 else f"four seeds give the slopes {sorted(found)} of a sum of weights"


def _direction(fn: Probe, case: Case) -> list[Tensor]:
    """u, recovered entry by entry: the slope of the loss w_i is u_i, at any radius."""
    model, found = network(case), []
    for k, p in enumerate(model.parameters()):
        entry = lambda m, i, k=k: list(m.parameters())[k].reshape(-1)[i]
        u = [fn(model, partial(entry, i=i), case.seed, 1.0) for i in range(p.numel())]
        found.append(torch.tensor(u, dtype=torch.float64).reshape(p.shape))
    return found


def _slope(fn: Probe, case: Case) -> str:
    case = replace(case, dtype="float64")
    u, values = _direction(fn, case), []
    for sign in (1, -1):
        moved = network(case)
        with torch.no_grad():
            for p, d in zip(moved.parameters(), u, strict=True):
                p.add_(d, alpha=sign * case.sigma)
        values.append(square(moved).item())
    expected = (values[0] - values[1]) / (2 * case.sigma)
    found = float(fn(network(case), square, case.seed, case.sigma))
    slack = 1e-9 * (1 + max(map(abs, values)) / case.sigma)
    return "" if abs(found - expected) <= slack else f"slope {found}, expected {expected} along its direction"


def _precision(fn: Probe, case: Case) -> str:
    eps = torch.finfo(DTYPES[case.dtype]).eps
    case = replace(case, training=False)
    low, high = (
        float(fn(network(replace(case, dtype=d)), square, case.seed, 1.0)) for d in (case.dtype, "float64")
    )
    size = max(square(network(replace(case, dtype="float64"))).item(), 1.0)
    bound = 16 * eps * (size + abs(high))
    return "" if abs(low - high) <= bound else f"{low} in {case.dtype}, {high} in float64: bound {bound}"


_CASES = st.builds(
    Case,
    kind=st.sampled_from(KINDS),
    dtype=st.sampled_from(tuple(DTYPES)),
    training=st.booleans(),
    sigma=st.sampled_from((0.125, 1e-3, 1.0)),
    seed=st.integers(0, 50),
)
_ROWS: tuple[tuple[str, str, Callable], ...] = (
    ("restored", "parameters and buffers are the same bits after four probes", _restored),
    ("after an error", "the same if the loss raises at its second call", _after_error),
    ("untouched", "modes, gradients and their flags stay as they are", _untouched),
    ("generator", "torch's global generator stays as it is", _generator),
    ("repeatable", "the same seed gives the same slope", _repeatable),
    ("seeds", "other seeds give other directions", _seeds),
    ("slope", "the slope is the central difference along the direction of the seed", _slope),
    (
        "precision",
        "at sigma = 1 each dtype agrees with float64 to 16 eps (max(|L|, 1) + |slope|)",
        _precision,
    ),
)
LAWS = tuple(Law(name=n, text=t, cases=_CASES, check=c) for n, t, c in _ROWS)


def check_probe(
    fn: Probe, *, seed: int = 0, examples: int = 60, shrink: bool = True
) -> tuple[LawResult, ...]:
    """Every law of probes, judged on `fn`."""
    return judge_laws(LAWS, fn, seed, examples, shrink)
