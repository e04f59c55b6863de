"""How the service is, as callers get it."""

from pydantic import BaseModel


class StatusOut(BaseModel):
    """Whether the service is alive."""

    status: str


class ReloadFailureOut(BaseModel):
    """Why a newer index does not serve; `reason` is null for those who may not see it."""

    since: str
    reason: str | None


class ReadyOut(BaseModel):
    """Which index serves, and, where a newer one cannot be opened, since when."""

    status: str
    index_id: str
    reload_failure: ReloadFailureOut | None = None
