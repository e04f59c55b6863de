"""Tests of building an index and of bringing it up to date."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import typst
from PIL import Image, ImageDraw, ImageFont
from pypdf import PdfWriter

from hrqa.errors import CorpusError, ShrinkError
from hrqa.store.description import FailedFile, open_text

from .tools import (
    build,
    contents,
    copy,
    generation,
    hrqa,
    pointer,
    ranking,
    snapshot,
)

QUESTIONS = ("When does iron melt?", "heron", "How much rain fell?", "Chim diệc đợi gì?")


def same_as_new(index: Path, corpus: Path, folder: Path) -> bool:
    """Whether an index holds and answers what one built from nothing does."""
    fresh = folder / "built from nothing"
    build(corpus, fresh)
    answers = [
        [ranking(root, question, limit=50) for question in QUESTIONS] for root in (index, fresh)
    ]
    return contents(index) == contents(fresh) and answers[0] == answers[1]


def test_report_names_what_became_of_every_file(corpus: Path, index: Path) -> None:
    """A run without changes reports the documents, the failure, the copy and the rest."""
    report = build(corpus, index)

    assert (report.documents, report.changed, report.read, report.removed) == (8, False, (), ())
    assert report.failed == (
        FailedFile("empty.txt", "the file is empty; put the whole file in its place"),
    )
    assert report.same == (("notes/z harvest.txt", "notes/harvest.txt"),)
    assert (report.unknown, report.left_out) == (("picture.png",), ())
    assert report.warnings == ()


def test_current_json_names_the_generation_and_proves_its_files(index: Path) -> None:
    """Every file of the generation is named with its size and SHA-256; nothing else lies there."""
    recorded = pointer(index)["files"]
    folder = generation(index)
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(".lock")
    }

    assert pointer(index)["format"] == 3
    assert recorded == {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in found.items()
    }
    assert {"meta.json", "texts.sqlite", "passages.faiss", "sentences.faiss"} < set(found)


def test_nothing_changed_writes_nothing_and_loads_no_model(
    tiny_corpus: Path, tiny_index: Path, loads: list[str]
) -> None:
    """A second run leaves every file as it is, even its time, and needs no model."""
    before = snapshot(tiny_index)

    report = build(tiny_corpus, tiny_index)

    assert not report.changed
    assert snapshot(tiny_index) == before
    assert loads == []


def test_a_new_time_of_change_is_no_change(
    tiny_corpus: Path, tiny_index: Path, loads: list[str]
) -> None:
    """A document that is touched but keeps its content is not read again."""
    os.utime(tiny_corpus / "rain.txt", (1, 1))

    report = build(tiny_corpus, tiny_index)

    assert (report.changed, report.read, loads) == (False, (), [])


def test_only_the_changed_document_is_embedded(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path
) -> None:
    """After an edit one document is read, and the index is as if built from nothing."""
    (tiny_corpus / "rain.txt").write_text("Rain fell on two days. The herons left.\n")

    report = build(tiny_corpus, tiny_index)

    assert report.changed
    assert report.read == ("rain.txt",)
    assert same_as_new(tiny_index, tiny_corpus, tmp_path)


def test_an_added_document_is_embedded_alone(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path
) -> None:
    """A document that sorts before the others shifts their rows but not their content."""
    (tiny_corpus / "a first.txt").write_text("Iron ships need rain gauges.\n\nSo do choirs.\n")

    report = build(tiny_corpus, tiny_index)

    assert (report.read, report.documents, report.removed) == (("a first.txt",), 5, ())
    assert same_as_new(tiny_index, tiny_corpus, tmp_path)


def test_a_deleted_document_leaves_and_is_named(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path, loads: list[str]
) -> None:
    """A deleted document is named, needs no model, and no longer answers."""
    (tiny_corpus / "iron.txt").unlink()

    report = build(tiny_corpus, tiny_index)

    assert (report.removed, report.read, report.documents) == (("iron.txt",), (), 3)
    assert loads == []
    assert same_as_new(tiny_index, tiny_corpus, tmp_path)


def test_a_renamed_document_answers_under_its_new_name(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path
) -> None:
    """A renamed document is not read again; it is there under its new name alone."""
    (tiny_corpus / "rain.txt").rename(tiny_corpus / "autumn.txt")

    report = build(tiny_corpus, tiny_index)

    assert (report.read, report.removed) == ((), ())
    assert report.moved == (("rain.txt", "autumn.txt"),)
    assert same_as_new(tiny_index, tiny_corpus, tmp_path)


def test_a_new_description_is_a_change(tiny_corpus: Path, tiny_index: Path, tmp_path: Path) -> None:
    """A document that the manifest describes anew is embedded anew, under its new id, not read."""
    item = {"id": "melting", "title": "On melting", "custom": {"file": "iron.txt"}}
    (tiny_corpus / "manifest.json").write_text(json.dumps([item]))

    report = build(tiny_corpus, tiny_index)

    assert (report.changed, report.read, report.documents) == (True, (), 4)
    assert same_as_new(tiny_index, tiny_corpus, tmp_path)


def test_other_passage_sizes_cut_every_document_again(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that cut the text otherwise change every document, and no file is read for it."""
    monkeypatch.setenv("HRQA_PASSAGE_TARGET", "300")

    report = build(tiny_corpus, tiny_index)

    assert (report.changed, report.kept, report.read) == (True, 0, ())
    assert same_as_new(tiny_index, tiny_corpus, tmp_path)


