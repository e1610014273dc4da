"""Projects: written through V2 by their key, read and deleted through V1.

A V2 post is the whole desired state: what it leaves out may be reset. So everything that the configuration does not
manage is read first and sent back as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import (
    dry_runs,
    existing,
    extra_json,
    import_ids,
    protection,
    stored_form,
)
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.equality import same_or_both_empty
from immuta_provider.resources.names import all_trimmed, trimmed
from immuta_provider.resources.policies import subscription
from immuta_provider.resources.policies.subscription import ProjectSubscriptionPolicy
from immuta_provider.resources.timeouts import Timeouts, timeouts_attribute
from terraform_plugin import UNKNOWN, Context, DiagnosticError, Model, attribute, is_unknown
from terraform_plugin.validators import exactly_one_of, length

if TYPE_CHECKING:
    from immuta_provider.api import projects as api
    from immuta_provider.session import Session

DELETING: Final = "deleting"
UNMANAGED_WHEN_UNSET: Final = ("documentation", "purposes", "tags", "data_sources", "equalization")


class DatabricksWorkspace(Model):
    """A Databricks Spark workspace."""

    database: str = attribute(
        required=True, validators=[trimmed], description="The database in which the project's tables are written."
    )
    directory: str = attribute(
        required=True, validators=[trimmed], description="The directory in which their files lie."
    )
    workspace_configuration_name: str = attribute(
        required=True, validators=[trimmed], description="The name of the workspace configuration in Immuta."
    )


class SnowflakeWorkspace(Model):
    """A Snowflake workspace."""

    schema: str = attribute(required=True, validators=[trimmed], description="The schema that is made for it.")
    warehouses: set[str] = attribute(
        required=True,
        validators=[length(1), all_trimmed],
        description="The warehouses that may be used in it.",
    )


class Workspace(Model, validators=[exactly_one_of("databricks", "snowflake")]):
    """A place where the project's members write tables: exactly one of the members."""

    databricks: DatabricksWorkspace | None = attribute(description="A Databricks Spark workspace.")
    snowflake: SnowflakeWorkspace | None = attribute(description="A Snowflake workspace.")


