"""Integrations: the data platforms that Immuta governs by itself. What is asked for is done after the answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from immuta_provider.api.answers import missing
from immuta_provider.api.calls import path_of
from immuta_provider.api.errors import NotFound, RequestFailed
from immuta_provider.api.model import ApiModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from immuta_provider.api.transport import Client

INTEGRATIONS: Final = "/integrations"
BUSY: Final = frozenset({"creating", "editing", "deleting", "migrating"})
FAILED: Final = frozenset({"createError", "editError", "deleteError", "migrateError"})
GONE: Final = frozenset({"deleted", "disabled"})
_NAMED: Final = re.compile(r"\(id = (\d+)\)")


class ValidationTest(ApiModel):
    """One thing that Immuta looked at on the platform."""

    name: str = ""
    status: str = ""
    message: str | None = None


class ValidationResults(ApiModel):
    """What Immuta found when it last looked at the platform."""

    status: str | None = None
    validation_tests: list[ValidationTest] = Field(default_factory=list)

    @property
    def failed(self) -> list[ValidationTest]:
        """The tests that failed."""
        return [test for test in self.validation_tests if test.status == "failed"]


class Outcome(ApiModel):
    """What a POST, PUT or DELETE answers; a dry run has no id."""

    id: str | None = None
    status: str | None = None
    validation_results: ValidationResults = Field(default_factory=ValidationResults)


class Integration(ApiModel):
    """An integration as the API returns it. What `config` holds depends on the type; secrets are mostly redacted."""

    id: str
    status: str
    type: str | None = None
    auto_bootstrap: bool | None = None
    validation_results: ValidationResults = Field(default_factory=ValidationResults)
    config: dict[str, Any] = Field(default_factory=dict)

    @property
    def gone(self) -> bool:
        """Whether it is none any more, although it can still be read."""
        return self.status in GONE


def named_id(error: RequestFailed) -> int | None:
    """The integration that a refusal names as the one in the way."""
    found = _NAMED.search(error.server_message)
    return int(found[1]) if found else None


class IntegrationsApi:
    """The calls of integrations: Integrations API, /integrations.

    What answers with a busy status has only begun: wait until `status` is another.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self) -> list[Integration]:
        """All integrations (Integrations API, GET /integrations, which has no pages)."""
        answer = self._client.request("GET", INTEGRATIONS)
        if not isinstance(answer, list):
            raise missing(f"GET {INTEGRATIONS}", "it is no list")
        found = (Integration.read(f"GET {INTEGRATIONS}", each) for each in answer)
        return [each for each in found if not each.gone]

    def get(self, identifier: int) -> Integration | None:
        """One integration, None where there is none (Integrations API, GET /integrations/{id})."""
        try:
            answer = self._client.request("GET", _path(identifier))
        except NotFound:
            return None
        found = Integration.read(f"GET {_path(identifier)}", answer)
        return None if found.gone else found

    def status(self, identifier: int) -> str | None:
        """The status alone, None where there is none (Integrations API, GET /integrations/{id}/status)."""
        path = _path(identifier, "status")
        try:
            answer = self._client.request("GET", path)
        except NotFound:
            return None
        status = answer.get("status") if isinstance(answer, dict) else None
        if not isinstance(status, str):
            raise missing(f"GET {path}", "there is no status")
        return None if status in GONE else status

    def create(self, body: Mapping[str, Any], *, look: Callable[[], Integration | None] | None = None) -> Outcome:
        """Begin to create an integration (Integrations API, POST /integrations).

        Parameters: `body`, with type, autoBootstrap and config; `look`, finds the integration after an answer was
        lost; without it such a request is not repeated. Raises Conflict or InvalidRequest where one is in the way,
        InvalidRequest where a validation test failed.
        """

        def made() -> Any:
            found = look() if look else None
            return None if found is None else found.model_dump(by_alias=True)

        answer = self._client.request("POST", INTEGRATIONS, json=dict(body), look=made if look else None)
        outcome = Outcome.read(f"POST {INTEGRATIONS}", answer)
        if outcome.id is None:
            raise missing(f"POST {INTEGRATIONS}", "there is no id")
        return outcome

    def update(self, identifier: int, body: Mapping[str, Any]) -> Outcome:
        """Begin to change an integration (Integrations API, PUT /integrations/{id}).

        Parameters: `body`, like that of `create` and whole: what it leaves out may be reset. Raises Conflict while
        something else is being done with it.
        """
        answer = self._client.request("PUT", _path(identifier), json=dict(body))
        return Outcome.read(f"PUT {_path(identifier)}", answer)

    def try_out(self, identifier: int | None, body: Mapping[str, Any]) -> Outcome:
        """Only run the validation tests of a creation, or of a change (dryRun=true of both)."""
        method, path = ("POST", INTEGRATIONS) if identifier is None else ("PUT", _path(identifier))
        answer = self._client.request(method, path, params={"dryRun": "true"}, json=dict(body), idempotent=True)
        return Outcome.read(f"{method} {path}", answer)

    def delete(self, identifier: int, credentials: Mapping[str, Any] | None = None, *, force: bool = False) -> None:
        """Begin to delete an integration; one that is gone is fine (Integrations API, DELETE /integrations/{id}).

        Parameters: `credentials`, those that it was set up with, where Immuta did that; `force`, leave the platform
        as it is. Raises Conflict while something else is being done with it.
        """
        params = {"forceDisable": "true"} if force else None
        body = dict(credentials) if credentials else None
        try:
            self._client.request("DELETE", _path(identifier), params=params, json=body)
        except NotFound:
            return

    def try_deletion(self, identifier: int, credentials: Mapping[str, Any] | None = None) -> Outcome:
        """Only run the validation tests of a deletion (Integrations API, DELETE /integrations/{id}?dryRun=true)."""
        path, body = _path(identifier), dict(credentials) if credentials else None
        answer = self._client.request("DELETE", path, params={"dryRun": "true"}, json=body)
        return Outcome.read(f"DELETE {path}", answer)

    def regenerate(self, identifier: int) -> str:
        """Make a new API key for the plugin of a Trino cluster and return it; the old one ends at once.

        Integrations API, POST /integrations/{id}/regenerate. Made twice, the second key is the one that counts.
        """
        path = _path(identifier, "regenerate")
        answer = self._client.request("POST", path, idempotent=True)
        key = answer.get("newKey") if isinstance(answer, dict) else None
        if not isinstance(key, str):
            raise missing(f"POST {path}", "there is no newKey")
        return key

    def script(self, kind: str, *, identifier: int | None = None, body: Mapping[str, Any] | None = None) -> str:
        """A script for the platform (Integrations API, POST /integrations/scripts/... and .../{id}/scripts/...).

        Parameters: `kind`, the last word of the path; `identifier`, for `edit` and `delete`; `body`, like that of
        `create`, for all but `delete`. It changes nothing.
        """
        path = (INTEGRATIONS if identifier is None else _path(identifier)) + path_of("scripts", kind)
        payload = None if body is None else dict(body)
        return _script(f"POST {path}", self._client.request("POST", path, json=payload, idempotent=True, text=True))


def _path(identifier: int, *segments: str) -> str:
    return INTEGRATIONS + path_of(identifier, *segments)


def _script(attempted: str, answer: Any) -> str:
    """The script, which is the answer itself or the only text in it."""
    if isinstance(answer, dict):
        texts = [each for each in answer.values() if isinstance(each, str)]
        if len(texts) == 1:
            return texts[0]
        raise missing(attempted, f"an object with {len(texts)} texts where one script was expected")
    if isinstance(answer, str):
        return answer
    raise missing(attempted, f"no script but {json.dumps(answer)[:80]}")
