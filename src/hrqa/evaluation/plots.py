"""Plots as SVG, the same bytes for the same values; the only door to matplotlib."""

import html
import re
from collections.abc import Callable, Sequence
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np

from hrqa.evaluation.outcomes import Coverage, MeasureValue, Reliability

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH, _HEIGHT = 5.0, 3.3
"""Inches. One unit of the drawing is one pixel on a phone, so text is no smaller than there."""

_UNITS = 72
_TEXT = 11
_INK = "#010203"
_COLOURS = {
    "#0072b2": "var(--blue)",
    "#d55e00": "var(--vermilion)",
    "#009e73": "var(--green)",
    _INK: "currentColor",
}
_BLUE, _VERMILION, _GREEN, _ = _COLOURS
_LOOKS = ((_BLUE, "o", "-"), (_VERMILION, "s", "--"), (_GREEN, "^", ":"))
"""Colour (Okabe & Ito), marker and line of each series."""

_MOST_MARKERS = 20
_STYLE = {
    "svg.fonttype": "none",
    "font.size": _TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.18,
    "legend.frameon": False,
    **dict.fromkeys(
        ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _INK
    ),
    "grid.color": _INK,
}


def measures_plot(means: Sequence[MeasureValue]) -> str:
    """Each measure as a dot with its 95 % interval as a line."""

    def draw(axes: "Axes") -> None:
        for place, mean in enumerate(means):
            axes.plot([mean.low, mean.high], [place, place], color=_BLUE, linewidth=2)
            axes.plot([mean.value], [place], color=_BLUE, marker="o", markersize=7)
        axes.set_yticks(range(len(means)), [mean.name for mean in means])
        axes.set_ylim(len(means) - 0.4, -0.6)
        axes.set_xlim(0, 1)
        axes.set_xlabel("mean, with its 95 % interval")

    told = "; ".join(f"{m.name} {m.value:.3f} ({m.low:.3f} to {m.high:.3f})" for m in means)
    height = 0.8 + 0.27 * len(means)
    return _svg("measures", f"Main measures with 95 % intervals: {told}.", draw, height=height)


def ranks_plot(counts: Sequence[tuple[str, int]]) -> str:
    """How many questions find their first evidence at each rank; the last bar is set apart."""

    def draw(axes: "Axes") -> None:
        places = [*range(len(counts) - 1), len(counts) - 0.4]
        bars = axes.bar(places, [n for _, n in counts], color=_BLUE, width=0.75)
        bars[-1].set(facecolor="none", edgecolor=_VERMILION, hatch="////", linewidth=1.5)
        axes.bar_label(bars, padding=2, fontsize=_TEXT - 1)
        axes.set_xticks(places, [name.replace(" ", "\n") for name, _ in counts])
        axes.grid(visible=False, axis="x")
        axes.set_xlabel("rank of the first result with evidence")
        axes.set_ylabel("questions")
        axes.margins(y=0.12)

    told = ", ".join(f"{name}: {n}" for name, n in counts)
    return _svg("ranks", f"Questions by the rank of the first result with evidence: {told}.", draw)


