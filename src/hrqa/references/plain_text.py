"""Text from documents as one clean line."""

import html
import re

_MARKUP = re.compile(r"</?(?:i|b|sub|sup|sc|span)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_NOT_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def plain_line(text: str) -> str:
    """One line without CSL's rich-text tags, entities and characters that are no text.

    Line breaks of every kind and runs of white space become one space, so that nothing in a
    title or name can start a line of its own.
    """
    spaced = " ".join(html.unescape(_MARKUP.sub("", text)).split())
    return " ".join(without_controls(spaced).split())


def without_controls(text: str) -> str:
    """The text without characters that are no text, line breaks and tabs among them."""
    return _NOT_TEXT.sub("", text)
