"""Handlers of the scripts by which owners set up, change and clean up a platform themselves. They change nothing."""

from __future__ import annotations

from starlette.responses import JSONResponse, PlainTextResponse, Response

from immuta_tenant.endpoint import Call
from immuta_tenant.errors import bad_request
from immuta_tenant.families.integrations import reading, script_texts, state
from immuta_tenant.families.integrations.handlers import require_editable
from immuta_tenant.families.integrations.platforms import PLATFORMS
from immuta_tenant.families.integrations.reading import Stated
from immuta_tenant.families.integrations.schema import EnvelopeBody
from immuta_tenant.settings import Settings
from immuta_tenant.validation import NoBody, NoQuery

EnvelopeCall = Call[NoQuery, EnvelopeBody]


def initial_create(call: Call[NoQuery, EnvelopeBody]) -> Response:
    """Return the first script of a set-up."""
    return _script(call, "initial-create")


def create(call: Call[NoQuery, EnvelopeBody]) -> Response:
    """Return the script of a set-up."""
    return _script(call, "create")


def cleanup(call: Call[NoQuery, EnvelopeBody]) -> Response:
    """Return the script that removes what was set up for an integration that never came to be."""
    return _script(call, "cleanup")


def post_cleanup(call: Call[NoQuery, EnvelopeBody]) -> Response:
    """Return the second script of a removal."""
    return _script(call, "post-cleanup")


def edit(call: Call[NoQuery, EnvelopeBody]) -> Response:
    """Return the script that prepares a change of an integration."""
    wanted = _stated(call, "edit")
    integration = state.by_id(call.tenant, call.path_integer("id"), reading=False)
    require_editable(integration, wanted)
    return _answer(call.settings, script_texts.script("edit", wanted))


def delete(call: Call[NoQuery, NoBody]) -> Response:
    """Return the script that removes what was set up for an integration."""
    integration = state.by_id(call.tenant, call.path_integer("id"), reading=False)
    platform = state.platform_of(integration)
    if "delete" not in platform.scripts or integration["autoBootstrap"]:
        raise bad_request(
            f"There is no script that removes the integration with ID {integration['id']}: "
            "only integrations that were set up by hand have one."
        )
    return _answer(call.settings, script_texts.script("delete", Stated(platform, False, integration["config"])))


def _script(call: EnvelopeCall, kind: str) -> Response:
    return _answer(call.settings, script_texts.script(kind, _stated(call, kind)))


def _stated(call: EnvelopeCall, kind: str) -> Stated:
    known = sorted(name for name, platform in PLATFORMS.items() if kind in platform.scripts)
    if call.body.type not in known:
        raise bad_request(f'"type" must be one of [{", ".join(known)}]')
    wanted = reading.stated(call.body)
    if wanted.automatic:
        raise bad_request('"autoBootstrap" must be false')
    return wanted


def _answer(settings: Settings, text: str) -> Response:
    if settings.integration_scripts == "text":
        return PlainTextResponse(text)
    return JSONResponse(text if settings.integration_scripts == "string" else {"script": text})
