"""How numbers of things and runs of pages are said."""

from collections.abc import Sequence


def page_ranges(pages: Sequence[int]) -> str:
    """Pages in words, such as ``page 3`` or ``pages 1–4, 9``."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and runs[-1][1] == page - 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    said = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in runs)
    return f"page {said}" if len(pages) == 1 else f"pages {said}"


def counted(number: int, thing: str) -> str:
    """A number with its noun, such as ``1 page`` or ``1,200 pages``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
