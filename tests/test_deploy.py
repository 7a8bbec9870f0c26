"""The image and what starts it: without rights, of pinned packages, and in valid files."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
IMAGE_LOCK = DEPLOY / "requirements.lock"
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[\w.+!-]+)(?P<rest>.*)$", re.MULTILINE)

COMPOSE = [DEPLOY / "compose.yaml", DEPLOY / "tensorflow-serving" / "compose.yaml"]
KUBERNETES = [DEPLOY / "kubernetes.yaml", DEPLOY / "tensorflow-serving" / "kubernetes.yaml"]


def run(tool, *arguments):
    """Runs a tool of the extra "deploy"."""
    place = Path(sys.executable).parent / tool
    if not place.exists():
        pytest.skip(f'needs {tool}: pip install ".[deploy]"')
    return subprocess.run([place, *arguments], capture_output=True, text=True, cwd=ROOT)


def pins(lock):
    """The packages of a lock, each with its version, what it is for, and its hashes."""
    entries = re.split(r"\n(?=[\w.-]+==)", lock.read_text(encoding="utf-8"))[1:]
    found = set()
    for entry in entries:
        pin = PIN.match(entry)
        hashes = frozenset(re.findall(r"--hash=(sha256:[0-9a-f]{64})", entry))
        found.add((pin["name"], pin["version"], pin["rest"].strip(" \\"), hashes))
    return found


def requirements():
    """The requirements of users: of the package and of the extras that are not for developers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    of_users = set(extras) - {"bench", "deploy", "dev"}
    return [*project["dependencies"], *(item for name in of_users for item in extras[name])]


@pytest.mark.parametrize("lock", [ROOT / "requirements.lock", IMAGE_LOCK], ids=["ci", "image"])
def test_every_package_of_a_lock_has_hashes(lock):
    locked = pins(lock)

    assert locked
    assert all(hashes for *_, hashes in locked)


def test_image_has_the_packages_that_the_tests_ran_with():
    assert {pin[:2] for pin in pins(IMAGE_LOCK)} <= {
        pin[:2] for pin in pins(ROOT / "requirements.lock")
    }


def test_packages_of_users_have_upper_bounds():
    unbounded = [
        item for item in requirements() if not re.search(r"<|==", item) and item != "sacrebleu[ko]"
    ]

    assert unbounded == []


def test_bill_of_materials_names_what_the_lock_names(tmp_path):
    bill = tmp_path / "sbom.json"

    done = run(
        "cyclonedx-py", "requirements", IMAGE_LOCK, "--pyproject", "pyproject.toml", "-o", bill
    )

    assert done.returncode == 0, done.stderr
    components = json.loads(bill.read_text(encoding="utf-8"))["components"]
    named = {(component["name"], component["version"]) for component in components}
    assert named == {pin[:2] for pin in pins(IMAGE_LOCK)}


def test_dockerfile_passes_its_linter():
    done = run("hadolint", DEPLOY / "Dockerfile")

    assert done.returncode == 0, done.stdout


def test_compose_files_are_valid():
    done = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", *COMPOSE)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", KUBERNETES, ids=lambda path: path.parent.name)
def test_kubernetes_files_are_valid(path):
    done = run("kubernetes-validate", "--strict", path)

    assert done.returncode == 0, done.stdout + done.stderr


def test_image_runs_as_a_user_without_rights():
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()

    last_stage = lines[max(n for n, line in enumerate(lines) if line.startswith("FROM")) :]
    assert "USER 10001:10001" in last_stage
    assert any(line.startswith("HEALTHCHECK") for line in last_stage)


def test_compose_gives_the_container_no_rights():
    service = yaml.safe_load(COMPOSE[0].read_text(encoding="utf-8"))["services"]["translator"]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_kubernetes_gives_the_container_no_rights():
    deployment, _ = yaml.safe_load_all(KUBERNETES[0].read_text(encoding="utf-8"))
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_containers_start_the_server_with_options_it_has():
    from seq2seq.cli.serve import serve

    compose = yaml.safe_load(COMPOSE[0].read_text(encoding="utf-8"))["services"]["translator"]
    deployment, _ = yaml.safe_load_all(KUBERNETES[0].read_text(encoding="utf-8"))
    (container,) = deployment["spec"]["template"]["spec"]["containers"]

    known = {name for option in serve.params for name in option.opts}
    for command in (compose["command"], container["args"]):
        assert command[0] == "serve"
        assert {word for word in command if word.startswith("--")} <= known
