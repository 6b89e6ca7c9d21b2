"""What the fixtures of :mod:`hfcli_hub.testing` give to a test, apart from them so that they import cheaply."""
