"""One engine per process, `IMMUTA_CONSTRUCTS_ENGINE` (cdktf when unset), and silence about node's age."""

from __future__ import annotations

import os

os.environ.setdefault("IMMUTA_CONSTRUCTS_ENGINE", "cdktf")
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
