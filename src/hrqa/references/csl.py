"""CSL-JSON, which Zotero, Pandoc and every CSL processor read."""

import json
import re

from hrqa.datatypes import Name
from hrqa.references.places import Place
from hrqa.references.works import Work

CITATION_SCHEMA = "https://resource.citationstyles.org/schema/latest/input/json/csl-citation.json"


def csl_text(work: Work, place: Place | None, *, cited: bool) -> str:
    """CSL-JSON of a work as an array of one item, or of a passage as a citation.

    Args:
        work: The work.
        place: Where the passage stands; None where it is not known.
        cited: Whether a passage is meant, and not the whole work.
    """
    content: object = csl_citation(work, place) if cited else [csl_item(work)]
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def csl_item(work: Work) -> dict[str, object]:
    """A work as an item of CSL-JSON, with the fields that are known.

    An edition made by others is its ``medium``, which styles print in brackets or at the end.
    """
    fields: dict[str, object] = {
        "id": work.id,
        "type": work.type,
        "title": work.title,
        "author": [_name(name) for name in work.authors],
        "issued": {"date-parts": [list(work.issued)]} if work.issued else None,
        "container-title": work.container_title,
        "publisher": work.publisher,
        "volume": work.volume,
        "issue": work.issue,
        "DOI": work.doi,
        "URL": work.url,
        "language": work.language,
        "medium": work.edition,
    }
    return {field: value for field, value in fields.items() if value}


def csl_citation(work: Work, place: Place | None) -> dict[str, object]:
    """A passage as a CSL citation: the work, and the place as its locator."""
    item: dict[str, object] = {"id": work.id, "itemData": csl_item(work)}
    if place is not None:
        item |= {"locator": place.locator, "label": place.label}
    if work.edition is not None:
        item["suffix"] = f" [{work.edition}]"
    return {
        "schema": CITATION_SCHEMA,
        "citationID": _citation_id(work, place),
        "citationItems": [item],
    }


def _citation_id(work: Work, place: Place | None) -> str:
    if place is None:
        return work.id
    return f"{work.id}-{place.label}-" + re.sub(r"\W+", "-", place.locator)


def _name(name: Name) -> dict[str, str]:
    parts = {"literal": name.literal, "family": name.family, "given": name.given}
    if name.literal is not None:
        return {"literal": name.literal}
    return {part: value for part, value in parts.items() if value}
