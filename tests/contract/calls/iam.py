"""The calls of users."""

from __future__ import annotations

from immuta_provider.api.iam import UsersApi
from immuta_provider.api.transport import Client

FAMILY = UsersApi


def make(client: Client) -> None:
    UsersApi(client).current()
