"""APA, MLA and Chicago in words, as their manuals want them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hrqa.datatypes import Bibliography, Document, Name
from hrqa.references.works import CSL_TYPES

from .made_up import (
    COUNCIL,
    NGUYEN,
    citation,
    corpus_document,
    document,
    paragraph_citation,
    reference,
)

STYLES = ["apa", "mla", "chicago"]
TITLE = "Who pays for skills? A study of work"


def both(of: Document, style: str, language: str, *pages: tuple[int, str | None]) -> list[str]:
    """The entry and the citation in a text."""
    found = reference(of, citation(of, *pages) if pages else None, style, language)
    return [found.text.removesuffix("\n"), found.in_text or ""]


BAC_NINH_URL = (
    "https://en.diendandoanhnghiep.vn/bac-ninh-enhances-the-quality-of-human-resources-n42745.html"
)
CAO_BANG_URL = (
    "https://nhandan.vn/chat-luong-nguon-nhan-luc-gan-voi-doi-moi-cong-nghe-"
    "chuyen-doi-so-post907295.html"
)
BINH_DUONG = (
    "Education and Developing High-Quality Human Resources Binh Duong Province, Vietnam - "
    "Solutions and Policies"
)
CENTRAL = (
    "Provincial and City Party Committees in Key Economic Regions of Central Vietnam Lead the "
    "Development of High-Quality Human Resources Today"
)
COOPERATION = (
    "International Cooperation to Develop High-Quality Human Resources in Vietnam: From the "
    "Practice of Binh Duong Province"
)
COOPERATION_DOI = "https://doi.org/10.47191/ijsshr/v5-i11-50"
EDITION = "hrqa reading edition"


@pytest.mark.parametrize(
    ("identifier", "style", "entry", "in_text"),
    [
        (
            "bac-ninh-2025",
            "apa",
            "KIM DUNG, & VU PHUONG. (2025, May 13). Bac Ninh enhances the quality of human "
            f"resources [{EDITION}]. Business Forum Magazine. {BAC_NINH_URL}",
            f"(KIM DUNG & VU PHUONG, 2025, p. 2 [{EDITION}])",
        ),
        (
            "bac-ninh-2025",
            "mla",
            "KIM DUNG, and VU PHUONG. “Bac Ninh Enhances the Quality of Human Resources.” "
            f"Business Forum Magazine, 13 May 2025, {BAC_NINH_URL}. {EDITION}.",
            f"(KIM DUNG and VU PHUONG 2 [{EDITION}])",
        ),
        (
            "bac-ninh-2025",
            "chicago",
            "KIM DUNG, and VU PHUONG. 2025. “Bac Ninh Enhances the Quality of Human Resources.” "
            f"Business Forum Magazine, May 13. {EDITION}. {BAC_NINH_URL}.",
            f"(KIM DUNG and VU PHUONG 2025, 2 [{EDITION}])",
        ),
        (
            "binh-duong-2023",
            "apa",
            f"Pham Ngoc Tram. (2023, March 18). {BINH_DUONG} [{EDITION}]. Universidade Católica "
            "de Petrópolis.",
            f"(Pham Ngoc Tram, 2023, p. 2 [{EDITION}])",
        ),
        (
            "binh-duong-2023",
            "mla",
            f"Pham Ngoc Tram. “{BINH_DUONG}.” Universidade Católica de Petrópolis, 18 Mar. 2023. "
            f"{EDITION}.",
            f"(Pham Ngoc Tram 2 [{EDITION}])",
        ),
        (
            "binh-duong-2023",
            "chicago",
            f"Pham Ngoc Tram. 2023. “{BINH_DUONG}.” Universidade Católica de Petrópolis, "
            f"March 18. {EDITION}.",
            f"(Pham Ngoc Tram 2023, 2 [{EDITION}])",
        ),
        (
            "cao-bang-2025",
            "apa",
            "[Human resource quality linked with technological innovation and digital "
            f"transformation]. (2025). [{EDITION}]. nhandan.vn. {CAO_BANG_URL}",
            "([Human Resource Quality Linked with Technological Innovation and Digital "
            f"Transformation], 2025, p. 2 [{EDITION}])",
        ),
        (
            "cao-bang-2025",
            "mla",
            "“[Human Resource Quality Linked with Technological Innovation and Digital "
            f"Transformation].” nhandan.vn, 2025, {CAO_BANG_URL}. {EDITION}.",
            "(“[Human Resource Quality Linked with Technological Innovation and Digital "
            f"Transformation]” 2 [{EDITION}])",
        ),
        (
            "cao-bang-2025",
            "chicago",
            "nhandan.vn. 2025. “[Human Resource Quality Linked with Technological Innovation and "
            f"Digital Transformation].” {EDITION}. {CAO_BANG_URL}.",
            f"(nhandan.vn 2025, 2 [{EDITION}])",
        ),
        (
            "central-region-thesis-2025",
            "apa",
            f"Do Tien Can. (2025). {CENTRAL} [{EDITION}]. Academy of Journalism and Communication.",
            f"(Do Tien Can, 2025, p. 2 [{EDITION}])",
        ),
        (
            "central-region-thesis-2025",
            "mla",
            f"Do Tien Can. {CENTRAL}. 2025. {EDITION}, Academy of Journalism and Communication.",
            f"(Do Tien Can 2 [{EDITION}])",
        ),
        (
            "central-region-thesis-2025",
            "chicago",
            f"Do Tien Can. 2025. “{CENTRAL}.” Academy of Journalism and Communication. {EDITION}.",
            f"(Do Tien Can 2025, 2 [{EDITION}])",
        ),
        (
            "international-cooperation-2022",
            "apa",
            f"{COOPERATION}. (2022). [{EDITION}]. IJSSHR, 05(11). {COOPERATION_DOI}",
            f"(“{COOPERATION},” 2022, p. 2 [{EDITION}])",
        ),
        (
            "international-cooperation-2022",
            "mla",
            f"“{COOPERATION}.” IJSSHR, vol. 05, no. 11, Nov. 2022, {COOPERATION_DOI}. {EDITION}.",
            f"(“{COOPERATION}” 2 [{EDITION}])",
        ),
        (
            "international-cooperation-2022",
            "chicago",
            f"“{COOPERATION}.” 2022. IJSSHR 05 (11). {EDITION}. {COOPERATION_DOI}.",
            f"(“{COOPERATION}” 2022, 2 [{EDITION}])",
        ),
    ],
)
def test_the_corpus_in_english(identifier: str, style: str, entry: str, in_text: str) -> None:
    """Each document of the corpus as the manual wants it, its edition named."""
    assert both(corpus_document(identifier), style, "en", (2, None)) == [entry, in_text]


@pytest.mark.parametrize(
    ("identifier", "style", "entry", "in_text"),
    [
        (
            "bac-ninh-2025",
            "apa",
            "KIM DUNG, & VU PHUONG. (2025, 13 tháng Năm). Bac Ninh enhances the quality of human "
            f"resources [{EDITION}]. Business Forum Magazine. {BAC_NINH_URL}",
            f"(KIM DUNG & VU PHUONG, 2025, tr. 2 [{EDITION}])",
        ),
        (
            "bac-ninh-2025",
            "mla",
            "KIM DUNG, và VU PHUONG. “Bac Ninh Enhances the Quality of Human Resources”. "
            f"Business Forum Magazine, 13 tháng Năm 2025, {BAC_NINH_URL}. {EDITION}.",
            f"(KIM DUNG và VU PHUONG 2 [{EDITION}])",
        ),
        (
            "binh-duong-2023",
            "chicago",
            f"Pham Ngoc Tram. 2023. “{BINH_DUONG}”. Universidade Católica de Petrópolis, "
            f"18 tháng Ba. {EDITION}.",
            f"(Pham Ngoc Tram 2023, 2 [{EDITION}])",
        ),
        (
            "central-region-thesis-2025",
            "chicago",
            f"Do Tien Can. 2025. “{CENTRAL}”. Academy of Journalism and Communication. {EDITION}.",
            f"(Do Tien Can 2025, 2 [{EDITION}])",
        ),
        (
            "international-cooperation-2022",
            "apa",
            f"{COOPERATION}. (2022). [{EDITION}]. IJSSHR, 05(11). {COOPERATION_DOI}",
            f"(“{COOPERATION}”, 2022, tr. 2 [{EDITION}])",
        ),
        (
            "international-cooperation-2022",
            "mla",
            f"“{COOPERATION}”. IJSSHR, tập 05, số 11, tháng Mười Một 2022, {COOPERATION_DOI}. "
            f"{EDITION}.",
            f"(“{COOPERATION}” 2 [{EDITION}])",
        ),
    ],
)
def test_the_corpus_in_vietnamese(identifier: str, style: str, entry: str, in_text: str) -> None:
    """The day stands before the month, punctuation after quotation marks."""
    assert both(corpus_document(identifier), style, "vi", (2, None)) == [entry, in_text]


@pytest.mark.parametrize(
    ("known", "style", "entry", "in_text"),
    [
        (
            Bibliography(
                TITLE,
                type="article-journal",
                authors=(NGUYEN, COUNCIL),
                issued=(2023, 3, 18),
                container_title="Journal of Labour Studies",
                volume="12",
                issue="3",
                doi="https://doi.org/10.1/x",
                language="en",
            ),
            "apa",
            "Nguyen, V. A., & Delta Council. (2023). Who pays for skills? A study of work. "
            "Journal of Labour Studies, 12(3). https://doi.org/10.1/x",
            "(Nguyen & Delta Council, 2023, pp. 146–147)",
        ),
        (
            Bibliography(TITLE, type="book", authors=(NGUYEN,), publisher="Oxford", language="en"),
            "apa",
            "Nguyen, V. A. (n.d.). Who pays for skills? A study of work. Oxford.",
            "(Nguyen, n.d., pp. 146–147)",
        ),
        (
            Bibliography(TITLE, type="book", authors=(NGUYEN,), publisher="Oxford", language="en"),
            "mla",
            "Nguyen, Van An. Who Pays for Skills? A Study of Work. Oxford.",
            "(Nguyen 146–47)",
        ),
        (
            Bibliography(TITLE, type="book", authors=(NGUYEN,), publisher="Oxford", language="en"),
            "chicago",
            "Nguyen, Van An. n.d. Who Pays for Skills? A Study of Work. Oxford.",
            "(Nguyen, n.d., 146–47)",
        ),
        (
            Bibliography(
                TITLE,
                type="webpage",
                container_title="nhandan.vn",
                url="https://x.org/a",
                authors=(NGUYEN,),
                language="en",
            ),
            "apa",
            "Nguyen, V. A. (n.d.). Who pays for skills? A study of work. nhandan.vn. "
            "https://x.org/a",
            "(Nguyen, n.d., pp. 146–147)",
        ),
        (
            Bibliography(
                TITLE,
                type="article-newspaper",
                container_title="Nhân Dân",
                issued=(2023, 3, 18),
                language="en",
            ),
            "apa",
            "Who pays for skills? A study of work. (2023, March 18). Nhân Dân.",
            "(“Who Pays for Skills? A Study of Work,” 2023, pp. 146–147)",
        ),
        (
            Bibliography(
                TITLE,
                type="article-newspaper",
                container_title="Nhân Dân",
                issued=(2023, 3, 18),
                language="en",
            ),
            "chicago",
            "Nhân Dân. 2023. “Who Pays for Skills? A Study of Work.” March 18.",
            "(Nhân Dân 2023, 146–47)",
        ),
        (
            Bibliography(
                "Skills",
                type="report",
                authors=(COUNCIL,),
                publisher="Delta Council",
                issued=(2021,),
            ),
            "apa",
            "Delta Council. (2021). Skills.",
            "(Delta Council, 2021, pp. 146–147)",
        ),
        (
            Bibliography(
                "Skills",
                type="report",
                authors=(COUNCIL,),
                publisher="Delta Council",
                issued=(2021,),
            ),
            "mla",
            "Skills. Delta Council, 2021.",
            "(Skills 146–47)",
        ),
        (
            Bibliography(
                "Skills",
                type="report",
                authors=(COUNCIL,),
                publisher="Delta Council",
                issued=(2021,),
            ),
            "chicago",
            "Delta Council. 2021. Skills. Delta Council.",
            "(Delta Council 2021, 146–47)",
        ),
        (Bibliography("Skills"), "apa", "Skills. (n.d.).", "(Skills, n.d., pp. 146–147)"),
        (Bibliography("Skills"), "mla", "“Skills.”", "(“Skills” 146–47)"),
        (Bibliography("Skills"), "chicago", "“Skills.” n.d.", "(“Skills,” n.d., 146–47)"),
    ],
)
def test_made_up_works(known: Bibliography, style: str, entry: str, in_text: str) -> None:
    """With and without author, date and address, and an organisation that publishes itself."""
    assert both(document(known), style, "en", (146, None), (147, None)) == [entry, in_text]


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("apa", "Nguyễn Văn An. (không ngày). Chất lượng nguồn nhân lực. Nhà xuất bản Lao động."),
        ("mla", "Nguyễn Văn An. Chất lượng nguồn nhân lực. Nhà xuất bản Lao động."),
        ("chicago", "Nguyễn Văn An. không ngày. Chất lượng nguồn nhân lực. Nhà xuất bản Lao động."),
    ],
)
def test_vietnamese_titles_keep_their_small_letters(style: str, expected: str) -> None:
    """English capitals are for English titles."""
    known = Bibliography(
        "Chất lượng nguồn nhân lực",
        type="book",
        authors=(Name(literal="Nguyễn Văn An"),),
        publisher="Nhà xuất bản Lao động",
        language="vi",
    )

    assert both(document(known), style, "vi")[0] == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Is it so?", "“Is It So?” Delta Council."),
        ("What is “decent work” now?", "“What Is ‘Decent Work’ Now?” Delta Council."),
        ("On what they call “skills”", "“On What They Call ‘Skills.’” Delta Council."),
        ("Annual report 2023.", "“Annual Report 2023.” Delta Council."),
        ("<i>Oryza</i> &amp; rice", "“Oryza & Rice.” Delta Council."),
        ("high-quality work in e-commerce", "“High-Quality Work in E-Commerce.” Delta Council."),
        ("the vote of a state-of-the-art", "“The Vote of a State-of-the-Art.” Delta Council."),
        ("what nhandan.vn stands for", "“What nhandan.vn Stands For.” Delta Council."),
    ],
)
def test_titles_and_what_follows_them(title: str, expected: str) -> None:
    """No punctuation twice, quotation marks within quotation marks single, no markup."""
    known = Bibliography(title, publisher="Delta Council", language="en")

    assert both(document(known), "mla", "en")[0] == expected


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(6, None)], ["p. 6", "tr. 6", "6", "6", "6"]),
        ([(6, "140")], ["p. 140", "tr. 140", "140", "140", "140"]),
        ([(7, None), (6, None)], ["pp. 6–7", "tr. 6–7", "6–7", "6–7", "6–7"]),
        ([(1, "xii"), (2, "xiii")], ["pp. xii–xiii", "tr. xii–xiii"] + ["xii–xiii"] * 3),
        ([(3, "A-15")], ["p. A-15", "tr. A-15", "A-15", "A-15", "A-15"]),
        ([(3, "2-15")], ["p. 2-15", "tr. 2-15", "2-15", "2-15", "2-15"]),
        (
            [(1, "107"), (2, "108")],
            ["pp. 107–108", "tr. 107–108", "107–08", "107–8", "107–8"],
        ),
    ],
)
def test_pages_in_a_text(pages: list[tuple[int, str | None]], expected: list[str]) -> None:
    """A hyphen within a label makes no range; ranges are as short as each manual has them."""
    known = document(Bibliography("Skills", authors=(COUNCIL,), issued=(2021,)))
    wanted = [("apa", "en"), ("apa", "vi"), ("mla", "en"), ("chicago", "en"), ("chicago", "vi")]
    found = [both(known, style, language, *pages)[1] for style, language in wanted]

    assert found == [
        f"(Delta Council, 2021, {expected[0]})",
        f"(Delta Council, 2021, {expected[1]})",
        f"(Delta Council {expected[2]})",
        f"(Delta Council 2021, {expected[3]})",
        f"(Delta Council 2021, {expected[4]})",
    ]


def test_paragraphs_in_a_text() -> None:
    """A document without pages is cited by its paragraph."""
    known = document(Bibliography("Skills", authors=(COUNCIL,), issued=(2021,)))
    cited = paragraph_citation(known, 4)
    found = [reference(known, cited, style, lg).in_text for style in STYLES for lg in ("en", "vi")]

    assert found == [
        "(Delta Council, 2021, para. 4)",
        "(Delta Council, 2021, đoạn 4)",
        "(Delta Council, par. 4)",
        "(Delta Council, đoạn 4)",
        "(Delta Council 2021, para. 4)",
        "(Delta Council 2021, đoạn 4)",
    ]


@pytest.mark.parametrize(
    ("type", "style", "italics"),
    [
        ("report", "apa", ["What next?"]),
        ("article-journal", "apa", ["Review of Work", "7"]),
        ("article-journal", "mla", ["Review of Work"]),
        ("article-journal", "chicago", ["Review of Work"]),
    ],
)
def test_a_style_sets_titles_in_italics(type: str, style: str, italics: list[str]) -> None:
    """The work's title, or that of the journal that it is in, with its volume in APA."""
    journal = {"container_title": "Review of Work", "volume": "7", "issue": "2"}
    known = Bibliography(
        "What next?",
        type=type,
        authors=(NGUYEN,),
        issued=(2021,),
        **(journal if type == "article-journal" else {}),
    )
    made = reference(document(known), None, style)

    assert [made.text[start:end] for start, end in made.italics] == italics


