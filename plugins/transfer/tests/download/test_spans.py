"""How the missing parts of a file are shared out, whatever the order in which connections come and go."""

from __future__ import annotations

from hfcli_transfer.download.spans import GRAIN, Span, Spans
from hypothesis import given, strategies as st

OFFSETS = st.integers(0, 40 * GRAIN)


@st.composite
def gaps(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Ordered, disjoint gaps, each of which ends where a grain ends, but for the last."""
    edges = sorted(set(draw(st.lists(st.integers(0, 40), min_size=2, max_size=8))))
    found = []
    for start, stop in zip(edges[::2], edges[1::2], strict=False):
        found.append((start * GRAIN + draw(st.integers(0, GRAIN - 1)), stop * GRAIN))
    if found and draw(st.booleans()):
        start, stop = found[-1]
        found[-1] = (start, max(start + 1, stop - draw(st.integers(0, GRAIN - 1))))
    return found


@given(gaps(), st.lists(st.tuples(st.sampled_from(["claim", "take_over", "write", "finish"]), OFFSETS), max_size=60))
def test_every_byte_is_brought_once(missing: list[tuple[int, int]], steps: list[tuple[str, int]]) -> None:
    spans = Spans(missing)
    at_work: list[tuple[Span, int]] = []
    brought: list[tuple[int, int]] = []

    def write(index: int, amount: int) -> None:
        span, position = at_work[index]
        count = spans.reserve(span, position, amount)
        assert position + count <= span.stop
        if count:
            brought.append((position, position + count))
        at_work[index] = span, position + count

    for step, number in steps:
        if step == "claim":
            if span := spans.claim(number):
                at_work.append((span, span.start))
        elif step == "take_over":
            if span := spans.take_over(number):
                at_work.append((span, span.start))
        elif at_work:
            index = number % len(at_work)
            if step == "write":
                write(index, number)
            else:
                span, position = at_work.pop(index)
                spans.finish(span, position)
    while at_work or not spans.finished:
        if not at_work:
            claimed = spans.claim(3 * GRAIN)
            assert claimed is not None
            at_work.append((claimed, claimed.start))
        write(0, 10 * GRAIN)
        span, position = at_work.pop(0)
        spans.finish(span, position)
    assert merged(brought) == merged(missing)
    assert sum(stop - start for start, stop in brought) == sum(stop - start for start, stop in missing)
    assert spans.received == sum(stop - start for start, stop in missing)


@given(gaps())
def test_no_two_connections_write_the_same_mebibyte(missing: list[tuple[int, int]]) -> None:
    spans = Spans(missing)
    taken = []
    while span := spans.claim(2 * GRAIN):
        taken.append(span)
        if rest := spans.take_over(GRAIN):
            taken.append(rest)
    grains = [
        number for span in taken for number in range(span.start // GRAIN, (span.stop - 1) // GRAIN + 1) if span.left
    ]
    assert len(grains) == len(set(grains))


def test_what_comes_first_is_handed_out_first() -> None:
    spans = Spans([(0, 8 * GRAIN)])
    first = spans.claim(2 * GRAIN)
    assert first is not None
    spans.claim(2 * GRAIN)
    spans.finish(first, GRAIN // 2)
    again = spans.claim(8 * GRAIN)
    assert again is not None
    assert (again.start, again.stop) == (GRAIN // 2, 2 * GRAIN)


def test_only_much_is_taken_over_from_others() -> None:
    spans = Spans([(0, 9 * GRAIN)])
    span = spans.claim(9 * GRAIN)
    assert span is not None
    assert spans.take_over(5 * GRAIN) is None
    spans.reserve(span, 0, GRAIN)
    rest = spans.take_over(2 * GRAIN)
    assert rest is not None
    assert (span.stop, rest.start, rest.stop) == (5 * GRAIN, 5 * GRAIN, 9 * GRAIN)


def merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, stop in sorted(ranges):
        if found and found[-1][1] == start:
            found[-1] = found[-1][0], stop
        else:
            assert not found or found[-1][1] < start, "two connections brought the same bytes"
            found.append((start, stop))
    return found
