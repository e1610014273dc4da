"""The kinds of documents that the tenant stores.

They stand in one file because families refer to each other's documents (a purpose tells which projects use it) and
must not import each other for it.
"""

from __future__ import annotations

from immuta_tenant.store import Kind

ACTIVITY = Kind("activity", parent="modelId")
API_KEY = Kind("api_key", key="digest")
BEARER_TOKEN = Kind("bearer_token", key="digest")
CONNECTION = Kind("connection", key="connectionKey")
CONNECTION_CLOCK = Kind("connection_clock")
CONNECTION_RULE = Kind("connection_rule")
CONNECTION_TASK = Kind("connection_task", key="taskId", parent="connection")
CONNECTION_TASK_DUE = Kind("connection_task_due")
CONNECTION_TASK_RUN = Kind("connection_task_run", key="runId", parent="taskId")
DATA_OBJECT = Kind("data_object", key="objectId", parent="parent")
DATA_SOURCE = Kind("data_source", key="name")
DATA_SOURCE_COLUMN = Kind("data_source_column", key="name", parent="dataSource")
DATA_SOURCE_TAG = Kind("data_source_tag", key="tag", parent="model")
INTEGRATION = Kind("integration")
INTEGRATION_FAULT = Kind("integration_fault")
DISCOVERABLE = Kind("discoverable", key="scope")
POLICY = Kind("policy", key="policyKey")
POLICY_APPLICATION = Kind("policy_application", key="policy", parent="dataSource")
POLICY_HANDLER = Kind("policy_handler", parent="dataSourceId")
PROJECT = Kind("project", key="projectKey")
PROJECT_DATA_SOURCE = Kind("project_data_source", key="dataSource", parent="project")
PROJECT_PURPOSE = Kind("project_purpose", key="purpose", parent="project")
PROJECT_STAGED_PURPOSE = Kind("project_staged_purpose", key="purpose", parent="project")
PROJECT_TAG = Kind("project_tag", key="tag", parent="model")
PURPOSE = Kind("purpose", key="name")
SUBSCRIPTION = Kind("subscription", key="profile", parent="project")
TAG = Kind("tag", key="name")
USER = Kind("user", key="userid")
