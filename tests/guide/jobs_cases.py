"""The examples of the guide's section on ``hf jobs``, in the order of the guide."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from hfcli_hub.jobs.records import Job, Schedule
from hfcli_hub.jobs.shims import write_shims

from tests.guide.world import USER, Case, World

UV_IMAGE = "ghcr.io/astral-sh/uv:python3.12-bookworm"
PYTORCH = "pytorch/pytorch:2.6.0-cuda12.4-cudnn9-devel"
TORCH = b"class cuda:\n    get_device_name = staticmethod(lambda: 'NVIDIA A10G')\n"


def newest(world: World, namespace: str = USER) -> Job:
    assert world.hub.store.jobs is not None
    return world.hub.store.jobs.records.jobs(namespace)[0]


def schedules(world: World) -> list[Schedule]:
    assert world.hub.store.jobs is not None
    return list(world.hub.store.jobs.records.schedules(USER))


def nothing(_: World) -> None:
    pass


def ran(flavor: str = "cpu-basic", image: str = "python:3.12", namespace: str = USER) -> Callable[[World], None]:
    """The newest job completed on that machine, in that image."""

    def check(world: World) -> None:
        job = newest(world, namespace)
        assert (job.stage, job.spec.flavor, job.spec.image) == ("COMPLETED", flavor, image)

    return check


def files(**texts: str) -> Callable[[World], None]:
    """Files of the reader: ``my_script_py`` is ``my_script.py``."""
    return lambda world: world.write({name.replace("__", "."): text.encode() for name, text in texts.items()})


def torch_is_here(world: World) -> None:
    """A stand-in for the image's PyTorch, and for the GPU: the python of jobs has a module of that name."""
    folder = world.cli.home / "modules"
    folder.mkdir(exist_ok=True)
    (folder / "torch.py").write_bytes(TORCH)
    python = world.hub.store.data / "jobs" / "bin" / "python"
    write_shims(python.parent)
    text = python.read_text()
    python.write_text(text.replace("exec ", f"PYTHONPATH={folder} exec "))


def packages(*names: str) -> Callable[[World], None]:
    """The only packages that uv finds in jobs, as there is no network; they are empty."""

    def make(world: World) -> None:
        folder = world.cli.home / "wheels"
        folder.mkdir(exist_ok=True)
        for name in names:
            write_wheel(folder, name)
        with patch.dict(os.environ, {"UV_FIND_LINKS": str(folder)}):
            write_shims(world.hub.store.data / "jobs" / "bin")

    return make


def let_uv_ask_the_hub(world: World) -> None:
    """The script is at the embedded Hub, and needs no package."""
    world.stands_for["https://huggingface.co"] = world.hub.endpoint
    with patch.dict(os.environ):
        del os.environ["UV_OFFLINE"]
        write_shims(world.hub.store.data / "jobs" / "bin")


def said(line: str) -> Callable[[World], None]:
    """The last line of the newest job, after what uv says of its packages."""

    def check(world: World) -> None:
        log = (world.hub.store.data / "jobs" / newest(world).id / "log").read_text()
        assert json.loads(log.splitlines()[-1])["data"] == line

    return check


def write_wheel(folder: Path, name: str) -> None:
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", "")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")


def both(*steps: Callable[[World], None]) -> Callable[[World], None]:
    def run(world: World) -> None:
        for step in steps:
            step(world)

    return run


def join_the_organization(world: World) -> None:
    accounts = world.hub.store.accounts
    if "my-org-name" not in {account.name for account in accounts.list()}:
        accounts.create_org("my-org-name")
    accounts.set_member("my-org-name", USER)


def leave_the_organization(world: World) -> None:
    world.hub.store.accounts.remove_member("my-org-name", USER)


def start_a_job(world: World) -> None:
    done = world.run("jobs", "run", "--detach", "python:3.12", "bash", "-c", "echo Hello; sleep 60")
    world.stands_for["<job_id>"] = done.stdout.strip()
    path = world.hub.store.data / "jobs" / done.stdout.strip() / "log"
    wait_until(lambda: path.exists() and b"Hello" in path.read_bytes())


def finish_a_job(world: World) -> None:
    done = world.run("jobs", "run", "--json", "python:3.12", "python", "-c", "print('Hello')")
    world.stands_for["<job_id>"] = done.json()["id"]


