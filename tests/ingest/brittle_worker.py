"""A real process that works off a queue with a coder that has faults:
`python -m tests.ingest.brittle_worker STORE NATS FOLDER`. The password of the store comes from the
environment.

Texts with POISON fail always, those with ONCE the first time, in whichever process.
"""

import asyncio
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.commands.common import stopping
from graph.access import Access
from graph.factory import open_store
from ingest.pipeline import Pipeline
from ingest.retries import Retries
from ingest.stopping import Stop
from ingest.stream import StreamWorker
from tests.ingest.workers import BrittleCoder

POISON = "zxq poison"
ONCE = "zxq once"
ACK_WAIT = 3.0
RETRIES = Retries(attempts=4, first=timedelta(seconds=0.2), factor=2)


def ready_file(folder: Path, process: int) -> Path:
    """The file by which a process tells that it is at work."""
    return folder / f"ready-{process}"


def main(url: str, nats: str, folder: str) -> None:
    coder = BrittleCoder(Pipeline(), POISON, ONCE, failed=Path(folder))
    access = Access(user="neo4j", password=os.environ.get("WESTPHALIA_STORE_PASSWORD", ""))
    stop = Stop()
    with open_store(url, access=access) as store, stopping(stop):
        worker = StreamWorker(
            nats,
            coder,
            store,
            RETRIES,
            lambda: datetime.now(UTC),
            stop,
            on_lag=lambda _: ready_file(Path(folder), os.getpid()).touch(),
            ack_wait=ACK_WAIT,
        )
        asyncio.run(worker.run())


if __name__ == "__main__":
    main(*sys.argv[1:])
