"""Policies: global ones written with the V2 API or V1, read and deleted with V1; those of one data source with V1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from immuta_provider.api.calls import path_of
from immuta_provider.api.errors import NotFound
from immuta_provider.api.model import ApiModel
from immuta_provider.api.paging import items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from immuta_provider.api.transport import Client

SAVE = "/api/v2/policy"
GLOBAL = "/policy/global"
SEARCH = "/policy/search"


class Policy(ApiModel):
    """A global policy as V1 returns it. `actions` stay as they came: their form is documented in part only."""

    id: int
    name: str
    policy_key: str | None = None
    type: str | None = None
    template: bool = False
    staged: bool = False
    deleted: bool = False
    system_generated: bool = False
    actions: list[dict[str, Any]] = Field(default_factory=list)
    circumstances: list[dict[str, Any]] | None = None
    certification: dict[str, Any] | None = None
    owner_restrictions: dict[str, Any] | None = None
    created_at: str | None = None
    updated_at: str | None = None

    @property
    def key(self) -> str:
        """The policy's key; V1 lets it be the name where none was given."""
        return self.name if self.policy_key is None else self.policy_key


class SavedPolicy(ApiModel):
    """What the V2 upsert did. `policy_id` is None in a dry run that would create, and where the answer lacks it."""

    policy_id: int | None = None
    dry_run: bool = False
    creating: bool = False
    updating: bool = False


class EnforcedOn(ApiModel):
    """How many data sources a policy of a search is enforced on."""

    count: int = 0


class PolicyHit(ApiModel):
    """A hit of the policy search. The key is there on some tenants only."""

    name: str
    policy_key: str | None = None
    type: str | None = None
    scope: str | None = None
    state: str | None = None
    created_by: str | None = None
    created_at: str | None = None
    global_policy_id: int | None = None
    policy_id: int | None = None
    data_source_id: int | None = None
    is_not_applied: bool | None = None
    enforced_on: EnforcedOn = Field(default_factory=EnforcedOn)


class Handler(ApiModel):
    """One version of the policies of a data source."""

    id: int
    data_source_id: int | None = None
    json_policies: list[dict[str, Any]] = Field(default_factory=list)


class PoliciesApi:
    """The calls of policies: V2 API, POST /api/v2/policy, and V1 API, /policy."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def save(self, payload: Mapping[str, Any], *, dry_run: bool = False, re_certify: bool = False) -> SavedPolicy:
        """Create or update the global policy with the payload's key (V2 API, POST /api/v2/policy).

        Parameters
            payload: the V2 body; `policyKey` is the identity. It states the policy completely.
            dry_run: only check; default False.
            re_certify: have data owners certify again where the certification changes; default False.

        It is an upsert by key and safely repeated. Raises a RequestFailed; InvalidRequest for what V2 does not accept.
        """
        flags = {"dryRun": dry_run, "reCertify": re_certify}
        params = {name: True for name, value in flags.items() if value}
        answer = self._client.request("POST", SAVE, params=params, json=dict(payload), idempotent=True)
        return SavedPolicy.read(f"POST {SAVE}", answer)

    def create(self, body: Mapping[str, Any]) -> Policy:
        """Create a global policy in V1's terms (V1 API, POST /policy/global).

        A repeated post would make a second one, so an attempt in doubt is looked for by its key first.
        """
        key = str(body["policyKey"])
        answer = self._client.request("POST", GLOBAL, json=dict(body), look=lambda: self._raw_of(key))
        return Policy.read(f"POST {GLOBAL}", answer)

    def update(self, policy_id: int, body: Mapping[str, Any]) -> Policy:
        """Replace a global policy in V1's terms (V1 API, PUT /policy/global/{policyId})."""
        path = GLOBAL + path_of(policy_id)
        return Policy.read(f"PUT {path}", self._client.request("PUT", path, json=dict(body)))

    def get(self, policy_id: int) -> Policy | None:
        """The global policy with this id; None when there is none or it is deleted (V1 API, GET)."""
        path = GLOBAL + path_of(policy_id)
        try:
            policy = Policy.read(f"GET {path}", self._client.request("GET", path))
        except NotFound:
            return None
        return None if policy.deleted else policy

    def find(self, key: str) -> Policy | None:
        """The global policy with exactly this key, None when there is none (V1 API, GET /policy/global).

        V1 has no look-up by key. Where its list leaves the key out, the candidates are read one by one.
        """
        for row in self._rows():
            candidate = Policy.read(f"GET {GLOBAL}", row)
            if candidate.policy_key is None:
                candidate = self.get(candidate.id) or candidate
            if candidate.key == key and not candidate.deleted:
                return self.get(candidate.id)
        return None

    def search(self, **filters: Any) -> list[PolicyHit]:
        """Global and local policies that match (V1 API, POST /policy/search).

        Parameters
            filters: by the API's names: `type`, `scope`, `searchText`; those that are None are left out.
        """
        params = {name: value for name, value in filters.items() if value is not None}
        found = items(self._client, SEARCH, envelope="hits", params=params, method="POST", key="")
        return [PolicyHit.read(f"POST {SEARCH}", item) for item in found]

    def applied_to(self, policy_id: int) -> int:
        """How many data sources the policy is applied to (V1 API, GET /policy/global/appliedTo/{policyId})."""
        path = GLOBAL + path_of("appliedTo", policy_id)
        answer = self._client.request("GET", path)
        return int(answer.get("count") or 0) if isinstance(answer, dict) else 0

    def delete(self, policy_id: int) -> None:
        """Delete a global policy; nothing to delete is fine (V1 API, DELETE /policy/global/{policyId})."""
        try:
            self._client.request("DELETE", GLOBAL + path_of(policy_id))
        except NotFound:
            return

    def handler(self, data_source_id: int) -> Handler | None:
        """The policies of a data source, None where it has none yet (V1 API, GET /policy/handler/{dataSourceId})."""
        path = path_of("policy", "handler", data_source_id)
        try:
            return Handler.read(f"GET {path}", self._client.request("GET", path))
        except NotFound:
            return None

    def local(self, data_source_id: int) -> list[dict[str, Any]] | None:
        """The data source's own policies, without those of global policies, None where there is no such data source.

        V1 API, GET /policy/dataSourcePolicies/{dataSourceId}.
        """
        path = path_of("policy", "dataSourcePolicies", data_source_id)
        try:
            answer = self._client.request("GET", path, params={"excludeGlobal": True, "retrieveAll": True})
        except NotFound:
            return None
        return [each for each in answer if isinstance(each, dict)] if isinstance(answer, list) else []

    def write_local(
        self, data_source_id: int, policies: Sequence[Mapping[str, Any]], handler_id: int | None
    ) -> Handler:
        """Replace the data source's own policies (V1 API, PUT /policy/handler/{dataSourceId})."""
        path = path_of("policy", "handler", data_source_id)
        present: dict[str, Any] = {"visibilitySchema": {"fields": []}} | (
            {} if handler_id is None else {"handlerId": handler_id}
        )
        body = {"jsonPolicies": [dict(each) for each in policies], "dataSourcePolicyHandler": present}
        return Handler.read(f"PUT {path}", self._client.request("PUT", path, json=body))

    def _rows(self) -> Iterator[dict[str, Any]]:
        return items(self._client, GLOBAL, envelope=None, params={"sortField": "createdAt", "sortOrder": "asc"})

    def _raw_of(self, key: str) -> dict[str, Any] | None:
        found = self.find(key)
        return None if found is None else found.model_dump(by_alias=True)
