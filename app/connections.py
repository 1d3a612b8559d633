"""Connections that do not wait for ever: a request's head, and an answer's taking, have their time.

uvicorn limits only the pause between two requests. Imports uvicorn.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """Cuts off a client that has not sent the whole head of a request `seconds` after it connected
    or began with it, and one that takes nothing of an answer for as long."""

    seconds = 20.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_timer: asyncio.TimerHandle | None = None
        self._taking_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_there()
        self._is_taken()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._head_is_there()
        elif self.cycle is None or self.cycle.response_complete:
            self._await_head()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch_taking(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._is_taken()
        super().resume_writing()

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.seconds, self.transport.abort)

    def _head_is_there(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _watch_taking(self, waiting: int) -> None:
        self._is_taken()
        self._taking_timer = self.loop.call_later(self.seconds, self._look_at_taking, waiting)

    def _look_at_taking(self, waiting: int) -> None:
        """Go on only if fewer bytes wait to be taken than `seconds` ago."""
        left = self.transport.get_write_buffer_size()
        if left < waiting:
            self._watch_taking(left)
        else:
            self.transport.abort()

    def _is_taken(self) -> None:
        if self._taking_timer is not None:
            self._taking_timer.cancel()
            self._taking_timer = None


def protocol(seconds: float) -> type[PatientProtocol]:
    """The class for uvicorn's setting `http`."""
    return type("Protocol", (PatientProtocol,), {"seconds": seconds})
