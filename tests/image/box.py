"""A box that does what an engine does with the Dockerfile, as far as that goes without one.

The steps run in a root folder of their own, which has the system of this machine read-only below
/usr, this Python as /usr/local/bin/python, and otherwise nothing. Commands of the
image run in it as its user, without capabilities, with a read-only root and an own /tmp. The
network, the process ids and the kernel's limits are those of the machine. Needs root and `unshare`.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from tests.image.dockerfile import Ignore, Stage, Step, read_dockerfile

_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_CONFIGURED = (
    *("ssl", "ca-certificates", "pip.conf", "resolv.conf", "hosts", "nsswitch.conf"),
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "mime.types"),
)
_BASE_PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
_BUILD = (
    *("PIP_", "NPM_CONFIG_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"),
    *("REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"),
)
"""How the machine reaches its package indexes: handed to the steps, and to nothing that runs."""


def why_not() -> str | None:
    """What is missing for a box on this machine, or none."""
    if os.geteuid():
        return "only root can make one"
    for tool in ("unshare", "setpriv", "chroot", "mount"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    done = subprocess.run(["unshare", "--mount", "true"], capture_output=True, text=True)
    return f"unshare: {done.stderr.strip()}" if done.returncode else None


@dataclass(frozen=True)
class Bind:
    """A file or folder of the host, at a place in the box."""

    source: Path
    target: str
    read_only: bool = True


@dataclass(frozen=True)
class Image:
    """A root folder with the settings that the Dockerfile leaves behind."""

    root: Path
    environment: Mapping[str, str] = field(default_factory=lambda: {"PATH": _BASE_PATH})
    user: str = ""
    workdir: str = "/"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    def start(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] = MappingProxyType({}),
        binds: Sequence[Bind] = (),
    ) -> subprocess.Popen[bytes]:
        """Start the entry point with these arguments, or those of CMD, as a container would."""
        return self.execute(
            (*self.entrypoint, *(command or self.command)), environment, binds, hardened=True
        )

    def run(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] = MappingProxyType({}),
        binds: Sequence[Bind] = (),
    ) -> subprocess.CompletedProcess[str]:
        """The same to its end."""
        return _finished(self.start(command, environment, binds))

    def check(
        self, command: Sequence[str], environment: Mapping[str, str] = MappingProxyType({})
    ) -> subprocess.CompletedProcess[str]:
        """Run a command beside the entry point, as a health check is."""
        return _finished(self.execute(command, environment, hardened=True))

    def execute(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        binds: Sequence[Bind] = (),
        hardened: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Every program on the way is replaced by the next, so the process is the command's own."""
        script = "\n".join(["set -e", *self._mounts(binds, hardened), 'exec chroot "$0" "$@"'])
        inside = ["env", f"--chdir={self.workdir}", *command]
        if self.user:
            uid, _, gid = self.user.partition(":")
            rights = ("--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")
            inside = ["setpriv", f"--reuid={uid}", f"--regid={gid}", *rights, *inside]
        return subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", script, str(self.root), *inside],
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _mounts(self, binds: Sequence[Bind], hardened: bool) -> Iterator[str]:
        root = shlex.quote(str(self.root))
        yield f"mount --bind {root} {root}"
        base = Path(sys.base_prefix).resolve()
        parts = [Bind(Path("/usr"), "/usr")]
        if base != Path("/usr/local"):
            parts.append(Bind(self.root / "python", "/usr/local"))
        if not base.is_relative_to("/usr"):
            parts.append(Bind(base, str(base)))
        for name in _CONFIGURED:
            if (self.root / "etc" / name).exists():
                parts.append(Bind(Path("/etc", name), f"/etc/{name}"))
        for bind in (*parts, *binds):
            source, target = shlex.quote(str(bind.source)), shlex.quote(f"{self.root}{bind.target}")
            yield f"mount --bind {source} {target}"
            if bind.read_only:
                yield f"mount -o remount,bind,ro {target}"
        yield f"mount --rbind /dev {root}/dev"
        yield f"mount --rbind /proc {root}/proc"
        if hardened:
            yield f"mount -o remount,bind,ro {root}"
            yield f"mount -t tmpfs -o nosuid,nodev,noexec,mode=1777 tmpfs {root}/tmp"


