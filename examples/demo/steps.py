"""The steps of the demo: what each one does, and what it asks the tenant to see that it is so."""

from __future__ import annotations

import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

from examples.demo import processes
from examples.demo.tenant import Tenant

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / ".demo"
LOGS, WORK, HOME, TEMPORARY, CACHE = (DEMO / name for name in ("logs", "run", "home", "tmp", "cache"))

DRIFTED = "Changed by hand, in Immuta"
QUICKSTART_PURPOSES = {"Research", "Research.Churn", "Billing"}
QUICKSTART_PROJECTS = {"Churn study": {"Research", "Research.Churn"}, "Invoice quality": {"Billing"}}

COMMAND_SECONDS = 90.0
READY = re.compile(r"^ready (http://127\.0\.0\.1:\d+)$", re.MULTILINE)


class SurpriseError(Exception):
    """The tenant, or what a command printed, is not as the step promised."""


class Steps:
    """The steps in their order, and what one leaves for the next. Each returns what it has shown, in a few words."""

    def __init__(self) -> None:
        self._environment = environment()
        self._terraform = self._environment["TERRAFORM_BINARY_NAME"]

    def install(self) -> str:
        """Put the provider where only this run finds it."""
        self._run(
            "install", sys.executable, "-m", "immuta_cli", "install", "--dir", "mirror", "--cli-config", "cli.tfrc"
        )
        return "a filesystem mirror, no registry"

    def start_tenant(self) -> str:
        """Start a local tenant."""
        key = secrets.token_urlsafe(24)
        self._environment["IMMUTA_API_KEY"] = key
        self._server = self._serve()
        self._environment["IMMUTA_HOST"] = host = self._address()
        self._tenant = Tenant(host, key)
        expect("the tenant's purposes", self._tenant.purposes(), {})
        expect("the tenant's projects", self._tenant.projects(), {})
        return f"{host}, empty"

    def deploy(self) -> str:
        """Deploy examples/quickstart."""
        self._cdktf("deploy", "quickstart")
        self._expect_quickstart()
        self._deployed = self._tenant.purposes()["Research"]
        return "3 purposes, and 2 projects that use them"

    def change_outside(self) -> str:
        """Change a purpose behind Terraform's back."""
        self._tenant.change_purpose("Research", description=DRIFTED)
        expect("the description of Research", self._description(), DRIFTED)
        return "purpose Research has another description"

    def diff(self) -> str:
        """Look for the change with `cdktf diff`."""
        output = self._cdktf("diff", "quickstart")
        expect_text("the plan", "0 to add, 1 to change, 0 to destroy", output)
        changes = [line.partition("~")[2].split() for line in output.splitlines() if " -> " in line]
        expect("the attributes that the plan changes", [words[0] for words in changes if words], ["description"])
        expect_text("the plan", DRIFTED, output)
        expect("the description of Research", self._description(), DRIFTED)
        return "exactly that attribute is reported"

    def deploy_again(self) -> str:
        """Deploy the same code again."""
        self._cdktf("deploy", "quickstart", log="deploy-again")
        self._expect_quickstart()
        expect("the description of Research", self._description(), self._deployed["description"])
        expect("the id of Research", self._tenant.purposes()["Research"]["id"], self._deployed["id"])
        return "the description is as in the code"

    def import_existing(self) -> str:
        """Make a purpose outside, and bring it under code with examples/import_existing."""
        self._tenant.create_purpose(name="Legal hold", description="Kept until the case is closed")
        before = self._tenant.purposes()
        output = self._cdktf("deploy", "import-existing", app="import_existing", log="import")
        expect_text("the apply", "1 imported, 0 added, 0 changed, 0 destroyed", output)
        expect("the tenant's purposes", self._tenant.purposes(), before)
        return "1 imported, nothing changed"

    def destroy(self) -> str:
        """Destroy both stacks."""
        self._cdktf("destroy", "import-existing", app="import_existing", log="destroy-imported")
        expect("the tenant's purposes", set(self._tenant.purposes()), QUICKSTART_PURPOSES)
        self._cdktf("destroy", "quickstart")
        expect("the tenant's purposes", self._tenant.purposes(), {})
        expect("the tenant's projects", self._tenant.projects(), {})
        return "the tenant is empty again"

    def stop_tenant(self) -> str:
        """Stop the tenant."""
        self._server.terminate()
        expect("the tenant's exit code", self._server.wait(10), 0)
        expect("the processes left", processes.left_over(), [])
        return "no process is left"

    def _expect_quickstart(self) -> None:
        expect("the tenant's purposes", set(self._tenant.purposes()), QUICKSTART_PURPOSES)
        expect("the tenant's projects", self._tenant.projects(), QUICKSTART_PROJECTS)

    def _description(self) -> object:
        return self._tenant.purposes()["Research"]["description"]

    def _serve(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "immuta_cli", "tenant", "serve", "--port", "0"]
        with (LOGS / "tenant.log").open("wb") as log:
            return processes.start(command, output=log.fileno(), cwd=WORK, environment=self._environment)

    def _address(self) -> str:
        deadline = time.monotonic() + 20
        while not (found := READY.search((LOGS / "tenant.log").read_text())):
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise SurpriseError(f"the tenant did not start{processes.tail(LOGS / 'tenant.log')}")
            time.sleep(0.02)
        return found.group(1)

    def _cdktf(self, command: str, stack: str, *, app: str = "quickstart", log: str | None = None) -> str:
        program = shlex.join([sys.executable, str(ROOT / "examples" / app / "main.py")])
        options = ["--app", program, "--skip-provider-lock"]
        if command != "diff":
            options.append("--auto-approve")
        cdktf = str(ROOT / "node_modules" / ".bin" / "cdktf")
        return self._run(log or command, cdktf, command, stack, *options)

    def _run(self, log: str, *command: str) -> str:
        return processes.run(
            command,
            log=LOGS / f"{log}.log",
            cwd=WORK,
            environment=self._environment,
            timeout=COMMAND_SECONDS,
        )


