"""The protocol's remote procedures: message in, message out, the handlers in between.

Knows nothing of the transport. Each method takes a request message and returns the answer; whatever a handler raises
becomes a diagnostic that names the object, and what it saved before stays in the state.
"""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from terraform_plugin import codec, contract, identities, plan, validators
from terraform_plugin.context import Context, Stop
from terraform_plugin.diagnostics import ERROR, Diagnostic, DiagnosticError
from terraform_plugin.messages import tfplugin6
from terraform_plugin.model import amended, to_model, to_values
from terraform_plugin.paths import ROOT, Path
from terraform_plugin.values import wholly_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from terraform_plugin.resource import DataSource, Provider, Resource
    from terraform_plugin.schema import Block

LOG: Final = logging.getLogger("provider")
T = TypeVar("T")


class Servicer:
    """Answers Terraform's requests for one provider."""

    def __init__(self, provider: Provider[Any]) -> None:
        self.provider = provider
        self.resources: dict[str, Resource[Any]] = {each.type_name: each for each in provider.resources()}
        self.data_sources: dict[str, DataSource[Any]] = {each.type_name: each for each in provider.data_sources()}
        self.stop = Stop()
        self.configured: Any = None
        self.checked = contract.switched_on()

    # ------------------------------------------------------------------------------------------------ the provider

    def GetMetadata(self, _request: Any) -> Any:
        """Which resources and data sources there are."""
        response = tfplugin6["GetMetadata.Response"]()
        for name in self.resources:
            response.resources.add(type_name=name)
        for name in self.data_sources:
            response.data_sources.add(type_name=name)
        _announce(response.server_capabilities)
        return response

    def GetProviderSchema(self, _request: Any) -> Any:
        """The schema of everything."""
        response = tfplugin6["GetProviderSchema.Response"]()
        response.provider.CopyFrom(self.provider.model.block.to_message())
        for name, resource in self.resources.items():
            response.resource_schemas[name].CopyFrom(resource.model.block.to_message(resource.version))
        for name, source in self.data_sources.items():
            response.data_source_schemas[name].CopyFrom(source.model.block.to_message())
        _announce(response.server_capabilities)
        return response

    def ValidateProviderConfig(self, request: Any) -> Any:
        """Check the provider block."""
        response = tfplugin6["ValidateProviderConfig.Response"]()
        block = self.provider.model.block
        with self._context(f"provider {self.provider.name}", "Cannot check", response) as ctx:
            self._validate(ctx, block, _read(request.config, block), self.provider.validate)
        return response

    def ConfigureProvider(self, request: Any) -> Any:
        """Take the provider block into use."""
        response = tfplugin6["ConfigureProvider.Response"]()
        block = self.provider.model.block
        with self._context(f"provider {self.provider.name}", "Cannot configure", response) as ctx:
            config = plan.with_defaults(block, _read(request.config, block))
            if _refuse_nulls(ctx, block, config):
                return response
            self.stop.clear()
            self.configured = self.provider.configure(to_model(block.model, config), self.stop)
        return response

    def StopProvider(self, _request: Any) -> Any:
        """Ask every handler to end soon."""
        self.stop.request()
        return tfplugin6["StopProvider.Response"]()

    # ------------------------------------------------------------------------------------------------ resources

    def ValidateResourceConfig(self, request: Any) -> Any:
        """Check the configuration of a resource."""
        response = tfplugin6["ValidateResourceConfig.Response"]()
        with self._context(request.type_name, "Cannot check", response) as ctx:
            resource = self._resource(request)
            block = resource.model.block
            config = _read(request.config, block)
            ctx.about(resource.label(config))
            if not request.client_capabilities.write_only_attributes_allowed:
                _refuse_write_only(ctx, block, config)
            self._validate(ctx, block, config, resource.validate)
        return response

    def UpgradeResourceState(self, request: Any) -> Any:
        """Bring a stored state to the present schema: unknown attributes are dropped, missing ones are null."""
        response = tfplugin6["UpgradeResourceState.Response"]()
        with self._context(request.type_name, "Cannot read the stored state of", response):
            resource = self._resource(request)
            block = resource.model.block
            raw = json.loads(request.raw_state.json, parse_float=Decimal)
            if request.version > resource.version:
                raise DiagnosticError(
                    f"The state of {resource.type_name} was written by a newer version of the provider",
                    f"Its schema version is {request.version}, this provider knows {resource.version}. "
                    "Upgrade the provider.",
                )
            if request.version < resource.version:
                raw = resource.upgrade(request.version, raw)
            response.upgraded_state.CopyFrom(_write(codec.from_json(raw, block.kind), block))
        return response

    def ReadResource(self, request: Any) -> Any:
        """Bring the state up to date."""
        response = tfplugin6["ReadResource.Response"](new_state=request.current_state, private=request.private)
        with self._context(request.type_name, "Cannot read", response) as ctx:
            resource = self._resource(request)
            block = resource.model.block
            prior = _read(request.current_state, block)
            ctx.about(resource.label(prior), private=request.private)
            read = resource.read(ctx, to_model(block.model, prior))
            new = None if read is None else _complete(plan.keep_form(block, prior, to_values(read)))
            self._hold(ctx, contract.stored(block, new or {}))
            response.new_state.CopyFrom(_write(new, block))
            identities.attach(resource, new, response.new_identity)
            response.private = ctx.private_bytes()
        return response

    def PlanResourceChange(self, request: Any) -> Any:
        """Say what an apply would change."""
        response = tfplugin6["PlanResourceChange.Response"](planned_private=request.prior_private)
        with self._context(request.type_name, "Cannot plan", response) as ctx:
            resource = self._resource(request)
            block = resource.model.block
            prior, config = _read(request.prior_state, block), _read(request.config, block)
            ctx.about(resource.label(config or prior), private=request.prior_private, config=_model(block, config))
            if config is not None and _refuse_nulls(ctx, block, config):
                return response
            if _read(request.proposed_new_state, block) is None:
                resource.plan_destroy(ctx, to_model(block.model, prior))
                planned, paths = None, list[Path]()
            else:
                planned, paths = _plan_change(resource, ctx, config, prior)
                self._hold(ctx, contract.planned(block, config, prior, planned))
                if paths:  # the object will be deleted; Terraform plans that delete without asking again
                    resource.plan_destroy(ctx, to_model(block.model, prior or {}))
            response.requires_replace.extend(path.to_message() for path in paths)
            response.planned_state.CopyFrom(_write(planned, block))
            identities.attach(resource, planned if paths or prior is None else prior, response.planned_identity)
            response.planned_private = ctx.private_bytes()
        return response

    def ApplyResourceChange(self, request: Any) -> Any:
        """Create, update or delete."""
        response = tfplugin6["ApplyResourceChange.Response"](
            new_state=request.prior_state, private=request.planned_private
        )
        with self._context(request.type_name, "Cannot apply the change of", response) as ctx:
            resource = self._resource(request)
            block = resource.model.block
            prior, planned = _read(request.prior_state, block), _read(request.planned_state, block)
            config = _model(block, _read(request.config, block))
            ctx.about(resource.label(planned or prior), private=request.planned_private, config=config)
            ctx.attempted = (
                "Cannot create" if prior is None else "Cannot delete" if planned is None else "Cannot update"
            )
            try:
                new = _apply(resource, ctx, prior, planned)
                response.new_state.CopyFrom(_write(new, block))
                identities.attach(resource, new, response.new_identity)
                self._hold(ctx, contract.applied(block, planned or {}, new or {}))
            except BaseException:
                kept = _keep_saved(response, ctx, block, planned)
                identities.attach(resource, kept or prior, response.new_identity)
                raise
            finally:
                response.private = ctx.private_bytes()
        return response

    def ImportResourceState(self, request: Any) -> Any:
        """Take an existing object into the state."""
        response = tfplugin6["ImportResourceState.Response"]()
        with self._context(f'{request.type_name} "{request.id}"', "Cannot import", response) as ctx:
            resource = self._resource(request)
            block = resource.model.block
            identity = identities.read(resource, request.identity)
            ctx.about(resource.label(identity) if identity else ctx.label)
            imported = resource.import_identity(ctx, identity) if identity else resource.import_state(ctx, request.id)
            found = to_values(imported)
            state = _complete(plan.without_write_only(block, plan.with_defaults(block, found)))
            made = response.imported_resources.add(
                type_name=resource.type_name, state=_write(state, block), private=ctx.private_bytes()
            )
            identities.attach(resource, state, made.identity)
        return response

    def MoveResourceState(self, request: Any) -> Any:
        """Refuse to take over the state of another resource type."""
        message = (
            f"A `moved` block cannot turn {request.source_type_name} into {request.target_type_name}. "
            "Remove the old object from the state (`terraform state rm`) and import it as the new type."
        )
        return _refusal("MoveResourceState.Response", "The state cannot be moved", message)

    def GetResourceIdentitySchemas(self, _request: Any) -> Any:
        """By which attributes an object is known (Terraform 1.12 and later ask)."""
        response = tfplugin6["GetResourceIdentitySchemas.Response"]()
        for name, resource in self.resources.items():
            if resource.identity:
                response.identity_schemas[name].CopyFrom(identities.schema(resource))
        return response

    def UpgradeResourceIdentity(self, request: Any) -> Any:
        """Bring a stored identity to the present schema: there has been one version so far."""
        response = tfplugin6["UpgradeResourceIdentity.Response"]()
        with self._context(request.type_name, "Cannot read the stored identity of", response):
            resource = self._resource(request)
            raw = json.loads(request.raw_identity.json)
            response.upgraded_identity.CopyFrom(identities.message(resource, raw))
        return response

    # ------------------------------------------------------------------------------------------------ data sources

    def ValidateDataResourceConfig(self, request: Any) -> Any:
        """Check the configuration of a data source."""
        response = tfplugin6["ValidateDataResourceConfig.Response"]()
        with self._context(f"data source {request.type_name}", "Cannot check", response) as ctx:
            source = self._data_source(request)
            config = _read(request.config, source.model.block)
            ctx.about(f"data source {source.label(config)}")
            self._validate(ctx, source.model.block, config, source.validate)
        return response

    def ReadDataSource(self, request: Any) -> Any:
        """Look something up."""
        response = tfplugin6["ReadDataSource.Response"]()
        with self._context(f"data source {request.type_name}", "Cannot read", response) as ctx:
            source = self._data_source(request)
            block = source.model.block
            config = _read(request.config, block)
            ctx.about(f"data source {source.label(config)}")
            if _refuse_nulls(ctx, block, config):
                return response
            found = to_values(source.read(ctx, to_model(block.model, plan.with_defaults(block, config))))
            response.state.CopyFrom(_write(_complete(plan.keep_form(block, config, found)), block))
        return response

    # ------------------------------------------------------------------------------------------------ not offered

    def GetFunctions(self, _request: Any) -> Any:
        """No functions are offered."""
        return tfplugin6["GetFunctions.Response"]()

    def CallFunction(self, request: Any) -> Any:
        """No functions are offered."""
        return tfplugin6["CallFunction.Response"](error={"text": f"this provider has no function {request.name}"})

    def ValidateEphemeralResourceConfig(self, request: Any) -> Any:
        """No ephemeral resources are offered."""
        return _refusal("ValidateEphemeralResourceConfig.Response", f"No ephemeral resource {request.type_name}")

    def OpenEphemeralResource(self, request: Any) -> Any:
        """No ephemeral resources are offered."""
        return _refusal("OpenEphemeralResource.Response", f"No ephemeral resource {request.type_name}")

    def RenewEphemeralResource(self, request: Any) -> Any:
        """No ephemeral resources are offered."""
        return _refusal("RenewEphemeralResource.Response", f"No ephemeral resource {request.type_name}")

    def CloseEphemeralResource(self, request: Any) -> Any:
        """No ephemeral resources are offered."""
        return _refusal("CloseEphemeralResource.Response", f"No ephemeral resource {request.type_name}")

    # ------------------------------------------------------------------------------------------------ helpers

    def _resource(self, request: Any) -> Resource[Any]:
        return _named(self.resources, request.type_name, "resource")

    def _data_source(self, request: Any) -> DataSource[Any]:
        return _named(self.data_sources, request.type_name, "data source")

    def _hold(self, ctx: Context[Any], breaches: Iterator[contract.Breach]) -> None:
        """Report where an answer breaks Terraform's rules, if that is to be checked."""
        for path, wrong in breaches if self.checked else ():
            ctx.error(
                f"The provider breaks Terraform's contract for {ctx.label}",
                f"{path}: {wrong}. This is a defect of the provider.",
                path,
            )

    @contextmanager
    def _context(self, label: str, attempted: str, response: Any) -> Iterator[Context[Any]]:
        """Answer a request: whatever is raised on the way becomes a diagnostic of the response."""
        ctx: Context[Any] = Context(label, provider=self.configured, stop=self.stop)
        ctx.attempted = attempted
        try:
            yield ctx
        except Exception as error:  # noqa: BLE001 - the user reads it, Terraform goes on
            ctx.diagnostics.append(self._explain(error, ctx.label, f"{ctx.attempted} {ctx.label}"))
        response.diagnostics.extend(each.to_message() for each in ctx.diagnostics)

    def _explain(self, error: Exception, label: str, summary: str) -> Diagnostic:
        LOG.debug("%s", summary, exc_info=error)
        if isinstance(error, DiagnosticError):
            return _naming(label, error.diagnostic)
        if isinstance(error, self.provider.user_errors):
            return Diagnostic(ERROR, summary, str(error))
        return Diagnostic(
            ERROR,
            summary,
            f"Unexpected {type(error).__name__}: {error}. This is a defect of the provider; "
            "TF_LOG=DEBUG shows where it happened.",
        )

    def _validate(
        self, ctx: Context[Any], block: Block, config: dict[str, Any], check: Callable[[Context[Any], Any], None]
    ) -> None:
        if _refuse_nulls(ctx, block, config):
            return
        for path, wrong in validators.problems(block, config, ROOT):
            ctx.error(f"Invalid value in {ctx.label}", f"{path}: {wrong}" if path.steps else wrong, path)
        check(ctx, to_model(block.model, config))


