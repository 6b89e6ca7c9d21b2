"""The examples of the guide on ``hf auth login`` and ``hf auth logout``."""

from __future__ import annotations

from tests.guide.world import USER, Case, World


def logged_in(world: World) -> None:
    """By what was stored, without a variable."""
    assert world.run("auth", "whoami", "--quiet", token="").stdout == f"{USER}\n"


def log_in_first(world: World) -> None:
    done = world.run("auth", "login", "--token", world.hub.token(USER), token="")
    assert done.returncode == 0, done.stderr


def logged_out(world: World) -> None:
    assert world.run("auth", "whoami", token="").returncode == 4
    assert not (world.hf_home / "stored_tokens").exists()


def the_person_is_told(world: World) -> None:
    """The file is where the guide says that it is by default, once this Hub is the one of the official programs."""
    logged_in(world)
    official = {"HFCLI_OFFICIAL_ENDPOINT": world.hub.endpoint}
    typed = {"browser): ": world.hub.token(USER) + "\n"}
    environ = {"HF_ENDPOINT": world.hub.endpoint, "HF_HOME": None, "XDG_CACHE_HOME": None, **official}
    shown = world.cli.on_terminal("auth", "login", token=None, env=environ, answers=typed)
    assert f"Logged in at {world.hub.endpoint} as {USER}" in shown.text
    assert (world.hf_home / "token").read_text() == world.hub.token(USER)


def git_has_it_in_plain_text(world: World) -> None:
    logged_in(world)
    assert world.hub.token(USER) in (world.cli.home / ".git-credentials").read_text()


def git_asks_the_keyring(world: World) -> None:
    """The helper is called `huggingface`, and no file has the token but the keyring's own."""
    assert "helper = huggingface\n" in (world.cli.home / ".gitconfig").read_text()
    texts = [path.read_text(errors="replace") for path in world.hf_home.rglob("*") if path.is_file()]
    assert world.hub.token(USER) not in "".join(texts)
    assert world.run("auth", "whoami", "--quiet", token="", env=world.keyring).stdout == f"{USER}\n"


TYPED = {"browser): ": "{token}\n"}

CASES = {
    "hf auth login": Case(typed=TYPED, after=the_person_is_told),
    "hf auth login --git-credential": Case(typed=TYPED, after=git_has_it_in_plain_text),
    "hf auth login --git-credential-with-keyring": Case(typed=TYPED, after=git_asks_the_keyring),
    "hf auth login --token YOUR_TOKEN": Case(
        anonymous=True,
        prints=(
            "Logged in as Wauplin at {endpoint}",
            "token: write for tests",
            "role: write",
            "expires: never",
            "kept in: {hf_home}/stored_tokens, which only you may read",
        ),
        after=logged_in,
    ),
    "hf auth logout": Case(
        anonymous=True, before=log_in_first, prints=("Logged out: removed write for tests",), after=logged_out
    ),
}
