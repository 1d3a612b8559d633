"""`westphalia mcp`: the same questions for programs that speak the Model Context Protocol."""

from app.commands.common import existing
from app.settings import load_settings


def mcp() -> None:
    """Answer a model's questions over standard input and output (Model Context Protocol)."""
    from app import logs
    from app.tools import Tools, make_server
    from graph.reference import load_reference

    settings = load_settings()
    with existing(settings, settings.query_timeout) as store:
        store.check()
        logs.configure(settings.log_level, settings.log_format)
        make_server(Tools(store, load_reference())).run("stdio")
