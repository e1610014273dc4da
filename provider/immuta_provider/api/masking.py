"""Secrets are taken out of whatever goes into a log or an error text: by name, by form and by value."""

from __future__ import annotations

import json
import re
import threading
from typing import Any, Final
from urllib.parse import quote, quote_plus

MASK: Final = "***"

# A space stands for whatever joins the words: api_key, apiKey, api-key and API.Key are one name.
_SINGLE: Final = ("passwd", "pwd", "secret", "token", "credential", "cookie", "salt", "wallet")
_JOINED: Final = ("pass word", "pass phrase", "hash phrase", "bind pw", "key tab", "new user link", "connect args")
_KINDS: Final = ("api", "access", "private", "account", "shared", "encryption", "signing", "master", "storage", "ssh")
_WORDS: Final = (*_SINGLE, *_JOINED, *(f"{kind} key" for kind in _KINDS))
_PLAIN: Final = tuple(word.replace(" ", "") for word in _WORDS)
_HEADERS: Final = frozenset({"authorization", "proxyauthorization", "xaccesskey"})
# What stands before the word in a name is left alone, and the rest is bounded, so that long texts take linear time.
_NAME: Final = rf"(?:{'|'.join(_WORDS)})[\w.\-]{{0,40}}".replace(" ", "[_.-]?")
# A value in quotes ends with them; one in escaped quotes or brackets (JSON that could not be decoded) with the text.
_VALUE: Final = r"""(?P<q>["'])(?:\\.|(?!(?P=q)).)*(?:(?P=q)|$)|\\+["'].*|[{\[].*|[^\s,;&"'<>}\]]+"""
_PAIR: Final = rf"""(?is)({_NAME}(?:\\*["'])?\s*[:=]\s*)(?:{_VALUE})"""
_HEADER: Final = r"""(?i)((?:proxy-)?authorization(?:\\*["'])?\s*[:=]\s*)[^\r\n,}]+"""
# "Basic Connection Test" is no credential: what is encoded is no plain word.
_SCHEME: Final = r"\b((?:(?i:bearer)|(?i:basic)(?!\s+[A-Za-z]?[a-z]+(?![\w~+/=\-])))\s+)[\w.~+/=\-]{6,}"
_USERINFO: Final = r"(://)[^/\s:@]+:[^/\s@]+@"
_PEM: Final = r"(?s)()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
# Kept as text, which `re` compiles at its first use and caches: most runs never need them.
_FORMS: Final = (_PEM, _USERINFO, _HEADER, _SCHEME, _PAIR)


def looks_secret(name: str) -> bool:
    """Whether an attribute of this name holds a secret, whatever the spelling."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain in _HEADERS or any(word in plain for word in _PLAIN)


class Masker:
    """Masks by the name of an attribute at any depth, by the usual forms in text, and the literal secrets it was told.

    It may be told further secrets at any time and from any thread.
    """

    def __init__(self, *secrets: str) -> None:
        self._lock = threading.Lock()
        self._literals: tuple[str, ...] = ()
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Mask these values from now on wherever they stand, also percent-encoded or inside JSON text."""
        forms = {form for secret in secrets if secret for form in _forms(secret)}
        with self._lock:
            self._literals = tuple(sorted({*self._literals, *forms}, key=len, reverse=True))

    def text(self, text: str) -> str:
        """`text` without secrets."""
        text = self.literals(text)
        for form in _FORMS:
            text = re.sub(form, rf"\1{MASK}", text)
        return text

    def literals(self, text: str) -> str:
        """`text` without the secrets that are known by value."""
        for literal in self._literals:
            text = text.replace(literal, MASK)
        return text

    def value(self, value: Any, name: str = "") -> Any:
        """A copy of `value` (decoded JSON, `name` being the attribute that holds it) without secrets."""
        if value is None or isinstance(value, bool):
            return value
        if name and looks_secret(name) and not _is_condition(name, value):
            return MASK
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return self._text_or_json(value) if isinstance(value, str) else self._number(value)

    def _object(self, value: dict[str, Any]) -> dict[str, Any]:
        masked = {self.literals(str(key)): self.value(item, str(key)) for key, item in value.items()}
        label = next((value[key] for key in ("name", "key", "keyName") if isinstance(value.get(key), str)), "")
        if label and looks_secret(label):
            masked.update({key: MASK for key in ("value", "content") if value.get(key) is not None})
        return masked

    def _text_or_json(self, text: str) -> str:
        if text[:1] in ("{", "[", '"'):
            try:
                return json.dumps(self.value(json.loads(text)))
            except (ValueError, RecursionError):
                return self.text(text)
        return self.text(text)

    def _number(self, value: Any) -> Any:
        return MASK if self.literals(str(value)) != str(value) else value


def _is_condition(name: str, value: Any) -> bool:
    """Policies have conditions on user attributes under the name `authorization`: those are objects, no header."""
    return name.lower() == "authorization" and isinstance(value, dict)


def _forms(secret: str) -> set[str]:
    return {secret, quote(secret, safe=""), quote(secret), quote_plus(secret), json.dumps(secret)[1:-1]}
