"""Users as the identity API shows them. So far: who the API key belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from immuta_provider.api.model import ApiModel

if TYPE_CHECKING:
    from immuta_provider.api.transport import Client

CURRENT = "/bim/rpc/user/current"


class User(ApiModel):
    """A user. `profile` is an object or, in some answers, only its number."""

    userid: str
    id: int | None = None
    iamid: str | None = None
    permissions: list[str] = Field(default_factory=list)
    profile: dict[str, Any] | int | None = None
    disabled: bool = False
    system_generated: bool = False

    @property
    def profile_id(self) -> int | None:
        """Number of the profile, by which data sources, domains and projects know the user."""
        return self.profile.get("id") if isinstance(self.profile, dict) else self.profile


class UsersApi:
    """The calls of users (V1 API, IAM)."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def current(self) -> User:
        """The user that the API key belongs to (V1 API, GET /bim/rpc/user/current)."""
        return User.read(f"GET {CURRENT}", self._client.request("GET", CURRENT))
