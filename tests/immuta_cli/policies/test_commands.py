"""`immuta-tf policy explain` and `convert` as people use them: what they print, write, refuse, and their exit codes."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from typing import Any

import pytest
import yaml

from immuta_cli.__main__ import main
from immuta_policy_text import policy_text
from tests.immuta_cli.commands import clean_environment, immuta_tf, run
from tests.immuta_cli.policies import code, v2
from tests.immuta_cli.policies.files import BY_HAND, HASHED, changed, masked, write
from tests.immuta_cli.policies.test_payload import policy

CLONE = {
    "datasource/lake.yaml": "connectionKey: lake\nnameTemplate: {}\nconnection: {password: '{{EnvVar \"dbPass\"}}'}\n",
    "project/rides.yaml": "projectKey: rides\nname: Rides\n",
    "purpose/audit.yaml": "name: Audit\ndescription: Audits\n",
}


def test_explained(tmp_path: pathlib.Path, ran: Any) -> None:
    file = write(tmp_path / "all.yaml", HASHED, BY_HAND)
    hashed, by_hand = (policy_text(each.type, each.attributes) for each in map(policy, (HASHED, BY_HAND)))
    assert hashed.splitlines()[0] == "Applies to data sources with a column tagged Rider.Name."
    assert ran("explain", file) == (
        0,
        [
            f'Hash names (data policy, key "hash names", {file}, document 1)',
            *(f"  {line}" for line in hashed.splitlines()),
            "",
            f'By hand (subscription policy, key "by hand", {file}, document 2)',
            *(f"  {line}" for line in by_hand.splitlines()),
            (
                "  (The export names no circumstances. A policy that applies only where a data owner selects it "
                "looks the "
                "same.)"
            ),
        ],
        [],
    )


def test_a_folder_with_all_that_a_clone_writes(tmp_path: pathlib.Path, ran: Any) -> None:
    for name, text in CLONE.items():
        write(tmp_path / name, text)
    write(tmp_path / "policy/b.yml", BY_HAND)
    write(tmp_path / "policy/a.YAML", HASHED)
    write(tmp_path / ".git/c.yaml", "not: [read")
    write(tmp_path / "policy/notes.txt", "not: [read")
    code_, printed, told = ran("explain", tmp_path)
    assert code_ == 0
    assert [line.partition(" (")[0] for line in printed if line[:1].strip()] == ["Hash names", "By hand"]
    assert told == [
        f"immuta-tf: {tmp_path}/datasource/lake.yaml: not a policy but a data source",
        f"immuta-tf: {tmp_path}/project/rides.yaml: not a policy but a project",
        f"immuta-tf: {tmp_path}/purpose/audit.yaml: not a policy but a purpose",
    ]
    assert ran("explain", tmp_path / "project/rides.yaml") == (
        1,
        [],
        [f"immuta-tf: {tmp_path}/project/rides.yaml: not a policy but a project"],
    )
    assert ran("explain", tmp_path / "project")[::2] == (
        1,
        [
            f"immuta-tf: {tmp_path}/project/rides.yaml: not a policy but a project",
            f"immuta-tf: {tmp_path}/project: there is no policy",
        ],
    )


WRONG: dict[str, tuple[Any, str]] = {
    "a list of texts": ("- a\n", "a policy is an object with policyKey, name, type and actions; this is none"),
    "a text": ("only words", "a policy is an object with policyKey, name, type and actions; this is none"),
    "nothing": ("", "it is empty"),
    "comments": ("# nothing\n---\n", "it is empty"),
    "no key": ({name: HASHED[name] for name in HASHED if name != "policyKey"}, "policyKey: it is required"),
    "null as name": ({**HASHED, "name": None}, "name: it is null; a text belongs here"),
    "no type": ({name: HASHED[name] for name in HASHED if name != "type"}, "type: it is required"),
    "another type": (
        changed(type="mask"),
        "type: 'mask' is no type of policy that is known; known are data, subscription",
    ),
    "no rules": (changed(actions=[{"rules": []}]), "actions[0].rules: there is no rule"),
    "no actions": (changed(actions=[]), "actions: there is no action"),
    "an unknown rule": (
        changed(actions=[{"rules": [{"type": "Tokenize", "config": {}}]}]),
        (
            "actions[0].rules[0].type: 'Tokenize' is no rule that is known; known are Masking, Minimization, Purpose "
            "Restriction, Time Restriction, Row Restriction By User Entitlements, Row Restriction by Custom "
            "Where Clause"
        ),
    ),
    "an unknown function": (
        masked(maskingConfig={"type": "Scramble"}),
        (
            "actions[0].rules[0].config.maskingConfig.type: 'Scramble' is no masking function that is known; known are "
            "Hash, Null, Constant, Format Preserving Masking, K-Anonymization, Randomized Response, Regular "
            "Expression, "
            "Reversible, Grouping, Custom Function"
        ),
    ),
    "an unknown circumstance": (
        changed(circumstances=[{"type": "weather"}]),
        (
            "circumstances[0].type: 'weather' is no circumstance that is known; known are tags, columnTags, "
            "columnRegex, "
            "anyTag, noTags, time, server, domains"
        ),
    ),
    "two groups without operator": (
        changed(
            actions=[
                {"rules": [{"type": "Minimization", "config": {"percent": 5}, "exceptions": {"groups": ["A", "B"]}}]}
            ]
        ),
        (
            'actions[0].rules[0].exceptions.operator: 2 members need "any" or "all"; which of them Immuta takes is '
            "documented nowhere"
        ),
    ),
    "for nobody": (
        changed(
            actions=[{"rules": [{"type": "Minimization", "config": {"percent": 5}, "inclusions": {"groups": []}}]}]
        ),
        (
            "actions[0].rules[0].inclusions: it names nobody; nobody documents whether the rule is then for "
            "everyone or "
            "for no one"
        ),
    ),
    "a word for a number": (
        changed(actions=[{"rules": [{"type": "Minimization", "config": {"percent": "half"}}]}]),
        "actions[0].rules[0].config.percent: a number belongs here, not 'half'",
    ),
    "a word for a flag": (changed(staged="maybe"), "staged: true or false belongs here, not 'maybe'"),
    "an object for a text": (
        masked(conditionalPredicate={"a": 1}),
        "actions[0].rules[0].config.conditionalPredicate: a text belongs here, not an object",
    ),
    "a text for a list": (masked(fields="all"), "actions[0].rules[0].config.fields: a list belongs here, not 'all'"),
    "an object of V1": (
        changed(createdAt="2024-01-31T00:00:00.000Z"),
        "this is what the V1 API returns, not a V2 payload as `immuta policy clone` writes it",
    ),
}


@pytest.mark.parametrize(("payload", "why"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_read_is_told_and_the_rest_goes_on(
    tmp_path: pathlib.Path, ran: Any, payload: Any, why: str
) -> None:
    write(tmp_path / "1.yaml", payload)
    write(tmp_path / "2.yaml", BY_HAND)
    code_, printed, told = ran("explain", tmp_path)
    assert (code_, told) == (1, [f"immuta-tf: {tmp_path}/1.yaml: {why}"])
    assert printed[0].startswith("By hand (")
    code_, printed, told = ran("convert", tmp_path, "--to", "hcl")
    assert (code_, told) == (
        1,
        [f"immuta-tf: {tmp_path}/1.yaml: {why}", "immuta-tf: 1 converted; what stands above was not"],
    )
    assert 'resource "immuta_subscription_policy" "by-hand" {' in printed


REFUSED: dict[str, tuple[Any, str]] = {
    "a percentage": (
        changed(actions=[{"rules": [{"type": "Minimization", "config": {"percent": 101}}]}]),
        "actions[0].rules[0].minimization.percent: ",
    ),
    "a moment": (
        changed(circumstances=[{"type": "time", "startDate": "2024-01-31 00:00"}]),
        "circumstances.time.start_date: '2024-01-31 00:00' is not a moment such as",
    ),
    "a domain with V1's words": (
        {**BY_HAND, "template": True, "circumstances": [{"type": "domains", "domains": [{"name": "Rides"}]}]},
        "Domains cannot be given for this policy. ",
    ),
    "an unknown member with V1's words": (
        {**BY_HAND, "template": True, "priority": 7},
        "extra_json cannot be given for this policy. ",
    ),
    "a template of the CLI": (
        masked(conditionalPredicate="a = '{{EnvVar \"WHO\"}}'"),
        '{{EnvVar "WHO"}} is filled in by the Immuta CLI when it saves the file; write the value instead',
    ),
}


@pytest.mark.parametrize(("payload", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_provider_refuses_is_not_converted(tmp_path: pathlib.Path, ran: Any, payload: Any, why: str) -> None:
    file = write(tmp_path / "1.yaml", payload)
    assert ran("explain", file)[0] == 0
    code_, printed, told = ran("convert", file, "--to", "python")
    assert (code_, printed) == (1, [])
    assert told[0].startswith(f"immuta-tf: {file}: {why}")
    assert told[1:] == ["immuta-tf: 0 converted; what stands above was not"]


def test_what_the_cdk_would_take_for_its_own_is_converted_to_hcl_only(tmp_path: pathlib.Path, ran: Any) -> None:
    file = write(tmp_path / "1.yaml", changed(name="${TfToken[TOKEN.0]}"))
    code_, _, told = ran("convert", file, "--to", "python")
    assert (code_, told[0]) == (
        1,
        (
            f"immuta-tf: {file}: '${{TfToken[TOKEN.0]}}' holds what the CDK takes for a reference of its own; "
            "convert it "
            "--to hcl"
        ),
    )
    assert ran("convert", file, "--to", "hcl")[::2] == (0, [])


def test_a_key_in_two_files(tmp_path: pathlib.Path, ran: Any) -> None:
    write(tmp_path / "1.yaml", HASHED)
    write(tmp_path / "2.json", changed(name="Another name"))
    code_, printed, told = ran("convert", tmp_path, "--to", "hcl")
    assert (code_, printed) == (1, [])
    assert told == [
        (
            f"immuta-tf: {tmp_path}/2.json: {tmp_path}/1.yaml has the same policyKey and says something else; "
            "leave one of "
            "them out"
        ),
        f"immuta-tf: {tmp_path}/1.yaml: another file has its policyKey 'hash names' and says something else",
        "immuta-tf: 0 converted; what stands above was not",
    ]
    write(tmp_path / "2.json", HASHED)
    code_, printed, told = ran("convert", tmp_path, "--to", "hcl")
    assert (code_, told, sum(line.startswith("resource ") for line in printed)) == (0, [], 1)


def test_keys_that_are_alike_get_names_of_their_own(tmp_path: pathlib.Path, ran: Any) -> None:
    keys = [
        "Mask: names",
        "mask-names",
        "MASK-NAMES",
        "mask_names",
        "mask names!",
        "mask",
        "7",
        "東京",
        "???",
        "mask-names-2",
    ]
    for number, key in enumerate(keys):
        write(tmp_path / f"{number}.yaml", changed(policyKey=key))
    code_, printed, _ = ran("convert", tmp_path, "--to", "python")
    assert code_ == 0
    text = "\n".join(printed)
    functions = [line.split()[1].partition("(")[0] for line in printed if line.startswith("def ")]
    assert sorted(functions) == sorted({*functions})
    assert {each["policy_key"] for each in code.attributes(text)} == set(keys)
    assert {"mask_policy", "policy", "policy_2", "policy_7"} < set(functions)
    assert 'DataPolicy(\n        scope,\n        "mask",\n        policy_key="mask",' in text


def test_a_package_is_written_and_not_overwritten(tmp_path: pathlib.Path, ran: Any) -> None:
    file, out = write(tmp_path / "all.yaml", HASHED, BY_HAND), tmp_path / "policies"
    code_, printed, told = ran("convert", file, "--to", "python", "--out", out)
    assert (code_, told) == (0, [])
    assert printed == [f"wrote {out}/{name}.py" for name in ("by_hand_policy", "hash_names", "__init__")]
    assert (out / "__init__.py").read_text().splitlines()[-4:] == [
        "def add_policies(scope: Construct) -> None:",
        '    """Add all of them to a stack."""',
        "    by_hand_policy(scope)",
        "    hash_names(scope)",
    ]
    (out / "hash_names.py").write_text("mine")
    code_, printed, told = ran("convert", file, "--to", "python", "--out", out)
    assert (code_, printed) == (1, [])
    assert told[1] == f"immuta-tf: {out}/hash_names.py: it exists already and was left alone; --force writes it anew"
    assert (out / "hash_names.py").read_text() == "mine"
    assert ran("convert", file, "--to", "python", "--out", out, "--force")[0] == 0
    assert 'policy.import_from("hash names")' in (out / "hash_names.py").read_text()


def test_a_folder_of_hcl(tmp_path: pathlib.Path, ran: Any) -> None:
    file, out = write(tmp_path / "all.yaml", HASHED), tmp_path / "not-a-package"
    assert ran("convert", file, "--to", "hcl", "--out", out)[:2] == (
        0,
        [f"wrote {out}/hash-names.tf", f"wrote {out}/versions.tf"],
    )
    assert (out / "hash-names.tf").read_text().count("import {") == 1
    other = tmp_path / "other"
    write(other / "main.tf", "# mine\n")
    assert ran("convert", file, "--to", "hcl", "--out", other, "--no-import")[1] == [f"wrote {other}/hash-names.tf"]
    assert "import" not in (other / "hash-names.tf").read_text()


def test_no_file_overrides_others(tmp_path: pathlib.Path, ran: Any) -> None:
    """Terraform merges `override.tf` and `x_override.tf` into other files instead of reading their resources."""
    keys = ("override", "mask_override", "overrides")
    file, out = write(tmp_path / "all.yaml", *(changed(policyKey=key) for key in keys)), tmp_path / "out"
    assert ran("convert", file, "--to", "hcl", "--out", out)[0] == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "mask_override_policy.tf",
        "override_policy.tf",
        "overrides.tf",
        "versions.tf",
    ]


@pytest.mark.parametrize(
    ("out", "to", "why"),
    [
        ("my-policies", "python", "Python cannot import a package of this name; use letters, digits and _"),
        ("taken", "hcl", "this is a file, and a folder is needed"),
    ],
)
def test_folders_that_do_not_fit(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], out: str, to: str, why: str
) -> None:
    file = write(tmp_path / "all.yaml", HASHED)
    (tmp_path / "taken").write_text("")
    assert main(["policy", "convert", str(file), "--to", to, "--out", str(tmp_path / out)]) == 1
    assert capsys.readouterr().err == f"immuta-tf: --out {tmp_path / out}: {why}\n"


def test_python_needs_black(tmp_path: pathlib.Path) -> None:
    file = write(tmp_path / "all.yaml", HASHED)
    hidden = (
        "import sys; sys.modules['black'] = None; from immuta_cli.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    environment = clean_environment(tmp_path)
    result = run(sys.executable, "-c", hidden, "policy", "convert", file, "--to", "python", environment=environment)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "immuta-tf: Python code is formatted with black, which is not installed. Install it with an engine: pip "
        "install 'terraform-provider-immuta[cdktf]' (or [cdktn])\n"
    )


def test_any_terminal_gets_utf_8(tmp_path: pathlib.Path) -> None:
    file = write(tmp_path / "all.yaml", yaml.safe_dump(changed(name="東京"), allow_unicode=True))
    environment = clean_environment(tmp_path, PYTHONIOENCODING="latin-1")
    done = subprocess.run(
        [sys.executable, "-m", "immuta_cli", "policy", "explain", str(file)],
        env=environment,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode("utf-8").startswith("東京 (data policy")


def test_a_name_with_control_characters_is_quoted(tmp_path: pathlib.Path, ran: Any) -> None:
    file = write(tmp_path / "all.yaml", changed(name="red \x1b[31m\nalert"))
    assert ran("explain", file)[1][0] == f'"red \\u001b[31m\\nalert" (data policy, key "hash names", {file})'


def test_help_and_wrong_command_lines(tmp_path: pathlib.Path) -> None:
    environment = clean_environment(tmp_path)
    shown = immuta_tf("policy", "convert", "--help", environment=environment)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "immuta-tf policy convert exports/policy --to python --out policies" in shown.stdout
    wrong = immuta_tf("policy", "convert", "x.yaml", "--to", "java", environment=environment)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "invalid choice: 'java'" in wrong.stderr


def test_examples_are_explained(ran: Any) -> None:
    code_, printed, told = ran("explain", v2.PAYLOADS)
    assert (code_, told) == (0, [])
    assert sum(" policy, key " in line for line in printed) == len(v2.examples())


def test_the_page_shows_what_is_printed(ran: Any) -> None:
    page = (pathlib.Path(__file__).parents[3] / "docs" / "cli.md").read_text()
    _, printed, _ = ran("explain", v2.PAYLOADS / "region-otherwise.yaml")
    assert "\n".join(printed).replace(f"{v2.PAYLOADS}/", "exports/policy/") in page
