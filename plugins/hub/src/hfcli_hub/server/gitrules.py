"""What ``.gitattributes`` and ``.gitignore`` say about a path, by git's rules as dulwich implements them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from dulwich.attrs import GitAttributes, compile_gitattributes_patterns, parse_git_attributes
from dulwich.ignore import IgnoreFilter, read_ignore_patterns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dulwich.attrs import AttributeValue, Pattern

    AttributePatterns = tuple[Pattern, Mapping[bytes, AttributeValue]]

_BOM = b"\xef\xbb\xbf"


class LfsRules:
    """Which paths ``.gitattributes`` sends to LFS.

    ``read`` returns the content of a file of the revision, or None where there is none. Files in sub-folders override
    those above them; each is read at most once.
    """

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        def patterns_of(folder: bytes) -> list[AttributePatterns]:
            name = f"{folder.decode()}/.gitattributes" if folder else ".gitattributes"
            content = (read(name) or b"").removeprefix(_BOM)
            return compile_gitattributes_patterns(parse_git_attributes(BytesIO(content)), name, base=folder)

        self._attributes = GitAttributes(patterns_of(b""), directory_loader=patterns_of)

    def tracks(self, path: str) -> bool:
        return self._attributes.match_path(path.encode()).get(b"filter") == b"lfs"


class IgnoreRules:
    """Which paths one ``.gitignore`` at the root leaves out."""

    def __init__(self, content: bytes) -> None:
        self._filter = IgnoreFilter(read_ignore_patterns(BytesIO(content.removeprefix(_BOM))))

    def ignores(self, path: str) -> bool:
        return bool(self._filter.is_ignored(path))
