"""Pictures of pages: they fit the boxes of the text, and a bad file takes nothing else down."""

import concurrent.futures
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pypdf
import pytest
from numpy.typing import NDArray
from PIL import Image
from pypdf.annotations import Rectangle
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    RectangleObject,
    StreamObject,
    TextStringObject,
)

from hrqa.page_images import PageImageError, PageImages
from hrqa.readers.formats import read_document

Typeset = Callable[..., Path]
WIDTH = 700
SOURCE = """
#set page(width: 300pt, height: 400pt, margin: 40pt)
#set text(size: 11pt)
= Phà qua sông
Forty boats cross the river each morning, and return when the tide allows it.
#pagebreak()
#v(120pt)
#h(90pt) Bến Tre
"""


@pytest.fixture
def images() -> Iterator[PageImages]:
    """Pictures with room enough."""
    made = PageImages(seconds=60, memory_mb=500)
    yield made
    made.close()


def pixels(picture: bytes) -> NDArray[np.uint8]:
    """Brightness of the pixels of a PNG, shape (height, width)."""
    image = Image.open(io.BytesIO(picture))
    image.load()

    assert image.format == "PNG"
    return np.asarray(image.convert("L"))


def colours(picture: bytes) -> set[tuple[int, ...]]:
    """Red, green and blue that occur in a PNG."""
    found = Image.open(io.BytesIO(picture)).convert("RGB").getcolors(1 << 24)

    assert found is not None
    return {colour for _, colour in found if isinstance(colour, tuple)}


def altered(file: Path, alter: Callable[[pypdf.PageObject], object]) -> Path:
    """A copy of a PDF file with each page altered."""
    writer = pypdf.PdfWriter(clone_from=file)
    for page in writer.pages:
        alter(page)
    copy = file.with_name("altered.pdf")
    writer.write(copy)
    return copy


