"""A process that draws pages of PDF files, so that one of them can take nothing else down.

Started as ``python -m hrqa.page_image_worker PARENT MEMORY`` with the id of the process that
starts it and the most memory it may take, in bytes. It writes ``{"ready": true}`` when it can
draw. Requests come as one JSON object a line, ``{"path", "page", "width"}``; to each it answers
``{"bytes": N}`` with so many bytes of PNG behind the line, ``{"refused": reason}``,
``{"memory": true}`` or ``{"defect": what}``.
"""

import json
import os
import sys
from pathlib import Path

from hrqa.confinement import end_with, limit_memory, refuse_network


def main() -> None:
    """Answer requests until standard input ends."""
    # Not by the kernel's signal: it comes when the thread ends that started this process, and
    # the threads of a service come and go.
    end_with(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not fall among the answers
    from hrqa.readers.page_image import DrawingError, PageDrawer

    def answer(content: bytes = b"", **value: object) -> None:
        answers.write(json.dumps(value).encode("ascii") + b"\n" + content)
        answers.flush()

    refuse_network()
    limit_memory(int(sys.argv[2]))
    drawer = PageDrawer()
    answer(ready=True)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            picture = drawer.draw(Path(request["path"]), request["page"], request["width"])
        except DrawingError as error:
            answer(refused=str(error))
        except MemoryError:
            answer(memory=True)
        except Exception as error:  # whatever a page does to the drawer, the others are drawn
            answer(defect=f"{type(error).__name__}: {error}"[:500])
        else:
            answer(picture, bytes=len(picture))


if __name__ == "__main__":
    main()
