"""Purposes: written with the V2 API, read and deleted with the V1 governance API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, Field

from immuta_provider.api.calls import path_of
from immuta_provider.api.errors import NotFound
from immuta_provider.api.model import ApiModel
from immuta_provider.api.paging import items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from immuta_provider.api.transport import Client

SAVE = "/api/v2/purpose"
PURPOSES = "/governance/purpose"


class Purpose(ApiModel):
    """A purpose as V1 returns it. A sub-purpose is a purpose of its own, with its full dotted name."""

    id: int
    name: str
    description: str | None = None
    acknowledgement: str | None = None
    display_acknowledgement: bool | None = None
    policy_metadata: dict[str, Any] | None = None
    added_by_profile: int | None = None
    deleted: bool = False
    system_generated: bool = False
    staged: bool = False
    subpurposes: list[Purpose] = Field(default_factory=list)
    project_count: int | None = None
    projects: list[int] = Field(default_factory=list)
    created_at: str | None = None
    updated_at: str | None = None

    @property
    def k_anon_noise_reduction(self) -> str | None:
        """The allowed noise reduction, which V1 keeps in the policy metadata."""
        value = (self.policy_metadata or {}).get("kAnonNoiseReduction")
        return None if value is None else str(value)


class SavedPurpose(ApiModel):
    """What the V2 upsert did. `id` is None in a dry run that would create."""

    id: int | None = Field(default=None, validation_alias=AliasChoices("purposeId", "id"))
    dry_run: bool = False
    creating: bool = False
    updating: bool = False


class PurposesApi:
    """The calls of purposes: V2 API, POST /api/v2/purpose, and V1 API, /governance/purpose."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def save(
        self, payload: Mapping[str, Any], *, dry_run: bool = False, re_acknowledge_required: bool = False
    ) -> SavedPurpose:
        """Create or update the purpose that the payload names (V2 API, POST /api/v2/purpose).

        Parameters
            payload: the V2 body; `name` is the identity.
            dry_run: only check; default False.
            re_acknowledge_required: have members of projects accept a changed acknowledgement again; default False.

        It is an upsert by name and safely repeated. Raises a RequestFailed; InvalidRequest for what V2 does not accept.
        """
        flags = {"dryRun": dry_run, "reAcknowledgeRequired": re_acknowledge_required}
        params = {name: True for name, value in flags.items() if value}
        answer = self._client.request("POST", SAVE, params=params, json=dict(payload), idempotent=True)
        saved = SavedPurpose.read(f"POST {SAVE}", answer)
        if saved.id is None and not dry_run:
            saved.id = self._id_of(str(payload["name"]))
        return saved

    def get(self, purpose_id: int, *, include_subpurposes: bool = True) -> Purpose | None:
        """The purpose with this id; None when there is none or it is deleted (V1 API, GET /governance/purpose/{id})."""
        path = PURPOSES + path_of(purpose_id)
        try:
            answer = self._client.request("GET", path, params={"includeSubpurposes": include_subpurposes})
        except NotFound:
            return None
        purpose = Purpose.read(f"GET {path}", answer)
        return None if purpose.deleted else purpose

    def find(self, name: str) -> Purpose | None:
        """The purpose with exactly this full name, None when there is none (V1 API, GET /governance/purpose)."""
        found = self._search(searchText=name, strictSearch=True)
        return next((purpose for purpose in found if purpose.name == name), None)

    def list(self, root: str | None = None) -> list[Purpose]:
        """All purposes that are not deleted, flat; of one root and its descendants if `root` names it (V1 API)."""
        return [*self._search(root=root, noLimit=True)]

    def update(self, purpose_id: int, changes: Mapping[str, Any]) -> Purpose:
        """Change the attributes in `changes`, leave the others (V1 API, PUT /governance/purpose/{id})."""
        path = PURPOSES + path_of(purpose_id)
        return Purpose.read(f"PUT {path}", self._client.request("PUT", path, json=dict(changes)))

    def delete(self, purpose_id: int) -> None:
        """Delete the purpose and its descendants; nothing to delete is fine (V1 API, DELETE)."""
        try:
            self._client.request("DELETE", PURPOSES + path_of(purpose_id))
        except NotFound:
            return

    def _search(self, **params: Any) -> Iterator[Purpose]:
        for item in items(self._client, PURPOSES, envelope="purposes", params=params):
            purpose = Purpose.read(f"GET {PURPOSES}", item)
            if not purpose.deleted:
                yield purpose

    def _id_of(self, name: str) -> int | None:
        purpose = self.find(name)
        return None if purpose is None else purpose.id
