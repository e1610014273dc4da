"""The search for data objects, in the API's own filter grammar.

The API takes certain sets of conditions and no other. What does not fit is refused before it is sent, and a path may
leave the types out, which the API wants to have: they are looked up then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.data_sources.data_object import DataObjectFacts, facts, place
from immuta_provider.resources import discovered, tag_names
from immuta_provider.resources.import_ids import uuid
from immuta_provider.resources.names import all_trimmed
from terraform_plugin import Context, DataSource, DiagnosticError, Model, Path, attribute, is_unknown
from terraform_plugin.validators import at_most_one_of, between, length

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from immuta_provider.api import data_objects as api
    from immuta_provider.session import Session
    from terraform_plugin.schema import Block

TECHNOLOGIES: Final = (
    *("PostgreSQL", "Oracle", "MySQL", "MariaDB", "Glue", "Databricks", "Snowflake", "SQLServer", "Teradata", "Trino"),
    "Redshift",
)
ONLY: Final[dict[str, frozenset[str]]] = {
    "remote_id": frozenset(),
    "object_path": frozenset(),
    "parent_id": frozenset(),
    "simple_object_path": frozenset({"object_type"}),
}
CONDITIONS: Final = ("name", "object_type", "parent_object_path", *ONLY)


class Step(Model):
    """One step of the way to a data object."""

    name: str = attribute(required=True, validators=[length(1)], description="The name.")
    type: str | None = attribute(
        validators=[length(1)],
        description="The type, such as `DATABASE`. Left out of any step, all types are looked up, for which "
        "`connection_key` must be set.",
    )


class Host(Model):
    """The data platform of a connection."""

    host: str = attribute(required=True, validators=[length(1)], description="The name of the host.")
    port: int = attribute(required=True, validators=[between(1, 65535)], description="The port.")
    technology: str = attribute(required=True, one_of=TECHNOLOGIES, description="The technology.")


class TagFilter(Model):
    """Which tags objects carry."""

    include: set[str] | None = attribute(
        validators=[all_trimmed], description="Whole names of tags that an object must carry, all of them."
    )
    exclude: set[str] | None = attribute(
        validators=[all_trimmed], description="Whole names of tags that an object must not carry, none of them."
    )


class ListedDataObject(DataObjectFacts):
    """A data object that was found."""

    id: str | None = attribute(computed=True, description="The UUID that Immuta gave the object.")
    connection_key: str | None = attribute(computed=True, description="The key of its connection.")
    path: list[str] | None = attribute(computed=True, description="The names on the way to it, outermost first.")
    object_type: str | None = attribute(computed=True, description="The type, such as `TABLE`.")


def one_grammar(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    """The sets of conditions that the API knows: some stand alone, the others may be combined."""
    known = {name for name, value in values.items() if value is not None and not is_unknown(value)}
    given = [name for name in CONDITIONS if name in known]
    if not given and not any(is_unknown(values.get(name)) for name in CONDITIONS):
        yield None, f"one of {', '.join(CONDITIONS)} must be set"
    for name in [name for name in ONLY if name in given]:
        for other in [other for other in given if other not in {name, *ONLY[name]}]:
            yield other, f"it cannot be combined with {name}"
    if "parent_id" in given and values.get("connection_key") is None:
        yield "connection_key", "parent_id needs it"
    if "parent_id" in given and "tags" in known:
        yield "tags", "it cannot be combined with parent_id"


class DataObjectSearch(Model, validators=[one_grammar, at_most_one_of("connection_key", "connection_host")]):
    """Searches the data objects that syncs have discovered.

    `name`, `object_type` and `parent_object_path` can be combined, `object_type` with `simple_object_path` too; every
    other condition stands alone. All of them match exactly. Without a connection all connections are searched.
    """

    connection_key: str | None = attribute(
        validators=[length(1)],
        references=("immuta_connection", "connection_key"),
        description="Only objects of the connection with this key.",
    )
    connection_host: Host | None = attribute(
        description="Only objects of connections to this host (API name: `connection`)."
    )
    name: str | None = attribute(
        validators=[length(1)],
        description="Only objects of exactly this name. Can be combined with `object_type` and `parent_object_path`; "
        "every other condition but the connection and the tags stands alone.",
    )
    object_type: str | None = attribute(
        validators=[length(1)], description="Only objects of exactly this type, such as `table`."
    )
    remote_id: str | None = attribute(
        validators=[length(1)], description="Only what the data platform itself identifies so."
    )
    object_path: list[Step] | None = attribute(
        validators=[length(1)], description="Only the object at the end of this way, outermost step first."
    )
    parent_object_path: list[Step] | None = attribute(
        description="Only what is directly below this object, outermost step first; `[]` for what is at the top."
    )
    parent_id: str | None = attribute(
        validators=[uuid], description="Only what is directly below the object with this UUID."
    )
    simple_object_path: list[str] | None = attribute(
        validators=[discovered.path_names],
        deprecated="Immuta will remove it in favor of object_path.",
        description="Only objects whose path has these names.",
    )
    tags: TagFilter | None = attribute(description="Only objects that carry certain tags, or do not.")
    data_objects: list[ListedDataObject] | None = attribute(
        computed=True, description="The objects, by connection and path."
    )


class DataObjectsDataSource(DataSource[DataObjectSearch]):
    """The data source `immuta_data_objects`."""

    type_name = "immuta_data_objects"
    model = DataObjectSearch
    label_attributes = ("name", "connection_key")

    def read(self, ctx: Context[DataObjectSearch], config: DataObjectSearch) -> DataObjectSearch:
        """Search them."""
        ordered = sorted(_found(ctx.provider, config), key=lambda each: (each.connection_key, each.object_path.names))
        return config.replace(data_objects=[ListedDataObject(**place(each), **facts(each)) for each in ordered])


def _found(session: Session, config: DataObjectSearch) -> Iterator[api.DataObject]:
    if config.parent_id is not None:
        return session.data_objects.children(str(config.connection_key), config.parent_id)
    wanted: dict[str, Any] = {
        "name": config.name,
        "objectType": config.object_type,
        "remoteId": config.remote_id,
        "simpleObjectPath": config.simple_object_path,
    }
    if config.object_path is not None:
        wanted["objectPath"] = _path(session, config, config.object_path, "object_path")
    if config.parent_object_path is not None:
        wanted["parentObjectPath"] = _path(session, config, config.parent_object_path, "parent_object_path")
    return session.data_objects.search(
        {name: value for name, value in wanted.items() if value is not None},
        connection=_connection(config),
        tags=_tags(session, config.tags) if config.tags else None,
    )


def _connection(config: DataObjectSearch) -> dict[str, Any] | None:
    if config.connection_key is not None:
        return {"connectionKey": config.connection_key}
    host = config.connection_host
    return None if host is None else {"host": host.host, "port": host.port, "technology": host.technology}


def _tags(session: Session, tags: TagFilter) -> dict[str, list[int]]:
    sets = (("include", tags.include), ("exclude", tags.exclude))
    return {name: [tag_names.identifier(session, each) for each in sorted(names)] for name, names in sets if names}


def _path(session: Session, config: DataObjectSearch, steps: list[Step], name: str) -> dict[str, Any]:
    """The way as the API has it: nested from the outermost step inwards."""
    names = [step.name for step in steps]
    if all(step.type for step in steps):
        nested: dict[str, Any] = {}
        for step in reversed(steps):
            nested = {"name": step.name, "type": step.type, **({"child": nested} if nested else {})}
        return nested
    if config.connection_key is None:
        raise DiagnosticError(
            f"Cannot look up the types of {'/'.join(names)}",
            "Give the `type` of every step, or the `connection_key`.",
            Path(name),
        )
    found = discovered.find(session, config.connection_key, names, steps[-1].type)
    if found is None:
        raise discovered.missing(session, config.connection_key, names, steps[-1].type)
    return found.object_path.wanted
