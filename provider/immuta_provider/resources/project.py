"""Projects: written through V2 by their key, read and deleted through V1.

A V2 post is the whole desired state: what it leaves out may be reset. So everything that the configuration does not
manage is read first and sent back as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import existing, import_ids
from immuta_provider.resources.equality import false_is_null, same_or_both_empty
from terraform_plugin import Context, DiagnosticError, Model, Path, Resource, attribute, is_unknown
from terraform_plugin.validators import exactly_one_of, length, matches

if TYPE_CHECKING:
    from immuta_provider import api
    from immuta_provider.session import Session

trimmed = matches(r"\S(?:.*\S)?", "a text without spaces at its ends")


class Approval(Model):
    """An approval that is needed to join."""

    required_permission: str = attribute(
        required=True, description="The permission that the approver must have, such as `GOVERNANCE` or `ADMIN`."
    )
    specific_approver_required: bool | None = attribute(
        same=false_is_null, description="Whether the person who asks to join names the approver."
    )


class AnyoneMayJoin(Model):
    """Anybody may join."""

    automatic_subscription: bool = attribute(default=False, description="Subscribe everybody at once.")
    description: str | None = attribute(
        same=same_or_both_empty, description="What is said about the policy to people who look at the project."
    )


class JoinAfterApproval(Model):
    """People join after approval."""

    approvals: set[Approval] = attribute(
        required=True, validators=[length(1)], description="The approvals that are needed, each of them."
    )


class Entitlement(Model):
    """An attribute of a user."""

    name: str = attribute(required=True, description="The attribute's name.")
    value: str = attribute(required=True, description="The value that the user must have.")


class JoinByEntitlement(Model):
    """People with certain groups or attributes may join."""

    automatic_subscription: bool = attribute(default=False, description="Subscribe them at once.")
    allow_discovery: bool = attribute(default=False, description="Show the project to people who may not join.")
    operator: str = attribute(
        default="any",
        one_of=("any", "all"),
        description="Whether `any` one of the entitlements is enough or `all` are needed.",
    )
    groups: set[str] | None = attribute(same=same_or_both_empty, description="Names of groups.")
    attributes: set[Entitlement] | None = attribute(same=same_or_both_empty, description="Attributes with a value.")


class ProjectSubscriptionPolicy(Model, validators=[exactly_one_of("anyone", "approval", "entitlements")]):
    """Who may join a project: exactly one of the members."""

    anyone: AnyoneMayJoin | None = attribute(description="Anybody may join.")
    approval: JoinAfterApproval | None = attribute(description="People join after approval.")
    entitlements: JoinByEntitlement | None = attribute(description="People with certain groups or attributes may join.")


class Project(Model):
    """A project: people who work with data for certain purposes.

    `purposes` and `tags` left unset are not managed: they stay as they are. Set to `[]` they are managed and empty.
    """

    id: str = attribute(computed=True, keep_state=True, description="The number that Immuta gave the project.")
    project_key: str = attribute(
        required=True,
        requires_replace=True,
        validators=[trimmed],
        description="The key, chosen by you and unique in the tenant. Another key is another project.",
    )
    name: str = attribute(required=True, validators=[trimmed], description="The name that people see.")
    description: str | None = attribute(same=same_or_both_empty, description="What the project is about, in short.")
    documentation: str | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        description="A longer text in Markdown. Left unset, Immuta writes a heading with the name.",
    )
    allow_masked_joins: bool = attribute(default=False, description="Allow joins on masked columns within the project.")
    purposes: set[str] | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        references=("immuta_purpose", "name"),
        description="Names of the purposes that data is used for in this project.",
    )
    tags: set[str] | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        description="Whole names of the project's tags.",
    )
    subscription_policy: ProjectSubscriptionPolicy | None = attribute(
        description="Who may join. Left unset, members are added by hand."
    )


class ProjectResource(Resource[Project]):
    """The resource `immuta_project`."""

    type_name = "immuta_project"
    model = Project
    label_attributes = ("project_key", "name", "id")
    import_help = "the project key (`churn-study`), or `id:` and the number (`id:31`)"

    def create(self, ctx: Context[Project], plan: Project) -> Project:
        """Post the project, unless its key is taken."""
        session: Session = ctx.provider
        checked = session.projects.save(_body(plan), dry_run=True)
        present = _find(session, plan, checked.id) if checked.updating else None
        if present is not None and not present.deleted:
            return self._adopt(ctx, plan, present)
        if present is not None:
            return self._enable(ctx, plan, present)
        saved = session.projects.save(_body(plan))
        if saved.id is None:
            saved.id = _find(session, plan, None).id
        ctx.save(plan.replace(id=str(saved.id)))
        return _settled(session, plan, saved.id)

    def read(self, ctx: Context[Project], state: Project) -> Project | None:
        """Get the project by its id; a disabled one counts as gone."""
        found = ctx.provider.projects.get(int(state.id))
        return None if found is None or found.deleted else _state(state, found)

    def update(self, ctx: Context[Project], prior: Project, plan: Project) -> Project:
        """Post what the configuration says, and what it does not manage as it is."""
        return self._update(ctx, int(prior.id), plan)

    def delete(self, ctx: Context[Project], state: Project) -> None:
        """Disable and delete the project."""
        ctx.provider.projects.delete(int(state.id))

    def import_state(self, ctx: Context[Project], import_id: str) -> Project:
        """Find the project by key or id."""
        wanted = import_ids.parse(import_id)
        projects = ctx.provider.projects
        found = projects.find(wanted.key) if wanted.key else projects.get(wanted.id)
        if found is None or found.deleted:
            raise DiagnosticError(
                f'There is no project "{import_id}"' if found is None else f'The project "{import_id}" is disabled',
                "Give the project key (not the name), or `id:` and the number."
                if found is None
                else "Enable it in Immuta first, or declare it: creating it enables it again.",
            )
        return _state(Project(), found)

    def _adopt(self, ctx: Context[Project], plan: Project, present: api.Project) -> Project:
        return existing.adopt(
            ctx,
            plan,
            _state(plan, present),
            key=plan.project_key,
            ignore=frozenset(),
            update=lambda found, wanted: self._update(ctx, int(found.id), wanted),
        )

    def _enable(self, ctx: Context[Project], plan: Project, present: api.Project) -> Project:
        ctx.warning(
            f'The project "{present.project_key}" existed, disabled, and was enabled again',
            f"Its id is {present.id}. It now has what the configuration says.",
        )
        ctx.provider.projects.update(present.id, {"deleted": False})
        ctx.save(plan.replace(id=str(present.id)))
        return self._update(ctx, present.id, plan)

    def _update(self, ctx: Context[Project], identifier: int, plan: Project) -> Project:
        session: Session = ctx.provider
        present = session.projects.get(identifier)
        if present is None or present.deleted:
            raise DiagnosticError(
                f'Cannot update immuta_project "{plan.project_key}": it is gone',
                "Run `terraform plan` to see what is left to do.",
            )
        unmanaged = {
            name: getattr(_state(plan, present), name)
            for name in ("purposes", "tags", "documentation")
            if getattr(ctx.config, name) is None
        }
        session.projects.save(_body(plan.replace(**unmanaged), present, session.projects.data_source_names(identifier)))
        settled = _settled(session, plan, identifier)
        known = {name: getattr(plan, name) for name in unmanaged if not is_unknown(getattr(plan, name))}
        return settled.replace(**known)


def _find(session: Session, plan: Project, identifier: int | None) -> api.Project:
    """The project with the key of `plan`, by the id in V2's answer where it has one."""
    found = session.projects.get(identifier) if identifier is not None else None
    if found is None:
        found = session.projects.find(plan.project_key, name=plan.name)
    if found is None:
        raise DiagnosticError(
            f'Immuta knows the project "{plan.project_key}" but does not return it',
            "The API key may lack the permission to see it. When it has appeared, `terraform apply` adopts it.",
        )
    return found


