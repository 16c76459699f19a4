"""The middle of the page: a conversation's messages, or the app's Home."""

from datetime import UTC, datetime
from itertools import groupby

from markupsafe import Markup

from sandbox.desk import Desk
from sandbox.page import emoji, moments
from sandbox.page.blocks import blocks
from sandbox.page.html import el
from sandbox.page.mrkdwn import Names, mrkdwn
from sandbox.page.where import HOME, Where, in_message, in_view, names
from sandbox.slack.shapes import Obj, objs, text

MOST = 60
"""The number of messages shown of a conversation."""


def talk(desk: Desk, where: Where) -> Markup:
    """The conversation in view, or Home."""
    if where.person(desk).user.deleted:
        return _signed_out(where, where.person(desk).user.real_name)
    if where.talk == HOME:
        return _home(desk, where)
    channel = desk.workspace.channels[where.talk]
    sign = "" if channel.is_im else emoji.picture("🔒") + " " if channel.is_private else "# "
    name = desk.workspace.app.name if channel.is_im else channel.name
    about = "the app's messages to you" if channel.is_im else _members(len(channel.members))
    if channel.is_archived:
        about += ", archived"
    found = where.person(desk).messages(where.talk)
    threads = _threads(found)
    own = [one for one in found if one["ts"] not in {each["ts"] for thread in threads.values() for each in thread}]
    known = names(desk)

    def whole(one: Obj) -> list[Markup | None]:
        answers = [_message(desk, where, known, each) for each in threads.get(text(one["ts"]), [])]
        closed = channel.is_archived or (channel.is_im and desk.workspace.app.silent)
        return [_message(desk, where, known, one), _thread(where, one, answers, closed=closed)]

    shown = [
        el("div", el("h3", day, class_="day"), [whole(one) for one in messages], role="group")
        for day, messages in groupby(own[-MOST:], key=lambda one: _day(desk, one))
    ]
    if not shown:
        shown = [el("p", "Nothing has been said here yet.", class_="nothing")]
    head = el("header", el("h2", sign, name), el("span", about, class_="about"), data_of=where.me)
    return head + el("div", shown, id="messages", class_="messages", role="log", aria_label="Messages", tabindex=0,
                     data_end=where.talk)  # fmt: skip


def _members(number: int) -> str:
    return f"{number} members"


def _moment(desk: Desk, one: Obj) -> datetime:
    return datetime.fromtimestamp(desk.calendar.by_product(float(text(one["ts"]))), UTC)


def _day(desk: Desk, one: Obj) -> str:
    today = desk.now().astimezone(moments.LONDON).date()
    return moments.day(_moment(desk, one), today)


def _message(desk: Desk, where: Where, known: Names, one: Obj) -> Markup:
    user, ts = text(one.get("user")), text(one["ts"])
    found = objs(one.get("blocks"))
    body = blocks(found, in_message(desk, where, ts)) if found else el("p", mrkdwn(text(one.get("text")), known))
    name = text(one.get("username")) or known.user(user)
    at = _moment(desk, one).astimezone(moments.LONDON)
    private = el("p", emoji.picture("👁"), " Only visible to you", class_="private") if one.get("is_ephemeral") else None
    head = el(
        "div",
        el("strong", name),
        el("span", "APP", class_="app") if one.get("bot_id") else None,
        el("time", f"{at:%H:%M}", datetime=at.isoformat()),
        class_="who",
    )
    edited = el("span", "(edited)", class_="edited") if one.get("edited") else None
    files = [_file(file, ts) for file in objs(one.get("files"))]
    return el(
        "article",
        avatar(name, app=bool(one.get("bot_id"))),
        el("div", private, head, body, edited, files, class_="said"),
        class_="message ephemeral" if private else "message",
        data_doing="click",
        data_channel=where.talk,
        data_ts=ts,
        aria_label=f"{name}, {at:%H:%M}",
    )


def _threads(found: list[Obj]) -> dict[str, list[Obj]]:
    """Parent's ts -> its replies, oldest first, for parents that still exist."""
    existing, threads = {text(one["ts"]) for one in found}, dict[str, list[Obj]]()
    for one in found:
        parent = text(one.get("thread_ts"))
        if parent in existing and parent != one["ts"]:
            threads.setdefault(parent, []).append(one)
    return threads