def test_a_copy_is_recorded_without_the_model(
    tiny_corpus: Path, tiny_index: Path, loads: list[str]
) -> None:
    """A file of equal content becomes no document; the first path stands for it."""
    shutil.copy(tiny_corpus / "music.txt", tiny_corpus / "z copy.txt")

    report = build(tiny_corpus, tiny_index)

    assert (report.changed, report.documents, report.read, loads) == (True, 4, (), [])
    assert report.same == (("z copy.txt", "music.txt"),)
    text = open_text(tiny_index)
    assert [d.document.same_as for d in text.texts.documents] == [(), (), ("z copy.txt",), ()]
    text.close()


def test_a_copy_takes_over_when_the_first_is_deleted(tiny_corpus: Path, tiny_index: Path) -> None:
    """Content that still stands in the corpus stays in the index, under the other path."""
    shutil.copy(tiny_corpus / "music.txt", tiny_corpus / "z copy.txt")
    build(tiny_corpus, tiny_index)
    (tiny_corpus / "music.txt").unlink()

    report = build(tiny_corpus, tiny_index)

    assert (report.read, report.removed, report.same) == ((), (), ())
    assert report.moved == (("music.txt", "z copy.txt"),)
    assert ranking(tiny_index, "When does the choir sing?")[0][0].startswith("z-copy.txt-")


def encrypted_pdf(path: Path) -> None:
    """Write a PDF file that opens with a password only."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.encrypt("secret", algorithm="RC4-128")
    with path.open("wb") as file:
        writer.write(file)


def pdf_with_a_picture_page(path: Path) -> None:
    """Write a PDF file whose second page is a picture of text, without text."""
    source = path.with_suffix(".typ")
    source.write_text(
        "The first page can be read.\n#pagebreak()\n#image(bytes((200, 0, 0, 0, 200, 0)), "
        'format: (encoding: "rgb8", width: 2, height: 1), width: 5cm)\n'
    )
    typst.compile(str(source), output=str(path))
    source.unlink()


def test_bad_documents_are_named_and_the_others_indexed(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    """Broken, empty and encrypted files fail, each with its reason; exit 1."""
    (tiny_corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing that a PDF needs\n")
    (tiny_corpus / "empty.pdf").write_bytes(b"")
    (tiny_corpus / "binary.txt").write_bytes(b"MZ\x00\x01\x02\x03")
    (tiny_corpus / "blank.md").write_text("\n  \n\n")
    encrypted_pdf(tiny_corpus / "locked.pdf")
    (tiny_corpus / "good.txt").write_text("A good document stands beside them.\n")

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)

    reasons = dict(
        line.removeprefix("failed: ").split(": ", 1)
        for line in outcome.said
        if line.startswith("failed: ")
    )
    assert outcome.code == 1
    assert list(reasons) == [*("binary.txt", "blank.md", "broken.pdf", "empty.pdf", "locked.pdf")]
    assert "control characters" in reasons["binary.txt"]
    assert "empty" in reasons["blank.md"] and "empty" in reasons["empty.pdf"]
    assert "broken" in reasons["broken.pdf"]
    assert "encrypted" in reasons["locked.pdf"]
    assert outcome.out.startswith("5 documents, 5 passages (1 read)")
    assert ranking(tiny_index, "Which document is good?")[0][0].startswith("good.")


def test_pages_without_text_are_named(
    tiny_corpus: Path, tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document with a page that is only a picture is indexed and the page named; exit 1."""
    monkeypatch.setenv("HRQA_OCR", "false")
    pdf_with_a_picture_page(tiny_corpus / "scan.pdf")

    first = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)
    second = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)

    for outcome in (first, second):
        assert outcome.code == 1
        assert [line for line in outcome.said if line.startswith("failed: scan.pdf, page 2: ")]
    assert second.out.startswith("5 documents, 5 passages (nothing changed)")


