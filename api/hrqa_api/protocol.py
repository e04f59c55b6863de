"""What is no HTTP is answered as a problem, too."""

import json

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from hrqa_api.problems import MEDIA_TYPE

_BODY = json.dumps(
    {
        "type": "/problems/invalid-request",
        "title": "The request does not fit",
        "status": 400,
        "detail": "This is no valid HTTP request: its first line or a header cannot be read.",
        "instance": "/",
    }
).encode()


class ProblemProtocol(H11Protocol):
    """HTTP/1.1, in which even an unreadable request is answered by a problem."""

    def send_400_response(self, msg: str) -> None:
        """Answer a request that cannot be read, and close the connection."""
        del msg  # uvicorn's own words
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(_BODY)).encode()),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=_BODY),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
