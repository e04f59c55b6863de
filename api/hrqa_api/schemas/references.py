"""References as callers get them, and what they ask of lists of references."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from hrqa.references.formats import ReferenceFormat
from hrqa_api.schemas.requests import Request

MAX_ITEMS = 200
"""Most quotations of one list of references."""


class StretchOut(BaseModel):
    """Half-open offsets into a text, in Unicode code points."""

    start: int
    end: int


class ReferenceOut(BaseModel):
    """An entry of a list of references, and what stands in the text where it is cited.

    `italics` and `in_text_italics` are what a style sets in italics in each.
    """

    format: ReferenceFormat
    language: str
    reference: str
    in_text: str | None = Field(examples=["(Pham Ngoc Tram, 2023, p. 140)"])
    italics: list[StretchOut] = []
    in_text_italics: list[StretchOut] = []


class QuotationIn(Request):
    """A passage that a text quotes, or a part of it: `start` and `end`, or neither."""

    passage_id: Annotated[str, Field(min_length=1, examples=["binh-duong-2023.c2ec8068e10d"])]
    start: Annotated[
        int | None,
        Field(ge=0, description="First code point of the part, offset into `passage.text`."),
    ] = None
    end: Annotated[
        int | None, Field(ge=1, description="One past its last; greater than `start`.")
    ] = None


class ReferenceListIn(Request):
    """What a text quotes, in its order, and how its list of references is to be written."""

    format: Literal["bibtex", "ris", "csl-json", "markdown"]
    style: Annotated[
        Literal["apa", "mla", "chicago"],
        Field(description="Of Markdown; the other formats have none."),
    ] = "apa"
    language: Annotated[
        Literal["en", "vi"],
        Field(description="Of the words that are not the documents' own."),
    ] = "en"
    items: Annotated[
        list[QuotationIn],
        Field(
            min_length=1,
            max_length=MAX_ITEMS,
            description="A passage may be named several times, with other parts of it.",
        ),
    ]
