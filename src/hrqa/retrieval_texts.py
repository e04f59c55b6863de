"""What a passage is found by, which is more than what is cited: title, section, table head."""

from pathlib import PurePosixPath

from hrqa.datatypes import Document, Passage, Sentence
from hrqa.tabular import column_names, name_values
from hrqa.words import fold, words

RETRIEVAL_TEXT_VERSION = "3"
"""Counts up whenever passages are found by another text."""


def retrieval_title(document: Document) -> str:
    """A document's title, and the words of its file's name that the title does not have.

    The manifest's title needs no addition; what a file says of itself is often a form's name.
    A title with ``_`` is a file's name; its words are told apart.
    """
    if document.titled:
        return document.bibliography.title
    title = document.bibliography.title.replace("_", " ")
    known = {fold(word) for word in words(title)}
    name = words(PurePosixPath(document.file).stem.replace("_", " "))
    new = [word for word in name if any(char.isalpha() for char in word)]
    return title if all(fold(word) in known for word in new) else f"{title} ({' '.join(name)})"


def passage_embedding_text(title: str, passage: Passage) -> str:
    """What the model is given for a passage: title, nearest heading, table head, text.

    The nearest heading alone: a whole path of long headings drowns the text.
    """
    if passage.table_head or "\t" in passage.text:
        return _join([title, *passage.section[-1:], _table_in_words(passage)])
    return _join([title, *passage.section[-1:], passage.text])


def _table_in_words(passage: Passage) -> str:
    """A table by its names: what it is called, its columns, and the labels of its rows.

    Its values would fill most of what the model reads, and say little of what it is about.
    """
    columns = [name for name in column_names(passage.table_head) if name]
    labels: list[str] = []
    for line in passage.text.split("\n"):
        if "\t" not in line and line.strip():
            labels.append(line.strip())
        elif line.split("\t")[0].strip() and line not in passage.table_head.split("\n"):
            labels.append(line.split("\t")[0].strip())
    first = passage.sentences[0].under if passage.sentences else ""
    context = [passage.table_caption, first]
    named = [part for part in context if part and part not in passage.text]
    return _join([*named, "; ".join(dict.fromkeys(columns)), "; ".join(labels)])


def passage_lexical_text(title: str, passage: Passage) -> str:
    """The words by which a passage is found: title, all headings, table head, text."""
    return _join([title, *passage.section, *_table_context(passage), passage.text])


def sentence_embedding_text(title: str, passage: Passage, sentence: Sentence) -> str:
    """What the model is given for a sentence: title and words; for a table row its heads too."""
    own = passage.text[sentence.start : sentence.end]
    if "\t" in own:
        named = name_values(own, passage.table_head, sentence.under)
        return ". ".join(part for part in (title, passage.table_caption, named) if part)
    return f"{title}. {' '.join(own.split())}"


def _table_context(passage: Passage) -> list[str]:
    """Caption and head of a table whose passage does not begin with them."""
    context = (passage.table_caption, passage.table_head)
    return [part for part in context if part and part not in passage.text]


def _join(parts: list[str]) -> str:
    return "\n".join(part for part in parts if part)
