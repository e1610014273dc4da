"""Tasks of a connection: the work that Immuta does on its own, and the runs that tell how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.api.calls import path_of
from immuta_provider.api.cursors import items
from immuta_provider.api.errors import Conflict, NotFinished, NotFound
from immuta_provider.api.model import ApiModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from immuta_provider.api.transport import Client

CONNECTIONS: Final = "/api/connections"
DATA_OBJECT_SYNC: Final = "DATA_OBJECT_SYNC"
SUCCEEDED: Final = "SUCCEEDED"
TERMINAL: Final = frozenset({SUCCEEDED, "FAILED", "CANCELED"})


class Task(ApiModel):
    """A task. What came of it is told by its runs.

    `joined` is not of the API: True where `create` found the same work under way already.
    """

    task_id: str
    type: str
    status: str
    trigger: str | None = None
    created_by: str | None = None
    created_at: str | None = None
    parent_id: str | None = None
    input: dict[str, Any] | None = None
    joined: bool = False

    @property
    def finished(self) -> bool:
        """Whether the task has ended, well or not."""
        return self.status in TERMINAL


class RunResult(ApiModel):
    """What a run that succeeded has to say."""

    message: str = ""
    details: Any = None


class RunError(ApiModel):
    """Why a run failed."""

    code: str = ""
    message: str = ""
    details: Any = None


class Run(ApiModel):
    """One attempt at a task."""

    run_id: str
    status: str
    created_at: str | None = None
    updated_at: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    canceled_by: str | None = None
    result: RunResult | None = None
    error: RunError | None = None


class ConnectionTasksApi:
    """The calls of tasks and runs: Connections API, /api/connections/{connectionKey}/tasks."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, connection_key: str, task_id: str) -> Task | None:
        """A task; None where it, or its connection, is gone (Connections API, GET .../tasks/{taskId})."""
        path = _tasks(connection_key, task_id)
        try:
            return Task.read(f"GET {path}", self._client.request("GET", path))
        except NotFound:
            return None

    def create(
        self,
        connection_key: str,
        *,
        object_path: Mapping[str, Any] | None = None,
        sync_all_data_objects: bool = False,
    ) -> Task:
        """Start a sync of data objects, the one type that can be made (Connections API, POST .../tasks).

        Parameters
            connection_key: the connection.
            object_path: {"name", "type", "child"} from the outermost container inwards; None syncs everything.
            sync_all_data_objects: also those without policy sync; default False.

        The same sync that is under way already is returned with `joined`, so a repeated request does no harm.
        """
        path = _tasks(connection_key)
        wanted: dict[str, Any] = {"syncAllDataObjects": sync_all_data_objects}
        if object_path is not None:
            wanted["objectPath"] = dict(object_path)
        try:
            body = {"type": DATA_OBJECT_SYNC, "input": wanted}
            return Task.read(f"POST {path}", self._client.request("POST", path, json=body, idempotent=True))
        except Conflict as error:
            return self._under_way(connection_key, error)

    def runs(self, connection_key: str, task_id: str, *, status: str | None = None) -> list[Run]:
        """The runs of a task, newest first (Connections API, GET .../tasks/{taskId}/runs).

        Raises NotFound where there is no such connection or task.
        """
        path = _tasks(connection_key, task_id, "runs")
        found = items(self._client, path, envelope="runs", key="runId", params=_params((), {"status": status}))
        return [Run.read(f"GET {path}", each) for each in found]

    def cancel(self, connection_key: str, task_id: str, run_id: str) -> str:
        """Ask for the end of a run and return the server's words; look at the run for what comes of it.

        Connections API, POST .../tasks/{taskId}/runs/{runId}/_cancel. Raises NotFound where there is no such run.
        """
        path = _tasks(connection_key, task_id, "runs", run_id, "_cancel")
        answer = self._client.request("POST", path, idempotent=True)
        return str(answer.get("message", "")) if isinstance(answer, dict) else ""

    def wait(self, connection_key: str, task_id: str, *, seen: Callable[[Task], None] | None = None) -> Task | None:
        """Poll a task until it has ended; None where it, or its connection, is gone.

        Parameters: `seen` is called with the task each time it was looked at. Raises NotFinished when the time given
        by `Client.within` is used up, Interrupted when the client is asked to stop.
        """
        task: Task | None = None
        for _ in self._client.turns():
            task = self.get(connection_key, task_id)
            if task is None or task.finished:
                return task
            if seen is not None:
                seen(task)
        last = f"{task.type} is {task.status}" if task else ""
        raise NotFinished(f"the task {task_id} of the connection {connection_key}", last)

    def list(
        self, connection_key: str, *, sort: tuple[str, ...] = (), filters: Mapping[str, str | None] | None = None
    ) -> list[Task]:
        """The tasks of a connection, newest first (Connections API, GET .../tasks).

        Parameters
            connection_key: the connection.
            sort: one to three of `field:asc` and `field:desc`; fields are type, status, createdBy and createdAt.
            filters: one value each of type, status, trigger, createdBy and parentId; None counts as absent.

        Raises NotFound where there is no such connection.
        """
        path = _tasks(connection_key)
        params = _params(sort, filters or {})
        found = items(self._client, path, envelope="tasks", key="taskId", params=params)
        return [Task.read(f"GET {path}", each) for each in found]

    def _under_way(self, connection_key: str, refusal: Conflict) -> Task:
        named = refusal.answer.get("taskId") if isinstance(refusal.answer, dict) else None
        task = self.get(connection_key, named) if isinstance(named, str) else None
        if task is None:
            raise refusal
        task.joined = True
        return task


def _tasks(connection_key: str, *segments: str) -> str:
    return CONNECTIONS + path_of(connection_key, "tasks", *segments)


def _params(sort: tuple[str, ...], filters: Mapping[str, str | None]) -> dict[str, Any]:
    given = {f"filter[{name}]": value for name, value in filters.items() if value is not None}
    return {"sort": list(sort) or None, **given}