def wait_until(true: Callable[[], bool]) -> None:
    import time

    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def it_is_listed(world: World) -> None:
    shown = world.run("jobs", "ps").stdout.splitlines()
    assert shown[0].split() == ["JOB", "ID", "IMAGE/SPACE", "COMMAND", "CREATED", "STATUS"]
    assert [line.split()[:2] for line in shown[2:]] == [[world.stands_for["<job_id>"], "python:3.12"]]
    cancel_all(world)


def it_is_cancelled(world: World) -> None:
    wait_until(lambda: newest(world).stage == "CANCELED")


def cancel_all(world: World) -> None:
    jobs = world.hub.store.jobs
    assert jobs is not None
    for job in jobs.records.jobs(USER, stages=("RUNNING", "SCHEDULING")):
        jobs.cancel(job)


def it_is_described(world: World) -> None:
    [described] = json.loads(world.run("jobs", "inspect", world.stands_for["<job_id>"]).stdout)
    assert described["status"]["stage"] == "COMPLETED"
    assert described["docker_image"] == "python:3.12"
    assert described["owner"]["name"] == USER


def script_was_sent(repo: str = "hf-cli-jobs-uv-run-scripts", name: str = "my_script.py") -> Callable[[World], None]:
    """The script is in a private dataset repo, and the job had the token to get it."""

    def check(world: World) -> None:
        assert name in world.files(f"{USER}/{repo}", "dataset")
        assert world.hub.repo(f"{USER}/{repo}", "dataset").private
        assert newest(world).secrets.keys() == {"UV_SCRIPT_HF_TOKEN"}

    return check


def forget_schedules(world: World) -> None:
    assert world.hub.store.jobs is not None
    for schedule in schedules(world):
        world.hub.store.jobs.records.delete_schedule(schedule.id)


def schedule_a_job(*options: str) -> Callable[[World], None]:
    def make(world: World) -> None:
        forget_schedules(world)
        done = world.run("jobs", "scheduled", "run", "-q", *options, "@daily", "python:3.12", "true")
        world.stands_for["<scheduled_job_id>"] = done.stdout.strip()

    return make


def scheduled(schedule: str, command: list[str] | None = None) -> Callable[[World], None]:
    def check(world: World) -> None:
        [found] = schedules(world)
        assert found.schedule == schedule
        assert command is None or list(found.spec.command) == command
        assert found.next_at is not None
        forget_schedules(world)

    return check


def suspended(expected: bool) -> Callable[[World], None]:
    def check(world: World) -> None:
        [found] = schedules(world)
        assert found.suspend is expected
        assert (found.next_at is None) is expected
        forget_schedules(world)

    return check


def the_schedule_is_listed(world: World) -> None:
    shown = world.run("jobs", "scheduled", "ps").stdout.splitlines()
    assert " ".join(shown[0].split()) == "ID SCHEDULE IMAGE/SPACE COMMAND LAST RUN NEXT RUN SUSPEND"
    assert [line.split()[:2] for line in shown[2:]] == [[world.stands_for["<scheduled_job_id>"], "@daily"]]


def the_schedule_is_described(world: World) -> None:
    [described] = json.loads(world.run("jobs", "scheduled", "inspect", world.stands_for["<scheduled_job_id>"]).stdout)
    assert described["schedule"] == "@daily"
    assert described["job_spec"]["command"] == ["true"]


def none_is_left(world: World) -> None:
    assert schedules(world) == []


SCRIPT = files(my_script__py="print('from a script')\n")
HELLO = ("Hello",)

