"""LaTeX to MathML, offline; what cannot be converted is shown as source, never an error."""

import re
from functools import lru_cache
from html import escape

from latex2mathml.converter import convert

LONG = 90
"""Signs beyond which a formula is set smaller in print, where nothing scrolls."""


@lru_cache(maxsize=4096)
def math(latex: str, inline: bool = False) -> str:
    """HTML for a formula: a scrolling box (or inline) with MathML, else the LaTeX source in <code>."""
    source = latex.strip().strip("$").strip()
    if not source:
        return ""
    markup = _mathml(source, inline)
    if markup is None:
        return f'<code class="tex">{escape(source)}</code>'
    size = " long" if signs(source) > LONG else ""
    return markup if inline else f'<div class="math{size}" tabindex="0">{markup}</div>'


def signs(source: str) -> int:
    """About how many signs wide a formula is: a command counts once, markup and blanks not at all."""
    bare = re.sub(r"\\(?:left|right|frac|math\w+|text|operatorname|bar|hat|tilde)(?![A-Za-z])", "", source)
    return len(re.sub(r"[{}_^&\\\s]", "", re.sub(r"\\[A-Za-z]+", "x", bare)))


def _mathml(source: str, inline: bool) -> str | None:
    for text in (source, _without_fences(source)):  # \left without its \right is the usual fault
        try:
            return convert(text, display="inline" if inline else "block")
        except Exception:  # the converter raises many kinds on imperfect input
            continue
    return None


def _without_fences(source: str) -> str:
    return re.sub(r"\\(?:left|right)(?![A-Za-z])\s*\.?", "", source)
