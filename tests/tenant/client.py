"""The keys of the tests' tenant, and a client whose helpers check the error envelope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import httpx

from immuta_tenant import RunningTenant

API_KEY = "main-key-of-the-tests"
ANALYST_KEY = "key-of-an-analyst"
CREATOR_KEY = "key-of-a-project-creator"


class Client(httpx.Client):
    """An HTTP client whose helpers say what a test expects of an answer."""

    def ok(self, method: str, path: str, **options: Any) -> Any:
        """Return the JSON of a 200."""
        response = self.request(method, path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    def refusal(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        """Return status and message of an answer that must be exactly the error envelope."""
        response = self.request(method, path, **options)
        body = response.json()
        assert sorted(body) == ["error", "message", "statusCode"]
        assert (body["statusCode"], body["error"]) == (response.status_code, HTTPStatus(response.status_code).phrase)
        return response.status_code, body["message"]


@contextmanager
def connect(tenant: RunningTenant, authorization: str | None = API_KEY) -> Iterator[Client]:
    # No certificate is ever checked on plain HTTP, and loading the trusted ones takes longer than a test.
    headers = {} if authorization is None else {"Authorization": authorization}
    with Client(base_url=tenant.url, headers=headers, timeout=10, verify=False) as client:
        yield client


def keys(names: str) -> list[str]:
    """Return the names of a text in the order in which `sorted(object)` lists the attributes of an object."""
    return sorted(names.split())