def _settled(session: Session, plan: Project, identifier: int) -> Project:
    """The project after a post. Tags and purposes that the post did not take away are taken away one by one."""
    found = session.projects.get(identifier)
    if found is None:
        raise DiagnosticError(
            f'The project "{plan.project_key}" disappeared while it was written', "Run `terraform apply` again."
        )
    if isinstance(plan.tags, frozenset):
        for tag in sorted(found.tag_names - plan.tags):
            session.projects.remove_tag(identifier, tag)
            found = session.projects.get(identifier) or found
    return _state(plan, found)


def _body(plan: Project, present: api.Project | None = None, data_sources: list[str] | None = None) -> dict[str, Any]:
    """The V2 payload: all of the plan, and what only the present object knows."""
    body: dict[str, Any] = {
        "projectKey": plan.project_key,
        "name": plan.name,
        "description": plan.description or "",
        "allowMaskedJoins": plan.allow_masked_joins,
        "purposes": _sorted(plan.purposes),
        "tags": _sorted(plan.tags),
        "subscriptionPolicy": _policy_body(plan.subscription_policy),
    }
    if isinstance(plan.documentation, str):
        body["documentation"] = plan.documentation
    if data_sources:
        body["datasources"] = data_sources
    if present is not None and present.equalization is not None:
        body["equalization"] = True
    if present is not None and (present.workspace or present.snowflake):
        raise DiagnosticError(
            f'Cannot update immuta_project "{plan.project_key}": it has a workspace',
            "A write would take the workspace away, and this version of the provider cannot write workspaces.",
            Path("project_key"),
        )
    return {name: value for name, value in body.items() if value is not None}


