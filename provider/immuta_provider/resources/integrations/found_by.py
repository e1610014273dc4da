"""Which integration is meant: by its number, by its type and what it is known by, or by what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import import_ids
from immuta_provider.resources.integrations.google_bigquery import key_file
from immuta_provider.resources.integrations.platforms import BY_TYPE, PLATFORMS, Platform
from terraform_plugin import Context, DiagnosticError, is_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from immuta_provider.api import RequestFailed
    from immuta_provider.api import integrations as api
    from immuta_provider.resources.integration import Integration

HELP = (
    "Give `id:` and the number (`id:12`), or the type and what it is known by: `Snowflake/HOST`, `Redshift/HOST`, "
    "`Azure Synapse Analytics/HOST`, `Databricks/WORKSPACE_URL`, `Google BigQuery/PROJECT/DATASET`, `Native S3/NAME`. "
    "Integrations with Trino have a number only."
)


def name(values: dict[str, Any]) -> str:
    """How messages name an integration, from plain values of which some may be unknown."""
    for platform in PLATFORMS.values():
        part = values.get(platform.name)
        if isinstance(part, dict):
            credential = part.get("credential")
            project = key_file(credential if isinstance(credential, str) else None).get("project_id")
            known = {key: value for key, value in part.items() if value is not None and not is_unknown(value)}
            site = platform.site({"project_id": project, **known})
            return f"{platform.api_name}/{site or known.get('dataset', '')}".rstrip("/")
    return ""


def key(platform: Platform, model: Integration) -> str:
    """The same key for all that Immuta counts as one place; empty where it is not known.

    Integrations with Trino have no place: all of them are one, so that a creation is told from another one.
    """
    part = getattr(model, platform.name)
    if not platform.keys:
        return platform.name
    return "" if is_unknown(part) else platform.place(platform.site(vars(part)))


def typed_as(platform: Platform, model: Integration) -> str:
    """What a user types to import it."""
    return f"{platform.api_name}/{platform.site(vars(getattr(model, platform.name)))}"


def site(ctx: Context[Any], platform: Platform, plan: Integration) -> api.Integration | None:
    """The integration that is at the place already, None where there is none."""
    wanted = platform.planned_site(getattr(plan, platform.name), getattr(ctx.config, platform.name))
    if not wanted:
        return None
    return _one(ctx, (each for each in ctx.provider.integrations.list() if platform.is_at(wanted, each)))


def look(ctx: Context[Any], platform: Platform, plan: Integration) -> Callable[[], api.Integration | None]:
    """What finds an integration after the answer to its creation was lost: at its place, or as the one that is new."""
    if platform.keys:
        return lambda: site(ctx, platform, plan)
    before = {each.id for each in ctx.provider.integrations.list()}

    def newcomer() -> api.Integration | None:
        fresh = (each for each in ctx.provider.integrations.list() if each.id not in before)
        return _one(ctx, (each for each in fresh if each.type == platform.api_name))

    return newcomer


def import_id(ctx: Context[Any], text: str) -> api.Integration:
    """The integration that a user typed. Raises DiagnosticError where there is none."""
    wanted = import_ids.parse(f"id:{text}" if text.isdecimal() else text)
    found = ctx.provider.integrations.get(wanted.id) if wanted.id is not None else _typed(ctx, str(wanted.key))
    if found is None:
        raise DiagnosticError(f'There is no integration "{text}"', HELP)
    return found


def typed(ctx: Context[Any], kind: str, wanted: str) -> api.Integration | None:
    """The integration of a type by what it is known by."""
    platform = _platform(kind)
    if platform is None or not platform.keys:
        return None
    return _one(ctx, (each for each in ctx.provider.integrations.list() if platform.is_at(wanted, each)))


def in_the_way(
    ctx: Context[Any], platform: Platform, plan: Integration, error: RequestFailed
) -> DiagnosticError | None:
    """What a user is told when an integration is there already, which Immuta names, but for Native S3."""
    from immuta_provider.api.integrations import named_id

    identifier = named_id(error) or (_at_location(ctx, plan.native_s3.aws_location_path) if plan.native_s3 else None)
    if identifier is None:
        return None
    return DiagnosticError(
        f"Cannot create {ctx.label}: there is an integration with {platform.api_name} already",
        f"The server said: {error.server_message}\nTo bring it under Terraform run\n\n"
        f"    terraform import <address> 'id:{identifier}'\n\nand apply, which changes it to the configuration.",
    )


def _at_location(ctx: Context[Any], location: str) -> int | None:
    found = ctx.provider.integrations.list()
    return next((int(each.id) for each in found if each.config.get("awsLocationPath") == location), None)


def _typed(ctx: Context[Any], key: str) -> api.Integration | None:
    kind, _, wanted = key.partition("/")
    return typed(ctx, kind, wanted)


def _platform(kind: str) -> Platform | None:
    return BY_TYPE.get(kind) or next((each for each in BY_TYPE.values() if each.api_name.lower() == kind.lower()), None)


def _one(ctx: Context[Any], found: Any) -> api.Integration | None:
    """The first, in full: a list may leave out what a single answer has."""
    first = next(iter(found), None)
    return None if first is None else ctx.provider.integrations.get(int(first.id))