def pdf(content: bytes, *, size: tuple[float, float] = (200, 200), name: str, at: Path) -> Path:
    """A PDF file of one page that draws what the content says."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(*size)
    stream = StreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream)
    writer.write(at / name)
    return at / name


def drawing_process(images: PageImages) -> int:
    """Id of the one process that draws for these pictures."""
    process = images._process

    assert process is not None
    return process._process.pid


def running(process: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def await_true(condition: Callable[[], bool]) -> bool:
    """Wait until something is so, at most half a minute."""
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@pytest.mark.parametrize(
    ("turn", "cropped", "shape"),
    [
        (0, False, (300, 400)),
        (90, False, (400, 300)),
        (180, False, (300, 400)),
        (270, False, (400, 300)),
        (0, True, (250, 290)),
        (90, True, (290, 250)),
    ],
)
def test_what_is_dark_lies_in_the_boxes(
    turn: int, cropped: bool, shape: tuple[int, int], typeset: Typeset, images: PageImages
) -> None:
    """The page as displayed: each box of its text holds ink, and outside of all there is none."""

    def alter(page: pypdf.PageObject) -> None:
        page.rotate(turn)
        if cropped:
            # Leaves the text in, and begins elsewhere than at the page's origin.
            page[NameObject("/CropBox")] = RectangleObject((30, 110, 280, 400))

    file = altered(typeset(SOURCE), alter)
    # Of text that is turned each word has a box of its own, else each line.
    boxes = [17, 2] if turn else [3, 1]
    pages = read_document(file, file="altered.pdf").pages

    assert [len(page.lines) for page in pages] == boxes
    for number, page in enumerate(pages, start=1):
        dark = pixels(images.image(file, "a" * 64, number, WIDTH)) < 128
        height, width = dark.shape
        outside = dark.copy()
        assert (width, height) == (WIDTH, round(WIDTH * shape[1] / shape[0]))
        for line in page.lines:
            left, right = min(line.edges) * width, max(line.edges) * width
            rows = slice(int(line.top * height) - 1, int(line.bottom * height) + 2)
            columns = slice(int(left) - 1, int(right) + 2)
            assert dark[rows, columns].sum() > 30
            outside[rows, columns] = False
        assert dark.sum() > 150
        assert outside.sum() <= 0.005 * dark.sum()


def test_the_same_page_is_the_same_bytes(typeset: Typeset) -> None:
    """Drawn by two processes, and after another page: byte-identical, and not from a memory."""
    file = typeset(SOURCE)
    drawn = []
    for before in ([], [2]):
        images = PageImages(seconds=60, memory_mb=500, cache_mb=0)
        for page in before:
            images.image(file, "a" * 64, page, WIDTH)
        drawn += [images.image(file, "a" * 64, 1, WIDTH) for _ in range(2)]
        images.close()

    assert len(set(drawn)) == 1


@pytest.mark.parametrize("width", [1, 2, 99, 301, 1000, 1001])
def test_a_picture_is_as_wide_as_asked(width: int, typeset: Typeset, images: PageImages) -> None:
    """To the pixel, its height in proportion, at least one pixel."""
    drawn = pixels(images.image(typeset(SOURCE), "a" * 64, 1, width))

    assert drawn.shape == (max(1, round(width * 4 / 3)), width)


def test_colour_stays_colour_and_text_is_grey(tmp_path: Path, images: PageImages) -> None:
    """Red on white comes out so; a page without colour is a picture without."""
    red = pdf(b"1 0 0 rg 50 50 100 100 re f", name="red.pdf", at=tmp_path)
    black = pdf(b"0 g 50 50 100 100 re f", name="black.pdf", at=tmp_path)
    coloured = images.image(red, "a" * 64, 1, 200)
    grey = images.image(black, "b" * 64, 1, 200)

    assert colours(coloured) == {(255, 0, 0), (255, 255, 255)}
    assert colours(grey) == {(0, 0, 0), (255, 255, 255)}
    assert [Image.open(io.BytesIO(one)).mode for one in (coloured, grey)] == ["RGB", "L"]
    assert (pixels(grey)[50:150, 50:150] == 0).all()


def test_annotations_and_fields_of_forms_are_drawn(tmp_path: Path, images: PageImages) -> None:
    """A red note at the lower left and a blue field at the upper right, on an empty page."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_annotation(0, Rectangle(rect=(10, 10, 60, 60), interior_color="ff0000"))
    look = StreamObject()
    look.set_data(b"0 0 1 rg 0 0 50 50 re f")
    look[NameObject("/Type")] = NameObject("/XObject")
    look[NameObject("/Subtype")] = NameObject("/Form")
    look[NameObject("/BBox")] = RectangleObject((0, 0, 50, 50))
    field = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Tx"),
            NameObject("/T"): TextStringObject("name"),
            NameObject("/F"): NumberObject(4),
            NameObject("/Rect"): RectangleObject((140, 140, 190, 190)),
            NameObject("/AP"): DictionaryObject({NameObject("/N"): writer._add_object(look)}),
        }
    )
    place = writer._add_object(field)
    page["/Annots"].append(place)  # type: ignore[attr-defined]
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([place])}
    )
    writer.write(tmp_path / "form.pdf")
    drawn = images.image(tmp_path / "form.pdf", "a" * 64, 1, 200)
    image = Image.open(io.BytesIO(drawn)).convert("RGB")

    assert image.getpixel((35, 165)) == (255, 0, 0)
    assert image.getpixel((165, 35)) == (0, 0, 255)
    assert image.getpixel((100, 100)) == (255, 255, 255)


def test_an_encrypted_file_without_a_user_password_is_drawn(
    typeset: Typeset, images: PageImages
) -> None:
    """The picture is that of the file before; with a user password the reason says so."""
    plain = typeset(SOURCE)
    files = []
    for name, user in (("open.pdf", ""), ("shut.pdf", "secret")):
        writer = pypdf.PdfWriter(clone_from=plain)
        writer.encrypt(user_password=user, owner_password="owner", algorithm="AES-256")
        writer.write(plain.with_name(name))
        files.append(plain.with_name(name))
    drawn = [images.image(file, file.name, 1, WIDTH) for file in (plain, files[0])]

    assert drawn[0] == drawn[1]
    with pytest.raises(PageImageError, match=r"shut\.pdf, page 1: the file is encrypted; save a"):
        images.image(files[1], "c" * 64, 1, WIDTH)


