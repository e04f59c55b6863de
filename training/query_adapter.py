"""Teach the question's side of the default model Vietnamese; passages keep their vectors.

The teacher is the model itself, reading a question in English; the student is a copy with LoRA
(Hu et al., ICLR 2022) that reads its Vietnamese translation as people type it, and the English
question too, so that English stays where it is. Multilingual distillation follows Reimers &
Gurevych, EMNLP 2020, pp. 4512-4525. Sources, licences and figures stand in the model card,
``src/hrqa/embedding/query_adapter/CARD.md``.

    pip install '.[training]'
    python training/query_adapter.py --data ../shared/data
"""

import argparse
import json
import math
import random
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from peft import LoraConfig, get_peft_model
from sentence_transformers import SentenceTransformer
from torch import Tensor
from torch.nn import functional

from hrqa.embedding.embedded_model import EMBEDDED_MODEL, ensure_embedded_model
from hrqa.marks.restoring import restore_marks, shipped_counts
from hrqa.words import fold

TARGET = Path("src/hrqa/embedding/query_adapter")
QUESTIONS = Path("src/hrqa/embedding/typical_questions.tsv")
HELD_OUT = 4
"""Of XQuAD's articles every fourth is for testing only."""
PROMPT = "query: "
SEED = 20261126
RANK, ALPHA = 16, 32
LAYERS = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]
BATCH = 48
POOL = 16 * BATCH
ENGLISH_ONE_IN = 3
LEARNING_RATE = 8e-4
TEMPERATURE = 0.02
COSINE_WEIGHT = 5.0
MOST_TOKENS = 64
WARM_UP = 0.1

Pair = tuple[str, str]


def main() -> None:
    """Train, and write the adapter with the centres of everyday questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    random.seed(SEED)
    torch.manual_seed(SEED)
    pairs = [*xquad(options.data / "xquad"), *tatoeba(options.data / "parallel")]
    transformer = SentenceTransformer(str(ensure_embedded_model()), device="cpu")
    teacher = torch.from_numpy(
        transformer.encode(
            [PROMPT + english for english, _ in pairs],
            batch_size=64,
            normalize_embeddings=True,
            show_progress_bar=True,
        )
    )
    student = get_peft_model(
        transformer[0].auto_model,
        LoraConfig(r=RANK, lora_alpha=ALPHA, target_modules=LAYERS),
    )
    student.print_trainable_parameters()
    train(student, transformer.tokenizer, pairs, teacher, epochs=options.epochs)
    write(student, transformer)


def xquad(folder: Path) -> list[Pair]:
    """The questions of all articles but every fourth, in English and Vietnamese."""
    english, vietnamese = (
        json.loads((folder / f"xquad.{language}.json").read_text(encoding="utf-8"))["data"]
        for language in ("en", "vi")
    )
    return [
        (a["question"].strip(), b["question"].strip())
        for number, articles in enumerate(zip(english, vietnamese, strict=True))
        if number % HELD_OUT
        for p, q in zip(articles[0]["paragraphs"], articles[1]["paragraphs"], strict=True)
        for a, b in zip(p["qas"], q["qas"], strict=True)
    ]


def tatoeba(folder: Path) -> list[Pair]:
    """Everyday sentences with their translations."""
    lines = (folder / "tatoeba.en-vi.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines]


def as_typed(question: str, chance: random.Random) -> str:
    """A question as people type it: without marks, in small letters, with a wrong letter."""
    text = question
    if chance.random() < 0.35:
        text = restore_marks(fold(text), shipped_counts()) if chance.random() < 0.75 else fold(text)
    if chance.random() < 0.35:
        text = text.lower().rstrip("?.!")
    if chance.random() < 0.15 and len(text) > 8:
        at = chance.randrange(1, len(text) - 2)
        kinds = (
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
        )
        text = chance.choice(kinds)
    return text


def train(
    student: torch.nn.Module,
    tokenizer: object,
    pairs: Sequence[Pair],
    teacher: Tensor,
    *,
    epochs: int,
) -> None:
    """Bring the student's vectors of both languages to the teacher's of the English question."""
    chance = random.Random(SEED)
    weights = [weight for weight in student.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=0.01)
    steps = epochs * math.ceil(len(pairs) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, steps))
    student.train()
    began, done = time.monotonic(), 0
    for epoch in range(1, epochs + 1):
        losses = []
        for rows in batches(pairs, chance):
            wanted = teacher[rows]
            english = [PROMPT + pairs[row][0] for row in rows[::ENGLISH_ONE_IN]]
            vietnamese = [PROMPT + as_typed(pairs[row][1], chance) for row in rows]
            loss = distance(encode(student, tokenizer, vietnamese), wanted, wanted)
            kept = encode(student, tokenizer, english)
            loss = loss + distance(kept, wanted[::ENGLISH_ONE_IN], wanted)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            done += 1
            if done % 20 == 0:
                print(f"{done} of {steps} steps, {time.monotonic() - began:.0f} s", flush=True)
        print(f"epoch {epoch}: loss {np.mean(losses):.4f}", flush=True)
    student.eval()


def rate(step: int, steps: int) -> float:
    """Share of the learning rate: up in the first tenth, then down to nothing."""
    up = (step + 1) / (WARM_UP * steps)
    return min(up, (steps - step) / ((1 - WARM_UP) * steps))


def batches(pairs: Sequence[Pair], chance: random.Random) -> list[list[int]]:
    """All rows once, in random batches of questions of about the same length."""
    order = list(range(len(pairs)))
    chance.shuffle(order)
    found = []
    for begin in range(0, len(order), POOL):
        pool = sorted(order[begin : begin + POOL], key=lambda row: len(pairs[row][1]))
        found += [pool[at : at + BATCH] for at in range(0, len(pool), BATCH)]
    chance.shuffle(found)
    return found


def encode(model: torch.nn.Module, tokenizer: object, texts: Sequence[str]) -> Tensor:
    """Unit vectors, shape ``(len(texts), dimension)``: the mean over a text's tokens."""
    tokens = tokenizer(  # type: ignore[operator]
        list(texts), padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt"
    )
    states = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
    return functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)


