"""Handlers of integrations: list, read, create, change, delete, and the key of a Trino cluster."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request
from immuta_tenant.families.integrations import checks, reading, refusals, state, views
from immuta_tenant.families.integrations.checks_by_platform import CHECKS
from immuta_tenant.families.integrations.platforms import PLATFORMS, Platform, key_file
from immuta_tenant.families.integrations.reading import Stated
from immuta_tenant.families.integrations.schema import DeleteBody, DeleteQuery, EnvelopeBody, WriteQuery
from immuta_tenant.kinds import INTEGRATION
from immuta_tenant.store import Document
from immuta_tenant.tenant import Tenant
from immuta_tenant.validation import NoBody, NoQuery


def search(call: Call[NoQuery, NoBody]) -> Json:
    """Return all integrations."""
    return [views.listed(call.settings, integration) for integration in state.shown(call.tenant)]


def read(call: Call[NoQuery, NoBody]) -> Json:
    """Return one integration."""
    return views.full(call.settings, state.by_id(call.tenant, call.path_integer("id"), reading=True))


def status(call: Call[NoQuery, NoBody]) -> Json:
    """Return the status of an integration."""
    return views.status(state.by_id(call.tenant, call.path_integer("id"), reading=True))


def create(call: Call[WriteQuery, EnvelopeBody]) -> Json:
    """Create an integration when its validation tests pass."""
    wanted = reading.stated(call.body)
    state.require_free(call.tenant, wanted)
    occupied = state.is_occupied(call.tenant, wanted)
    subject = checks.Subject(wanted.platform, wanted.automatic, _named(wanted.config), "create", occupied)
    results, late = _tested(call.tenant, subject)
    if call.query.dryRun:
        return views.dry_run(call.settings, None, results)
    if checks.have_failed(results):
        raise refusals.prerequisites_failed(wanted.platform, checks.failed_tests(results))
    return views.operation(call.settings, state.create(call.tenant, wanted, results, late))


def update(call: Call[WriteQuery, EnvelopeBody]) -> Json:
    """Change an integration; what the body leaves out goes back to its default."""
    _require_updatable(call.body)
    wanted = reading.stated(call.body)
    reading.refuse_placeholders(wanted)
    integration = state.by_id(call.tenant, call.path_integer("id"), reading=False)
    state.require_settled(integration)
    require_editable(integration, wanted)
    state.require_free(call.tenant, wanted, integration["id"])
    subject = checks.Subject(wanted.platform, wanted.automatic, _named(wanted.config), "edit")
    results, late = _tested(call.tenant, subject)
    if call.query.dryRun:
        return views.dry_run(call.settings, integration, results)
    if checks.have_failed(results):
        raise refusals.validation_failed("edit", integration["id"])
    return views.operation(call.settings, state.edit(call.tenant, integration, wanted, results, late))


def delete(call: Call[DeleteQuery, DeleteBody]) -> Json:
    """Delete an integration, or only forget it and leave the platform as it is."""
    integration = state.by_id(call.tenant, call.path_integer("id"), reading=False)
    state.require_settled(integration)
    platform, force = state.platform_of(integration), call.query.forceDisable
    _require_credentials(platform, integration, call.body.root, force=force)
    config = _named(integration["config"] | call.body.root)
    subject = checks.Subject(platform, integration["autoBootstrap"], config, "delete")
    results, late = (checks.results([]), None) if force else _tested(call.tenant, subject)
    if call.query.dryRun:
        return views.dry_run(call.settings, integration, results)
    if checks.have_failed(results):
        raise refusals.validation_failed("delete", integration["id"])
    return views.operation(call.settings, state.delete(call.tenant, integration, results, late, force=force))


def regenerate(call: Call[NoQuery, NoBody]) -> Json:
    """Give the plugin of a Trino cluster a new key; the old one ends at once."""
    integration = state.by_id(call.tenant, call.path_integer("id"), reading=False)
    state.require_settled(integration)
    if integration["type"] != "Trino":
        raise bad_request(f"The integration with ID {integration['id']} has no API key: only those of Trino have one.")
    key = state.new_key()
    call.store.save(INTEGRATION, integration | {"config": {"apiKey": key}})
    return {"newKey": key}


def require_editable(integration: Document, wanted: Stated) -> None:
    """Raise a 400 that lists what cannot be changed."""
    platform = state.platform_of(integration)
    if platform.name != wanted.platform.name:
        raise refusals.not_editable(["type"])
    # What was never set up can be set up elsewhere.
    settled = () if integration["status"] == "createError" else platform.settled
    config, _ = reading.kept(wanted)
    names = reading.changed(integration["config"], config, (*platform.fixed, *settled))
    if integration["autoBootstrap"] != wanted.automatic:
        names = ["autoBootstrap", *names]
    if names:
        raise refusals.not_editable(names)


def _require_updatable(body: EnvelopeBody) -> None:
    updatable = [name for name, platform in sorted(PLATFORMS.items()) if platform.has_config]
    if body.type not in updatable:
        raise bad_request(f'"type" must be one of [{", ".join(updatable)}]')


def _require_credentials(platform: Platform, integration: Document, body: Document, *, force: bool) -> None:
    if not platform.disabling or not integration["autoBootstrap"]:
        if body:
            raise refusals.needless_credentials(platform)
    elif body:
        reading.credentials(platform, integration["config"]["authenticationType"], body)
    elif not force:
        raise refusals.missing_credentials()


def _named(config: Document) -> Document:
    # The names of tests mention the project, which stands in the key file.
    return config | ({"project": key_file(config)["project_id"]} if "credential" in config else {})


def _tested(tenant: Tenant, subject: checks.Subject) -> tuple[Document, Document | None]:
    """Return the results of the validation tests, and those that a late failure will leave, if there is to be one."""
    table = CHECKS[subject.platform.name]
    wanted = state.faults(tenant.store, subject.operation, subject.platform)
    late = any(fault["late"] for fault in wanted)
    results = checks.run(table, subject, [fault for fault in wanted if not fault["late"]])
    return results, checks.run(table, subject, wanted) if late else None
