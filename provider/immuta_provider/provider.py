"""The provider block and the registry of everything that the provider offers. A new object is one line here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from immuta_provider import __version__
from immuta_provider.api import ApiError, ConfigurationError, Settings
from immuta_provider.data_sources.connection import ConnectionDataSource
from immuta_provider.data_sources.connection_tasks import ConnectionTasksDataSource
from immuta_provider.data_sources.connections import ConnectionsDataSource
from immuta_provider.data_sources.current_user import CurrentUserDataSource
from immuta_provider.data_sources.data_object import DataObjectDataSource
from immuta_provider.data_sources.data_objects import DataObjectsDataSource
from immuta_provider.data_sources.integration import IntegrationDataSource
from immuta_provider.data_sources.integration_script import IntegrationScriptDataSource
from immuta_provider.data_sources.integrations import IntegrationsDataSource
from immuta_provider.data_sources.policies import PoliciesDataSource
from immuta_provider.data_sources.policy import PolicyDataSource
from immuta_provider.data_sources.project import ProjectDataSource
from immuta_provider.data_sources.projects import ProjectsDataSource
from immuta_provider.data_sources.purpose import PurposeDataSource
from immuta_provider.data_sources.purposes import PurposesDataSource
from immuta_provider.durations import duration, seconds
from immuta_provider.resources.connection import ConnectionResource
from immuta_provider.resources.data_object import DataObjectResource
from immuta_provider.resources.data_object_sync import DataObjectSyncResource
from immuta_provider.resources.data_policy import DataPolicyResource
from immuta_provider.resources.data_source_policies import DataSourcePoliciesResource
from immuta_provider.resources.integration import IntegrationResource
from immuta_provider.resources.integration_api_key import IntegrationApiKeyResource
from immuta_provider.resources.project import ProjectResource
from immuta_provider.resources.purpose import PurposeResource
from immuta_provider.resources.subscription_policy import SubscriptionPolicyResource
from immuta_provider.session import Pending, Session, open_client
from terraform_plugin import DiagnosticError, Model, Path, Provider, attribute, is_unknown
from terraform_plugin.describe import describe as describe_provider
from terraform_plugin.validators import between

if TYPE_CHECKING:
    from collections.abc import Callable

    from immuta_provider.api import Client
    from terraform_plugin import DataSource, Resource, Stop

RESOURCES: tuple[type[Resource[Any]], ...] = (
    PurposeResource,
    ProjectResource,
    SubscriptionPolicyResource,
    DataPolicyResource,
    DataSourcePoliciesResource,
    IntegrationResource,
    IntegrationApiKeyResource,
    ConnectionResource,
    DataObjectResource,
    DataObjectSyncResource,
)
DATA_SOURCES: tuple[type[DataSource[Any]], ...] = (
    PurposeDataSource,
    PurposesDataSource,
    ProjectDataSource,
    ProjectsDataSource,
    PolicyDataSource,
    PoliciesDataSource,
    IntegrationDataSource,
    IntegrationsDataSource,
    IntegrationScriptDataSource,
    ConnectionDataSource,
    ConnectionsDataSource,
    ConnectionTasksDataSource,
    DataObjectDataSource,
    DataObjectsDataSource,
    CurrentUserDataSource,
)


class ProviderBlock(Model):
    """How to reach an Immuta tenant, and what to do where it leaves a choice."""

    host: str | None = attribute(
        description="The tenant, with or without `https://`. Default: the environment variable `IMMUTA_HOST`."
    )
    api_key: str | None = attribute(
        sensitive=True,
        description="The API key of the service account. Default: the environment variable `IMMUTA_API_KEY`, "
        "else `IMMUTA_API_TOKEN`.",
    )
    authentication: str | None = attribute(
        one_of=("api_key", "bearer"),
        description="`api_key` (default) sends the key with every request, `bearer` exchanges it for a token first.",
    )
    ca_file: str | None = attribute(description="A file of further CA certificates (PEM) to trust.")
    allow_insecure_http: bool | None = attribute(
        description="Allow `http://` to hosts other than this machine. Default: false."
    )
    request_timeout: str | None = attribute(
        validators=[duration], description='How long one request may take, such as `"30s"`, the default.'
    )
    max_retries: int | None = attribute(
        validators=[between(0, 20)],
        description="How often a request is tried again after 429, 5xx, a broken connection or a time-out. Default: 5.",
    )
    max_concurrent_requests: int | None = attribute(
        validators=[between(1, 64)], description="How many requests may be under way at once. Default: 8."
    )
    max_requests_per_second: float | None = attribute(
        validators=[between(0.001, 10000)], description="A ceiling on the rate of requests. Default: none."
    )
    adopt_existing: bool | None = attribute(
        description="Take over an object that exists already under the same key and change it to the configuration. "
        "Default: false, which adopts it only where it equals the configuration and is an error otherwise."
    )
    acknowledge_purposes: bool | None = attribute(
        description="Accept, as the service account, the statements of a project's purposes where a write needs that. "
        "Default: false, because accepting a legal text is the owner's choice."
    )
    validate_at_plan: bool | None = attribute(
        description="Try planned writes as dry runs, where the API has them and everything they refer to exists "
        "already; what they refuse is a warning in the plan. Default: false."
    )
    refresh: bool | None = attribute(
        description="Bring the state up to date from the API. `false` takes the state as it is, as `-refresh=false` "
        "does, but for the objects of this provider block alone. Default: true."
    )


class ImmutaProvider(Provider[ProviderBlock]):
    """The provider `immuta`. `client` opens the client of a session: the seam for tests, which have another clock."""

    name = "immuta"
    version = __version__
    address = "terraform.local/immuta/immuta"
    model = ProviderBlock
    user_errors = (ApiError,)

    def __init__(self, client: Callable[[Settings, Stop], Client] = open_client) -> None:
        self._open_client = client

    def resources(self) -> list[Resource[Any]]:
        """One instance of each resource."""
        return [each() for each in RESOURCES]

    def data_sources(self) -> list[DataSource[Any]]:
        """One instance of each data source."""
        return [each() for each in DATA_SOURCES]

    def configure(self, config: ProviderBlock, stop: Stop) -> Session | Pending:
        """Open a session with the tenant; no request is made before the first resource needs one."""
        unknown = [name for name in config.block.attributes if is_unknown(getattr(config, name))]
        return Pending(unknown) if unknown else self._session(config, stop)

    def _session(self, config: ProviderBlock, stop: Stop) -> Session:
        given: dict[str, Any] = {
            "authentication": config.authentication,
            "ca_file": config.ca_file,
            "allow_insecure_http": config.allow_insecure_http,
            "request_timeout": seconds(config.request_timeout) if config.request_timeout else None,
            "max_retries": config.max_retries,
            "max_concurrent_requests": config.max_concurrent_requests,
            "max_requests_per_second": config.max_requests_per_second,
        }
        try:
            settings = Settings(
                host=config.host or os.environ.get("IMMUTA_HOST", ""),
                api_key=config.api_key or os.environ.get("IMMUTA_API_KEY") or os.environ.get("IMMUTA_API_TOKEN", ""),
                **{name: value for name, value in given.items() if value is not None},
            )
        except ConfigurationError as error:
            raise DiagnosticError("Cannot configure the provider immuta", str(error), Path(error.attribute)) from None
        return Session(
            self._open_client(settings, stop),
            adopt_existing=bool(config.adopt_existing),
            acknowledge_purposes=bool(config.acknowledge_purposes),
            validate_at_plan=bool(config.validate_at_plan),
            refresh=config.refresh is not False,
        )


def describe() -> dict[str, Any]:
    """The schema of everything that the provider offers, as plain data (see `terraform_plugin.describe`)."""
    return describe_provider(ImmutaProvider())
