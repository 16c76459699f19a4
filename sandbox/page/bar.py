"""The bar on top: who you are, the product's clock, playing the others, trouble, and what waits."""

from typing import Final

from markupsafe import Markup

from sandbox.dates import DEADLINE
from sandbox.desk import Desk
from sandbox.page import emoji, moments, upkeep
from sandbox.page.html import el
from sandbox.page.where import Where
from sandbox.slack.model import User
from sandbox.slack.shapes import Obj, objs, text

FIRST: Final = ("U0EDUEAST", "U0EDUDEPUTY", "U0COORDIN", "U0CHAIR", "U0SUBGROUP", "U0OUTSIDER")
TROUBLES: Final = (
    ("slack", "Slack away", "Every message to Slack is refused with 503; forms still open"),
    ("google", "Google says 429", "Google refuses everything with 429 and Retry-After"),
    ("worker", "Kill the worker", "Signal 9; on SQLite the worker lives in the web process"),
)


def people(desk: Desk, where: Where) -> Markup:
    """The menu of the people that you can be."""
    users = [one for one in desk.workspace.users.values() if not one.is_bot]
    first = [desk.workspace.users[one] for one in FIRST if one in desk.workspace.users]
    groups = [("Start with", first), ("Others", [one for one in users if one not in first])]
    options = [
        el(
            "optgroup",
            [el("option", _called(one), value=one.id, selected=one.id == where.me) for one in members],
            label=name,
        )
        for name, members in groups
        if members
    ]
    return el("label", el("span", "You are"), el("select", options, id="who", data_me=True, aria_label="You are"))


def _called(user: User) -> str:
    return f"{user.real_name} (deactivated)" if user.deleted else user.real_name


def clock(desk: Desk) -> Markup:
    """The product's time, and buttons that move its clock."""
    now = desk.now().astimezone(moments.LONDON)
    due = desk.calendar.next()
    face = el("time", moments.words(now), datetime=now.isoformat(timespec="minutes"),
              title="The product's clock, London time")  # fmt: skip
    morning = _doing("morning", "Next morning", "Move the clock to nine on the next weekday, when reminders are sent")
    if due is None:
        button = el("button", "Nothing more is due", type="button", disabled=True)
        return el("div", emoji.picture("🕘"), face, button, morning, class_="clock")
    words = f"{moments.words(due.at)}: {due.what}"
    button = _doing("clock", "Go to the next thing due", f"Move the clock to {words}")
    return el("div", emoji.picture("🕘"), face, button, morning, el("small", words, title=words), class_="clock")


def _doing(name: str, words: str, about: str = "", *, disabled: bool = False, class_: str = "") -> Markup:
    return el("button", words, type="button", data_desk=name, id=f"desk|{name}", title=about or None,
              disabled=disabled, class_=class_ or None)  # fmt: skip


def plays(desk: Desk) -> Markup:
    """Buttons that play the other people (answers, meetings, recommendations), and the progress of a play."""
    play = desk.play
    far = el("progress", max=play.total, value=play.done, aria_label=play.words) if play.busy else None
    words = play.words
    if words and not words.endswith("."):  # a sentence is the reason why it stopped, with its progress
        done = play.done == play.total and not play.busy
        words += f": all {play.total} done" if done else f": {play.done} of {play.total}"
    late = desk.calendar.passed(DEADLINE)
    rest = "Let the late ones answer" if late else "Let the others answer"
    return el(
        "div",
        el("h2", "Others"),
        _doing("rest", rest, "Other agencies answer from the cycle file; one never does", disabled=play.busy),
        _doing(
            "ratify",
            "Ratify all",
            "Who came to the meetings is recorded, and all cases are ratified",
            disabled=play.busy,
        ),
        _doing(
            "hold",
            "Hold the meetings",
            "The clock goes on to them, and findings are added too",
            disabled=play.busy,
        ),
        _doing("recommend", "Recommend", "The sub-group makes recommendations, with actions", disabled=play.busy),
        el("span", far, words, class_="far", role="status"),
        class_="group",
    )


def troubles(desk: Desk) -> Markup:
    """Buttons that make something go wrong, and one that ends all of it."""
    standing = desk.trouble.standing | (set() if desk.product.alive else {"worker"})
    buttons = [
        _doing(name, words, about, disabled=name in standing, class_="on" if name in standing else "")
        for name, words, about in TROUBLES
    ]
    wrong = bool(standing) or upkeep.changed(desk)
    well = _doing("well", "All well again", disabled=not wrong, class_="primary" if wrong else "")
    return el("div", el("h2", "Trouble"), buttons, well, class_="group")


def waits(desk: Desk) -> Markup:
    """What waits in the product's backlog."""
    status = desk.status
    promises, behind = _number(status, "promises"), _number(status, "messages_behind")
    sheets = [one for one in objs(status.get("sheets")) if one.get("spreadsheet_id")]
    sheet_behind = any(one.get("behind") for one in sheets)
    reasons = [text(one.get("error")) for one in [*objs(status.get("trouble")), *sheets] if one.get("error")]
    settled = bool(status.get("settled")) and not reasons
    pills = [
        _pill(f"{promises} change{'' if promises == 1 else 's'} to pass on", on=promises > 0),
        _pill(f"{behind} message{'' if behind == 1 else 's'} to deliver", on=behind > 0),
        _pill("sheet behind" if sheet_behind else "sheet up to date", on=sheet_behind),
    ]
    if not desk.product.alive:
        pills.insert(0, _pill("the product is down", on=True))
    said = el("span", reasons[0], class_="reason") if reasons else None
    state = "settled" if settled and desk.product.alive else "waiting"
    head = el("h2", "Waiting")
    return el("div", head, pills, said, class_="group waits", data_state=state, role="status")


def _pill(words: str, *, on: bool) -> Markup:
    return el("span", words, class_="pill on" if on else "pill")


def _number(status: Obj, name: str) -> int:
    value = status.get(name)
    return value if isinstance(value, int) else 0
