"""`python -m app.healthcheck`: whether the API of this machine answers that it is ready.

For the health check of a container, which has no curl. Asks `/readyz` on the port of the settings
and exits 0, or 1 with one line on stderr. Imports `console` and `settings`.
"""

import ipaddress
import sys
from urllib.request import ProxyHandler, build_opener

from app.console import warn
from app.settings import Settings, load_settings
from graph.errors import InvalidInput

SECONDS = 5.0


def address(settings: Settings) -> str:
    """The URL of readiness. An API that listens on every address is asked on loopback."""
    host = settings.host
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        if number.is_unspecified:
            host = "127.0.0.1" if number.version == 4 else "::1"
        if number.version == 6:
            host = f"[{host}]"
    return f"http://{host}:{settings.port}/readyz"


def main() -> int:
    """Ask once; return the exit code. No proxy is used, whatever the environment says."""
    try:
        url = address(load_settings())
        build_opener(ProxyHandler({})).open(url, timeout=SECONDS).close()
    except (OSError, InvalidInput) as error:
        warn(f"not ready: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
