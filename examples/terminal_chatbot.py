"""Ask documents in a terminal, in English or Vietnamese; no language model takes part.

    .venv/bin/python examples/terminal_chatbot.py [ADDRESS]

Each answer is what the best passage says itself, with where that stands. End with Ctrl-D.
If the service needs a key, it is taken from the environment variable SERVICE_KEY.
"""

import io
import os
import sys

from hrqa.client import Client
from hrqa.errors import HrqaError

ANSWERED_FROM = 0.45  # below it, hrqa marks no sentence as an answer
NO_ANSWER = {
    "en": "The documents do not seem to answer this. The nearest passage:",
    "vi": "Các tài liệu dường như không trả lời câu hỏi này. Đoạn gần nhất:",
}


def reply(client: Client, question: str) -> str:
    """What the documents say to a question, with citation line and link."""
    answer = client.search(question, limit=1)
    no_answer = NO_ANSWER["vi" if answer.language == "vi" else "en"]
    if not answer.results:
        return no_answer.partition(".")[0] + "."
    best = answer.results[0]
    text = best.passage.text
    marked = [text[mark.start : mark.end] for mark in best.passage.highlights]
    unsure = answer.answerability is not None and answer.answerability < ANSWERED_FROM
    said = [no_answer] if unsure else marked or [text]
    source = [f"— {best.citation.text}", f"  {client.address(best.citation.spans[0].link)}"]
    return "\n".join([*said, *source]).replace("\t", "  ")


def main() -> None:
    """Answer questions until there are no more."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    with Client(address, key=os.environ.get("SERVICE_KEY") or None) as client:
        while True:
            question = input("\n? ").strip()
            if not question:
                continue
            try:
                print(reply(client, question))
            except HrqaError as error:
                print(f"That did not work: {error}")


if __name__ == "__main__":
    try:
        main()
    except (EOFError, KeyboardInterrupt):
        print()
    except HrqaError as error:
        sys.exit(str(error))
