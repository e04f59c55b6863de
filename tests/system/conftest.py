"""Small corpora and their indexes, a running server, and the index of the shipped corpus."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import typst

from hrqa.embedding.encoder import Encoder

from .tools import build, copy, one_model, serving

SCHOOLS = """\
# Schools of the river delta

This report counts the schools of the river delta and tells how their pupils cross the water.
It was written for the council of the delta, which pays for boats, bridges and teachers.

## Boats

Every morning forty boats bring the pupils of the islands to the secondary school at Long Pier.
A crossing takes twenty minutes when the tide is high and nearly an hour when it is low.
The boatmen are paid by the council; they receive a bonus for every month without a late arrival.
Parents asked for life vests in 2017, and since then each boat carries one for every child.

- Boats with a roof sail in the rainy season.
- Boats without a roof sail from December to April.

## Teachers

The delta employs 312 teachers, of whom 87 teach mathematics or physics.
A young teacher who moves to an island receives a house and a supplement of one fifth of the wage.
After five years most of them stay, because they have married or have bought a garden.
Retired teachers give evening lessons in reading to fishermen who left school at the age of ten.

| island | pupils | teachers |
|---|---|---|
| Heron | 410 | 23 |
| Otter | 96 | 7 |
| Sandbar | 18 | 2 |

## Bridges

In 2018 the council built the first bridge, a steel one, between Heron and the mainland.
Pupils of Heron now walk to school in ten minutes, and eleven boats could be sold.
A second bridge to Otter would cost four times as much, since the channel there is deep.
"""

VIETNAMESE = """\
Vùng châu thổ có bốn mươi chiếc thuyền đưa học sinh các đảo đến trường mỗi buổi sáng.
Khi thủy triều lên, thuyền đi mất hai mươi phút.

Hội đồng trả tiền cho giáo viên trẻ ra đảo dạy học: mỗi người được cấp một căn nhà
và phụ cấp bằng một phần năm tiền lương.

Cây cầu thép đầu tiên được xây vào năm 2018, nối đảo Diệc với đất liền.
"""

HARVEST = """\
The rice harvest of the upper valley begins in the first week of October.

Threshing machines are shared by six villages; each village keeps them for four days.
"""

LABELLED = """\
#set document(title: "A guide to the lighthouse", author: "Mai Tran")
#set page(width: 300pt, height: 400pt, numbering: "i")
= Preface
Whoever keeps the lighthouse writes down the weather at dawn and at dusk.
#pagebreak()
#set page(numbering: "1")
#counter(page).update(41)
= Lamps
The lamp burns rapeseed oil and is trimmed every four hours by the keeper on watch.
"""

MANIFEST = [
    {
        "id": "cao-bang-2025",
        "type": "article-newspaper",
        "title": "Human resource quality in Cao Bang",
        "issued": {"date-parts": [[2025, 9, 12]]},
        "language": "en",
        "custom": {"file": "cao-bang-2025.pdf", "edition": "hrqa reading edition"},
    },
    {
        "id": "delta-schools",
        "type": "report",
        "title": "Schools of the river delta",
        "author": [{"family": "Le", "given": "Anh"}, {"literal": "Delta Council"}],
        "issued": {"date-parts": [[2019]]},
        "URL": "https://example.org/delta",
        "language": "en-GB",
        "custom": {"file": "schools.md"},
    },
    {
        "id": "truong-hoc",
        "type": "report",
        "title": "Trường học vùng châu thổ",
        "issued": {"date-parts": [[2021, 4]]},
        "language": "vi",
        "custom": {"file": "tài liệu/trường học.txt"},
    },
]


@pytest.fixture(autouse=True)
def loads(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let the model be loaded once for all tests; the names of the models that a test loads."""
    for name in ("HRQA_CONFIG", "HRQA_INDEX", "HRQA_CORPUS", "HRQA_MODEL"):
        monkeypatch.delenv(name, raising=False)
    with one_model(encoder) as names:
        yield names


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory, corpus_folder: Path) -> Path:
    """Every kind of document that hrqa meets: eight of them, a copy, a failure, a picture."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "tài liệu").mkdir()
    (folder / "notes").mkdir()
    (folder / "manifest.json").write_text(json.dumps(MANIFEST), "utf-8")
    shutil.copy(corpus_folder / "cao-bang-2025.pdf", folder)
    (folder / "schools.md").write_text(SCHOOLS, "utf-8")
    (folder / "tài liệu" / "trường học.txt").write_text(VIETNAMESE, "utf-8")
    (folder / "notes" / "harvest.txt").write_text(HARVEST, "utf-8")
    (folder / "notes" / "harvest copy.md.txt").write_text("Nobody has a copy of the moon.\n")
    (folder / "notes" / "z harvest.txt").write_text(HARVEST, "utf-8")
    (folder / "notice-a.md").write_text("The library *opens* at seven on market days.\n")
    (folder / "notice-b.txt").write_text("The library opens at seven\non market days.\n")
    source = folder / "guide.typ"
    source.write_text(LABELLED, "utf-8")
    typst.compile(str(source), output=str(folder / "guide.pdf"))
    source.unlink()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n")
    return folder


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory, corpus: Path, encoder: Encoder) -> Path:
    """The index of `corpus`; not to be changed."""
    folder = tmp_path_factory.mktemp("index")
    with one_model(encoder):
        build(corpus, folder)
    return folder


@pytest.fixture(scope="session")
def _tiny(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> tuple[Path, Path]:
    """Four short documents and their index."""
    corpus, index = tmp_path_factory.mktemp("tiny"), tmp_path_factory.mktemp("tiny-index")
    (corpus / "birds.md").write_text("# Birds\n\nThe heron waits in shallow water for fish.\n")
    (corpus / "iron.txt").write_text("Iron melts at 1538 degrees.\n\nCopper melts at 1085.\n")
    (corpus / "music.txt").write_text("The choir sings on the last Sunday of June.\n")
    (corpus / "rain.txt").write_text("Rain fell on nineteen days of September.\n")
    with one_model(encoder):
        build(corpus, index)
    return corpus, index


@pytest.fixture
def tiny_corpus(_tiny: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the four short documents, to be changed."""
    return copy(_tiny[0], tmp_path / "documents")


@pytest.fixture
def tiny_index(_tiny: tuple[Path, Path], tmp_path: Path) -> Path:
    """A copy of the index of `tiny_corpus`, to be changed."""
    return copy(_tiny[1], tmp_path / "index")


@pytest.fixture(scope="session")
def service(
    tmp_path_factory: pytest.TempPathFactory, corpus: Path, index: Path
) -> Iterator[httpx.Client]:
    """A client of `hrqa serve` over `index`, a process of its own."""
    with (
        serving(index, corpus, tmp_path_factory.mktemp("serve")) as server,
        httpx.Client(base_url=server.url, timeout=60) as client,
    ):
        yield client
