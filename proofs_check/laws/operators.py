"""The law table of merge operators: merge(base, experts, weights) -> state dict.

`check_operator(fn, like="task_arithmetic")` judges the laws that the named definition promises; an operator
of `nets.merge.OPERATORS` says itself which ones its definition breaks, and why.
"""

from collections.abc import Callable

import torch
from hypothesis import strategies as st
from torch import Tensor

from nets.merge import OPERATORS, Operator, is_counted, is_statistic
from proofs_check.laws.law import Law, LawResult, judge_laws
from proofs_check.laws.models import EMPTY, LAYOUTS, Models, combine, differ, models, parameters, size

Merge = Callable[..., dict[str, Tensor]]


def _one(fn: Merge, m: Models) -> str:
    return differ(fn(m.base, m.experts[:1], (1.0,)), m.experts[0], size(m))


def _equal(fn: Merge, m: Models) -> str:
    return differ(fn(m.base, (m.base,) * len(m.experts), m.weights), m.base, size(m))


def _zero(fn: Merge, m: Models) -> str:
    return differ(fn(m.base, m.experts, (0.0,) * len(m.experts)), m.base, size(m))


def _permutation(fn: Merge, m: Models) -> str:
    return differ(fn(m.base, m.experts[::-1], m.weights[::-1]), fn(m.base, m.experts, m.weights), size(m))


def _stretched(m: Models, factor: float) -> tuple[dict[str, Tensor], ...]:
    """The experts with task vectors multiplied by `factor`."""
    return tuple(combine((1 - factor, m.base), (factor, e)) for e in m.experts)


def _scaling(fn: Merge, m: Models) -> str:
    expected = combine((1 - 2.0, m.base), (2.0, fn(m.base, m.experts, m.weights)))
    return differ(fn(m.base, _stretched(m, 2.0), m.weights), expected, 2 * size(m))


def _negation(fn: Merge, m: Models) -> str:
    expected = combine((2.0, m.base), (-1.0, fn(m.base, m.experts, m.weights)))
    return differ(fn(m.base, _stretched(m, -1.0), m.weights), expected, 2 * size(m))


def _translation(fn: Merge, m: Models) -> str:
    shift = {k: torch.ones_like(t) for k, t in m.base.items()}
    moved = [combine((1.0, s), (1.5, shift)) for s in (m.base, *m.experts)]
    expected = combine((1.0, fn(m.base, m.experts, m.weights)), (1.5, shift))
    return differ(fn(moved[0], tuple(moved[1:]), m.weights), expected, 2 * size(m))


