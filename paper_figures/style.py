"""The one style of all figures: sizes of a printed column, readable type, colours that all can tell apart.

Units     widths in inches, sizes in points; a figure is included at its own size, never scaled.
Source    Colours: Okabe and Ito, Color Universal Design (2008), without the yellow: too pale for lines.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes

COLUMN = 3.5
"""Width of one column of a two-column paper, in inches."""
PAGE = 7.16
"""Width of both columns."""
INK = "#222222"
QUIET = "#777777"
"""Text and lines of the figure itself, and what should stand back."""
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")

SETTINGS: dict[Any, Any] = {
    "font.family": "STIXGeneral",  # ships with matplotlib and agrees with Times and its mathematics
    "mathtext.fontset": "stix",
    "font.size": 8.5,
    "axes.titlesize": 8.5,
    "axes.labelsize": 8.5,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.6,
    "errorbar.capsize": 0.0,
    "figure.dpi": 150,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,  # editable text; some publishers refuse type 3
    "svg.hashsalt": "mergeproof",
}


@contextmanager
def style() -> Iterator[None]:
    """The settings, for the time of the block only: drawing and saving both need them."""
    with mpl.rc_context():
        mpl.rcdefaults()  # the reader's own settings do not change a figure; the backend is left alone
        mpl.rcParams.update(SETTINGS)
        yield


def panel(axes: Axes, letter: str, title: str) -> None:
    """A panel's letter and title, left above it."""
    axes.set_title(rf"$\bf{{{letter}}}$  {title}", loc="left", pad=7)


def label(axes: Axes, x: float, y: float, text: str, colour: str = INK, **place: object) -> None:
    """A direct label of a line, beside the point (x, y) in data coordinates."""
    settings = {"textcoords": "offset points", "xytext": (4, 0), "va": "center", "fontsize": 7.5, **place}
    axes.annotate(text, (x, y), color=colour, annotation_clip=False, **settings)  # pyright: ignore[reportArgumentType]
