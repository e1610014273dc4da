"""A tenant for tests.

Served from a thread of the test's own process on a free port, with direct access to its state, so that a test can
change things behind the client's back and see what the client has sent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from immuta_tenant.app import TenantApplication, create_app
from immuta_tenant.authentication import ANONYMOUS, Caller, digest, expire_tokens, first_user
from immuta_tenant.families import fill, reset
from immuta_tenant.families.data_sources import state as data_sources
from immuta_tenant.families.integrations import controls as integration_controls
from immuta_tenant.families.integrations import state as integrations
from immuta_tenant.families.integrations import views as integration_views
from immuta_tenant.families.integrations.schema import FaultBody, StatusBody
from immuta_tenant.families.policies import reading
from immuta_tenant.families.policies import state as policies
from immuta_tenant.families.policies import views as policy_views
from immuta_tenant.families.projects import state as projects
from immuta_tenant.families.projects import views as project_views
from immuta_tenant.families.purposes import state as purposes
from immuta_tenant.families.tags import state as tags
from immuta_tenant.faults import make_fault
from immuta_tenant.kinds import DATA_SOURCE, INTEGRATION, PROJECT, PROJECT_TAG, PURPOSE
from immuta_tenant.request_log import LoggedRequest
from immuta_tenant.server import HOST, Server, bind
from immuta_tenant.settings import Settings
from immuta_tenant.store import Document, Kind, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.testing_connections import TenantConnections
from immuta_tenant.timestamps import timestamp

_START_SECONDS = 10


class UnknownObjectError(LookupError):
    """A test names an object that the tenant does not have."""


class RunningTenant:
    """A tenant that is being served.

    Attributes:
        url: where it is served, `http://127.0.0.1:PORT`.
        api_key: a key that it accepts.
        tenant: its settings, its store and its request log.
        connections: its connections, their time and what is to go wrong with them.
    """

    def __init__(self, url: str, application: TenantApplication) -> None:
        self.url = url
        self.tenant: Tenant = application.tenant
        self.api_key: str = self.tenant.settings.api_key
        self.connections = TenantConnections(self.tenant)

    @property
    def store(self) -> Store:
        """The documents, for tests that need more than the methods below."""
        return self.tenant.store

    def purposes(self) -> list[Document]:
        """Return the live purposes that clients have made, by id, as the V1 API shows them."""
        found = self.store.all(PURPOSE)
        return [purpose for purpose in found if not purpose["deleted"] and not purpose["systemGenerated"]]

    def purpose(self, name: str) -> Document:
        """Return a live purpose by its full name."""
        return _present(purposes.live(self.store, name), "purpose", name)

    def change_purpose(self, name: str, **changes: Any) -> None:
        """Change stored attributes of a purpose, by their V1 names."""
        with self.store.transaction():
            self._change(PURPOSE, self.purpose(name), changes)

    def delete_purpose(self, name: str) -> None:
        """Delete a purpose and its descendants softly."""
        with self.store.transaction():
            purposes.delete(self.store, self.purpose(name))

    def projects(self) -> list[Document]:
        """Return the active projects, by id, as GET /project/{projectId} shows them to somebody who is no member."""
        with self.store.transaction():
            active = [project for project in self.store.all(PROJECT) if not project["deleted"]]
            return [project_views.read(self.store, ANONYMOUS, project) for project in active]

    def project(self, key: str) -> Document:
        """Return a project by key, a disabled one as well."""
        with self.store.transaction():
            return project_views.read(self.store, ANONYMOUS, self._stored_project(key))

    def change_project(self, key: str, **changes: Any) -> None:
        """Change a project.

        Stored attributes by their V1 names, and the complete lists of names `purposes`, `tags` and
        `dataSources`.
        """
        with self.store.transaction():
            project = self._stored_project(key)
            identifier = project["id"]
            if "purposes" in changes:
                found = purposes.resolve(self.store, changes.pop("purposes"))
                projects.set_purposes(self.store, identifier, (purpose["id"] for purpose in found))
            if "tags" in changes:
                named = tags.resolve(self.store, changes.pop("tags"))
                tags.replace(self.store, PROJECT_TAG, identifier, named, self._owner())
            if "dataSources" in changes:
                sources = projects.known_data_sources(self.store, changes.pop("dataSources"))
                projects.set_data_sources(self.store, self._owner(), identifier, sources)
            self._change(PROJECT, project, changes)

    def delete_project(self, key: str, *, hard: bool = True) -> None:
        """Remove a project for good, or only disable it."""
        with self.store.transaction():
            project = self._stored_project(key)
            if hard:
                projects.erase(self.store, project)
            else:
                projects.disable(self.store, self._owner(), project)

    def policies(self) -> list[Document]:
        """Return the live policies that clients have made, by id, as the V1 API shows them."""
        with self.store.transaction():
            found = [policy for policy in policies.live(self.store) if not policy["systemGenerated"]]
            return [policy_views.policy(self.tenant, policy) for policy in found]

    def policy(self, key: str) -> Document:
        """Return a live policy by its key, as the V1 API shows it."""
        with self.store.transaction():
            return policy_views.policy(self.tenant, self._stored_policy(key))

    def change_policy(self, key: str, **changes: Any) -> None:
        """Change a policy behind the clients' back.

        Parameters:
            key: its key; `policyKey` among the changes gives it another one.
            changes: V1 attributes, spelled the way the tenant's policy shape shows them. `circumstances=None` leaves
                the choice of data sources to their owners.

        Raises:
            UnknownObjectError: there is no such policy.
            ApiError: a V1 client could not write this either.
        """
        with self.store.transaction():
            stored = self._stored_policy(key)
            body = policy_views.policy(self.tenant, stored) | changes
            stated = reading.policy(self.tenant, body, stored)
            selection = "owner" if changes.get("circumstances", ...) is None else stated.selection
            policies.change(self.store, stored, stated.attributes, selection, stated.key)

    def delete_policy(self, key: str) -> None:
        """Delete a policy softly."""
        with self.store.transaction():
            policies.delete(self.store, self._stored_policy(key))

    def change_data_source(self, name: str, **changes: Any) -> None:
        """Change a seeded data source: stored attributes, `tags` (names), `columns` (names with names of tags)."""
        with self.store.transaction():
            source = _present(data_sources.live(self.store, name), "data source", name)
            if "tags" in changes:
                data_sources.set_tags(self.tenant, source, changes.pop("tags"))
            if "columns" in changes:
                data_sources.set_columns(self.tenant, source, changes.pop("columns"))
            self._change(DATA_SOURCE, source, changes)

    def integrations(self) -> list[Document]:
        """Return the integrations that are not gone, by id, as GET shows them."""
        with self.store.transaction():
            found = integrations.everything(self.tenant)
            settings = self.tenant.settings
            return [integration_views.full(settings, item) for item in found if item["status"] not in integrations.GONE]

    def integration(self, identifier: int | str) -> Document:
        """Return an integration by its id, a gone one as well, as GET shows it."""
        with self.store.transaction():
            return integration_views.full(self.tenant.settings, self._stored_integration(identifier))

    def change_integration(self, identifier: int | str, **changes: Any) -> None:
        """Change attributes of the `config` of an integration; None takes one away.

        Raises:
            UnknownObjectError: there is no such integration.
            ValueError: its platform has no such attribute.
        """
        with self.store.transaction():
            integrations.change(self.tenant, self._stored_integration(identifier), changes)

    def delete_integration(self, identifier: int | str) -> None:
        """Let an integration be gone, as after DELETE."""
        self.set_integration_status(identifier, "deleted")

    def set_integration_status(self, identifier: int | str, status: str, **attributes: Any) -> None:
        """Move an integration into a status.

        Parameters:
            identifier: its id.
            status: any text.
            attributes: see `immuta_tenant.families.integrations.schema.StatusBody`.
        """
        with self.store.transaction():
            self._stored_integration(identifier)
            integration_controls.move(self.tenant, int(identifier), StatusBody(status=status, **attributes))

    def integration_fault(self, **attributes: Any) -> None:
        """Let validation tests or operations of integrations go wrong, until `clear_integration_faults`.

        Parameters:
            attributes: see `immuta_tenant.families.integrations.schema.FaultBody`.
        """
        with self.store.transaction():
            integration_controls.arm(self.tenant, FaultBody(**attributes))

    def clear_integration_faults(self) -> None:
        """Let integrations go right again."""
        with self.store.transaction():
            integration_controls.disarm(self.tenant)

    def integration_has_secret(self, identifier: int | str, path: str, value: str) -> bool:
        """Tell whether an integration was last given this secret, by its path in `config` (`okta.password`)."""
        with self.store.transaction():
            return bool(self._stored_integration(identifier)["digests"].get(path) == digest(value))

    def reset(self) -> None:
        """Return to the state of a new tenant: objects, request log, faults and latencies."""
        reset(self.tenant)

    def expire_tokens(self) -> int:
        """Let every bearer token expire now; returns how many there were."""
        return expire_tokens(self.store)

    def request_log(self) -> list[LoggedRequest]:
        """Return the requests that were served, oldest first, without secrets."""
        return self.tenant.log.entries()

    def clear_request_log(self) -> None:
        """Forget the requests that were served."""
        self.tenant.log.clear()

    def fault(self, kind: str | int, **attributes: Any) -> None:
        """Let requests go wrong, until `clear_faults` or as often as `count` says.

        Parameters:
            kind: an HTTP status from 400 on, or one of `immuta_tenant.faults.KINDS`.
            attributes: which requests, how often, what exactly; see `immuta_tenant.faults.Fault`.

        Raises:
            FaultError: it makes no sense.
        """
        self.tenant.faults.add(make_fault(str(kind), {"kind": str(kind), **attributes}))

    def clear_faults(self) -> None:
        """Disarm every fault; what hangs is reset, refused connections are accepted again."""
        self.tenant.faults.clear()

    def latency(self, milliseconds: float, path: str = "*") -> None:
        """Delay the requests whose path matches a shell pattern; 0 ends it."""
        self.tenant.faults.set_latency(milliseconds, path)

    def seed(self, *, purposes: int = 0, projects: int = 0, policies: int = 0) -> None:
        """Let there be the sample objects from 1 to these numbers."""
        fill(self.tenant, purposes, projects, policies)

    def _owner(self) -> Caller:
        return first_user(self.tenant.settings)

    def _stored_integration(self, identifier: int | str) -> Document:
        found = integrations.find(self.tenant, int(identifier))
        return _present(found, INTEGRATION.name, str(identifier))

    def _stored_policy(self, key: str) -> Document:
        return _present(policies.by_key(self.store, key), "policy", key)

    def _stored_project(self, key: str) -> Document:
        return _present(projects.by_key(self.store, key), "project", key)

    def _change(self, kind: Kind, document: Document, changes: Document) -> None:
        unknown = sorted(changes.keys() - document.keys())
        if unknown:
            raise ValueError(f"a {kind.name} has no attribute {', '.join(unknown)}; it has {', '.join(document)}")
        self.store.save(kind, document | changes | {"updatedAt": timestamp()})


@contextmanager
def running_tenant(api_key: str = "local-tenant-key", **settings: Any) -> Iterator[RunningTenant]:
    """Serve a tenant on a free port of 127.0.0.1 while the block runs.

    Parameters:
        api_key: the key of the tenant's first user.
        settings: see `Settings`; `database` is `:memory:` unless it is given.

    Yields:
        The running tenant.
    """
    application = create_app(Settings(api_key=api_key, **settings))
    ready = threading.Event()
    with bind(0) as listener:
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        server = Server(application, ready.set)
        thread = threading.Thread(target=server.run, args=([listener],), name="immuta-tenant", daemon=True)
        thread.start()
        try:
            if not ready.wait(_START_SECONDS):
                raise RuntimeError(f"the local tenant was not ready after {_START_SECONDS} seconds")
            yield RunningTenant(url, application)
        finally:
            server.stop()
            thread.join()
            application.tenant.store.close()


def _present(document: Document | None, noun: str, name: str) -> Document:
    if document is None:
        raise UnknownObjectError(f"the local tenant has no {noun} {name!r}")
    return document
