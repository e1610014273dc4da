"""What the settings take, and that each mistake is an error of its own that never shows a credential."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from immuta_provider.api import ConfigurationError, Settings, errors

KEY = "key-4711"


@pytest.mark.parametrize(
    ("host", "base_url"),
    [
        ("tenant.example.com", "https://tenant.example.com"),
        ("  https://tenant.example.com/ ", "https://tenant.example.com"),
        ("HTTPS://tenant.example.com", "https://tenant.example.com"),
        ("tenant.example.com:8443", "https://tenant.example.com:8443"),
        ("https://tenant.example.com/immuta/", "https://tenant.example.com/immuta"),
        ("localhost:8080", "https://localhost:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.8.9.10", "http://127.8.9.10"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_hosts_that_work(host: str, base_url: str) -> None:
    assert Settings(host=host, api_key=KEY).base_url == base_url


@pytest.mark.parametrize(
    "host",
    ["http://tenant.example.com", "http://10.0.0.1", "http://localhost.example.com", "http://127.0.0.1.example.com"],
)
def test_plain_http_to_other_machines_is_refused_unless_allowed(host: str) -> None:
    with pytest.raises(errors.PlainHttpRefused, match="allow_insecure_http"):
        Settings(host=host, api_key=KEY)
    assert Settings(host=host, api_key=KEY, allow_insecure_http=True).base_url == host


@pytest.mark.parametrize(
    "host",
    [
        "https://",
        "://x",
        "ftp://tenant.example.com",
        "https://ada:hunter2@tenant.example.com",
        "ada:hunter2@tenant.example.com",
        "hunter2@tenant.example.com",
        "https://ada:hunter2@tenant.example.com:port",
        "https://tenant.example.com/#/login",
        "https://tenant.example.com/?next=x",
        "https://tenant.example.com:99999",
        "https://tenant.example.com:port",
        "https://[::1",
        "two words",
        "https://<tenant>",
        "https://${var.host}",
    ],
)
def test_hosts_that_cannot_work_are_refused(host: str) -> None:
    with pytest.raises(errors.HostInvalid) as caught:
        Settings(host=host, api_key=KEY)
    assert caught.value.attribute == "host"
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"host": " "}, errors.HostMissing, "IMMUTA_HOST"),
        ({"api_key": ""}, errors.ApiKeyMissing, "IMMUTA_API_KEY"),
        ({"api_key": "  \n"}, errors.ApiKeyMissing, "IMMUTA_API_KEY"),
        ({"authentication": "basic"}, errors.SettingInvalid, 'authentication: .*"basic"'),
        ({"request_timeout": 0}, errors.SettingInvalid, "request_timeout: .*0 is not between"),
        ({"max_retries": -1}, errors.SettingInvalid, "max_retries: .*-1 is not between 0 and 100"),
        ({"max_concurrent_requests": 0}, errors.SettingInvalid, "max_concurrent_requests"),
        ({"max_total_time": 0}, errors.SettingInvalid, "max_total_time"),
        ({"ca_file": "does/not/exist.pem"}, errors.CaFileInvalid, "ca_file: .*does/not/exist.pem"),
    ],
)
def test_each_mistake_is_its_own_error(changes: dict[str, Any], error: type[ConfigurationError], text: str) -> None:
    with pytest.raises(error, match=text) as caught:
        Settings(**({"host": "tenant.example.com", "api_key": KEY} | changes))
    assert caught.value.link == f"docs/errors.md#{error.code}"


@pytest.mark.parametrize("key", ["Bearer hunter2", "hunter2\nX-Evil: 1", "hunter2\t2", "hünter2"])
def test_a_key_that_cannot_be_a_header_is_refused_without_showing_it(key: str) -> None:
    with pytest.raises(errors.ApiKeyInvalid) as caught:
        Settings(host="tenant.example.com", api_key=key)
    assert "nter2" not in str(caught.value) + repr(caught.value)


def test_the_key_is_stripped_and_never_shown() -> None:
    settings = Settings(host="tenant.example.com", api_key=f" {KEY}\n")
    assert settings.api_key == KEY
    assert KEY not in repr(settings)


def test_a_ca_file_without_certificates_is_an_error_at_the_first_request(script: Any, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    tenant = script(ca_file=str(file))
    with pytest.raises(errors.CaFileInvalid, match="ca_file"):
        tenant.client.request("GET", "/thing")


def test_a_host_that_only_httpx_refuses(script: Any) -> None:
    tenant = script(host="https://" + "a" * 64 + "\u00e9.example.com")
    with pytest.raises(errors.HostInvalid):
        tenant.client.request("GET", "/thing")
