"""A citation style in one language, rendered by citeproc-py for one work at a time.

The objects of a style keep state while they render: one thread at a time.
"""

import re
from io import BytesIO
from types import SimpleNamespace

from citeproc import frontend
from citeproc.formatter import plain
from citeproc.source import Citation, CitationItem
from citeproc.source.json import CiteProcJSON

from hrqa.references.elements import element_classes
from hrqa.references.places import Place

_CSL = "http://purl.org/net/xbiblio/csl"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_BEGIN, _END = "\ufdd2", "\ufdd3"
"""Stand around what a style sets in italics; no text of a document holds them."""

_ITALIC = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]+){_END}")
_MARKING = SimpleNamespace(
    **{**vars(plain), **dict.fromkeys(("Italic", "Oblique"), lambda text: f"{_BEGIN}{text}{_END}")}
)
_VIETNAMESE_SHORT = (("page", "tr."), ("paragraph", "đoạn"))


class Style(frontend.CitationStylesStyle):  # type: ignore[misc]
    """A style in one language, ready to render.

    Args:
        source: The style file's bytes.
        locale: ``en-US`` or ``vi-VN``.
    """

    def __init__(self, source: bytes, locale: str) -> None:
        lookup = frontend.etree.ElementNamespaceClassLookup()
        lookup.get_namespace(_CSL).update(element_classes())
        parser = frontend.etree.XMLParser(remove_comments=True, no_network=True)
        parser.set_element_class_lookup(lookup)
        self.xml = frontend.etree.parse(BytesIO(source), parser)
        self.root = self.xml.getroot()
        self.root.known_terms = {}
        self.root.language = locale[:2]
        self.root.set_locale_list(locale, validate=False)
        self._mend_style()
        self._mend_terms()

    def rendered(self, item: dict[str, object], place: Place | None) -> tuple[str, str]:
        """The entry for a list of references, empty where the style wants none, and the citation.

        Args:
            item: A work in CSL-JSON.
            place: The place cited; None for the whole work.
        """
        return self._rendered(item, place, plain)

    def italics(self, item: dict[str, object], place: Place | None) -> tuple[list[str], list[str]]:
        """What the style sets in italics in the entry and in the citation, in order.

        Args:
            item: A work in CSL-JSON.
            place: The place cited; None for the whole work.
        """
        entry, citation = self._rendered(item, place, _MARKING)
        return _ITALIC.findall(entry), _ITALIC.findall(citation)

    def _rendered(
        self, item: dict[str, object], place: Place | None, formatter: object
    ) -> tuple[str, str]:
        bibliography = frontend.CitationStylesBibliography(self, CiteProcJSON([item]), formatter)
        # Of the whole work: Chicago would put the cited page into the entry.
        bibliography.register(Citation([CitationItem(str(item["id"]))]))
        entries = bibliography.bibliography()
        located = {} if place is None else {"locator": _Locator(place)}
        citation = Citation([CitationItem(str(item["id"]), **located)])
        bibliography.register(citation)
        return str(entries[0]) if entries else "", str(bibliography.cite(citation, None))

    def _mend_style(self) -> None:
        root = self.root
        root.elements = list(root.iter())  # lxml keeps what is noted at an object while it lives
        root.macros = {macro.get("name"): macro for macro in root.xpath_search("./cs:macro")}
        for sort in root.xpath_search("//cs:sort"):
            sort.getparent().remove(sort)
        # When a work was retrieved is not known, and "Retrieved https://..." says nothing.
        for retrieved in root.xpath_search("//cs:text[@term='retrieved']"):
            retrieved.getparent().remove(retrieved)
        # citeproc-py adds an element to such names each time that it renders them.
        for names in root.xpath_search("//cs:names[not(cs:name) and not(parent::cs:substitute)]"):
            names.insert(0, names.makeelement(f"{{{_CSL}}}name"))

    def _mend_terms(self) -> None:
        """``tháng Ba`` and ``tr.``, as Vietnamese writes them; ``đ.`` reads as money."""
        for locale in self.root.locales:
            if locale.get(_LANGUAGE) != "vi-VN":
                continue
            for term in locale.terms.xpath_search("./cs:term[starts-with(@name, 'month-')]"):
                term.text = term.text[:1].lower() + term.text[1:]
            for name, form in _VIETNAMESE_SHORT:
                expression = f"./cs:term[@name='{name}' and @form='short']/descendant-or-self::*"
                for element in locale.terms.xpath_search(expression):
                    element.text = form if len(element) == 0 else None


class _Locator:
    """A place as citeproc-py wants it."""

    def __init__(self, place: Place) -> None:
        self.label, self.identifier, self.place = place.label, place.locator, place
