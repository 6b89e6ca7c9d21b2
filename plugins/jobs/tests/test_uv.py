"""``hf jobs uv run``: how scripts travel, and what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hfcli_hub.jobs.manager import Jobs
from hfcli_hub.testkit.cli import Cli
from hfcli_hub.testkit.hub import LiveHub

SCRIPT = """# /// script
# requires-python = ">=3.9"
# dependencies = []
#
# [tool.hf-jobs]
# image = "mine"
# flavor = "t4-small"
# timeout = "2h"
# name = "trainer"
# secrets = ["SECRET"]
# volumes = ["hf://datasets/a/b:/data"]
# env = {A = "1", B = 'quo"ted $x'}
# labels = {team = "x"}
# ///
import os, sys
print(os.environ["A"], os.environ["B"], os.environ["SECRET"], sys.argv[1:])
"""


def test_a_local_script(cli: Cli, jobs: Jobs, hub: LiveHub) -> None:
    name = "my script's.py"
    (cli.work / name).write_text(SCRIPT)
    done = cli("jobs", "uv", "run", name, "-e", "A=2", "-l", "more", "x y", "--z", env={"SECRET": "s"})
    assert (done.returncode, done.lines) == (0, ["2 quo\"ted $x s ['x y', '--z']"]), done.stderr
    job = jobs.records.jobs("alice")[0]
    assert (job.spec.image, job.spec.flavor, job.spec.timeout) == ("mine", "t4-small", 7200)
    assert job.labels == {"name": "trainer", "team": "x", "more": ""}
    assert job.spec.extra["volumes"][0]["source"] == "a/b"
    assert job.secrets == {"SECRET": "s", "UV_SCRIPT_HF_TOKEN": hub.token("alice")}
    assert hub.token("alice") not in str(job.spec)
    commit = hub.repo("alice/hf-cli-jobs-uv-run-scripts", "dataset").git.resolve("main")
    assert f"/resolve/{commit}/my%20script%27s.py" in job.spec.environment["UV_SCRIPT_URL"]
    assert "README.md" in hub.list_files("alice/hf-cli-jobs-uv-run-scripts", "dataset")


def test_the_command_line_wins(cli: Cli, jobs: Jobs, plan: Callable[..., dict[str, Any]]) -> None:
    (cli.work / "s.py").write_text(SCRIPT)
    options = ["--image", "other", "--flavor", "l4x1", "--timeout", "5", "--name", "n", "-s", "SECRET=t"]
    body = plan("uv", "run", "s.py", *options, "-v", "hf://c/d:/x")
    assert (body["dockerImage"], body["flavor"], body["timeoutSeconds"]) == ("other", "l4x1", 5)
    assert body["labels"] == {"name": "n", "team": "x"}
    assert [volume["source"] for volume in body["volumes"]] == ["c/d"]
    assert body["secrets"] == {"SECRET": "***"}


@pytest.mark.parametrize(
    ("table", "said"),
    [("nonsense = 1", "unknown key 'nonsense'"), ("flavor = 1", "cannot be read"), ("a = ", "no TOML")],
)
def test_metadata_that_cannot_be_read(cli: Cli, plan: Callable[..., dict[str, Any]], table: str, said: str) -> None:
    (cli.work / "s.py").write_text(f"# /// script\n# [tool.hf-jobs]\n# {table}\n# ///\n")
    plan("uv", "run", "s.py", expect=2)
    assert said in plan.err  # type: ignore[attr-defined]


def test_a_repo_of_ones_own(cli: Cli, jobs: Jobs, hub: LiveHub) -> None:
    hub.create_repo("acme/scripts", "dataset")
    (cli.work / "s.py").write_text("print(1)\n")
    done = cli("jobs", "uv", "run", "--namespace", "acme", "--repo", "scripts", "s.py")
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
    assert "dataset 'acme/scripts' is public" in done.stderr
    assert hub.list_files("acme/scripts", "dataset") == [".gitattributes", "s.py"]
    first = jobs.records.jobs("acme")[0]
    (cli.work / "s.py").write_text("print(2)\n")
    assert cli("jobs", "uv", "run", "--repo", "acme/scripts", "s.py").stdout == "2\n"
    assert cli("jobs", "rerun", f"acme/{first.id}").stdout == "1\n", "its own commit of the script"


def test_commands_and_files_that_stay_here(cli: Cli, jobs: Jobs) -> None:
    (cli.work / "in.csv").write_text("a\n")
    (cli.work / "s.py").write_text("import sys; print(sys.argv[1:])\n")
    done = cli("jobs", "uv", "run", "s.py", "in.csv", "out.csv")
    assert done.stdout == "['in.csv', 'out.csv']\n"
    assert "in.csv is on this machine, and the job does not have it" in done.stderr
    done = cli("jobs", "uv", "run", "--python", "3", "python", "-c", "print(3)")
    assert done.stdout.splitlines()[-1] == "3"


def test_without_a_token(cli: Cli, jobs: Jobs) -> None:
    (cli.work / "s.py").write_text("print(1)\n")
    done = cli("jobs", "uv", "run", "--namespace", "alice", "s.py", token=None)
    assert done.returncode == 4
    assert "hf auth login" in done.stderr