def _finished(process: subprocess.Popen[bytes]) -> subprocess.CompletedProcess[str]:
    out, err = process.communicate(timeout=600)
    return subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())


def build(context: Path, folder: Path, cache: Path) -> Image:
    """Carry out the Dockerfile of a context; `folder` gets one root for each stage, `cache` stands
    in for the mounts of that type. RuntimeError for a step that fails."""
    built: dict[str, Image] = {}
    ignore = Ignore.read(context / ".dockerignore")
    for number, stage in enumerate(read_dockerfile(context / "Dockerfile")):
        image = Image(_base(folder / str(number)))
        for step in stage.steps:
            image = _carry_out(step, image, context, ignore, built, cache)
        built[stage.name] = image
        last = image
    return last


def _base(root: Path) -> Path:
    """A folder like the base image: a root with nobody in it but root."""
    for name in ("dev", "proc", "usr", "etc", "tmp", "opt", "root", "run/secrets", "inbox", "var"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in _SYSTEM:
        if (real := Path("/", name)).is_symlink():
            (root / name).symlink_to(os.readlink(real))
    for name in _CONFIGURED:
        if (real := Path("/etc", name)).is_dir():
            (root / "etc" / name).mkdir()
        elif real.exists():
            (root / "etc" / name).touch()
    (root / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n", "utf-8")
    (root / "etc" / "group").write_text("root:x:0:\n", "utf-8")
    base = Path(sys.base_prefix).resolve()
    if not base.is_relative_to("/usr"):
        (root / base.relative_to("/")).mkdir(parents=True)
    python = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for folder, name in (("bin", "python"), ("lib", python)):
        (root / "python" / folder).mkdir(parents=True)
        (root / "python" / folder / name).symlink_to(base / folder / python)
    return root


def _carry_out(
    step: Step,
    image: Image,
    context: Path,
    ignore: Ignore,
    built: Mapping[str, Image],
    cache: Path,
) -> Image:
    match step.word:
        case "RUN":
            _run(step, image, cache)
        case "COPY":
            _copy(step, image, context, ignore, built)
        case "ENV":
            return replace(
                image, environment={**image.environment, **step.variables(image.environment)}
            )
        case "USER":
            return replace(image, user=step.rest)
        case "WORKDIR":
            (image.root / step.rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
            return replace(image, workdir=step.rest)
        case "ENTRYPOINT":
            return replace(image, entrypoint=step.arguments())
        case "CMD":
            return replace(image, command=step.arguments())
    return image


def _run(step: Step, image: Image, cache: Path) -> None:
    binds = []
    if mount := step.flag("mount"):
        kind, target = (part.partition("=")[2] for part in mount.split(","))
        if kind != "cache":
            raise ValueError(f"a mount that these tests do not know: {mount}")
        (image.root / target.lstrip("/")).mkdir(parents=True, exist_ok=True)
        cache.mkdir(parents=True, exist_ok=True)
        binds.append(Bind(cache, target, read_only=False))
    environment = {
        name: value for name, value in os.environ.items() if name.upper().startswith(_BUILD)
    }
    done = _finished(image.execute(("sh", "-c", step.rest), environment | {"HOME": "/root"}, binds))
    if done.returncode:
        raise RuntimeError(f"RUN {step.rest}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def _copy(
    step: Step, image: Image, context: Path, ignore: Ignore, built: Mapping[str, Image]
) -> None:
    *sources, target = step.rest.split()
    place = image.root / Path(image.workdir, target).as_posix().lstrip("/")
    if stage := step.flag("from"):
        (source,) = sources
        shutil.copytree(
            built[stage].root / source.lstrip("/"), place, symlinks=True, copy_function=os.link
        )
        return
    for source in sources:
        if ignore.leaves_out(source):
            raise RuntimeError(f"COPY {source}: .dockerignore leaves it out")
        if (context / source).is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            name = Path(source).name if target.endswith("/") else ""
            shutil.copy(context / source, place / name)
            continue
        for path in sorted((context / source).rglob("*")):
            if path.is_file() and not ignore.leaves_out(path.relative_to(context).as_posix()):
                copied = place / path.relative_to(context / source)
                copied.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copied)


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not outlive the block, whatever happens in it."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=60)


def final(context: Path) -> Stage:
    return read_dockerfile(context / "Dockerfile")[-1]