def test_a_file_that_changes_is_opened_anew(typeset: Typeset, images: PageImages) -> None:
    """The file last opened is told by its time and size, the memory of pictures by the digest."""
    file = typeset(SOURCE)
    before = images.image(file, "a" * 64, 1, WIDTH)
    typeset("#set page(width: 300pt, height: 400pt)\nAnother text.")
    after = images.image(file, "b" * 64, 1, WIDTH)

    assert before != after
    assert images.image(file, "a" * 64, 1, WIDTH) == before


def test_the_memory_of_pictures_keeps_to_its_bound(tmp_path: Path) -> None:
    """Two of half a megabyte fit into one: a third takes the place of the one unused longest."""
    noise = random.Random(1).randbytes(400 * 400 * 3)
    image = b"200 0 0 200 0 0 cm BI /W 400 /H 400 /BPC 8 /CS /RGB ID %s EI" % noise
    file = pdf(image, name="noise.pdf", at=tmp_path)
    images = PageImages(seconds=60, memory_mb=500, cache_mb=1)
    for digest in ("a", "b", "a", "c"):
        assert 400_000 < len(images.image(file, digest, 1, 400)) < 500_000
    file.unlink()
    remembered = []
    for digest in ("a", "b", "c"):
        with suppress(PageImageError):
            images.image(file, digest, 1, 400)
            remembered.append(digest)
    images.close()

    assert remembered == ["a", "c"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "the file cannot be read: No such file or directory"),
        (b"", "the file is broken or no PDF; get an intact copy"),
        (b"%PDF-1.7 and nothing that follows", "the file is broken or no PDF; get an intact copy"),
        (b"<html>a page of the web</html>", "the file is broken or no PDF; get an intact copy"),
    ],
)
def test_a_damaged_file_is_named_and_the_next_is_drawn(
    content: bytes | None, reason: str, typeset: Typeset, tmp_path: Path, images: PageImages
) -> None:
    """The sentence names file, page and reason; the same process goes on."""
    file, damaged = typeset(SOURCE), tmp_path / "damaged.pdf"
    if content is not None:
        damaged.write_bytes(content)
    images.image(file, "a" * 64, 1, WIDTH)
    process = drawing_process(images)
    with pytest.raises(PageImageError) as caught:
        images.image(damaged, "b" * 64, 3, WIDTH)
    images.image(file, "a" * 64, 2, WIDTH)

    assert str(caught.value) == f"{damaged}, page 3: {reason}"
    assert (caught.value.page, caught.value.reason) == (3, reason)
    assert drawing_process(images) == process


