"""Makes .venv from the locked requirements with nothing but Python; done once, it does nothing.

    python3 bootstrap.py [runtime|dev|lock|exports]

The set exports has nothing to do with running shopapp: its environment is .venv-exports.

The first lines must also run on an old Python, which is told that it is old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11", "python3.14")
ROOT = Path(__file__).resolve().parent
VENV = ROOT / (".venv-exports" if sys.argv[1:] == ["exports"] else ".venv")
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "setup-done"
LOG = VENV / "setup.log"
REQUIREMENTS = ROOT / "requirements"

# What pip's log says, and what to tell the person instead.
CAUSES = (
    ("No space left", "the disk is full"),
    ("NOT MATCH THE HASHES", "a download is not the file that was locked; nothing was installed"),
    ("connection broken", "the packages could not be downloaded, this machine seems offline"),
    ("Could not fetch URL", "the packages could not be downloaded, this machine seems offline"),
)

LAUNCHER = """\
#!/bin/sh
'''exec' "$(dirname "$0")/python" "$0" "$@"
'''
import sys

from shopapp.cli import main

sys.exit(main())
"""


def use_new_python() -> None:
    """Go on only with a Python that is new enough: this one, or another one on the PATH."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            os.execv(found, [found] + sys.argv)
    sys.exit(
        "shopapp needs Python {}.{} or newer, and this is {}.{}. ".format(
            *OLDEST, *sys.version_info
        )
        + "Install one and name it: make run PYTHON=python3.12"
    )


use_new_python()


class SetupFailed(Exception):
    """Set-up cannot go on; the message is one sentence for the person at the terminal."""


def main() -> int:
    name = sys.argv[1] if len(sys.argv) > 1 else "runtime"
    try:
        set_up(name)
    except SetupFailed as failure:
        print(f"Set-up failed: {failure}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Set-up was interrupted; the next one starts it again.", file=sys.stderr)
        return 130
    return 0


def set_up(name: str) -> None:
    """Install one set of requirements into .venv unless it is there.

    Raises SetupFailed. An interrupted set-up leaves no stamp and is made again from the start.
    """
    if not (REQUIREMENTS / f"{name}.txt").is_file():
        raise SetupFailed(f"there is no requirements/{name}.txt")
    if is_done(name):
        return
    check_writable()
    with (ROOT / "bootstrap.py").open("rb") as gate:
        wait_for_turn(gate.fileno())
        if not is_done(name):
            install(name, gate.fileno())


def is_done(name: str) -> bool:
    return stamp_of(name) in stamps() and PYTHON.exists()


def stamps() -> list[str]:
    return STAMP.read_text().splitlines() if STAMP.exists() else []


def stamp_of(name: str) -> str:
    """A set as it is locked now: changes with its lock, with this file and with Python."""
    parts = (REQUIREMENTS / "build.txt", REQUIREMENTS / f"{name}.txt", ROOT / "bootstrap.py")
    digest = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    return f"{name} {digest} {python_stamp()}"


def python_stamp() -> str:
    return "python {}.{}".format(*sys.version_info)


def check_writable() -> None:
    probe = ROOT / f".writable-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SetupFailed(f"{ROOT} cannot be written ({error.strerror})") from error


def wait_for_turn(gate: int) -> None:
    """One set-up at a time. Its child processes hold the gate too, should it be killed."""
    try:
        import fcntl
    except ImportError:
        raise SetupFailed("shopapp runs on Linux and macOS; on Windows use WSL") from None
    try:
        fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another set-up is running; waiting for it …", flush=True)
        fcntl.flock(gate, fcntl.LOCK_EX)


def install(name: str, gate: int) -> None:
    if any(each.endswith(python_stamp()) for each in stamps()) and PYTHON.exists():
        kept = [each for each in stamps() if each == stamp_of(each.partition(" ")[0])]
        STAMP.unlink()
    else:
        kept = []
        check_venv()
        print(f"Making {VENV.name} …", flush=True)
        run(gate, sys.executable, "-m", "venv", "--clear", str(VENV))
    print(f"Installing the locked packages into {VENV.name} (this needs the network) …", flush=True)
    pip(gate, "build")
    pip(gate, name)
    write_launcher()
    names = {name, "runtime"} if name == "dev" else {name}  # dev holds runtime, see dev.in
    draft = STAMP.with_suffix(".new")
    draft.write_text("\n".join(sorted({*kept, *map(stamp_of, names)})) + "\n")
    draft.replace(STAMP)


def pip(gate: int, name: str) -> None:
    """Install a lock: every file by its hash, and nothing is built but what has no wheel."""
    run(
        gate,
        *(str(PYTHON), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"),
        *("install", "--progress-bar=off", "--retries=2", "--require-hashes"),
        *("--no-build-isolation", "--use-pep517"),
        *("--only-binary=:all:", "--no-binary=flask-principal"),
        *(("--no-deps",) if without(name) else ()),
        *("-r", str(REQUIREMENTS / f"{name}.txt")),
    )


def without(name: str) -> bool:
    """Whether a set leaves out what its packages ask for: its lock is all there is to install."""
    return (REQUIREMENTS / f"{name}.without").is_file()


def run(gate: int, *command: str) -> None:
    """Run a step with its output in the log; tell the likely cause when it fails."""
    environment = {**os.environ, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}
    done = subprocess.run(
        command,
        env=environment,
        pass_fds=(gate,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if VENV.is_dir():
        with LOG.open("a") as log:
            log.write(done.stdout)
    if done.returncode:
        raise SetupFailed(cause(done.stdout))


def cause(said: str) -> str:
    for needle, sentence in CAUSES:
        if needle.lower() in said.lower():
            return sentence
    last = [line for line in said.splitlines() if line.strip()][-1:]
    return f"{' '.join(last).strip().rstrip('.')} (all of it is in {LOG.relative_to(ROOT)})"


def check_venv() -> None:
    """Debian keeps what makes virtual environments in a package of its own."""
    if has_ensurepip():
        return
    package = "python{}.{}-venv".format(*sys.version_info)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {package} …", flush=True)
        for command in (("update", "-q"), ("install", "-y", "-q", package)):
            subprocess.run(["apt-get", *command], stdout=subprocess.DEVNULL, check=False)
    if not has_ensurepip():
        raise SetupFailed(
            f"this Python cannot make virtual environments; install {package} "
            f"(Debian and Ubuntu: sudo apt install {package}) and run the command again"
        )


def has_ensurepip() -> bool:
    return (
        subprocess.call([sys.executable, "-c", "import ensurepip"], stderr=subprocess.DEVNULL) == 0
    )


def write_launcher() -> None:
    """`.venv/bin/shopapp`, and this folder on .venv's path: shopapp itself is not installed."""
    (site,) = VENV.glob("lib/python*/site-packages")
    (site / "shopapp-checkout.pth").write_text(os.path.relpath(ROOT, site) + "\n")
    launcher = VENV / "bin" / "shopapp"
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main())
