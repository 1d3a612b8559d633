"""How a server is entered. Imports nothing of ours."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """Who logs in, to which database, and how many seconds to wait.

    An empty user means no login, an empty database the user's own. `connect_timeout` is for one
    connection; `patience` is how long a server that went away is waited for. A file needs none of
    it.
    """

    user: str = "neo4j"
    password: str = field(default="", repr=False)
    database: str = ""
    connect_timeout: float = 10.0
    patience: float = 30.0