def test_a_file_cut_short_anywhere_takes_nothing_down(typeset: Typeset, images: PageImages) -> None:
    """Drawn or refused by name, whatever is left of it; the whole file is drawn afterwards."""
    file = typeset(SOURCE)
    content = file.read_bytes()
    part = file.with_name("part.pdf")
    outcomes = set()
    for share in range(5, 100, 5):
        part.write_bytes(content[: len(content) * share // 100])
        try:
            images.image(part, f"{share}", 1, 50)
            outcomes.add("drawn")
        except PageImageError as error:
            outcomes.add(error.reason)

    assert outcomes <= {
        "drawn",
        "the file is broken or no PDF; get an intact copy",
        "the page is broken; get an intact copy of the file",
    }
    assert (pixels(images.image(file, "a" * 64, 1, WIDTH)) < 128).any()


def test_a_page_that_is_not_there_is_named(typeset: Typeset, images: PageImages) -> None:
    """Two pages, the third is asked for; page 0 and width 0 are mistakes of the caller."""
    file = typeset(SOURCE)

    with pytest.raises(PageImageError, match="page 3: the file has only 2 pages"):
        images.image(file, "a" * 64, 3, WIDTH)
    with pytest.raises(ValueError, match="both count from 1"):
        images.image(file, "a" * 64, 0, WIDTH)
    with pytest.raises(ValueError, match="both count from 1"):
        images.image(file, "a" * 64, 1, 0)


@pytest.mark.parametrize(
    ("size", "width", "pixels_said"),
    [
        ((10, 14_000), 20, "20 by 28,000 pixels"),
        ((100, 100), 7_000, "7,000 by 7,000 pixels"),
        ((14_000, 1), 50_000_000, "50,000,000 by 3,571 pixels"),
    ],
)
def test_a_picture_too_large_is_refused(
    size: tuple[float, float],
    width: int,
    pixels_said: str,
    tmp_path: Path,
    images: PageImages,
) -> None:
    """Too high, or too many pixels in all; a narrower one of the same page is drawn."""
    file = pdf(b"", size=size, name="large.pdf", at=tmp_path)

    with pytest.raises(PageImageError, match=f"would have {pixels_said}.*ask for a narrower one"):
        images.image(file, "a" * 64, 1, width)
    assert pixels(images.image(file, "a" * 64, 1, 14)).shape[1] == 14


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PDF file of some kilobytes whose page takes PDFium minutes to draw."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    stream = StreamObject()
    stream.set_data(b"0 0 m 200 200 l 0 200 l 200 0 l f\n" * 1_000_000)
    page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    file = tmp_path_factory.mktemp("endless") / "endless.pdf"
    writer.write(file)
    return file


def test_a_page_that_takes_too_long_is_given_up(endless: Path, typeset: Typeset) -> None:
    """After a second its process is gone and the reason told; another draws the next page."""
    file = typeset(SOURCE)
    images = PageImages(seconds=1, memory_mb=1000)
    images.image(file, "a" * 64, 1, WIDTH)
    process = drawing_process(images)
    began = time.monotonic()
    with pytest.raises(PageImageError, match="takes longer than 1 seconds; open the file itself"):
        images.image(endless, "b" * 64, 1, 2000)
    taken = time.monotonic() - began
    drawn = images.image(file, "a" * 64, 2, WIDTH)

    assert 1 <= taken < 5
    assert not running(process)
    assert (pixels(drawn) < 128).any()
    images.close()


def test_a_process_killed_between_requests_is_replaced(
    typeset: Typeset, images: PageImages
) -> None:
    """Nobody notices."""
    file = typeset(SOURCE)
    images.image(file, "a" * 64, 1, WIDTH)
    process = drawing_process(images)
    os.kill(process, signal.SIGKILL)
    drawn = images.image(file, "a" * 64, 2, WIDTH)

    assert (pixels(drawn) < 128).any()
    assert drawing_process(images) != process


def kill_while_drawing(images: PageImages, file: Path) -> PageImageError:
    """Let each process that draws a file crash as it works; how that is told."""
    killed: set[int] = set()
    done = threading.Event()

    def kill() -> None:
        while not done.is_set():
            process = images._process
            if process is not None and process._asked and process._process.pid not in killed:
                time.sleep(0.2)
                killed.add(process._process.pid)
                with suppress(ProcessLookupError):
                    os.kill(process._process.pid, signal.SIGSEGV)
            time.sleep(0.01)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with pytest.raises(PageImageError) as caught:
            images.image(file, "e" * 64, 1, 2000)
    finally:
        done.set()
        killer.join()
    return caught.value


def test_a_page_at_which_processes_crash_is_named(endless: Path, typeset: Typeset) -> None:
    """The reason names signal, file and page; the next page is drawn."""
    file = typeset(SOURCE)
    images = PageImages(seconds=60, memory_mb=1000)
    error = kill_while_drawing(images, endless)
    drawn = images.image(file, "a" * 64, 1, WIDTH)
    images.close()

    assert str(error).startswith(f"{endless}, page 1: the process that draws pages crashed on it")
    assert "(signal SIGSEGV)" in error.reason and "open the file itself" in error.reason
    assert (pixels(drawn) < 128).any()


def test_a_page_that_needs_too_much_memory_is_given_up(tmp_path: Path, typeset: Typeset) -> None:
    """A picture of 39 megapixels does not fit into 80 MB; the reason names them, others fit."""
    large = pdf(b"0 g 0 0 50 50 re f", name="large.pdf", at=tmp_path)
    images = PageImages(seconds=60, memory_mb=80)
    drawn = images.image(typeset(SOURCE), "a" * 64, 1, 200)
    with pytest.raises(PageImageError, match="more than 80 MB of memory"):
        images.image(large, "b" * 64, 1, 6_200)
    again = images.image(large, "b" * 64, 1, 200)
    images.close()

    assert pixels(drawn).shape[1] == pixels(again).shape[1] == 200


@pytest.mark.parametrize(
    ("program", "reason"),
    [("/no/such/program", "No such file or directory"), ("/bin/false", "exit status 1")],
)
def test_a_process_that_cannot_start_is_explained(
    program: str, reason: str, images: PageImages, typeset: Typeset, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no interpreter, or it ends at once; when it is back, pages are drawn."""
    file = typeset(SOURCE)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "executable", program)
        with pytest.raises(PageImageError, match=f"cannot be started: {reason}"):
            images.image(file, "a" * 64, 1, 200)

    assert pixels(images.image(file, "a" * 64, 1, 200)).shape[1] == 200


def test_the_process_outlives_the_thread_that_started_it(
    typeset: Typeset, images: PageImages
) -> None:
    """Threads of a service come and go; what one has started draws for the next."""
    file = typeset(SOURCE)
    processes = []
    for page in (1, 2):
        thread = threading.Thread(target=images.image, args=(file, "a" * 64, page, WIDTH))
        thread.start()
        thread.join()
        time.sleep(0.1)
        processes.append(drawing_process(images))

    assert processes[0] == processes[1]
    assert running(processes[0])


def test_threads_get_what_they_asked_for(typeset: Typeset, images: PageImages) -> None:
    """Twelve requests at one time, each of its own width, over two pages."""
    file = typeset(SOURCE)
    wanted = [(page, width) for page in (1, 2) for width in range(100, 160, 10)] * 2
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        drawn = list(pool.map(lambda one: images.image(file, "a" * 64, *one), wanted))

    assert [pixels(picture).shape[1] for picture in drawn] == [width for _, width in wanted]
    assert len(set(drawn)) == 12


def test_closing_ends_what_is_being_drawn(endless: Path) -> None:
    """Close does not wait for a page that takes minutes; no process is left, and none comes."""
    images = PageImages(seconds=600, memory_mb=1000)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(images.image, endless, "e", page, 2000) for page in (1, 2)]
        assert await_true(lambda: images._process is not None and images._process._asked > 0)
        process = drawing_process(images)
        began = time.monotonic()
        images.close()
        reasons = [str(future.exception(30)) for future in waiting]
        taken = time.monotonic() - began

    assert all(reason.endswith("the service is being stopped") for reason in reasons)
    assert taken < 5
    assert not running(process)
    with pytest.raises(PageImageError, match="the service is being stopped"):
        images.image(endless, "e", 1, 2000)
    images.close()


PARENT = """\
import sys, threading, time
from pathlib import Path
from hrqa.page_images import PageImages
images = PageImages(seconds=600, memory_mb=1000)
threading.Thread(target=images.image, args=(Path(sys.argv[1]), "e", 1, 2000), daemon=True).start()
while images._process is None or not images._process._asked:
    time.sleep(0.01)
print(images._process._process.pid, flush=True)
time.sleep(60)
"""


def test_the_process_ends_with_its_parent(endless: Path) -> None:
    """Killed without warning, the parent leaves no process behind, though a page is drawn."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, endless], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        process = int(parent.stdout.readline())
        before = running(process)
        parent.kill()

    assert before
    assert await_true(lambda: not running(process))
