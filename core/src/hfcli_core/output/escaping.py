"""Make text from elsewhere harmless to a terminal, to a log and to a CI system (faults.md S13, S14).

What would move the cursor, hide itself or reorder a line is written as the escape that Python would show: ``\\x1b``,
``\\u202e``. So are the first characters of ``::name`` at the start of a line, and of ``##[``, ``##vso[`` and
``##teamcity[`` anywhere, by which CI systems take orders from whatever a job prints. Other Unicode stays as it is.
"""

from __future__ import annotations

import re

_CONTROL = "\x00-\x1f\x7f-\x9f"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2028\u2029"
    "\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
)
_TAGS = "\U000e0000-\U000e007f"
_SURROGATES = "\ud800-\udfff"
_DANGEROUS = re.compile(f"[{_CONTROL}{_BIDI}{_INVISIBLE}{_TAGS}{_SURROGATES}]")
# In a JSON document, line breaks stand between values: inside a string they are already escaped.
_DANGEROUS_IN_JSON = re.compile(f"(?!\\n){_DANGEROUS.pattern}")
_LEADING_CI_COMMAND = re.compile(r"^(\s*):(?=:\w)")
_CI_COMMAND = re.compile(r"#(?=#(?:vso|teamcity)?\[)")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(text: str) -> str:
    """One line that is safe to print; line breaks and tabs in it become visible too."""
    if not (text.isascii() and text.isprintable()):
        text = _DANGEROUS.sub(_visible, text)
    if "::" in text:
        text = _LEADING_CI_COMMAND.sub(r"\1\\x3a", text)
    if "##" in text:
        text = _CI_COMMAND.sub(r"\\x23", text)
    return text


def escape_lines(text: str) -> str:
    """Like :func:`escape` for our own text of several lines, whose line breaks stay.

    A name from a server that is put into such a text goes through :func:`escape` first, or it could forge a line.
    """
    return "\n".join(escape(line) for line in text.split("\n"))


def escape_json(document: str) -> str:
    """Replace what is dangerous in the text of a JSON document by JSON's own escapes, so that nothing is lost."""
    if not document.isascii() or "\x7f" in document:
        document = _DANGEROUS_IN_JSON.sub(_json_escape, document)
    return _CI_COMMAND.sub(r"\\u0023", document) if "##" in document else document


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _json_escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
