"""GraphML 1.0 and GEXF 1.2 as text, piece by piece. Pure; imports only `model` and `export_rows`.

Characters that XML cannot hold (most controls) become U+FFFD; line ends and tabs are kept.
"""

import re
from collections.abc import Mapping
from typing import Protocol

from graph.export_rows import Value
from graph.model import Actor

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;",
     "\r": "&#13;"}
)  # fmt: skip
NODE_COLUMNS: Mapping[str, type] = {"name": str, "kind": str, "country": str}
Columns = Mapping[str, type]


def escaped(value: Value) -> str:
    return _FORBIDDEN.sub("\ufffd", str(value)).translate(_ESCAPES)


class Writer(Protocol):
    """Makes one graph; the pieces are called in the order in which they stand here."""

    def begin(self) -> str: ...

    def node(self, actor: Actor) -> str: ...

    def between(self) -> str: ...

    def edge(self, key: str, source: str, target: str, values: Mapping[str, Value]) -> str: ...

    def end(self) -> str: ...


def _node_values(actor: Actor) -> dict[str, Value]:
    return {"name": actor.name, "kind": actor.kind.value, "country": actor.country}


class GraphMl:
    """`columns` are the values of edges with their types."""

    def __init__(self, columns: Columns, directed: bool) -> None:
        self._columns = columns
        self._directed = directed

    def begin(self) -> str:
        keys = [self._key("node", name, kind) for name, kind in NODE_COLUMNS.items()]
        keys += [self._key("edge", name, kind) for name, kind in self._columns.items()]
        default = "directed" if self._directed else "undirected"
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
            + "".join(keys)
            + f'<graph edgedefault="{default}">\n'
        )

    def _key(self, of: str, name: str, kind: type) -> str:
        names = {str: "string", int: "long", float: "double"}
        return f'<key id="{of}_{name}" for="{of}" attr.name="{name}" attr.type="{names[kind]}"/>\n'

    def node(self, actor: Actor) -> str:
        values = self._data("node", _node_values(actor))
        return f'<node id="{escaped(actor.id)}">{values}</node>\n'

    def between(self) -> str:
        return ""

    def edge(self, key: str, source: str, target: str, values: Mapping[str, Value]) -> str:
        return (
            f'<edge id="{escaped(key)}" source="{escaped(source)}" target="{escaped(target)}">'
            f"{self._data('edge', values)}</edge>\n"
        )

    def _data(self, of: str, values: Mapping[str, Value]) -> str:
        return "".join(
            f'<data key="{of}_{name}">{escaped(value)}</data>'
            for name, value in values.items()
            if value is not None
        )

    def end(self) -> str:
        return "</graph>\n</graphml>\n"


class Gexf:
    """`columns` are the values of edges with their types; `weight` is also GEXF's own."""

    def __init__(self, columns: Columns, directed: bool) -> None:
        self._columns = columns
        self._directed = directed

    def begin(self) -> str:
        kind = "directed" if self._directed else "undirected"
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
            f'<graph mode="static" defaultedgetype="{kind}">\n'
            + self._attributes("node", NODE_COLUMNS)
            + self._attributes("edge", self._columns)
            + "<nodes>\n"
        )

    def _attributes(self, of: str, columns: Columns) -> str:
        names = {str: "string", int: "long", float: "double"}
        rows = "".join(
            f'<attribute id="{of}_{name}" title="{name}" type="{names[kind]}"/>\n'
            for name, kind in columns.items()
        )
        return f'<attributes class="{of}" mode="static">\n{rows}</attributes>\n'

    def node(self, actor: Actor) -> str:
        values = self._values("node", _node_values(actor))
        return f'<node id="{escaped(actor.id)}" label="{escaped(actor.name)}">{values}</node>\n'

    def between(self) -> str:
        return "</nodes>\n<edges>\n"

    def edge(self, key: str, source: str, target: str, values: Mapping[str, Value]) -> str:
        weight = f' weight="{values["weight"]}"' if "weight" in values else ""
        return (
            f'<edge id="{escaped(key)}" source="{escaped(source)}" target="{escaped(target)}"'
            f"{weight}>{self._values('edge', values)}</edge>\n"
        )

    def _values(self, of: str, values: Mapping[str, Value]) -> str:
        rows = "".join(
            f'<attvalue for="{of}_{name}" value="{escaped(value)}"/>'
            for name, value in values.items()
            if value is not None and not (of == "edge" and name == "weight")
        )
        return f"<attvalues>{rows}</attvalues>"

    def end(self) -> str:
        return "</edges>\n</graph>\n</gexf>\n"
