"""Instances and the families they are drawn from.

A `Family` is a declaration of named fields and domains.  Each domain is one *draw programme*: it asks a
`Source` for integers, numbers and choices.  What the source does decides what comes out, so that a single
declaration serves the random search, the local search and the shrinker (`proofs_check.search` records and
edits the answers), Hypothesis (`strategy`), the corners, and the exact rationals.  All values are exact:
int, Fraction, str or nested tuples, so that `repr` rebuilds an instance.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from types import SimpleNamespace
from typing import Any, Protocol

from theory.instance import Instance as Instance
from theory.instance import floats as floats
from theory.instance import replace as replace

INF = float("inf")
Bound = int | float | Fraction | str | Callable[[Any], Any]
"""A number, the name of an earlier field, or a function of the fields drawn so far."""


class Source(Protocol):
    """What a draw programme may ask for.  Infinite bounds are allowed for `number`, closed ends elsewhere."""

    def integer(self, lo: int, hi: int) -> int: ...
    def number(self, lo: Any, hi: Any, open_lo: bool, open_hi: bool) -> Fraction: ...
    def choose(self, options: tuple) -> Any: ...


def _value(bound: Bound, fields: Any) -> Any:
    if isinstance(bound, str):
        return getattr(fields, bound)
    return bound(fields) if callable(bound) else bound


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer in [lo, hi]; the ends need not be whole."""

    lo: Bound
    hi: Bound

    def draw(self, source: Source, fields: Any) -> int:
        return source.integer(ceil(_value(self.lo, fields)), floor(_value(self.hi, fields)))

    def error(self, value: Any, fields: Any) -> str:
        lo, hi = _value(self.lo, fields), _value(self.hi, fields)
        good = isinstance(value, int) and not isinstance(value, bool) and lo <= value <= hi
        return "" if good else f"{value!r}, expected an integer in [{lo}, {hi}]"


