"""Where a data object is: found by its connection and the names on the way to it, or explained why it is not there.

Immuta makes data objects when it syncs a connection. So one that is missing may be on its way: while a sync is under
way it is waited for, and after that the error says up to where the path leads.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.api import NotFound
from immuta_provider.resources.import_ids import joined
from terraform_plugin import Context, DiagnosticError, Path, is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from immuta_provider.api.data_objects import DataObject
    from immuta_provider.session import Session
    from terraform_plugin.schema import Block

SYNC: Final = "DATA_OBJECT_SYNC"
GRACE: Final = 5  # looks, about three seconds: between the end of an activation and the sync that follows it
LISTED: Final = 500
SHOWN: Final = 10


def label(type_name: str, values: dict[str, Any] | None) -> str:
    """How messages name what belongs to a place: its type, the connection's key and the path."""
    key, path = ((values or {}).get(name) for name in ("connection_key", "path"))
    way = [key, *path] if isinstance(path, list) else [key]
    known = [each for each in way if isinstance(each, str)]
    return f'{type_name} "{joined(*known)}"' if known and len(known) == len(way) else type_name


def path_names(names: list[Any]) -> str | None:
    """A validator: each name of a path says something."""
    return "a name in it is empty or null" if any(not is_unknown(each) and not each for each in names) else None


def type_needs_path(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    """A rule: a type alone names nothing."""
    wanted = values.get("object_type")
    if wanted is not None and not is_unknown(wanted) and values.get("path") is None:
        yield "object_type", "it says which object at `path` is meant, and there is no `path`"


def same_type(left: str | None, right: str | None) -> bool:
    """Platforms spell types as `TABLE` and as `table`."""
    return (left or "").casefold() == (right or "").casefold()


def find(session: Session, connection_key: str, path: Sequence[str], object_type: str | None) -> DataObject | None:
    """The data object at `path`; None where there is none.

    Parameters: `object_type`, the type that it must have, None for any. Raises DiagnosticError where several are
    there that only their type tells apart.
    """
    there = _at(session, connection_key, path)
    fitting = [each for each in there if object_type is None or same_type(each.type, object_type)]
    if len(fitting) > 1:
        raise DiagnosticError(
            f'There is more than one data object "{joined(connection_key, *path)}"',
            f"They are {_listed([f'{each.type} {each.id}' for each in fitting])}. Say in `object_type` which one is "
            "meant; an import takes `id:` and the UUID.",
            Path("object_type"),
        )
    return fitting[0] if fitting else None


def again(session: Session, connection_key: str, path: Sequence[str], object_type: str | None) -> DataObject | None:
    """What is now in the place of a data object: one of its type, else the only one that is there."""
    there = _at(session, connection_key, path)
    fitting = [each for each in there if same_type(each.type, object_type)] or there
    return fitting[0] if len(fitting) == 1 else None


def _at(session: Session, connection_key: str, path: Sequence[str]) -> list[DataObject]:
    """All data objects at `path`. One search for the name is enough, and needs no types of what is above."""
    from immuta_provider.api.data_objects import spellings

    connection = {"connectionKey": connection_key}
    named = (session.data_objects.search({"name": each}, connection=connection) for each in spellings(path[-1]))
    return [each for found in named for each in found if each.at(path)]


def awaited(ctx: Context[Any], connection_key: str, path: Sequence[str], object_type: str | None) -> DataObject:
    """The data object at `path`; where it is not there yet, wait as long as the connection is being synced.

    Raises DiagnosticError where it is not there, NotFinished where the time of the operation is over.
    """
    from immuta_provider.api.errors import NotFinished

    session: Session = ctx.provider
    found = find(session, connection_key, path, object_type)
    if found is not None:
        return found
    for number, _ in enumerate(session.client.turns()):
        working = _at_work(session, connection_key)
        found = find(session, connection_key, path, object_type)
        if found is not None:
            return found
        if not working and (number >= GRACE or not _sync_is_due(session, connection_key)):
            raise missing(session, connection_key, path, object_type)
        ctx.progress("not discovered yet, and the connection is being synced: waiting")
    raise NotFinished(f"a sync of the connection {connection_key} to discover {'/'.join(path)}")


def missing(session: Session, connection_key: str, path: Sequence[str], object_type: str | None) -> DiagnosticError:
    """The error for a data object that is not there: how far the path leads, and what to do."""
    connection = session.connections.get(connection_key)
    if connection is None:
        return DiagnosticError(
            f'There is no connection "{connection_key}"',
            "A data object belongs to a connection. Declare an `immuta_connection` and refer to its `connection_key`.",
            Path("connection_key"),
        )
    idle = (
        "" if connection.state == "ACTIVE" else f" The connection is {connection.state} and has to be active for that."
    )
    return DiagnosticError(
        f'There is no data object "{joined(connection_key, *path)}"',
        f"{_how_far(session, connection_key, path, object_type)} Immuta finds data objects when it syncs the "
        "connection: let an `immuta_data_object_sync` with `sync_all_data_objects = true` come first (`depends_on`), "
        f"check the spelling, and that the connection's role can see the object.{idle}",
        Path("path"),
    )


def _at_work(session: Session, connection_key: str) -> bool:
    """Whether something is under way that discovers data objects, or that a sync may follow."""
    connection = session.connections.get(connection_key)
    if connection is None:
        return False
    syncs = (task for task in connection.active_tasks if task.type == SYNC)
    return not connection.settled or any(not task.finished for task in syncs)


def _sync_is_due(session: Session, connection_key: str) -> bool:
    """Whether the connection was activated with a sync to follow, and that one is not there yet."""
    try:
        activated = session.connection_tasks.list(connection_key, filters={"type": "ACTIVATE_CONNECTION"})
        asked = next((task.task_id for task in activated if (task.input or {}).get("syncOnCreate")), None)
        return bool(asked and not session.connection_tasks.list(connection_key, filters={"parentId": asked}))
    except NotFound:
        return False


def _how_far(session: Session, connection_key: str, path: Sequence[str], object_type: str | None) -> str:
    objects = session.data_objects
    parent: DataObject | None = None
    for depth, name in enumerate(path):
        here = [each for each in objects.below(connection_key, parent, name) if each.at(path[: depth + 1])]
        if not here:
            names = [each.name for each in islice(objects.below(connection_key, parent), LISTED)]
            return f'{_place(connection_key, path[:depth])} there is no "{name}"; {_there(name, names)}.'
        parent = here[0]
    types = _listed([each.type for each in here])
    return f"It is there, but its type is {types} and not {object_type}."


def _place(connection_key: str, names: Sequence[str]) -> str:
    if not names:
        return f'At the top of the connection "{connection_key}"'
    return f'Below {"/".join(names)} of the connection "{connection_key}"'


def _there(wanted: str, names: list[str]) -> str:
    if not names:
        return "nothing has been discovered there"
    if len(set(names)) > SHOWN:
        from difflib import get_close_matches

        spelled = {name.casefold(): name for name in names}
        names = [spelled[each] for each in get_close_matches(wanted.casefold(), list(spelled), SHOWN)] or names
    return f"there is {_listed(names)}"


def _listed(names: list[str]) -> str:
    ordered = sorted(set(names))
    more = f" and {len(ordered) - SHOWN} more" if len(ordered) > SHOWN else ""
    return ", ".join(f'"{name}"' for name in ordered[:SHOWN]) + more
