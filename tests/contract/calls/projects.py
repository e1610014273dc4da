"""The calls of projects."""

from __future__ import annotations

from immuta_provider.api.projects import ProjectsApi
from immuta_provider.api.purposes import PurposesApi
from immuta_provider.api.transport import Client

FAMILY = ProjectsApi


def make(client: Client) -> None:
    projects = ProjectsApi(client)
    PurposesApi(client).save({"name": "Project", "acknowledgement": "I agree"})
    project = projects.save({"projectKey": "called", "name": "Called", "purposes": ["Project"]}).id
    assert project is not None
    found = projects.get(project)
    assert found is not None
    assert found.subscription_id is not None
    projects.find("called", name="Called")
    projects.list()
    projects.data_source_names(project)
    projects.acknowledge(project, found.subscription_id)
    projects.update(project, {"description": "e"})
    projects.remove_tag(project, "Sample")
    projects.delete(project)
