"""The look-up of the user that the API key belongs to."""

from __future__ import annotations

from terraform_plugin import Context, DataSource, Model, attribute


class CurrentUser(Model):
    """Reads the user that the provider's API key belongs to: who Terraform is, and what it may do."""

    id: str | None = attribute(computed=True, description="The user's name within its identity manager.")
    iamid: str | None = attribute(computed=True, description="The identity manager; `bim` is Immuta's own.")
    profile_id: str | None = attribute(
        computed=True, description="The number of the profile, by which projects and data sources know the user."
    )
    name: str | None = attribute(computed=True, description="The name that people see.")
    email: str | None = attribute(computed=True, description="The e-mail address.")
    permissions: set[str] | None = attribute(computed=True, description="The user's permissions, such as `GOVERNANCE`.")


class CurrentUserDataSource(DataSource[CurrentUser]):
    """The data source `immuta_current_user`."""

    type_name = "immuta_current_user"
    model = CurrentUser

    def read(self, ctx: Context[CurrentUser], config: CurrentUser) -> CurrentUser:
        """Ask who the key belongs to."""
        user = ctx.provider.users.current()
        profile = user.profile if isinstance(user.profile, dict) else {}
        return config.replace(
            id=user.userid,
            iamid=user.iamid,
            profile_id=None if user.profile_id is None else str(user.profile_id),
            name=profile.get("name"),
            email=profile.get("email"),
            permissions=frozenset(user.permissions),
        )