def prepare() -> None:
    """Make the folders below `.demo/`, without what an earlier run left; downloads and logs of the set-up stay."""
    for folder in (WORK, HOME, TEMPORARY, LOGS):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    CACHE.mkdir(exist_ok=True)
    # cdktf keeps its project file, its output and Terraform's state in one folder: not in the user's own.
    shutil.copy(ROOT / "cdktf.json", WORK)


def environment() -> dict[str, str]:
    """Return the environment of every sub-command: the user's, with all that could lead outside `.demo/` replaced."""
    foreign = ("TF_", "TERRAFORM_", "CDKTF_", "IMMUTA_", "JSII_", "XDG_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return inherited | {
        "HOME": str(HOME),
        "TMPDIR": str(TEMPORARY),
        "XDG_CACHE_HOME": str(CACHE),
        "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(CACHE / "jsii"),
        "npm_config_cache": str(CACHE / "npm"),
        "TF_CLI_CONFIG_FILE": str(WORK / "cli.tfrc"),
        "TERRAFORM_BINARY_NAME": _terraform(),
        "IMMUTA_TF_PYTHON": sys.executable,
        "CDKTF_DISABLE_PLUGIN_CACHE_ENV": "1",
        "CHECKPOINT_DISABLE": "1",
        "CI": "1",
        "NO_COLOR": "1",
        "PYTHONPATH": "",
    }


def expect(what: str, actual: object, expected: object) -> None:
    """Raise `SurpriseError` unless `actual` equals `expected`."""
    if actual != expected:
        raise SurpriseError(f"{what}: expected {expected!r}, found {actual!r}")


def expect_text(where: str, expected: str, text: str) -> None:
    """Raise `SurpriseError` unless `expected` stands in `text`."""
    if expected not in text:
        raise SurpriseError(f"{where} does not say {expected!r}; see {LOGS}")


def _terraform() -> str:
    for name in (os.environ.get("TERRAFORM_BINARY_NAME", ""), "terraform", "tofu"):
        if name and shutil.which(name):
            return name
    raise SurpriseError("neither terraform nor tofu is on PATH; `make demo` installs one")