def test_a_title_in_the_text_is_in_italics() -> None:
    """Where a report has no author, its title stands in the text in its place."""
    known = Bibliography("Rivers", type="report", issued=(2021,))
    made = reference(document(known), citation(document(known), (6, None)), "mla")

    assert made.in_text == "(Rivers 6)"
    assert made.in_text_italics == ((1, 7),)


def test_many_authors() -> None:
    """Of three in a text the first stands for all."""
    authors = (NGUYEN, Name(family="Tran", given="Binh"), Name(family="Le", given="Chi"))
    known = document(Bibliography("Skills", type="book", authors=authors, issued=(2021,)))
    found = [reference(known, None, style, lg).in_text for style in STYLES for lg in ("en", "vi")]

    assert found == [
        "(Nguyen et al., 2021)",
        "(Nguyen và c.s., 2021)",
        "(Nguyen et al.)",
        "(Nguyen và c.s.)",
        "(Nguyen et al. 2021)",
        "(Nguyen và c.s. 2021)",
    ]


def test_one_work_leaves_no_trace_in_the_next() -> None:
    """A style that is kept renders each work as if it were the first."""
    first, second = corpus_document("bac-ninh-2025"), corpus_document("binh-duong-2023")
    for style in STYLES:
        alone = both(first, style, "en", (2, None))
        both(second, style, "vi", (1, None))
        both(second, style, "en")

        assert both(first, style, "en", (2, None)) == alone


