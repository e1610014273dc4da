"""The provider block: where its values come from, and what is said when they are missing or wrong."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import pytest

from immuta_provider import data_sources, resources
from immuta_provider.provider import DATA_SOURCES, RESOURCES, ImmutaProvider, ProviderBlock, describe
from terraform_plugin import DataSource, DiagnosticError, Resource, Stop

# The policies of a data source have an attribute `json` each, and there is nothing around them; a sync is no object; a
# new key is asked for without a body.
WITHOUT_EXTRA_JSON = {"immuta_data_source_policies", "immuta_data_object_sync", "immuta_integration_api_key"}
VARIABLES = ("IMMUTA_HOST", "IMMUTA_API_KEY", "IMMUTA_API_TOKEN")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_the_environment_fills_what_the_block_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMMUTA_HOST", "tenant.example.com")
    monkeypatch.setenv("IMMUTA_API_TOKEN", "second-choice")
    session = ImmutaProvider().configure(ProviderBlock(request_timeout="1m", max_retries=2), Stop())
    settings = session.client.settings
    assert (settings.base_url, settings.api_key) == ("https://tenant.example.com", "second-choice")
    assert (settings.request_timeout, settings.max_retries, session.adopt_existing) == (60.0, 2, False)


def test_the_block_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "environment")
    session = ImmutaProvider().configure(ProviderBlock(host="block.example.com", api_key="block"), Stop())
    assert (session.client.settings.base_url, session.client.settings.api_key) == ("https://block.example.com", "block")


@pytest.mark.parametrize(
    ("block", "attribute", "words"),
    [
        (ProviderBlock(api_key="k"), "host", "IMMUTA_HOST"),
        (ProviderBlock(host="tenant.example.com"), "api_key", "IMMUTA_API_KEY"),
        (ProviderBlock(host="http://tenant.example.com", api_key="k"), "host", "allow_insecure_http"),
    ],
)
def test_what_is_missing_is_named(block: ProviderBlock, attribute: str, words: str) -> None:
    with pytest.raises(DiagnosticError) as caught:
        ImmutaProvider().configure(block, Stop())
    assert str(caught.value.diagnostic.path) == attribute
    assert words in caught.value.diagnostic.detail


def test_every_type_name_has_the_providers_prefix() -> None:
    schema = describe()
    names = [*schema["resource_schemas"], *schema["data_source_schemas"]]
    assert [name for name in names if not name.startswith("immuta_")] == []


def test_everything_is_registered() -> None:
    """A class with a type name in a module of its own is one line in `provider.py`."""
    for package, base, registered in ((resources, Resource, RESOURCES), (data_sources, DataSource, DATA_SOURCES)):
        modules = [import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)]
        found = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
        assert {each for each in found if issubclass(each, base) and hasattr(each, "type_name")} == set(registered)


def test_every_resource_has_what_users_expect_of_each() -> None:
    expected = {"id", "deletion_protection", "timeouts"}
    lacking = {each.type_name: expected - each.model.block.attributes.keys() for each in RESOURCES}
    assert {name: missing for name, missing in lacking.items() if missing} == {}
    assert [each.type_name for each in RESOURCES if not (each.identity and each.import_help)] == []
    without = {each.type_name for each in RESOURCES if "extra_json" not in each.model.block.attributes}
    assert without == WITHOUT_EXTRA_JSON


def test_everything_is_described() -> None:
    """No attribute, at any depth, is without a description."""
    provider = ImmutaProvider()
    blocks = {each.type_name: each.model.block for each in (*provider.resources(), *provider.data_sources())}
    bare = [
        f"{name}.{path}"
        for name, block in blocks.items()
        for path, attribute in block.walk()
        if not attribute.description
    ]
    assert bare == []
    assert [name for name, block in blocks.items() if not block.description] == []
