"""What is handed in after the deadline, and what that costs."""

import math
import re
from dataclasses import dataclass
from datetime import datetime

from ..submissions.times import moment

UNITS = {"day": 86_400, "hour": 3_600}
RULE = re.compile(
    r"\s*(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<of>%|points?)\s+per\s+(?P<unit>day|hour)"
    r"(?:\s*,\s*at most\s+(?P<most>\d+(?:[.,]\d+)?)\s*(?P=of))?\s*"
)
NEEDED = (
    'such as "10% per day", "1 point per hour" or "10% per day, at most 50%"; '
    'or "none" for no deduction'
)


@dataclass(frozen=True)
class Late:
    """A deadline and what each day or hour begun after it costs.

    Parameters
    ----------
    deadline : ISO 8601, such as 2026-12-01T23:59; without a zone, in that of this machine
    rule : such as "10% per day", of the points earned; "" only says how late one is

    Raises
    ------
    ValueError
        If either is not of this form.
    """

    deadline: str
    rule: str = ""

    def __post_init__(self):
        try:
            datetime.fromisoformat(self.deadline)
        except ValueError:
            raise ValueError(
                f"deadline: found {self.deadline!r}; needed: such as 2026-12-01T23:59"
            ) from None
        if self.rule and not RULE.fullmatch(self.rule):
            raise ValueError(f"late: found {self.rule!r}; needed: {NEEDED}")

    def seconds(self, handed_in):
        """Return how long after the deadline ``handed_in``, in ISO 8601, is: 0 if before."""
        by = (moment(handed_in) - moment(self.deadline)).total_seconds()
        return max(by, 0.0)

    def costs(self, points, seconds):
        """Return the points that are taken from ``points``, never more than these.

        >>> Late("2026-12-01T23:59", "10% per day").costs(20, 100_000)
        4.0
        """
        if not self.rule or not seconds:
            return 0.0
        rule = RULE.fullmatch(self.rule)
        taken = _float(rule["amount"]) * math.ceil(seconds / UNITS[rule["unit"]])
        taken = min(taken, _float(rule["most"])) if rule["most"] else taken
        taken = points * taken / 100 if rule["of"] == "%" else taken
        return min(round(taken, 2), points)


def how_late(seconds):
    """Return a span as one says it: 2 d 3 h, 40 min."""
    minutes = math.ceil(seconds / 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    said = [(days, "d"), (hours, "h"), (0 if days else minutes, "min")]
    return " ".join(f"{count} {unit}" for count, unit in said if count)


def lateness(late, result, earned):
    """Return what a row says: handed_in, clock, deadline, late (a span in words), rule, deducted.

    Parameters
    ----------
    late : Late, or None if there is no deadline
    result : one of Store.results()
    earned : the points before
    """
    said = {"handed_in": result["handed_in"], "clock": result["clock"]}
    said |= {"deadline": late.deadline if late else "", "rule": late.rule if late else ""}
    said |= {"late": "", "deducted": 0.0}
    if late is None or not result["handed_in"]:
        return said
    seconds = late.seconds(result["handed_in"])
    if not seconds:
        return said
    return said | {"late": how_late(seconds), "deducted": late.costs(earned, seconds)}


def about_times(late, results):
    """Return what the instructor should know of the times, in lines."""
    said = [f"Deadline {late.deadline}: {late.rule or 'no deduction'}"]
    without = [result["student"] for result in results if not result["handed_in"]]
    if without:
        said.append(f"  no time is known of {', '.join(without)}: nothing is deducted there")
    files = sum(result["clock"] == "file" for result in results)
    if files:
        said.append(
            f"  {files} of {len(results)} times are those of files: right if your copy kept them"
        )
    return said


def late_sentence(row):
    """Return what a student who was late is told, or ""."""
    if not row["late"]:
        return ""
    taken = ""
    if row["deducted"]:
        taken = f": {row['deducted']:g} points are deducted ({row['rule']})"
    return f"Handed in {row['late']} after the deadline, {row['deadline']}{taken}."


def _float(text):
    return float(text.replace(",", "."))
