"""Tests of files and pictures of pages as the service sends them, and of the page of its docs."""

import io
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from PIL import Image

from .tools import application, ask, check_problem

PICTURE = "/v1/documents/guide.pdf/pages/2/image"


@pytest.mark.parametrize(
    ("document_id", "shown"),
    [("guide.pdf", "inline"), ("notice-a.md", "attachment"), ("truong-hoc", "attachment")],
)
def test_files_cannot_act_on_the_pages_of_their_host(
    document_id: str, shown: str, service: httpx.Client
) -> None:
    """Only a PDF is shown, in a sandbox; nothing is taken for another kind than it is."""
    headers = service.get(f"/v1/documents/{document_id}/file").headers

    assert headers["content-disposition"].startswith(shown)
    assert headers["content-security-policy"].startswith("sandbox;")
    assert "allow-scripts" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_page_is_drawn_as_wide_as_asked(service: httpx.Client) -> None:
    """PNG of the page's proportions; a thousand pixels where no width is given."""
    page = service.get("/v1/documents/guide.pdf/pages/2").json()
    response = service.get(PICTURE, params={"width": 300})
    picture = Image.open(io.BytesIO(response.content))
    usual = Image.open(io.BytesIO(service.get(PICTURE).content))

    assert response.headers["content-type"] == "image/png"
    assert picture.size == (300, round(300 * page["height"] / page["width"]))
    assert usual.width == 1000


def test_the_words_of_a_passage_are_under_its_boxes(service: httpx.Client) -> None:
    """Its boxes hold ink; beside them the page is white."""
    passage = service.get("/v1/documents/guide.pdf/passages?page=2").json()["passages"][-1]
    picture = Image.open(io.BytesIO(service.get(PICTURE).content)).convert("L")
    (span,) = [span for span in passage["citation"]["spans"] if span["page"] == 2]
    for left, top, right, bottom in span["boxes"]:
        box = (
            *(round(left * picture.width), round(top * picture.height)),
            *(round(right * picture.width), round(bottom * picture.height)),
        )
        assert picture.crop(box).getextrema()[0] < 100
        picture.paste(255, box)

    number = picture.crop((0, 0, picture.width, round(0.9 * picture.height)))
    assert number.getextrema()[0] > 100


@pytest.mark.parametrize(
    ("path", "name", "status"),
    [
        ("/v1/documents/guide.pdf/pages/9/image", "not-found", 404),
        ("/v1/documents/fish/pages/1/image", "not-found", 404),
        ("/v1/documents/notice-a.md/pages/1/image", "not-found", 404),
        (f"{PICTURE}?width=49", "invalid-request", 422),
        (f"{PICTURE}?width=3001", "invalid-request", 422),
        (f"{PICTURE}?width=wide", "invalid-request", 422),
    ],
)
def test_pictures_that_cannot_be_had(
    path: str, name: str, status: int, service: httpx.Client
) -> None:
    """A page that is not there, a document without pages, a width beyond the bounds."""
    check_problem(service.get(path), name, status)


def test_a_picture_of_a_changed_file_is_refused(index: Path, tmp_path: Path) -> None:
    """409 rather than another page than the one that is cited."""
    (tmp_path / "guide.pdf").write_bytes(b"%PDF-1.7 changed")
    with application(index, tmp_path) as app:
        check_problem(ask(app, "GET", PICTURE), "document-changed", 409)


def test_many_pictures_keep_nothing_else_waiting(service: httpx.Client) -> None:
    """Sixty at once of a size each: what is too much is 503, and the text answers in between."""

    def draw(number: int) -> int:
        return service.get(PICTURE, params={"width": 2000 + number}).status_code

    with ThreadPoolExecutor(60) as pool:
        pictures = [pool.submit(draw, number) for number in range(60)]
        began = time.monotonic()
        text = service.get("/v1/documents/guide.pdf/text?page=1")
        waited = time.monotonic() - began
        statuses = {future.result() for future in pictures}

    assert text.status_code == 200 and waited < 2
    assert statuses <= {200, 503} and 200 in statuses


def test_the_docs_need_no_other_host(service: httpx.Client) -> None:
    """The page, its scripts and its style are served here, and a policy forbids all else."""
    page = service.get("/docs")

    assert "https://" not in page.text and "http://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe-eval" not in page.headers["content-security-policy"]
    for path in ("static/swagger-ui-bundle.js", "static/swagger-ui.css", "start.js"):
        assert f"docs/{path}" in page.text
        assert service.get(f"/docs/{path}").status_code == 200


def test_a_problem_type_has_a_page(service: httpx.Client) -> None:
    """The `type` of a problem leads to what it means."""
    problem = service.get("/v1/documents/fish").json()

    assert service.get(problem["type"]).json() == {
        "type": "/problems/not-found",
        "title": problem["title"],
        "status": 404,
    }
