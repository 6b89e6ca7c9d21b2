"""What this distribution adds to ``hf``."""

from __future__ import annotations

from hfcli_core.api import CommandSpec, hookimpl

HF_PLUGIN_API = 1
_CLI = "hfcli_repos.cli"
_DELETE_FILES = f"{_CLI}.delete_files:delete_files_command"
_CREATE_TAG = f"{_CLI}.tag_create:tag_create_command"


@hookimpl
def hf_commands() -> list[CommandSpec]:
    return [
        CommandSpec("repo", help="Create and manage repositories", aliases=("repos",), extensible=True),
        CommandSpec("repo.create", help="Create a repository", target=f"{_CLI}.create:create_command"),
        CommandSpec("repo.delete", help="Delete a repository for ever", target=f"{_CLI}.delete:delete_command"),
        CommandSpec("repo.move", help="Rename or transfer a repository", target=f"{_CLI}.move:move_command"),
        CommandSpec("repo.duplicate", help="Copy a repository", target=f"{_CLI}.duplicate:duplicate_command"),
        CommandSpec("repo.settings", help="Change who may see it", target=f"{_CLI}.settings:settings_command"),
        CommandSpec("repo.info", help="Describe a repository", target=f"{_CLI}.info:info_command"),
        CommandSpec("repo.list", help="List your repositories", target=f"{_CLI}.list:list_command", aliases=("ls",)),
        CommandSpec("repo.delete-files", help="Delete files from a repository", target=_DELETE_FILES),
        CommandSpec("repo.branch", help="Create and delete branches"),
        CommandSpec("repo.branch.create", help="Create a branch", target=f"{_CLI}.branch_create:branch_create_command"),
        CommandSpec("repo.branch.delete", help="Delete a branch", target=f"{_CLI}.branch_delete:branch_delete_command"),
        CommandSpec("repo.tag", help="Create, list and delete tags"),
        CommandSpec("repo.tag.create", help="Create a tag", target=_CREATE_TAG),
        CommandSpec("repo.tag.list", help="List tags", target=f"{_CLI}.tag_list:tag_list_command", aliases=("ls",)),
        CommandSpec("repo.tag.delete", help="Delete a tag", target=f"{_CLI}.tag_delete:tag_delete_command"),
        CommandSpec("repo-files", help="Delete files from a repository"),
        CommandSpec("repo-files.delete", help="Delete files from a repository", target=_DELETE_FILES),
        CommandSpec("tag", help="Create, list and delete tags", target=_CREATE_TAG, hidden=True),
    ]
