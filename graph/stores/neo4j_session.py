"""The driver, sessions and transactions; the only module that imports the driver.

Neo4j isolates by read-committed only: a question of several statements, or one that runs while a
batch is committed, may see half of that batch. So writers take turns, a gate is open only while
nothing is being committed, and a reader that finds the gate shut or moved asks again (ADR 11).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar, cast

import neo4j
from neo4j import GraphDatabase
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from neo4j.time import Date, DateTime

from graph.access import Access
from graph.errors import InvalidInput, QueryTimeout, StoreError, StoreUnavailable
from graph.stores.cypher import FREE_GATE, OPEN_GATE, SHUT_GATE, STATE, TAKE_TURN
from graph.stores.neo4j_columns import Filled

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session, Transaction

T = TypeVar("T")
Row = tuple[Any, ...]

_ENDED = ("TimedOut", "LockAcquisitionTimeout", "LockClientStopped", "Transaction.Terminated")
_ATTEMPTS = 8
_PATIENCE = 1.0
"""Seconds that a reader waits for a gate that stays shut: committing takes milliseconds, so its
writer has died."""


class Work:
    """An open transaction: statements in, rows of plain Python values out."""

    def __init__(self, transaction: "ManagedTransaction | Transaction") -> None:
        self._transaction = transaction
        self.changed = False

    def rows(self, statement: str, **parameters: object) -> list[Row]:
        found = self._transaction.run(statement, parameters)
        return [tuple(map(_native, record.values())) for record in found]

    def change(self, statement: str, **parameters: object) -> None:
        """Run a statement that writes. With an empty list of `rows` it is not sent."""
        if parameters.get("rows", True) != []:
            self.changed = True
            self._transaction.run(statement, parameters).consume()

    def changed_rows(self, statement: str, **parameters: object) -> list[Row]:
        """Run a statement that writes and returns a row for whatever it has changed. With an
        empty list of `rows` it is not sent."""
        found = self.rows(statement, **parameters) if parameters.get("rows", True) != [] else []
        self.changed |= bool(found)
        return found

    def fill(self, statement: Filled, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement that writes for each of the rows; without any it is not sent."""
        if rows:
            self.change(statement.text, **statement.columns.parameters(rows))


def _native(value: object) -> Any:
    if isinstance(value, Date | DateTime):
        return value.to_native()
    if isinstance(value, list):
        return [_native(item) for item in value]
    if isinstance(value, dict):
        return {key: _native(item) for key, item in value.items()}
    return value


class _Moved(Exception):
    """A batch was committed while the reader was reading."""


