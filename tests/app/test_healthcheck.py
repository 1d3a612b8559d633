"""The check of health that a container runs."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.healthcheck import SILENT, address, main
from app.settings import Settings
from app.worker_metrics import WorkerMetrics, serving
from ingest.stream import Lag
from tests.neo4j_server import free_port


@contextmanager
def answering(status: int) -> Iterator[int]:
    """A server on loopback that answers every request with a status; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/readyz"),
        ("0.0.0.0", "http://127.0.0.1:8000/readyz"),
        ("::", "http://[::1]:8000/readyz"),
        ("::1", "http://[::1]:8000/readyz"),
        ("api.example", "http://api.example:8000/readyz"),
    ],
)
def test_the_api_is_asked_where_it_listens(host: str, asked: str) -> None:
    assert address(Settings(host=host)) == asked


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_exit_code_is_what_readiness_says(
    status: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with answering(status) as port:
        monkeypatch.setenv("WESTPHALIA_PORT", str(port))
        assert main() == code


@pytest.mark.parametrize("port", ["free", "none"])
def test_why_it_is_not_ready_is_one_line(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WESTPHALIA_PORT", str(free_port()) if port == "free" else port)
    assert main() == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("not ready: ")


def test_a_worker_is_well_while_it_hears_from_its_queue(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    metrics, port = WorkerMetrics(), free_port()
    asked = ("worker", str(port))
    assert main(asked) == 1
    with serving(metrics, "127.0.0.1", port):
        capsys.readouterr()
        assert main(asked) == 1
        assert capsys.readouterr().err == "not ready: no word from the queue yet\n"
        metrics.lag(Lag(1, 0, 0, 0))
        assert main(asked) == 0
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + SILENT + 10)
        assert main(asked) == 1
        assert "no word from the queue for 31" in capsys.readouterr().err


def test_a_worker_is_asked_at_a_port() -> None:
    with pytest.raises(SystemExit) as ended:
        main(("worker",))
    assert ended.value.code == 2
