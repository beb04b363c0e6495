"""Transcendental inequalities of one or two variables by certified enclosures (balls of python-flint).

f > 0 on a box is shown by adaptive bisection: on each part the enclosure of f, or its mean value form
f(m) + f'(X)(X - m), lies above zero, or a given certainly fails there.  Three things bisection cannot do:

touching   f = 0 at a point or on a face x = c.  If f and its first k - 1 derivatives in x vanish there
           exactly and the k-th has a sign on the part, Taylor's theorem with Lagrange's remainder gives
           the sign of f (Rudin 1976, theorem 5.15).  At a point of two variables: the signs of the
           gradient, or of the Hessian
infinity   x >= N by domination (`proofs_check.core.tail`), then the compact rest by bisection
an open end that f does not reach (log x at 0): x = c + 1/t, then as at infinity
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import sympy as sp
from flint import arb

from proofs_check.core.box import Side, ball, below, excluded, side_of, usable
from proofs_check.core.tail import tail_sign

PARTS = 6000
"""Most parts of one box."""
ORDER = 6
"""Highest derivative at a touching point."""
CURVED = (sp.exp, sp.log, sp.tanh, sp.atan, sp.sin, sp.cos, sp.sinh, sp.cosh, sp.erf)
SMOOTH = (sp.Symbol, sp.Number, sp.NumberSymbol, sp.Add, sp.Mul, sp.Pow, *CURVED)
Box = tuple[tuple[Any, Any], ...]


@dataclass(slots=True)
class Problem:
    """f > 0 (strict) or f >= 0 for `over` in the box, where `facts` hold; what is looked up is kept."""

    f: Any
    over: tuple
    strict: bool
    facts: tuple = ()
    touches: tuple = ()
    sides: dict = field(default_factory=dict)
    stop: float = 0.0
    parts: int = 0
    derivatives: dict = field(default_factory=dict)

    def slope(self, *by: Any) -> Any:
        """The derivative of f, or None where f is not known to be smooth."""
        if by not in self.derivatives:
            plain = all(isinstance(n, SMOOTH) for n in sp.preorder_traversal(self.f))
            self.derivatives[by] = sp.diff(self.f, *by) if plain else None
        return self.derivatives[by]


def positive(
    f: Any, over: tuple, facts: Any, *, strict: bool, touches: tuple = (), seconds: float = 10.0
) -> tuple[bool | None, str]:
    """(True, how) if f > 0 (or >= 0) wherever the facts hold; (None, why) otherwise."""
    f = sp.sympify(f)
    if f.has(sp.Float) or not all(v.is_extended_real for v in over):
        return None, "a float, or a variable that is not declared real"
    if not f.free_symbols <= set(over):
        return (
            None,
            f"{sorted(map(str, f.free_symbols - set(over)))} stand beside {', '.join(map(str, over))}",
        )
    sides = {v: side_of(v, facts) for v in over}
    if any(below(s.hi, s.lo) for s in sides.values()):
        return None, "the givens contradict each other, so they prove nothing"
    problem = Problem(f, over, strict, usable(facts, over), _exact_touches(f, touches, sides), sides)
    problem.stop = time.monotonic() + seconds
    if len(over) == 1:
        return _line(problem, sides[over[0]])
    infinite = [str(v) for v, s in sides.items() if s.lo == -sp.oo or s.hi == sp.oo]
    if infinite:
        return None, f"{', '.join(infinite)} unbounded: two variables need finite bounds"
    return bisect(problem, tuple((sides[v].lo, sides[v].hi) for v in over))


def _exact_touches(f: Any, touches: tuple, sides: dict) -> tuple:
    """The declared touching points, and the ends and corners of the box, at which f vanishes exactly."""
    ends = {v: [e for e in (s.lo, s.hi) if e.is_finite] for v, s in sides.items()}
    faces = [{v: e} for v, found in ends.items() for e in found]
    corners = [dict(zip(ends, c, strict=True)) for c in product(*ends.values())] if len(ends) > 1 else []
    return tuple(t for t in (*map(dict, touches), *faces, *corners) if _vanishes(f, t))


def _vanishes(f: Any, at: Mapping[Any, Any]) -> bool:
    """Whether f at these values is exactly zero: by SymPy's evaluation of the constants, and in a ball."""
    value = f.subs(at)
    if value != 0:
        value = sp.expand(sp.expand_log(value, force=False))
    return value == 0