def scan_of_words(path: Path) -> None:
    """Write a PDF file of a page of text, a picture of words, and an empty picture."""
    width, height = 1700, 600
    drawn = Image.new("L", (width, height), 255)
    font = ImageFont.load_default(60)
    ImageDraw.Draw(drawn).text((80, 200), "Forty boats cross the river each day", 0, font)
    drawn.save(path.with_suffix(".png"))
    source = path.with_suffix(".typ")
    source.write_text(
        "The first page is text.\n#pagebreak()\n"
        f'#image("{path.with_suffix(".png").name}", width: 15cm)\n'
    )
    typst.compile(str(source), output=str(path))
    source.unlink()
    path.with_suffix(".png").unlink()


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_text_recognised_in_images_is_marked(tiny_corpus: Path, tiny_index: Path) -> None:
    """The summary and the document's description name the pages; this is no failure."""
    scan_of_words(tiny_corpus / "scan.pdf")

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index, "--format", "json")

    assert outcome.code == 0
    assert json.loads(outcome.out)["ocr"] == [{"file": "scan.pdf", "pages": [2]}]
    assert "recognised: scan.pdf, page 2: the text was recognised in images" in outcome.said
    described = described_documents(tiny_index)["scan.pdf"]
    assert (described["ocr_pages"], described["unreadable_pages"]) == ([2], [])
    listed = hrqa("documents", "--index", tiny_index).out
    assert "passages; recognised in images: page 2\n" in listed
    assert ranking(tiny_index, "How many boats cross the river?")[0][0].startswith("scan.")


def described_documents(index: Path) -> dict[str, dict[str, Any]]:
    """What `hrqa documents` says of each, by its file."""
    listed = json.loads(hrqa("documents", "--index", index, "--format", "json").out)
    return {document["file"]: document for document in listed["documents"]}


