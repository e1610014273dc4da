"""The endpoints of projects that the tenant serves."""

from __future__ import annotations

from immuta_tenant.endpoint import Endpoint
from immuta_tenant.families.projects import v1, v1_data_sources, v1_members, v2
from immuta_tenant.permissions import CREATE_PROJECT

_PROJECT = "/project/{projectId}"
_MEMBER = f"{_PROJECT}/members/{{subscriptionId}}"

ENDPOINTS = (
    Endpoint("POST", "/api/v2/project", v2.save),
    Endpoint("DELETE", "/api/v2/project/{projectKey}", v2.delete),
    Endpoint("GET", "/project", v1.search),
    Endpoint("POST", "/project", v1.create, permissions=(CREATE_PROJECT,)),
    Endpoint("GET", _PROJECT, v1.read),
    Endpoint("PUT", _PROJECT, v1.update),
    Endpoint("DELETE", _PROJECT, v1.delete),
    Endpoint("GET", f"{_PROJECT}/activity", v1.activity),
    Endpoint("GET", f"{_PROJECT}/checkEqualizationState", v1.equalization_state),
    Endpoint("GET", f"{_PROJECT}/members", v1_members.search),
    Endpoint("POST", f"{_PROJECT}/members", v1_members.add),
    Endpoint("PUT", _MEMBER, v1_members.update),
    Endpoint("POST", f"{_MEMBER}/acknowledge", v1_members.acknowledge),
    Endpoint("DELETE", f"{_PROJECT}/unsubscribe", v1_members.unsubscribe),
    Endpoint("GET", f"{_PROJECT}/dataSources", v1_data_sources.search),
    Endpoint("POST", f"{_PROJECT}/dataSources", v1_data_sources.add),
    Endpoint("DELETE", f"{_PROJECT}/dataSources", v1_data_sources.remove),
    Endpoint("PUT", f"{_PROJECT}/dataSources/{{dataSourceId}}", v1_data_sources.comment),
)
