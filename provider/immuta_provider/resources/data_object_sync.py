"""Syncs of data objects: work that Immuta does once, when the configuration asks for it, and how it ended.

A sync is no object that stays, so there is little to read and nothing to change: what is changed starts another one.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.api import NotFound
from immuta_provider.resources import discovered, protection, task_runs
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.import_ids import uuid
from immuta_provider.resources.timeouts import LongTimeouts, timeouts_attribute
from terraform_plugin import Context, DiagnosticError, Model, attribute
from terraform_plugin.validators import length

if TYPE_CHECKING:
    from immuta_provider.api.connection_tasks import Run, Task
    from immuta_provider.session import Session

OVER: Final = frozenset({task_runs.SUCCEEDED, "FAILED", "CANCELED"})
TELLS: Final = "it tells how one sync went, which is over"
ASKS: Final = "it says what is synced once, and nobody can change that afterwards"


class SyncError(Model):
    """Why a sync failed."""

    code: str | None = attribute(computed=True, unseen=TELLS, description="Immuta's code, such as `CONN005`.")
    message: str | None = attribute(computed=True, unseen=TELLS, description="Immuta's own words.")


class DataObjectSync(Model, validators=[discovered.type_needs_path]):
    """A sync of a connection's data objects: Immuta looks at the data platform and finds what is there.

    It runs when this resource is created, and again when `triggers` or what is synced change. Let what refers to the
    objects that it finds say `depends_on`. Destroying it undoes nothing; a run that has not ended is canceled.
    """

    id: str = attribute(computed=True, keep_state=True, description="The UUID of the task.")
    connection_key: str = attribute(
        required=True,
        requires_replace=True,
        validators=[length(1)],
        references=("immuta_connection", "id"),
        description="The key of the connection to sync.",
    )
    path: list[str] | None = attribute(
        requires_replace=True,
        unseen=ASKS,
        validators=[length(1), discovered.path_names],
        description="The names on the way to a data object, outermost first, to sync it and what is below it alone. It "
        "must have been discovered. Default: the whole connection.",
    )
    object_type: str | None = attribute(
        requires_replace=True,
        unseen=ASKS,
        validators=[length(1)],
        description="The type of the object at `path`. Only needed where another object has the same path.",
    )
    sync_all_data_objects: bool = attribute(
        default=False,
        requires_replace=True,
        unseen=ASKS,
        description="Sync all data objects, which finds new ones too. Left false, only those are looked at that "
        "policies are applied to (`sync_policy`, their own or inherited).",
    )
    triggers: dict[str, str | None] | None = attribute(
        requires_replace=True,
        unseen=ASKS,
        description="Any values; a change of one of them starts another sync. A destroy undoes nothing; it cancels a "
        "sync that has not ended.",
    )
    wait: bool = attribute(
        default=True,
        unseen="it lives in the configuration and the state only",
        description="Wait until the sync has ended, and fail where it fails. Changing it makes no request.",
    )
    run_id: str | None = attribute(
        computed=True, keep_state=True, unseen=TELLS, description="The UUID of the last run."
    )
    status: str | None = attribute(
        computed=True,
        keep_state=True,
        unseen=TELLS,
        description="How the sync stands: `PENDING`, `RUNNING`, `SUCCEEDED`, `FAILED` or `CANCELED`.",
    )
    message: str | None = attribute(
        computed=True, keep_state=True, unseen=TELLS, description="What Immuta says about a run that succeeded."
    )
    error: SyncError | None = attribute(
        computed=True, keep_state=True, unseen=TELLS, description="Why the last run failed, where it did."
    )
    joined: bool | None = attribute(
        computed=True,
        keep_state=True,
        unseen=TELLS,
        description="Whether the same sync was under way already, started by somebody else. A destroy leaves it alone.",
    )
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: LongTimeouts | None = timeouts_attribute(LongTimeouts)


class DataObjectSyncResource(ImmutaResource[DataObjectSync]):
    """The resource `immuta_data_object_sync`."""

    type_name = "immuta_data_object_sync"
    shared = True
    model = DataObjectSync
    local = ImmutaResource.local | {"wait"}
    identity = ("connection_key", "id")
    import_help = "the connection's key and the UUID of the task, joined by a slash"

    def label(self, values: dict[str, Any] | None) -> str:
        """The type and what is synced."""
        return discovered.label(self.type_name, values)

    def create_object(self, ctx: Context[DataObjectSync], plan: DataObjectSync) -> DataObjectSync:
        """Start a sync, or join the same one that is under way, and wait for its end."""
        session: Session = ctx.provider
        place = discovered.awaited(ctx, plan.connection_key, plan.path, plan.object_type) if plan.path else None
        path = place.object_path.wanted if place else None
        task = _started(ctx, plan, path)
        if task.joined and plan.wait and not _succeeded(session, plan, task):
            task = _started(ctx, plan, path)
        plan = plan.replace(joined=task.joined)
        if not plan.wait:
            return _state(session, plan, task, task_runs.latest(session, plan.connection_key, task.task_id))
        return _ended(ctx, plan, task.task_id)

    def read_object(self, ctx: Context[DataObjectSync], state: DataObjectSync) -> DataObjectSync | None:
        """Look how a sync stands that was not waited for. One that Immuta has forgotten stays as it is."""
        session: Session = ctx.provider
        task = session.connection_tasks.get(state.connection_key, state.id) if state.id else None
        if task is None:
            return None if session.connections.get(state.connection_key) is None else state
        if state.status in OVER:
            return state
        return _state(session, state, task, task_runs.latest(session, state.connection_key, state.id))

    def delete_object(self, ctx: Context[DataObjectSync], state: DataObjectSync) -> None:
        """Cancel the sync where it has not ended and was started here."""
        session: Session = ctx.provider
        if state.status in OVER or state.joined is not False:
            return
        run = task_runs.latest(session, state.connection_key, state.id)
        if run is not None and run.status not in OVER:
            with suppress(NotFound):
                session.connection_tasks.cancel(state.connection_key, state.id, run.run_id)

    def import_state(self, ctx: Context[DataObjectSync], import_id: str) -> DataObjectSync:
        """Find a sync by the task that did it."""
        session: Session = ctx.provider
        connection_key, _, identifier = import_id.removeprefix("key:").partition("/")
        named = bool(connection_key) and uuid(identifier) is None
        task = session.connection_tasks.get(connection_key, identifier) if named else None
        if task is None:
            raise DiagnosticError(
                f'There is no sync "{import_id}"',
                "Give the connection's key and the UUID of the task, joined by a slash. A sync need not be imported: "
                "creating one runs it.",
            )
        known = DataObjectSync(connection_key=connection_key, wait=True, joined=True, **_wanted(task.input or {}))
        return _state(session, known, task, task_runs.latest(session, connection_key, identifier))

    def import_identity(self, ctx: Context[DataObjectSync], identity: dict[str, Any]) -> DataObjectSync:
        """Find a sync by its connection and its task."""
        return self.import_state(ctx, f"{identity['connection_key']}/{identity['id']}")


def _started(ctx: Context[DataObjectSync], plan: DataObjectSync, path: dict[str, Any] | None) -> Task:
    session: Session = ctx.provider
    task = session.connection_tasks.create(
        plan.connection_key, object_path=path, sync_all_data_objects=plan.sync_all_data_objects
    )
    ctx.save(_state(session, plan.replace(joined=task.joined), task, None))
    return task


def _succeeded(session: Session, plan: DataObjectSync, task: Task) -> bool:
    """Whether a sync that somebody else started ended well."""
    ended = session.connection_tasks.wait(plan.connection_key, task.task_id)
    return ended is not None and ended.status == task_runs.SUCCEEDED


def _ended(ctx: Context[DataObjectSync], plan: DataObjectSync, identifier: str) -> DataObjectSync:
    session: Session = ctx.provider
    task = session.connection_tasks.wait(plan.connection_key, identifier, seen=lambda task: _tell(ctx, task))
    if task is None:
        raise DiagnosticError(
            f"The task of {ctx.label} disappeared before it ended",
            f"It was {identifier}. Its connection may have been deleted; run `terraform apply` again.",
        )
    run = task_runs.latest(session, plan.connection_key, identifier)
    state = _state(session, plan, task, run)
    ctx.save(state)
    if task.status != task_runs.SUCCEEDED:
        raise DiagnosticError(
            f"The sync of {ctx.label} did not succeed",
            f"{task_runs.outcome(session, task, run)} The next `terraform apply` syncs again.",
        )
    return state


def _tell(ctx: Context[DataObjectSync], task: Task) -> None:
    ctx.progress("waiting for the sync to end", task=task.task_id, status=task.status)


def _wanted(given: dict[str, Any]) -> dict[str, Any]:
    """What a task was asked for."""
    path, step = [], given.get("objectPath")
    while isinstance(step, dict):
        path.append(str(step.get("name", "")))
        step = step.get("child")
    return {"path": path or None, "sync_all_data_objects": bool(given.get("syncAllDataObjects"))}


def _state(session: Session, known: DataObjectSync, task: Task, run: Run | None) -> DataObjectSync:
    error = run.error if run else None
    said = session.client.masked
    return known.replace(
        id=task.task_id,
        run_id=run.run_id if run else None,
        status=task.status,
        message=said(run.result.message) if run and run.result else None,
        error=SyncError(code=error.code, message=said(error.message)) if error else None,
    )
