"""A process that reads documents, so that one of them can take nothing else down.

Started as ``python -m hrqa.reading_worker PARENT MEMORY`` with the id of the process that
starts it and the most memory it may take, in bytes. Tasks come pickled on standard input;
answers leave as one JSON object a line: ``{"begun": true}`` when a task is taken up, then
``{"done": path}``, ``{"unreadable": reason}``, ``{"memory": true}`` or ``{"defect": what}``. What a
document could make a reader do is thereby never unpickled.
"""

import ctypes
import json
import os
import pickle
import sys

from hrqa.confinement import end_with, limit_memory, refuse_network

_PR_SET_PDEATHSIG = 1
_SIGKILL = 9


def main() -> None:
    """Carry out tasks until standard input ends."""
    parent, memory = int(sys.argv[1]), int(sys.argv[2])
    _end_with(parent)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not fall among the answers
    from hrqa.errors import UnreadableDocumentError
    from hrqa.reading_tasks import carry_out

    def answer(**value: object) -> None:
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    refuse_network()
    limit_memory(memory)
    while True:
        try:
            task = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        answer(begun=True)
        try:
            answer(done=str(carry_out(task)))
        except UnreadableDocumentError as error:
            answer(unreadable=error.reason)
        except MemoryError:
            answer(memory=True)
        except Exception as error:  # whatever a reader raises, the other documents go on
            answer(defect=f"{type(error).__name__}: {error}"[:500])


def _end_with(parent: int) -> None:
    """End this process when the one that started it ends, however it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _SIGKILL)
    else:
        end_with(parent)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main()
