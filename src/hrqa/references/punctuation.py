"""Punctuation where the pieces of a reference meet."""

import re

CLOSING_QUOTE = "\ufdd0"
"""Stands after a closing quotation mark that a style has set, so that what follows is known."""

AS_IT_IS = "\ufdd1"
"""Stands before a text that is to keep its small first letter."""

_QUOTED_END = re.compile(f"([.,?!…]?)([’”]+){CLOSING_QUOTE}([.,]?)")
_FULL_END = re.compile(r"(?<=[?!])\.(?=\s|$)")


def finished(text: str, language: str) -> str:
    """The text of a processor without its marks, and without punctuation twice.

    In English full stops and commas stand within quotation marks, in Vietnamese after them;
    no full stop follows a question or exclamation mark.
    """
    within = language == "en"

    def end(match: re.Match[str]) -> str:
        last, quotes, after = match.groups()
        if after == "." and last in tuple(".?!"):
            after = ""
        return f"{last}{after}{quotes}" if within else f"{last}{quotes}{after}"

    return _FULL_END.sub("", _QUOTED_END.sub(end, text)).replace(AS_IT_IS, "")
