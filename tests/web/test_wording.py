"""What the page says: the same in both languages, all of it used, nothing said outside it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Formatter

import httpx
import pytest
from babel import Locale
from jinja2 import Environment, nodes

from hrqa_api.problems import KINDS, Kind
from hrqa_api.web.wording import UI_LANGUAGES, UiLanguage, messages, wording

from .conftest import Site

WEB = Path(str(files("hrqa_api.web")))
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
SCRIPTS = sorted((WEB / "static").glob("*.js"))
BY_KIND = re.compile(r"error\.(.+)\.(title|advice)")
# Names of styles, formats and products, and signs, which are the same in every language.
NAMES = {
    *("Markdown", "BibTeX", "RIS", "CSL-JSON", "APA", "MLA", "Chicago", "DOI"),
}
PAGES = (
    "/",
    "/?query=What+does+Binh+Duong+offer+doctors%3F&document_ids=gone",
    "/?query=how+do+I+bake+a+chocolate+cake",
    "/?query=x&languages=xx",
    f"/?query={'a' * 2001}",
    "/library",
    "/library?find=zzzz",
    "/library/binh-duong-2023",
    "/library/binh-duong-2023/pages/6",
    "/library/fish",
    "/basket",
)


@dataclass(frozen=True)
class Said:
    """A message that is said somewhere.

    Attributes:
        name: Of the message.
        values: Names of the values given to it; None where they are not written there.
        where: File in which it is said.
    """

    name: str
    values: frozenset[str] | None
    where: str


def said_in_templates() -> Iterator[Said]:
    """What templates say."""
    for path in TEMPLATES:
        tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
        for call in tree.find_all(nodes.Call):
            if not (isinstance(call.node, nodes.Name) and call.node.name == "say"):
                continue
            values: frozenset[str] | None = frozenset()
            if len(call.args) > 1:
                given = call.args[1]
                assert isinstance(given, nodes.Dict), f"{path.name}: {given}"
                values = frozenset(str(pair.key.as_const()) for pair in given.items)
            first = call.args[0]
            branches = [first.expr1, first.expr2] if isinstance(first, nodes.CondExpr) else [first]
            for each in branches:
                assert isinstance(each, nodes.Const), f"{path.name}: {each}"
                yield Said(each.value, values, path.name)


def said_in_python() -> Iterator[Said]:
    """What modules say; names made of a kind of failure are said for every kind."""
    for path in WEB.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(call, ast.Call) or not call.args:
                continue
            function = call.func
            name = function.attr if isinstance(function, ast.Attribute) else ""
            name = function.id if isinstance(function, ast.Name) else name
            if name != "say":
                continue
            values: frozenset[str] | None = frozenset()
            if len(call.args) > 1:
                given = call.args[1]
                assert isinstance(given, ast.Dict), f"{path.name}:{call.lineno}"
                values = frozenset(str(ast.literal_eval(key)) for key in given.keys if key)
            first = call.args[0]
            if isinstance(first, ast.Constant):
                yield Said(str(first.value), values, path.name)
                continue
            written = BY_KIND.fullmatch(ast.unparse(first)[2:-1])
            assert written, f"{path.name}:{call.lineno}"
            for kind in KINDS:
                yield Said(f"error.{kind.name}.{written[2]}", values, path.name)


def said_in_scripts() -> Iterator[Said]:
    """What scripts say."""
    for path in SCRIPTS:
        text = path.read_text("utf-8").replace("function say(", "")
        for first, values in re.findall(r"\bsay\(([^,()]+)(?:,\s*\{([^}]*)\})?\)", text):
            names = re.findall(r"[\"']([^\"']+)[\"']", first)
            assert names, f"{path.name}: say({first})"
            given = frozenset(re.findall(r"(\w+)(?:\s*:[^,]*)?(?:,|$)", values.strip()))
            for name in names:
                yield Said(f"script.{name}", given, path.name)
        assert len(re.findall(r"\bsay\(", text)) == len(
            re.findall(r"\bsay\([^,()]+(?:,\s*\{[^}]*\})?\)", text)
        ), f"{path.name} says something in a form that this test does not read"


def all_said() -> list[Said]:
    """Everything that is said."""
    return [*said_in_templates(), *said_in_python(), *said_in_scripts()]


def forms(message: str | dict[str, str]) -> list[str]:
    """The forms of a message: one, or one for each kind of number."""
    return [message] if isinstance(message, str) else list(message.values())


def values_in(text: str) -> set[str]:
    """Names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_say_the_same() -> None:
    """Every message is there in English and in Vietnamese, and nothing is empty."""
    english, vietnamese = messages("en"), messages("vi")

    assert english.keys() == vietnamese.keys()
    for language in UI_LANGUAGES:
        for name, message in messages(language).items():
            assert all(form.strip() == form != "" for form in forms(message)), name


def test_both_languages_take_the_same_values() -> None:
    """So does every form of a message, but that one of a thing need not say how many it is."""
    for name, english in messages("en").items():
        wanted = [values_in(form) for form in forms(messages("vi")[name])]
        several = [
            values_in(form)
            for kind, form in (english.items() if isinstance(english, dict) else [("", english)])
            if kind != "one"
        ]
        one = values_in(english["one"]) if isinstance(english, dict) else several[0]

        assert all(each == wanted[0] for each in (*wanted, *several)), name
        assert one in (wanted[0], wanted[0] - {"count"}), name


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_a_message_has_a_form_for_every_kind_of_number(language: UiLanguage) -> None:
    """One and other in English; in Vietnamese, which has no plural, other stands for all."""
    wanted = {"other"} if language == "vi" else {*Locale(language).plural_form.tags, "other"}
    other_language = messages("en" if language == "vi" else "vi")
    for name, message in messages(language).items():
        if isinstance(message, dict):
            assert set(message) == wanted, name
        assert isinstance(other_language[name], dict) == isinstance(message, dict), name


