"""What is no HTTP is answered as a problem, too."""

import uuid

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from hrqa_api.observing import REQUEST_ID
from hrqa_api.problems import INVALID_REQUEST, MEDIA_TYPE
from hrqa_api.schemas.problems import ProblemOut

_DETAIL = "This is no valid HTTP request: its first line or a header cannot be read."


class ProblemProtocol(H11Protocol):
    """HTTP/1.1, in which even an unreadable request is answered by a problem."""

    def send_400_response(self, msg: str) -> None:
        """Answer a request that cannot be read, and close the connection."""
        del msg  # uvicorn's own words
        request_id = uuid.uuid4().hex
        problem = ProblemOut(
            type=f"/problems/{INVALID_REQUEST.name}",
            title=INVALID_REQUEST.title,
            status=INVALID_REQUEST.status,
            detail=_DETAIL,
            instance="/",
            request_id=request_id,
        )
        body = problem.model_dump_json().encode()
        headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (REQUEST_ID.encode(), request_id.encode()),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=INVALID_REQUEST.status, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
