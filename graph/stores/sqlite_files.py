"""The file and its connections: one writer at a time, readers that never write, errors translated.

Nothing here knows a table. Imports only `errors`.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from graph.errors import InvalidInput, QueryTimeout, StoreError, StoreUnavailable

POLL_SECONDS = 0.02
_STEPS = 100_000
"""Of SQLite's machine between two looks at the clock: a millisecond or two."""

_OLDEST_SQLITE = (3, 37, 0)
_OUR_FAULT = (
    sqlite3.IntegrityError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    sqlite3.NotSupportedError,
)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn sqlite's errors into ours, naming the file; the original is chained."""
    try:
        yield
    except _OUR_FAULT as error:
        raise StoreError(f"{path}: {error}") from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
            raise QueryTimeout(f"{path}: a question took too long and was given up") from error
        raise StoreUnavailable(f"{path}: {error}") from error
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error.strerror or error}") from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise InvalidInput(f"{path}: a value cannot be stored: {error}") from error


class Timed(sqlite3.Connection):
    """A connection whose statements end with SQLITE_INTERRUPT after a moment of the monotonic
    clock, if one is set."""

    deadline: float | None = None

    def watch(self) -> None:
        self.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> bool:
        return self.deadline is not None and time.monotonic() > self.deadline


class Files:
    """Opens connections to one database file and guards it against a second writer.

    The lock is the file `<path>.lock`, held for the length of one transaction by `fcntl.flock`,
    so it vanishes with its process; two processes may take turns, but never write at once.
    """

    def __init__(
        self,
        path: Path,
        timeout: float,
        reader_setup: Sequence[str] = (),
        query_timeout: float | None = None,
    ) -> None:
        """`query_timeout` is how many seconds a reader may keep its connection; None: any."""
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise StoreUnavailable(f"SQLite 3.37 is needed, this is {sqlite3.sqlite_version}")
        self.path = path
        self.timeout = timeout
        self._query_timeout = query_timeout
        self._reader_setup = reader_setup
        self._pool = threading.Lock()
        self._turn = threading.RLock()
        self._idle: list[Timed] = []
        self._writer: sqlite3.Connection | None = None
        self._witness: sqlite3.Connection | None = None
        self._seen: tuple[int, int] | None = None
        self._looking = threading.Lock()
        self._lock_file: int | None = None
        self._closed = False

    def connect(self, mode: str) -> Timed:
        """Open a connection; `mode` is ro, rw or rwc as in SQLite's URIs."""
        if self._closed:
            raise StoreUnavailable(f"{self.path}: the store is closed")
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode={mode}",
            uri=True,
            timeout=self.timeout,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
            factory=Timed,
        )
        try:
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA cache_size = -32768")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @contextmanager
    def reading(self, patient: bool = False) -> Iterator[sqlite3.Connection]:
        """Lend a read-only connection inside a read transaction: one snapshot for all queries.
        QueryTimeout where it is used too long, unless the reader may take its time."""
        with translated(self.path):
            connection = self._borrow()
            if self._query_timeout is not None and not patient:
                connection.deadline = time.monotonic() + self._query_timeout
            try:
                connection.execute("BEGIN")
                yield connection
            except sqlite3.Error:
                connection.close()
                raise
            except BaseException:
                self._return(connection)
                raise
            else:
                self._return(connection)

    def watched(self, statement: str) -> int:
        """Return the number that a statement reads. It is run only if anything was committed since
        the last time; that takes SQLite some microseconds to tell a connection that never
        writes."""
        with translated(self.path), self._looking:
            if self._witness is None:
                self._witness = self.connect("ro")
            version = int(self._witness.execute("PRAGMA data_version").fetchone()[0])
            if self._seen is None or self._seen[0] != version:
                self._seen = version, int(self._witness.execute(statement).fetchone()[0])
            return self._seen[1]

    def _borrow(self) -> Timed:
        with self._pool:
            if self._idle:
                return self._idle.pop()
        connection = self.connect("ro")
        connection.watch()
        try:
            for statement in self._reader_setup:
                connection.execute(statement)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _return(self, connection: Timed) -> None:
        connection.deadline = None
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        with self._pool:
            if not self._closed:
                self._idle.append(connection)
                return
        connection.close()

    @contextmanager
    def writing(self, mode: str = "rw") -> Iterator[sqlite3.Connection]:
        """Lend the writing connection inside BEGIN IMMEDIATE; commit at the end, or roll back."""
        with translated(self.path), self.locked(mode) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def locked(self, mode: str = "rw") -> Iterator[sqlite3.Connection]:
        """Hold the lock, among threads and among processes, and lend the writing connection."""
        with translated(self.path):
            if not self._turn.acquire(timeout=self.timeout):
                raise StoreUnavailable(f"{self.path}: another thread has been writing too long")
            try:
                connection = self._open_writer(mode)
                held = self._flock()
                try:
                    yield connection
                finally:
                    fcntl.flock(held, fcntl.LOCK_UN)
            finally:
                self._turn.release()

    def _open_writer(self, mode: str) -> sqlite3.Connection:
        if self._writer is None:
            connection = self.connect(mode)
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -131072")
            connection.execute("PRAGMA wal_autocheckpoint = 32768")  # pages, 256 MB
            self._writer = connection
        return self._writer

    def _flock(self) -> int:
        lock = self.path.with_name(self.path.name + ".lock")
        if self._lock_file is None:
            self._lock_file = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = time.monotonic() + self.timeout
        while True:
            try:
                fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                if time.monotonic() >= deadline:
                    holder = os.pread(self._lock_file, 20, 0).decode("ascii", "replace").strip()
                    raise StoreUnavailable(
                        f"{self.path}: process {holder or 'unknown'} is writing, and held the "
                        f"lock {lock.name} for {self.timeout:g} s"
                    ) from error
                time.sleep(POLL_SECONDS)
            else:
                os.pwrite(self._lock_file, f"{os.getpid():<19}\n".encode(), 0)
                return self._lock_file

    def close(self) -> None:
        """Close what is open; a connection that is lent is closed when it comes back."""
        with self._turn, self._looking, self._pool:
            self._closed = True
            if self._witness is not None:
                self._witness.close()
                self._witness = None
            while self._idle:
                self._idle.pop().close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            if self._lock_file is not None:
                os.close(self._lock_file)
                self._lock_file = None