@dataclass(frozen=True, slots=True)
class Real:
    """A rational in the interval from lo to hi; `open` is "", "lo", "hi" or "both" (infinity is open)."""

    lo: Bound = -INF
    hi: Bound = INF
    open: str = ""

    def _ends(self, fields: Any) -> tuple[Any, Any, bool, bool]:
        lo, hi = _value(self.lo, fields), _value(self.hi, fields)
        return lo, hi, self.open in ("lo", "both"), self.open in ("hi", "both")

    def draw(self, source: Source, fields: Any) -> Fraction:
        return source.number(*self._ends(fields))

    def error(self, value: Any, fields: Any) -> str:
        lo, hi, open_lo, open_hi = self._ends(fields)
        real = isinstance(value, int | float | Fraction) and value == value and abs(value) != INF
        above = real and (lo < value if open_lo else lo <= value)
        below = real and (value < hi if open_hi else value <= hi)
        if not (above and below):
            left, right = "(" if open_lo else "[", ")" if open_hi else "]"
            return f"{value!r}, expected a finite number in {left}{lo}, {hi}{right}"
        return ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the listed options."""

    options: tuple

    def draw(self, source: Source, fields: Any) -> Any:
        return source.choose(self.options)

    def error(self, value: Any, fields: Any) -> str:
        return "" if value in self.options else f"{value!r}, expected one of {self.options!r}"


STRUCTURES = ("generic", "equal", "one-hot", "zero")
FACTORS = (Fraction(1), Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(2))


@dataclass(frozen=True, slots=True)
class Vector:
    """A tuple of n numbers; structured draws (all equal, one-hot, zero) come often where the bounds allow."""

    n: Bound
    of: Real = Real(-4, 4)

    def draw(self, source: Source, fields: Any) -> tuple:
        n, shape = _value(self.n, fields), source.choose(STRUCTURES)
        zero = self.of.error(0, fields) == ""
        if shape == "equal" and n:
            return (self.of.draw(source, fields),) * n
        if shape == "zero" and zero:
            return (Fraction(0),) * n
        if shape == "one-hot" and zero and n:
            hot, value = source.integer(0, n - 1), self.of.draw(source, fields)
            return tuple(value if k == hot else Fraction(0) for k in range(n))
        return tuple(self.of.draw(source, fields) for _ in range(n))

    def error(self, value: Any, fields: Any) -> str:
        n = _value(self.n, fields)
        if not isinstance(value, tuple) or len(value) != n:
            return f"{value!r}, expected a tuple of {n} numbers"
        return next((error for v in value if (error := self.of.error(v, fields))), "")


@dataclass(frozen=True, slots=True)
class Matrix:
    """A tuple of `rows` tuples of `columns` numbers; aligned (rank one) and orthogonal rows come often."""

    rows: Bound
    columns: Bound
    of: Real = Real(-4, 4)

    def draw(self, source: Source, fields: Any) -> tuple:
        row, count = Vector(self.columns, self.of), _value(self.rows, fields)
        shape = source.choose(("generic", "generic", "aligned", "orthogonal")) if count > 1 else "generic"
        zero = self.of.error(0, fields) == ""
        if shape == "aligned":
            first = row.draw(source, fields)
            rows = [tuple(source.choose(FACTORS) * x for x in first) for _ in range(count - 1)]
            return (first, *[r if row.error(r, fields) == "" else first for r in rows])
        if shape == "orthogonal" and zero:
            width = _value(self.columns, fields)
            hot = [self.of.draw(source, fields) for _ in range(count)]
            return tuple(
                tuple(v if c == r and r < width else Fraction(0) for c in range(width))
                for r, v in enumerate(hot)
            )
        return tuple(row.draw(source, fields) for _ in range(count))

    def error(self, value: Any, fields: Any) -> str:
        rows, row = _value(self.rows, fields), Vector(self.columns, self.of)
        if not isinstance(value, tuple) or len(value) != rows:
            return f"{value!r}, expected {rows} rows"
        return next((error for v in value if (error := row.error(v, fields))), "")


@dataclass(frozen=True, slots=True)
class Simplex:
    """n non-negative weights with sum 1; vertices, two points and the uniform weights come often."""

    n: Bound

    def draw(self, source: Source, fields: Any) -> tuple:
        n = _value(self.n, fields)
        shape = source.choose(("uniform", "vertex", "two", "generic"))
        if shape == "vertex":
            hot = source.integer(0, n - 1)
            return tuple(Fraction(int(k == hot)) for k in range(n))
        if shape == "two":
            hot, cold = source.integer(0, n - 1), source.integer(0, n - 1)
            share = Fraction(1, source.integer(2, 12))
            return tuple(share * (k == hot) + (1 - share) * (k == cold) for k in range(n))
        parts = [1] * n if shape == "uniform" else [source.integer(0, 6) for _ in range(n)]
        total = sum(parts)
        return tuple(Fraction(p, total) if total else Fraction(1, n) for p in parts)

    def error(self, value: Any, fields: Any) -> str:
        n = _value(self.n, fields)
        good = isinstance(value, tuple) and len(value) == n and min(value, default=0) >= 0
        return "" if good and sum(value) == 1 else f"{value!r}, expected {n} non-negative numbers with sum 1"


@dataclass(frozen=True, slots=True)
class Psd:
    """A symmetric n x n matrix B B^T + ridge I with rational entries; rank-deficient draws come often."""

    n: Bound
    ridge: Bound = 0

    def draw(self, source: Source, fields: Any) -> tuple:
        n, ridge = _value(self.n, fields), _value(self.ridge, fields)
        root = [Vector(n, Real(-2, 2)).draw(source, fields) for _ in range(source.integer(0, n))]
        return tuple(
            tuple(sum((r[a] * r[b] for r in root), Fraction(0)) + ridge * (a == b) for b in range(n))
            for a in range(n)
        )

    def error(self, value: Any, fields: Any) -> str:
        n, ridge = _value(self.n, fields), _value(self.ridge, fields)
        problem = Matrix(n, n, Real()).error(value, fields)
        if problem or any(value[a][b] != value[b][a] for a in range(n) for b in range(a)):
            return f"{value!r}, expected a symmetric {n} x {n} matrix"
        shifted = tuple(tuple(x - ridge * (a == b) for b, x in enumerate(r)) for a, r in enumerate(value))
        return "" if _psd(shifted) else f"{value!r}, expected a matrix with no eigenvalue below {ridge}"


def _psd(matrix: tuple) -> bool:
    """Exact symmetric elimination: a negative pivot, or a zero pivot with a non-zero row, refutes."""
    rows = [list(row) for row in matrix]
    for k in range(len(rows)):
        pivot = rows[k][k]
        if pivot < 0 or (pivot == 0 and any(rows[k][k + 1 :])):
            return False
        for a in range(k + 1, len(rows) if pivot else 0):
            factor = Fraction(rows[a][k]) / pivot
            rows[a] = [x - factor * y for x, y in zip(rows[a], rows[k], strict=True)]
    return True


@dataclass(frozen=True, slots=True)
class Derived:
    """A value computed from the fields drawn before it."""

    of: Callable[[Any], Any]

    def draw(self, source: Source, fields: Any) -> Any:
        return self.of(fields)

    def error(self, value: Any, fields: Any) -> str:
        expected = self.of(fields)
        return "" if value == expected else f"{value!r}, expected {expected!r}"


Domain = Integer | Real | Choice | Vector | Matrix | Simplex | Psd | Derived


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Named fields with their domains, drawn in order; `leaves_out` says what the family does not cover."""

    fields: Mapping[str, Domain]
    leaves_out: str

    def draw(self, source: Source) -> Instance:
        """One instance: the draw programme of every field in order."""
        drawn = SimpleNamespace()
        for name, domain in self.fields.items():
            setattr(drawn, name, domain.draw(source, drawn))
        return Instance(**vars(drawn))

    def error(self, instance: Instance) -> str:
        """Why the instance is not in the family: field, value and what was expected; "" if it is."""
        names = [name for name, _ in instance]
        if names != list(self.fields):
            return f"fields {names}, expected {list(self.fields)}"
        for name, domain in self.fields.items():
            try:
                problem = domain.error(getattr(instance, name), instance)
            except TypeError as error:
                problem = f"{getattr(instance, name)!r}: {error}"
            if problem:
                return f"{name} = {problem}"
        return ""
