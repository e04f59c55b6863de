"""Settings: options, then ``HRQA_…`` in the environment, then ``hrqa.toml``, then defaults."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hrqa.errors import SettingsError

_PREFIX = "HRQA_"
_CONFIG_VARIABLE = "HRQA_CONFIG"
_DEFAULT_FILE = "hrqa.toml"


def _cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Settings(BaseSettings):
    """All that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    corpus: Path = Field(Path("corpus"), description="folder of documents")
    index: Path = Field(Path("index"), description="folder of the index")
    gold: Path = Field(Path("eval/gold.jsonl"), description="gold questions")
    reports: Path = Field(Path("eval/reports"), description="folder for evaluation reports")
    model: str = Field(
        "multilingual-e5-small-q4",
        description="embedding model: the one that ships with hrqa, or the name or folder of "
        "any sentence-transformers model",
    )
    passage_target: int = Field(
        1000, ge=200, le=4000, description="length to which passages grow, in characters"
    )
    passage_maximum: int = Field(
        1500, ge=200, le=6000, description="length that no passage passes, in characters"
    )
    workers: int = Field(
        default_factory=_cores, ge=1, le=256, description="processes that read documents"
    )
    max_seconds: float = Field(
        600, gt=0, description="longest that a document may take to be read, in seconds"
    )
    max_ocr_seconds: float = Field(
        7200,
        gt=0,
        description="longest that recognising text in the images of a document may take, in "
        "seconds of processor time, beside the time for reading it",
    )
    max_memory_mb: int = Field(
        2000, ge=64, description="most memory that a document may take to be read, in MB"
    )
    max_pages: int = Field(20_000, ge=1, description="most pages that a document may have")
    max_expanded_mb: int = Field(
        1000, ge=1, description="most that a document may unpack to, in MB"
    )
    ocr: bool = Field(
        True, description="whether text in images is recognised, where tesseract is installed"
    )
    query_adapter: bool = Field(
        True,
        description="whether Vietnamese questions are encoded by the copy of the default model "
        "that was taught more Vietnamese",
    )
    restore_marks: bool = Field(
        True, description="whether Vietnamese questions typed without marks are given them back"
    )
    mend_spelling: bool = Field(
        True, description="whether typing errors in questions that are not Vietnamese are mended"
    )
    candidates: int = Field(
        1000, ge=50, le=100_000, description="passages that each retriever hands to the fusion"
    )
    token_candidates: int = Field(
        100,
        ge=0,
        le=1000,
        description="best passages that are compared with the question token by token; 0 for none",
    )
    cross_encoder: str = Field(
        "",
        description="name or folder of a sentence-transformers cross-encoder that orders the best "
        "passages; empty for none",
    )
    pair_candidates: int = Field(
        20, ge=1, le=1000, description="best passages that the cross-encoder orders"
    )
    host: str = Field("127.0.0.1", description="address of the service")
    port: int = Field(8000, ge=0, le=65535, description="port of the service")
    concurrency: int = Field(
        2, ge=1, le=64, description="searches that the service runs at one time"
    )
    queue: int = Field(
        64, ge=0, le=10_000, description="searches that may wait for their turn at one time"
    )
    service_workers: int = Field(
        1, ge=1, le=64, description="processes that serve, each with a model of its own"
    )
    search_seconds: float = Field(
        20, gt=0, description="longest that a search may wait and take, in seconds"
    )
    body_seconds: float = Field(
        20, gt=0, description="longest that a request's body may take to arrive, in seconds"
    )
    max_body_kb: int = Field(
        1024, ge=16, le=65_536, description="largest body of a request, in units of 1,024 bytes"
    )
    reload_seconds: float = Field(
        2, gt=0, description="how often the service looks for a new index, in seconds"
    )
    image_seconds: float = Field(
        15, gt=0, description="longest that drawing a page may take, in seconds"
    )
    keys: Path = Field(Path("keys.json"), description="file of the API keys; see `hrqa keys`")
    public: str = Field(
        "", description="scopes open to everyone without a key, such as search,documents"
    )
    rate_limit: int | None = Field(
        None,
        ge=0,
        description="requests that a key, or an address without one, may make in a minute; "
        "0 for no limit; where it is not set, 600, or none while no keys are needed",
    )
    trusted_proxies: str = Field(
        "",
        description="addresses or networks of proxies whose X-Forwarded-… headers are believed",
    )
    public_url: str = Field(
        "", description="address at which callers reach the service; empty for the one they ask"
    )
    cors_origins: str = Field(
        "",
        description="origins of web pages that may ask from a browser, such as https://a.example",
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="form of the service's log; auto: text on a terminal, else json"
    )
    log_queries: bool = Field(False, description="whether the log holds the text of questions")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options go before the environment, the environment before the file."""
        del dotenv_settings, file_secret_settings
        file = TomlConfigSettingsSource(settings_cls, toml_file=_config_file())
        return init_settings, env_settings, file


def load_settings(options: dict[str, object]) -> Settings:
    """Gather the settings.

    Args:
        options: Those given on the command line; None where an option was not given.

    Raises:
        SettingsError: A setting is unknown or out of range, or the file cannot be read.
    """
    named = os.environ.get(_CONFIG_VARIABLE)
    if named and not Path(named).is_file():
        raise SettingsError(f"{_CONFIG_VARIABLE}={named}: there is no such file")
    for variable in os.environ:
        name = variable.removeprefix(_PREFIX).lower()
        known = variable == _CONFIG_VARIABLE or name in Settings.model_fields
        if variable.startswith(_PREFIX) and not known:
            raise SettingsError(f"{variable}: hrqa has no such setting; unset it")
    given = {name: value for name, value in options.items() if value is not None}
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        unknown = first["type"] == "extra_forbidden"
        problem = "hrqa has no such setting" if unknown else first["msg"]
        raise SettingsError(f"setting {name!r}: {problem}") from error
    except ValueError as error:
        raise SettingsError(f"{_config_file()}: not valid TOML: {error}") from error
    if settings.passage_maximum < settings.passage_target:
        raise SettingsError("passage_maximum must not be smaller than passage_target")
    return settings


def _config_file() -> Path:
    return Path(os.environ.get(_CONFIG_VARIABLE) or _DEFAULT_FILE)
