"""Waiting for a turn without a thread, and not for ever. Imports `graph.errors` and anyio."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from graph.errors import Busy

WAIT_SECONDS = 5.0
"""So long one waits for its turn."""


class Turns:
    """Lets `many` at a time do something; `what` are they, for the error of one more."""

    def __init__(self, many: int, what: str) -> None:
        self._many = many
        self._what = what
        self._free = anyio.Semaphore(many)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Hold a turn for the block; raise Busy where none was free for WAIT_SECONDS."""
        try:
            with anyio.fail_after(WAIT_SECONDS):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy(f"{self._many} {self._what} are in hand, and more wait for it") from error
        try:
            yield
        finally:
            self._free.release()
