"""The list of purposes, all of them or those below one."""

from __future__ import annotations

from terraform_plugin import Context, DataSource, Model, attribute


class ListedPurpose(Model):
    """A purpose in a list."""

    id: str | None = attribute(computed=True, description="The number that Immuta gave the purpose.")
    name: str | None = attribute(computed=True, description="The name; of a sub-purpose the whole path.")
    description: str | None = attribute(computed=True, description="What the purpose is for.")
    system_generated: bool | None = attribute(
        computed=True, description="Whether the purpose belongs to Immuta itself."
    )


class PurposeList(Model):
    """Lists purposes, by name."""

    root: str | None = attribute(description="Only this purpose and what is below it. Default: all.")
    purposes: list[ListedPurpose] | None = attribute(computed=True, description="The purposes, by name.")


class PurposesDataSource(DataSource[PurposeList]):
    """The data source `immuta_purposes`."""

    type_name = "immuta_purposes"
    model = PurposeList
    label_attributes = ("root",)

    def read(self, ctx: Context[PurposeList], config: PurposeList) -> PurposeList:
        """List them."""
        found = sorted(ctx.provider.purposes.list(root=config.root), key=lambda each: str(each.name))
        listed = [
            ListedPurpose(
                id=str(each.id), name=each.name, description=each.description, system_generated=each.system_generated
            )
            for each in found
        ]
        return config.replace(purposes=listed)
