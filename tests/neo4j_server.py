"""A real Neo4j without Docker: the jars from Maven Central, started on loopback in a folder.

The jars of a version are fetched once into the user's cache folder. `python -m tests.neo4j_server`
starts one for trying out; the tests start their own, with free ports and a folder that is thrown
away. Imports nothing of ours.
"""

import argparse
import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from neo4j import GraphDatabase
from neo4j.exceptions import AuthError, DriverError, Neo4jError

START_SECONDS = 120
_BROWSER = ("org.neo4j.client", "neo4j-browser", "5.24.0")
_POM = """<project>
<modelVersion>4.0.0</modelVersion>
<groupId>westphalia</groupId><artifactId>neo4j-server</artifactId><version>1</version>
<dependencies>{dependencies}</dependencies>
</project>
"""
_DEPENDENCY = (
    "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"
)
_PORTS, _PROCESSES = range(12_000, 32_000), 16
_given: set[int] = set()
_OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")


class ServerMissing(Exception):
    """A server cannot be had on this machine; the message says what is missing."""


@dataclass(frozen=True)
class Line:
    """A release line of Neo4j: a version, its main class, and the Java versions it runs on."""

    name: str
    version: str
    main: str
    javas: range


LTS = Line("lts", "5.26.30", "org.neo4j.server.CommunityEntryPoint", range(17, 22))
CURRENT = Line("current", "2026.08.1", "org.neo4j.server.Neo4jCommunity", range(21, 100))


def find_java(line: Line) -> Path:
    """Return the oldest Java on this machine that the line runs on; ServerMissing for none."""
    found: dict[int, Path] = {}
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    homes += sorted(Path("/usr/lib/jvm").glob("*")) + sorted(Path("/opt").glob("*"))
    candidates = [home / "bin" / "java" for home in homes]
    if on_path := shutil.which("java"):
        candidates.append(Path(on_path))
    for java in candidates:
        if java.is_file():
            told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
            if version := re.search(r'version "(\d+)', told.stderr):
                found.setdefault(int(version[1]), java)
    fitting = sorted(version for version in found if version in line.javas)
    if not fitting:
        raise ServerMissing(
            f"Neo4j {line.version} needs Java {line.javas.start} or newer, here is "
            f"{', '.join(map(str, sorted(found))) or 'none'}"
        )
    return found[fitting[0]]


