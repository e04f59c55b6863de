"""Where a passage stands, said so that it can be found in print and in the file."""

from hrqa.queries import Citation
from hrqa_api.web.wording import Wording


def place(words: Wording, citation: Citation) -> str:
    """The place of a citation.

    The printed page goes first, as it is what one cites; the page of the file follows where it
    differs.
    """
    numbered = sorted(
        ((cited.span.page, cited.label) for cited in citation.spans if cited.span.page is not None),
        key=lambda pair: pair[0],
    )
    if not numbered:
        return words.say("place.paragraph", {"number": str(citation.paragraph)})
    (first, first_label), (last, last_label) = numbered[0], numbered[-1]
    in_file = _run(words, str(first), str(last))
    if first_label is None or last_label is None:
        return in_file
    printed = _run(words, first_label, last_label)
    if printed == in_file:
        return in_file
    return words.say("place.printed", {"printed": printed, "file": in_file})


def _run(words: Wording, first: str, last: str) -> str:
    if first == last:
        return words.say("place.page", {"page": first})
    return words.say("place.pages", {"first": first, "last": last})
