"""Requests sent, sent again where that may help, and their answers read."""

import json
import math
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from hrqa.client.failures import ForeignAnswerError, UnreachableError, service_error
from hrqa.errors import SettingsError
from hrqa_api.schemas.problems import ProblemOut

Parameters = Mapping[str, str | int | None]
"""Parameters of an address; those that are None are left out."""

_BUSY = (429, 503)
_LOST = (httpx.NetworkError, httpx.RemoteProtocolError)
_FIRST_WAIT = 0.5
_PROBLEM = "application/problem+json"

M = TypeVar("M", bound=BaseModel)


class Connection:
    """A service's address with connections to it.

    All calls of the service only read, so each of them may be sent again.
    """

    def __init__(
        self,
        base_url: str,
        *,
        key: str | None,
        timeout: float,
        retries: int,
        longest_wait: float,
        transport: httpx.BaseTransport | None,
    ) -> None:
        """Check the address and the key; nothing is sent yet.

        Raises:
            SettingsError: The address or the key cannot be one.
        """
        url = _checked_address(base_url)
        self.base_url = f"{url.scheme}://{url.netloc.decode('ascii')}{url.path.rstrip('/')}"
        headers = {} if key is None else {"authorization": f"Bearer {_checked_key(key)}"}
        self._timeout, self._retries, self._longest_wait = timeout, retries, longest_wait
        self._http = httpx.Client(
            base_url=url, headers=headers, timeout=timeout, transport=transport
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(
        self,
        path: str,
        parameters: Parameters | None = None,
        *,
        accept: str = "application/json",
        retry: bool = True,
    ) -> httpx.Response:
        """The good answer to a GET.

        Raises:
            ServiceError, UnreachableError, ForeignAnswerError: There is none.
        """
        given = {name: value for name, value in (parameters or {}).items() if value is not None}
        request = self._http.build_request("GET", path, params=given, headers={"accept": accept})
        return self._send(request, self._retries if retry else 0)

    def post(self, path: str, body: Mapping[str, object]) -> httpx.Response:
        """The good answer to a POST of JSON.

        Raises:
            ServiceError, UnreachableError, ForeignAnswerError: There is none.
        """
        # In ASCII, so that the service explains half a character where coding would fail here.
        headers = {"content-type": "application/json", "accept": "application/json"}
        request = self._http.build_request("POST", path, content=json.dumps(body), headers=headers)
        return self._send(request, self._retries)

    def _send(self, request: httpx.Request, retries: int) -> httpx.Response:
        sent_before = 0
        while True:
            last = sent_before >= retries
            wait = min(_FIRST_WAIT * 2**sent_before, self._longest_wait)
            try:
                response = self._http.send(request)
            except httpx.RequestError as error:
                if last or not isinstance(error, _LOST):
                    raise self._unreachable(error) from error
            else:
                told = _retry_after(response)
                wait = wait if told is None else told
                if last or response.status_code not in _BUSY or wait > self._longest_wait:
                    return self._good(response)
            time.sleep(wait)
            sent_before += 1

    def _unreachable(self, error: httpx.RequestError) -> UnreachableError:
        if isinstance(error, httpx.TimeoutException):
            reason = f"there was no answer within {self._timeout:g} seconds"
            return UnreachableError(self.base_url, reason, remedy="give `timeout` more")
        reason = f"cannot be reached: {str(error).rstrip('.') or type(error).__name__}"
        return UnreachableError(self.base_url, reason, remedy="is hrqa served there?")

    def _good(self, response: httpx.Response) -> httpx.Response:
        if response.is_success:
            return response
        if media_type(response) == _PROBLEM:
            problem = self.read(ProblemOut, response)
            raise service_error(problem, retry_after=_retry_after(response))
        raise self.foreign(response)

    def read(self, model: type[M], response: httpx.Response) -> M:
        """An answer as a model; fields that it does not know are ignored.

        Raises:
            ForeignAnswerError: The answer does not fit.
        """
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise self.foreign(response) from error

    def expect(self, response: httpx.Response, media_types: Sequence[str]) -> httpx.Response:
        """An answer that must be of one of some media types.

        Raises:
            ForeignAnswerError: It is not.
        """
        if media_type(response) not in media_types:
            raise self.foreign(response)
        return response

    def foreign(self, response: httpx.Response) -> ForeignAnswerError:
        """The failure of an answer that hrqa would not give."""
        kind = media_type(response) or "no media type"
        found = f"status {response.status_code} and {kind} at {response.request.url.path}"
        return ForeignAnswerError(self.base_url, found)


def media_type(response: httpx.Response) -> str:
    """The media type of an answer without its parameters; empty if there is none."""
    name: str = response.headers.get("content-type", "")
    return name.partition(";")[0].strip().lower()


def _retry_after(response: httpx.Response) -> float | None:
    """The seconds that ``Retry-After`` tells to wait, as a number or a date (RFC 9110, 10.2.3)."""
    told: str = response.headers.get("retry-after", "").strip()
    try:
        seconds = float(told) if told[:1].isdigit() else _seconds_until(told)
    except ValueError:
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _seconds_until(date: str) -> float:
    until = parsedate_to_datetime(date)
    return (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds()


def _checked_address(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise SettingsError(f"base_url {base_url!r} is no address: {error}") from error
    if url.scheme not in ("http", "https") or not url.host:
        raise SettingsError(
            f"base_url {base_url!r} is no address of a service; "
            "write it as in http://127.0.0.1:8000"
        )
    return url


def _checked_key(key: str) -> str:
    """A key that can be sent; what it is stands in no message."""
    if not (key.isascii() and key.isprintable() and key.strip() == key != ""):
        raise SettingsError(
            "the key is empty or holds spaces, line ends or letters that no key has; copy it again"
        )
    return key
