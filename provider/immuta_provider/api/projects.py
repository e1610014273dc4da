"""Projects: written with the V2 API, read, disabled and deleted with the V1 API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import AliasChoices, Field

from immuta_provider.api import subscription
from immuta_provider.api.calls import path_of
from immuta_provider.api.errors import NotFound
from immuta_provider.api.model import ApiModel, Named
from immuta_provider.api.paging import items

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from immuta_provider.api.transport import Client

SAVE = "/api/v2/project"
PROJECTS = "/project"


class Project(ApiModel):
    """A project as V1 returns it. `deleted` is True for a disabled project; a hit of a list lacks many attributes."""

    id: int
    name: str
    project_key: str | None = None
    description: str | None = None
    documentation: str | None = None
    status: str | None = None
    type: str | None = None
    deleted: bool = False
    allow_masked_joins: bool = False
    purposes: list[Named] = Field(default_factory=list)
    staged_purposes: list[Named] = Field(default_factory=list)
    tags: list[Named] = Field(default_factory=list)
    subscription_type: str | None = None
    subscription_policy: dict[str, Any] | None = None
    subscription_id: int | None = None
    acknowledge_required: bool | None = None
    equalization: Any = None
    is_equalized: bool | None = None
    workspace: Any = None
    snowflake: Any = None
    workspace_warnings: list[str] = Field(default_factory=list)
    created_at: str | None = None
    updated_at: str | None = None

    @property
    def purpose_names(self) -> frozenset[str]:
        """Full names of the purposes, staged ones included, deleted ones not."""
        return frozenset(item.name for item in (*self.purposes, *self.staged_purposes) if not item.deleted)

    @property
    def tag_names(self) -> frozenset[str]:
        """Full names of the tags."""
        return frozenset(tag.name for tag in self.tags if not tag.deleted)

    @property
    def subscription(self) -> subscription.SubscriptionPolicy:
        """Who may join, in the terms of V2."""
        attempted = f"GET {PROJECTS}/{self.id}"
        return subscription.from_v1(attempted, self.subscription_type, self.subscription_policy)


class ProjectDataSource(ApiModel):
    """A data source as a member of a project."""

    data_source_name: str
    data_source_id: int
    deleted: bool = False
    derived: bool = Field(
        default=False, validation_alias=AliasChoices("derivedInThisProject", "derivedThisProject", "derived")
    )


class SavedProject(ApiModel):
    """What the V2 upsert did. `id` is None in a dry run that would create."""

    id: int | None = Field(default=None, validation_alias=AliasChoices("projectId", "id"))
    dry_run: bool = False
    creating: bool = False
    updating: bool = False
    number_of_data_sources_added: int = 0
    number_of_data_sources_removed: int = 0
    creating_workspace: bool = False
    deleting_workspace: bool = False


class ProjectsApi:
    """The calls of projects: V2 API, POST /api/v2/project, and V1 API, /project and /tag/project."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def save(
        self,
        payload: Mapping[str, Any],
        *,
        dry_run: bool = False,
        delete_data_sources_on_workspace_delete: bool = False,
    ) -> SavedProject:
        """Create or update the project with the payload's key (V2 API, POST /api/v2/project).

        Parameters
            payload: the V2 body; `projectKey` is the identity. The V2 API resets what is left out.
            dry_run: only check; default False.
            delete_data_sources_on_workspace_delete: when the workspace goes, delete its data too; default False.

        It is an upsert by key and safely repeated. Raises a RequestFailed; AcknowledgementRequired when the caller has
        not accepted the text of a purpose.
        """
        flags = {"dryRun": dry_run, "deleteDataSourcesOnWorkspaceDelete": delete_data_sources_on_workspace_delete}
        params = {name: True for name, value in flags.items() if value}
        answer = self._client.request("POST", SAVE, params=params, json=dict(payload), idempotent=True)
        saved = SavedProject.read(f"POST {SAVE}", answer)
        if saved.id is None and not dry_run:
            found = self.find(str(payload["projectKey"]), name=payload.get("name"))
            saved.id = None if found is None else found.id
        return saved

    def get(self, project_id: int) -> Project | None:
        """The project with this id, also when disabled; None when there is none (V1 API, GET /project/{id})."""
        path = PROJECTS + path_of(project_id)
        try:
            return Project.read(f"GET {path}", self._client.request("GET", path))
        except NotFound:
            return None

    def find(self, key: str, *, name: str | None = None) -> Project | None:
        """The project with exactly this key, also when disabled; None when there is none (V1 API, GET /project).

        V1 has no look-up by key, and its lists may leave the key out: such candidates are read one by one. `name` is
        the name that the project probably has; its namesakes are tried first.
        """
        tried: set[int] = set()
        for hit in self._candidates(name):
            if hit.id in tried or (hit.project_key is not None and hit.project_key != key):
                continue
            tried.add(hit.id)
            project = self.get(hit.id)
            if project is not None and project.project_key == key:
                return project
        return None

    def data_source_names(self, project_id: int) -> list[str]:
        """Names of the data sources that were put into the project (V1 API, GET /project/{id}/dataSources).

        Those that the server derives inside the project, and deleted ones, are left out.
        """
        path = path_of("project", project_id, "dataSources")
        found = items(self._client, path, envelope="dataSources", key="dataSourceId")
        members = [ProjectDataSource.read(f"GET {path}", item) for item in found]
        return [each.data_source_name for each in members if not (each.derived or each.deleted)]

    def list(self) -> list[Project]:
        """All projects as lists show them, disabled ones included where the tenant lists them (V1 API)."""
        return [*self._search()]

    def update(self, project_id: int, changes: Mapping[str, Any]) -> Project:
        """Change the attributes in `changes`, leave the others (V1 API, PUT /project/{id})."""
        path = PROJECTS + path_of(project_id)
        return Project.read(f"PUT {path}", self._client.request("PUT", path, json=dict(changes)))

    def delete(self, project_id: int) -> bool:
        """Disable the project, then delete it for good (V1 API, DELETE /project/{id}, at most twice).

        Returns whether it is gone: True also when there was none.
        """
        return self._delete_once(project_id) or self._delete_once(project_id)

    def remove_tag(self, project_id: int, tag: str) -> None:
        """Take a tag off; nothing to take off is fine (V1 API, DELETE /tag/project/{id}/{tag})."""
        try:
            self._client.request("DELETE", path_of("tag", "project", project_id, tag))
        except NotFound:
            return

    def acknowledge(self, project_id: int, subscription_id: int) -> None:
        """Accept the text of the project's purposes as the caller (V1 API, POST /project/{id}/members/.../acknowledge).

        `subscription_id` is the caller's own: `Project.subscription_id`.
        """
        path = path_of("project", project_id, "members", subscription_id, "acknowledge")
        self._client.request("POST", path, json={}, idempotent=True)

    def _delete_once(self, project_id: int) -> bool:
        path = PROJECTS + path_of(project_id)
        try:
            answer = self._client.request("DELETE", path)
        except NotFound:
            return True
        return isinstance(answer, dict) and answer.get("hardDelete") is True

    def _candidates(self, name: str | None) -> Iterator[Project]:
        if name:
            yield from (hit for hit in self._search(searchText=name, nameOnly=True) if hit.name == name)
        yield from self._search()

    def _search(self, **params: Any) -> Iterator[Project]:
        for item in items(self._client, PROJECTS, envelope="hits", params=params):
            yield Project.read(f"GET {PROJECTS}", item)
