"""How the service writes its log: lines for a person, or JSON for a program."""

import logging
import sys
from typing import Literal

from pythonjsonlogger.json import JsonFormatter

_TEXT = "%(levelname)s %(name)s: %(message)s"
_JSON = "%(asctime)s %(levelname)s %(name)s %(message)s"
_NAMES = {"asctime": "time", "levelname": "level", "name": "logger"}


def set_up_log(form: Literal["auto", "text", "json"]) -> None:
    """Send the log to standard error in a form; `auto` is text on a terminal, else JSON."""
    as_text = form == "text" or (form == "auto" and sys.stderr.isatty())
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        logging.Formatter(_TEXT)
        if as_text
        else JsonFormatter(
            _JSON, rename_fields=_NAMES, datefmt="%Y-%m-%dT%H:%M:%S%z", json_ensure_ascii=False
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("hrqa_api").setLevel(logging.INFO)
