"""The construct `Project` as users import it: the generated one, and the way to a project that exists already."""

# ruff: noqa: A002  (the CDK calls the second argument of a construct `id`)

from __future__ import annotations

from typing import TYPE_CHECKING

from immuta_constructs import project
from immuta_constructs.data_immuta_project import DataImmutaProject

if TYPE_CHECKING:
    from typing import Unpack

    from constructs import Construct

    from immuta_constructs.meta import DataSourceMeta

__all__ = ["Project"]


class Project(project.Project):
    """A project: people who work with data for certain purposes.

    The arguments are those of `immuta_constructs.project.Project`.
    """

    @classmethod
    def from_key(cls, scope: Construct, id: str, project_key: str, **meta: Unpack[DataSourceMeta]) -> DataImmutaProject:
        """A project that exists already and is not managed here, read by a data source.

        Args:
            scope: the stack, or a construct inside of one.
            id: the construct id.
            project_key: the key that it was made with.
            meta: Terraform's meta arguments, see `immuta_constructs.meta.DataSourceMeta`.
        """
        return DataImmutaProject(scope, id, project_key=project_key, **meta)
