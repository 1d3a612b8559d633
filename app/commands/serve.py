"""`westphalia serve`: the API on a socket."""

import socket
from typing import Annotated

import typer

from app.commands.common import existing
from app.console import stderr, warn
from app.settings import load_settings
from graph.errors import InvalidInput, WestphaliaError

EXAMPLES = (
    "curl -s '{base}/v1/actors/IRN/alliances?limit=3'",
    "curl -s '{base}/v1/events?actor=RUS&partner=IRN&limit=2'",
    "curl -s '{base}/v1/triples?relation=treaty&limit=5'",
)

GRACE_SECONDS = 30
"""How long requests that are being answered are waited for at the end."""


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; WESTPHALIA_HOST.")] = "",
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="WESTPHALIA_PORT.")] = None,
    open_to_all: Annotated[
        bool,
        typer.Option(
            "--allow-anyone-without-keys",
            "--i-know-it-is-open",
            help="Listen on any address without API keys; WESTPHALIA_ALLOW_ANYONE_WITHOUT_KEYS.",
        ),
    ] = False,
) -> None:
    """Serve the REST API over the store until Ctrl-C."""
    import uvicorn

    from app import logs
    from app.connections import protocol
    from app.main import create_app
    from app.security import is_loopback

    settings = load_settings()
    host, port = host or settings.host, port or settings.port
    open_to_all = open_to_all or settings.allow_anyone_without_keys
    if not (is_loopback(host) or settings.api_keys_file or open_to_all):
        raise InvalidInput(
            f"{host} can be reached from other machines and no API keys are set: make one with "
            "`westphalia keys create` and set WESTPHALIA_API_KEYS_FILE, or say "
            "--allow-anyone-without-keys"
        )
    with (
        existing(settings, settings.query_timeout) as store,
        _listen(host, port) as listener,
    ):
        store.check()
        app = create_app(settings, store)
        logs.configure(settings.log_level, settings.log_format)
        config = uvicorn.Config(
            app,
            http=protocol(settings.client_timeout),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=max(1, round(settings.client_timeout)),
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        _greet(host, port)
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except KeyboardInterrupt:
            warn("stopped")


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, so that a port that is taken is told before anything starts."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise WestphaliaError(f"cannot listen on {host}, port {port}: {error.strerror}") from error
    return listener


def _greet(host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    base = f"http://{shown}:{port}"
    console = stderr()
    console.print(
        f"Serving {base}, documented at {base}/docs. Ctrl-C stops it. Try:", soft_wrap=True
    )
    for example in EXAMPLES:
        console.print(f"  {example.format(base=base)}", soft_wrap=True)