def test_unreadable_pages_stand_in_the_description(
    tiny_corpus: Path, tiny_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its reason, so that nobody takes the rest for the whole; summary likewise."""
    monkeypatch.setenv("HRQA_OCR", "false")
    pdf_with_a_picture_page(tiny_corpus / "scan.pdf")
    reason = "the page holds an image and no text; OCR is switched off"

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index, "--format", "json")

    assert outcome.code == 1
    assert json.loads(outcome.out)["partial"] == [
        {"file": "scan.pdf", "pages": [{"page": 2, "reason": reason}]}
    ]
    described = described_documents(tiny_index)["scan.pdf"]
    assert described["unreadable_pages"] == [{"page": 2, "reason": reason}]
    listed = hrqa("documents", "--index", tiny_index).out
    assert "passages; not readable: page 2\n" in listed


def test_strict_stops_at_the_first_bad_document(tiny_corpus: Path, tiny_index: Path) -> None:
    """With --strict a bad document ends the run with 1 and leaves the index as it was."""
    (tiny_corpus / "bad.txt").write_bytes(b"")
    (tiny_corpus / "new.txt").write_text("New.\n")
    before = snapshot(tiny_index)

    outcome = hrqa("index", "--strict", "--corpus", tiny_corpus, "--index", tiny_index)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.said == ["hrqa: bad.txt: the file is empty; put the whole file in its place"]
    assert snapshot(tiny_index) == before


def test_a_failure_that_is_repaired_becomes_a_document(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path
) -> None:
    """The failure stands in the index until the file can be read, then nowhere."""
    (tiny_corpus / "late.txt").write_bytes(b"")
    broken = build(tiny_corpus, tiny_index)
    (tiny_corpus / "late.txt").write_text("Copper roofs turn green.\n")

    repaired = build(tiny_corpus, tiny_index)

    assert [failed.file for failed in broken.failed] == ["late.txt"]
    assert (repaired.failed, repaired.read) == ((), ("late.txt",))
    text = open_text(tiny_index)
    assert text.meta.failed == ()
    text.close()
    assert same_as_new(tiny_index, tiny_corpus, tmp_path)


def test_a_document_that_becomes_unreadable_leaves_the_index(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    """It is named as removed and as failed, and no longer answers."""
    (tiny_corpus / "iron.txt").write_bytes(b"")

    report = build(tiny_corpus, tiny_index)

    assert (report.removed, [failed.file for failed in report.failed]) == (
        ("iron.txt",),
        ["iron.txt"],
    )
    assert not [i for i, _ in ranking(tiny_index, "When does iron melt?") if "iron" in i]


def test_a_corpus_without_a_readable_document_changes_nothing(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    """Even with --allow-shrink, an index is not replaced by an empty one."""
    for file in tiny_corpus.iterdir():
        file.write_bytes(b"")
    before = snapshot(tiny_index)

    with pytest.raises(CorpusError, match="the file is empty"):
        build(tiny_corpus, tiny_index, allow_shrink=True)

    assert snapshot(tiny_index) == before


def test_half_of_the_documents_may_leave(tiny_corpus: Path, tiny_index: Path) -> None:
    """Two of four is not more than half."""
    (tiny_corpus / "iron.txt").unlink()
    (tiny_corpus / "rain.txt").unlink()

    report = build(tiny_corpus, tiny_index)

    assert (report.documents, report.removed) == (2, ("iron.txt", "rain.txt"))


def test_more_than_half_stops_the_run(tiny_corpus: Path, tiny_index: Path) -> None:
    """Three of four is too many, unless it is allowed; until then the index stays untouched."""
    for name in ("iron.txt", "rain.txt", "music.txt"):
        (tiny_corpus / name).unlink()
    before = snapshot(tiny_index)

    refused = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)
    after = snapshot(tiny_index)
    allowed = hrqa("index", "--allow-shrink", "--corpus", tiny_corpus, "--index", tiny_index)

    assert (refused.code, refused.out) == (1, "")
    assert "would drop 3 of 4 documents" in refused.said[-1]
    assert after == before
    assert (allowed.code, allowed.out[:11]) == (0, "1 document,")
    assert [line for line in allowed.said if line.startswith("removed: ")] == [
        "removed: iron.txt left the index",
        "removed: music.txt left the index",
        "removed: rain.txt left the index",
    ]


def test_failures_count_as_dropped(tiny_corpus: Path, tiny_index: Path) -> None:
    """Three documents that turn unreadable stop the run like three deleted ones."""
    for name in ("iron.txt", "rain.txt", "music.txt"):
        (tiny_corpus / name).write_bytes(b"")

    with pytest.raises(ShrinkError) as refused:
        build(tiny_corpus, tiny_index)

    assert (refused.value.before, refused.value.dropped) == (4, 3)


def test_rebuilding_does_not_pass_over_the_bound(tiny_corpus: Path, tiny_index: Path) -> None:
    """A run that reads everything anew may not drop more than half unnoticed either."""
    for name in ("iron.txt", "rain.txt", "music.txt"):
        (tiny_corpus / name).unlink()

    with pytest.raises(ShrinkError):
        build(tiny_corpus, tiny_index, rebuild=True)


def test_moved_files_whose_ids_stay_are_not_dropped(tiny_corpus: Path, tmp_path: Path) -> None:
    """A manifest that keeps the ids keeps the documents, wherever their files are moved."""
    files = sorted(file.name for file in tiny_corpus.iterdir())
    (tiny_corpus / "moved").mkdir()

    def describe(folder: str) -> None:
        items = [{"id": f"d{n}", "custom": {"file": folder + f}} for n, f in enumerate(files)]
        (tiny_corpus / "manifest.json").write_text(json.dumps(items))

    describe("")
    build(tiny_corpus, tmp_path / "index")
    for name in files:
        (tiny_corpus / name).rename(tiny_corpus / "moved" / name)
    describe("moved/")

    report = build(tiny_corpus, tmp_path / "index")

    assert (report.documents, report.removed) == (4, ())


def test_a_missing_corpus_is_named(tiny_index: Path, tmp_path: Path) -> None:
    """A corpus that is not there ends the run with 1 and leaves the index as it was."""
    before = snapshot(tiny_index)

    outcome = hrqa("index", "--corpus", tmp_path / "nowhere", "--index", tiny_index)

    assert (outcome.code, outcome.out) == (1, "")
    assert f"{tmp_path / 'nowhere'}: there is no such folder" in outcome.said[-1]
    assert snapshot(tiny_index) == before


def test_an_empty_corpus_says_what_is_read(tmp_path: Path) -> None:
    """A folder without documents is a failure that names the formats; no index is begun."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "README.md").write_text("Put documents here.\n")

    outcome = hrqa("index", "--corpus", tmp_path / "corpus", "--index", tmp_path / "index")

    assert outcome.code == 1
    for suffix in (".docx", ".html", ".md", ".pdf", ".pptx", ".txt"):
        assert f" {suffix}" in outcome.said[-1]
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize(
    ("manifest", "where"),
    [
        ('[\n  {"id": "a",}\n]', "line 2, column 14"),
        ('{"id": "a"}', "the whole file"),
        ('[{"title": "A"}]', "item 1"),
        ('[{"id": "a"}, {"id": "a"}]', "id 'a'"),
        (
            '[{"id": "a", "custom": {"file": "x.txt"}}, {"id": "b", "custom": {"file": "x.txt"}}]',
            "custom.file 'x.txt'",
        ),
        ('[{"id": "a", "issued": {"date-parts": "2024"}}]', "item 1 (a)"),
        ('[{"id": "a", "custom": {"file": "../secret.txt"}}]', "item 1 (a)"),
    ],
)
def test_a_bad_manifest_stops_the_run_and_says_where(
    manifest: str, where: str, tiny_corpus: Path, tiny_index: Path
) -> None:
    """One sentence names file and place; the index stays as it was."""
    (tiny_corpus / "manifest.json").write_text(manifest)
    before = snapshot(tiny_index)

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)

    assert (outcome.code, outcome.out, len(outcome.said)) == (1, "", 1)
    assert outcome.said[0].startswith(f"hrqa: {tiny_corpus / 'manifest.json'}: {where}")
    assert snapshot(tiny_index) == before


