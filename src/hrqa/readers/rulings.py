"""Lines drawn on a page: those drawn in pieces made whole, and those that touch."""

from collections.abc import Sequence

from hrqa.readers.glyphs import Ruling

_PIECES = 1.5
_TOUCH = 3.0
_DRAWING = 2000


def level_lines(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Horizontal lines from top to bottom, those that are drawn in pieces as one."""
    joined: list[Ruling] = []
    level = sorted((r for r in rulings if r.horizontal), key=lambda r: (round(r.top), r.left))
    for ruling in level:
        last = joined[-1] if joined else None
        if last and abs(last.top - ruling.top) <= 1 and ruling.left - last.right <= _PIECES:
            joined[-1] = Ruling(
                last.left, last.top, max(last.right, ruling.right), max(last.bottom, ruling.bottom)
            )
        else:
            joined.append(ruling)
    return joined


def upright_lines(rulings: Sequence[Ruling]) -> list[Ruling]:
    """Vertical lines from left to right, those that are drawn in pieces as one."""
    upright = [_over_the_diagonal(ruling) for ruling in rulings if not ruling.horizontal]
    return [_over_the_diagonal(line) for line in level_lines(upright)]


def _over_the_diagonal(ruling: Ruling) -> Ruling:
    """The line with across and along exchanged."""
    return Ruling(ruling.top, ruling.left, ruling.bottom, ruling.right)


def touching(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Groups of lines that touch each other; none for a page of thousands, which is a drawing."""
    lines = [*level_lines(rulings), *upright_lines(rulings)]
    if len(lines) > _DRAWING:
        return []
    groups: list[list[Ruling]] = []
    for ruling in lines:
        near = [group for group in groups if any(_touch(ruling, other) for other in group)]
        for group in near:
            groups.remove(group)
        groups.append([ruling, *(other for group in near for other in group)])
    return groups


def _touch(a: Ruling, b: Ruling) -> bool:
    return (
        a.left <= b.right + _TOUCH
        and b.left <= a.right + _TOUCH
        and a.top <= b.bottom + _TOUCH
        and b.top <= a.bottom + _TOUCH
    )