def test_threads_do_not_disturb_each_other() -> None:
    """Eight threads give what one gives."""
    names = ["bac-ninh-2025", "binh-duong-2023", "international-cooperation-2022"]
    wanted = [(n, style, lg) for n in names for style in STYLES for lg in ("en", "vi")] * 4

    def said(work: tuple[str, str, str]) -> list[str]:
        return both(corpus_document(work[0]), work[1], work[2], (2, None))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(said, wanted))

    assert found == [said(work) for work in wanted]


names = st.builds(Name, literal=st.text(min_size=1)) | st.builds(
    Name, family=st.text(min_size=1), given=st.none() | st.text()
)
texts = st.none() | st.text()
works = st.builds(
    Bibliography,
    title=st.text(),
    type=st.sampled_from(sorted(CSL_TYPES)) | st.text(),
    authors=st.lists(names, max_size=4).map(tuple),
    issued=st.lists(st.integers(-3000, 3000), max_size=3).map(tuple),
    container_title=texts,
    publisher=texts,
    volume=texts,
    issue=texts,
    doi=texts,
    url=texts,
    language=st.none() | st.sampled_from(["en", "vi", "x", "EN-gb"]),
    edition=st.none() | st.just(EDITION),
)


@settings(max_examples=60)
@given(works, st.sampled_from(STYLES), st.sampled_from(["en", "vi"]), st.text())
def test_whatever_a_document_says_of_itself(
    known: Bibliography, style: str, language: str, label: str
) -> None:
    """There is always one line, with the edition in it, and none of our marks."""
    entry, in_text = both(document(known), style, language, (2, label))

    for line in (entry, in_text):
        assert line and len(line.splitlines()) == 1
        assert not {"\ufdd0", "\ufdd1", "\x00"} & set(line)
        assert known.edition is None or known.edition in line