def test_an_item_without_its_file_is_a_warning(tiny_corpus: Path, tiny_index: Path) -> None:
    """The run goes on, names the item and its file, and ends with 0."""
    item = {"id": "lost", "custom": {"file": "sub/lost.pdf"}}
    (tiny_corpus / "manifest.json").write_text(json.dumps([item]))

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)

    assert outcome.code == 0
    assert [line for line in outcome.said if line.startswith("warning: ")] == [
        "warning: manifest.json: the item 'lost' names sub/lost.pdf, which is not there"
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("manifest.json", None, id="manifest is a folder"),
        pytest.param(".hrqaignore", "rain.txt\n".encode("utf-16"), id="ignore file in UTF-16"),
    ],
)
def test_a_corpus_that_is_described_unreadably_is_refused(
    name: str, content: bytes | None, tiny_corpus: Path, tiny_index: Path
) -> None:
    """What cannot be read about the corpus is named in one sentence."""
    if content is None:
        (tiny_corpus / name).mkdir()
    else:
        (tiny_corpus / name).write_bytes(content)

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)

    assert (outcome.code, outcome.crashed) == (1, False)
    assert name in outcome.said[-1]


def test_a_file_name_in_another_encoding_is_no_crash(tiny_corpus: Path, tiny_index: Path) -> None:
    """A name that is not UTF-8, as old archives have it, fails alone."""
    Path(os.fsdecode(os.fsencode(tiny_corpus) + b"/T\xe0i li\xeau.txt")).write_text("Hello.\n")

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tiny_index)

    assert outcome.code == 1
    assert outcome.out.startswith("4 documents")


def test_an_index_that_cannot_be_written_is_named(tiny_corpus: Path, tmp_path: Path) -> None:
    """A file in the place of the index folder is a failure in one sentence."""
    (tmp_path / "taken").write_text("not a folder")

    outcome = hrqa("index", "--corpus", tiny_corpus, "--index", tmp_path / "taken")

    assert outcome.code == 1
    assert outcome.said[-1].startswith(f"hrqa: {tmp_path / 'taken'}: the index cannot be written")


def test_the_same_corpus_elsewhere_gives_the_same_index(
    tiny_corpus: Path, tiny_index: Path, tmp_path: Path
) -> None:
    """Another folder gives the same id and the same bytes, but for the time of building."""
    other = tmp_path / "elsewhere"
    report = build(copy(tiny_corpus, tmp_path / "other documents"), other)

    assert report.index_id == contents(tiny_index)["id"]
    for name in pointer(tiny_index)["files"]:
        if name != "meta.json":
            one, two = generation(tiny_index) / name, generation(other) / name
            assert one.read_bytes() == two.read_bytes(), name


def test_rebuilding_embeds_everything_and_changes_nothing(
    tiny_corpus: Path, tiny_index: Path
) -> None:
    """--rebuild reads every document again and gives the same content."""
    before = contents(tiny_index)

    report = build(tiny_corpus, tiny_index, rebuild=True)

    assert report.read == ("birds.md", "iron.txt", "music.txt", "rain.txt")
    assert contents(tiny_index) == before
