"""What state an endpoint is in, from what was asked and when."""

from __future__ import annotations

import pytest
from hfcli_hub.endpoints.states import Course, Pace

PACE = Pace(pending=10, initializing=20)


@pytest.mark.parametrize(
    ("course", "failure", "states"),
    [
        (Course("run", 100), None, {100: "pending", 109: "pending", 110: "initializing", 129: "initializing"}),
        (Course("run", 100), None, {130: "running", 10**9: "running"}),
        (Course("run", 100), "no memory", {110: "initializing", 130: "failed"}),
        (Course("run", 100, updating=True), None, {100: "updating", 129: "updating", 130: "running"}),
        (Course("run", 100, updating=True), "no memory", {129: "updating", 130: "updateFailed"}),
        (Course("pause", 100), "no memory", {100: "paused", 200: "paused"}),
        (Course("zero", 100), None, {100: "scaledToZero"}),
        (Course("run", 100, idle_limit=60), None, {130: "running", 189: "running", 190: "scaledToZero"}),
        (Course("run", 100, used_at=150, idle_limit=60), None, {209: "running", 210: "scaledToZero"}),
    ],
)
def test_the_state_at_a_time(course: Course, failure: str | None, states: dict[float, str]) -> None:
    assert {now: course.status(now, PACE, failure).state for now in states} == states


def test_the_message_of_a_failure_is_its_reason() -> None:
    assert Course("run", 0).status(99, PACE, "no memory").message == "no memory"
