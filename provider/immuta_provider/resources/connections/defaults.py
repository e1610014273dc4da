"""What data objects of a connection have from the start, and when they are looked for: the same on all platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import owners
from immuta_provider.resources.owners import Owner
from terraform_plugin import Model, attribute
from terraform_plugin.validators import between, length

if TYPE_CHECKING:
    from immuta_provider.api import connections as api

SCHEDULES: Final = ("EVERY_HOUR", *(f"EVERY_{hours}_HOURS" for hours in (2, 4, 6, 8, 12, 18, 24)))
DAILY: Final = "EVERY_24_HOURS"


class DataObjectDefaults(Model):
    """What data objects have unless they say otherwise."""

    sync_policy: bool = attribute(default=False, description="Whether policies are applied to them.")
    owners: set[Owner] = attribute(
        required=True, validators=[length(1, 100)], description="Who owns them, from 1 to 100 users and groups."
    )


class DataObjectSync(Model):
    """When data objects are looked for."""

    enabled: bool = attribute(default=True, description="Whether they are looked for on a schedule.")
    schedule: str = attribute(default=DAILY, one_of=SCHEDULES, description="How often.")
    start_time: int = attribute(default=0, validators=[between(0, 23)], description="The hour of the day, in UTC.")
    sync_all_data_objects: bool = attribute(
        default=True, description="Look at all of them; false: only at those that policies are applied to already."
    )


def usual_sync() -> DataObjectSync:
    """What Immuta does by itself."""
    return DataObjectSync(enabled=True, schedule=DAILY, start_time=0, sync_all_data_objects=True)


def defaults_body(planned: DataObjectDefaults) -> dict[str, Any]:
    """The defaults as requests have them."""
    return {"syncPolicy": planned.sync_policy, "owners": owners.body(planned.owners)}


def sync_body(planned: DataObjectSync) -> dict[str, Any]:
    """The schedule as requests have it."""
    return {
        "enabled": planned.enabled,
        "schedule": planned.schedule,
        "startTime": planned.start_time,
        "syncAllDataObjects": planned.sync_all_data_objects,
    }


def defaults_state(found: api.DataObjectDefaults) -> DataObjectDefaults:
    """The defaults as the API has them."""
    return DataObjectDefaults(sync_policy=found.sync_policy, owners=owners.state(found.owners))


def sync_state(found: api.DataObjectSync) -> DataObjectSync:
    """The schedule as the API has it."""
    return DataObjectSync(
        enabled=found.enabled,
        schedule=found.schedule,
        start_time=found.start_time,
        sync_all_data_objects=found.sync_all_data_objects,
    )
