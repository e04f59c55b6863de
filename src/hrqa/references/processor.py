"""citeproc-py with its errors mended, for one item at a time.

lxml makes an object of each element of a style by the class registered for its name; the
classes here take citeproc-py's places. What they mend is said at each. Objects of a style
keep state while they render: one thread at a time.
"""

from contextlib import suppress
from io import BytesIO
from typing import Any

from citeproc import frontend, model
from citeproc.formatter import plain
from citeproc.source import Citation, CitationItem, VariableError
from citeproc.source.json import CiteProcJSON
from citeproc.string import String

from hrqa.references.places import EN_DASH, Place
from hrqa.references.punctuation import AS_IT_IS, CLOSING_QUOTE
from hrqa.references.title_case import capitalised, title_cased

_CSL = "http://purl.org/net/xbiblio/csl"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_INNER_QUOTES = str.maketrans("“”", "‘’")


class _Element:
    """Look-ups that citeproc-py repeats by XPath for each word it sets."""

    def get_macro(self, name: str) -> Any:
        """The macro of this name."""
        return self.get_root().macros[name]  # type: ignore[attr-defined]

    def get_layout(self) -> Any:
        """The layout that is being rendered."""
        return self.get_root().current_layout  # type: ignore[attr-defined]

    def get_term(self, name: str, form: str | None = None, **options: Any) -> Any:
        """The term of this name and form."""
        root = self.get_root()  # type: ignore[attr-defined]
        known = (root.style if isinstance(root, model.Locale) else root).known_terms
        key = (name, form, *sorted(options.items()))
        if key not in known:
            known[key] = super().get_term(name, form, **options)  # type: ignore[misc]
        return known[key]

    def calls_variable(self) -> bool:
        """Whether the element speaks of the work; it depends on the style alone."""
        known = self.__dict__.get("calls")
        if known is None:
            known = self.calls = bool(super().calls_variable())  # type: ignore[misc]
        return known


class _Layout(_Element, model.Layout):  # type: ignore[misc]
    def render_citation(self, *arguments: Any) -> Any:
        self.get_root().current_layout = self
        return super().render_citation(*arguments)

    def render_bibliography(self, *arguments: Any) -> Any:
        self.get_root().current_layout = self
        return super().render_bibliography(*arguments)


class _Text(_Element, model.Text):  # type: ignore[misc]
    def _variable(self, item: Any, context: Any) -> Any:
        """A locator as it is: a hyphen within a page label makes no range of it."""
        if self.get("variable") == "locator":
            return String(self._shortened(item.locator.place))
        text = super()._variable(item, context)
        said = context.get_layout().said
        if text and said is not None:
            said.append((self.tag, self.get("variable")))
        return text

    def _shortened(self, place: Any) -> str:
        """A run of pages as the style wants it, such as ``147–52``."""
        if place.is_range and place.first.isdecimal() and place.last.isdecimal():
            return f"{place.first}{EN_DASH}{self._format_last_page(place.first, place.last)}"
        return str(place.locator)

    def quote(self, string: Any) -> Any:
        """Quotation marks within quotation marks become single ones."""
        if self.get("quotes", "false") != "true":
            return string
        opening, closing = (
            self.get_single_term(name=f"{side}-quote") for side in ("open", "close")
        )
        return String(f"{opening}{str(string).translate(_INNER_QUOTES)}{closing}{CLOSING_QUOTE}")

    def case(self, text: Any, language: str | None = None) -> Any:
        """Title case for English alone, with each part of a compound; names of sites stay."""
        case = self.get("text-case")
        if case == "title":
            return String(title_cased(str(text))) if language == "en" else text
        if case == "capitalize-first" and not str(text).startswith(AS_IT_IS):
            return String(capitalised(str(text)))
        return super().case(text, language)


class _Substitute(_Element, model.Substitute):  # type: ignore[misc]
    def render(self, item: Any, context: Any = None, **options: Any) -> Any:
        """What stands for the missing author is not said again, by a macro neither."""
        layout = context.get_layout()
        outer = layout.said
        for child in self.getchildren():
            layout.said = []
            try:
                text = self._rendered(child, item, context, options)
            except VariableError:
                continue
            finally:
                said, layout.said = layout.said, outer
            if text:
                self.add_to_repressed_list(child, context)
                for tag, variable in said:
                    layout.repressed.setdefault(tag, []).append(variable)
                return text
        return None

    def _rendered(self, child: Any, item: Any, context: Any, options: dict[str, Any]) -> Any:
        if isinstance(child, model.Names) and child.name is None:
            options = options | {"names_context": self.getparent()}
        return child.render(item, context=context, **options)


