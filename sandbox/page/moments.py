"""Times as people in London read and type them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def at(stamp: float) -> datetime:
    """Seconds since 1970 on London's clocks."""
    return datetime.fromtimestamp(stamp, UTC).astimezone(LONDON)


def local(stamp: float) -> str:
    """Seconds since 1970 as a browser's datetime-local control has it."""
    return f"{at(stamp):%Y-%m-%dT%H:%M}"


def stamp(typed: str) -> int | None:
    """What a datetime-local control holds as seconds since 1970; None if it holds none."""
    return int(datetime.fromisoformat(typed).replace(tzinfo=LONDON).timestamp()) if typed else None


def words(moment: datetime) -> str:
    """A moment in words: "Mon 14 Dec, 10:00"."""
    there = moment.astimezone(LONDON)
    return f"{there:%a} {there.day} {there:%b}, {there:%H:%M}"


def day(moment: datetime, today: date) -> str:
    """A day as Slack heads its messages."""
    there = moment.astimezone(LONDON).date()
    return "Today" if there == today else f"{there:%A} {there.day} {there:%B}"
