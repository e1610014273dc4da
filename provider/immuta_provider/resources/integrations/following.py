"""What the two halves of a replacement tell each other: the deletion has no configuration, the creation no prior state.

Terraform hands the private data of a planned creation to the deletion before it. What a refresh finds out about a
creation that did not end well is kept in the session until that plan is made.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources.integrations import destroying, found_by
from immuta_provider.resources.integrations.platforms import chosen
from terraform_plugin import Context, is_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from immuta_provider.api import integrations as api
    from immuta_provider.resources.integration import Integration
    from terraform_plugin.schema import Block

FOLLOWS: Final = "follows"  # in private data: the creation that follows a deletion
UNFINISHED: Final = "unfinished"  # in private data: nobody has waited for the end of the creation; what was sent
OFFERED: Final = "offered"  # in private data: how the deletion that comes after a creation may be made
WAYS: Final = ("platform", "force_disable", "explicit", "credentials")
_SOUND: Final = "enabled"


def remember(ctx: Context[Any], state: Integration) -> None:
    """Keep what was sent for an integration that nobody has waited for, for the plan of its replacement."""
    if (place := found_by.key(chosen(state), state)) and ctx.private.get(UNFINISHED):
        ctx.provider.unfinished[place] = ctx.private[UNFINISHED]


def announce(ctx: Context[Any], planned: Integration) -> None:
    """Tell the deletion of a former object what follows it. Of secrets only those that the state is to have."""
    platform = chosen(planned)
    part = getattr(planned, platform.name)
    site = "" if is_unknown(part) else platform.planned_site(part, getattr(ctx.config, platform.name))
    place = platform.place(site)
    ctx.private[FOLLOWS] = {
        "platform": platform.name,
        "place": place,
        "fixed": _fixed(planned) if place else None,
        "settled": _settled(platform.model.block, part) if place else None,
        "sent": ctx.provider.unfinished.get(place),
        "force_disable": planned.force_disable is True,
        "explicit": planned.destroy_credentials is not None,
        "credentials": _credentials(planned),
    }


def offer(ctx: Context[Any]) -> None:
    """Keep what this creation would give a deletion, for one that comes after it (`create_before_destroy`).

    Terraform plans such a deletion in the middle of the apply, and tells it nothing of the creation.
    """
    if follows := ctx.private.get(FOLLOWS):
        ctx.provider.offers.append(follows)


def follower(ctx: Context[Any], state: Integration) -> dict[str, Any]:
    """What is known of the creation that takes the place of `state`; empty where there is none, or it is not sure."""
    if found := ctx.private.get(FOLLOWS):
        return dict(found)
    if not destroying.needs_credentials(state) or destroying.credentials(state) is not None:
        return {}
    alike = [each for each in ctx.provider.offers if each["platform"] == chosen(state).name]
    ways = [{name: each[name] for name in WAYS} for each in alike]
    return ways[0] if ways and all(each == ways[0] for each in ways) else ctx.private.get(OFFERED, {})


def keep(ctx: Context[Any], follows: Mapping[str, Any]) -> None:
    """Have what was offered to a deletion at hand where it fails: no later run offers it again."""
    if FOLLOWS not in ctx.private and follows:
        ctx.private[OFFERED] = follows


def forget(ctx: Context[Any], state: Integration) -> None:
    """Drop what the deletion was told; one that fails leaves an object that nothing is sure to follow any more.

    Its own private data have been replaced by those of the creation, which say what was sent at the same place.
    """
    follows = ctx.private.pop(FOLLOWS, None) or {}
    if follows.get("sent") and follows["place"] == found_by.key(chosen(state), state):
        ctx.private[UNFINISHED] = follows["sent"]


def is_followed(ctx: Context[Any], model: Integration) -> bool:
    """Whether the creation that replaces `model` can finish it in place: at the same place, nothing fixed differs."""
    follows = ctx.private.get(FOLLOWS) or {}
    place = follows.get("place")
    return bool(place) and (place, follows["fixed"]) == (found_by.key(chosen(model), model), _fixed(model))


def is_unchanged(ctx: Context[Any], model: Integration) -> bool:
    """Whether the creation that replaces `model` wants nothing that needs another one, once it was set up."""
    platform = chosen(model)
    settled = _settled(platform.model.block, getattr(model, platform.name))
    return settled == (ctx.private.get(FOLLOWS) or {}).get("settled")


def is_finished(sent: Any, found: api.Integration, body: Mapping[str, Any]) -> bool:
    """Whether a creation that nobody waited for has ended well with just this body."""
    return found.status == _SOUND and isinstance(sent, str) and sent == fingerprint(body, sent.partition("/")[0])


def fingerprint(body: Mapping[str, Any], salt: str = "") -> str:
    """What tells a body from all others, and nothing about the secrets in it."""
    salt = salt or os.urandom(16).hex()
    text = json.dumps(body, sort_keys=True).encode()
    return f"{salt}/{hashlib.scrypt(text, salt=salt.encode(), n=2**14, r=8, p=1).hex()}"


def credentials(follows: Mapping[str, Any], state: Integration) -> dict[str, Any] | None:
    """The body of a deletion: `destroy_credentials` of the plan, what the state has, the plan's own way to sign in."""
    planned, stored = follows.get("credentials"), destroying.credentials(state)
    platform = chosen(state)
    method = platform.methods.get(platform.method(getattr(state, platform.name)))
    if not planned or method is None or follows["platform"] != platform.name:
        return stored
    if planned["authenticationType"] != method.type:
        return stored
    return planned if follows["explicit"] else stored or planned


def _credentials(planned: Integration) -> dict[str, Any] | None:
    """The credentials in a plan, where they are known; those that are write-only are not in it."""
    if planned.force_disable is not False or planned.auto_bootstrap is not True:
        return None
    if any(is_unknown(getattr(planned, name)) for name in (chosen(planned).name, "destroy_credentials")):
        return None
    return (destroying.credentials(planned) or None) if destroying.needs_credentials(planned) else None


def _settled(block: Block, part: Any) -> list[Any]:
    """What cannot change in place once an integration was set up, in the order of the schema."""
    found: list[Any] = []
    for member in block:
        value = getattr(part, member.name, None)
        if member.requires_replace:
            found.append(None if is_unknown(value) else value.lower() if member.same and value else value)
        elif member.nested and member.nested.mode == "single":
            found += _settled(member.nested.block, value)
    return found


def _fixed(model: Integration) -> list[Any]:
    """What cannot change in place, not even of an integration that was never set up."""
    platform = chosen(model)
    part = getattr(model, platform.name)
    values = [model.auto_bootstrap, *(getattr(part, name) for name in platform.fixed)]
    return [None if is_unknown(each) else each for each in values]
