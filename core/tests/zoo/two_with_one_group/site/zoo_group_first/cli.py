from hfcli_core.api import command, pass_app


@command("hello")
@pass_app
def hello(app):
    """Greet."""
    app.output.result("hello from zoo_group_first", {"greeting": "hello from zoo_group_first"})
