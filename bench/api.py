"""What does the API cost beside a bare endpoint, and does it stay quick as the store grows?

Serves synthetic stores (`bench.store`) on loopback with `westphalia serve`, each in a process of
its own, and loads it with wrk (Debian: `apt install wrk`). Two tables:

1. Requests a second of alliances of random actors on 64 connections, beside a bare FastAPI endpoint
   that returns the same bytes, taken in turns: with answers kept, and with none kept.
2. For each size of the store, 64 connections that pause between requests as people and programs
   do: first as the service is served, with the answers kept that were given since it has started;
   then with none kept, while a worker writes batches. Median and 95th percentile inside the
   server, from the head of a request to the end of its answer, as its own log tells them, and the
   CPU that the server has used for each: the times are longer on a machine that others use.

    python -m bench.api --sizes 10000,100000,1000000 --seconds 8
"""

import argparse
import json
import multiprocessing
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from bench.store import STATES, fill, reports
from graph.store import Batch
from graph.stores.sqlite import SqliteStore

CONNECTIONS = 64
DAY = date(2024, 12, 30)
WRITES = 20
"""Reports in a batch of the worker that writes meanwhile; it writes four batches a second."""

_SCRIPT = """
math.randomseed(tonumber(os.getenv("SEED") or "7"))
request = function()
  local path = string.format("{path}", math.random(0, {states} - 1))
  return wrk.format("GET", path)
end
{delay}
"""
_DELAY = "delay = function() return math.random(0, {twice}) end"
_ALLIANCES = f"/v1/actors/S%02d/alliances?as_of={DAY}"
_BARE = "/bare/S%02d"


