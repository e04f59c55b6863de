"""Who is asking, and may they?"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from hrqa.keys import KeyRecord, KeyRing
from hrqa.keys import Scope as KeyScope
from hrqa_api.problems import FORBIDDEN, UNAUTHORIZED, ProblemError, problem_response
from hrqa_api.rate_limiter import RateLimiter, rate_limited

_EVERYONE = frozenset({"/healthz", "/readyz", "/openapi.json", "/favicon.ico"})
_FOR_EVERYONE_BELOW = ("/docs", "/problems", "/static", "/basket")
_NEEDED = {
    "/": (KeyScope.SEARCH, KeyScope.DOCUMENTS),  # what it shows leads on to the documents
    "/library": (KeyScope.DOCUMENTS,),
    "/v1/search": (KeyScope.SEARCH,),
    "/v1/context": (KeyScope.SEARCH,),
    "/v1/vector_stores": (KeyScope.SEARCH,),
    "/v1/documents": (KeyScope.DOCUMENTS,),
    "/v1/passages": (KeyScope.DOCUMENTS,),
    "/v1/citations": (KeyScope.DOCUMENTS,),
    "/v1/index": (KeyScope.DOCUMENTS,),
    "/mcp": (KeyScope.SEARCH, KeyScope.DOCUMENTS),
    "/metrics": (KeyScope.METRICS,),
}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_CHALLENGE = {"www-authenticate": 'Bearer realm="hrqa"'}
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def needed_scopes(path: str) -> tuple[KeyScope, ...] | None:
    """What a key must allow for a path; None where everyone may ask.

    A path that is not listed needs a key for all, so that none is open by an oversight.
    """
    if path in _EVERYONE or any(_is_below(path, top) for top in _FOR_EVERYONE_BELOW):
        return None
    for top, scopes in _NEEDED.items():
        if _is_below(path, top):
            return scopes
    return (KeyScope.ADMIN,)


def _is_below(path: str, top: str) -> bool:
    return path == top or path.startswith(f"{top}/")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes:
        name: ``key:ID`` or ``address:ADDRESS``, by which requests are counted.
        is_admin: Whether it may see what concerns the operator alone.
    """

    name: str
    is_admin: bool


class Access:
    """Lets a request pass whose key, or want of one, allows what it asks for.

    Without a ring and without public scopes, the service is for this machine alone and needs no
    key: it then takes requests only under a name of this machine and without a proxy's headers,
    so that neither a forgotten setting behind a proxy nor a web page that has its own name point
    here opens it to others.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        ring: KeyRing | None,
        public: frozenset[KeyScope],
        limiter: RateLimiter | None,
    ) -> None:
        self.app = app
        self._limiter = limiter
        self._ring = ring
        self._public = public
        self._keyless = ring is None and not public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request that is allowed; answer 401 or 403 to any other."""
        if scope["type"] == "http":
            request = Request(scope)
            request.state.caller = Caller(f"address:{_address(request)}", is_admin=False)
            try:
                request.state.caller = self._caller(request)
            except ProblemError as error:
                await self._refuse(request, error)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _refuse(self, request: Request, error: ProblemError) -> Response:
        """The answer to a caller who may not ask, who cannot try so without a limit either."""
        name = request.state.caller.name
        if self._limiter is not None and not self._limiter.take(name):
            error = rate_limited(self._limiter, name)
        return problem_response(request, error)

    def _caller(self, request: Request) -> Caller:
        by_address: str = request.state.caller.name
        if self._keyless:
            _check_local(request)
            return Caller(by_address, is_admin=True)
        needed = needed_scopes(request.scope["path"])
        record = self._record(request.headers)
        if record is not None:
            if needed is not None and not all(map(record.allows, needed)):
                wanted = " and ".join(needed)
                raise ProblemError(FORBIDDEN, f"This key does not allow {wanted} here.")
            return Caller(f"key:{record.id}", is_admin=record.allows(KeyScope.ADMIN))
        if needed is not None and not self._public.issuperset(needed):
            raise ProblemError(
                UNAUTHORIZED,
                "Send a key with `Authorization: Bearer …`; whoever runs this service gives keys.",
                headers=_CHALLENGE,
            )
        return Caller(by_address, is_admin=False)

    def _record(self, headers: Headers) -> KeyRecord | None:
        """The key that a request presents; None where it presents none."""
        given = headers.getlist("authorization")
        if not given:
            return None
        kind, _, key = given[0].partition(" ")
        record = None
        if len(given) == 1 and kind.lower() == "bearer" and self._ring is not None:
            record = self._ring.find(key.strip(), datetime.now(UTC))
        if record is None:
            raise ProblemError(
                UNAUTHORIZED,
                "authorization: this is no key of this service, or it has expired or was revoked.",
                headers={"www-authenticate": 'Bearer realm="hrqa", error="invalid_token"'},
            )
        return record


def _check_local(request: Request) -> None:
    headers = request.headers
    host = headers.get("host", "").rpartition("]")[0].lstrip("[") or headers.get("host", "")
    name = host if ":" in host and host.count(":") > 1 else host.partition(":")[0]
    if name.lower() not in _LOCAL_NAMES:
        raise ProblemError(
            FORBIDDEN,
            "host: while no keys are needed, this service answers only under the name localhost "
            "or 127.0.0.1; see `hrqa keys --help`.",
        )
    # nginx's proxies ask in HTTP/1.0 unless they are told otherwise, and say nothing of themselves.
    if request.scope["http_version"] == "1.0" or any(header in headers for header in _FORWARDED):
        raise ProblemError(
            FORBIDDEN,
            "While no keys are needed, this service does not answer through a proxy; its operator "
            "makes keys with `hrqa keys`, or opens scopes with HRQA_PUBLIC.",
        )


def _address(request: Request) -> str:
    """The caller's address; of IPv6 the network of a subscriber, who has all of it."""
    given = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given or "unknown"
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or ipaddress.ip_network((address, 64), strict=False))
