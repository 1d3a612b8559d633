"""What the image runs, in a box made by the steps of the Dockerfile: see tests/image/box.py."""

import base64
import hashlib
import json
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.conftest import REPOSITORY
from tests.image.box import Bind, Image, ended, final
from tests.image.compose import Compose, Service
from tests.neo4j_databases import Database
from tests.neo4j_server import free_port

KEY = "a key of the tests"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "api-keys.txt"
    path.write_text(hashlib.sha256(KEY.encode()).hexdigest() + "\n", "utf-8")
    return path


def ask(port: int, path: str, key: str = "", origin: str = "") -> tuple[int, dict[str, str], str]:
    """Status, headers and body of a GET."""
    headers = {name: value for name, value in (("X-API-Key", key), ("Origin", origin)) if value}
    request = Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            return answer.status, dict(answer.headers), answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read().decode()


def wait_until_healthy(
    image: Image,
    process: subprocess.Popen[bytes],
    command: tuple[str, ...],
    environment: Mapping[str, str],
) -> None:
    """Repeat a check of health as an engine does."""
    deadline = time.monotonic() + 120
    while image.check(command, environment).returncode:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_everything_that_the_packages_hold_is_in_the_image(image: Image) -> None:
    (installed,) = (image.root / "opt/westphalia/lib").glob("python3*/site-packages")
    missing = [
        path
        for package in ("graph", "ingest", "app")
        for path in (REPOSITORY / package).rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and not path.is_relative_to(REPOSITORY / "app" / "explorer")
        and not path.is_relative_to(REPOSITORY / "app" / "static")
        if not (installed / path.relative_to(REPOSITORY)).is_file()
    ]
    assert missing == []
    assert (installed / "graph/reference/states.toml").is_file()
    assert (installed / "app/static/index.html").is_file()
    assert len(list((installed / "app/static/assets").glob("*.js"))) >= 2
    assert not (installed / "app/explorer").exists()
    assert not (installed / "pip").exists()


def test_a_command_is_a_user_without_rights_who_can_write_to_tmp_only(image: Image) -> None:
    script = """
import os
status = open("/proc/self/status").read()
print(os.getuid(), os.getgid(), status.split("CapEff:")[1].split()[0])
for folder in ("/", "/data", "/opt/westphalia", "/usr/local/bin", "/tmp"):
    try:
        open(f"{folder}/new", "w").close()
        print(folder)
    except OSError:
        pass
"""
    done = image.check(("python", "-c", script))
    user = final(REPOSITORY).last("USER").rest.replace(":", " ")
    assert done.stdout.splitlines() == [f"{user} {0:016x}", "/tmp"]


def test_with_a_file_as_store_the_image_reads_articles_and_answers(
    image: Image, volume: Path, samples: Path, keys: Path
) -> None:
    data = Bind(volume, "/data", read_only=False)
    made = image.run(("migrate",), binds=[data])
    assert made.returncode == 0, made.stderr
    assert "sqlite:////data/westphalia.db is ready" in made.stdout
    read = image.run(("ingest", "/inbox"), binds=[data, Bind(samples, "/inbox")])
    assert read.returncode == 0, read.stderr
    assert f"{len(list(samples.iterdir()))} stored" in read.stdout
    (image.root / "run/secrets/keys").touch()
    environment = {
        "WESTPHALIA_HOST": "0.0.0.0",
        "WESTPHALIA_PORT": str(free_port()),
        "WESTPHALIA_API_KEYS_FILE": "/run/secrets/keys",
    }
    health = final(REPOSITORY).health()
    assert image.check(health, environment).returncode == 1
    binds = [data, Bind(keys, "/run/secrets/keys")]
    with ended(image.start((), environment, binds)) as api:
        wait_until_healthy(image, api, health, environment)
        port = int(environment["WESTPHALIA_PORT"])
        assert ask(port, "/v1/actors/IRN/alliances")[0] == 401
        status, headers, body = ask(port, "/")
        assert status == 200
        assert "script-src 'self'" in headers["content-security-policy"]
        for path in re.findall(r'(?:src|href)="\.(/[^"]+)"', body):
            assert ask(port, path)[0] == 200, path
        status, _, body = ask(port, "/v1/actors/IRN/alliances", KEY)
        assert status == 200
        assert json.loads(body)["observed"]
        api.send_signal(getattr(signal, final(REPOSITORY).last("STOPSIGNAL").rest))
        assert api.wait(timeout=30) == -signal.SIGTERM
    assert image.check(health, environment).returncode == 1