class Project(Model):
    """A project: people who work with data for certain purposes.

    `purposes`, `tags`, `data_sources` and `equalization` left unset are not managed: they stay as they are. A set that
    is `[]` is managed and empty.
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
        validators=[all_trimmed],
        references=("immuta_purpose", "name"),
        description="Names of the purposes that data is used for in this project.",
    )
    data_sources: set[str] | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        validators=[all_trimmed],
        description="Names of the data sources (API name: `datasources`), without those derived in the project.",
    )
    tags: set[str] | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        validators=[all_trimmed],
        description="Whole names of the project's tags.",
    )
    subscription_policy: ProjectSubscriptionPolicy | None = attribute(
        description="Who may join. Left unset, members are added by hand."
    )
    equalization: bool | None = attribute(
        optional=True,
        computed=True,
        keep_state=True,
        description="Give all members the same entitlements. A project with a workspace always does.",
    )
    workspace: Workspace | None = attribute(
        description="A place where the project's members write tables. Not available with Snowflake table grants."
    )
    stored_form: str | None = attribute(
        computed=True,
        keep_state=True,
        description="A digest of the workspace as the API returns it, whose form is not documented. When it changes "
        "outside Terraform, the plan shows it as known after apply and writes the workspace again.",
    )
    delete_data_sources_on_workspace_delete: bool = attribute(
        default=False,
        unseen="it is an instruction for a write that removes the workspace, and the API does not keep it",
        description="When a write removes the workspace, delete its data and the data sources tied to it too.",
    )
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: Timeouts | None = timeouts_attribute()
    extra_json: str | None = extra_json.extra_json_attribute("`POST /api/v2/project`")


class ProjectResource(ImmutaResource[Project]):
    """The resource `immuta_project`."""

    type_name = "immuta_project"
    model = Project
    permissions = ("CREATE_PROJECT",)
    local = ImmutaResource.local | {"delete_data_sources_on_workspace_delete"}
    label_attributes = ("project_key", "name", "id")
    identity = ("project_key",)
    import_help = "the project key (`churn-study`), or `id:` and the number (`id:31`)"

    def plan_object(self, ctx: Context[Project], prior: Project | None, planned: Project) -> Project:
        """Write again what somebody else has written in a form that cannot be compared."""
        changes: dict[str, Any] = {}
        if (
            prior is None
            or planned.workspace != prior.workspace
            or stored_form.changed_outside(ctx, prior.stored_form)
            or ctx.private.get(DELETING)  # half deleted, and wanted again: a write enables it
        ):
            changes["stored_form"] = UNKNOWN
        if planned.workspace is not None and ctx.config.equalization is None:
            changes["equalization"] = True
        changed = planned.replace(**changes)
        if ctx.provider.validate_at_plan and (prior is None or not changed.changed(prior) <= self.local):
            dry_runs.attempt(
                ctx,
                planned,
                lambda: ctx.provider.projects.save(_body(planned), dry_run=True),
                ready=lambda: all(ctx.provider.purposes.find(name) for name in _sorted(planned.purposes)),
            )
        return changed

    def create_object(self, ctx: Context[Project], plan: Project) -> Project:
        """Post the project, unless its key is taken."""
        session: Session = ctx.provider
        checked = session.projects.save(_body(plan), dry_run=True)
        present = _find(ctx, plan, checked.id) if checked.updating else None
        if present is not None and not present.deleted:
            return self._adopt(ctx, plan, present)
        if present is not None:
            return self._enable(ctx, plan, present)
        saved = session.projects.save(_body(plan))
        if saved.id is None:
            saved.id = _find(ctx, plan, None).id
        ctx.save(plan.replace(id=str(saved.id)))
        return _settled(ctx, plan, saved.id)

    def read_object(self, ctx: Context[Project], state: Project) -> Project | None:
        """Get the project by its id. A disabled one counts as gone, unless a delete of ours ended half-way."""
        found = ctx.provider.projects.get(int(state.id))
        gone = found is None or (found.deleted and not ctx.private.get(DELETING))
        return None if found is None or gone else _state(ctx, state, found)

    def update_object(self, ctx: Context[Project], prior: Project, plan: Project) -> Project:
        """Post what the configuration says, and what it does not manage as it is."""
        present = ctx.provider.projects.get(int(prior.id)) if ctx.private.get(DELETING) else None
        if present is not None and present.deleted:
            ctx.provider.projects.update(present.id, {"deleted": False})
        return self._update(ctx, int(prior.id), plan)

    def delete_object(self, ctx: Context[Project], state: Project) -> None:
        """Disable and delete the project: two requests, so a delete that ends in between is remembered."""
        ctx.private[DELETING] = True
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
        state = _state(ctx, Project(), projects.get(found.id) or found)
        stored_form.remember(ctx, state.stored_form)
        return state

    def _adopt(self, ctx: Context[Project], plan: Project, present: api.Project) -> Project:
        found = _state(ctx, plan, present)
        stored_form.remember(ctx, found.stored_form)
        return existing.adopt(
            ctx,
            plan,
            found,
            key=plan.project_key,
            ignore=self.local,
            update=lambda found, wanted: self._update(ctx, int(found.id), wanted),
        )

    def _enable(self, ctx: Context[Project], plan: Project, present: api.Project) -> Project:
        ctx.provider.claims.adopt(ctx, (Project, str(present.id)))
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
        unset = [name for name in UNMANAGED_WHEN_UNSET if getattr(ctx.config, name) is None]
        now = _state(ctx, plan, present)
        kept = {name: getattr(now, name) for name in unset}
        # Terraform composes every text (NFC); another key than the stored one would make another project.
        body = _body(plan.replace(**kept, project_key=present.project_key))
        flag = bool(plan.delete_data_sources_on_workspace_delete)
        _acknowledging(
            session,
            identifier,
            lambda: session.projects.save(body, delete_data_sources_on_workspace_delete=flag),
        )
        return _settled(ctx, plan, identifier)


def _acknowledging(session: Session, identifier: int, write: Any) -> None:
    """Write; where a purpose's statement must be accepted first, and the provider block allows it, accept it."""
    from immuta_provider.api import AcknowledgementRequired

    try:
        write()
    except AcknowledgementRequired:
        if not session.acknowledge_purposes:
            raise
        _acknowledge(session, identifier)
        write()


def _acknowledge(session: Session, identifier: int) -> None:
    found = session.projects.get(identifier)
    if found is not None and found.subscription_id is not None:
        session.projects.acknowledge(identifier, found.subscription_id)


def _find(ctx: Context[Project], plan: Project, identifier: int | None) -> api.Project:
    """The project with the key of `plan`, by the id in V2's answer where it has one."""
    projects = ctx.provider.projects
    found: api.Project | None = projects.get(identifier) if identifier is not None else None
    if found is None:
        found = projects.find(plan.project_key, name=plan.name)
    if found is None:
        raise existing.not_returned(ctx, plan, f'the project "{plan.project_key}"')
    return found


