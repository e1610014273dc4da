"""The list of projects, all of them or those whose name matches."""

from __future__ import annotations

from terraform_plugin import Context, DataSource, Model, attribute


class ListedProject(Model):
    """A project in a list. The lists of the API leave the key out on most tenants; `immuta_project` reads it."""

    id: str | None = attribute(computed=True, description="The number that Immuta gave the project.")
    name: str | None = attribute(computed=True, description="The name that people see.")
    description: str | None = attribute(computed=True, description="What the project is about, in short.")


class ProjectList(Model):
    """Lists the projects that the service account can see, disabled ones left out, by name."""

    name_contains: str | None = attribute(description="Only projects whose name contains this text, in any case.")
    projects: list[ListedProject] | None = attribute(computed=True, description="The projects, by name.")


class ProjectsDataSource(DataSource[ProjectList]):
    """The data source `immuta_projects`."""

    type_name = "immuta_projects"
    model = ProjectList
    label_attributes = ("name_contains",)

    def read(self, ctx: Context[ProjectList], config: ProjectList) -> ProjectList:
        """List them."""
        wanted = (config.name_contains or "").casefold()
        found = [each for each in ctx.provider.projects.list() if not each.deleted and wanted in each.name.casefold()]
        listed = [
            ListedProject(id=str(each.id), name=each.name, description=each.description)
            for each in sorted(found, key=lambda each: (str(each.name), int(each.id)))
        ]
        return config.replace(projects=listed)
