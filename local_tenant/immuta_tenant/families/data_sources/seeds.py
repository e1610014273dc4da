"""What the data sources of a new tenant look like: where they come from, and their columns and tags.

Policies apply by all of that, so the few data sources differ in each of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_DEFAULT_COLUMNS: dict[str, tuple[str, ...]] = {"id": (), "name": ()}


@dataclass(frozen=True, kw_only=True)
class Seed:
    """A data source as it is seeded.

    Parameters:
        columns: the tags of each column, by its name.
        tags: tags of the data source itself.
        server: `user@host:port/database`.
        created: when it was created; now, if empty.
        domain: id and name of its domain.
        groups: names of owning groups, beside the tenant's first user.
    """

    columns: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(_DEFAULT_COLUMNS))
    tags: tuple[str, ...] = ()
    server: str = ""
    created: str = ""
    domain: tuple[str, str] | None = None
    groups: tuple[str, ...] = ()


_WAREHOUSE = "svc_reader@dwh.example.com:5432/sales"
_FINANCE = ("6d0c4b1e-52f3-4f0b-9a53-0d1f6f3d9c11", "Finance Domain")
SEEDS = {
    "Sales Orders": Seed(
        columns={
            "order_id": (),
            "customer_email": ("Discovered.Entity.Electronic Mail Address",),
            "amount": ("Finance.Revenue",),
            "region": (),
        },
        server=_WAREHOUSE,
        created="2024-02-01T08:00:00.000Z",
    ),
    "Sales Customers": Seed(
        columns={
            "customer_id": (),
            "full_name": ("Discovered.Person Name", "Discovered.PII"),
            "email": ("Discovered.Entity.Electronic Mail Address", "Discovered.PII"),
            "country": (),
        },
        server=_WAREHOUSE,
        created="2024-03-01T08:00:00.000Z",
        groups=("data-engineers",),
    ),
    "Ledger": Seed(
        columns={"entry_id": (), "account": ("Finance",), "amount": ("Finance.Revenue",)},
        tags=("Finance",),
        server="svc_reader@ledger.example.com:5432/books",
        created="2025-01-15T08:00:00.000Z",
        domain=_FINANCE,
    ),
    "Employees": Seed(
        columns={"employee_id": (), "department": (), "salary": ()},
        server="svc_reader@hr.example.com:5432/people",
        created="2025-06-01T08:00:00.000Z",
        groups=("people-team",),
    ),
}


def seed_of(name: str) -> Seed:
    """Return what a data source of this name looks like; a name without a seed has plain columns and no tag."""
    table = name.lower().replace(" ", "_")
    return SEEDS.get(name, Seed(server=f"immuta@database.example.com:5432/{table}"))
