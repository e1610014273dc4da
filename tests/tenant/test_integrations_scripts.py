"""Scripts: which platform has which, in which form they come, and that they change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client
from tests.tenant.integration_bodies import NAMES, body, create, refused

MANUAL = {
    "Azure Synapse Analytics": "synapse manual",
    "Databricks": "databricks manual oauth",
    "Google BigQuery": "bigquery",
    "Native S3": "s3 key",
    "Redshift": "redshift manual password",
    "Snowflake": "snowflake manual key",
    "Trino": "trino",
}
TYPES = {
    "initial-create": ["Azure Synapse Analytics", "Redshift"],
    "create": ["Azure Synapse Analytics", "Databricks", "Redshift", "Snowflake"],
    "cleanup": ["Azure Synapse Analytics", "Redshift", "Snowflake"],
    "post-cleanup": ["Azure Synapse Analytics"],
    "edit": ["Azure Synapse Analytics", "Databricks", "Redshift", "Snowflake"],
    "delete": ["Azure Synapse Analytics", "Databricks", "Redshift", "Snowflake"],
}
WITHOUT_ID = ("initial-create", "create", "cleanup", "post-cleanup")
HEAD = "-- MADE UP by the local tenant: this is no script of Immuta's. Do not run it on a platform."
MARKS = {
    "Azure Synapse Analytics": {
        "initial-create": "CREATE LOGIN [setup@example.net] WITH PASSWORD = 'made-up';",
        "create": "CREATE SCHEMA [immuta_views] AUTHORIZATION [setup@example.net];",
        "edit": "CREATE ROLE [IMP];",
        "delete": "DROP SCHEMA IF EXISTS [immuta_views];",
        "cleanup": "DROP SCHEMA IF EXISTS [immuta_views];",
        "post-cleanup": "DROP LOGIN [setup@example.net];",
    },
    "Databricks": {
        "create": "CREATE CATALOG IF NOT EXISTS `immuta_prod`;",
        "edit": "GRANT SELECT ON SCHEMA system.access TO `immuta`;",
        "delete": "DROP CATALOG IF EXISTS `immuta_prod` CASCADE;",
    },
    "Redshift": {
        "initial-create": 'CREATE DATABASE "immuta";',
        "create": "CREATE USER \"ADMIN\" PASSWORD 'made-up';",
        "edit": 'CREATE SCHEMA IF NOT EXISTS "immuta_system";',
        "delete": 'DROP DATABASE "immuta";',
        "cleanup": 'DROP DATABASE "immuta";',
    },
    "Snowflake": {
        "create": 'CREATE DATABASE IF NOT EXISTS "IMMUTA_DB";',
        "edit": 'CREATE ROLE IF NOT EXISTS "IMP_SF";',
        "delete": 'DROP ROLE IF EXISTS "IMP_SF";',
        "cleanup": 'DROP DATABASE IF EXISTS "IMMUTA_DB";',
    },
}
PAIRS = [(kind, platform) for kind, platforms in TYPES.items() for platform in platforms]


def _path(kind: str) -> str:
    return f"/integrations/scripts/{kind}" if kind in WITHOUT_ID else f"/integrations/1/scripts/{kind}"


@pytest.mark.parametrize(("kind", "platform"), PAIRS)
def test_scripts(client: Client, tenant: RunningTenant, kind: str, platform: str) -> None:
    name = MANUAL[platform]
    if kind not in WITHOUT_ID:
        create(client, name)
    before = tenant.integrations()
    response = client.post(_path(kind), json=None if kind == "delete" else body(name))
    lines = response.text.splitlines()

    assert (response.status_code, response.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert lines[0] == HEAD
    assert lines[1].startswith(f"-- {kind} script, {platform}, ")
    assert MARKS[platform][kind] in lines
    assert tenant.integrations() == before


@pytest.mark.parametrize(
    ("kind", "platform"),
    [(kind, platform) for kind in (*WITHOUT_ID, "edit") for platform in MANUAL if platform not in TYPES[kind]],
)
def test_platforms_without_that_script(client: Client, kind: str, platform: str) -> None:
    message = f'"type" must be one of [{", ".join(TYPES[kind])}]'
    answer = refused(client, "POST", _path(kind), json=body(MANUAL[platform]))

    assert answer == (400, "Bad Request", message)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if "manual" not in name and not name.startswith("snowflake o")]
)
def test_what_has_no_script_for_its_removal(client: Client, name: str) -> None:
    create(client, name)
    text = "There is no script that removes the integration with ID 1"
    message = f"{text}: only integrations that were set up by hand have one."

    assert refused(client, "POST", "/integrations/1/scripts/delete") == (400, "Bad Request", message)


@pytest.mark.parametrize("kind", [*WITHOUT_ID, "edit"])
def test_scripts_are_for_what_owners_set_up(client: Client, kind: str) -> None:
    answer = refused(client, "POST", _path(kind), json=body("synapse auto"))

    assert answer == (400, "Bad Request", '"autoBootstrap" must be false')


@pytest.mark.parametrize("kind", WITHOUT_ID)
def test_the_whole_body_is_needed(client: Client, kind: str) -> None:
    sent = body("synapse manual", schema=...)

    assert refused(client, "POST", _path(kind), json=sent)[2] == '"config.schema" is required'


def test_a_change_must_be_possible(client: Client) -> None:
    create(client, "redshift manual password")
    create(client, "snowflake auto password")
    text = "Unable to edit integration due to changes of non-editable attribute(s)."
    cases = [
        (1, body("redshift manual password", database="x"), "[database]"),
        (1, body("snowflake manual key"), "[type]"),
        (2, body("snowflake manual password"), "[autoBootstrap]"),
    ]

    for identifier, sent, attributes in cases:
        answer = refused(client, "POST", f"/integrations/{identifier}/scripts/edit", json=sent)
        assert answer == (400, "Bad request", f"{text} {attributes}")


@pytest.mark.parametrize(
    ("form", "unwrapped"),
    [("string", lambda answer: answer), ("object", lambda answer: answer["script"])],
)
def test_other_forms(switched, form: str, unwrapped: Any) -> None:
    client = switched(integration_scripts=form)
    answer = client.ok("POST", "/integrations/scripts/create", json=body("snowflake manual key"))

    assert unwrapped(answer).startswith(HEAD)


def test_names_and_passwords_are_quoted(client: Client) -> None:
    sent = body("redshift manual password", username='a"b', password="it's")
    text = client.post("/integrations/scripts/create", json=sent).text

    assert "CREATE USER \"a\"\"b\" PASSWORD 'it''s';" in text
