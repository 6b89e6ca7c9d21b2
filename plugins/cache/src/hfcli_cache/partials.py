"""``hf cache ls --partials``: downloads that were interrupted, or are on their way."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from hfcli_core.api import Column, UsageError, format_age, format_size

from .filters import parse_filter, passes
from .listing import order
from .places import scanned, tell_warnings

if TYPE_CHECKING:
    from hfcli_core.api import Output

    from .listing import ListRequest


def list_partials(output: Output, request: ListRequest) -> None:
    """Print one row for each unfinished file of the cache; filters and order as for repos."""
    if request.revisions:
        raise UsageError(
            "--partials and --revisions cannot be used together", hint="a partial file has no revision yet"
        )
    filters = [parse_filter(text) for text in request.filters]
    scan = scanned(request.cache, must_exist=request.must_exist)
    now = time.time()
    rows: list[dict[str, Any]] = [
        {
            "id": str(repo.name),
            "repo_id": repo.name.id,
            "repo_type": repo.name.type,
            "blob": one.etag,
            "size_on_disk": one.size,
            "last_accessed": one.stat.st_atime,
            "last_modified": one.stat.st_mtime,
            "refs": [],
            "path": os.path.join(scan.path, repo.folder, "blobs", one.name),  # noqa: PTH118  shown as it is
        }
        for repo in scan.repos
        for one in repo.unfinished
    ]
    rows = [row for row in rows if passes(row, filters, now)]
    by, downwards = order(request.sort)
    rows = sorted(rows, key=by, reverse=downwards)[: request.limit]
    tell_warnings(output, scan.warnings, request.warnings)
    output.table(
        rows,
        [
            Column("id"),
            Column("size_on_disk", "SIZE", align="right", min_width=8, human=format_size),
            Column("last_modified", human=lambda when: format_age(now - when)),
            Column("blob", human=lambda etag: etag[:12]),
        ],
        quiet="path",
        empty="No unfinished downloads found.",
        footer=f"{len(rows)} unfinished download(s) hold {format_size(sum(row['size_on_disk'] for row in rows))}.",
    )