def distance(found: Tensor, wanted: Tensor, batch: Tensor) -> Tensor:
    """How far vectors are from the teacher's, by themselves and among those of the batch."""
    cosine = 1 - (found * wanted).sum(-1).mean()
    target = functional.softmax(wanted @ batch.T / TEMPERATURE, dim=-1)
    likeness = functional.log_softmax(found @ batch.T / TEMPERATURE, dim=-1)
    return COSINE_WEIGHT * cosine - (target * likeness).sum(-1).mean()


def write(student: torch.nn.Module, transformer: SentenceTransformer) -> None:
    """Save the adapter in half precision, and the centres of everyday questions under it."""
    with torch.no_grad():
        for weight in student.parameters():
            if weight.requires_grad:
                weight.data = weight.data.half().float()
    table = QUESTIONS.read_text(encoding="utf-8").splitlines()[1:]
    english, vietnamese = zip(*(line.split("\t")[:2] for line in table), strict=True)
    kinds = (english, vietnamese, [fold(question) for question in vietnamese])
    with torch.no_grad():
        centres: list[npt.NDArray[np.float32]] = [
            encode(student, transformer.tokenizer, [PROMPT + text for text in kind]).mean(0).numpy()
            for kind in kinds
        ]
    TARGET.mkdir(exist_ok=True)
    student.peft_config["default"].base_model_name_or_path = EMBEDDED_MODEL  # type: ignore[index, union-attr]
    student.half().save_pretrained(str(TARGET))  # type: ignore[operator]
    (TARGET / "README.md").unlink(missing_ok=True)  # peft's own; the card is CARD.md
    np.save(TARGET / "query_centres.npy", np.stack(centres).astype(np.float32))
    print(f"{TARGET}: {sum(f.stat().st_size for f in TARGET.iterdir()) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
