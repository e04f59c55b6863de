"""The elements of citation styles as citeproc-py renders them, with its errors mended.

lxml makes an object of each element of a style by the class registered for its name; the
classes here take citeproc-py's places. What they mend is said at each.
"""

from contextlib import suppress
from typing import Any

from citeproc import model
from citeproc.source import VariableError
from citeproc.string import String

from hrqa.references.places import EN_DASH
from hrqa.references.punctuation import AS_IT_IS, CLOSING_QUOTE
from hrqa.references.title_case import capitalised, title_cased

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
        """The parts shown; in Vietnamese the day stands before a month in words."""
        shown = {}
        for part in self.iterchildren():
            if part.get("name") in show_parts:
                with suppress(VariableError):
                    shown[part.get("name")] = part.render(date, context)
        shown = {name: text for name, text in shown.items() if text is not None}
        month = str(shown.get("month", "")).strip()
        month_first = list(shown)[-2:] == ["month", "day"] and not month.isdecimal()
        if month_first and _style(self).language == "vi":
            shown["month"] = String(f"{str(shown.pop('day')).strip()} {month}")
        return list(shown.values())


class _DatePart(_Element, model.Date_Part):  # type: ignore[misc]
    def render(self, *arguments: Any, **options: Any) -> Any:
        """What one style wants of a locale's date is not kept for the next."""
        own = dict(self.attrib)
        try:
            return super().render(*arguments, **options)
        finally:
            self.attrib.clear()
            self.attrib.update(own)


def _style(element: Any) -> Any:
    root = element.get_root()
    return root.style if isinstance(root, model.Locale) else root


_MENDED = {
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


def element_classes() -> dict[str | None, type]:
    """The class of each element of a style, by its name; of all others under None."""
    classes: dict[str | None, type] = {None: model.CitationStylesElement}
    for known in model.CitationStylesElement.__subclasses__():
        if known.__module__ == model.__name__:
            name = known.__name__.replace("_", "-").lower()
            classes[name] = _MENDED.get(name) or type(name, (_Element, known), {})
    return classes
