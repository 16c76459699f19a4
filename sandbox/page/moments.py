"""Times as people in London read and type them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def at(stamp: float) -> datetime:
    """Seconds since 1970 on London's clocks."""
    return datetime.fromtimestamp(stamp, UTC).astimezone(LONDON)


def local(stamp: float) -> str:
    """Seconds since 1970 as a browser's datetime-local control has it."""
    return at(stamp).replace(tzinfo=None).isoformat(timespec="minutes")


def stamp(typed: str) -> int | None:
    """What a datetime-local control holds as seconds since 1970; None if it holds none."""
    return int(datetime.fromisoformat(typed).replace(tzinfo=LONDON).timestamp()) if typed else None


def words(moment: datetime) -> str:
    """A moment as the product puts it in words: "Mon 14 Dec 2026, 10 am"."""
    there = moment.astimezone(LONDON)
    minute = f":{there.minute:02}" if there.minute else ""
    half = "am" if there.hour < 12 else "pm"  # noqa: PLR2004  # noon
    hour = f"{there.hour % 12 or 12}{minute} {half}"
    if there.minute == 0 and there.hour % 12 == 0:
        hour = "12 noon" if there.hour else "12 midnight"
    return f"{there:%a} {there.day} {there:%b} {there.year}, {hour}"


def day(moment: datetime, today: date) -> str:
    """A day as Slack heads its messages."""
    there = moment.astimezone(LONDON).date()
    return "Today" if there == today else f"{there:%A} {there.day} {there:%B}"