def recall_plot(curves: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Share of the evidence among the first k results, for each way of finding it."""

    def draw(axes: "Axes") -> None:
        for (name, values), (colour, marker, line) in zip(curves, _LOOKS, strict=False):
            axes.plot(
                range(1, len(values) + 1),
                values,
                color=colour,
                marker=marker,
                linestyle=line,
                markevery=max(1, len(values) // _MOST_MARKERS),
                linewidth=2,
                label=f"by {name}",
            )
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("results read, k")
        axes.set_ylabel("Recall@k")
        axes.locator_params(axis="x", integer=True)
        axes.legend(loc="lower right")

    told = "; ".join(
        f"by {name} {values[0]:.3f} for one and {values[-1]:.3f} for {len(values)}"
        for name, values in curves
        if values
    )
    return _svg("recall", f"Recall over the number of results read: {told}.", draw)


def reliability_plot(ranges: Sequence[Reliability]) -> str:
    """How often questions are answered against how sure the system was, with counts."""

    def draw(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color=_INK, linewidth=1, linestyle=":", label="as it should be")
        axes.plot(
            [each.mean for each in ranges],
            [each.answered for each in ranges],
            color=_BLUE,
            marker="o",
            linewidth=2,
            label="as it is, with questions",
        )
        for each in ranges:
            above = each.answered <= each.mean
            axes.annotate(
                str(each.n),
                (each.mean, each.answered),
                xytext=(0, -13 if above else 7),
                textcoords="offset points",
                ha="center",
                fontsize=_TEXT - 1,
            )
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.09, 1.05)
        axes.set_xlabel("answerability told")
        axes.set_ylabel("share answered")
        axes.legend(loc="upper left")

    told = ", ".join(f"{r.mean:.2f} told and {r.answered:.2f} answered of {r.n}" for r in ranges)
    return _svg("reliability", f"Reliability of answerability: {told}.", draw)


def risk_plot(coverages: Sequence[Coverage]) -> str:
    """What is wrong among the surest questions, over how many of them are answered."""

    def draw(axes: "Axes") -> None:
        axes.plot(
            [each.coverage for each in coverages],
            [each.risk for each in coverages],
            color=_VERMILION,
            marker="s",
            linewidth=2,
        )
        axes.set_xlim(0, 1.03)
        axes.set_ylim(0, max(0.1, *(each.risk for each in coverages)) * 1.15)
        axes.set_xlabel("share of questions answered, the surest first")
        axes.set_ylabel("share wrong")

    told = ", ".join(f"{c.risk:.2f} of the surest {c.coverage:.0%}" for c in coverages)
    return _svg("risk", f"Risk over coverage: wrong are {told}.", draw)


def spread_plot(name: str, values: Sequence[float], unit: str, sentence: str) -> str:
    """How many questions need how much, with median and 95th percentile.

    Args:
        name: Of the plot, one word.
        values: One for each question, 0 or more.
        unit: What is counted.
        sentence: What the plot shows; the two figures are added.
    """
    median, high = np.percentile(values, [50, 95])

    def draw(axes: "Axes") -> None:
        axes.hist(values, bins=24, color=_BLUE, range=(0, max(1.0, *values)))
        axes.axvline(median, color=_INK, linewidth=1.5, label=f"median {median:,.0f}")
        axes.axvline(
            high, color=_VERMILION, linewidth=1.5, linestyle="--", label=f"95 % below {high:,.0f}"
        )
        axes.set_xlim(0, None)
        axes.set_xlabel(unit)
        axes.set_ylabel("questions")
        axes.legend(loc="upper center")

    return _svg(name, f"{sentence}: median {median:,.0f}, 95 % below {high:,.0f} {unit}.", draw)


def as_file(svg: str) -> str:
    """A plot as a file of its own, dark on white, instead of a part of a page."""
    for colour, variable in _COLOURS.items():
        svg = svg.replace(variable, "#222222" if colour == _INK else colour)
    namespace = 'xmlns="http://www.w3.org/2000/svg" style="background:#fff"'
    return svg.replace("<svg ", f"<svg {namespace} ", 1) + "\n"


def _svg(
    name: str, sentence: str, draw: Callable[["Axes"], None], *, height: float = _HEIGHT
) -> str:
    """A plot as an element of a page, in the page's colours and type.

    Args:
        name: Of the plot, one word; it keeps the plot's ids apart from those of others.
        sentence: What the plot shows.
        draw: Draws it.
        height: In inches.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    written = StringIO()
    with rc_context({**_STYLE, "svg.hashsalt": name}):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        draw(figure.add_subplot())
        # Neither a date nor a version of the library: the same values give the same bytes.
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(written, format="svg", metadata=nothing, transparent=True)
    return _element(written.getvalue(), name, sentence, height)


def _element(text: str, name: str, sentence: str, height: float) -> str:
    told = html.escape(sentence)
    inside = text[text.index("<svg") : text.rindex("</svg>")].partition(">")[2]
    inside = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", inside, flags=re.S)
    inside = inside.replace("xlink:href", "href")
    inside = re.sub(r'\bid="', f'id="{name}-', inside)
    inside = re.sub(r'(url\(|href=")#', rf"\g<1>#{name}-", inside)
    for colour, variable in _COLOURS.items():
        inside = inside.replace(colour, variable)
    size = f"0 0 {_WIDTH * _UNITS:g} {round(height * _UNITS, 2):g}"
    return (
        f'<svg class="plot" viewBox="{size}" role="img" aria-label="{told}" '
        f'stroke-linejoin="round"><title>{told}</title>{inside.strip()}</svg>'
    )
