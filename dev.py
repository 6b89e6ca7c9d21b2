#!/usr/bin/env python3
"""Everything a developer runs: ``python3 dev.py demo | test | lint | docs | bench | lock``.

Standard library only, so that it runs on a fresh machine with Python 3.11 or newer and nothing else. It keeps one
environment per interpreter below ``.venv`` and ``.cache``; both may be deleted at any time.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
PLUGINS = ["auth", "transfer", "repos", "cache", "jobs", "endpoints", "hub"]
PROJECTS = ["core", *(f"plugins/{name}" for name in PLUGINS), "."]
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
BUILD_TOOLS = ["hatchling>=1.27", "editables>=0.5"]
DEV_TOOLS = [
    "cryptography",
    "hypothesis",
    "import-linter",
    "mypy",
    "pytest",
    "pytest-timeout",
    "pytest-xdist",
    "ruff",
    "types-PyYAML",
    "uv",
]
SUPPORTED = ["3.11", "3.12", "3.13", "3.14"]
WORKERS = "4"  # on two cores: much of the time of a test is that of a process that waits
# The oldest interpreter, and with --all each of them, runs everything; the newest one and those between what they may
# change.
NEWEST = ["core/tests/cli", "core/tests/plugins", "core/tests/storage"]
BETWEEN = ["core/tests/plugins", "core/tests/storage"]


class StepError(Exception):
    """A step failed; its output has been shown."""


def say(text: str) -> None:
    print(f"\033[1m==> {text}\033[0m" if sys.stdout.isatty() else f"==> {text}", flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None, quiet: bool = False) -> None:
    """Run a command in the project's folder; with ``quiet`` its output is shown only when it fails."""
    pipe = subprocess.PIPE if quiet else None
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=pipe,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        if quiet and done.stdout:
            print(done.stdout, flush=True)
        raise StepError(
            f"{Path(str(command[0])).name} {' '.join(map(str, command[1:3]))} … exited with {done.returncode}"
        )


