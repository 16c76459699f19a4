"""The left side of the page: a person's conversations with unread counts, and what to try first."""

from markupsafe import Markup

from sandbox.desk import Desk
from sandbox.page import emoji, upkeep
from sandbox.page.html import el
from sandbox.page.where import HOME, Where
from sandbox.slack.person import Seen


def side(desk: Desk, where: Where) -> Markup:
    """The person's channels, the app's Home and messages, the story, and changes to the workspace."""
    seen = where.person(desk).channels()
    channels = [one for one in seen if not one.channel.is_im]
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
        _story(desk.scene.story),
        None if desk.scene.loads else _pastes(desk.file.pastes),
        upkeep.part(desk, where),
        aria_label="Conversations",
    )


def _sign(one: Seen) -> Markup | str:
    if one.channel.is_archived:
        return emoji.picture("🗄")
    if one.channel.is_ext_shared:
        return emoji.picture("🔗")
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


def _story(story: tuple[str, ...]) -> Markup:
    steps = [el("li", Markup(step)) for step in story]  # noqa: S704  # our own words
    return el("details", el("summary", "What to try", id="story"), el("ol", steps), class_="story", open=True)


def _pastes(pastes: tuple[tuple[str, str], ...]) -> Markup:
    """Lists to copy when setting up a cycle by hand."""
    boxes = [
        el("label", name, el("textarea", lines, readonly=True, rows=3, id=f"paste|{name}", data_whole=True, wrap="off"))
        for name, lines in pastes
    ]
    return el("details", el("summary", "Lists to paste", id="pastes"), boxes, class_="story pastes")
