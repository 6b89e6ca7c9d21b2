"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1


@hookimpl
def hf_commands() -> list[CommandSpec]:
    at, on = "hfcli_jobs.cli", "hfcli_jobs.cli.scheduled"
    lists = ("ls", "list")
    return [
        CommandSpec("jobs", help="Run programs on the Hub's machines", extensible=True),
        CommandSpec("jobs.run", help="Run a command in an image", target=f"{at}.run:run_command", passthrough=1),
        CommandSpec("jobs.uv", help="Run Python scripts with their dependencies"),
        CommandSpec("jobs.uv.run", help="Run a script with uv", target=f"{at}.uv_run:uv_run_command"),
        CommandSpec("jobs.ps", help="List jobs", target=f"{at}.ps:ps_command", aliases=lists),
        CommandSpec("jobs.inspect", help="Show all about jobs", target=f"{at}.inspect:inspect_command"),
        CommandSpec("jobs.logs", help="Show what a job has said", target=f"{at}.logs:logs_command"),
        CommandSpec("jobs.cancel", help="End a job", target=f"{at}.cancel:cancel_command"),
        CommandSpec("jobs.wait", help="Wait until jobs have ended", target=f"{at}.wait:wait_command"),
        CommandSpec("jobs.stats", help="Show what running jobs take", target=f"{at}.stats:stats_command"),
        CommandSpec(
            "jobs.hardware", help="List the machines and their prices", target=f"{at}.hardware:hardware_command"
        ),
        CommandSpec("jobs.rerun", help="Run a job once more", target=f"{at}.rerun:rerun_command"),
        CommandSpec("jobs.labels", help="Replace the labels of a job", target=f"{at}.labels:labels_command"),
        CommandSpec("jobs.scheduled", help="Jobs that run again and again"),
        CommandSpec(
            "jobs.scheduled.run", help="Run a command at given times", target=f"{on}.run:run_command", passthrough=2
        ),
        CommandSpec("jobs.scheduled.uv", help="Run Python scripts at given times"),
        CommandSpec(
            "jobs.scheduled.uv.run", help="Run a script with uv at given times", target=f"{on}.uv_run:uv_run_command"
        ),
        CommandSpec("jobs.scheduled.ps", help="List scheduled jobs", target=f"{on}.ps:ps_command", aliases=lists),
        CommandSpec(
            "jobs.scheduled.inspect", help="Show all about scheduled jobs", target=f"{on}.inspect:inspect_command"
        ),
        CommandSpec(
            "jobs.scheduled.suspend", help="Stop running it for a while", target=f"{on}.suspend:suspend_command"
        ),
        CommandSpec("jobs.scheduled.resume", help="Go on running it", target=f"{on}.resume:resume_command"),
        CommandSpec("jobs.scheduled.delete", help="Forget a scheduled job", target=f"{on}.delete:delete_command"),
        CommandSpec("jobs.scheduled.trigger", help="Run it now", target=f"{on}.trigger:trigger_command"),
        CommandSpec(
            "jobs.scheduled.reschedule", help="Give it other times", target=f"{on}.reschedule:reschedule_command"
        ),
        CommandSpec("jobs.scheduled.labels", help="Replace its labels", target=f"{on}.labels:labels_command"),
    ]
