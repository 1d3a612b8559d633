"""The bar that long commands show on a terminal. Imports rich."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from app.console import one_line, stderr


class Bar:
    """How far a command is, at what rate, and what it found; silent without a terminal."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.tasks[0]

    def show(self, done: int, found: str = "") -> None:
        rate = f"{done / self._task.elapsed:.0f}/s" if self._task.elapsed else ""
        self._progress.update(self._task.id, completed=done, found=found, rate=rate)

    def tell(self, line: object) -> None:
        """Print a line of its own on stderr, above the bar."""
        self._progress.console.print(one_line(str(line)), soft_wrap=True)


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Bar]:
    """Show a bar while something lasts; `total` is how many inputs there are, if known."""
    console = stderr()
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[found]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as shown:
        shown.add_task(what, total=total, found="", rate="")
        yield Bar(shown)
