"""The calls of integrations."""

from __future__ import annotations

from typing import Any

from immuta_provider.api.integrations import IntegrationsApi
from immuta_provider.api.transport import Client

FAMILY = IntegrationsApi
SYNAPSE: dict[str, Any] = {
    "type": "Azure Synapse Analytics",
    "autoBootstrap": False,
    "config": {
        "host": "called.example.net",
        "database": "dw",
        "schema": "views",
        "authenticationType": "userPassword",
        "username": "u",
        "password": "made-up",
    },
}


def make(client: Client) -> None:
    integrations = IntegrationsApi(client)
    integrations.try_out(None, SYNAPSE)
    made = int(integrations.create(SYNAPSE).id or 0)
    assert integrations.status(made) == "enabled"
    assert integrations.get(made) is not None
    assert [each.id for each in integrations.list()] == [str(made)]
    integrations.update(made, SYNAPSE)
    integrations.try_out(made, SYNAPSE)
    for kind in ("initial-create", "create", "cleanup", "post-cleanup"):
        assert integrations.script(kind, body=SYNAPSE)
    assert integrations.script("edit", identifier=made, body=SYNAPSE)
    assert integrations.script("delete", identifier=made)
    integrations.try_deletion(made)
    integrations.delete(made)
    assert integrations.get(made) is None
    trino = int(integrations.create({"type": "Trino"}).id or 0)
    assert integrations.regenerate(trino)