def test_without_keys_the_image_is_not_open_to_others(image: Image, volume: Path) -> None:
    data = [Bind(volume, "/data", read_only=False)]
    assert image.run(("migrate",), binds=data).returncode == 0
    done = image.run((), {"WESTPHALIA_HOST": "0.0.0.0"}, data)
    assert done.returncode == 1
    assert "no API keys are set" in done.stderr


def container(
    image: Image, service: Service, graph: Database, port: int, keys: Path
) -> tuple[dict[str, str], list[Bind]]:
    """Environment and mounts of a service. The store is at another address here, and the API,
    which shares the ports of the machine, at another port."""
    environment = dict(service.environment)
    assert environment["WESTPHALIA_STORE_URL"] == "bolt://neo4j:7687"
    environment |= {"WESTPHALIA_STORE_URL": graph.uri, "WESTPHALIA_PORT": str(port)}
    environment["WESTPHALIA_STORE_PASSWORD"] = graph.access.password
    binds = [Bind(REPOSITORY / mount.source, mount.target) for mount in service.mounts]
    for secret in service.secrets:
        (image.root / "run/secrets" / secret).touch()
        binds.append(Bind(keys, f"/run/secrets/{secret}"))
    return environment, binds


def test_the_services_of_the_compose_file_fill_a_graph_and_answer_from_it(
    image: Image, compose: Compose, neo4j_lts: Database, samples: Path, keys: Path
) -> None:
    neo4j_lts.wipe()
    port = free_port()
    for name in ("migrate", "worker"):
        service = compose.services[name]
        environment, binds = container(image, service, neo4j_lts, port, keys)
        done = image.run(service.command, environment, binds)
        assert done.returncode == 0, done.stderr
    service = compose.services["api"]
    environment, binds = container(image, service, neo4j_lts, port, keys)
    assert service.health[0] == "CMD"
    with ended(image.start(service.command, environment, binds)) as api:
        wait_until_healthy(image, api, service.health[1:], environment)
        status, headers, body = ask(port, "/v1/events?limit=1", KEY, "http://localhost:7474")
        assert status == 200
        assert "access-control-allow-origin" not in headers
        for path in ("/browser/guide", "/browser/style.grass"):
            fetched, granted, _ = ask(port, path, origin="http://localhost:7474")
            assert fetched == 200
            assert granted["access-control-allow-origin"] == "http://localhost:7474"
        assert len(json.loads(body)["items"]) == 1
        assert ask(port, "/v1/events", "another key")[0] == 401
    stored = neo4j_lts.run("MATCH (a:Article) RETURN count(a)")
    assert stored == [[len(list(samples.iterdir()))]]
    neo4j_lts.wipe()


def test_the_server_knows_every_setting_of_its_service(
    compose: Compose, neo4j_lts: Database
) -> None:
    """The image of Neo4j makes settings of variables: `_` is a dot, `__` is `_`. Of a name that it
    does not know the server does not start."""
    known = {str(row[0]) for row in neo4j_lts.run("SHOW SETTINGS YIELD name RETURN name")}
    variables = set(compose.services["neo4j"].environment) - {"NEO4J_AUTH"}
    settings = {
        re.sub("_", ".", name.removeprefix("NEO4J_").replace("__", "\0")).replace("\0", "_")
        for name in variables
    }
    assert len(settings) == 4
    assert settings <= known


def test_the_lines_of_the_readme_make_a_password_and_a_key_that_fit(tmp_path: Path) -> None:
    section = (REPOSITORY / "README.md").read_text("utf-8").split("## With Docker")[1]
    found = re.search(r"```sh\n(.*?)```", section, re.S)
    assert found
    lines = found[1].splitlines()
    assert len(lines) <= 5
    own = [line for line in lines if not line.startswith(("docker", "curl"))]
    script = "\n".join(["set -e", *own, 'printf %s "$key"'])
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert len(base64.b64decode(done.stdout)) == 32
    hashed = hashlib.sha256(done.stdout.encode()).hexdigest()
    assert (tmp_path / "api-keys.txt").read_text("utf-8") == f"{hashed}\n"
    password = tmp_path / ".env"
    assert password.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(
        r"WESTPHALIA_STORE_PASSWORD=[A-Za-z0-9]{20,}\n", password.read_text("utf-8")
    )
