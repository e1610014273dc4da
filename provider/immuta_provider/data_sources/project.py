"""The look-up of one project by its key or its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from immuta_provider.resources.policies import subscription
from immuta_provider.resources.policies.subscription import ProjectSubscriptionPolicy
from terraform_plugin import Context, DataSource, DiagnosticError, Model, attribute
from terraform_plugin.validators import exactly_one_of, matches

if TYPE_CHECKING:
    from immuta_provider.session import Session


class ProjectLookup(Model, validators=[exactly_one_of("project_key", "id")]):
    """Reads a project that exists, by `project_key` or by `id`."""

    id: str | None = attribute(
        optional=True,
        computed=True,
        validators=[matches(r"\d+", "the number of a project")],
        description="The number that Immuta gave the project.",
    )
    project_key: str | None = attribute(optional=True, computed=True, description="The key of the project.")
    name: str | None = attribute(computed=True, description="The name that people see.")
    description: str | None = attribute(computed=True, description="What the project is about, in short.")
    documentation: str | None = attribute(computed=True, description="A longer text in Markdown.")
    disabled: bool | None = attribute(computed=True, description="Whether the project is disabled (soft-deleted).")
    allow_masked_joins: bool | None = attribute(computed=True, description="Whether masked columns may be joined on.")
    purposes: set[str] | None = attribute(computed=True, description="Names of the project's purposes.")
    data_sources: set[str] | None = attribute(computed=True, description="Names of the project's data sources.")
    tags: set[str] | None = attribute(computed=True, description="Whole names of the project's tags.")
    equalization: bool | None = attribute(computed=True, description="Whether all members get the same entitlements.")
    subscription_policy: ProjectSubscriptionPolicy | None = attribute(
        computed=True, description="Who may join; null where members are added by hand."
    )


class ProjectDataSource(DataSource[ProjectLookup]):
    """The data source `immuta_project`."""

    type_name = "immuta_project"
    model = ProjectLookup
    label_attributes = ("project_key", "id")

    def read(self, ctx: Context[ProjectLookup], config: ProjectLookup) -> ProjectLookup:
        """Find the project, a disabled one as well. Raises DiagnosticError where there is none."""
        session: Session = ctx.provider
        projects = session.projects
        found = projects.find(config.project_key) if config.project_key else projects.get(int(config.id or 0))
        if found is None:
            wanted = f'the key "{config.project_key}"' if config.project_key else f"the id {config.id}"
            raise DiagnosticError(f"There is no project with {wanted}", "Give the project key, not the name.")
        return ProjectLookup(
            id=str(found.id),
            project_key=found.project_key,
            name=found.name,
            description=found.description,
            documentation=found.documentation,
            disabled=found.deleted,
            allow_masked_joins=found.allow_masked_joins,
            purposes=found.purpose_names,
            data_sources=frozenset(projects.data_source_names(found.id)),
            tags=found.tag_names,
            equalization=bool(found.equalization or found.workspace or found.snowflake),
            subscription_policy=subscription.state(found.subscription_type, found.subscription_policy or {}, None),
        )
