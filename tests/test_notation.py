"""Inner products and expectations as a terminal shows them."""

import pytest
import sympy as sp

from proofs_check.judge import latex
from proofs_check.mathml import math
from tests.small_claims import projection
from theory.notation import E, Vec, dot, norm2

a, b = Vec("a"), Vec("b")


@pytest.mark.parametrize(
    ("expr", "unicode", "plain"),
    [
        (dot(a, b), "⟨a, b⟩", "<a, b>"),
        (norm2(a), "   2\n│a│ ", "   2\n|a| "),
        (E(dot(a, b)), "E[⟨a, b⟩]", "E[<a, b>]"),
        (2 * dot(a, b) + 1, "2⋅⟨a, b⟩ + 1", "2*<a, b> + 1"),
    ],
)
def test_terminal_form(expr: sp.Expr, unicode: str, plain: str) -> None:
    """Inner products in angle brackets, squared norms between bars, expectations in square brackets."""
    assert sp.pretty(expr, use_unicode=True) == unicode
    assert sp.pretty(expr, use_unicode=False) == plain


def test_powers_of_norms_are_bracketed() -> None:
    """The square of a squared norm is not taken for a norm to the power of its own exponent."""
    lines = sp.pretty(norm2(a) ** 2, use_unicode=False).splitlines()
    assert lines[0].strip() == "2" and "\\|a| /" in lines[2]


def test_words_in_a_formula_are_words() -> None:
    """A left side without formula is typeset as text, its braces and backslashes taken out."""
    statement = projection().readings[0]
    shown = latex(statement)
    assert shown.startswith(r"\text{least (t - x)^2} ") and "<mtext>least" in math(shown)
