"""What handlers find as `ctx.provider`: the API families of one tenant, and the choices of the provider block."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from immuta_provider import api
from immuta_provider.api.exclusive import Exclusive
from immuta_provider.resources.claims import Claims
from terraform_plugin import DiagnosticError, Path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from immuta_provider.api.connection_tasks import ConnectionTasksApi
    from immuta_provider.api.connections import ConnectionsApi
    from immuta_provider.api.data_objects import DataObjectsApi
    from immuta_provider.api.iam import UsersApi
    from immuta_provider.api.integrations import IntegrationsApi
    from immuta_provider.api.policies import PoliciesApi
    from immuta_provider.api.projects import ProjectsApi
    from immuta_provider.api.purposes import PurposesApi
    from immuta_provider.api.tags import TagsApi
    from terraform_plugin import Stop


def open_client(settings: api.Settings, stop: Stop) -> api.Client:
    """The client of a session: its waits end when Terraform asks to stop. No request is made yet."""
    return api.Client(settings, clock=api.SystemClock(stop.event))


class Session:
    """One tenant as one provider block sees it. A family of calls is loaded at its first use.

    Parameters: `client`, through which all requests go; `adopt_existing`, whether an object that exists already is
    taken over and changed (default: no); `acknowledge_purposes`, whether the statements of purposes are accepted where
    a write needs that (default: no); `validate_at_plan`, whether planned writes are tried as dry runs (default: no);
    `refresh`, whether the state is brought up to date from the API (default: yes).

    `exclusive` lets one operation at a time work on one host; `left_behind` has the integrations that a deletion left
    to the creation that follows it, with what was sent for them, `taken_over` those that a creation took from the
    deletion that follows it, `unfinished` what was sent for those that nobody has waited for, by place, and `offers`
    what creations would give a deletion that comes after them. `claims` keeps two objects of the state that are the
    same one from deleting it.
    """

    def __init__(
        self,
        client: api.Client,
        *,
        adopt_existing: bool = False,
        acknowledge_purposes: bool = False,
        validate_at_plan: bool = False,
        refresh: bool = True,
    ) -> None:
        self.client = client
        self.adopt_existing = adopt_existing
        self.acknowledge_purposes = acknowledge_purposes
        self.validate_at_plan = validate_at_plan
        self.refresh = refresh
        self.exclusive = Exclusive(client)
        self.left_behind: dict[int, Any] = {}
        self.taken_over: set[int] = set()
        self.unfinished: dict[str, Any] = {}
        self.offers: list[dict[str, Any]] = []
        self.claims = Claims()

    @cached_property
    def purposes(self) -> PurposesApi:
        """Purposes and sub-purposes."""
        from immuta_provider.api.purposes import PurposesApi

        return PurposesApi(self.client)

    @cached_property
    def users(self) -> UsersApi:
        """Users."""
        from immuta_provider.api.iam import UsersApi

        return UsersApi(self.client)

    @cached_property
    def projects(self) -> ProjectsApi:
        """Projects."""
        from immuta_provider.api.projects import ProjectsApi

        return ProjectsApi(self.client)

    @cached_property
    def policies(self) -> PoliciesApi:
        """Policies, global ones and those of a data source."""
        from immuta_provider.api.policies import PoliciesApi

        return PoliciesApi(self.client)

    @cached_property
    def integrations(self) -> IntegrationsApi:
        """Integrations with data platforms."""
        from immuta_provider.api.integrations import IntegrationsApi

        return IntegrationsApi(self.client)

    @cached_property
    def connections(self) -> ConnectionsApi:
        """Connections."""
        from immuta_provider.api.connections import ConnectionsApi

        return ConnectionsApi(self.client)

    @cached_property
    def connection_tasks(self) -> ConnectionTasksApi:
        """Tasks of connections and their runs."""
        from immuta_provider.api.connection_tasks import ConnectionTasksApi

        return ConnectionTasksApi(self.client)

    @cached_property
    def data_objects(self) -> DataObjectsApi:
        """Data objects of connections and their settings."""
        from immuta_provider.api.data_objects import DataObjectsApi

        return DataObjectsApi(self.client)

    @cached_property
    def tags(self) -> TagsApi:
        """Tags."""
        from immuta_provider.api.tags import TagsApi

        return TagsApi(self.client)


class Pending:
    """Stands for a session while a value of the provider block is known only after apply.

    New objects can be planned; nothing can be read. The state of what exists is taken as it is.
    """

    validate_at_plan = False
    refresh = False
    taken_over: frozenset[int] = frozenset()
    unfinished: Mapping[str, Any] = MappingProxyType({})
    offers: tuple[dict[str, Any], ...] = ()

    def __init__(self, unknown: list[str]) -> None:
        self.unknown = unknown
        self.claims = Claims()

    def __getattr__(self, name: str) -> Any:
        raise DiagnosticError(
            "The provider immuta is not configured yet",
            f"Known only after apply: {', '.join(self.unknown)} of its block. Apply first what these values come from "
            "(`terraform apply -target=...`), then the rest.",
            Path(self.unknown[0]),
        )