def _named(offered: dict[str, T], name: str, what: str) -> T:
    if name not in offered:
        raise DiagnosticError(f"This provider has no {what} {name}", f"It has {', '.join(offered) or 'none'}.")
    return offered[name]


def _naming(label: str, diagnostic: Diagnostic) -> Diagnostic:
    """The diagnostic, with the object named in its text."""
    if label in diagnostic.summary or label in diagnostic.detail:
        return diagnostic
    return replace(diagnostic, detail=f"{label}: {diagnostic.detail}" if diagnostic.detail else f"{label}.")


def _refuse_nulls(ctx: Context[Any], block: Block, config: dict[str, Any]) -> bool:
    """Report what is null and must not be; answers whether anything was.

    Validation is not enough: what it was shown as unknown may come out as null.
    """
    found = list(validators.nulls(block, config))
    for path, wrong in found:
        ctx.error(f"Invalid value in {ctx.label}", f"{path}: {wrong}", path)
    return bool(found)


def _refuse_write_only(ctx: Context[Any], block: Block, config: dict[str, Any]) -> None:
    for path in plan.write_only_paths(block, config):
        ctx.error(
            f"This Terraform cannot keep {path} of {ctx.label} out of the state",
            "Write-only attributes need Terraform 1.11 or later. Upgrade Terraform or leave the attribute out.",
            path,
        )