@pytest.mark.parametrize("language", UI_LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 5, 21, 1000])
def test_every_number_can_be_said(language: UiLanguage, count: int) -> None:
    """Whatever forms the installed rules of Unicode tell apart in a language."""
    said = wording(language).say("library.count", {"count": count})

    assert said.replace(".", "").replace(",", "").split()[0] == str(count)


def test_whatever_is_said_exists_and_is_given_its_values() -> None:
    """A name mistyped in a template would fail only when a reader comes there."""
    for said in all_said():
        message = messages("en").get(said.name)
        assert message is not None, f"{said.where} says {said.name}, which there is not"
        needed = set().union(*map(values_in, forms(message)))
        needed |= {"count"} if isinstance(message, dict) else set()
        if said.values is not None:
            assert needed - {"count"} <= said.values <= needed | {"count"}, said


def test_no_message_is_left_over() -> None:
    """What nothing says is not kept."""
    assert set(messages("en")) == {said.name for said in all_said()}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_of_failure_is_told_to_readers(kind: Kind) -> None:
    """In both languages, with what they can do."""
    for language in UI_LANGUAGES:
        for part in ("title", "advice"):
            assert wording(language).say(f"error.{kind.name}.{part}")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_speaks_a_language(path: Path) -> None:
    """Words between tags and in attributes that are shown or read out come from messages."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", path.read_text("utf-8"), flags=re.S)
    shown = re.findall(r"(?:aria-label|title|alt|placeholder)=[\"']([^\"']*)", bare)
    shown += re.sub(r"<[^>]*>", "\n", bare, flags=re.S).split("\n")
    words = {each.strip() for each in shown if re.search(r"[^\W\d_]", each)}

    assert words <= NAMES


@pytest.mark.parametrize("language", UI_LANGUAGES)
def test_pages_leave_no_name_in_braces(language: UiLanguage, site: Site) -> None:
    """Every page is whole, and says in which language it is."""
    with httpx.Client(base_url=site.url, headers={"accept": "text/html"}, timeout=30) as client:
        for address in PAGES:
            text = client.get(address, headers={"accept-language": language}).text
            shown = re.sub(r"<script.*?</script>", "", text, flags=re.S)

            assert f'<html lang="{language}"' in text, address
            assert re.findall(r"\{\w+\}", shown) == [], address
            assert not re.search(r"\b(None|undefined|NaN)\b", re.sub(r"<[^>]*>", " ", shown))


@pytest.mark.parametrize(
    ("issued", "english", "vietnamese"),
    [
        ((), "no date", "không rõ năm"),
        ((2019,), "2019", "2019"),
        ((2021, 4), "April 2021", "tháng 4 năm 2021"),
        ((2025, 9, 12), "September 12, 2025", "12 tháng 9, 2025"),
        ((2025, 2, 30), "2025", "2025"),
        ((2025, 13), "2025", "2025"),
        ((-44, 3, 15), "-44", "-44"),
    ],
)
def test_dates_are_said_as_far_as_they_are_known(
    issued: tuple[int, ...], english: str, vietnamese: str
) -> None:
    """A year, a month of it, a day; of a day that never was only the year."""
    assert (wording("en").date(issued), wording("vi").date(issued)) == (english, vietnamese)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("vi", "vi"),
        ("vi-VN,vi;q=0.9,en-US;q=0.8", "vi"),
        ("en-US,en;q=0.9,vi;q=0.8", "en"),
        ("fr-FR,fr;q=0.9,vi;q=0.3", "vi"),
        ("fr", "en"),
        ("*", "en"),
        ("en;q=0.2, vi;q=0.7", "vi"),
        ("en;Q=0.2, vi;Q=0.7", "vi"),
        ("vi;q=0, en;q=0.1", "en"),
        ("vi;q=x,;,=,,", "en"),
        ("VI", "vi"),
    ],
)
def test_the_browser_says_which_language(header: str, language: str, site: Site) -> None:
    """The best of the two by its weight; English for whoever wants neither."""
    answer = httpx.get(site.url, headers={"accept-language": header})

    assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/?query=Bình+Dương+%26+Co&document_ids=a&document_ids=b&languages=en&limit=20",
        "/library?find=tr%C3%AD%20tu%E1%BB%87",
        "/library/binh-duong-2023/pages/6?mark=3-9&mark=12-20&zoom=150",
        "/library/fish",
        "/library/fish/fins",
        "/basket",
        "/",
    ],
)
def test_the_switch_keeps_the_rest_of_the_address(address: str, site: Site) -> None:
    """Also on a page that tells of a failure; the browser keeps the choice for a year."""
    with httpx.Client(base_url=site.url, headers={"accept": "text/html"}) as client:
        joint = "&" if "?" in address else "?"
        switched = client.get(f"{address}{joint}ui=vi")
        came = httpx.URL(switched.headers["location"])
        shown = client.get(came)

    asked = httpx.URL(address)
    assert switched.status_code == 303
    assert (came.path, came.params.multi_items()) == (asked.path, asked.params.multi_items())
    assert "Max-Age=31536000" in switched.headers["set-cookie"]
    assert '<html lang="vi"' in shown.text
