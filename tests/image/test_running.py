"""What the image runs, in a box made by the steps of the Dockerfile: see tests/image/box.py."""

import base64
import hashlib
import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from graph.errors import QueueUnavailable
from ingest.queue import Publisher
from ingest.stopping import Stop
from tests.conftest import REPOSITORY
from tests.image.box import Bind, Image, ended, final
from tests.image.compose import Compose, Service
from tests.image.conftest import QUEUE_PASSWORD, VARIABLES, new_volume
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
    image: Image, service: Service, graph: Database, queue: int, keys: Path
) -> tuple[dict[str, str], list[Bind]]:
    """Environment and mounts of a service. Graph and queue are at other addresses here, and the
    API, which shares the ports of the machine, at another port."""
    environment = dict(service.environment) | {"WESTPHALIA_PORT": str(free_port())}
    if "WESTPHALIA_STORE_URL" in environment:
        assert environment["WESTPHALIA_STORE_URL"] == "bolt://neo4j:7687"
        environment["WESTPHALIA_STORE_URL"] = graph.uri
        environment["WESTPHALIA_STORE_PASSWORD"] = graph.access.password
    if url := environment.get("WESTPHALIA_NATS_URL"):
        assert url.endswith("@nats:4222")
        environment["WESTPHALIA_NATS_URL"] = url.replace("@nats:4222", f"@127.0.0.1:{queue}")
    binds = [Bind(REPOSITORY / mount.source, mount.target) for mount in service.mounts]
    for secret in service.secrets:
        (image.root / "run/secrets" / secret).touch()
        binds.append(Bind(keys, f"/run/secrets/{secret}"))
    return environment, binds


@pytest.fixture
def queue(nats_image: Image, compose: Compose, tmp_path: Path) -> Iterator[int]:
    """The port of the queue of the compose file, with its settings on a volume of its own. The
    ports are those of the machine, so others than in its file."""
    service = compose.services["nats"]
    port, monitor = str(free_port()), str(free_port())
    data = Bind(new_volume(tmp_path / "nats", nats_image), "/data", read_only=False)
    words = (*(service.command or nats_image.command), "-a", "127.0.0.1")
    check = [word.replace(":8222/", f":{monitor}/") for word in service.health[1:]]
    assert check != list(service.health[1:])
    with ended(
        nats_image.start((*words, "-p", port, "-m", monitor), service.environment, [data])
    ) as server:
        wait_until_healthy(nats_image, server, tuple(check), {})
        yield int(port)
        server.terminate()
        log = server.communicate(timeout=30)
        assert server.returncode == 0, log
        assert QUEUE_PASSWORD.encode() not in b"".join(log)


def wait_for_metrics(worker: subprocess.Popen[bytes], port: int, *lines: str) -> str:
    """Wait until a worker tells all of these."""
    deadline = time.monotonic() + 120
    while True:
        assert worker.poll() is None, worker.communicate()
        with suppress(OSError):
            _, _, told = ask(port, "/metrics")
            if all(line in told.splitlines() for line in lines):
                return told
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_two_workers_take_what_is_published_from_the_queue_into_the_graph(
    image: Image, compose: Compose, queue: int, neo4j_lts: Database, samples: Path, keys: Path
) -> None:
    count = len(list(samples.iterdir()))
    neo4j_lts.wipe()
    for name in ("migrate", "publish"):
        service = compose.services[name]
        done = image.run(service.command, *container(image, service, neo4j_lts, queue, keys))
        assert done.returncode == 0, done.stderr
    assert f"{count} published" in done.stdout
    with pytest.raises(QueueUnavailable, match="Authorization"):
        Publisher(f"nats://127.0.0.1:{queue}", Stop()).__enter__()
    service = compose.services["worker"]
    environment, binds = container(image, service, neo4j_lts, queue, keys)
    with ExitStack() as stack:
        workers = []
        for _ in range(2):
            port = free_port()
            words = [word.replace("9101", str(port)) for word in service.command]
            workers.append(
                (stack.enter_context(ended(image.start(words, environment, binds))), port)
            )
        stored = 0.0
        for worker, port in workers:
            empty = [
                f'westphalia_queue_articles{{state="{state}"}} 0.0'
                for state in ("waiting", "claimed")
            ]
            told = wait_for_metrics(worker, port, *empty)
            found = re.search(
                r'^westphalia_worker_articles_total{outcome="stored"} (.*)$', told, re.M
            )
            assert found
            stored += float(found[1])
            check = [word.replace("9101", str(port)) for word in service.health[1:]]
            assert image.check(check, environment).returncode == 0
        assert stored == count
        for worker, _ in workers:
            worker.terminate()
        for worker, _ in workers:
            log = worker.communicate(timeout=60)
            assert worker.returncode == 0, log
            assert QUEUE_PASSWORD.encode() not in b"".join(log)
    assert neo4j_lts.run("MATCH (a:Article) RETURN count(a)") == [[count]]
    assert neo4j_lts.run("MATCH (i:InboxRecord) RETURN count(i)") == [[0]]
    neo4j_lts.wipe()


def test_the_api_of_the_compose_file_answers_from_the_graph(
    image: Image, compose: Compose, neo4j_lts: Database, samples: Path, keys: Path
) -> None:
    neo4j_lts.wipe()
    environment, _ = container(image, compose.services["migrate"], neo4j_lts, 0, keys)
    article = "/inbox/24-russia-iran-treaty.txt"
    done = image.run(("ingest", article), environment, [Bind(samples, "/inbox")])
    assert done.returncode == 0, done.stderr
    service = compose.services["api"]
    environment, binds = container(image, service, neo4j_lts, 0, keys)
    port = int(environment["WESTPHALIA_PORT"])
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
    passwords = tmp_path / ".env"
    assert passwords.stat().st_mode & 0o777 == 0o600
    pairs = [line.split("=") for line in passwords.read_text("utf-8").splitlines()]
    assert [name for name, _ in pairs] == list(VARIABLES)
    assert all(re.fullmatch("[A-Za-z0-9]{20,}", value) for _, value in pairs)
    assert pairs[0][1] != pairs[1][1]
