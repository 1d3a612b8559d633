"""`westphalia dead`: articles that are not tried any more, and why."""

from typing import Annotated

import typer
from rich.table import Table

from app.clock import utc_now
from app.commands.common import FormatOption, counted, existing
from app.console import Format, clean, one_line, stderr, stdout
from app.settings import load_settings
from app.summaries import DeadArticle
from graph.errors import NotFound
from graph.inbox import ArticleState, Task
from graph.store import MAX_LIMIT, Store

app = typer.Typer(no_args_is_help=True, help="Articles that are not tried any more, and why.")

AllOption = Annotated[bool, typer.Option("--all", help="All that are dead.")]
OptionalIds = Annotated[
    list[str] | None, typer.Argument(metavar="[ID...]", help="Ids of articles.")
]


@app.command("list")
def list_dead(
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="How many at most.")] = 50,
    after: Annotated[str, typer.Option(help="Go on after this id.")] = "",
    output: FormatOption = Format.TABLE,
) -> None:
    """List dead articles, ordered by id."""
    with existing(load_settings()) as store:
        found = store.list_tasks(ArticleState.DEAD, limit, after)
        total = store.inbox().dead
    if output is Format.JSON:
        for task in found:
            typer.echo(DeadArticle.of(task).model_dump_json(exclude={"trace", "text"}))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("Article", no_wrap=True)
    for title in ("Title", "Tries", "Why"):
        table.add_column(title)
    for task in found:
        title = task.article.title or task.article.url or task.article.text[:60]
        table.add_row(task.article.id, one_line(title), str(task.attempts), one_line(task.reason))
    if found:
        stdout().print(table)
    stderr().print(f"{len(found)} of {counted(total, 'dead article')}")


@app.command("show")
def show_dead(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="The id of an article.")],
    output: FormatOption = Format.TABLE,
) -> None:
    """Show why an article is dead, the stack of the error, and its text."""
    with existing(load_settings()) as store:
        task = _dead(store, [article_id])[0]
    if output is Format.JSON:
        typer.echo(DeadArticle.of(task).model_dump_json())
        return
    console, article = stdout(), task.article
    for name, value in (
        ("title", article.title),
        ("url", article.url),
        ("publisher", article.publisher),
        ("tries", str(task.attempts)),
        ("why", task.reason),
    ):
        if value:
            console.print(f"{name:10}{one_line(value)}", soft_wrap=True)
    for text in (task.trace.rstrip(), article.text):
        if text:
            console.print()
            console.print(clean(text), soft_wrap=True)


@app.command("retry")
def retry_dead(ids: OptionalIds = None, all_of_them: AllOption = False) -> None:
    """Put dead articles into the inbox again; `westphalia worker` takes them."""
    with existing(load_settings()) as store:
        done = len(store.retry(_chosen(store, ids, all_of_them), utc_now()))
    stdout().print(f"{counted(done, 'article')} will be tried again by `westphalia worker`.")


@app.command("drop")
def drop_dead(ids: OptionalIds = None, all_of_them: AllOption = False) -> None:
    """Forget dead articles for good."""
    with existing(load_settings()) as store:
        done = len(store.drop(_chosen(store, ids, all_of_them)))
    stdout().print(f"{counted(done, 'article')} dropped.")


def _chosen(store: Store, ids: list[str] | None, all_of_them: bool) -> list[str]:
    """The dead articles that are meant; NotFound names one that is not dead."""
    if bool(ids) == all_of_them:
        raise typer.BadParameter("name articles, or say --all")
    if ids:
        return [task.article.id for task in _dead(store, ids)]
    found: list[str] = []
    while page := store.list_tasks(ArticleState.DEAD, MAX_LIMIT, found[-1] if found else ""):
        found += [task.article.id for task in page]
    return found


def _dead(store: Store, ids: list[str]) -> list[Task]:
    found = store.tasks(ids)
    for key in ids:
        if key not in found or found[key].state is not ArticleState.DEAD:
            raise NotFound("dead article", key)
    return [found[key] for key in ids]
