"""The images, made once for the whole run: half a minute, most of it for the packages."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.image.box import Image, build, why_not
from tests.image.compose import Compose, read_compose
from tests.nats_server import program

PASSWORD = "a-password-of-the-tests"
QUEUE_PASSWORD = "1000k"
"""Which the settings of a NATS server would take for a number."""
VARIABLES = {"WESTPHALIA_STORE_PASSWORD": PASSWORD, "WESTPHALIA_NATS_PASSWORD": QUEUE_PASSWORD}


@pytest.fixture(scope="session")
def image() -> Iterator[Image]:
    """What the steps of the Dockerfile make."""
    with _made_of(REPOSITORY) as made:
        yield made


@pytest.fixture(scope="session")
def nats_image(compose: Compose) -> Iterator[Image]:
    """The same of the queue, with the server of the development packages, since its base image is
    not to be had here."""
    with _made_of(REPOSITORY / compose.services["nats"].build) as made:
        shutil.copy(program(), made.root / "opt")
        yield replace(made, environment={"PATH": f"/opt:{made.environment['PATH']}"})


@contextmanager
def _made_of(context: Path) -> Iterator[Image]:
    """Where no box can be had the test is skipped, and fails if CI is set."""
    if missing := why_not():
        reason = f"the image cannot be tried on this machine: {missing}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="westphalia-image-", dir=_in_memory()))
    try:
        yield build(context, folder, Path.home() / ".cache" / "pip")
    finally:
        shutil.rmtree(folder)


def _in_memory() -> Path | None:
    """Where 20,000 small files are gone again at once and not after 20 seconds, if there is room
    and programs may run there."""
    shared = Path("/dev/shm")
    if not shared.is_dir():
        return None
    state = os.statvfs(shared)
    roomy = state.f_bavail * state.f_frsize > 2**30
    return shared if roomy and not state.f_flag & os.ST_NOEXEC else None


@pytest.fixture(scope="session")
def compose() -> Compose:
    return read_compose(REPOSITORY / "docker-compose.yml", VARIABLES)


@pytest.fixture
def volume(tmp_path: Path, image: Image) -> Path:
    return new_volume(tmp_path, image)


def new_volume(folder: Path, image: Image) -> Path:
    """A folder that belongs to the user of the image, as a new named volume at /data does."""
    made = folder / "volume"
    made.mkdir(parents=True)
    owner = (image.root / "data").stat()
    os.chown(made, owner.st_uid, owner.st_gid)
    return made
