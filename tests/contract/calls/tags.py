"""The calls of tags."""

from __future__ import annotations

from immuta_provider.api.tags import TagsApi
from immuta_provider.api.transport import Client

FAMILY = TagsApi


def make(client: Client) -> None:
    assert [tag.name for tag in TagsApi(client).find("Discovered.PII")] == ["Discovered.PII"]
