"""Reading from the Hub itself: the resolve address of a file, and the content host that it leads to (wire.md §5.3)."""

from __future__ import annotations

import re
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from hfcli_core.api import (
    AddressExpiredError,
    HfError,
    IntegrityError,
    NetworkError,
    Offer,
    RangesIgnoredError,
    ReadBackend,
    quote_path,
    quote_revision,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hfcli_core.api import Address, BackendContext, BlobRef, Sink, StreamedResponse

_COST = 10.0
_BUFFER = 1 << 20
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class EndedEarlyError(IntegrityError):
    """The body ended, in good order, before the size that the listing promises (faults.md N3)."""

    retryable: ClassVar[bool] = True


class HttpBackend(ReadBackend):
    """Fetches by commit, so that a branch that moves meanwhile changes nothing (faults.md S21), and without a HEAD.

    A range begins at the Hub, or at the address to which the Hub sent us for another range of the same file, until that
    fails or expires. There is no ``If-Range``: the address of a commit has one content for ever, the engine checks its
    hash, and a content host's own ETag is often another than the Hub's, which would make it send the whole file again.
    """

    def __init__(self, context: BackendContext) -> None:
        self._context = context
        self._here = threading.local()
        self._addresses: dict[BlobRef, Address] = {}
        self._without_ranges: set[BlobRef] = set()

    def offers(self, refs: Sequence[BlobRef]) -> Mapping[BlobRef, Offer]:
        return {ref: Offer(_COST, ranged=True) for ref in refs}

    def fetch(self, ref: BlobRef, start: int, stop: int | None, sink: Sink) -> None:
        self._context.check()
        if stop is not None and start >= stop:
            return
        with self._opened(ref, start, stop) as response:
            # To the very end, also when nothing more is expected: only then can the connection be used again.
            begin = start if response.status == 206 else 0
            buffer, ended = self._buffer(), False
            while count := response.read_into(buffer):
                end = begin + count
                low, high = max(begin, start), end if stop is None else min(end, stop)
                if low < high:
                    sink.write_at(low, buffer[low - begin : high - begin])
                    self._context.advance(high - low)
                if high < end:
                    self._refuse_excess(ref, response, high)
                    return
                # Not at once: a connection first gives what it has.
                if ended:
                    self._context.check()
                ended = self._context.cancelled.is_set()
                begin = end
        if stop is not None and begin < stop:
            raise EndedEarlyError(f"the file ended after {begin:,} of {ref.size or stop:,} bytes: {ref.path}")

    def _buffer(self) -> memoryview:
        """One for each thread, as making it costs more than a small file."""
        if not hasattr(self._here, "buffer"):
            self._here.buffer = memoryview(bytearray(_BUFFER))
        buffer: memoryview = self._here.buffer
        return buffer

    @contextmanager
    def _opened(self, ref: BlobRef, start: int, stop: int | None) -> Iterator[StreamedResponse]:
        """An answer whose body holds the range, from its first byte or from the first of the file.

        A server that lies about ranges, or refuses this one, is asked for the whole file (faults.md N8, N10).
        """
        whole = start == 0 and stop in (None, ref.size)
        with ExitStack() as opened:
            if start == 0 and (answer := self._context.opened.pop(ref, None)):
                opened.push(answer.closing)
                yield answer.response
                return
            if not whole:
                last = "" if stop is None else stop - 1
                response = self._range(ref, {"Range": f"bytes={start}-{last}"}, opened)
                if response.status == 200 or _is_range(response, start, ref.size):
                    self._tell_of_ignored_ranges(ref, response, start)
                    yield response
                    return
                opened.close()
                self._context.log(f"{ref.path}: asking for the whole file, as the server cannot be trusted with ranges")
            response = self._ask_hub(ref, opened)
            if response.status != 200:
                raise NetworkError(f"unexpected status {response.status} for {ref.path}")
            self._tell_of_ignored_ranges(ref, response, start)
            yield response

    def _range(self, ref: BlobRef, headers: dict[str, str], opened: ExitStack) -> StreamedResponse:
        address = self._addresses.get(ref)
        if address is not None:
            try:
                return self._ask(address, ref, opened, headers=headers, accept=(416,), retry=False)
            except HfError as error:
                # It may have expired, or its host may be in trouble; the Hub knows a better one then.
                self._context.log(f"{ref.path}: {error.message}; asking the Hub for its address again")
                self._addresses.pop(ref, None)
        response = self._ask_hub(ref, opened, headers=headers, accept=(416,))
        if not response.url.startswith(f"{self._context.session.endpoint}/"):
            self._addresses[ref] = response.address
        return response

    def _ask_hub(self, ref: BlobRef, opened: ExitStack, **options: Any) -> StreamedResponse:
        """The answer to a GET.

        Until there is one, the session itself goes on as long as makes sense: errors from before it have ``given_up``
        in their ``details``, but for an address that expired, which a new question to the Hub replaces.
        """
        url = f"{ref.repo.git_path}/resolve/{quote_revision(ref.commit)}/{quote_path(ref.path)}"
        try:
            return self._ask(url, ref, opened, **options)
        except AddressExpiredError:
            raise
        except HfError as error:
            error.details["given_up"] = True
            raise

    def _ask(self, url: str | Address, ref: BlobRef, opened: ExitStack, **options: Any) -> StreamedResponse:
        opening = self._context.session.stream("GET", url, repo=ref.repo, revision=ref.commit, **options)
        response = opened.enter_context(opening)
        _refuse_page(ref, response)
        return response

    def _tell_of_ignored_ranges(self, ref: BlobRef, response: StreamedResponse, start: int) -> None:
        """Where much would be read for nothing, let the engine first see to it that this happens rarely."""
        if response.status == 200 and start > _BUFFER and ref not in self._without_ranges:
            self._without_ranges.add(ref)
            raise RangesIgnoredError(f"{response.address.url.partition('?')[0]} serves no ranges of {ref.path}")

    def _refuse_excess(self, ref: BlobRef, response: StreamedResponse, stop: int) -> None:
        """A body that goes on after the end of the file is of another file (faults.md S08)."""
        if stop == ref.size:
            raise IntegrityError(
                f"more bytes than the {stop:,} that were announced: {ref.path}",
                details={"path": ref.path, "url": response.url.partition("?")[0]},
            )


def _refuse_page(ref: BlobRef, response: StreamedResponse) -> None:
    """A page in the place of a file comes from something on the way: the Hub names the commit (faults.md N21)."""
    kind = response.headers.get("content-type", "")
    if kind.startswith("text/html") and "x-repo-commit" not in response.first_response_headers:
        raise NetworkError(
            f"{response.url.partition('?')[0]} answered with a web page instead of {ref.path}",
            hint="a proxy or a login page may be in the way",
        )


def _is_range(response: StreamedResponse, start: int, size: int | None) -> bool:
    """Whether a 206 is one part that begins where it was asked to, of a file of the right size."""
    match = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", "").strip())
    if response.status != 206 or match is None or int(match[1]) != start:
        return False
    return size is None or match[3] in ("*", str(size))
