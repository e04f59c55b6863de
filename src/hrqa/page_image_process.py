"""The process that draws pages, as the one that started it sees it."""

import json
import os
import selectors
import signal
import subprocess
import sys
import time

_MB = 1_000_000
_READ_BYTES = 1 << 18
_START_SECONDS = 120
_LONGEST_LINE = 10_000
_MOST_BYTES = 150 * _MB
"""More than any picture has that the process may draw."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
_INSTEAD = "open the file itself"


class RefusedError(Exception):
    """The process lives, and says why it does not draw the page; the message is that reason."""


class ProcessEndedError(Exception):
    """The process has ended or has to be ended; the message is a reason, without page or file.

    Attributes:
        again: Whether a new process has to try again, since this one may have been at fault: it
            had answered before, and may have been harmed by that, or killed in between.
    """

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


class DrawingProcess:
    """A process that draws, for one thread at a time.

    Args:
        memory_mb: Most memory that it may hold, in MB (10^6 bytes).

    Raises:
        ProcessEndedError: It cannot be started.
    """

    def __init__(self, memory_mb: int) -> None:
        self._memory_mb = memory_mb
        command = [sys.executable, "-P", "-m", "hrqa.page_image_worker"]
        try:
            self._process = subprocess.Popen(
                [*command, str(os.getpid()), str(memory_mb * _MB)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                bufsize=0,
                start_new_session=True,  # Ctrl-C reaches this process alone, which ends the other
                env={**os.environ, **_ONE_THREAD},
            )
        except OSError as error:
            raise ProcessEndedError(
                _not_started(error.strerror or str(error)), again=False
            ) from error
        assert self._process.stdin is not None and self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._answers, selectors.EVENT_READ)
        self._received = bytearray()
        self._deadline = 0.0
        self._asked = 0

    def await_ready(self) -> None:
        """Wait until the process has started.

        Raises:
            ProcessEndedError: It does not start.
        """
        self._deadline = time.monotonic() + _START_SECONDS
        try:
            self._answer()
        except TimeoutError as error:
            reason = _not_started(f"it did not start within {_START_SECONDS} seconds")
            raise ProcessEndedError(reason, again=False) from error
        except EOFError as error:
            how = f"{self._how_it_ended()}, perhaps for want of memory"
            raise ProcessEndedError(_not_started(how), again=False) from error

    def draw(self, request: bytes, seconds: float) -> bytes:
        """The picture that a request asks for, within so many seconds.

        Raises:
            RefusedError: The page cannot be drawn.
            ProcessEndedError: The process has to be let go of.
        """
        fresh = self._asked == 0
        self._asked += 1
        self._deadline = time.monotonic() + seconds
        try:
            self._requests.write(request)
            answer = self._answer()
            if "bytes" in answer:
                return self._picture(answer["bytes"])
        except TimeoutError as error:
            reason = f"drawing it takes longer than {seconds:g} seconds; {_INSTEAD}"
            raise ProcessEndedError(reason, again=False) from error
        except (EOFError, BrokenPipeError) as error:
            reason = (
                f"the process that draws pages crashed on it ({self._how_it_ended()}); the file "
                f"may be damaged, or need more than {self._memory_mb} MB of memory: {_INSTEAD}"
            )
            raise ProcessEndedError(reason, again=not fresh) from error
        except ValueError as error:
            reason = f"the process that draws pages gave no picture ({error}); {_INSTEAD}"
            raise ProcessEndedError(reason, again=not fresh) from error
        if "memory" in answer:
            reason = f"drawing it takes more than {self._memory_mb} MB of memory; {_INSTEAD}"
            raise ProcessEndedError(reason, again=not fresh)
        if "refused" in answer:
            raise RefusedError(answer["refused"])
        raise RefusedError(
            f"PDFium failed on it ({answer.get('defect')}); the file may be damaged: {_INSTEAD}"
        )

    def kill(self) -> None:
        """End the process; from any thread."""
        self._process.kill()

    def close(self) -> None:
        """End the process and let go of it."""
        self._process.kill()
        self._process.wait()
        self._selector.close()
        self._requests.close()
        self._answers.close()

    def _picture(self, size: object) -> bytes:
        if not isinstance(size, int) or not 0 <= size <= _MOST_BYTES:
            raise ValueError("its size is out of bounds")
        while len(self._received) < size:
            self._receive()
        picture = bytes(self._received[:size])
        del self._received[:size]
        return picture

    def _answer(self) -> dict[str, object]:
        """The next line.

        Raises:
            ValueError: It is no JSON object.
        """
        while (end := self._received.find(b"\n")) < 0:
            if len(self._received) > _LONGEST_LINE:
                raise ValueError("its answer has no end")
            self._receive()
        answer = json.loads(self._received[:end])
        del self._received[: end + 1]
        if not isinstance(answer, dict):
            raise ValueError("its answer is none")
        return answer

    def _receive(self) -> None:
        """Take in what the process has written.

        Raises:
            TimeoutError: It writes nothing until the deadline.
            EOFError: It has ended.
        """
        left = self._deadline - time.monotonic()
        if left <= 0 or not self._selector.select(left):
            raise TimeoutError
        data = os.read(self._answers.fileno(), _READ_BYTES)
        if not data:
            raise EOFError
        self._received += data

    def _how_it_ended(self) -> str:
        self._process.kill()  # it may have closed its output alone
        code = self._process.wait()
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def _not_started(reason: str) -> str:
    return f"the process that draws pages cannot be started: {reason}; try again, or {_INSTEAD}"
