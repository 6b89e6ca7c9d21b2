from hfcli_core.api import command, pass_app

print("noise of the command's module")


@command("hello")
@pass_app
def hello(app):
    """Greet."""
    app.output.result("hello from zoo_prints", {"greeting": "hello from zoo_prints"})
