"""The calls of purposes."""

from __future__ import annotations

from immuta_provider.api.purposes import PurposesApi
from immuta_provider.api.transport import Client

FAMILY = PurposesApi


def make(client: Client) -> None:
    purposes = PurposesApi(client)
    purpose = purposes.save({"name": "Called", "description": "d", "acknowledgement": "I agree"}).id
    assert purpose is not None
    purposes.get(purpose)
    purposes.find("Called")
    purposes.list()
    purposes.update(purpose, {"description": "e"})
    purposes.delete(purpose)
