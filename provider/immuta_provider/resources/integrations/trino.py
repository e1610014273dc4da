"""Trino (Starburst): there is nothing to configure, and a key to give to the cluster."""

from __future__ import annotations

from terraform_plugin import Model, attribute


class Trino(Model):
    """An integration with a Trino or Starburst cluster; written `{}`, without `auto_bootstrap`."""

    api_key: str | None = attribute(
        computed=True,
        keep_state=True,
        sensitive=True,
        description="The key for the cluster's access-control plugin (`immuta.apikey`), as of the last refresh. Where "
        "an `immuta_integration_api_key` makes keys, take its `new_key`: this one is the former one until then.",
    )
