"""When more connections are used: simulated networks, since no machine can be made to be all of them."""

from __future__ import annotations

from collections.abc import Callable

from hfcli_transfer.download.ramp import Ramp
from hypothesis import given, strategies as st


def run(ramp: Ramp, rate_with: Callable[[int, float], float], seconds: float) -> list[int]:
    """The sizes over time, where ``rate_with(size, now)`` bytes a second come."""
    amount, sizes = 0.0, []
    for tick in range(int(seconds / 0.05)):
        now = tick * 0.05
        sizes.append(ramp.step(now, amount))
        amount += rate_with(sizes[-1], now) * 0.05
    return sizes


def parts_ramp(limit: int = 16) -> Ramp:
    return Ramp(start=2, limit=limit, factor=4, enough=200e6)


def test_a_server_that_slows_each_connection_gets_many() -> None:
    sizes = run(parts_ramp(), lambda size, _: 25e6 * size, 1.0)
    assert sizes[-1] == 16
    assert sizes.index(16) * 0.05 <= 0.7


def test_a_narrow_line_is_not_crowded() -> None:
    sizes = run(parts_ramp(), lambda _size, _: 12e6, 4.0)
    assert sizes[-1] == 2
    assert max(sizes) == 8, "it was tried once"


def test_where_the_machine_is_the_limit_nothing_is_added() -> None:
    assert set(run(parts_ramp(), lambda _size, _: 1.5e9, 2.0)) == {2}


def test_a_line_that_gets_better_is_tried_again() -> None:
    sizes = run(parts_ramp(), lambda size, now: 12e6 if now < 3 else 12e6 * size, 20.0)
    assert sizes[-1] == 16


@given(
    st.integers(1, 8),
    st.integers(0, 64),
    st.integers(2, 4),
    st.lists(st.tuples(st.floats(0.01, 2), st.floats(-1e6, 1e9)), max_size=50),
)
def test_it_stays_within_its_bounds(start: int, limit: int, factor: int, steps: list[tuple[float, float]]) -> None:
    ramp = Ramp(start=start, limit=limit, factor=factor, enough=200e6)
    now = amount = 0.0
    for wait, more in steps:
        now, amount = now + wait, amount + more
        assert min(start, limit) <= ramp.step(now, amount) <= limit
