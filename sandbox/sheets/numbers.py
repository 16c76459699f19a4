"""Numbers and dates: the value of USER_ENTERED text, and the text of a value in its cell."""

import re
from calendar import month_abbr, month_name
from datetime import datetime, timedelta, timezone

from sandbox.sheets.wire import Obj

EPOCH = datetime(1899, 12, 30, tzinfo=timezone.utc)  # noqa: UP017  # spreadsheets' serial number 0
Typed = tuple[Obj, Obj | None]  # an ExtendedValue, and the number format that Sheets adds to it

_NUMBER = re.compile(r"([-+])?([£$€])?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d*)?([eE][-+]?\d+)?(%)?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_WORDED = re.compile(rf"({'|'.join([*month_name[1:], *month_abbr[1:]])})[ .-]*(\d\d?)", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_DATE_PARTS = re.compile(r"yyyy|yy|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s|am/pm|\[h\]", re.IGNORECASE)
_GENERAL_DIGITS = 10
_BIG = 1e15


def user_entered(text: str, locale: str) -> Typed:
    """The value and number format of text as if a person typed it; the caller handles formulas."""
    stripped = text.strip()
    if stripped.upper() in ("TRUE", "FALSE"):
        return {"boolValue": stripped.upper() == "TRUE"}, None
    number = _as_number(stripped)
    if number is not None:
        return number
    date = _as_date(stripped, locale)
    if date is not None:
        return date
    return {"stringValue": text.removeprefix("'")}, None


def _as_number(text: str) -> Typed | None:
    match = _NUMBER.fullmatch(text)
    if match is None or not (match[3] or (match[4] and len(match[4]) > 1)):
        return None
    sign, currency, whole, fraction, exponent, percent = match.groups()
    value = float(f"{sign or ''}{(whole or '0').replace(',', '')}{fraction or ''}{exponent or ''}")
    decimals = len(fraction or ".") - 1
    if percent:
        return {"numberValue": tidy(value / 100)}, number_format("PERCENT", "0.00%" if decimals else "0%")
    if currency:
        symbol = currency if currency == "$" else f"[${currency}]"
        return {"numberValue": tidy(value)}, number_format("CURRENCY", f"{symbol}#,##0" + (".00" if decimals else ""))
    if whole and "," in whole:
        return {"numberValue": tidy(value)}, number_format("NUMBER", "#,##0" + (".00" if decimals else ""))
    if exponent:
        return {"numberValue": tidy(value)}, number_format("SCIENTIFIC", "0.00E+00")
    return {"numberValue": tidy(value)}, None


def _as_date(text: str, locale: str) -> Typed | None:
    if match := _TIME.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in match.groups())
        return {"numberValue": (hours * 3600 + minutes * 60 + seconds) / 86400}, number_format("TIME", "h:mm:ss")
    if match := _ISO.fullmatch(text):
        year, month, day, *clock = (int(part or 0) for part in match.groups())
        pattern, timed = "yyyy-mm-dd", match[4]
    elif match := _SLASHED.fullmatch(text):
        one, two, year, *clock = (int(part or 0) for part in match.groups())
        day, month = (two, one) if locale == "en_US" else (one, two)
        pattern, timed = ("m/d/yyyy" if locale == "en_US" else "dd/mm/yyyy"), match[4]
    elif match := _WORDED.fullmatch(text):
        month, day = [*month_abbr].index(match[1][:3].title()), int(match[2])
        year, clock = datetime.now(EPOCH.tzinfo).year, [0, 0, 0]
        pattern, timed = "d mmm", ""
    else:
        return None
    try:
        hour, minute, second = clock
        moment = datetime(year, month, day, hour, minute, second, tzinfo=EPOCH.tzinfo)
    except ValueError:
        return None
    kind = ("DATE_TIME", f"{pattern} h:mm:ss") if timed else ("DATE", pattern)
    return {"numberValue": serial(moment)}, number_format(*kind)


def number_format(kind: str, pattern: str) -> Obj:
    """A NumberFormat."""
    return {"type": kind, "pattern": pattern}


