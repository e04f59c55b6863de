"""Charts of a presentation as the tables that they draw.

The data are read from the file's own cache of them, in which all kinds of charts are alike;
python-pptx reads the series of some kinds alone.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of a worksheet."""


def chart_rows(chart_space: Any) -> Iterator[list[list[str]]]:
    """The rows of each plot: the names of its series, then each category with its values.

    Args:
        chart_space: The chart's root element.
    """
    for area in chart_space.iter(f"{_C}plotArea"):
        for plot in area:
            series = plot.findall(f"{_C}ser")
            if not series:
                continue
            names = ["".join(_texts(one.find(f"{_C}tx"))) for one in series]
            categories = _points(series[0], "cat", "xVal")
            columns = [_points(one, "val", "yVal") for one in series]
            rows = zip_longest(categories, *columns, fillvalue="")
            yield [["", *names], *(list(row) for row in rows)]


def _texts(element: Any) -> Iterator[str]:
    if element is not None:
        yield from (value.text or "" for value in element.iter(f"{_C}v"))


def _points(series: Any, *kinds: str) -> list[str]:
    """What stands at each place of a series, empty where nothing does."""
    element = next((e for kind in kinds if (e := series.find(f"{_C}{kind}")) is not None), None)
    if element is None:
        return []
    level = next(element.iter(f"{_C}lvl"), element)  # of nested categories the innermost
    found = {int(point.get("idx", "0")): _shown(point) for point in level.iter(f"{_C}pt")}
    return [found.get(place, "") for place in range(max(found, default=-1) + 1)]


def _shown(point: Any) -> str:
    """A number without the noise of its binary form, a day as such; words as they are."""
    text = "".join(_texts(point))
    cache = point.getparent()
    if cache.tag not in (f"{_C}numCache", f"{_C}numLit"):
        return text
    try:
        number = float(text)
        if "y" in (cache.findtext(f"{_C}formatCode") or "").casefold():
            return (_FIRST_DAY + timedelta(days=int(number))).isoformat()
        return f"{number:.12g}"
    except (ValueError, OverflowError):
        return text
