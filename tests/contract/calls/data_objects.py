"""The calls of data objects."""

from __future__ import annotations

from immuta_provider.api.connections import ConnectionsApi
from immuta_provider.api.data_objects import DataObjectsApi
from immuta_provider.api.transport import Client
from tests.tenant.connection_bodies import snowflake

FAMILY = DataObjectsApi


def make(client: Client) -> None:
    ConnectionsApi(client).create(snowflake("objects"))
    objects = DataObjectsApi(client)
    (found,) = objects.search({"name": "ORDERS"}, connection={"connectionKey": "objects"})
    assert objects.get("objects", found.id) == found
    (database,) = objects.below("objects", None, "SALES")
    assert {each.name for each in objects.children("objects", database.id)} == {"FINANCE", "PUBLIC"}
    changed = objects.update("objects", found.id, {"settings": {"syncPolicy": True}, "tags": {"add": [{"id": 2}]}})
    assert (changed.direct_sync_policy, [tag.id for tag in changed.direct_tags]) == (True, [2])
    assert objects.delete("objects", found.id) is not None
    assert objects.delete("objects", found.id) is None
