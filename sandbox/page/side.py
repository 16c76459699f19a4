"""The left side: somebody's channels and the app, with what they haven't read; and what to try first."""

from typing import Final

from markupsafe import Markup

from sandbox.desk import Desk
from sandbox.page import emoji
from sandbox.page.html import el
from sandbox.page.where import HOME, Where
from sandbox.slack.person import Seen

STORY: Final = (
    "You are Education's lead in East. <b>Open a return</b> in the messages, grade it, say why, <b>send it</b>.",
    "See the sheet beside it change within two seconds.",
    "Move the <b>clock</b> to the next thing due, and let <b>the others answer</b>.",
    "When the summaries are out, read one in #audit-east. Then be the <b>Outsider</b>, and try.",
    "Be the <b>Coordinator</b>: ratify a case on Home, or all of them. The <b>Sub-group member</b> sees the tally.",
    "Sort the sheet, delete a tab, make <b>trouble</b>: watch it being put right.",
)


def side(desk: Desk, where: Where) -> Markup:
    """Channels, the app's Home and its messages."""
    seen = where.person(desk).channels()
    channels = [one for one in seen if not one.channel.is_im and not one.channel.is_archived]
    direct = next((one for one in seen if one.channel.is_im), None)
    dm = where.person(desk).dm
    app = desk.workspace.app.name
    return el(
        "nav",
        el("h2", "Channels"),
        el("ul", [_line(where, one.channel.id, _sign(one), one.channel.name, one.unread) for one in channels]),
        el("h2", app),
        el(
            "ul",
            _line(where, HOME, "⌂", "Home", 0),
            _line(where, dm, "✉", "Messages", direct.unread if direct else 0),
        ),
        _story(),
        aria_label="Conversations",
    )


def _sign(one: Seen) -> Markup | str:
    return emoji.picture("🔒") if one.channel.is_private else "#"


def _line(where: Where, talk: str, sign: Markup | str, name: str, unread: int) -> Markup:
    here = talk == where.talk
    badge = el("span", unread, class_="unread", aria_label=f"{unread} unread") if unread and not here else None
    link = el(
        "a",
        el("span", sign, class_="sign", aria_hidden="true"),
        el("span", name, class_="name"),
        badge,
        href=where.to(talk=talk),
        id=f"talk|{talk}",
        data_go="in",
        aria_current="page" if here else None,
        class_="new" if badge else None,
    )
    return el("li", link)


def _story() -> Markup:
    steps = [el("li", Markup(step)) for step in STORY]  # noqa: S704  # our own words
    return el("details", el("summary", "What to try", id="story"), el("ol", steps), class_="story", open=True)
