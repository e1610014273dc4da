"""What requests about identity must look like."""

from __future__ import annotations

from immuta_tenant.validation import Body, Name


class AuthenticateBody(Body):
    """POST /bim/apikey/authenticate."""

    apikey: Name


class TokenBody(Body):
    """POST /bim/token."""

    token: Name