def _thread(where: Where, one: Obj, answers: list[Markup], *, closed: bool) -> Markup | None:
    """A message's replies, to be expanded, and a form for another one unless the conversation is `closed`."""
    if closed and not answers:
        return None
    ts, number = text(one["ts"]), len(answers)
    words = f"{number} {'reply' if number == 1 else 'replies'}" if number else "Reply"
    box = el("input", type="text", name="said", id=f"reply|{ts}", placeholder="Reply in the thread", maxlength=4000,
             aria_label="Reply in the thread", autocomplete="off")  # fmt: skip
    hidden = el("input", type="hidden", name="thread", value=ts)
    send = el("button", "Send", type="submit", id=f"reply|{ts}|send")
    form = el("form", box, hidden, send, class_="composer", data_say=where.talk)
    head = el("summary", words, id=f"thread|{ts}")
    return el("details", head, answers, None if closed else form, class_="thread answered" if number else "thread")


def _signed_out(where: Where, name: str) -> Markup:
    """What a deactivated person sees instead of Slack."""
    words = f"{name} is deactivated in this workspace and can't sign in. Let them back in at the left, or be another."
    return el("header", el("h2", "Signed out"), data_of=where.me) + el(
        "div", el("p", words, class_="nothing"), class_="messages"
    )


def _file(file: Obj, ts: str) -> Markup:
    if text(file.get("mimetype")).startswith("image/"):
        words = text(file.get("alt_txt")) or text(file.get("title"))
        return el("figure", el("figcaption", text(file.get("title"))), el("img", src=f"/file/{file['id']}", alt=words))
    size = file.get("size")
    thousands = -(-size // 1000) if isinstance(size, int) else 0
    more = f"{text(file.get('name'))} · {thousands:,} kB"
    address, name = f"/file/{file['id']}", text(file.get("name"))
    link = el("a", text(file.get("title")), id=f"{ts}|{file['id']}", href=address, download=name)
    return el("div", emoji.picture("📄"), el("div", link, el("small", more)), class_="file card")


def avatar(name: str, *, app: bool = False) -> Markup:
    """A person's square with the first letters of their name."""
    letters = "R" if app else "".join(word[0] for word in name.replace(",", "").split()[:2]).upper()
    tint = 0 if app else sum(map(ord, name)) % 6 + 1
    return el("span", letters, class_=f"avatar tint-{tint}", aria_hidden="true")


def _home(desk: Desk, where: Where) -> Markup:
    view = where.person(desk).home()
    head = el("header", el("h2", desk.workspace.app.name), el("span", "Home", class_="about"), data_of=where.me)
    if view is None:
        inside = el("p", "The app hasn't shown a Home here yet.", class_="nothing")
        return head + el("div", inside, id="messages", class_="messages", tabindex=0)
    place = in_view(desk, where, view)
    trouble = el("p", view.trouble, class_="error", role="alert") if view.trouble else None
    body = el("div", trouble, blocks(objs(view.content["blocks"]), place), class_="home", data_doing="act",
              data_view=view.id)  # fmt: skip
    return head + el("div", body, id="messages", class_="messages", tabindex=0, role="region", aria_label="Home")


def composer(desk: Desk, where: Where) -> Markup:
    """The input for messages and slash commands."""
    channel = desk.workspace.channels.get(where.talk)
    if channel is None or channel.is_archived or where.person(desk).user.deleted:
        return Markup("")
    app = desk.workspace.app
    if channel.is_im and app.silent:
        return el("p", "Sending messages to this app has been turned off.", class_="composer off")
    to = app.name if channel.is_im else f"#{channel.name}"
    example = next(iter(app.commands), "a command")
    box = el(
        "input",
        type="text",
        name="said",
        id="say",
        placeholder=f"Message {to}, or {example}",
        aria_label=f"Message {to}, or type a slash command such as {example}",
        list="commands",
        autocomplete="off",
        maxlength=4000,
    )
    typed = [*app.commands, *(f"{one} help" for one in app.commands)]
    known = el("datalist", [el("option", value=one) for one in typed], id="commands")
    send = el("button", "Send", type="submit", id="say|send")
    return el("form", box, known, send, class_="composer", data_say=where.talk, data_of=where.talk)
