"""Documents read in processes of their own, within limits that are enforced from outside."""

import json
import os
import pickle
import resource
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hrqa.errors import WorkerStartError
from hrqa.processor_time import children_seconds
from hrqa.reading_tasks import ReadingTask

_WAIT_SECONDS = 0.25
_MB = 1_000_000
_NEAR_LIMIT = 0.8
_READ_BYTES = 1 << 16
_START_SECONDS = 120
_MOST_FALSE_STARTS = 3
_CHILD_PATIENCE = 2.0
"""Seconds allowed for each second of processor time, as the machine may be busy."""
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT"), "1")
"""Each process is one worker; threads of its libraries would only take each other's time."""


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """What one document may take of the machine.

    Attributes:
        seconds: Longest that it may take, but for recognising text in images.
        ocr_seconds: Longest that recognising text in its images may take.
        memory_mb: Most memory that the process which reads it may hold, in MB (10^6 bytes).
    """

    seconds: float
    ocr_seconds: float
    memory_mb: int


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What became of a task.

    Attributes:
        task: The task.
        path: The text store that it wrote; None if it failed.
        reason: Why it failed; empty if it did not.
    """

    task: ReadingTask
    path: Path | None = None
    reason: str = ""


def read_in_processes(
    tasks: Sequence[ReadingTask],
    *,
    workers: int,
    limits: ProcessLimits,
    scratch: Path,
    on_wait: Callable[[], None],
) -> Generator[TaskResult, None, None]:
    """Carry out tasks in worker processes.

    A document that takes too long or too much memory, or at which its process crashes, fails
    alone. Closing the generator ends the processes; they also end with this one.

    Args:
        tasks: What to do, in the order in which it is begun.
        workers: Most processes at one time.
        limits: What one task may take.
        scratch: Folder for temporary files of the processes, which are removed as those end.
        on_wait: Called several times a second.

    Yields:
        What became of each task, in the order in which they end.

    Raises:
        WorkerStartError: Processes cannot be started here.
    """
    waiting = deque(tasks)
    busy: list[_Worker] = []
    idle: list[_Worker] = []
    false_starts = 0
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or busy:
                while waiting and len(busy) < workers:
                    worker = idle.pop() if idle else _Worker(limits, scratch, selector)
                    worker.begin(waiting.popleft())
                    busy.append(worker)
                for key, _ in selector.select(_WAIT_SECONDS):
                    key.data.receive()
                on_wait()
                idle = [worker for worker in idle if not worker.close_if_ended()]
                for worker in [worker for worker in busy if worker.settled()]:
                    busy.remove(worker)
                    result, innocent, false_start = worker.take_result()
                    if worker.close_if_ended():
                        false_starts = false_starts + 1 if false_start else 0
                        if false_starts == _MOST_FALSE_STARTS:
                            raise WorkerStartError(result.reason)
                    else:
                        idle.append(worker)
                    if innocent:
                        waiting.appendleft(result.task)
                    else:
                        yield result
        finally:
            for worker in [*busy, *idle]:
                worker.close()


class _Worker:
    """A process, and the task that it has at present."""

    def __init__(
        self, limits: ProcessLimits, scratch: Path, selector: selectors.BaseSelector
    ) -> None:
        self._limits = limits
        self._selector = selector
        # The most memory that a process has held counts what its parent held when it was begun.
        self._inherited = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT
        command = [sys.executable, "-P", "-m", "hrqa.reading_worker"]
        try:
            scratch.mkdir(exist_ok=True)
            self._scratch = tempfile.mkdtemp(dir=scratch)
            self._process = subprocess.Popen(
                [*command, str(os.getpid()), str(limits.memory_mb * _MB)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C reaches this process alone, which ends the others
                env={**os.environ, **_ONE_THREAD, "TMPDIR": self._scratch},
            )
        except OSError as error:
            raise WorkerStartError(error.strerror or str(error)) from error
        assert self._process.stdin is not None and self._process.stdout is not None
        self._tasks, self._answers = self._process.stdin, self._process.stdout
        selector.register(self._answers, selectors.EVENT_READ, self)
        self._started = time.monotonic()
        self._received = b""
        self._task: ReadingTask | None = None
        self._began: float | None = None
        self._done = 0
        self._answer: dict[str, object] | None = None
        self._ended = ""
        self._late = False
        self._children_before = 0.0

    def begin(self, task: ReadingTask) -> None:
        """Give the process a task."""
        self._task, self._began, self._answer = task, None, None
        self._started = time.monotonic()
        try:
            pickle.dump(task, self._tasks)
            self._tasks.flush()
        except BrokenPipeError:
            self._end()

    def receive(self) -> None:
        """Take in what the process has written; called when there is something."""
        data = os.read(self._answers.fileno(), _READ_BYTES)
        if not data:
            self._end()
        self._received += data
        *lines, self._received = self._received.split(b"\n")
        for line in lines:
            answer = json.loads(line)
            if "begun" in answer:
                self._began = time.monotonic()
                self._children_before = children_seconds(self._process.pid)
            else:
                self._answer = answer

    def settled(self) -> bool:
        """Whether it is clear what became of the task; ends a process that takes too long."""
        if self._answer is None and not self._ended:
            now = time.monotonic()
            if self._began is None:
                if now - self._started > _START_SECONDS:
                    self._end(reason=f"it did not start within {_START_SECONDS} seconds")
            elif now - self._began > self._limits.seconds:
                self._end_if_late(now - self._began)
        return self._answer is not None or bool(self._ended)

    def _end_if_late(self, taken: float) -> None:
        """End a process whose task has taken so many seconds, if that is too long."""
        recognising = children_seconds(self._process.pid) - self._children_before
        if recognising > self._limits.ocr_seconds:
            self._late = True
            self._end(
                reason="recognising text in its images takes longer than "
                f"{self._limits.ocr_seconds:g} seconds (HRQA_MAX_OCR_SECONDS); allow it more "
                "time, or name it in .hrqaignore"
            )
        elif taken > self._limits.seconds + _CHILD_PATIENCE * recognising:
            self._late = True
            self._end(
                reason=f"reading it takes longer than {self._limits.seconds:g} seconds "
                "(HRQA_MAX_SECONDS); allow it more time, or name it in .hrqaignore"
            )

    def take_result(self) -> tuple[TaskResult, bool, bool]:
        """What became of the task that is settled.

        Returns:
            The result; whether it has to be tried again, since the process was at fault and
            not the document; and whether the process ended before it had begun anything.
        """
        task, answer = self._task, self._answer
        assert task is not None
        fresh = self._done == 0
        self._done += 1
        self._task = None
        if answer is None:
            innocent = self._began is None or not (fresh or self._late)
            return TaskResult(task, reason=self._ended), innocent, fresh and self._began is None
        if "done" in answer:
            return TaskResult(task, Path(str(answer["done"]))), False, False
        if "memory" in answer:
            self._end(reason=self._out_of_memory())
            return TaskResult(task, reason=self._ended), not fresh, False
        if "defect" in answer:
            reason = (
                f"its reader failed ({answer['defect']}); the file may be damaged: "
                "open it in another program and save it anew"
            )
            return TaskResult(task, reason=reason), False, False
        return TaskResult(task, reason=str(answer["unreadable"])), False, False

    def close_if_ended(self) -> bool:
        """Let go of the process if it has ended; whether it has."""
        if self._ended:
            self.close()
        return bool(self._ended)

    def close(self) -> None:
        """End the process and let go of it."""
        if not self._ended:
            self._end(reason="not needed")
        if not self._answers.closed:
            self._selector.unregister(self._answers)
            self._answers.close()
            with suppress(BrokenPipeError):
                self._tasks.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _end(self, *, reason: str = "") -> None:
        """End the process with all that it started, and note why."""
        if self._ended:
            return
        if reason:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self._process.pid, 0)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.returncode = os.waitstatus_to_exitcode(status)
        self._ended = reason or self._crash(code, usage.ru_maxrss * _RSS_UNIT)

    def _crash(self, code: int, most_memory: int) -> str:
        if code == -signal.SIGKILL:
            return (
                "the process that read it was killed from outside, perhaps since the machine ran "
                "out of memory; run again, perhaps with fewer processes (HRQA_WORKERS)"
            )
        near = _NEAR_LIMIT * self._limits.memory_mb * _MB
        if most_memory > near and (self._inherited <= near or code == -signal.SIGABRT):
            return self._out_of_memory()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        return (
            f"the process that read it crashed ({how}); the file may be damaged: "
            "open it in another program and save it anew"
        )

    def _out_of_memory(self) -> str:
        return (
            f"reading it takes more than {self._limits.memory_mb} MB of memory "
            "(HRQA_MAX_MEMORY_MB); allow it more, or split the document"
        )
