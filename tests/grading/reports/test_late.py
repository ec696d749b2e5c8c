import pytest

from dlcourse.grading.reports.late import Late, how_late
from dlcourse.grading.submissions.times import moment, of_member, stamp

DEADLINE = "2026-12-01T23:59"


@pytest.mark.parametrize(
    ("rule", "seconds", "taken"),
    [
        ("10% per day", 0, 0),
        ("10% per day", 1, 2),
        ("10% per day", 86_400, 2),
        ("10% per day", 86_401, 4),
        ("10% per day", 86_400 * 30, 20),
        ("10 % per day, at most 50 %", 86_400 * 30, 10),
        ("2,5% per hour", 3_601, 1),
        ("1 point per day", 86_401, 2),
        ("3 points per day, at most 4 points", 86_401, 4),
        ("100% per day", 1, 20),
        ("", 86_400, 0),
    ],
)
def test_what_being_late_costs(rule, seconds, taken):
    assert Late(DEADLINE, rule).costs(20, seconds) == taken


@pytest.mark.parametrize("rule", ["10%", "per day", "-1% per day", "10% per week", "nan% per day"])
def test_a_rule_of_another_form_is_refused(rule):
    with pytest.raises(ValueError, match=r"late: found .*; needed: such as"):
        Late(DEADLINE, rule)


@pytest.mark.parametrize("deadline", ["", "1.12.2026", "tomorrow", "2026-13-01T00:00"])
def test_a_deadline_of_another_form_is_refused(deadline):
    with pytest.raises(ValueError, match=r"deadline: found .*; needed: such as 2026-12-01T23:59"):
        Late(deadline)


def test_the_moment_of_the_deadline_is_in_time_whatever_the_zone():
    late = Late("2026-12-01T23:59:00+01:00")
    assert late.seconds("2026-12-01T22:59:00+00:00") == 0
    assert late.seconds("2026-12-01T23:00:00+00:00") == 60
    assert Late(DEADLINE).seconds("2026-12-02T00:00:00") == 60
    assert Late(DEADLINE).seconds("2026-11-30T00:00:00") == 0


def test_a_span_in_words():
    assert [how_late(s) for s in (1, 3_600, 5_400, 86_400, 100_000)] == [
        *("1 min", "1 h", "1 h 30 min", "1 d", "1 d 3 h"),
    ]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2015-02-02 15:58:23.948203 UTC", "2015-02-02T15:58:23+00:00"),
        ("2015-02-02 15:58:23.948203 America/Los_Angeles", "2015-02-02T15:58:23-08:00"),
        ("2015-02-02T15:58:23+0130", "2015-02-02T15:58:23+01:30"),
        ("2015-02-02 15:58:23 -0500", "2015-02-02T15:58:23-05:00"),
        ("2026-05-04-10-15-00", "2026-05-04T10:15:00"),
        ("2026-02-30 10:15:00", ""),
        ("2026-02-03 10:15:00 No/Where", ""),
        ("yesterday", ""),
    ],
)
def test_times_as_platforms_write_them(text, time):
    assert stamp(text) == time
    assert not time or moment(time).tzinfo


def test_a_zip_may_know_no_time():
    assert of_member((1980, 1, 1, 0, 0, 0)) == of_member((2026, 0, 0, 0, 0, 0)) == ""
    assert of_member((2026, 5, 4, 10, 15, 2)) == "2026-05-04T10:15:02"