class Connection:
    """One driver for the process, opened when it is first needed. Every unit of work has its own
    session. `timeout` is how many seconds a transaction may take, waiting for others included, and
    `query_timeout` one that reads; `check` is called with what `STATE` returns before any work."""

    def __init__(
        self,
        url: str,
        access: Access,
        timeout: float,
        check: Callable[[list[Row]], None],
        query_timeout: float | None = None,
    ) -> None:
        self.url = url
        self._access = access
        self._timeout = timeout
        self._query_timeout = min(timeout, query_timeout or timeout)
        self._check = check
        self._driver: Driver | None = None
        self._lock = threading.Lock()
        self._bookmarks = GraphDatabase.bookmark_manager()

    def close(self) -> None:
        with self._lock:
            if self._driver is not None:
                self._driver.close()
                self._driver = None

    def read(self, work: Callable[[Work], T], timeout: float | None = 0) -> T:
        """Run `work` in a reading transaction in which no batch was seen half.

        `timeout` is in seconds; 0 is that of the connection, None is none.
        """
        timeout = self._query_timeout if timeout == 0 else timeout
        tries = 1 if timeout is None else _ATTEMPTS
        with self.translated():
            for attempt in range(tries):
                with self._session() as session, suppress(_Moved):
                    run = self._limited(self._unmoved, timeout)
                    return cast(T, session.execute_read(run, work))
                time.sleep(_PATIENCE * (attempt + 1) / sum(range(tries + 1)))
            with self._session() as session:
                run = self._limited(self._alone, timeout)
                return cast(T, session.execute_write(run, work))

    def write(
        self, work: Callable[[Work], T], timeout: float | None = 0, checked: bool = True
    ) -> T:
        """Run `work` as the only writer. What it did is seen whole or not at all."""
        shut: list[int] = []

        def run(transaction: "ManagedTransaction") -> T:
            open_work = Work(transaction)
            state = open_work.rows(TAKE_TURN)
            if checked:
                self._check(state)
            result = work(open_work)
            if open_work.changed:
                shut.append(self._move_gate(SHUT_GATE))
            return result

        with self.translated():
            try:
                with self._session() as session:
                    return session.execute_write(self._limited(run, timeout))
            finally:
                if shut:  # a gate that cannot be opened now is opened by whoever comes next
                    with suppress(DriverError, Neo4jError):
                        self._move_gate(OPEN_GATE, number=shut[-1])

    def once(self, work: Callable[[Work], T]) -> T:
        """Run `work` in one transaction that is not tried again and takes no turn."""
        with self.translated(), self._session() as session:
            transaction = session.begin_transaction(timeout=self._timeout)
            with transaction:
                result = work(Work(transaction))
                transaction.commit()
                return result

    def _unmoved(self, transaction: "ManagedTransaction", work: Callable[[Work], T]) -> T:
        open_work = Work(transaction)
        before = open_work.rows(STATE)
        self._check(before)
        shut, opened = before[0][2:4]
        if shut > opened:
            raise _Moved
        result = work(open_work)
        if open_work.rows(STATE) != before:
            raise _Moved
        return result

    def _alone(self, transaction: "ManagedTransaction", work: Callable[[Work], T]) -> T:
        """In a writer's place nothing moves, and a gate that is shut has lost its writer."""
        open_work = Work(transaction)
        state = open_work.rows(TAKE_TURN)
        open_work.rows(FREE_GATE)
        self._check(state)
        return work(open_work)

    def _move_gate(self, statement: str, **parameters: object) -> int:
        with self._session() as session:
            row = session.execute_write(lambda tx: Work(tx).rows(statement, **parameters))
            return int(row[0][0])

    def _limited(self, function: Callable[..., T], timeout: float | None) -> Callable[..., T]:
        seconds = self._timeout if timeout == 0 else timeout
        return neo4j.unit_of_work(timeout=seconds)(function)

    @contextmanager
    def _session(self) -> "Iterator[Session]":
        with self._opened().session(
            database=self._access.database or None,
            bookmark_manager=self._bookmarks,
        ) as session:
            yield session

    def _opened(self) -> "Driver":
        """The driver; at first the server must answer at once, later it is waited for."""
        with self._lock:
            if self._driver is None:
                access = self._access
                _hush()
                driver = GraphDatabase.driver(
                    self.url,
                    auth=(access.user, access.password) if access.user else None,
                    connection_timeout=access.connect_timeout,
                    connection_acquisition_timeout=self._timeout + access.connect_timeout,
                    max_transaction_retry_time=access.patience,
                    notifications_min_severity="OFF",
                )
                try:
                    driver.verify_connectivity()
                except BaseException:
                    driver.close()
                    raise
                self._driver = driver
            return self._driver

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what the driver raises into an error of ours that names the server."""
        try:
            yield
        except (Neo4jError, DriverError, OSError, UnicodeEncodeError) as error:
            raise self._translate(error) from error

    def _translate(self, error: Exception) -> Exception:
        code = getattr(error, "code", None) or ""
        where, access = self.url, self._access
        if isinstance(error, AuthError) or "Unauthorized" in code:
            return StoreUnavailable(
                f"{where}: the user {access.user!r} or the password is wrong; set "
                "WESTPHALIA_STORE_USER and WESTPHALIA_STORE_PASSWORD"
            )
        if "AuthenticationRateLimit" in code:
            return StoreUnavailable(f"{where}: too many wrong passwords; wait a few seconds")
        if "DatabaseNotFound" in code or "DatabaseUnavailable" in code:
            return StoreUnavailable(
                f"{where}: there is no database {access.database or 'neo4j'!r} in service; set "
                "WESTPHALIA_STORE_DATABASE"
            )
        if any(word in code for word in _ENDED):
            return QueryTimeout(
                f"{where}: a transaction took longer than {self._timeout:g} s (reading ones "
                f"{self._query_timeout:g} s) and was ended; see WESTPHALIA_STORE_TIMEOUT and "
                "WESTPHALIA_QUERY_TIMEOUT"
            )
        if isinstance(error, ServiceUnavailable | SessionExpired | OSError):
            return StoreUnavailable(f"{where}: no Neo4j answers there: {_first_line(error)}")
        if isinstance(error, TransientError):
            return StoreUnavailable(f"{where}: {_first_line(error)}")
        if isinstance(error, ConfigurationError | UnicodeEncodeError):
            return InvalidInput(f"{where}: {_first_line(error)}")
        if isinstance(error, ClientError) and "Security" in code:
            return StoreUnavailable(f"{where}: not allowed: {_first_line(error)}")
        return StoreError(f"{where}: {_first_line(error)}")


def _hush() -> None:
    """Keep the driver's warnings about what it tries again off standard error, where nobody has
    set up logging."""
    logger = logging.getLogger("neo4j")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())


def _first_line(error: Exception) -> str:
    text = getattr(error, "message", None) or str(error) or type(error).__name__
    return str(text).strip().splitlines()[0]
