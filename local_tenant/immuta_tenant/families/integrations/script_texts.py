"""The texts of scripts: made up, plausible in form, with the attributes of the request where a true one has them.

They may hold credentials, as true ones may. No text is one of Immuta's.
"""

from __future__ import annotations

from collections.abc import Callable

from immuta_tenant.families.integrations.reading import Stated
from immuta_tenant.store import Document

_HEAD = """\
-- MADE UP by the local tenant: this is no script of Immuta's. Do not run it on a platform.
-- {kind} script, {name}, {site}
"""
Writer = Callable[[Document], list[str]]


def script(kind: str, stated: Stated) -> str:
    """Return a script.

    Parameters:
        kind: `initial-create`, `create`, `edit`, `delete`, `cleanup` or `post-cleanup`.
        stated: the integration; that of a deletion has no secrets.
    """
    head = _HEAD.format(kind=kind, name=stated.platform.name, site=stated.site)
    return head + "".join(f"{line}\n" for line in _WRITERS[stated.platform.name][kind](stated.config))


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _tsql_name(text: str) -> str:
    return "[" + text.replace("]", "]]") + "]"


def _tick_name(text: str) -> str:
    return "`" + text.replace("`", "``") + "`"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _role(config: Document) -> str | None:
    role: str | None = config["impersonation"].get("role") if config["impersonation"]["enabled"] else None
    return role


def _snowflake_create(config: Document) -> list[str]:
    database, account = _name(config["database"]), _name(config.get("username", "IMMUTA_SYSTEM_ACCOUNT"))
    secret = f" PASSWORD = {_text(config['password'])}" if "password" in config else ""
    lines = [
        f"CREATE DATABASE IF NOT EXISTS {database};",
        f"CREATE USER IF NOT EXISTS {account}{secret} DEFAULT_WAREHOUSE = {_name(config['warehouse'])};",
        f"CREATE ROLE IF NOT EXISTS {_name('IMMUTA_SYSTEM')};",
        f"GRANT OWNERSHIP ON DATABASE {database} TO ROLE {_name('IMMUTA_SYSTEM')};",
        f"GRANT USAGE ON WAREHOUSE {_name(config['warehouse'])} TO ROLE {_name('IMMUTA_SYSTEM')};",
        f"GRANT ROLE {_name('IMMUTA_SYSTEM')} TO USER {account};",
    ]
    return lines + _snowflake_edit(config)


def _snowflake_edit(config: Document) -> list[str]:
    role = _role(config)
    lines = [f"USE DATABASE {_name(config['database'])};"]
    if config["audit"]["enabled"]:
        lines.append(f"GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE {_name('IMMUTA_SYSTEM')};")
    if role is not None:
        lines.append(f"CREATE ROLE IF NOT EXISTS {_name(role)};")
    granted = config["workspaces"].get("warehouses") or []
    return lines + [f"GRANT USAGE ON WAREHOUSE {_name(name)} TO ROLE {_name('IMMUTA_WORKSPACE')};" for name in granted]


def _snowflake_remove(config: Document) -> list[str]:
    role = _role(config)
    lines = [f"DROP DATABASE IF EXISTS {_name(config['database'])};", f"DROP ROLE IF EXISTS {_name('IMMUTA_SYSTEM')};"]
    return lines + ([] if role is None else [f"DROP ROLE IF EXISTS {_name(role)};"])


def _redshift_initial(config: Document) -> list[str]:
    return [
        f"-- run it in the database {config.get('initialDatabase', '')}",
        f"CREATE DATABASE {_name(config['database'])};",
    ]


def _redshift_create(config: Document) -> list[str]:
    user = config.get("username") or config.get("databaseUser") or config["okta"]["username"]
    secret = f" PASSWORD {_text(config['password'])}" if "password" in config else " PASSWORD DISABLE"
    lines = [f"-- run it in the database {config['database']}", f"CREATE USER {_name(user)}{secret};"]
    lines.append(f"GRANT ALL ON DATABASE {_name(config['database'])} TO {_name(user)};")
    return lines + _redshift_edit(config)


def _redshift_edit(config: Document) -> list[str]:
    role = _role(config)
    system = f"CREATE SCHEMA IF NOT EXISTS {_name('immuta_system')};"
    return [system] if role is None else [system, f"CREATE GROUP {_name(role)};"]


def _redshift_remove(config: Document) -> list[str]:
    role = _role(config)
    lines = [f"DROP DATABASE {_name(config['database'])};"]
    return lines if role is None else [*lines, f"DROP GROUP {_name(role)};"]


def _synapse_initial(config: Document) -> list[str]:
    login = f"CREATE LOGIN {_tsql_name(config['username'])} WITH PASSWORD = {_text(config['password'])};"
    return ["-- run it in master", login, "GO"]


def _synapse_create(config: Document) -> list[str]:
    schema, user = _tsql_name(config["schema"]), _tsql_name(config["username"])
    return [
        f"USE {_tsql_name(config['database'])};",
        f"CREATE USER {user} FOR LOGIN {user};",
        f"CREATE SCHEMA {schema} AUTHORIZATION {user};",
        "GO",
        *_synapse_edit(config),
    ]


def _synapse_edit(config: Document) -> list[str]:
    role = _role(config)
    lines = [f"GRANT CONTROL ON DATABASE::{_tsql_name(config['database'])} TO immuta_system;"]
    return [*lines, "GO"] if role is None else [*lines, f"CREATE ROLE {_tsql_name(role)};", "GO"]


def _synapse_remove(config: Document) -> list[str]:
    return [f"USE {_tsql_name(config['database'])};", f"DROP SCHEMA IF EXISTS {_tsql_name(config['schema'])};", "GO"]


def _synapse_after(config: Document) -> list[str]:
    return ["-- run it in master", f"DROP LOGIN {_tsql_name(config['username'])};", "GO"]


def _databricks_create(config: Document) -> list[str]:
    catalog = _tick_name(config["catalog"])
    return [
        f"CREATE CATALOG IF NOT EXISTS {catalog};",
        f"GRANT OWNERSHIP ON CATALOG {catalog} TO `immuta`;",
        *_databricks_edit(config),
    ]


def _databricks_edit(config: Document) -> list[str]:
    schema = f"CREATE SCHEMA IF NOT EXISTS {_tick_name(config['catalog'])}.`immuta_system`;"
    audit = ["GRANT SELECT ON SCHEMA system.access TO `immuta`;"] if config["audit"]["enabled"] else []
    return [schema, *audit]


def _databricks_remove(config: Document) -> list[str]:
    return [f"DROP CATALOG IF EXISTS {_tick_name(config['catalog'])} CASCADE;"]


_WRITERS: dict[str, dict[str, Writer]] = {
    "Snowflake": {
        "create": _snowflake_create,
        "edit": _snowflake_edit,
        "delete": _snowflake_remove,
        "cleanup": _snowflake_remove,
    },
    "Redshift": {
        "initial-create": _redshift_initial,
        "create": _redshift_create,
        "edit": _redshift_edit,
        "delete": _redshift_remove,
        "cleanup": _redshift_remove,
    },
    "Azure Synapse Analytics": {
        "initial-create": _synapse_initial,
        "create": _synapse_create,
        "edit": _synapse_edit,
        "delete": _synapse_remove,
        "cleanup": _synapse_remove,
        "post-cleanup": _synapse_after,
    },
    "Databricks": {"create": _databricks_create, "edit": _databricks_edit, "delete": _databricks_remove},
}
