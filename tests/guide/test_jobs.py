"""Two examples of the guide whose quotes no shell accepts, as they are meant."""

from __future__ import annotations

import shlex

from tests.guide.jobs_cases import PYTORCH, forget_schedules, ran, scheduled, torch_is_here
from tests.guide.world import World

CODE = "import torch; print(f'This code ran with the following GPU: {torch.cuda.get_device_name()}')"


def test_which_gpu(world: World) -> None:
    torch_is_here(world)
    done = world.run_command(f"hf jobs run --flavor a10g-small {PYTORCH} python -c {shlex.quote(CODE)}")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "This code ran with the following GPU: NVIDIA A10G\n"
    ran("a10g-small", PYTORCH)(world)


def test_which_gpu_each_hour(world: World) -> None:
    forget_schedules(world)
    done = world.run_command(
        f"hf jobs scheduled run @hourly --flavor a10g-small {PYTORCH} python -c {shlex.quote(CODE)}"
    )
    assert done.returncode == 0, done.stderr
    scheduled("@hourly", ["python", "-c", CODE])(world)