def _sorted(names: object) -> list[str]:
    return sorted(names) if isinstance(names, frozenset) else []


def _policy_body(policy: ProjectSubscriptionPolicy | None) -> dict[str, Any] | None:
    if policy is None:
        return None
    if policy.anyone:
        body = {"type": "anyone", "automaticSubscription": policy.anyone.automatic_subscription}
        return body | ({"description": policy.anyone.description} if policy.anyone.description else {})
    if policy.approval:
        return {"type": "approval", "approvals": sorted(map(_approval_body, policy.approval.approvals), key=str)}
    rule = policy.entitlements
    assert rule is not None
    return {
        "type": "entitlements",
        "automaticSubscription": rule.automatic_subscription,
        "allowDiscovery": rule.allow_discovery,
        "entitlements": {
            "operator": rule.operator,
            "groups": _sorted(rule.groups),
            "attributes": sorted(({"name": a.name, "value": a.value} for a in rule.attributes or ()), key=str),
        },
    }


def _approval_body(approval: Approval) -> dict[str, Any]:
    return {
        "requiredPermission": approval.required_permission,
        "specificApproverRequired": bool(approval.specific_approver_required),
    }


def _state(known: Project, found: api.Project) -> Project:
    """The project as the API has it."""
    return known.replace(
        id=str(found.id),
        project_key=found.project_key,
        name=found.name,
        description=found.description,
        documentation=found.documentation,
        allow_masked_joins=bool(found.allow_masked_joins),
        purposes=frozenset(found.purpose_names),
        tags=frozenset(found.tag_names),
        subscription_policy=_policy_state(found),
    )


def _policy_state(found: api.Project) -> ProjectSubscriptionPolicy | None:
    policy = found.subscription_policy or {}
    automatic, discovery = bool(policy.get("automaticSubscription")), bool(policy.get("allowDiscovery"))
    if found.subscription_type == "automatic":
        anyone = AnyoneMayJoin(automatic_subscription=automatic, description=policy.get("description"))
        return ProjectSubscriptionPolicy(anyone=anyone)
    if found.subscription_type == "approval":
        approvals = frozenset(
            Approval(
                required_permission=each.get("requiredPermission"),
                specific_approver_required=bool(each.get("specificApproverRequired")),
            )
            for each in policy.get("approvals") or ()
        )
        return ProjectSubscriptionPolicy(approval=JoinAfterApproval(approvals=approvals))
    if found.subscription_type == "policy":
        rule = JoinByEntitlement(
            automatic_subscription=automatic, allow_discovery=discovery, **_entitlements(policy.get("exceptions") or {})
        )
        return ProjectSubscriptionPolicy(entitlements=rule)
    return None


def _entitlements(exceptions: dict[str, Any]) -> dict[str, Any]:
    conditions = exceptions.get("conditions") or []
    attributes = (each["authorization"] for each in conditions if each.get("authorization"))
    return {
        "operator": "all" if exceptions.get("operator") == "and" else "any",
        "groups": frozenset(each["group"]["name"] for each in conditions if each.get("group")),
        "attributes": frozenset(Entitlement(name=each["auth"], value=each["value"]) for each in attributes),
    }
