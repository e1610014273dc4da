"""What a configuration must be for Immuta to accept it, checked before any call: each breach with its path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from immuta_provider.resources.integrations.platforms import PLATFORMS, Platform
from terraform_plugin import Path, is_unknown

if TYPE_CHECKING:
    from immuta_provider.resources.integration import Integration

Breach = tuple[Path, str]


def breaches(config: Integration) -> Iterator[Breach]:
    """What is wrong with a configuration, as far as it is known."""
    for platform in PLATFORMS.values():
        part = getattr(config, platform.name)
        if part is None or is_unknown(part):
            continue
        yield from _bootstrap(platform, config.auto_bootstrap)
        if config.auto_bootstrap is not None and not is_unknown(config.auto_bootstrap):
            yield from _with_bootstrap(platform, part, automatic=config.auto_bootstrap)
        yield from _destroy_credentials(platform, part, config)


def doubts(config: Integration) -> Iterator[Breach]:
    """What Immuta's documents contradict themselves about, so that it may be refused."""
    part = config.native_s3
    if part is None or is_unknown(part) or part.auto is None:
        return
    if part.aws_role_to_assume is None:
        path = Path("native_s3") / "aws_role_to_assume"
        yield path, "Immuta's documents want it with `auto` in one place and leave it out in another"


def _bootstrap(platform: Platform, automatic: Any) -> Iterator[Breach]:
    path = Path("auto_bootstrap")
    if is_unknown(automatic):
        return
    if not platform.bootstraps:
        if automatic is not None:
            yield path, f"{platform.api_name} has nothing that could be set up: leave it out"
    elif automatic is None:
        yield (
            path,
            f"{platform.api_name} needs it: whether Immuta sets the platform up (true) or you have done so (false)",
        )
    elif automatic not in platform.bootstraps:
        yield path, f"it must be false: Immuta cannot set up {platform.api_name}, you prepare the platform yourself"


def _with_bootstrap(platform: Platform, part: Any, *, automatic: bool) -> Iterator[Breach]:
    here = Path(platform.name)
    if platform.name == "redshift" and automatic and part.initial_database is None:
        yield here / "initial_database", "it is needed where `auto_bootstrap` is true"
    if platform.name != "snowflake":
        return
    if automatic and part.user_password is not None and part.role is None:
        yield here / "role", "it is needed where `auto_bootstrap` is true"
    if automatic and part.oauth_client_credentials is not None:
        yield here / "oauth_client_credentials", "it works only where `auto_bootstrap` is false"
    for name in ("privileged_connect_args", "privileged_connect_args_wo"):
        if not automatic and getattr(part, name) is not None:
            yield here / name, "it works only where `auto_bootstrap` is true: there is no privileged user otherwise"


def _destroy_credentials(platform: Platform, part: Any, config: Any) -> Iterator[Breach]:
    given, path = config.destroy_credentials, Path("destroy_credentials")
    if given is None or is_unknown(given):
        return
    if not platform.disabled_with_credentials:
        yield path, f"an integration with {platform.api_name} is deleted without credentials: leave it out"
    elif config.auto_bootstrap is False:
        yield path, "credentials are not needed where `auto_bootstrap` is false, and Immuta refuses them: leave it out"
    else:
        used, method = _given(given, platform.methods), _given(part, platform.methods)
        if used and method and used != method:
            yield path, f"it must be `{method}`, as the integration has it, and not `{used}`"


def _given(part: Any, names: Any) -> str:
    found = [name for name in names if getattr(part, name, None) is not None]
    return found[0] if found and not is_unknown(getattr(part, found[0])) else ""