class _If(_Element, model.If):  # type: ignore[misc]
    def render(self, item: Any, **options: Any) -> Any:
        """Nothing needs to be told apart where one work is cited: the condition never holds."""
        if self.get("disambiguate") == "true":
            raise model.ConditionFailed
        return super().render(item, **options)


class _ElseIf(_If, model.Else_If):  # type: ignore[misc]
    pass


class _Label(_Element, model.Label):  # type: ignore[misc]
    def process(self, item: Any, variable: Any = None, *arguments: Any, **options: Any) -> Any:
        """No label for a variable that the work lacks."""
        named = self.get("variable")
        if variable is None and named != "locator":
            item.reference[named.replace("-", "_")]
        return super().process(item, variable, *arguments, **options)

    def _is_plural(self, item: Any) -> bool:
        if self.get("variable") == "locator":
            return bool(item.locator.place.is_range)
        return bool(super()._is_plural(item))


class _Name(_Element, model.Name):  # type: ignore[misc]
    def initialize(self, given: str, mark: str, context: Any) -> str:
        """Given names stay whole where the style says so."""
        if self.get("initialize") == "false":
            return given
        return str(super().initialize(given, mark, context))


class _Date(_Element, model.Date):  # type: ignore[misc]
    def parts(self, date: Any, show_parts: Any, context: Any = None) -> list[Any]:
        """The parts shown; in Vietnamese the day stands before the month."""
        shown = {}
        for part in self.iterchildren():
            if part.get("name") in show_parts:
                with suppress(VariableError):
                    shown[part.get("name")] = part.render(date, context)
        shown = {name: text for name, text in shown.items() if text is not None}
        names = list(shown)
        if _style(self).language == "vi" and "day" in names and names.index("day") > 0:
            day = str(shown.pop("day")).strip()
            shown["month"] = String(f"{day} {str(shown['month']).strip()}")
        return list(shown.values())


class _DatePart(_Element, model.Date_Part):  # type: ignore[misc]
    def process(self, *arguments: Any, **options: Any) -> Any:
        """What one style wants of a locale's date is not kept for the next."""
        own = dict(self.attrib)
        try:
            return super().process(*arguments, **options)
        finally:
            self.attrib.clear()
            self.attrib.update(own)


def _style(element: Any) -> Any:
    root = element.get_root()
    return root.style if isinstance(root, model.Locale) else root


_CLASSES = {
    "layout": _Layout,
    "text": _Text,
    "substitute": _Substitute,
    "if": _If,
    "else-if": _ElseIf,
    "label": _Label,
    "name": _Name,
    "date": _Date,
    "date-part": _DatePart,
}


class Style(frontend.CitationStylesStyle):  # type: ignore[misc]
    """A style in one language, ready to render.

    Args:
        source: The style file's bytes.
        locale: ``en-US`` or ``vi-VN``.
    """

    def __init__(self, source: bytes, locale: str) -> None:
        lookup = frontend.etree.ElementNamespaceClassLookup()
        classes = lookup.get_namespace(_CSL)
        classes[None] = model.CitationStylesElement
        for known in model.CitationStylesElement.__subclasses__():
            name = known.__name__.replace("_", "-").lower()
            if not name.startswith("-"):
                classes[name] = _CLASSES.get(name) or type(name, (_Element, known), {})
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
        bibliography = frontend.CitationStylesBibliography(self, CiteProcJSON([item]), plain)
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
        """``tháng Ba`` and ``tr.``, as Vietnamese writes them within a sentence."""
        for locale in self.root.locales:
            if locale.get(_LANGUAGE) != "vi-VN":
                continue
            for term in locale.terms.xpath_search("./cs:term[starts-with(@name, 'month-')]"):
                term.text = term.text[:1].lower() + term.text[1:]
            for form in locale.terms.xpath_search("./cs:term[@name='page' and @form='short']/*"):
                form.text = "tr."


class _Locator:
    """A place as citeproc-py wants it."""

    def __init__(self, place: Place) -> None:
        self.label, self.identifier, self.place = place.label, place.locator, place
