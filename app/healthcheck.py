"""`python -m app.healthcheck [worker PORT]`: whether the API, or a worker, of this machine is well.

For the health check of a container, which has no curl. Asks `/readyz` on the port of the settings,
or reads the metrics that a worker of a queue serves on a port, and exits 0, or 1 with one line on
stderr. Imports `console`, `settings` and `worker_metrics`.
"""

import argparse
import ipaddress
import sys
import time
from collections.abc import Sequence
from urllib.request import ProxyHandler, build_opener

from prometheus_client.parser import text_string_to_metric_families

from app.console import warn
from app.settings import Settings, load_settings
from app.worker_metrics import SEEN
from graph.errors import WestphaliaError

SECONDS = 5.0
SILENT = 300.0
"""Seconds without word from its queue after which a worker is not well. More than the longest
article takes, of which a batch may have several."""


def address(settings: Settings) -> str:
    """The URL of readiness. An API that listens on every address is asked on loopback."""
    host = settings.host
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        if number.is_unspecified:
            host = "127.0.0.1" if number.version == 4 else "::1"
        if number.version == 6:
            host = f"[{host}]"
    return f"http://{host}:{settings.port}/readyz"


def ask(url: str) -> str:
    """Return what a URL answers; no proxy is used, whatever the environment says."""
    with build_opener(ProxyHandler({})).open(url, timeout=SECONDS) as answer:
        return str(answer.read(), "utf-8")


def check_worker(port: int) -> None:
    """Raise WestphaliaError if a worker has had no word from its queue for too long: queue or
    store are gone, or it hangs."""
    families = text_string_to_metric_families(ask(f"http://127.0.0.1:{port}/metrics"))
    samples = (sample for family in families for sample in family.samples)
    seen = next((sample.value for sample in samples if sample.name == SEEN), 0.0)
    if (silent := time.time() - seen) > SILENT:
        told = f"for {silent:.0f} seconds" if seen else "yet"
        raise WestphaliaError(f"no word from the queue {told}")


def main(arguments: Sequence[str] = ()) -> int:
    """Ask once; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m app.healthcheck", description=__doc__)
    parser.add_argument("of", nargs="?", choices=["worker"])
    parser.add_argument("port", nargs="?", type=int, help="the port of the worker's metrics")
    options = parser.parse_args(arguments)
    if options.of and options.port is None:
        parser.error("a worker is asked at the port of its metrics")
    try:
        if options.of:
            check_worker(options.port)
        else:
            ask(address(load_settings()))
    except (OSError, WestphaliaError) as error:
        warn(f"not ready: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
