"""Reads docker-compose.yml as Compose does: anchors, merge keys and variables put in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\}|(\w+))")


class Refused(Exception):
    """A variable that the file requires is not set."""


@dataclass(frozen=True)
class Mount:
    """A volume of a service: a named one, or a folder of the host."""

    source: str
    target: str
    read_only: bool
    named: bool


@dataclass(frozen=True)
class Service:
    """What the tests ask of a service. `health` is empty where the check is switched off, `build`
    is the folder that its image is made of, `grace` how long a polite stop may take; a `single`
    one has a name of its own and cannot be scaled."""

    name: str
    image: str
    build: str
    user: str
    read_only: bool
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ports: tuple[str, ...]
    mounts: tuple[Mount, ...]
    tmpfs: tuple[str, ...]
    secrets: tuple[str, ...]
    health: tuple[str, ...]
    depends_on: Mapping[str, str]
    dropped: tuple[str, ...]
    security: tuple[str, ...]
    restart: str
    grace: str
    single: bool


@dataclass(frozen=True)
class Compose:
    """The file: services by name, the named volumes, and the files of the secrets."""

    services: Mapping[str, Service]
    volumes: tuple[str, ...]
    secrets: Mapping[str, str]


def read_compose(path: Path, environment: Mapping[str, str]) -> Compose:
    """Read the file with these variables; Refused where it requires one that is missing."""
    document = _filled(YAML(typ="safe", pure=True).load(path), environment)
    services = {name: _service(name, part) for name, part in document["services"].items()}
    secrets = {name: part["file"] for name, part in document.get("secrets", {}).items()}
    return Compose(services, tuple(document.get("volumes", {})), secrets)


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {key: _filled(part, environment) for key, part in value.items()}
        case list():
            return [_filled(part, environment) for part in value]
        case str():
            return fill(value, environment)
    return value


def fill(text: str, environment: Mapping[str, str]) -> str:
    """Put the variables into a text: `${NAME}`, `${NAME:-default}`, `${NAME:?why}` and `$$`."""

    def one(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        name = found[1] or found[4]
        known = environment.get(name, "")
        if not known and found[2] == "?":
            raise Refused(f"{name} {found[3]}")
        return known or (found[3] if found[2] == "-" else "")

    return _VARIABLE.sub(one, text)


def _service(name: str, part: dict[str, Any]) -> Service:
    check = part.get("healthcheck", {})
    return Service(
        name=name,
        image=part["image"],
        build=part.get("build", ""),
        user=part.get("user", ""),
        read_only=part.get("read_only", False),
        command=tuple(part.get("command", ())),
        environment={key: str(value) for key, value in part.get("environment", {}).items()},
        ports=tuple(part.get("ports", ())),
        mounts=tuple(_mount(mount) for mount in part.get("volumes", ())),
        tmpfs=tuple(part.get("tmpfs", ())),
        secrets=tuple(part.get("secrets", ())),
        health=() if check.get("disable") else tuple(check.get("test", ())),
        depends_on={key: value["condition"] for key, value in part.get("depends_on", {}).items()},
        dropped=tuple(part.get("cap_drop", ())),
        security=tuple(part.get("security_opt", ())),
        restart=part.get("restart", "no"),
        grace=part.get("stop_grace_period", "10s"),
        single="container_name" in part,
    )


def _mount(part: str | dict[str, Any]) -> Mount:
    if isinstance(part, str):
        source, target, *options = part.split(":")
        return Mount(source, target, "ro" in options, source[0] not in "./~")
    return Mount(
        part["source"], part["target"], part.get("read_only", False), part["type"] == "volume"
    )
