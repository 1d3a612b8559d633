"""Lines of a byte stream in bounded memory, and whether another one is there already.

Imports nothing of ours.
"""

import select
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAX_BYTES = 2_000_000
"""The longest line, and the longest text file, that is read: no news article comes near it."""

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its line feed. `data` is None if it is longer than MAX_BYTES."""

    number: int
    data: bytes | None


class LineReader:
    """Iterates once over the lines of a stream.

    A line that is too long is passed over without being held in memory.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._buffer = bytearray()
        self._ended = False

    def __iter__(self) -> Iterator[Line]:
        number = 0
        while True:
            number += 1
            data, more = self._next()
            if data == b"" and not more:
                return
            yield Line(number, data)

    def idle(self) -> bool:
        """Whether the next line is still to be waited for: a pipe whose writer is thinking."""
        if self._ended or b"\n" in self._buffer:
            return False
        ready, _, _ = select.select([self._stream], [], [], 0)
        return not ready

    def _next(self) -> tuple[bytes | None, bool]:
        """The next line (None if too long), and whether it ended with a line feed."""
        too_long = False
        searched = 0
        while (end := self._buffer.find(b"\n", searched)) < 0:
            searched = len(self._buffer)
            if searched > MAX_BYTES:
                too_long, searched = True, 0
                self._buffer.clear()
            if not self._fill():
                data = bytes(self._buffer)
                self._buffer.clear()
                return (None if too_long else data), too_long
        data = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return (None if too_long or len(data) > MAX_BYTES else data), True

    def _fill(self) -> bool:
        if self._ended:
            return False
        # read1 makes one system call at most, so that a slow pipe hands over what it has.
        read = getattr(self._stream, "read1", self._stream.read)
        chunk = read(_CHUNK)
        self._ended = not chunk
        self._buffer += chunk
        return bool(chunk)