CASES = {
    "hf jobs run python:3.12 python -c 'print(\"Hello from the cloud!\")'": Case(
        prints=("Hello from the cloud!",), after=ran()
    ),
    f'hf jobs run --flavor a10g-small {PYTORCH} python -c "import torch; print(torch.cuda.get_device_name())"': Case(
        before=torch_is_here, prints=("NVIDIA A10G",), after=ran("a10g-small", PYTORCH)
    ),
    "hf jobs run --namespace my-org-name python:3.12 python -c \"print('Running in an org account')\"": Case(
        before=join_the_organization,
        prints=("Running in an org account",),
        after=both(leave_the_organization, ran(namespace="my-org-name")),
    ),
    "hf jobs run hf.co/spaces/lhoestq/duckdb duckdb -c \"select 'hello world'\"": Case(
        prints=("hello world",), after=ran(image="hf.co/spaces/lhoestq/duckdb")
    ),
    "hf jobs uv run my_script.py": Case(
        before=SCRIPT, prints=("from a script",), after=both(ran(image=UV_IMAGE), script_was_sent())
    ),
    "hf jobs run python:3.12 python -c \"print('Hello from HF compute!')\"": Case(
        prints=("Hello from HF compute!",), after=ran()
    ),
    "hf jobs ps": Case(before=both(cancel_all, start_a_job), after=it_is_listed),
    "hf jobs inspect <job_id>": Case(before=finish_a_job, after=it_is_described),
    "hf jobs logs <job_id>": Case(before=finish_a_job, prints=HELLO, after=nothing),
    "hf jobs cancel <job_id>": Case(before=start_a_job, after=it_is_cancelled),
    "hf jobs run -e FOO=foo -e BAR=bar python:3.12 python -c"
    " \"import os; print(os.environ['FOO'], os.environ['BAR'])\"": Case(prints=("foo bar",), after=ran()),
    "hf jobs run --env-file .env python:3.12 python -c"
    " \"import os; print(os.environ['FOO'], os.environ['BAR'])\"": Case(
        before=lambda world: world.write({".env": b"FOO=foo\nBAR=bar\n"}), prints=("foo bar",), after=ran()
    ),
    "hf jobs run -s MY_SECRET=psswrd python:3.12 python -c \"import os; print(os.environ['MY_SECRET'])\"": Case(
        prints=("psswrd",), after=ran()
    ),
    "hf jobs run --secrets-file .env.secrets python:3.12 python -c \"import os; print(os.environ['MY_SECRET'])\"": Case(
        before=lambda world: world.write({".env.secrets": b"MY_SECRET=psswrd\n"}), prints=("psswrd",), after=ran()
    ),
    "hf jobs uv run my_script.py --repo my-uv-scripts": Case(
        before=SCRIPT, prints=("from a script",), after=both(ran(image=UV_IMAGE), script_was_sent("my-uv-scripts"))
    ),
    "hf jobs uv run ml_training.py --flavor gpu-t4-small": Case(
        before=files(ml_training__py="print('trained')\n"),
        prints=("trained",),
        after=both(ran("gpu-t4-small", UV_IMAGE), script_was_sent(name="ml_training.py")),
    ),
    "hf jobs uv run process.py input.csv output.parquet": Case(
        before=files(process__py="import sys; print(sys.argv[1:])\n"),
        prints=("['input.csv', 'output.parquet']",),
        after=ran(image=UV_IMAGE),
    ),
    "hf jobs uv run --with transformers --with torch train.py": Case(
        before=both(packages("transformers", "torch"), files(train__py="import torch, transformers; print('both')\n")),
        after=both(ran(image=UV_IMAGE), said("both")),
    ),
    "hf jobs uv run https://huggingface.co/datasets/username/scripts/resolve/main/example.py": Case(
        before=let_uv_ask_the_hub,
        prints=("An example.",),
        after=ran(image=UV_IMAGE),
    ),
    'hf jobs uv run --with lighteval python -c "import lighteval"': Case(
        before=packages("lighteval"), prints=(), after=ran(image=UV_IMAGE)
    ),
    "hf jobs scheduled run @hourly python:3.12 python -c 'print(\"This runs every hour!\")'": Case(
        before=forget_schedules, after=scheduled("@hourly", ["python", "-c", 'print("This runs every hour!")'])
    ),
    'hf jobs scheduled run "*/5 * * * *" python:3.12 python -c \'print("This runs every 5 minutes!")\'': Case(
        before=forget_schedules, after=scheduled("*/5 * * * *", ["python", "-c", 'print("This runs every 5 minutes!")'])
    ),
    "hf jobs scheduled uv run @hourly my_script.py": Case(
        before=both(forget_schedules, SCRIPT), after=scheduled("@hourly")
    ),
    "hf jobs scheduled ps": Case(before=schedule_a_job(), after=the_schedule_is_listed),
    "hf jobs scheduled inspect <scheduled_job_id>": Case(before=schedule_a_job(), after=the_schedule_is_described),
    "hf jobs scheduled suspend <scheduled_job_id>": Case(before=schedule_a_job(), after=suspended(True)),
    "hf jobs scheduled resume <scheduled_job_id>": Case(before=schedule_a_job("--suspend"), after=suspended(False)),
    "hf jobs scheduled delete <scheduled_job_id>": Case(before=schedule_a_job(), after=none_is_left),
}
