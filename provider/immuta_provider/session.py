"""What handlers find as `ctx.provider`: the API families of one tenant, and the choices of the provider block."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from immuta_provider import api

if TYPE_CHECKING:
    from terraform_plugin import Stop


class Session:
    """One tenant as one provider block sees it. A family of calls is loaded at its first use.

    Parameters: `settings` of the connection; `stop`, which ends every wait when Terraform asks to stop;
    `adopt_existing`, whether an object that exists already is taken over and changed (default: no);
    `acknowledge_purposes`, whether the statements of purposes are accepted where a write needs that (default: no).
    """

    def __init__(
        self, settings: api.Settings, stop: Stop, *, adopt_existing: bool = False, acknowledge_purposes: bool = False
    ) -> None:
        self.client = api.Client(settings, clock=api.SystemClock(stop.event))
        self.adopt_existing = adopt_existing
        self.acknowledge_purposes = acknowledge_purposes

    @cached_property
    def purposes(self) -> api.PurposesApi:
        """Purposes and sub-purposes."""
        return api.PurposesApi(self.client)

    @cached_property
    def users(self) -> api.UsersApi:
        """Users."""
        return api.UsersApi(self.client)

    @cached_property
    def projects(self) -> api.ProjectsApi:
        """Projects."""
        return api.ProjectsApi(self.client)
