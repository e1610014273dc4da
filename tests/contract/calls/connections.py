"""The calls of connections."""

from __future__ import annotations

from immuta_provider.api.connections import ConnectionsApi
from immuta_provider.api.transport import Client
from tests.tenant.connection_bodies import snowflake

FAMILY = ConnectionsApi


def make(client: Client) -> None:
    connections = ConnectionsApi(client)
    made = connections.create(snowflake("called"))
    assert "called" in [each.connection_key for each in connections.list(sort=("connectionKey:asc",))]
    changes = {"dataObjectSync": {"startTime": 5}}
    assert connections.patch("called", changes, dry_run=True).data_object_sync.start_time == 5
    assert connections.get("called") == made.model_copy(update={"setup": []})
    assert connections.patch("called", changes).data_object_sync.start_time == 5
    assert connections.validate("called") is not None
    assert connections.deactivate("called").state == "INACTIVE"
    assert connections.activate("called").state == "ACTIVE"
    connections.deactivate("called")
    assert connections.delete("called") is not None
    assert connections.delete("called") is None
    assert connections.get("called") is None