def _line(problem: Problem, side: Side) -> tuple[bool | None, str]:
    """One variable: cut off what lies at infinity or at an end that f does not reach, bisect the rest."""
    (x,), f, notes = problem.over, problem.f, []
    lo, hi = side.lo, side.hi
    for upper in (True, False):
        end, opened = (hi, side.open_hi) if upper else (lo, side.open_lo)
        sign = 1 if upper else -1
        if end in (sp.oo, -sp.oo):
            there = lambda t, s=sign: s * t
        elif opened and not _defined(f, x, end):
            there = lambda t, e=end, s=sign: e - s / t
        else:
            continue
        far = _far(f, x, there, problem)
        if far is None:
            return None, f"no dominating term found as {x} tends to {end}"
        cut = there(sp.Integer(far))
        if upper:
            hi = cut
        else:
            lo = cut
        notes.append(f"{x} {'>=' if upper else '<='} {cut} by domination")
    if below(hi, lo):
        return True, "; ".join(notes)
    ok, reason = bisect(problem, ((lo, hi),))
    return ok, "; ".join([*notes, reason])


def _far(f: Any, x: Any, there: Any, problem: Problem) -> int | None:
    """The first power of two from which f > 0 along x = there(t), t -> infinity."""
    t = sp.Dummy("t", positive=True)
    along = f.subs(x, there(t))
    for k in range(1, 13):
        if time.monotonic() > problem.stop:
            return None
        if tail_sign(along, t, 2**k) == 1:
            return 2**k
    return None


def _defined(f: Any, x: Any, at: Any) -> bool:
    return ball(f, {x: ball(at)}).is_finite()


def bisect(problem: Problem, box: Box) -> tuple[bool | None, str]:
    """Adaptive bisection, depth first; the ends of parts are exact constants."""
    queue = [box]
    while queue:
        part = queue.pop()
        problem.parts += 1
        if problem.parts > PARTS or time.monotonic() > problem.stop:
            return None, f"not decided near {_shown(problem, part)} after {problem.parts} parts"
        env = {v: ball(a).union(ball(b)) for v, (a, b) in zip(problem.over, part, strict=True)}
        if excluded(problem.facts, env):
            continue
        value = ball(problem.f, env)
        if _above(value, problem.strict) or (value.is_finite() and _closer(problem, part, env)):
            continue
        middle = {v: ball((a + b) / 2) for v, (a, b) in zip(problem.over, part, strict=True)}
        if ball(problem.f, middle) < 0 and not _maybe_outside(problem, middle):
            return None, f"fails at {_shown(problem, tuple((m, m) for m in _middles(part)))}"
        if all(a == b for a, b in part):
            return None, f"not decided at the point {_shown(problem, part)}"
        queue += _halves(part)
    return True, f"{problem.parts} parts of the box enclosed"


def _closer(problem: Problem, part: Box, env: dict) -> bool:
    return _above(_mean_value(problem, part, env), problem.strict) or any(
        _touching(problem, dict(t), part, env) for t in problem.touches
    )


def _above(value: Any, strict: bool) -> bool:
    return bool(value > 0 if strict else value >= 0)


