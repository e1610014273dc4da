"""Names are computed as both engines compute them."""

from __future__ import annotations

from typing import Any

import pytest
from constructs import Construct
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from immuta_constructs.engine import cdk
from immuta_constructs.naming import unique_id

IDS = st.sampled_from(["a", "ba", "Resource", "Default", "team one", "ä", "x" * 130, "A-B_c"]) | st.text(
    "abAB01_- .é", min_size=1, max_size=8
).filter(lambda text: text.strip() == text)


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> Any:
    app = cdk.App(outdir=str(tmp_path_factory.mktemp("out")))
    return iter(lambda: cdk.TerraformStack(Construct(app, f"n{len(app.node.children)}"), "stack"), None)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.lists(IDS, min_size=1, max_size=4).filter(lambda path: set(path) != {"Default"}))
def test_as_the_engine(roots: Any, path: list[str]) -> None:
    scope = stack = next(roots)
    for name in path[:-1]:
        scope = Construct(scope, name)
    element = cdk.TerraformElement(scope, path[-1])
    assert unique_id(path) == stack.get_logical_id(element)
