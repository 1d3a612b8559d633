"""How a server is entered. Imports nothing of ours."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """Who logs in, to which database, and how many seconds to wait for a connection.

    An empty user means no login, an empty database the user's own. A file needs none of it.
    """

    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = ""
    connect_timeout: float = 10.0