@dataclass(frozen=True)
class Service:
    """A process that answers on a port; `log` is what it writes."""

    port: int
    log: Path
    pid: int

    def cpu_seconds(self) -> float:
        """What the process has used up to now; Linux tells it in hundredths."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(command: list[str], port: int, folder: Path, **settings: str) -> Iterator[Service]:
    """Run a server until the end of the block; it must answer at /healthz."""
    log = folder / f"{port}.log"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("WESTPHALIA_")}
    environment |= {f"WESTPHALIA_{name}": value for name, value in settings.items()}
    with log.open("wb") as file:
        child = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    service = Service(port, log, child.pid)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(service.url("/healthz"), timeout=5).close()
                break
            except OSError:
                if child.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(log.read_text("utf-8")) from None
                time.sleep(0.1)
        yield service
    finally:
        child.terminate()
        child.wait()


@contextmanager
def westphalia(store: Path, folder: Path, **settings: str) -> Iterator[Service]:
    """Our service, as it is served to others: limits counted, requests logged."""
    port = free_port()
    command = [sys.executable, "-m", "app", "serve", "--port", str(port)]
    common = {
        "STORE_URL": f"sqlite:///{store}",
        "LOG_FORMAT": "json",
        "RATE_LIMIT": "100000000/minute",
    }
    with process(command, port, folder, **{**common, **settings}) as service:
        yield service


@contextmanager
def bare(bodies: Path, folder: Path) -> Iterator[Service]:
    """A FastAPI app that returns bytes it has read from a file, and does nothing else."""
    port = free_port()
    command = [sys.executable, "-m", "bench.api", "--bare", str(bodies), "--port", str(port)]
    with process(command, port, folder) as service:
        yield service


def serve_bare(bodies: Path, port: int) -> None:
    import uvicorn
    from fastapi import FastAPI, Response

    known = {name: body.encode() for name, body in json.loads(bodies.read_text()).items()}
    app = FastAPI()

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {}

    @app.get("/bare/{actor_id}")
    def answer(actor_id: str) -> Response:
        return Response(known[actor_id], media_type="application/json")

    uvicorn.run(app, port=port, http="h11", log_level="warning", access_log=False)


def load(service: Service, path: str, seconds: int, folder: Path, pause_ms: int = 0) -> float:
    """Let wrk ask about random actors; return the requests answered a second."""
    delay = _DELAY.format(twice=2 * pause_ms) if pause_ms else ""
    script = folder / "ask.lua"
    script.write_text(_SCRIPT.format(path=path, states=STATES, delay=delay))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout=30s"]
    done = subprocess.run(
        [*command, "-s", str(script), service.url("/")], capture_output=True, text=True, check=True
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(done.stdout)
    found = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])


def bodies(service: Service, folder: Path) -> Path:
    """What our service answers of each actor, for the bare one to give back."""
    known = {}
    for n in range(STATES):
        with urllib.request.urlopen(service.url(_ALLIANCES % n)) as answer:
            known[f"S{n:02}"] = answer.read().decode()
    path = folder / "bodies.json"
    path.write_text(json.dumps(known))
    print(f"answers of {sum(map(len, known.values())) / len(known) / 1000:.0f} KB on average")
    return path


def beside_bare(store: Path, folder: Path, seconds: int, rounds: int) -> None:
    """The first table."""
    with westphalia(store, folder) as ours, bare(bodies(ours, folder), folder) as other:
        compare("answers kept", ours, other, folder, seconds, rounds)
    with (
        westphalia(store, folder, ANSWER_CACHE="0") as ours,
        bare(folder / "bodies.json", folder) as other,
    ):
        compare("none kept", ours, other, folder, seconds, rounds)


def compare(
    name: str, ours: Service, other: Service, folder: Path, seconds: int, rounds: int
) -> None:
    found = []
    for _ in range(rounds):
        here = load(ours, _ALLIANCES, seconds, folder)
        there = load(other, _BARE, seconds, folder)
        found.append((here / there, here, there))
    ratio, here, there = sorted(found)[len(found) // 2]
    print(
        f"{name:>14}: {here:7.0f} requests/s, a bare endpoint {there:7.0f}, ratio {ratio:.2f} "
        f"(of {len(found)} rounds, {min(found)[0]:.2f} to {max(found)[0]:.2f})"
    )


def write_on(path: Path, skip: int, stop: "multiprocessing.synchronize.Event") -> None:
    """What a worker does meanwhile: a batch, a pause, a batch."""
    rows = reports(skip + 1_000_000, seed=random.randrange(1 << 30))
    with SqliteStore(path) as store:
        while not stop.is_set():
            chunk = list(islice(rows, WRITES))
            store.write(Batch([article for article, _ in chunk], [event for _, event in chunk]))
            stop.wait(0.25)


def growth(store: Path, size: int, folder: Path, seconds: int, pause_ms: int) -> None:
    """Two rows of the second table."""
    with westphalia(store, folder) as service:
        row(f"{size:>9,} events, answers kept", service, folder, seconds, pause_ms)
    stop = multiprocessing.Event()
    writer = multiprocessing.Process(target=write_on, args=(store, size, stop))
    with westphalia(store, folder, ANSWER_CACHE="0") as service:
        writer.start()
        try:
            row(f"{'':>9}  none kept, written to", service, folder, seconds, pause_ms)
        finally:
            stop.set()
            writer.join()


def row(name: str, service: Service, folder: Path, seconds: int, pause_ms: int) -> None:
    """Print what is measured after two seconds, in which all connections ask at once."""
    load(service, _ALLIANCES, 2, folder, pause_ms)
    before, busy = len(times(service)), service.cpu_seconds()
    rate = load(service, _ALLIANCES, seconds, folder, pause_ms)
    busy = service.cpu_seconds() - busy
    found = sorted(times(service)[before:])
    p50, p95 = found[len(found) // 2], found[int(len(found) * 0.95)]
    print(
        f"{name:<32}: {rate:4.0f} requests/s, p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, "
        f"{busy * 1000 / len(found):5.1f} ms of CPU each"
    )


def times(service: Service) -> list[float]:
    """Milliseconds that requests for alliances took inside the server."""
    lines = service.log.read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.startswith("{")]
    return [row["ms"] for row in rows if row.get("path", "").endswith("/alliances")]


def main() -> None:
    """Read the options, fill the stores, print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pause-ms", type=int, default=2000, help="mean pause of a connection")
    parser.add_argument("--stores", type=Path, help="a folder of SIZE.db files to use and change")
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        serve_bare(options.bare, options.port)
        return
    if shutil.which("wrk") is None:
        raise SystemExit("bench.api needs wrk: apt install wrk")
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        stores = options.stores or folder
        for size in sizes:
            path = stores / f"{size}.db"
            if not path.exists():
                with SqliteStore(path) as store:
                    store.migrate()
                    fill(store, size)
        beside_bare(stores / f"{sizes[0]}.db", folder, options.seconds, options.rounds)
        print(f"{CONNECTIONS} connections, {options.pause_ms} ms between requests:")
        for size in sizes:
            growth(stores / f"{size}.db", size, folder, options.seconds, options.pause_ms)


if __name__ == "__main__":
    main()
