"""What a passage is found by, which is more than what is cited: title, section, table head."""

from hrqa.datatypes import Passage, Sentence
from hrqa.tabular import name_values

RETRIEVAL_TEXT_VERSION = "1"
"""Counts up whenever passages are found by another text."""


def passage_embedding_text(title: str, passage: Passage) -> str:
    """What the model is given for a passage: title, nearest heading, table head, text.

    The nearest heading alone: a whole path of long headings drowns the text.
    """
    return _join([title, *passage.section[-1:], *_table_context(passage), passage.text])


def passage_lexical_text(title: str, passage: Passage) -> str:
    """The words by which a passage is found: title, all headings, table head, text."""
    return _join([title, *passage.section, *_table_context(passage), passage.text])


def sentence_embedding_text(title: str, passage: Passage, sentence: Sentence) -> str:
    """What the model is given for a sentence: title and words; for a table row its heads too."""
    own = passage.text[sentence.start : sentence.end]
    if "\t" in own:
        named = name_values(own, passage.table_head)
        return ". ".join(part for part in (title, passage.table_caption, named) if part)
    return f"{title}. {' '.join(own.split())}"


def _table_context(passage: Passage) -> list[str]:
    """Caption and head of a table whose passage does not begin with them."""
    context = (passage.table_caption, passage.table_head)
    return [part for part in context if part and part not in passage.text]


def _join(parts: list[str]) -> str:
    return "\n".join(part for part in parts if part)