def _settled(ctx: Context[Project], plan: Project, identifier: int) -> Project:
    """The project after a post. Tags that the post did not take away are taken away one by one."""
    session: Session = ctx.provider
    found = session.projects.get(identifier)
    if found is None:
        raise DiagnosticError(
            f'The project "{plan.project_key}" disappeared while it was written', "Run `terraform apply` again."
        )
    if found.acknowledge_required and session.acknowledge_purposes:
        _acknowledge(session, identifier)
    if isinstance(plan.tags, frozenset):
        for tag in sorted(found.tag_names - plan.tags):
            session.projects.remove_tag(identifier, tag)
            found = session.projects.get(identifier) or found
    state = _state(ctx, plan, found)
    stored_form.remember(ctx, state.stored_form)
    ctx.private.pop(DELETING, None)
    return state


def _body(plan: Project) -> dict[str, Any]:
    """The V2 payload."""
    body: dict[str, Any] = {
        "projectKey": plan.project_key,
        "name": plan.name,
        "description": plan.description or "",
        "documentation": plan.documentation,
        "allowMaskedJoins": plan.allow_masked_joins,
        "purposes": _sorted(plan.purposes),
        "datasources": _sorted(plan.data_sources),
        "tags": _sorted(plan.tags),
        "subscriptionPolicy": subscription.body(plan.subscription_policy) if plan.subscription_policy else None,
        "workspace": _workspace_body(plan.workspace) if plan.workspace else None,
        "equalization": plan.equalization,
    }
    given = {name: value for name, value in body.items() if value is not None and not is_unknown(value)}
    return extra_json.merged(given, plan.extra_json)


def _sorted(names: object) -> list[str]:
    return sorted(names) if isinstance(names, frozenset) else []


def _workspace_body(workspace: Workspace) -> dict[str, Any]:
    if workspace.databricks:
        place = workspace.databricks
        config: dict[str, Any] = {
            "database": place.database,
            "directory": place.directory,
            "workspaceConfigurationName": place.workspace_configuration_name,
        }
        return {"type": "databricks", "config": config}
    assert workspace.snowflake is not None  # the model lets exactly one be set
    config = {"schema": workspace.snowflake.schema, "warehouses": _sorted(workspace.snowflake.warehouses)}
    return {"type": "snowflake", "config": config}


def _state(ctx: Context[Project], known: Project, found: api.Project) -> Project:
    """The project as the API has it."""
    names = ctx.provider.projects.data_source_names(found.id)
    return known.replace(
        id=str(found.id),
        project_key=found.project_key,
        name=found.name,
        description=found.description,
        documentation=found.documentation,
        allow_masked_joins=bool(found.allow_masked_joins),
        purposes=found.purpose_names,
        data_sources=frozenset(names),
        tags=found.tag_names,
        subscription_policy=subscription.state(
            found.subscription_type, found.subscription_policy or {}, known.subscription_policy
        ),
        equalization=bool(found.equalization or found.workspace or found.snowflake),
        workspace=_workspace_state(known.workspace, found),
        stored_form=stored_form.digest({"workspace": found.workspace, "snowflake": found.snowflake}),
        extra_json=extra_json.read_back(known.extra_json, found.model_dump(by_alias=True)),
    )


def _workspace_state(known: Workspace | None, found: api.Project) -> Workspace | None:
    """The workspace, as far as V1's undocumented form tells; what it does not tell is taken from `known`."""
    if isinstance(found.snowflake, dict) and found.snowflake.get("enabled") is not False:
        before = (known.snowflake if known else None) or SnowflakeWorkspace()
        warehouses = found.snowflake.get("warehouses")
        return Workspace(
            snowflake=SnowflakeWorkspace(
                schema=found.snowflake.get("schema") or before.schema,
                warehouses=frozenset(warehouses) if isinstance(warehouses, list) else before.warehouses,
            )
        )
    if not found.workspace:
        return None
    before_databricks = (known.databricks if known else None) or DatabricksWorkspace()
    shown = found.workspace if isinstance(found.workspace, dict) else {}
    return Workspace(
        databricks=DatabricksWorkspace(
            database=shown.get("db") or before_databricks.database,
            directory=shown.get("directory") or before_databricks.directory,
            workspace_configuration_name=shown.get("name") or before_databricks.workspace_configuration_name,
        )
    )
