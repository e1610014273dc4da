"""What the demo asks the tenant, and what it does behind Terraform's back: plain HTTP, as the API is documented."""

from __future__ import annotations

from typing import Any

import httpx


class Tenant:
    """A tenant over HTTP, past Terraform and the provider.

    `host` is its address with the scheme, `api_key` the key of an account that may do everything.
    """

    def __init__(self, host: str, api_key: str) -> None:
        self._http = httpx.Client(base_url=host, headers={"Authorization": api_key}, timeout=10, trust_env=False)

    def purposes(self) -> dict[str, dict[str, Any]]:
        """Return the purposes that people made, by name (V1 API, GET /governance/purpose)."""
        found = self._call("GET", "/governance/purpose", params={"noLimit": "true"})["purposes"]
        return {purpose["name"]: purpose for purpose in found if not purpose["systemGenerated"]}

    def projects(self) -> dict[str, set[str]]:
        """Return the names of each project's purposes, by the project's name (V1 API, GET /project)."""
        found = self._call("GET", "/project", params={"size": "100"})["hits"]
        return {project["name"]: self._purposes_of(project["id"]) for project in found}

    def create_purpose(self, **attributes: str) -> None:
        """Make a purpose (V2 API, POST /api/v2/purpose)."""
        self._call("POST", "/api/v2/purpose", json=attributes)

    def change_purpose(self, name: str, **attributes: str) -> None:
        """Change attributes of a purpose (V1 API, PUT /governance/purpose/{purposeId})."""
        self._call("PUT", f"/governance/purpose/{self.purposes()[name]['id']}", json=attributes)

    def _purposes_of(self, project_id: int) -> set[str]:
        return {purpose["name"] for purpose in self._call("GET", f"/project/{project_id}")["purposes"]}

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        return self._http.request(method, path, **arguments).raise_for_status().json()
