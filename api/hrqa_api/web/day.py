"""Dates that may lack a month or a day."""

from datetime import date


def day_of(issued: tuple[int, ...]) -> date | None:
    """The day, or the first of the month; None where only a year is known, or no such day is."""
    if len(issued) < 2:
        return None
    year, month = issued[:2]
    try:
        return date(year, month, issued[2] if len(issued) > 2 else 1)
    except ValueError:
        return None
