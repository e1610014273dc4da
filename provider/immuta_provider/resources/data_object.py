"""Data objects: found by their connection and path, never created; what is managed are their own settings.

A setting of an object's own overrides what it inherits from the objects above it and from the connection. Only such
settings are compared: one that is inherited is neither shown nor a difference.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.api import NotFound
from immuta_provider.resources import (
    discovered,
    existing,
    extra_json,
    import_ids,
    owners,
    protection,
    tag_names,
    task_runs,
)
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.names import all_trimmed
from immuta_provider.resources.owners import Owner
from immuta_provider.resources.timeouts import LongTimeouts, timeouts_attribute
from terraform_plugin import Context, DiagnosticError, Model, attribute, is_unknown
from terraform_plugin.validators import length
from terraform_plugin.values import composed

if TYPE_CHECKING:
    from immuta_provider.api import data_objects as api
    from immuta_provider.api.connection_tasks import Task
    from immuta_provider.session import Session

UNMANAGED_WHEN_UNSET: Final = ("owners", "tags")
NOTHING: Final[frozenset[Any]] = frozenset()


class DataObject(Model):
    """The settings of a data object (a database, schema, table, ...) that a sync of its connection has discovered.

    It is found by the names on the way to it, and has to be there: let an `immuta_data_object_sync` come first. What is
    set here holds for the object and for everything below it that has no setting of its own.
    """

    id: str = attribute(computed=True, keep_state=True, description="The UUID that Immuta gave the object.")
    connection_key: str = attribute(
        required=True,
        requires_replace=True,
        validators=[length(1)],
        references=("immuta_connection", "id"),
        description="The key of the connection that the object belongs to.",
    )
    path: list[str] = attribute(
        required=True,
        requires_replace=True,
        validators=[length(1), discovered.path_names],
        description='The names on the way to the object, outermost first: `["SALES", "PUBLIC", "ORDERS"]`. Spelled '
        "as the data platform has them. A sync must have discovered the object: of a new connection one runs by itself "
        "and is waited for, otherwise let an `immuta_data_object_sync` come first.",
    )
    object_type: str | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        requires_replace=True,
        validators=[length(1)],
        same=discovered.same_type,
        description="The type, such as `TABLE` (API name: `type`). Only needed where another object has the same path.",
    )
    sync_policy: bool | None = attribute(
        description="Whether policies are applied to the object, and to what is below it and says nothing else. Left "
        "unset it is inherited, and a value that somebody sets is taken away."
    )
    owners: set[Owner] | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        description="The object's own owners. Left unset they are not managed; `[]` means that it has none of its own.",
    )
    tags: set[str] | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        validators=[all_trimmed],
        description="Whole names of the object's own tags. Left unset they are not managed; `[]` means that it has "
        "none of its own. Inherited tags do not count.",
    )
    on_destroy: str = attribute(
        default="inherit",
        one_of=("inherit", "delete"),
        unseen="it lives in the configuration and the state only",
        description="What a destroy does: `inherit` takes the managed settings away, so that the object inherits them "
        "again; `delete` deletes the object from Immuta, with everything below it. A replacement is a destroy too.",
    )
    managed_settings: set[str] | None = attribute(
        computed=True,
        keep_state=True,
        unseen="it follows from the configuration",
        description="Which of `owners` and `tags` the configuration manages. A destroy takes away only these.",
    )
    remote_id: str | None = attribute(
        computed=True, keep_state=True, description="How the data platform itself identifies the object."
    )
    normalized_type: str | None = attribute(
        computed=True, keep_state=True, description="The type in Immuta's own words, the same for all platforms."
    )
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: LongTimeouts | None = timeouts_attribute(LongTimeouts)
    extra_json: str | None = extra_json.extra_json_attribute(
        "`PATCH /api/connections/{connectionKey}/dataObjects/{id}`"
    )


class DataObjectResource(ImmutaResource[DataObject]):
    """The resource `immuta_data_object`."""

    type_name = "immuta_data_object"
    model = DataObject
    local = ImmutaResource.local | {"on_destroy", "managed_settings"}
    identity = ("connection_key", "path")
    import_help = (
        "the connection's key and the path, joined by slashes (`warehouse/SALES/PUBLIC/ORDERS`; a slash in a name is "
        "`%2F`, a percent sign `%25`), or `id:` and the UUID"
    )

    def label(self, values: dict[str, Any] | None) -> str:
        """The type and the whole way to the object."""
        return discovered.label(self.type_name, values)

    def plan_object(self, ctx: Context[DataObject], prior: DataObject | None, planned: DataObject) -> DataObject:  # noqa: ARG002 - part of the protocol
        """Note what is managed, which a destroy has to know."""
        managed = (name for name in UNMANAGED_WHEN_UNSET if getattr(ctx.config, name) is not None)
        return planned.replace(managed_settings=frozenset(managed))

    def create_object(self, ctx: Context[DataObject], plan: DataObject) -> DataObject:
        """Find the object and write its settings, unless it has others of its own."""
        wanted_type = None if is_unknown(plan.object_type) else plan.object_type
        found = discovered.awaited(ctx, plan.connection_key, plan.path, wanted_type)
        present = _state(plan, found)
        free = {name for name in ("sync_policy", *UNMANAGED_WHEN_UNSET) if getattr(present, name) in (None, NOTHING)}
        existing.adopt(
            ctx,
            plan,
            present,
            key=import_ids.joined(plan.connection_key, *plan.path),
            ignore=self.local | free | {"extra_json"},
            update=lambda _, wanted: wanted,
        )
        return _written(ctx, plan, found)

    def read_object(self, ctx: Context[DataObject], state: DataObject) -> DataObject | None:
        """Get the object by its id. One that a sync has found anew has another id and is the same object."""
        found = _present(ctx.provider, state)
        return None if found is None else _state(state, found)

    def update_object(
        self,
        ctx: Context[DataObject],
        prior: DataObject,  # noqa: ARG002 - part of the protocol
        plan: DataObject,
    ) -> DataObject:
        """Write what differs."""
        found = _present(ctx.provider, plan)
        if found is None:
            raise discovered.missing(ctx.provider, plan.connection_key, plan.path, plan.object_type)
        return _written(ctx, plan, found)

    def delete_object(self, ctx: Context[DataObject], state: DataObject) -> None:
        """Have the object inherit again what was managed, or delete it, as the configuration said."""
        found = _present(ctx.provider, state)
        if found is None:
            return
        if state.on_destroy == "delete":
            _delete(ctx, found)
        else:
            _release(ctx.provider, state, found)

    def import_state(self, ctx: Context[DataObject], import_id: str) -> DataObject:
        """Find the object by connection and path, or by its id."""
        session: Session = ctx.provider
        if import_id.startswith("id:"):
            return _imported(_by_id(session, import_id.removeprefix("id:")))
        key = import_ids.parse(import_id).key or ""
        connection_key, *path = import_ids.segments(key)
        if not (connection_key and path and all(path)):
            raise DiagnosticError(
                f'"{import_id}" does not name a data object',
                "Give the connection's key and the path, joined by slashes, such as `warehouse/SALES/PUBLIC/ORDERS`.",
            )
        found = discovered.find(session, connection_key, path, None)
        if found is None:
            raise discovered.missing(session, connection_key, path, None)
        return _imported(found)

    def import_identity(self, ctx: Context[DataObject], identity: dict[str, Any]) -> DataObject:
        """Find the object by connection and path."""
        return self.import_state(ctx, "key:" + import_ids.joined(identity["connection_key"], *identity["path"]))


def _by_id(session: Session, identifier: str) -> api.DataObject:
    """The object with an id. The API asks for its connection too, so each is tried."""
    tried = (session.data_objects.get(each.connection_key, identifier) for each in session.connections.list())
    found = next((each for each in tried if each is not None), None)
    if found is None:
        raise DiagnosticError(
            f'No connection has a data object with the id "{identifier}"',
            "Objects get new ids when they are discovered anew. Give the connection's key and the path instead, such "
            "as `warehouse/SALES/PUBLIC/ORDERS`.",
        )
    return found


def _imported(found: api.DataObject) -> DataObject:
    """An imported object: what it has of its own counts as managed, until a plan says otherwise."""
    state = _state(DataObject(connection_key=found.connection_key), found)
    return state.replace(managed_settings=frozenset(name for name in UNMANAGED_WHEN_UNSET if getattr(state, name)))


def _present(session: Session, known: DataObject) -> api.DataObject | None:
    """The object by its id, else whatever is at its path now."""
    objects = session.data_objects
    found = objects.get(known.connection_key, known.id) if known.id else None
    if found is not None and found.at(known.path):
        return found
    return discovered.again(session, known.connection_key, known.path, known.object_type)


def _written(ctx: Context[DataObject], plan: DataObject, found: api.DataObject) -> DataObject:
    """The object after the settings that differ were written."""
    session: Session = ctx.provider
    changes = extra_json.merged(_changes(session, plan, found), plan.extra_json)
    if changes:
        found = session.data_objects.update(found.connection_key, found.id, changes)
    return _state(plan, found)


def _changes(session: Session, plan: DataObject, found: api.DataObject) -> dict[str, Any]:
    present = _state(plan, found)
    managed = plan.managed_settings or NOTHING
    settings: dict[str, Any] = {}
    if plan.sync_policy != present.sync_policy:
        settings["syncPolicy"] = plan.sync_policy
    if "owners" in managed and plan.owners != present.owners:
        settings["owners"] = owners.body(plan.owners or ()) or None
    tags = _tag_changes(session, plan.tags or NOTHING, found) if "tags" in managed else {}
    return {name: part for name, part in (("settings", settings), ("tags", tags)) if part}


def _tag_changes(session: Session, wanted: set[str] | frozenset[str], found: api.DataObject) -> dict[str, Any]:
    carried = {composed(tag.name): tag.id for tag in found.direct_tags}
    add = [{"id": tag_names.identifier(session, name)} for name in sorted(wanted - carried.keys())]
    remove = [{"id": carried[name]} for name in sorted(carried.keys() - wanted)]
    return {name: part for name, part in (("add", add), ("remove", remove)) if part}


def _release(session: Session, state: DataObject, found: api.DataObject) -> None:
    """Take away what was managed and is the object's own."""
    managed = state.managed_settings or NOTHING
    settings: dict[str, Any] = {}
    if found.direct_sync_policy is not None:
        settings["syncPolicy"] = None
    if "owners" in managed and found.direct_owners:
        settings["owners"] = None
    ours = (state.tags or NOTHING) if "tags" in managed else NOTHING
    remove = [{"id": tag.id} for tag in found.direct_tags if composed(tag.name) in ours]
    tags = {"remove": remove} if remove else {}
    changes = {name: part for name, part in (("settings", settings), ("tags", tags)) if part}
    if changes:
        with suppress(NotFound):
            session.data_objects.update(found.connection_key, found.id, changes)


