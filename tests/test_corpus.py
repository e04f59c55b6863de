"""Which documents a folder holds, on real folders."""

import hashlib
import json
import os
import re
import socket
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrqa.corpus import Corpus, document_id, scan_corpus
from hrqa.errors import CorpusError, HrqaError, ManifestError
from hrqa.readers.formats import READABLE_SUFFIXES

MakeCorpus = Callable[..., Path]


@pytest.fixture
def make_corpus(tmp_path: Path) -> MakeCorpus:
    """A function that writes files, by default each with its own name as content."""
    folder = tmp_path / "corpus"
    folder.mkdir()

    def write(
        *files: str, manifest: object = None, ignore: bytes | None = None, **same: str
    ) -> Path:
        for file in files:
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(same.get("content", file), encoding="utf-8")
        if manifest is not None:
            (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        if ignore is not None:
            (folder / ".hrqaignore").write_bytes(ignore)
        return folder

    return write


def scan(folder: Path) -> Corpus:
    """The corpus in a folder."""
    return scan_corpus(folder, suffixes=READABLE_SUFFIXES)


def files(corpus: Corpus) -> list[str]:
    """The files to be read."""
    return [source.file for source in corpus.sources]


def test_documents_are_found_at_any_depth_in_code_point_order(make_corpus: MakeCorpus) -> None:
    """Capitals come before small letters, those before marked ones; the suffix may be capitals."""
    corpus = scan(make_corpus("b.txt", "Z.md", "a/x/y.PDF", "á.txt", "a.markdown"))

    assert files(corpus) == ["Z.md", "a.markdown", "a/x/y.PDF", "b.txt", "á.txt"]


def test_hidden_and_descriptive_files_are_left_out(make_corpus: MakeCorpus) -> None:
    """``README*`` and the manifest only in the top folder; unknown formats are listed."""
    corpus = scan(
        make_corpus(
            "README.md",
            "README-vi.txt",
            "sub/README.md",
            ".hidden.txt",
            ".folder/x.txt",
            "sub/.x.txt",
            "manifest.txt",
            "photo.png",
            "none",
            manifest=[],
        )
    )

    assert files(corpus) == ["manifest.txt", "sub/README.md"]
    assert corpus.unknown == ("none", "photo.png")
    assert corpus.warnings == ()


def test_hrqaignore_leaves_out_what_gitignore_syntax_names(make_corpus: MakeCorpus) -> None:
    """Comments, folders, exceptions and patterns at any depth; what it names is not listed."""
    corpus = scan(
        make_corpus(
            "a.txt",
            "a.draft.txt",
            "old/b.txt",
            "old/keep.txt",
            "deep/old.md",
            "deep/x.draft.txt",
            "top.md",
            "deep/top.md",
            ignore=b"# drafts\n*.draft.txt\nold/*\n!old/keep.txt\n/top.md\n",
        )
    )

    assert files(corpus) == ["a.txt", "deep/old.md", "deep/top.md", "old/keep.txt"]
    assert (corpus.unknown, corpus.left_out) == ((), ())


def test_files_of_the_same_content_are_one_document(make_corpus: MakeCorpus) -> None:
    """The first path is the document, the others stand beside it."""
    make_corpus("b.txt", "a/x.txt", "Z.txt", content="same")
    corpus = scan(make_corpus("c.txt"))

    assert [(source.file, source.same_as) for source in corpus.sources] == [
        ("Z.txt", ("a/x.txt", "b.txt")),
        ("c.txt", ()),
    ]
    assert corpus.sources[0].sha256 == hashlib.sha256(b"same").hexdigest()


def test_the_manifest_names_documents_and_gives_their_ids(make_corpus: MakeCorpus) -> None:
    """What it does not name has its id from its path; an item without its file is a warning."""
    corpus = scan(
        make_corpus(
            "sub/a.txt",
            "b.txt",
            manifest=[
                {"id": "first", "title": "First", "custom": {"file": "sub/a.txt"}},
                {"id": "gone", "custom": {"file": "gone.txt"}},
                {"id": "no-file"},
            ],
        )
    )

    assert [source.id for source in corpus.sources] == [document_id("b.txt"), "first"]
    assert corpus.sources[1].item is not None
    assert corpus.sources[1].item.bibliography.title == "First"
    assert corpus.warnings == ("manifest.json: the item 'gone' names gone.txt, which is not there",)


def test_an_id_that_stands_for_two_files_is_refused(make_corpus: MakeCorpus) -> None:
    """The manifest may not give a document the id that another has from its path."""
    taken = document_id("b.txt")
    folder = make_corpus("a.txt", "b.txt", manifest=[{"id": taken, "custom": {"file": "a.txt"}}])

    with pytest.raises(ManifestError, match=r"stands for both a\.txt and b\.txt"):
        scan(folder)


@pytest.mark.parametrize("written", [(), ("picture.png", ".hidden.txt", "README.md")])
def test_a_folder_without_documents_is_refused(
    make_corpus: MakeCorpus, written: tuple[str, ...]
) -> None:
    """The message says which formats there could be."""
    folder = make_corpus(*written)

    with pytest.raises(CorpusError, match=r"no document .* \.docx, .* \.md, .* \.pdf, .* \.txt"):
        scan(folder)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    """The message names the folder."""
    with pytest.raises(CorpusError, match="absent: there is no such folder"):
        scan(tmp_path / "absent")


def test_links_are_followed_inside_the_folder_only(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    """Nothing outside the corpus is indexed, and each link that leads out is named."""
    folder = make_corpus("a.txt", "sub/b.txt")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("secret", encoding="utf-8")
    (folder / "inside.txt").symlink_to(folder / "a.txt")
    (folder / "sub" / "relative.txt").symlink_to("../a.txt")
    (folder / "file.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside)
    (folder / "sub" / "up").symlink_to("../..")
    corpus = scan(folder)

    assert [(source.file, source.same_as) for source in corpus.sources] == [
        ("a.txt", ("inside.txt", "sub/relative.txt")),
        ("sub/b.txt", ()),
    ]
    assert [file for file, _ in corpus.left_out] == ["file.txt", "folder", "sub/up"]
    assert {reason for _, reason in corpus.left_out} == {
        "it is a link that leads out of the folder, and such are not followed"
    }
    assert corpus.failed == ()


def test_a_linked_folder_is_named_and_its_place_read(make_corpus: MakeCorpus) -> None:
    """A link up the tree makes no loop; one to a hidden folder hides documents, which is said."""
    folder = make_corpus("sub/b.txt", ".store/c.txt")
    (folder / "circle").symlink_to(folder)
    (folder / "sub" / "circle").symlink_to(folder)
    (folder / "stored").symlink_to(folder / ".store")
    corpus = scan(folder)

    assert files(corpus) == ["sub/b.txt"]
    assert [(file, "hidden" in reason) for file, reason in corpus.left_out] == [
        ("circle", False),
        ("stored", True),
        ("sub/circle", False),
    ]


def test_broken_links_fail_by_name(make_corpus: MakeCorpus) -> None:
    """A document that is only a link to nothing, or to itself, is one that cannot be read."""
    folder = make_corpus("a.txt")
    (folder / "broken.txt").symlink_to("nothing.txt")
    (folder / "loop.txt").symlink_to("pool.txt")
    (folder / "pool.txt").symlink_to("loop.txt")
    corpus = scan(folder)

    assert files(corpus) == ["a.txt"]
    assert corpus.failed[0] == (
        "broken.txt",
        "it is a link to 'nothing.txt', which is not there",
    )
    assert [file for file, _ in corpus.failed] == ["broken.txt", "loop.txt", "pool.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may open every folder")
def test_a_folder_that_may_not_be_opened_fails_by_name(make_corpus: MakeCorpus) -> None:
    """What may be in it is not passed over without a word."""
    folder = make_corpus("a.txt", "closed/b.txt")
    (folder / "closed").chmod(0)
    corpus = scan(folder)
    (folder / "closed").chmod(0o700)

    assert files(corpus) == ["a.txt"]
    assert corpus.failed == (("closed", "the folder cannot be opened: Permission denied"),)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may open every file")
def test_a_file_that_may_not_be_opened_stays_to_be_read(make_corpus: MakeCorpus) -> None:
    """It is a document, whose reading then says why it cannot be opened."""
    folder = make_corpus("a.txt", "closed.txt", "shut.txt")
    (folder / "closed.txt").chmod(0)
    (folder / "shut.txt").chmod(0)

    assert files(scan(folder)) == ["a.txt", "closed.txt", "shut.txt"]


def test_what_is_no_file_is_named_and_not_waited_for(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pipes, sockets and devices have the names of documents at most."""
    folder = make_corpus("a.txt")
    os.mkfifo(folder / "pipe.txt")
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.pdf")
        corpus = scan(folder)

    assert files(corpus) == ["a.txt"]
    assert corpus.left_out == (
        ("pipe.txt", "it is no ordinary file but a pipe"),
        ("socket.pdf", "it is no ordinary file but a socket"),
    )


@pytest.mark.parametrize("name", ["manifest.json", ".hrqaignore"])
def test_a_pipe_in_the_place_of_a_description_is_refused(
    name: str, make_corpus: MakeCorpus
) -> None:
    """It is not waited for either."""
    folder = make_corpus("a.txt")
    os.mkfifo(folder / name)

    with pytest.raises(CorpusError, match="no ordinary file"):
        scan(folder)


def test_ignored_links_and_folders_are_not_named(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    """What ``.hrqaignore`` names is out without a word."""
    folder = make_corpus("a.txt", ignore=b"elsewhere\nmedia/\nlost.*\n")
    (folder / "elsewhere").symlink_to(tmp_path)
    (folder / "media").symlink_to(folder)
    (folder / "lost.txt").symlink_to("nothing")
    corpus = scan(folder)

    assert (files(corpus), corpus.failed) == (["a.txt"], ())
    assert [file for file, _ in corpus.left_out] == []


def test_a_corpus_may_itself_be_a_link(make_corpus: MakeCorpus, tmp_path: Path) -> None:
    """Its files are inside it all the same."""
    link = tmp_path / "link"
    link.symlink_to(make_corpus("a.txt"))

    assert files(scan(link)) == ["a.txt"]


def test_the_shipped_corpus_is_the_five_editions(corpus_folder: Path) -> None:
    """Each has its manifest item; sources and README are left out."""
    corpus = scan(corpus_folder)

    assert [source.id for source in corpus.sources] == [
        "bac-ninh-2025",
        "binh-duong-2023",
        "cao-bang-2025",
        "central-region-thesis-2025",
        "international-cooperation-2022",
    ]
    assert all(source.item is not None for source in corpus.sources)
    assert corpus.warnings == ()
    assert (corpus.unknown, corpus.left_out) == ((), ())


@given(st.lists(st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1)))
def test_an_id_is_safe_in_a_url(parts: list[str]) -> None:
    """Whatever the path, the id is made of the characters that URLs need not escape."""
    identifier = document_id("/".join([*parts, "a.pdf"]))

    assert re.fullmatch(r"[A-Za-z0-9._~-]+", identifier)
    assert identifier not in (".", "..")


def test_an_id_that_had_to_be_changed_ends_in_a_hash_of_the_path() -> None:
    """So that ``Đường`` and ``Duong``, ``a/b`` and ``a-b`` stay apart."""
    path = "tài liệu/Đường.pdf"
    digits = hashlib.sha256(path.encode()).hexdigest()[:6]
    paths = [path, "tai-lieu-Duong.pdf", "tai-lieu/Duong.pdf", "tai lieu/Duong.pdf"]

    assert document_id(path).startswith("tai-lieu-Duong")
    assert document_id(path).endswith(digits)
    assert len({document_id(each) for each in paths}) == 4


def test_files_that_differ_in_their_extension_alone_are_two_documents(
    make_corpus: MakeCorpus,
) -> None:
    """An id comes from the path with its extension and does not depend on other files."""
    corpus = scan(make_corpus("report.md", "report.txt"))

    assert len({source.id for source in corpus.sources}) == 2


def test_the_manifest_finds_a_file_whose_name_is_decomposed(make_corpus: MakeCorpus) -> None:
    """Files that come from a Mac have their marks apart; the manifest need not."""
    name = "đường.txt"
    folder = make_corpus(
        unicodedata.normalize("NFD", name), manifest=[{"id": "road", "custom": {"file": name}}]
    )

    assert [source.id for source in scan(folder).sources] == ["road"]


def test_a_manifest_item_that_names_a_copy_is_not_lost(make_corpus: MakeCorpus) -> None:
    """It describes the document whichever of its equal files it names, or a warning says so."""
    manifest = [{"id": "b", "title": "B", "custom": {"file": "b.txt"}}]
    corpus = scan(make_corpus("a.txt", "b.txt", content="same", manifest=manifest))

    assert corpus.sources[0].item is not None or corpus.warnings != ()


@pytest.mark.parametrize("ignore", [b"caf\xe9\n", b"!\n"])
def test_an_invalid_hrqaignore_is_explained(make_corpus: MakeCorpus, ignore: bytes) -> None:
    """Another encoding or a pattern that is none is a sentence for the person, no traceback."""
    folder = make_corpus("a.txt", ignore=ignore)

    with pytest.raises(HrqaError, match="hrqaignore"):
        scan(folder)


def test_a_file_name_that_is_no_utf8_does_not_stop_the_run(make_corpus: MakeCorpus) -> None:
    """The other documents are indexed."""
    folder = make_corpus("a.txt")
    (folder / os.fsdecode(b"bad\xff.txt")).write_text("other", encoding="utf-8")

    assert "a.txt" in files(scan(folder))
