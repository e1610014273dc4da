"""The look-up of one data object, by its connection and path or by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import discovered
from terraform_plugin import Context, DataSource, DiagnosticError, Model, attribute
from terraform_plugin.validators import exactly_one_of, length

if TYPE_CHECKING:
    from immuta_provider.api import data_objects as api
    from immuta_provider.session import Session


class InheritedFrom(Model):
    """Where a setting comes from."""

    type: str | None = attribute(computed=True, description="`CONNECTION` or `DATA_OBJECT`.")
    id: str | None = attribute(computed=True, description="The key of the connection, or the UUID of the data object.")


class OwnerInEffect(Model):
    """A user or a group that owns a data object."""

    id: str | None = attribute(computed=True, description="The number of the user or group.")
    type: str | None = attribute(computed=True, description="`USER` or `GROUP`.")
    inherited_from: InheritedFrom | None = attribute(
        computed=True, description="Where the owner comes from; null where it is set on the object itself."
    )


class TagInEffect(Model):
    """A tag on a data object."""

    id: str | None = attribute(computed=True, description="The number of the tag.")
    name: str | None = attribute(computed=True, description="The whole name.")
    display_name: str | None = attribute(computed=True, description="The name that people see.")
    inherited_from: InheritedFrom | None = attribute(
        computed=True, description="Where the tag comes from; null where it is set on the object itself."
    )


class DataObjectFacts(Model):
    """What is known of a data object, with the settings in effect."""

    name: str | None = attribute(computed=True, description="The name, which is the last of its path.")
    normalized_type: str | None = attribute(
        computed=True, description="The type in Immuta's own words, the same for all platforms."
    )
    technology: str | None = attribute(computed=True, description="The data platform, such as `Snowflake`.")
    remote_id: str | None = attribute(computed=True, description="How the data platform itself identifies the object.")
    remote_type: str | None = attribute(computed=True, description="The type as the data platform calls it.")
    remote_format: str | None = attribute(computed=True, description="The format as the data platform calls it.")
    remote_kind: str | None = attribute(computed=True, description="The kind as the data platform calls it.")
    remote_created_at: str | None = attribute(computed=True, description="When the data platform made it.")
    remote_updated_at: str | None = attribute(computed=True, description="When the data platform changed it last.")
    last_synced_at: str | None = attribute(computed=True, description="When a sync saw the object last.")
    sync_policy: bool | None = attribute(computed=True, description="Whether policies are applied to it.")
    sync_policy_inherited_from: InheritedFrom | None = attribute(
        computed=True, description="Where `sync_policy` comes from; null where it is set on the object itself."
    )
    owners: list[OwnerInEffect] | None = attribute(computed=True, description="The owners, inherited ones too.")
    tags: list[TagInEffect] | None = attribute(computed=True, description="The tags, inherited ones too.")
    created_at: str | None = attribute(computed=True, description="When Immuta discovered it.")
    created_by: str | None = attribute(computed=True, description="The number of the account that did.")
    updated_at: str | None = attribute(computed=True, description="When it was changed last in Immuta.")
    updated_by: str | None = attribute(computed=True, description="The number of the account that changed it.")


class DataObjectLookup(DataObjectFacts, validators=[exactly_one_of("path", "id"), discovered.type_needs_path]):
    """Reads a data object that a sync has discovered, by its `path` or its `id` within a connection.

    Unlike the resource it shows the settings in effect, inherited ones too, and where they come from.
    """

    connection_key: str = attribute(
        required=True,
        validators=[length(1)],
        references=("immuta_connection", "connection_key"),
        description="The key of the connection that the object belongs to.",
    )
    path: list[str] | None = attribute(
        optional=True,
        computed=True,
        validators=[length(1), discovered.path_names],
        description='The names on the way to the object, outermost first: `["SALES", "PUBLIC", "ORDERS"]`. What is '
        "read of it are the settings in effect, inherited ones too.",
    )
    id: str | None = attribute(
        optional=True, computed=True, validators=[length(1)], description="The UUID that Immuta gave the object."
    )
    object_type: str | None = attribute(
        optional=True,
        computed=True,
        same=discovered.same_type,
        description="The type, such as `TABLE`. Only needed where another object has the same path.",
    )


class DataObjectDataSource(DataSource[DataObjectLookup]):
    """The data source `immuta_data_object`."""

    type_name = "immuta_data_object"
    model = DataObjectLookup

    def label(self, values: dict[str, Any] | None) -> str:
        """The type and the whole way to the object."""
        return discovered.label(self.type_name, values)

    def read(self, ctx: Context[DataObjectLookup], config: DataObjectLookup) -> DataObjectLookup:
        """Find the object. Raises DiagnosticError where there is none."""
        session: Session = ctx.provider
        key = config.connection_key
        if config.path:
            found = discovered.find(session, key, config.path, config.object_type)
            if found is None:
                raise discovered.missing(session, key, config.path, config.object_type)
        else:
            found = session.data_objects.get(key, config.id or "")
        if found is None:
            raise DiagnosticError(
                f'The connection "{key}" has no data object with the id "{config.id}"',
                "Objects get new ids when they are discovered anew: give the `path` instead.",
            )
        return DataObjectLookup(**place(found), **facts(found))


def place(found: api.DataObject) -> dict[str, Any]:
    """Where a data object is."""
    return {
        "id": found.id,
        "connection_key": found.connection_key,
        "path": list(found.object_path.names),
        "object_type": found.type,
    }


def facts(found: api.DataObject) -> dict[str, Any]:
    """What is known of a data object, by the names of `DataObjectFacts`."""
    policy = found.settings.sync_policy
    plain = {name: getattr(found, name) for name in DataObjectFacts.block.attributes if hasattr(found, name)}
    return plain | {
        "sync_policy": policy.value if policy else None,
        "sync_policy_inherited_from": _source(policy.inherited_from if policy else None),
        "owners": [
            OwnerInEffect(id=each.id, type=each.type, inherited_from=_source(each.inherited_from))
            for each in sorted(found.settings.owners, key=lambda each: (each.type, each.id))
        ],
        "tags": [
            TagInEffect(
                id=str(each.id),
                name=each.name,
                display_name=each.display_name,
                inherited_from=_source(each.inherited_from),
            )
            for each in sorted(found.tags, key=lambda each: (each.name, each.id))
        ],
    }


def _source(source: api.Source | None) -> InheritedFrom | None:
    return None if source is None else InheritedFrom(type=source.type, id=source.id)
