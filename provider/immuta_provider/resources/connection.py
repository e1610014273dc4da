"""Connections: the registration of a data platform (Connections API, /api/connections).

A change is accepted at once and carried out afterwards; each is waited for. Whether the connection is active is driven
apart from its configuration, which an inactive one does not let change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import dry_runs, existing, extra_json, import_ids, protection, secrets
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.connections import bodies, databricks, health, snowflake
from immuta_provider.resources.connections.databricks import Databricks
from immuta_provider.resources.connections.defaults import (
    DataObjectDefaults,
    DataObjectSync,
    defaults_state,
    sync_state,
    usual_sync,
)
from immuta_provider.resources.connections.health import Health
from immuta_provider.resources.connections.lifecycle import ACTIVE, INACTIVE, REACHABLE, UNHEALTHY, Keep, Lifecycle
from immuta_provider.resources.connections.snowflake import Snowflake
from immuta_provider.resources.timeouts import LongTimeouts, timeouts_attribute
from terraform_plugin import UNKNOWN, Context, DiagnosticError, Model, Path, attribute, is_unknown
from terraform_plugin.contract import applied
from terraform_plugin.model import to_values
from terraform_plugin.plan import keep_form, keep_unmanaged, replacements
from terraform_plugin.validators import exactly_one_of, matches
from terraform_plugin.values import wholly_known

if TYPE_CHECKING:
    from immuta_provider.api import connections as api
    from immuta_provider.session import Session

RESERVED: Final = (
    *("data", "connection", "object", "crawl", "search", "settings", "metadata"),
    *("permission", "sync", "bulk", "upgrade"),
)
LOCAL: Final = "it lives in the configuration and the state only"
COMPONENTS: Final = {"clientConfiguration", "policyConfiguration", "auditConfiguration"}
connection_key = matches(r"[a-zA-Z0-9_-]+", "a key of letters, digits, hyphens and underscores")


def not_reserved(key: str) -> str | None:
    """A validator: Immuta keeps some keys for itself."""
    return f"Immuta keeps {key!r} for itself" if key.lower() in RESERVED else None


def _came_or_went(before: Any, after: Any) -> bool:
    """Another platform is another connection."""
    return (before is None) != (after is None)


class Setup(Model):
    """A script for the platform."""

    configuration: str | None = attribute(computed=True, description="The script.")
    description: str | None = attribute(computed=True, description="What it does.")


class Connection(Model, validators=[exactly_one_of("snowflake", "databricks")]):
    """A connection: one registration of a data platform, through which its data objects are found and governed.

    Whatever is changed is waited for. A connection that ends unhealthy is an error that says why; it exists all the
    same. Destroying one deactivates it first; an unhealthy one, which Immuta does not delete, is validated once more
    before the destroy gives up.
    """

    id: str = attribute(computed=True, keep_state=True, description="The same as `connection_key`.")
    connection_key: str = attribute(
        required=True,
        requires_replace=True,
        validators=[connection_key, not_reserved],
        description="The key, chosen by you and unique in the tenant. Another key is another connection.",
    )
    snowflake: Snowflake | None = attribute(
        requires_replace=_came_or_went,
        description="A connection to Snowflake. Exactly one of the platforms is set; the other one is another "
        "connection.",
    )
    databricks: Databricks | None = attribute(
        requires_replace=_came_or_went,
        description="A connection to Databricks. Exactly one of the platforms is set; the other one is another "
        "connection.",
    )
    data_object_defaults: DataObjectDefaults = attribute(
        required=True, description="What its data objects have unless they say otherwise."
    )
    data_object_sync: DataObjectSync = attribute(
        default=usual_sync(), description="When its data objects are looked for."
    )
    active: bool = attribute(
        default=True,
        description="Whether it is active. An unhealthy connection counts as what it was before.",
    )
    sync_on_create: bool = attribute(
        default=True,
        unseen="it is an instruction for the creation, and the API does not keep it",
        description="Look for data objects right after the creation. Changing it makes no request.",
    )
    activate_to_update: bool = attribute(
        default=False,
        unseen=LOCAL,
        description="An inactive connection cannot be changed. When it has to be, activate it, change it, and "
        "deactivate it again. Changing this makes no request.",
    )
    state: str | None = attribute(
        computed=True, keep_state=True, description="`ACTIVE`, `INACTIVE`, `UNHEALTHY`, or a state in between."
    )
    health: Health | None = attribute(
        computed=True, keep_state=True, description="How its components are, as far as Immuta tells."
    )
    setup: list[Setup] | None = attribute(
        computed=True,
        keep_state=True,
        sensitive=True,
        description="Scripts for the platform, which Immuta shows at the creation only.",
    )
    created_at: str | None = attribute(computed=True, keep_state=True, description="When it was created.")
    created_by: str | None = attribute(computed=True, keep_state=True, description="The id of who created it.")
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: LongTimeouts | None = timeouts_attribute(LongTimeouts)
    extra_json: str | None = extra_json.extra_json_attribute(
        "`POST /api/connections` and `PATCH /api/connections/{connectionKey}`"
    )


class ConnectionResource(ImmutaResource[Connection]):
    """The resource `immuta_connection`."""

    type_name = "immuta_connection"
    model = Connection
    local = ImmutaResource.local | {"sync_on_create", "activate_to_update"}
    label_attributes = ("connection_key", "id")
    identity = ("connection_key",)
    import_help = (
        "the connection key (`warehouse`); its secrets are not imported: the first apply sends those that the state "
        "keeps; raise `..._wo_version` to send a write-only one"
    )

    def plan_object(self, ctx: Context[Connection], prior: Connection | None, planned: Connection) -> Connection:
        """Refuse what Immuta would refuse, and leave open what a change may change."""
        if prior is None or planned.changed(prior) <= self.local:
            return planned
        if replacements(self.model.block, to_values(prior), to_values(planned)):
            return planned
        _refuse_impossible(ctx, prior, planned)
        self._refuse_inactive(ctx, prior, planned)
        if ctx.provider.validate_at_plan and wholly_known(to_values(ctx.config)):
            self._try(ctx, prior, planned)
        return _with_open_ends(prior, planned)

    def create_object(self, ctx: Context[Connection], plan: Connection) -> Connection:
        """Create the connection and wait for it, unless it exists; deactivate it where it is not to be active."""
        session: Session = ctx.provider
        secrets.protect(session, ctx.config)
        life = Lifecycle(ctx, plan.connection_key)
        if (found := life.settled_or_gone()) is not None:
            return self._adopt(ctx, plan, found)
        with existing.kept_in_doubt(ctx, plan):
            made = session.connections.create(bodies.create(plan, ctx.config))
        known = plan.replace(
            setup=[Setup(configuration=s.configuration, description=s.description) for s in made.setup]
        )
        ctx.save(_state(ctx, known, made))
        found = life.carried_out()
        ctx.save(_state(ctx, known, found))
        if found.state == UNHEALTHY:
            raise life.unfit(found, "it was created")
        return _state(ctx, known, life.driven(found, _keeper(ctx, known), active=plan.active))

    def read_object(self, ctx: Context[Connection], state: Connection) -> Connection | None:
        """Get the connection; one that is being deleted is waited for."""
        secrets.protect(ctx.provider, state)
        life = Lifecycle(ctx, state.connection_key)
        found = life.look()
        if found is not None and found.state == "DELETING":
            found = life.settled_or_gone()
        if found is not None and found.state == UNHEALTHY:
            _warn(ctx, found)
        return None if found is None else _state(ctx, state, found)

    def update_object(self, ctx: Context[Connection], prior: Connection, plan: Connection) -> Connection:
        """Patch what differs, then activate or deactivate."""
        return self._change(ctx, prior, plan)

    def delete_object(self, ctx: Context[Connection], state: Connection) -> None:
        """Deactivate and delete the connection, and wait until it is gone."""
        secrets.protect(ctx.provider, state)
        Lifecycle(ctx, state.connection_key).delete(_keeper(ctx, state))

    def import_state(self, ctx: Context[Connection], import_id: str) -> Connection:
        """Get the connection by its key."""
        wanted = import_ids.parse(import_id)
        found = ctx.provider.connections.get(wanted.key or str(wanted.id))
        if found is None:
            raise DiagnosticError(f'There is no connection "{import_id}"', "Give the connection key.")
        if found.technology not in ("Snowflake", "Databricks"):
            raise DiagnosticError(
                f'The connection "{import_id}" is one to {found.technology}',
                "Only connections to Snowflake and Databricks can be managed. Read this one with the data source "
                "`immuta_connection`.",
            )
        return _state(ctx, Connection(), found)

    def _adopt(self, ctx: Context[Connection], plan: Connection, found: api.Connection) -> Connection:
        """Take over a connection that exists. Its secrets cannot be compared, so they are sent where it lets change.

        One that is unhealthy then is a warning and no error, which would have Terraform mark it as tainted, and delete
        with the next apply what it has not made. Before that nothing is kept: another apply takes it over anew.
        """
        plan = plan.replace(setup=None)
        present = _state(ctx, plan, found)
        ignore = self.local if plan.active else self.local | {"active"}
        existing.adopt(ctx, plan, present, key=plan.connection_key, ignore=ignore, update=lambda have, _: have)
        wanted = keep_form(self.model.block, to_values(present), to_values(plan))
        if paths := replacements(self.model.block, to_values(present), wanted):
            raise DiagnosticError(
                f"Cannot take over {ctx.label}: what differs cannot be changed",
                f"It differs in {', '.join(map(str, paths))}. Write what the connection has, or delete it first.",
            )
        _refuse_impossible(ctx, present, plan)
        reachable = found.state != INACTIVE or plan.active or plan.activate_to_update
        return self._change(ctx, present, plan, adopts=True, resend=bool(reachable))

    def _change(
        self,
        ctx: Context[Connection],
        prior: Connection,
        plan: Connection,
        *,
        adopts: bool = False,
        resend: bool = False,
    ) -> Connection:
        keeper = _kept_nowhere if adopts else _keeper
        secrets.protect(ctx.provider, ctx.config, prior)
        life = Lifecycle(ctx, plan.connection_key)
        changes = bodies.patch(prior, plan, ctx.config, resend=resend)
        found = life.settled()
        ill_before = found.state == UNHEALTHY
        if changes:
            activate = bool(plan.active or plan.activate_to_update)
            found = life.patch(found, changes, activate=activate, keep=keeper(ctx, prior))
        unrelated = ill_before and not changes.keys() & COMPONENTS
        if plan.active and found.state == UNHEALTHY and (adopts or unrelated):
            if adopts:
                _warn(ctx, found)
            return _state(ctx, plan, found)  # every refresh says that it is unhealthy
        if changes and found.state == UNHEALTHY and not unrelated:
            raise life.unfit(found, "it was changed")
        _refuse_what_was_kept(ctx, plan, _state(ctx, plan, found))
        return _state(ctx, plan, life.driven(found, keeper(ctx, plan), active=plan.active))

    def _refuse_inactive(self, ctx: Context[Connection], prior: Connection, planned: Connection) -> None:
        changed = planned.changed(prior) - self.local - {"active"}
        if changed and prior.state == INACTIVE and planned.active is False and planned.activate_to_update is False:
            raise DiagnosticError(
                f"Cannot change {ctx.label}: it is inactive",
                f"Immuta changes active connections only. The plan changes {', '.join(sorted(changed))}. Set "
                "`active = true`, or `activate_to_update = true` to have it activated for the change and deactivated "
                "again.",
                Path("activate_to_update"),
            )

    def _try(self, ctx: Context[Connection], prior: Connection, planned: Connection) -> None:
        """Try the patch as a dry run."""
        dry_runs.attempt(
            ctx,
            planned,
            lambda: ctx.provider.connections.patch(
                planned.connection_key, bodies.patch(prior, planned, ctx.config), dry_run=True
            ),
            ready=lambda: prior.state in REACHABLE and bool(bodies.patch(prior, planned, ctx.config)),
        )


def _refuse_impossible(ctx: Context[Connection], prior: Connection, planned: Connection) -> None:
    before, after = bodies.platform(prior), bodies.platform(planned)
    if is_unknown(after) or any(is_unknown(getattr(after, name)) for name in after.block.attributes):
        return
    for name, why in bodies.of(after).cannot_change(before, after):
        raise DiagnosticError(
            f"Cannot change {name} of {ctx.label}: {why}",
            "Leave it as it is. To get rid of it the connection has to be made anew, which loses what is set on "
            "its data objects: `terraform apply -replace=<address>`, with `deletion_protection` off.",
            _path(name),
        )


def _refuse_what_was_kept(ctx: Context[Any], plan: Connection, found: Connection) -> None:
    """Raise DiagnosticError where Immuta accepted a change and did not make it."""
    wanted = to_values(plan.replace(active=UNKNOWN))
    form = keep_form(plan.block, wanted, to_values(found))
    now = keep_unmanaged(plan.block, to_values(ctx.config), wanted, form)
    kept = [str(path) for path, _ in applied(plan.block, wanted, now)]
    if kept:
        raise DiagnosticError(
            f"{ctx.attempted} {ctx.label}: Immuta accepted the change and has something else",
            f"It differs in {', '.join(kept)}. Where a value was removed from the configuration, Immuta may have no "
            "way to remove it; elsewhere somebody else may have changed it. Run `terraform plan` to see what there is.",
        )


def _path(name: str) -> Path:
    first, *others = name.split(".")
    path = Path(first)
    for other in others:
        path = path / other
    return path


def _with_open_ends(prior: Connection, planned: Connection) -> Connection:
    """The plan; what the change may change besides is known after apply."""
    changes: dict[str, Any] = {}
    if planned.active != prior.active or prior.state not in (ACTIVE, INACTIVE):
        changes |= {"state": UNKNOWN, "health": UNKNOWN}
    if isinstance(planned.databricks, Databricks):
        changes["databricks"] = databricks.with_open_ends(prior.databricks, planned.databricks)
    return planned.replace(**changes)


def _state(ctx: Context[Any], known: Connection, found: api.Connection) -> Connection:
    """The connection as the API has it; what is redacted or not returned comes from `known`."""
    returned = secrets.without_markers(found.model_dump(by_alias=True))
    of_snowflake, of_databricks = found.technology == "Snowflake", found.technology == "Databricks"
    return known.replace(
        id=found.connection_key,
        connection_key=found.connection_key,
        snowflake=snowflake.state(known.snowflake, found) if of_snowflake else None,
        databricks=databricks.state(known.databricks, found) if of_databricks else None,
        data_object_defaults=defaults_state(found.data_object_defaults),
        data_object_sync=sync_state(found.data_object_sync),
        active=_is_active(known, found),
        state=found.state,
        health=health.state(ctx.provider, found),
        created_at=found.created_at,
        created_by=found.created_by,
        extra_json=extra_json.read_back(known.extra_json, returned),
    )


def _keeper(ctx: Context[Any], known: Connection) -> Keep:
    """Has the state say that the connection was activated or deactivated, whatever fails after that."""
    return lambda found, active: ctx.save(_state(ctx, known, found).replace(active=active))


def _kept_nowhere(_ctx: Context[Any], _known: Connection) -> Keep:
    return lambda _found, _active: None


def _warn(ctx: Context[Any], found: api.Connection) -> None:
    ctx.warning(
        f'The connection "{found.connection_key}" is unhealthy',
        f"{health.told(ctx.provider, found)}\n\n{health.CURE}",
    )


def _is_active(known: Connection, found: api.Connection) -> bool:
    """Whether it is active; what neither is counts as what it was before."""
    if found.state in (ACTIVE, INACTIVE):
        return found.state == ACTIVE
    return known.active is not False
