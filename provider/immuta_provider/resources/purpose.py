"""Purposes: created through V2, read, changed and deleted through V1.

An update goes through V1 because a V2 post of a parent without its sub-purposes may delete these. A sub-purpose is a
resource of its own whose name is the whole dotted path; its parent is never created implicitly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import dry_runs, existing, extra_json, import_ids, protection
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.equality import same_or_both_empty
from immuta_provider.resources.timeouts import Timeouts, timeouts_attribute
from terraform_plugin import Context, DiagnosticError, Model, Path, attribute
from terraform_plugin.validators import matches

if TYPE_CHECKING:
    from immuta_provider.api import purposes as api
    from immuta_provider.session import Session

NOISE_REDUCTIONS: Final = ("None", "Very Small", "Small", "Medium", "Large")
METADATA: Final = {
    "allow_unmasked_k_anon": "allowUnmaskedKAnon",
    "adjustment_certification_text": "adjustmentCertificationText",
    "is_hed": "isHED",
    "adjustment_requires_data_source_tag": "adjustmentRequiresDataSourceTag",
}
SEGMENT: Final = r"[^.\s](?:[^.]*[^.\s])?"
dotted_name = matches(
    rf"{SEGMENT}(?:\.{SEGMENT})*", "a purpose's name: segments joined by single dots, none with a space at its ends"
)


class PolicyMetadata(Model):
    """What a purpose says about adjustments of policies. A member left unset is not managed."""

    allow_unmasked_k_anon: bool | None = attribute(
        optional=True, computed=True, keep_state=True, description="Allow k-anonymized columns to be unmasked."
    )
    adjustment_certification_text: str | None = attribute(
        optional=True, computed=True, keep_state=True, description="What people certify when they adjust a policy."
    )
    is_hed: bool | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        description="Whether the purpose is an expert determination (HED).",
    )
    adjustment_requires_data_source_tag: str | None = attribute(
        optional=True, computed=True, keep_state=True, description="The tag that a data source needs for adjustments."
    )


class Purpose(Model):
    """A purpose: a reason for which people may use data. Projects and policies refer to it by name.

    A sub-purpose has the whole path as its name (`Research.Churn`) and needs its parent first.
    """

    id: str = attribute(computed=True, keep_state=True, description="The number that Immuta gave the purpose.")
    name: str = attribute(
        required=True,
        requires_replace=True,
        validators=[dotted_name],
        description="The name; of a sub-purpose the whole path, joined by dots. Another name is another purpose.",
    )
    description: str | None = attribute(same=same_or_both_empty, description="What the purpose is for.")
    acknowledgement: str | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        same=same_or_both_empty,
        description="The statement that people accept when they join a project with this purpose. "
        "Left unset, Immuta's own text stays.",
    )
    k_anon_noise_reduction: str | None = attribute(
        one_of=NOISE_REDUCTIONS,
        description="How far the noise of policy adjustments may be reduced in projects with this purpose.",
    )
    display_acknowledgement: bool | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        description="Show the statement to people. Left unset it is not managed; Immuta's default is true.",
    )
    policy_metadata: PolicyMetadata | None = attribute(
        optional=True, computed=True, keep_state=True, description="What is said about adjustments of policies."
    )
    re_acknowledge_required: bool = attribute(
        default=False,
        unseen="it is an instruction for the next write, and the API does not keep it",
        description="Ask the members of projects with this purpose to accept a changed statement again. "
        "Sent with every write while true; changing it alone makes no request.",
    )
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: Timeouts | None = timeouts_attribute()
    extra_json: str | None = extra_json.extra_json_attribute("`PUT /governance/purpose/{id}`")


class PurposeResource(ImmutaResource[Purpose]):
    """The resource `immuta_purpose`."""

    type_name = "immuta_purpose"
    model = Purpose
    permissions = ("GOVERNANCE",)
    local = ImmutaResource.local | {"re_acknowledge_required"}
    identity = ("name",)
    import_help = "the name (`Research.Churn`), or `id:` and the number (`id:31`)"

    def plan_object(self, ctx: Context[Purpose], prior: Purpose | None, planned: Purpose) -> Purpose:
        """Try the write as a dry run, where that is wished."""
        if ctx.provider.validate_at_plan and (prior is None or not planned.changed(prior) <= self.local):
            parent = planned.name.rpartition(".")[0]
            dry_runs.attempt(
                ctx,
                planned,
                lambda: ctx.provider.purposes.save(_body(planned), dry_run=True),
                ready=lambda: not parent or ctx.provider.purposes.find(parent) is not None,
            )
        return planned

    def create_object(self, ctx: Context[Purpose], plan: Purpose) -> Purpose:
        """Post the purpose, unless it exists."""
        session: Session = ctx.provider
        found = session.purposes.find(plan.name)
        if found is not None:
            return self._adopt(ctx, plan, found)
        _need_parent(session, plan.name)
        with existing.kept_in_doubt(ctx, plan):
            saved = session.purposes.save(_body(plan), re_acknowledge_required=plan.re_acknowledge_required)
        # Of a sub-purpose it may be the id of the root: kept without one, it is found by its name.
        ctx.save(plan if saved.id is None or "." in plan.name else plan.replace(id=str(saved.id)))
        created = _created(session, plan.name, saved.id)
        ctx.save(plan.replace(id=str(created.id)))
        return _state(plan, _completed(session, ctx.config, plan, created))

    def read_object(self, ctx: Context[Purpose], state: Purpose) -> Purpose | None:
        """Get the purpose by its id; by its name where a create ended before the id was known."""
        identifier = _identifier(ctx.provider, state)
        found = None if identifier is None else ctx.provider.purposes.get(identifier, include_subpurposes=False)
        return None if found is None else _state(state, found)

    def update_object(self, ctx: Context[Purpose], prior: Purpose, plan: Purpose) -> Purpose:
        """Put what the configuration says; keep what it does not name."""
        return _state(plan, _put(ctx.provider, ctx.config, int(prior.id), plan))

    def delete_object(self, ctx: Context[Purpose], state: Purpose) -> None:
        """Delete the purpose, unless that would take sub-purposes along."""
        session: Session = ctx.provider
        below = sorted(each.name for each in session.purposes.list(root=state.name) if each.name != state.name)
        if below:
            raise DiagnosticError(
                f'Cannot delete immuta_purpose "{state.name}": it has sub-purposes',
                f"Immuta would delete them too: {', '.join(below)}. Delete them first; where Terraform manages them, "
                "let each say `depends_on` its parent, so that they go first.",
            )
        identifier = _identifier(session, state)
        if identifier is not None:
            session.purposes.delete(identifier)

    def import_state(self, ctx: Context[Purpose], import_id: str) -> Purpose:
        """Find the purpose by name or id."""
        wanted = import_ids.parse(import_id)
        purposes = ctx.provider.purposes
        found = purposes.find(wanted.key) if wanted.key else purposes.get(wanted.id)
        if found is None:
            raise DiagnosticError(
                f'There is no purpose "{import_id}"',
                "Give the whole name with all parents (`Research.Churn`), or `id:` and the number.",
            )
        _refuse_system_purpose(found)
        return _state(Purpose(), found)

    def _adopt(self, ctx: Context[Purpose], plan: Purpose, found: api.Purpose) -> Purpose:
        _refuse_system_purpose(found)
        return existing.adopt(
            ctx,
            plan,
            _state(plan, found),
            key=plan.name,
            ignore=self.local,
            update=lambda present, wanted: _state(wanted, _put(ctx.provider, ctx.config, int(present.id), wanted)),
        )


def _identifier(session: Session, state: Purpose) -> int | None:
    if state.id:
        return int(state.id)
    found = session.purposes.find(state.name)
    return None if found is None else found.id


def _refuse_system_purpose(found: api.Purpose) -> None:
    if found.system_generated:
        raise DiagnosticError(
            f'The purpose "{found.name}" belongs to Immuta itself',
            "It cannot be managed. Refer to it by name, or read it with the data source `immuta_purpose`.",
        )


def _need_parent(session: Session, name: str) -> None:
    parent = name.rpartition(".")[0]
    if parent and session.purposes.find(parent) is None:
        raise DiagnosticError(
            f'Cannot create immuta_purpose "{name}": its parent "{parent}" does not exist',
            f'Nothing is created implicitly. Declare a purpose "{parent}" too and let this one say '
            "`depends_on = [immuta_purpose.<parent>]`, so that the parent comes first.",
            Path("name"),
        )


def _body(plan: Purpose) -> dict[str, Any]:
    body = {
        "name": plan.name,
        "description": plan.description or "",
        "acknowledgement": plan.acknowledgement,
        "kAnonNoiseReduction": plan.k_anon_noise_reduction,
    }
    return {name: value for name, value in body.items() if isinstance(value, str)}


def _created(session: Session, name: str, identifier: int | None) -> api.Purpose:
    """The purpose that a post made. The id in the answer may be that of the root, so the name decides."""
    found = session.purposes.get(identifier, include_subpurposes=False) if identifier is not None else None
    if found is None or found.name != name:
        found = session.purposes.find(name)
    if found is None:
        raise DiagnosticError(
            f'Immuta accepted the purpose "{name}" but does not return it',
            "Run `terraform apply` again: when it has appeared by then, it is adopted.",
        )
    return found


def _completed(session: Session, config: Purpose, plan: Purpose, created: api.Purpose) -> api.Purpose:
    """Write what V2 has no word for, and the acknowledgement where the first post lost it, as has been seen."""
    lost = config.acknowledgement is not None and not same_or_both_empty(
        config.acknowledgement, created.acknowledgement
    )
    more = (config.display_acknowledgement, config.policy_metadata, config.extra_json)
    if lost or any(value is not None for value in more):
        return _put(session, config, created.id, plan)
    return created


def _put(session: Session, config: Purpose, identifier: int, plan: Purpose) -> api.Purpose:
    """Change a purpose. The API may reset what a body leaves out, so everything it has now is sent along."""
    present = session.purposes.get(identifier, include_subpurposes=False)
    if present is None:
        raise DiagnosticError(
            f'Cannot update immuta_purpose "{plan.name}": it is gone', "Run `terraform plan` to see what is left to do."
        )
    shown = (
        present.display_acknowledgement if config.display_acknowledgement is None else config.display_acknowledgement
    )
    body: dict[str, Any] = {
        "description": plan.description or "",
        "acknowledgement": present.acknowledgement if config.acknowledgement is None else config.acknowledgement,
        "displayAcknowledgement": shown is not False,
    }
    metadata = _metadata(config, present, plan)
    if metadata or present.policy_metadata:
        body["policyMetadata"] = metadata
    if plan.re_acknowledge_required:
        body["reAcknowledge"] = True
    return session.purposes.update(identifier, extra_json.merged(body, plan.extra_json))


def _metadata(config: Purpose, present: api.Purpose, plan: Purpose) -> dict[str, Any]:
    """The policy metadata: what the tenant has, with what the configuration says."""
    managed = {"kAnonNoiseReduction": plan.k_anon_noise_reduction}
    kept = {name: value for name, value in (present.policy_metadata or {}).items() if name not in managed}
    given = {key: getattr(config.policy_metadata, name, None) for name, key in METADATA.items()}
    changed = {name: value for name, value in {**managed, **given}.items() if value is not None}
    return kept | changed


def _metadata_state(found: api.Purpose) -> PolicyMetadata | None:
    raw = found.policy_metadata or {}
    values = {name: raw.get(key) for name, key in METADATA.items()}
    tag = values["adjustment_requires_data_source_tag"]
    values["adjustment_requires_data_source_tag"] = None if tag is None else str(tag)
    return PolicyMetadata(**values)


def _state(known: Purpose, found: api.Purpose) -> Purpose:
    """The purpose as the API has it; what the API does not return comes from `known`."""
    return known.replace(
        id=str(found.id),
        name=found.name,
        description=found.description,
        acknowledgement=found.acknowledgement,
        k_anon_noise_reduction=found.k_anon_noise_reduction,
        display_acknowledgement=found.display_acknowledgement is not False,
        policy_metadata=_metadata_state(found),
        extra_json=extra_json.read_back(known.extra_json, found.model_dump(by_alias=True)),
    )