def _complete(values: dict[str, Any]) -> dict[str, Any]:
    """`values`, in which nothing may be unknown any more."""
    unknown = sorted(name for name, value in values.items() if not wholly_known(value))
    if unknown:
        raise TypeError(f"the handler left something unknown in {', '.join(unknown)}")
    return values


def _announce(capabilities: Any) -> None:
    capabilities.plan_destroy = True
    capabilities.get_provider_schema_optional = True
    capabilities.move_resource_state = True  # so that the refusal is ours, which says what to do instead


def _refusal(message: str, summary: str, detail: str = "") -> Any:
    response = tfplugin6[message]()
    response.diagnostics.append(Diagnostic(ERROR, summary, detail).to_message())
    return response


def _read(value: Any, block: Block) -> Any:
    if value.msgpack:
        return codec.decode(value.msgpack, block.kind)
    return codec.decode_json(value.json, block.kind) if value.json else None


def _model(block: Block, values: dict[str, Any] | None) -> Any:
    return None if values is None else to_model(block.model, values)


def _write(values: dict[str, Any] | None, block: Block) -> Any:
    return tfplugin6["DynamicValue"](msgpack=codec.encode(values, block.kind))


def _plan_change(
    resource: Resource[Any], ctx: Context[Any], config: dict[str, Any], prior: dict[str, Any] | None
) -> tuple[dict[str, Any], list[Path]]:
    """What is planned, and the paths whose change needs a new object."""
    block = resource.model.block
    proposed = plan.propose(block, config, prior)
    offered = to_model(block.model, proposed)
    planned = plan.without_write_only(
        block, amended(proposed, offered, resource.plan(ctx, _model(block, prior), offered))
    )
    if prior is None or planned == prior:
        return planned, []
    return plan.mark_unknown(block, config, proposed, planned), plan.replacements(block, prior, planned)


def _apply(
    resource: Resource[Any], ctx: Context[Any], prior: dict[str, Any] | None, planned: dict[str, Any] | None
) -> dict[str, Any] | None:
    block = resource.model.block
    if planned is None:
        resource.delete(ctx, to_model(block.model, prior or {}))
        return None
    wanted = to_model(block.model, planned)
    new = resource.create(ctx, wanted) if prior is None else resource.update(ctx, to_model(block.model, prior), wanted)
    ctx.saved = to_values(new)
    kept = plan.keep_form(block, planned, ctx.saved)
    return _complete(plan.keep_unmanaged(block, to_values(ctx.config), planned, kept))


def _keep_saved(response: Any, ctx: Context[Any], block: Block, planned: dict[str, Any] | None) -> Any:
    """Put what the handler saved before it failed into the answer; returns it."""
    if ctx.saved is None:
        return None
    kept = codec.fitting(plan.without_unknowns(plan.without_write_only(block, ctx.saved)), block.kind)
    with suppress(Exception):  # an author's `same` may fail; the state must not be lost over a matter of form
        kept = plan.keep_form(block, plan.without_unknowns(planned or {}), kept)
    response.new_state.CopyFrom(_write(kept, block))
    return kept
