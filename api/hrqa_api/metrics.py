"""What an operator watches, for Prometheus."""

import os
import time
from collections.abc import Iterable
from datetime import datetime

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from hrqa.queries import StageTime
from hrqa.search import Searcher

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
_STAGE_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Metrics:
    """The figures of one worker, or of all where they share a folder."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "hrqa_requests",
            "Requests answered",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "hrqa_request_seconds",
            "Time from a request to the end of its answer",
            ("route",),
            buckets=_REQUEST_SECONDS,
            registry=registry,
        )
        self._stages = Histogram(
            "hrqa_stage_seconds",
            "Time that a stage of a search takes",
            ("stage",),
            buckets=_STAGE_SECONDS,
            registry=registry,
        )
        self._refusals = Counter(
            "hrqa_refusals", "Requests refused, by problem type", ("type",), registry=registry
        )
        self._reloads = Counter(
            "hrqa_reloads", "Newer indexes opened, or not", ("outcome",), registry=registry
        )
        for outcome in ("served", "refused"):
            self._reloads.labels(outcome)  # from zero, so that the first one is seen as an increase
        self._failing = _gauge(
            "hrqa_reload_failing", "Whether a newer index cannot be opened", registry
        )
        self._under_way = Gauge(
            "hrqa_searches_under_way",
            "Searches that run or wait",
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._built = _gauge(
            "hrqa_index_built_timestamp_seconds", "When the index that serves was built", registry
        )
        self._age = _gauge("hrqa_index_age_seconds", "Age of the index that serves", registry)
        self._documents = _gauge("hrqa_index_documents", "Documents in the index", registry)
        self._passages = _gauge("hrqa_index_passages", "Passages in the index", registry)
        self._bytes = _gauge("hrqa_index_bytes", "Size of the index on disk", registry)

    def request(self, *, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that is answered."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def refusal(self, problem: str) -> None:
        """Count a request that was refused."""
        self._refusals.labels(problem).inc()

    def stages(self, stages: Iterable[StageTime]) -> None:
        """Count how long the stages of a search took."""
        for stage in stages:
            self._stages.labels(stage.stage).observe(stage.ms / 1000)

    def index(self, searcher: Searcher) -> None:
        """Describe the index that begins to serve."""
        text = searcher.index.text
        self._built.set(datetime.fromisoformat(text.meta.built_at).timestamp())
        self._documents.set(len(text.texts.documents))
        self._passages.set(len(text.texts.passage_ids))
        self._bytes.set(sum(file.size for file in text.generation.files))

    def reload(self, served: bool) -> None:
        """Count a try to open a newer index."""
        self._reloads.labels("served" if served else "refused").inc()
        self._failing.set(not served)

    def under_way(self, searches: int) -> None:
        """Say how many searches run or wait."""
        self._under_way.set(searches)

    def exposition(self, *, built_at: str | None) -> bytes:
        """All figures as Prometheus reads them.

        Args:
            built_at: When the index that serves was built, RFC 3339; None where none serves.
        """
        if built_at is not None:
            self._age.set(max(0.0, time.time() - datetime.fromisoformat(built_at).timestamp()))
        if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)


def _gauge(name: str, said: str, registry: CollectorRegistry) -> Gauge:
    return Gauge(name, said, registry=registry, multiprocess_mode="mostrecent")
