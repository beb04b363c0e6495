"""Instances: frozen, exact values by name, on which everything about a claim is evaluated."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any


class Instance:
    """A frozen bag of named values; equality, hash and `repr` follow the values.

    >>> Instance(K=2, g=(Fraction(1, 2), 0))
    Instance(K=2, g=(Fraction(1, 2), 0))
    """

    __slots__ = ("_hash", "_memo", "_values")

    def __init__(self, **values: Any) -> None:
        object.__setattr__(self, "_values", values)
        object.__setattr__(self, "_memo", {})
        object.__setattr__(self, "_hash", None)

    def __getattr__(self, name: str) -> Any:
        try:
            return object.__getattribute__(self, "_values")[name]
        except KeyError:
            fields = ", ".join(object.__getattribute__(self, "_values"))
            raise AttributeError(f"instance has no field {name!r}; it has {fields}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"instances are frozen: use replace(instance, {name}=...)")

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._values.items())

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Instance) and list(self) == list(other))

    def __hash__(self) -> int:
        if self._hash is None:  # fractions are slow to hash
            object.__setattr__(self, "_hash", hash(tuple(self._values.items())))
        return object.__getattribute__(self, "_hash")

    def __repr__(self) -> str:
        return f"Instance({', '.join(f'{name}={value!r}' for name, value in self)})"

    def __reduce__(self):  # instances travel between worker processes
        return partial(Instance, **self._values), ()


def remembered(instance: Instance, what: Any, kind: Any, compute: Callable[[], Any]) -> Any:
    """What `compute` says of this very object, computed once: `what` (by identity) and `kind` name it.

    Kept with the object and not by its value, since 1/2 and 0.5 are equal; it goes when the object goes.
    """
    memo, key = object.__getattribute__(instance, "_memo"), (id(what), kind)
    found = memo.get(key)
    if found is None or found[0] is not what:
        memo[key] = found = (what, compute())
    return found[1]


def replace(instance: Instance, **changes: Any) -> Instance:
    """The instance with some fields changed; an unknown field is an error."""
    values = dict(instance)
    for name in changes:
        if name not in values:
            raise TypeError(f"field {name!r} is not in {instance!r}")
    return Instance(**{**values, **changes})


def floats(value: Any) -> Any:
    """The value with every Fraction turned into a float, at any depth (instances included)."""
    if isinstance(value, Instance):
        return remembered(value, floats, 0, lambda: Instance(**{name: floats(v) for name, v in value}))
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, tuple):
        return tuple(map(floats, value))
    return value