def _delete(ctx: Context[DataObject], found: api.DataObject) -> None:
    session: Session = ctx.provider
    task = session.data_objects.delete(found.connection_key, found.id)
    ended = _ended(ctx, found.connection_key, task) if task else None
    if ended is None or ended.status == task_runs.SUCCEEDED:
        return
    run = task_runs.latest(session, found.connection_key, ended.task_id)
    raise DiagnosticError(
        f"Cannot delete {ctx.label}",
        f"{task_runs.outcome(session, ended, run)} Mend what it names and run `terraform destroy` again.",
    )


def _ended(ctx: Context[DataObject], connection_key: str, task_id: str) -> Task | None:
    session: Session = ctx.provider

    def tell(task: Task) -> None:
        ctx.progress("waiting for the deletion", task=task.task_id, status=task.status)

    return session.connection_tasks.wait(connection_key, task_id, seen=tell)


def _own_settings(found: api.DataObject) -> dict[str, Any]:
    """What the object returns, with its own settings in the form in which they are written."""
    shown = found.model_dump(by_alias=True)
    settings = {name: _own(value) for name, value in (shown.get("settings") or {}).items()}
    return {**shown, "settings": settings}


def _own(value: Any) -> Any:
    if isinstance(value, list):
        return [each for each in value if not (isinstance(each, dict) and each.get("inheritedFrom"))]
    if isinstance(value, dict) and "value" in value:
        return None if value.get("inheritedFrom") else value["value"]
    return value


def _state(known: DataObject, found: api.DataObject) -> DataObject:
    """The object as the API has it, its own settings alone."""
    return known.replace(
        id=found.id,
        path=list(found.object_path.names),
        object_type=found.type,
        sync_policy=found.direct_sync_policy,
        owners=owners.state(found.direct_owners),
        tags=frozenset(tag.name for tag in found.direct_tags),
        remote_id=found.remote_id,
        normalized_type=found.normalized_type,
        extra_json=extra_json.read_back(known.extra_json, _own_settings(found)),
    )
