"""References as callers get them."""

from pydantic import BaseModel, Field

from hrqa.references.formats import ReferenceFormat


class ReferenceOut(BaseModel):
    """An entry of a list of references, and what stands in the text where it is cited."""

    format: ReferenceFormat
    language: str
    reference: str
    in_text: str | None = Field(examples=["(Pham Ngoc Tram, 2023, p. 140)"])