def jars(line: Line) -> Path:
    """Return the folder with the jars of the line, fetched by Maven if they are not there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "westphalia"
    folder = cache / f"neo4j-{line.version}"
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerMissing(f"Maven (mvn) is needed to fetch Neo4j {line.version}")
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "fetching.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Maven's own cache is not for two at once
        if not folder.is_dir():
            _fetch(line, maven, cache, folder)
    return folder


def _fetch(line: Line, maven: str, cache: Path, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache) as work:
        (Path(work) / "pom.xml").write_text(_pom(line.version), "utf-8")
        command = [maven, "-B", "-q", "dependency:copy-dependencies", "-DincludeScope=runtime"]
        done = subprocess.run(
            [*command, "-DoutputDirectory=lib"],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if done.returncode:
            raise ServerMissing(f"Maven could not fetch Neo4j {line.version}: {done.stdout[-800:]}")
        (Path(work) / "lib").rename(folder)


def _pom(version: str) -> str:
    parts = [
        ("org.neo4j", "neo4j", version),
        ("org.neo4j.app", "neo4j-server", version),
        _BROWSER,
        ("org.slf4j", "slf4j-nop", "2.0.17"),
    ]
    return _POM.format(dependencies="".join(_DEPENDENCY.format(*part) for part in parts))


def free_port() -> int:
    """A port that nothing listens on and that no other call in this run is given. It lies below
    those that a system gives to outgoing connections, so that it is still free when a server has
    come as far as to take it."""
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    share = len(_PORTS) // _PROCESSES
    while True:
        port = _PORTS.start + process % _PROCESSES * share + secrets.randbelow(share)
        if port not in _given and _is_free(port):
            _given.add(port)
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _require_free(port: int) -> None:
    if not _is_free(port):
        raise ServerMissing(f"port {port} is taken by another program")


def browser_settings(api: str) -> dict[str, str]:
    """Lines of neo4j.conf that make Neo4j Browser load style and guide from the API at `api`."""
    host = urlsplit(api).hostname or ""
    commands = f"style {api}/browser/style.grass; guide {api}/browser/guide"
    return {
        "browser.post_connect_cmd": f"config autoComplete: false; {commands}",
        "browser.remote_content_hostname_whitelist": host,
    }


class Server:
    """One server in a folder. `start` and `stop` may be called in turns; the data stays."""

    def __init__(
        self,
        line: Line,
        home: Path,
        password: str,
        bolt: int = 0,
        http: int = 0,
        options: Sequence[str] = (),
        settings: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.line = line
        self.home = home
        self.password = password
        self.bolt = bolt or free_port()
        self.http = http or free_port()
        self._options = options
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"bolt://127.0.0.1:{self.bolt}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start and wait until the server answers to its password; ServerMissing if it cannot."""
        for port in (self.bolt, self.http):
            _require_free(port)
        self._configure()
        command: list[str | Path] = [find_java(self.line), "-Xmx700m", *self._options, "-cp"]
        command += [f"{jars(self.line)}/*"]
        command += [f"--add-opens={module}=ALL-UNNAMED" for module in _OPENED]
        command += [self.line.main, f"--home-dir={self.home}", f"--config-dir={self.home}/conf"]
        with (self.home / "logs" / "console.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                said = (self.home / "logs" / "console.log").read_text("utf-8", "replace")
                raise ServerMissing(f"Neo4j {self.line.version} did not start: {said[-800:]}")
            time.sleep(0.25)

    def stop(self) -> None:
        """Stop politely and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(how)
            self._process.wait(timeout=60)

    def _configure(self) -> None:
        for name in ("conf", "data", "logs", "plugins", "import", "run"):
            (self.home / name).mkdir(parents=True, exist_ok=True)
        lines = {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{self.bolt}",
            "server.bolt.advertised_address": f"127.0.0.1:{self.bolt}",
            "server.http.listen_address": f"127.0.0.1:{self.http}",
            "server.https.enabled": "false",
            "server.memory.pagecache.size": "128m",
            "dbms.usage_report.enabled": "false",
        } | dict(self._settings)
        text = "".join(f"{key}={value}\n" for key, value in lines.items())
        (self.home / "conf" / "neo4j.conf").write_text(text, "utf-8")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.bolt), timeout=1):
                pass
        except OSError:
            return False
        return self._logs_in(self.password) or (
            self._logs_in("neo4j", "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new")
            and self._logs_in(self.password)
        )

    def _logs_in(self, password: str, statement: str = "SHOW DATABASES") -> bool:
        """Whether a statement about the whole server goes through, and the database is online."""
        try:
            with (
                GraphDatabase.driver(self.uri, auth=("neo4j", password)) as driver,
                driver.session(database="system") as session,
            ):
                rows = list(session.run(statement, new=self.password))
                if not rows:
                    return True
                state = {row["name"]: row["currentStatus"] for row in rows}
                return state.get("neo4j") == "online"
        except (AuthError, DriverError, Neo4jError, OSError):
            return False


BRIEF = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A server that lives for minutes is ready sooner when Java does not compile at its best."""


@contextmanager
def running(
    line: Line,
    options: Sequence[str] = BRIEF,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Server]:
    """A server in a folder of its own, with free ports and a new password, ended afterwards.
    `settings` are lines more of its neo4j.conf."""
    folder = Path(tempfile.mkdtemp(prefix=f"westphalia-neo4j-{line.name}-"))
    password = secrets.token_urlsafe(12)
    server = Server(line, folder, password, options=options, settings=settings)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Start a server and keep it running until Ctrl-C."""
    parser = argparse.ArgumentParser(description="Start a Neo4j for trying out.")
    parser.add_argument("--home", type=Path, default=Path("neo4j-home"), help="where the data is")
    parser.add_argument("--password", default="westphalia", help="of the user neo4j")
    parser.add_argument("--current", action="store_true", help="the current line, not the LTS")
    parser.add_argument(
        "--api",
        default="http://localhost:8000",
        help="where Neo4j Browser finds `westphalia serve`",
    )
    options = parser.parse_args(arguments)
    line = CURRENT if options.current else LTS
    server = Server(
        line,
        options.home.absolute(),
        options.password,
        bolt=7687,
        http=7474,
        settings=browser_settings(options.api),
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.start()
        told = f"Neo4j {line.version}: {server.uri}, Browser at http://127.0.0.1:{server.http}"
        print(told, flush=True)  # noqa: T201
        signal.pause()
    except ServerMissing as missing:
        raise SystemExit(str(missing)) from missing
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


if __name__ == "__main__":
    main()
