"""Users and groups that own a connection's data objects, as configurations name them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terraform_plugin import Model, attribute
from terraform_plugin.validators import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from immuta_provider.api import data_objects as api


class Owner(Model):
    """A user or a group that owns data objects."""

    id: str = attribute(
        required=True,
        validators=[matches(r"0|[1-9][0-9]*", "the number of a user or a group")],
        description="The number.",
    )
    type: str = attribute(required=True, one_of=("USER", "GROUP"), description="What the number is of.")


def body(owners: Iterable[Owner]) -> list[dict[str, Any]]:
    """The owners as requests have them, in a stable order."""
    named = sorted((int(owner.id), owner.type) for owner in owners)
    return [{"id": number, "type": kind} for number, kind in named]


def state(owners: Iterable[api.Owner]) -> frozenset[Owner]:
    """The owners as the state has them."""
    return frozenset(Owner(id=owner.id, type=owner.type) for owner in owners)
