"""The server's side of ``git push``: git-receive-pack, stateless over HTTP (gitprotocol-pack, "Pushing Data").

dulwich has one too; this one checks objects before a ref moves, drops a refused pack, understands pushes from shallow
clones, and does not report success for a ref that somebody else moved in the meantime.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from dulwich.errors import GitProtocolError
from dulwich.objects import ZERO_SHA, ObjectID, valid_hexsha
from dulwich.protocol import (
    CAPABILITIES_REF,
    SIDE_BAND_CHANNEL_DATA,
    SIDE_BAND_CHANNEL_PROGRESS,
    ReceivableProtocol,
    capability_agent,
    extract_capabilities,
    format_ref_line,
    pkt_line,
)
from dulwich.refs import Ref

from .push_rules import PushRefusedError, RefUpdate, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dulwich.pack import Pack
    from dulwich.repo import Repo

    from .push_rules import ObjectRules

_LOG = logging.getLogger(__name__)
_CAPABILITIES = (
    b"report-status",
    b"delete-refs",
    b"quiet",
    b"atomic",
    b"ofs-delta",
    b"side-band-64k",
    b"object-format=sha1",
)


class _BrokenPackError(Exception):
    """The pack cannot be read, or not be stored; the message is for the person who pushed."""


def advertise(repo: Repo, protocol: ReceivableProtocol) -> None:
    """Tell which refs there are, and what this server can do."""
    refs = sorted((name, oid) for name, oid in repo.get_refs().items() if name != b"HEAD")
    capabilities = [*_CAPABILITIES, capability_agent()]
    for position, (name, oid) in enumerate(refs or [(Ref(CAPABILITIES_REF), ZERO_SHA)]):
        protocol.write_pkt_line(format_ref_line(name, oid, None if position else capabilities))
    protocol.write_pkt_line(None)


def receive_pack(repo: Repo, request: IO[bytes], write: Callable[[bytes], int], rules: ObjectRules) -> bool:
    """Take one push; return whether a ref moved. The caller holds the repo's lock.

    Raises GitProtocolError for a request that is not a push.
    """
    protocol = ReceivableProtocol(request.read, write)
    updates, capabilities = _read_updates(protocol)
    if not updates:
        return False
    messages: list[str] = []
    unpacked, outcome = "ok", dict.fromkeys((update.ref for update in updates), "unpacker error")
    try:
        if any(not update.deletes for update in updates):
            _take_objects(repo, request, rules, updates)
        outcome = _move_refs(repo, updates, atomic=b"atomic" in capabilities)
    except PushRefusedError as error:
        messages = str(error).splitlines()
        outcome = dict.fromkeys(outcome, "refused by the Hub")
    except _BrokenPackError as error:
        _LOG.info("a pushed pack is broken", exc_info=True)
        unpacked = str(error).replace("\n", " ")
    _report(protocol, capabilities, unpacked, outcome, messages)
    return "ok" in outcome.values()


def _read_updates(protocol: ReceivableProtocol) -> tuple[list[RefUpdate], Sequence[bytes]]:
    updates: list[RefUpdate] = []
    capabilities: Sequence[bytes] = ()
    for line in protocol.read_pkt_seq():
        if line.startswith(b"shallow "):
            # What a shallow clone lacks, the Hub has; the objects are checked for completeness in any case.
            continue
        text = line
        if not updates:
            text, capabilities = extract_capabilities(line)
        old, _, rest = text.rstrip(b"\n").partition(b" ")
        new, _, ref = rest.partition(b" ")
        if not (valid_hexsha(old) and valid_hexsha(new) and ref):
            raise GitProtocolError(f"not a ref update: {line!r}")
        updates.append(RefUpdate(ObjectID(old), ObjectID(new), Ref(ref)))
    return updates, capabilities


def _take_objects(repo: Repo, request: IO[bytes], rules: ObjectRules, updates: Sequence[RefUpdate]) -> None:
    """Add the pushed pack to the repo, unless it is broken or has an object that is refused: then nothing stays."""
    store = repo.object_store
    known = {pack.name() for pack in store.packs}
    with _reading_untrusted(), _cleared(Path(store.path)):
        start = request.tell()
        rules.scan(request)
        request.seek(start)
        pack = store.add_thin_pack(request.read, None)
    tips = [update.new for update in updates if not update.deletes and update.new in store]
    keep = False
    try:
        with _reading_untrusted():
            rules.check(repo, pack.iterobjects(), tips)
        keep = len(pack) > 0
    finally:
        if not keep and pack.name() not in known:
            _discard(pack)


@contextmanager
def _reading_untrusted() -> Iterator[None]:
    """Malformed packs and objects make dulwich raise almost anything; to the pusher, all of it is a broken pack."""
    try:
        yield
    except PushRefusedError:
        raise
    except Exception as error:
        raise _BrokenPackError(f"{type(error).__name__}: {error}") from error


@contextmanager
def _cleared(directory: Path) -> Iterator[None]:
    """Leave no half-written pack behind, neither of this push nor of one that was killed: the repo is locked."""
    try:
        yield
    finally:
        for remnant in directory.glob("tmp_pack_*"):
            remnant.unlink()


def _discard(pack: Pack) -> None:
    data = Path(pack.data.path)
    pack.close()
    # The index first: without it, no reader looks for the pack.
    data.with_suffix(".idx").unlink()
    data.unlink()


def _move_refs(repo: Repo, updates: Sequence[RefUpdate], *, atomic: bool) -> dict[Ref, str]:
    """Move the refs that may move; the outcome of each is ``ok`` or a reason."""
    refusals = {update.ref: refusal(repo, update) or _stale(repo, update) for update in updates}
    if atomic and any(refusals.values()):
        return {ref: reason or "atomic push failed" for ref, reason in refusals.items()}
    return {update.ref: refusals[update.ref] or _move(repo, update) for update in updates}


def _stale(repo: Repo, update: RefUpdate) -> str | None:
    return None if repo.refs.as_dict().get(update.ref, ZERO_SHA) == update.old else "fetch first"


def _move(repo: Repo, update: RefUpdate) -> str:
    try:
        if update.deletes:
            moved = repo.refs.remove_if_equals(update.ref, update.old)
        else:
            moved = repo.refs.set_if_equals(update.ref, update.old, update.new, message=b"push")
    except OSError:
        # A branch named like a folder of another one, for example.
        return "failed to update ref"
    return "ok" if moved else "fetch first"


def _report(
    protocol: ReceivableProtocol,
    capabilities: Sequence[bytes],
    unpacked: str,
    outcome: dict[Ref, str],
    messages: Sequence[str],
) -> None:
    side_band = b"side-band-64k" in capabilities
    if side_band and messages:
        protocol.write_sideband(SIDE_BAND_CHANNEL_PROGRESS, "".join(f"{line}\n" for line in messages).encode())
    if b"report-status" in capabilities:
        lines = [f"unpack {unpacked}\n".encode()]
        lines += [
            b"ok %s\n" % ref if said == "ok" else b"ng %s %s\n" % (ref, said.encode()) for ref, said in outcome.items()
        ]
        report = b"".join(map(pkt_line, [*lines, None]))
        if side_band:
            protocol.write_sideband(SIDE_BAND_CHANNEL_DATA, report)
        else:
            protocol.write(report)
    if side_band:
        protocol.write_pkt_line(None)
