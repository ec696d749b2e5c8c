"""When something was handed in: as the platform has written it, else as the file says.

A time without a zone is in that of this machine, as file times are.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FILE = "file"  # the clock behind a file's own time; a copy may have another
STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T-](\d\d)[:-](\d\d)[:-](\d\d)(?:\.\d+)?"
    r"\s*(?:(?P<utc>Z|UTC)\b|(?P<offset>[+-]\d\d):?(?P<minutes>\d\d)|(?P<zone>[A-Z]\w+/[\w/]+))?"
)
NO_TIME = (1980, 1, 1, 0, 0, 0)  # what a zip says where it knows nothing


def stamp(text):
    """Return the first time in ``text`` in ISO 8601, or "".

    >>> stamp("2026-12-01 23:59:58.123456 UTC")
    '2026-12-01T23:59:58+00:00'
    >>> stamp("2026-05-04-10-15-00")
    '2026-05-04T10:15:00'
    """
    match = STAMP.search(text)
    try:
        return _iso(datetime(*map(int, match.groups()[:6]), tzinfo=_zone(match))) if match else ""
    except (ValueError, OSError, ZoneInfoNotFoundError):  # no such day, no such zone
        return ""


def of_file(seconds):
    """Return the time of a file, given in seconds since 1970, in ISO 8601."""
    try:
        return _iso(datetime.fromtimestamp(seconds))
    except (ValueError, OSError, OverflowError):
        return ""


def of_member(date_time):
    """Return the time of a zip's member in ISO 8601, or "" if the zip does not know it."""
    try:
        return "" if tuple(date_time) == NO_TIME else _iso(datetime(*date_time))
    except ValueError:
        return ""


def moment(text):
    """Return the datetime, with its zone, of a time in ISO 8601."""
    return datetime.fromisoformat(text).astimezone()


def _iso(time):
    return time.isoformat(timespec="seconds")


def _zone(match):
    if match["utc"]:
        return UTC
    if match["offset"]:
        hours, minutes = int(match["offset"]), int(match["offset"][0] + match["minutes"])
        return timezone(timedelta(hours=hours, minutes=minutes))
    return ZoneInfo(match["zone"]) if match["zone"] else None