def _mean_value(problem: Problem, part: Box, env: dict) -> Any:
    """f(m) + sum of f_i(X)(X_i - m_i); NaN where f is not smooth or a derivative is not finite."""
    middle = {v: ball(m) for v, m in zip(problem.over, _middles(part), strict=True)}
    total = ball(problem.f, middle)
    for v in problem.over:
        slope = problem.slope(v)
        value = arb("nan") if slope is None else ball(slope, env)
        if not value.is_finite():
            return arb("nan")
        total += value * (env[v] - middle[v])
    return total


def _touching(problem: Problem, at: dict, part: Box, env: dict) -> bool:
    """Whether Taylor's theorem at the touching point (or face) settles this part."""
    ends = dict(zip(problem.over, part, strict=True))
    if any(below(value, ends[v][0]) or below(ends[v][1], value) for v, value in at.items()):
        return False  # the point lies elsewhere
    if problem.strict and not any(_open_at(problem.sides[v], value) for v, value in at.items()):
        return False
    if len(at) == 1:
        ((x, value),) = at.items()
        return _face(problem, x, value, ends[x], env)
    return len(at) == 2 and not problem.strict and _corner(problem, at, ends, env)


def _open_at(side: Side, value: Any) -> bool:
    return (side.open_lo and value == side.lo) or (side.open_hi and value == side.hi)


def _face(problem: Problem, x: Any, value: Any, ends: tuple, env: dict) -> bool:
    """f = f_k(xi) (x - c)^k / k! with the first k - 1 derivatives zero on x = c."""
    right, left = value == ends[0], value == ends[1]
    for k in range(1, ORDER + 1):
        slope = problem.slope(*[x] * k)
        if slope is None or not ball(slope, env).is_finite():
            return False
        size = ball(slope, env)
        if (right or k % 2 == 0) and _above(size, problem.strict):
            return True
        if left and k % 2 and _above(-size, problem.strict):
            return True
        if not _vanishes(slope, {x: value}):
            return False
    return False


def _corner(problem: Problem, at: dict, ends: dict, env: dict) -> bool:
    """Two variables: f grows away from the point, or has gradient zero there and a semidefinite Hessian."""
    away = {v: (1 if c == ends[v][0] else -1 if c == ends[v][1] else 0) for v, c in at.items()}
    slopes = {v: problem.slope(v) for v in at}
    if any(s is None for s in slopes.values()):
        return False
    if all(away[v] and _above(away[v] * ball(slopes[v], env), False) for v in at):
        return True
    if not all(_vanishes(s, at) for s in slopes.values()):
        return False
    x, y = at
    a, b, d = (ball(problem.slope(*by), env) for by in ((x, x), (x, y), (y, y)))
    return bool(a >= 0 and d >= 0 and a * d - b * b >= 0)


def _maybe_outside(problem: Problem, point: dict) -> bool:
    """Whether a given may fail at the point: then f < 0 there refutes nothing."""
    for fact in problem.facts:
        gap = ball(fact.args[0] - fact.args[1], point)
        if not (gap > 0 or gap < 0) or excluded((fact,), point):
            return True
    return False


def _middles(part: Box) -> list:
    """Rational points near the middles: the exact constants of the ends would grow with every halving."""
    found = []
    for a, b in part:
        if a.is_Rational and b.is_Rational:
            found.append((a + b) / 2)
            continue
        value = (ball(a) + ball(b)) / 2
        found.append(sp.Rational(str(value.mid().str(40, radius=False))))
    return found


def _halves(part: Box) -> list[Box]:
    """The part cut in the middle of its widest side."""
    widths = [ball(b) - ball(a) for a, b in part]
    widest = max(range(len(part)), key=lambda i: float(widths[i].mid()))
    a, b = part[widest]
    m = _middles(part)[widest]
    return [(*part[:widest], piece, *part[widest + 1 :]) for piece in ((a, m), (m, b))]


def _shown(problem: Problem, part: Box) -> str:
    return ", ".join(
        f"{v} in [{sp.N(a, 6)}, {sp.N(b, 6)}]" for v, (a, b) in zip(problem.over, part, strict=True)
    )