def python_of(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def program_of(venv: Path, name: str) -> Path:
    return python_of(venv).with_name(f"{name}.exe" if os.name == "nt" else name)


def create_venv(venv: Path, interpreter: str) -> None:
    """Make an empty environment, whatever of ``ensurepip``, ``pip`` and ``uv`` this machine has."""
    shutil.rmtree(venv, ignore_errors=True)
    attempts = [
        [interpreter, "-m", "venv", str(venv)],
        [interpreter, "-m", "venv", "--without-pip", str(venv)],
        ["uv", "venv", "--quiet", "--python", interpreter, str(venv)],
    ]
    for attempt in attempts:
        shutil.rmtree(venv, ignore_errors=True)
        if shutil.which(attempt[0]) and subprocess.run(attempt, capture_output=True, check=False).returncode == 0:
            return
    raise StepError("this Python cannot make environments; install them (Debian: apt install python3-venv) or uv")


def installer(venv: Path) -> list[str]:
    """The command that installs into the environment: its own pip, this interpreter's pip, or uv."""
    target = str(python_of(venv))
    candidates = [
        ([target, "-m", "pip"], [target, "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]),
        ([sys.executable, "-m", "pip"], [sys.executable, "-m", "pip", "--python", target, "install", "--quiet"]),
        (["uv"], ["uv", "pip", "install", "--quiet", "--python", target]),
    ]
    for probe, command in candidates:
        answers = shutil.which(probe[0]) and subprocess.run([*probe, "--version"], capture_output=True, check=False)
        if answers and answers.returncode == 0:
            return command
    raise StepError("found neither pip nor uv to install with (Debian: apt install python3-venv)")


def ensure_environment(venv: Path, interpreter: str, *, dev: bool) -> None:
    """Bring an environment to the state of the locks; does nothing when it is there already."""
    locks = [RUNTIME_LOCK, DEV_LOCK] if dev else [RUNTIME_LOCK]
    manifests = [ROOT / project / "pyproject.toml" for project in PROJECTS]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in [*locks, *manifests])).hexdigest()
    stamp = venv / f".hfcli-{'dev' if dev else 'run'}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"setting up {venv.relative_to(ROOT)} (a minute the first time)")
    if not python_of(venv).exists():
        create_venv(venv, interpreter)
    install = installer(venv)
    for lock in locks:
        only_wheels = ["--only-binary", ":all:", "--require-hashes"]
        run(*install, *only_wheels, "-r", lock, quiet=True)
    editable = [argument for project in PROJECTS for argument in ("-e", str(ROOT / project))]
    run(*install, "--no-index", "--no-deps", "--no-build-isolation", *editable, quiet=True)
    stamp.write_text(wanted)


def found_pythons() -> dict[str, str]:
    """Interpreters among the supported versions, this one first: ``{"3.11": path}``."""
    this = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = {this: sys.executable} if this in SUPPORTED else {}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for version in SUPPORTED:
        candidates = [shutil.which(f"python{version}"), *sorted(pyenv.glob(f"{version}.*/bin/python3"))]
        for candidate in filter(None, candidates):
            probe = [str(candidate), "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
            answer = subprocess.run(probe, capture_output=True, text=True, check=False)
            if version not in found and answer.stdout.strip() == version:
                found[version] = str(candidate)
    return found


def development() -> Path:
    venv = ROOT / ".venv"
    ensure_environment(venv, sys.executable, dev=True)
    return venv


def lint() -> None:
    venv = development()
    say("ruff, mypy, import rules")
    run(program_of(venv, "ruff"), "check", ".")
    run(program_of(venv, "ruff"), "format", "--check", ".", quiet=True)
    run(program_of(venv, "mypy"), quiet=True)
    run(program_of(venv, "lint-imports"), quiet=True)


def test(arguments: list[str]) -> None:
    """Check the code, then run the tests on every supported Python that this machine has."""
    everything = "--all" in arguments
    chosen = [argument for argument in arguments if argument != "--all"]
    started = time.monotonic()
    lint()
    pythons = found_pythons()
    for number, (version, interpreter) in enumerate(pythons.items()):
        first = number == 0
        venv = ROOT / ".venv" if first else ROOT / ".cache" / f"venv-{version}"
        ensure_environment(venv, interpreter, dev=True)
        unwanted = [] if everything else ["not slow"]
        if not (first or everything):
            unwanted.append("not foreign")
        selection = ["-m", " and ".join(unwanted)] if unwanted else []
        if not (first or everything or chosen):
            selection += NEWEST if number == len(pythons) - 1 else BETWEEN
        say(f"pytest on Python {version}")
        run(python_of(venv), "-m", "pytest", "-q", "-n", WORKERS, *selection, *chosen)
    missing = [version for version in SUPPORTED if version not in pythons]
    say(f"all passed on Python {', '.join(pythons)} in {time.monotonic() - started:.0f} s")
    if missing:
        print(f"    not found here, so not tested: Python {', '.join(missing)}")


def demo(arguments: list[str]) -> None:
    venv = ROOT / ".venv"
    ensure_environment(venv, sys.executable, dev=False)
    hf = program_of(venv, "hf")
    run(hf, "hub", "run", "--ephemeral", "--", python_of(venv), ROOT / "examples/demo.py", *arguments)


def lock() -> None:
    """Resolve both locks anew, for all supported Pythons and platforms, with hashes and without addresses."""
    import tomllib

    uv = program_of(development(), "uv") if RUNTIME_LOCK.exists() else Path("uv")
    wanted: list[str] = []
    for project in PROJECTS:
        manifest = tomllib.loads((ROOT / project / "pyproject.toml").read_text())["project"]
        optional = manifest.get("optional-dependencies", {})
        wanted += [*manifest.get("dependencies", []), *(name for names in optional.values() for name in names)]
    runtime = [name for name in wanted if not name.startswith("hfcli")] + BUILD_TOOLS
    for target, names, constraints in [
        (RUNTIME_LOCK, runtime, []),
        (DEV_LOCK, runtime + DEV_TOOLS, ["-c", str(RUNTIME_LOCK)]),
    ]:
        options = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet"]
        command = [str(uv), "pip", "compile", *options, "--python-version", SUPPORTED[0], *constraints, "-"]
        command += ["-o", str(target)]
        subprocess.run(command, cwd=ROOT, input="\n".join(names), text=True, check=True, stdout=subprocess.DEVNULL)
        say(f"wrote {target.name}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["demo", "test", "lint", "docs", "bench", "lock"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="passed on: to pytest, the demo or the benchmark")
    options = parser.parse_args()
    try:
        match options.command:
            case "demo":
                demo(options.arguments)
            case "test":
                test(options.arguments)
            case "lint":
                lint()
            case "docs":
                run(python_of(development()), ROOT / "docs/generate.py", *options.arguments)
            case "bench":
                run(python_of(development()), "-m", "bench", *options.arguments)
            case "lock":
                lock()
    except StepError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