def serial(moment: datetime) -> float:
    """Days since 30 December 1899."""
    return tidy((moment - EPOCH) / timedelta(days=1))


def tidy(number: float) -> float:
    """A whole number as int, as Google returns it."""
    return int(number) if float(number).is_integer() and abs(number) < _BIG else number


def formatted(number: float, how: Obj | None) -> str:
    """The text of `number` in a NumberFormat (None: automatic)."""
    kind, pattern = (how or {}).get("type", ""), (how or {}).get("pattern", "")
    if kind == "TEXT" or pattern == "@":
        return general(number)
    if kind in ("DATE", "TIME", "DATE_TIME"):
        return _date(number, pattern or {"DATE": "yyyy-mm-dd", "TIME": "h:mm:ss"}.get(kind, "yyyy-mm-dd h:mm:ss"))
    defaults = {"PERCENT": "0.00%", "CURRENCY": "£#,##0.00", "SCIENTIFIC": "0.00E+00", "NUMBER": "#,##0.00"}
    pattern = pattern or defaults.get(kind, "")
    return _patterned(number, pattern) if re.search(r"[0#]", pattern) else general(number)


def general(number: float) -> str:
    """The text of a number in the automatic format."""
    if float(number).is_integer() and abs(number) < _BIG:
        return str(int(number))
    text = f"{number:.{_GENERAL_DIGITS}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{float(mantissa):.2f}E{exponent[0]}{exponent[1:].lstrip('0').zfill(2)}"
    return text


def _patterned(number: float, pattern: str) -> str:
    sections = pattern.split(";")
    if number < 0 and len(sections) > 1:
        number, pattern = -number, sections[1]
    else:
        pattern = sections[0]
    pattern = re.sub(r'\[\$([^\]-]*)[^\]]*\]|"([^"]*)"|\\(.)', lambda m: m[1] or m[2] or m[3] or "", pattern)
    match = re.search(r"[0#,?]+(\.[0#]+)?(E\+0+)?", pattern)
    if match is None:
        return pattern
    if "%" in pattern:
        number *= 100
    decimals = len(match[1] or ".") - 1
    if match[2]:
        body = f"{number:.{decimals}E}"
    else:
        body = f"{abs(number):{',' if ',' in match[0] else ''}.{decimals}f}"
        body = body.zfill(match[0].split(".")[0].replace(",", "").count("0") + (decimals + 1 if decimals else 0))
        required = (match[1] or "").count("0")
        while decimals > required and body.endswith("0"):
            body, decimals = body[:-1], decimals - 1
        body = body.removesuffix(".")
    sign = "-" if number < 0 and not match[2] else ""
    return sign + pattern[: match.start()] + body + pattern[match.end() :]


def _date(number: float, pattern: str) -> str:
    moment = EPOCH + timedelta(seconds=round(number * 86400))
    twelve = "am/pm" in pattern.lower()
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    words = {
        "yyyy": f"{moment.year:04}",
        "yy": f"{moment.year % 100:02}",
        "mmmm": moment.strftime("%B"),
        "mmm": moment.strftime("%b"),
        "dddd": moment.strftime("%A"),
        "ddd": moment.strftime("%a"),
        "dd": f"{moment.day:02}",
        "d": str(moment.day),
        "hh": f"{hour:02}",
        "h": str(hour),
        "[h]": str(int(number * 24)),
        "ss": f"{moment.second:02}",
        "s": str(moment.second),
        "am/pm": moment.strftime("%p"),
    }
    after_hour = False

    def word(match: re.Match[str]) -> str:
        nonlocal after_hour
        part = match[0].lower()
        if part in ("m", "mm"):
            minute = after_hour or pattern[match.end() :].lower().startswith(":s")
            after_hour = False
            value = moment.minute if minute else moment.month
            return f"{value:02}" if part == "mm" else str(value)
        after_hour = part in ("h", "hh", "[h]")
        return words[part]

    return _DATE_PARTS.sub(word, re.sub(r'"([^"]*)"|\\(.)', lambda m: m[1] or m[2], pattern))
