"""Tests that `hrqa verify` proves an index, and finds what is wrong with one."""

import json
import sqlite3
from pathlib import Path

from hrqa.store.description import open_text

from .tools import contents, copy, generation, hrqa, pointer, record_again


def edit(index: Path, *statements: str) -> None:
    """Alter the stored texts."""
    connection = sqlite3.connect(generation(index) / "texts.sqlite")
    with connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
    connection.close()


def test_every_span_rebuilds_its_passage(index: Path) -> None:
    """The spans' texts joined with a line feed are the passage, in PDF and text alike."""
    text = open_text(index)
    checked = 0
    for stored in text.texts.documents:
        pages = {page.number: page.text for page in text.texts.pages(stored.document.id)}
        first = stored.first_passage
        for passage in text.texts.passages(first, first + stored.passages):
            parts = [pages[span.page][span.start : span.end] for span in passage.spans]
            assert "\n".join(parts) == passage.text
            checked += 1
    text.close()

    assert checked == len(text.texts.passage_ids) > 8


def test_a_whole_index_is_proven(index: Path, corpus: Path) -> None:
    """All thirteen files, all passages; every document is read again."""
    passages = contents(index)["passages"]
    spans = sum(len(passage.spans) for passage in passages)

    outcome = hrqa("verify", "--index", index, "--corpus", corpus)

    assert (outcome.code, outcome.said) == (0, [])
    assert outcome.out == (
        f"13 files, {len(passages)} passages and {spans} spans compared, "
        "8 documents read again: all right\n"
    )


def test_an_edited_text_is_found(tiny_index: Path, tiny_corpus: Path) -> None:
    """A word exchanged in the stored text breaks the checksum, the text and the citation."""
    edit(tiny_index, "UPDATE pages SET text = replace(text, 'Sunday', 'Monday')")

    outcome = hrqa("verify", "--index", tiny_index, "--corpus", tiny_corpus)

    assert outcome.code == 1
    assert outcome.out.endswith(": 3 problems\n")
    wrong = [line for line in outcome.said if line.startswith("wrong: ")]
    assert "texts.sqlite: the file's checksum is wrong" in wrong[0]
    assert wrong[1] == "wrong: music.txt: its text reads differently from what the index holds"
    assert wrong[2].startswith("wrong: music.txt: passage music.")
    assert "its text is not what stands at the place that it cites" in wrong[2]


def test_a_false_citation_is_found_without_its_document(tiny_index: Path, tmp_path: Path) -> None:
    """With right checksums and no corpus, spans are still held against the stored text."""
    edit(tiny_index, "UPDATE pages SET text = replace(text, 'Sunday', 'Monday')")
    record_again(tiny_index)

    outcome = hrqa("verify", "--index", tiny_index, "--corpus", tmp_path / "gone")

    wrong = [line for line in outcome.said if line.startswith("wrong: ")]
    assert (outcome.code, len(wrong)) == (1, 1)
    assert "not what stands at the place that it cites" in wrong[0]


def test_a_consistent_forgery_is_found_by_reading_again(
    tiny_index: Path, tiny_corpus: Path, tmp_path: Path
) -> None:
    """Text, passage and checksums altered together: only the document tells."""
    edit(
        tiny_index,
        "UPDATE pages SET text = replace(text, 'Sunday', 'Monday')",
        "UPDATE passages SET record = replace(record, 'Sunday', 'Monday')",
    )
    record_again(tiny_index)

    with_documents = hrqa("verify", "--index", tiny_index, "--corpus", tiny_corpus)
    without = hrqa("verify", "--index", tiny_index, "--corpus", tmp_path / "gone")

    assert with_documents.code == 1
    assert [line for line in with_documents.said if line.startswith("wrong: ")] == [
        "wrong: music.txt: its text reads differently from what the index holds"
    ]
    assert without.code == 0


def test_a_span_beyond_its_page_is_found(tiny_index: Path, tiny_corpus: Path) -> None:
    """A page cut short under a passage is named with the passage."""
    edit(tiny_index, "UPDATE pages SET text = substr(text, 1, 20) WHERE text LIKE '%choir%'")
    record_again(tiny_index)

    outcome = hrqa("verify", "--index", tiny_index, "--corpus", tiny_corpus)

    assert outcome.code == 1
    assert any("cites beyond the end of" in line for line in outcome.said)


def test_a_wrong_checksum_is_found(tiny_index: Path, tiny_corpus: Path) -> None:
    """A checksum that does not fit its file is named with the file."""
    value = pointer(tiny_index)
    value["files"]["passages.faiss"]["sha256"] = "0" * 64
    (tiny_index / "current.json").write_text(json.dumps(value))

    outcome = hrqa("verify", "--index", tiny_index, "--corpus", tiny_corpus)

    assert outcome.code == 1
    assert [line for line in outcome.said if line.startswith("wrong: ")] == [
        f"wrong: {generation(tiny_index) / 'passages.faiss'}: the file's checksum is wrong; "
        "rebuild with `hrqa index --rebuild`"
    ]


def test_without_the_corpus_the_stored_text_is_the_proof(index: Path, tmp_path: Path) -> None:
    """With the corpus gone each document is named as proven against the stored text; exit 0."""
    outcome = hrqa("verify", "--index", index, "--corpus", tmp_path / "gone")

    assert outcome.code == 0
    assert outcome.out.endswith(", 0 documents read again: all right\n")
    assert len(outcome.said) == 8
    for line in outcome.said:
        assert line.endswith("its citations were proven against the stored text")


def test_only_the_changed_document_is_proven_by_the_stored_text(
    index: Path, corpus: Path, tmp_path: Path
) -> None:
    """One document changed and one deleted: those two are named, the others are read again."""
    changed = copy(corpus, tmp_path / "changed")
    (changed / "schools.md").write_text("# Something else\n")
    (changed / "guide.pdf").unlink()

    outcome = hrqa("verify", "--index", index, "--corpus", changed)

    assert outcome.code == 0
    assert [line.split(":")[0] for line in outcome.said] == ["guide.pdf", "schools.md"]
    assert outcome.out.endswith(", 6 documents read again: all right\n")
