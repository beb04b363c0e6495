"""The tightness plot: left side against right side on the searched instances, as inline SVG.

Colours come from the page's CSS (`currentColor` and classes), so that it follows light, dark and print.
"""

from html import escape
from math import floor, isfinite, log10

WIDTH, HEIGHT = 340, 250
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 40


def tightness(points: tuple[tuple[float, float], ...], relation: str = "") -> str:
    """A log-log scatter where enough pairs are positive, else a linear one; "" without points."""
    pairs = [(float(x), float(y)) for y, x in points if isfinite(x) and isfinite(y)]  # x: right, y: left
    positive = [(x, y) for x, y in pairs if x > 0 and y > 0]
    if len(pairs) < 2:
        return ""
    if len(positive) >= max(2, len(pairs) // 2):
        body, note = _scatter([(log10(x), log10(y)) for x, y in positive], _decades), ""
        left_out = len(pairs) - len(positive)
        note = f", {left_out} with a side that is not positive left out" if left_out else ""
        shown = len(positive)
    else:
        body, note, shown = _scatter(pairs, _round_steps), "", len(pairs)
    label = f"left side against right side on {shown} searched instances{note}"
    return (
        f'<figure class="plot"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}">'
        f"{body}</svg><figcaption>{escape(label[0].upper() + label[1:])}. "
        "On the line the two sides are equal.</figcaption></figure>"
    )


def _scatter(pairs: list[tuple[float, float]], ticks) -> str:
    every = [v for pair in pairs for v in pair]
    low, high = min(every), max(every)
    margin = 0.05 * (high - low) or 0.5
    low, high = low - margin, high + margin

    def x(v: float) -> float:
        return LEFT + (v - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(v: float) -> float:
        return HEIGHT - BOTTOM - (v - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    base, top, end = y(low), y(high), x(high)
    parts = [f'<path class="axis" d="M{x(low):.1f} {top:.1f}V{base:.1f}H{end:.1f}"/>']
    for at, label in ticks(low, high):
        parts.append(
            f'<path class="grid" d="M{x(at):.1f} {base:.1f}V{top:.1f}M{x(low):.1f} {y(at):.1f}H{end:.1f}"/>'
        )
        parts.append(f'<text x="{x(at):.1f}" y="{base + 14:.1f}" text-anchor="middle">{label}</text>')
        parts.append(f'<text x="{LEFT - 6}" y="{y(at) + 3.5:.1f}" text-anchor="end">{label}</text>')
    parts.append(f'<path class="equal" d="M{x(low):.1f} {base:.1f}L{end:.1f} {top:.1f}"/>')
    parts += [f'<circle cx="{x(a):.1f}" cy="{y(b):.1f}" r="2.4"/>' for a, b in pairs]
    middle = (TOP + HEIGHT - BOTTOM) / 2
    parts.append(f'<text x="{(LEFT + end) / 2:.1f}" y="{HEIGHT - 6}" text-anchor="middle">right side</text>')
    parts.append(f'<text transform="translate(12 {middle})rotate(-90)" text-anchor="middle">left side</text>')
    return "".join(parts)


def _decades(low: float, high: float) -> list[tuple[float, str]]:
    """Powers of ten between two logarithms, at most six; round values where there is no whole decade."""
    first, last = -floor(-low), floor(high)
    step = max(1, -(-(last - first + 1) // 6))
    marks = [(float(k), _power(k)) for k in range(first, last + 1, step)]
    if len(marks) >= 2:
        return marks
    return [(log10(v), label) for v, label in _round_steps(10**low, 10**high) if v > 0]


def _power(k: int) -> str:
    return f"{10.0**k:g}" if -3 <= k <= 3 else f'10<tspan dy="-4" font-size="8">{k}</tspan>'


def _round_steps(low: float, high: float) -> list[tuple[float, str]]:
    """Three to six multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / 4
    unit = 10.0 ** floor(log10(rough))
    step = next(m * unit for m in (1, 2, 5, 10) if m * unit >= rough)
    first = -floor(-low / step)
    return [(k * step, f"{k * step:.4g}") for k in range(first, floor(high / step) + 1)]
