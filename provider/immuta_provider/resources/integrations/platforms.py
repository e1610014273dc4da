"""The seven platforms: how each is called, told apart, signed in to, set up, sent and read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources.integrations import forms
from immuta_provider.resources.integrations.azure_synapse_analytics import AzureSynapseAnalytics
from immuta_provider.resources.integrations.databricks import Databricks
from immuta_provider.resources.integrations.google_bigquery import GoogleBigquery, key_file, same_key
from immuta_provider.resources.integrations.native_s3 import NativeS3
from immuta_provider.resources.integrations.redshift import Redshift
from immuta_provider.resources.integrations.snowflake import Snowflake
from immuta_provider.resources.integrations.trino import Trino
from terraform_plugin import Model, is_unknown

if TYPE_CHECKING:
    from immuta_provider.api import integrations as api

# What is a secret, or may be one, wherever it stands in a `config`.
SECRETS: Final = frozenset(
    {"username", "password", "privateKey", "oauthPrivateKey", "clientSecret", "token", "credential", "apiKey"}
    | {"accessKeyId", "secretKey", "sessionToken", "awsAccessKeyId", "awsSecretAccessKey"}
    | {"connectArgs", "privilegedConnectArgs"}
)


@dataclass(frozen=True)
class Method:
    """A way to sign in: its `authenticationType`, the object of `config` it stands in, and what stands beside that."""

    type: str
    within: str = ""
    beside: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Platform:
    """One platform.

    Parameters: `name`, of the attribute; `api_name`, the API's `type`; `bootstraps`, the values that `auto_bootstrap`
    may have; `keys`, the attributes for whose values there can be one integration; `methods`, by attribute;
    `disabled_with_credentials`, whether a deletion needs them where Immuta has set it up; `updatable`, whether there is
    anything to change; `fixed`, what no PUT changes, not even of one that was never set up.
    """

    name: str
    api_name: str
    model: type[Model]
    bootstraps: tuple[bool, ...] = (True, False)
    keys: tuple[str, ...] = ("host",)
    methods: Mapping[str, Method] = field(default_factory=dict)
    disabled_with_credentials: bool = False
    updatable: bool = True
    fixed: tuple[str, ...] = ()

    def site(self, values: Mapping[str, Any]) -> str:
        """What there can be one integration for, from the attributes; empty where it is not known."""
        found = [values.get(key) for key in self.keys]
        if not found or any(each is None or is_unknown(each) for each in found):
            return ""
        return "/".join(map(str, found))

    def planned_site(self, planned: Any, given: Any) -> str:
        """The same from what is planned; of BigQuery the project stands in the key file."""
        if self.name == "google_bigquery":
            project = key_file(forms.secret_of(given, "credential")).get("project_id")
            return self.site({**vars(planned), "project_id": project})
        return self.site(vars(planned))

    def place(self, site: str) -> str:
        """The same for all spellings of a site: upper and lower case mean nothing in a host, and much in a name."""
        hosts = self.keys in (("host",), ("workspace_url",))
        return f"{self.api_name}/{site.lower() if hosts else site}" if site else ""

    def is_at(self, site: str, found: api.Integration) -> bool:
        """Whether an integration is the one at a site."""
        mine = self.site(vars(self.state(None, found.config)))
        return found.type == self.api_name and bool(site) and self.place(mine) == self.place(site)

    def config(self, planned: Any, given: Any) -> dict[str, Any]:
        """`config` as requests have it. `given` is the configuration, which has the secrets."""
        made = forms.body(planned, given)
        method = self.method(planned)
        if method:
            made.pop(forms.camel(method), None)
            made |= {"authenticationType": self.methods[method].type}
            made |= self.login(method, getattr(planned, method), getattr(given, method))
        return _adjusted(made, given) if self.name == "google_bigquery" else made

    def login(self, method: str, planned: Model, given: Any) -> dict[str, Any]:
        """The attributes of `config` with which Immuta signs in."""
        how, made = self.methods[method], forms.body(planned, given)
        if not how.within:
            return made
        beside = {name: made.pop(name) for name in how.beside if name in made}
        return {how.within: made, **beside}

    def method(self, part: Any) -> str:
        """The attribute of the way to sign in; empty where there is none."""
        return next((name for name in self.methods if getattr(part, name) is not None), "")

    def state(self, known: Any, config: Mapping[str, Any]) -> Model:
        """The part of the platform as the API has it; what is redacted or left out comes from `known`."""
        read: Model = forms.state(self.model, known, config)
        method = self._returned_method(known, config)
        if method:
            how = self.methods[method]
            inner = config.get(how.within) if how.within else config
            login = dict(inner) if isinstance(inner, dict) else {}
            login |= {name: config[name] for name in how.beside if name in config}
            signed = forms.state(_model(self.model, method), getattr(known, method, None), login)
            read = read.replace(**{**dict.fromkeys(self.methods), method: signed})
        return _with_key(read, known, config) if self.name == "google_bigquery" else read

    def _returned_method(self, known: Any, config: Mapping[str, Any]) -> str:
        """The way to sign in that the API shows; where it shows none, the known one or the one that is likely."""
        said = config.get("authenticationType")
        for name, how in self.methods.items():
            if how.type == said:
                return name
        shown = (name for name, how in self.methods.items() if how.within and how.within in config)
        usual = next(iter(self.methods), "")
        return self.method(known) if known else next(shown, usual)


def _model(kind: type[Model], name: str) -> type[Model]:
    member = kind.block[name].nested
    assert member is not None
    model: type[Model] = member.block.model
    return model


def _adjusted(made: dict[str, Any], given: Any) -> dict[str, Any]:
    """`config` of BigQuery: the key file as a text, and not what was read out of it."""
    kept = {name: value for name, value in made.items() if name != "projectId"}
    return kept | {"credential": forms.secret_of(given, "credential")}


def _with_key(read: Model, known: Any, config: Mapping[str, Any]) -> Model:
    """The key file as a text, where the state has it, and the project in it."""
    shown = config.get("credential")
    shown = shown if isinstance(shown, dict) else key_file(shown if isinstance(shown, str) else None)
    kept = getattr(known, "credential", None)
    if kept is not None and shown and not same_key(kept, json.dumps(shown)):
        kept = json.dumps(shown, sort_keys=True) if _is_whole(shown) else kept
    project = shown.get("project_id", vars(read)["project_id"])
    version = getattr(known, "credential_wo_version", None)
    return read.replace(credential=kept, project_id=project, credential_wo_version=1 if version is None else version)


def _is_whole(shown: Mapping[str, Any]) -> bool:
    return not any(forms.is_marker(each) for each in shown.values())


USER_PASSWORD: Final = {"user_password": Method("userPassword")}
PLATFORMS: Final = {
    each.name: each
    for each in (
        Platform(
            "azure_synapse_analytics",
            "Azure Synapse Analytics",
            AzureSynapseAnalytics,
            methods=USER_PASSWORD,
            disabled_with_credentials=True,
        ),
        Platform(
            "databricks",
            "Databricks",
            Databricks,
            keys=("workspace_url",),
            methods={"token": Method("token"), "oauth_m2m": Method("oAuthM2M", "oAuthClientConfig")},
        ),
        Platform(
            "google_bigquery",
            "Google BigQuery",
            GoogleBigquery,
            bootstraps=(False,),
            keys=("project_id", "dataset"),
            fixed=("location",),
        ),
        Platform(
            "native_s3",
            "Native S3",
            NativeS3,
            bootstraps=(False,),
            keys=("name",),
            methods={"auto": Method("auto"), "access_key": Method("accessKey")},
            fixed=(
                *("aws_account_id", "aws_region", "aws_location_role", "aws_location_path", "aws_role_to_assume"),
                "port",
            ),
        ),
        Platform(
            "redshift",
            "Redshift",
            Redshift,
            methods={**USER_PASSWORD, "access_key": Method("accessKey"), "okta": Method("okta", "okta")},
            disabled_with_credentials=True,
        ),
        Platform(
            "snowflake",
            "Snowflake",
            Snowflake,
            methods={
                **USER_PASSWORD,
                "key_pair": Method("keyPair"),
                "oauth_client_credentials": Method(
                    "oAuthClientCredentials", "oAuthClientConfig", frozenset({"username"})
                ),
            },
            disabled_with_credentials=True,
        ),
        Platform("trino", "Trino", Trino, bootstraps=(), keys=(), updatable=False),
    )
}
BY_TYPE: Final[Mapping[str, Platform]] = {each.api_name: each for each in PLATFORMS.values()}


def chosen(model: Any) -> Platform:
    """The platform of an integration, whichever is set."""
    return next(each for name, each in PLATFORMS.items() if getattr(model, name) is not None)


def public(config: Any) -> Any:
    """A `config` without what is a secret or may be one."""
    if not isinstance(config, dict):
        return config
    return {name: public(value) for name, value in config.items() if name not in SECRETS and not forms.is_marker(value)}
