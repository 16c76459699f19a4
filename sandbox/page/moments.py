"""Times in London, as people read and type them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def at(stamp: float) -> datetime:
    """London time at `stamp`, seconds since 1970."""
    return datetime.fromtimestamp(stamp, UTC).astimezone(LONDON)


def local(stamp: float) -> str:
    """The value of a datetime-local control for `stamp`, seconds since 1970."""
    return at(stamp).replace(tzinfo=None).isoformat(timespec="minutes")


def stamp(typed: str) -> int | None:
    """Seconds since 1970 from the value of a datetime-local control; None if it is empty."""
    return int(datetime.fromisoformat(typed).replace(tzinfo=LONDON).timestamp()) if typed else None


def words(moment: datetime) -> str:
    """A time as the product writes it: "Mon 14 Dec 2026, 10 am"."""
    london = moment.astimezone(LONDON)
    minute = f":{london.minute:02}" if london.minute else ""
    half = "am" if london.hour < 12 else "pm"  # noqa: PLR2004  # noon
    hour = f"{london.hour % 12 or 12}{minute} {half}"
    if london.minute == 0 and london.hour % 12 == 0:
        hour = "12 noon" if london.hour else "12 midnight"
    return f"{london:%a} {london.day} {london:%b} {london.year}, {hour}"


def day(moment: datetime, today: date) -> str:
    """A day as Slack writes it above its messages."""
    own = moment.astimezone(LONDON).date()
    return "Today" if own == today else f"{own:%A} {own.day} {own:%B}"