def _split(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The state with every parameter of more than one entry as two: KEY.0 and KEY.1."""
    out, free = {}, parameters(state)
    for k, t in state.items():
        if k in free and t.numel() > 1:
            out[f"{k}.0"], out[f"{k}.1"] = t.reshape(-1)[:1].clone(), t.reshape(-1)[1:].clone()
        else:
            out[k] = t
    return out


def _splitting(fn: Merge, m: Models) -> str:
    parts = fn(_split(m.base), tuple(map(_split, m.experts)), m.weights)
    return differ(parts, _split(fn(m.base, m.experts, m.weights)), size(m))


def _additive(fn: Merge, m: Models) -> str:
    alone = [fn(m.base, (e,), (w,)) for e, w in zip(m.experts, m.weights, strict=True)]
    expected = combine((1.0 - len(alone), m.base), *((1.0, s) for s in alone))
    return differ(fn(m.base, m.experts, m.weights), expected, 3 * size(m))


def _homogeneous(fn: Merge, m: Models) -> str:
    expected = combine((1 - 2.0, m.base), (2.0, fn(m.base, m.experts, m.weights)))
    return differ(fn(m.base, m.experts, tuple(2 * w for w in m.weights)), expected, 3 * size(m))


def _kind(fn: Merge, m: Models) -> str:
    merged = fn(m.base, m.experts, m.weights)
    for key, tensor in m.base.items():
        if key in merged and (merged[key].dtype, merged[key].shape) != (tensor.dtype, tensor.shape):
            return (
                f"{key!r} is {merged[key].dtype} {tuple(merged[key].shape)},"
                f" expected {tensor.dtype} {tuple(tensor.shape)}"
            )
    return ""


def _precision(fn: Merge, m: Models) -> str:
    """Low precision in and out, but not in between: within one unit of the float64 result, for thirds."""
    weights = tuple(w / 3 for w in m.weights)
    wide = [{k: t.double() for k, t in parameters(s).items()} for s in (m.base, *m.experts)]
    exact = fn(wide[0], tuple(wide[1:]), weights)
    merged = fn(m.base, m.experts, weights)
    for key, want in exact.items():
        unit = torch.finfo(merged[key].dtype).eps
        gap = (merged[key].double() - want).abs()
        if (gap > unit * want.abs() + 1e-6 * size(m)).any():
            return f"{key!r} is {merged[key].tolist()}, in float64 {want.tolist()}"
    return ""


def _counters(fn: Merge, m: Models) -> str:
    merged = fn(m.base, m.experts, m.weights)
    for key, tensor in m.base.items():
        if is_counted(tensor) and not torch.equal(merged[key], tensor):
            return f"{key!r} is {merged[key].tolist()}, expected the base's {tensor.tolist()}"
    return ""


def _statistics(fn: Merge, m: Models) -> str:
    for key, tensor in fn(m.base, m.experts, m.weights).items():
        if is_statistic(key) and not torch.isfinite(tensor).all():
            return f"{key!r} is {tensor.tolist()}, expected finite numbers"
        if key.endswith("running_var") and (tensor < 0).any():
            return f"{key!r} is {tensor.tolist()}, a negative variance"
    return ""


def _keys(fn: Merge, m: Models) -> str:
    keys = list(fn(m.base, m.experts, m.weights))
    return "" if keys == list(m.base) else f"keys {keys}, expected {list(m.base)}"


def _unchanged(fn: Merge, m: Models) -> str:
    before = [{k: t.clone() for k, t in s.items()} for s in (m.base, *m.experts)]
    merged = fn(m.base, m.experts, m.weights)
    for tensor in merged.values():
        tensor.zero_()  # a result that shares memory with an input would change it here
    for i, (old, new) in enumerate(zip(before, (m.base, *m.experts), strict=True)):
        for key, tensor in old.items():
            if not torch.equal(new[key], tensor):
                return f"{'base' if i == 0 else f'experts[{i - 1}]'}[{key!r}] was changed"
    return ""


def _repeatable(fn: Merge, m: Models) -> str:
    first, second = (fn(m.base, m.experts, m.weights) for _ in range(2))
    return differ(first, second, 0.0)


def _tied(fn: Merge, m: Models) -> str:
    states = [{**s, "tied": s["weight"]} for s in (m.base, *m.experts)]
    merged = fn(states[0], tuple(states[1:]), m.weights)
    one = merged["tied"].data_ptr() == merged["weight"].data_ptr()
    return "" if one else "'tied' and 'weight' are one tensor in every model, but two in the result"


def _empty(fn: Merge, m: Models) -> str:
    merged = fn(m.base, m.experts, m.weights)
    wrong = [k for k, t in m.base.items() if not t.numel() and merged[k].shape != t.shape]
    return f"{wrong[0]!r} has shape {tuple(merged[wrong[0]].shape)}" if wrong else ""


def _mismatch(fn: Merge, m: Models) -> str:
    """Each way in which the last expert can disagree with the base: an error that names the key."""
    *rest, last = m.experts
    other = torch.float16 if last["weight"].dtype != torch.float16 else torch.float32
    ways = {
        "a missing key": {k: t for k, t in last.items() if k != "weight"},
        "an unexpected key": {**last, "weight_extra": last["weight"]},
        "another shape": {**last, "weight": last["weight"].new_zeros(5)},
        "a shape that broadcasts": {**last, "weight": last["weight"].new_zeros(1)},
        "another dtype": {**last, "weight": last["weight"].to(other)},
    }
    for how, odd in ways.items():
        try:
            fn(m.base, (*rest, odd), m.weights)
        except Exception as error:
            if "weight" not in str(error):
                return f"{how}: the message does not name the key: {error}"
        else:
            return f"{how} is accepted"
    return ""


_ROWS: tuple[tuple[str, str, Callable, dict], ...] = (
    ("one model", "one expert with weight 1: that expert", _one, {}),
    ("equal models", "all models equal: that model, whatever the weights", _equal, {}),
    ("zero weights", "all weights zero: the base", _zero, {}),
    ("permutation", "the order of (expert, weight) pairs does not matter", _permutation, {"experts": (2, 3)}),
    ("scaling", "task vectors twice as long: a merged task vector twice as long", _scaling, {}),
    ("negation", "task vectors reversed: the merged task vector reversed", _negation, {}),
    ("translation", "base and experts moved together: the result moves along", _translation, {}),
    ("splitting", "a parameter cut into two keys: the same entries", _splitting, {"layouts": LAYOUTS[:2]}),
    ("additive", "the merged task vector is the sum over the experts alone", _additive, {"experts": (2, 3)}),
    ("homogeneous", "weights doubled: the merged task vector doubled", _homogeneous, {}),
    ("dtype and shape", "every entry keeps the base's dtype and shape", _kind, {"dtypes": "low"}),
    ("precision", "sums are formed in more precision than bfloat16 has", _precision, {"dtypes": "low"}),
    ("counters", "integer and boolean entries are the base's", _counters, {"layouts": LAYOUTS[3:]}),
    ("statistics", "running variances stay non-negative", _statistics, {"layouts": LAYOUTS[3:]}),
    ("keys", "the keys of the base, in its order", _keys, {}),
    ("inputs unchanged", "inputs keep their values and share no memory with the result", _unchanged, {}),
    ("repeatable", "the same input gives the same result", _repeatable, {}),
    ("ties", "keys that share a tensor in all models share one after", _tied, {"layouts": LAYOUTS[:2]}),
    ("empty tensors", "tensors without entries pass through", _empty, {"layouts": EMPTY}),
    ("mismatch", "a key, shape or dtype unlike the base's: an error that names it", _mismatch,
     {"layouts": LAYOUTS[1:3]}),
)  # fmt: skip
LOW = (torch.bfloat16, torch.float16, torch.float32)


def laws(*, mean: bool = False) -> tuple[Law, ...]:
    """The table; with `mean`, cases have non-negative weights of positive sum."""

    def cases(options: dict) -> st.SearchStrategy[Models]:
        return models(mean=mean, **{**options, **({"dtypes": LOW} if "dtypes" in options else {})})

    return tuple(Law(name=n, text=t, cases=cases(o), check=c) for n, t, c, o in _ROWS)


LAWS = laws()
"""All laws, with weights of any sign."""


def check_operator(
    fn: Merge,
    like: str | Operator = "task_arithmetic",
    *,
    seed: int = 0,
    examples: int = 100,
    shrink: bool = True,
) -> tuple[LawResult, ...]:
    """Every law that the definition `like` promises, judged for `fn`, in the order of the table.

    `like` is a name of `nets.merge.OPERATORS` or an `Operator` record of one's own.
    """
    if isinstance(like, str):
        if like not in OPERATORS:
            raise ValueError(f"like = {like!r}: expected one of {', '.join(OPERATORS)}")
        like = OPERATORS[like]
    promised = (law for law in laws(mean=like.mean) if law.name not in like.breaks)
    return judge_laws(promised, fn, seed, examples, shrink)
