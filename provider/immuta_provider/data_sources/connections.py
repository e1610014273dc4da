"""The list of connections, all of them or those of one technology or in one state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from immuta_provider.data_sources import sorting
from terraform_plugin import Context, DataSource, Model, attribute

if TYPE_CHECKING:
    from immuta_provider.api.connections import Connection

STATES = ("ACTIVE", "INACTIVE", "ACTIVATING", "DEACTIVATING", "UPDATING", "UNHEALTHY", "DELETING")


class ListedConnection(Model):
    """A connection in a list."""

    connection_key: str | None = attribute(computed=True, description="The key.")
    technology: str | None = attribute(computed=True, description="The data platform, such as `Snowflake`.")
    state: str | None = attribute(computed=True, description="`ACTIVE`, `INACTIVE`, `UNHEALTHY` or a state in between.")
    host: str | None = attribute(computed=True, description="The host, as Immuta shows it.")
    port: int | None = attribute(computed=True, description="The port.")
    created_at: str | None = attribute(computed=True, description="When it was made.")
    updated_at: str | None = attribute(computed=True, description="When it was changed last.")


class ConnectionList(Model):
    """Lists connections, by key unless `sort` says otherwise."""

    technology: str | None = attribute(description="Only connections of this technology, such as `Snowflake`.")
    state: str | None = attribute(one_of=STATES, description="Only connections in this state.")
    sort: list[str] | None = sorting.sort_attribute("connection_key", "technology", "state", "created_at", "updated_at")
    connections: list[ListedConnection] | None = attribute(computed=True, description="The connections.")


class ConnectionsDataSource(DataSource[ConnectionList]):
    """The data source `immuta_connections`."""

    type_name = "immuta_connections"
    model = ConnectionList
    label_attributes = ("technology", "state")

    def read(self, ctx: Context[ConnectionList], config: ConnectionList) -> ConnectionList:
        """List them."""
        found = ctx.provider.connections.list(sort=sorting.query(config.sort or ["connection_key:asc"]))
        return config.replace(connections=[_listed(each) for each in found if _matches(config, each)])


def _matches(config: ConnectionList, found: Connection) -> bool:
    return config.technology in (None, found.technology) and config.state in (None, found.state)


def _listed(found: Connection) -> ListedConnection:
    client = found.client_configuration
    return ListedConnection(
        connection_key=found.connection_key,
        technology=found.technology,
        state=found.state,
        host=None if client.host is None else str(client.host),
        port=client.port,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )
