"""Control endpoints below `/_local/`: what goes wrong with integrations, and statuses that a server brings about."""

from __future__ import annotations

from immuta_tenant.endpoint import Call, Json
from immuta_tenant.errors import bad_request, not_found
from immuta_tenant.families.integrations import checks, state, views
from immuta_tenant.families.integrations.checks_by_platform import CHECKS
from immuta_tenant.families.integrations.schema import FaultBody, StatusBody
from immuta_tenant.kinds import INTEGRATION, INTEGRATION_FAULT
from immuta_tenant.store import Document
from immuta_tenant.tenant import Tenant
from immuta_tenant.validation import NoBody, NoQuery


def faults(call: Call[NoQuery, NoBody]) -> Json:
    """Return what goes wrong with integrations."""
    return {"faults": call.store.all(INTEGRATION_FAULT)}


def add_fault(call: Call[NoQuery, FaultBody]) -> Json:
    """Let a validation test go wrong, or a whole operation."""
    return {"id": arm(call.tenant, call.body)}


def clear_faults(call: Call[NoQuery, NoBody]) -> Json:
    """Let everything go right again."""
    disarm(call.tenant)
    return {}


def set_status(call: Call[NoQuery, StatusBody]) -> Json:
    """Move an integration into a status, whatever it is in."""
    return views.status(move(call.tenant, call.path_integer("id"), call.body))


def arm(tenant: Tenant, body: FaultBody) -> int:
    """Add a fault; returns its id. Raises a 400 when no validation test is called so."""
    if body.test is not None and not _is_known(body):
        raise bad_request('"test" must be the name of a validation test, or the start of one')
    late = body.test is None if body.late is None else body.late
    status = checks.FAILED if late and body.test is not None else body.status
    return int(tenant.store.insert(INTEGRATION_FAULT, body.model_dump() | {"late": late, "status": status})["id"])


def disarm(tenant: Tenant) -> None:
    """Remove every fault."""
    for fault in tenant.store.all(INTEGRATION_FAULT):
        tenant.store.remove(INTEGRATION_FAULT, fault["id"])


def move(tenant: Tenant, identifier: int, body: StatusBody) -> Document:
    """Move an integration into a status; raise a 404 when there never was one with this id."""
    integration = state.find(tenant, identifier)
    if integration is None:
        raise not_found(f"There is no integration {identifier}.")
    if body.test is not None:
        name, message = _known(integration, body.test)
        results = checks.with_failure(integration["validationResults"], name, body.message or message)
        integration = tenant.store.save(INTEGRATION, integration | {"validationResults": results})
    seconds = body.seconds
    if seconds is None and body.status == "migrating":
        seconds = tenant.settings.integration_delay
    return state.move(tenant, integration, body.status, seconds, body.then)


def _is_known(body: FaultBody) -> bool:
    tables = CHECKS.values() if body.type is None else (CHECKS[body.type],)
    return any(check.may_be_called(str(body.test)) for table in tables for check in table)


def _known(integration: Document, text: str) -> tuple[str, str]:
    names = [test["name"] for test in integration["validationResults"]["validationTests"]]
    for check in CHECKS[integration["type"]]:
        for name in (*names, check.name):
            if check.is_called(name, check.name) and check.is_called(text, name):
                return name, check.message
    return text, ""
