"""A cycle's report in Slack: its versions, the distribution register, sending, and the message with the file."""

from collections.abc import Iterator, Sequence

from audit.calendar import in_london
from audit.report.issue import ReportView
from audit.report.publishable import Publishable
from audit.report.recipients import AUDIENCE, AUDIENCE_LIMIT, DAY, EDITION, HOW, VERSION, WAYS, Sent
from audit.report.sign_off_status import PARTIES, UNSIGNED, UNSIGNED_LIMIT, VersionStanding
from audit.report.versions import ListedVersion, ReportVersions
from views.pages import Unit, pages
from views.parts import (
    Block,
    Content,
    View,
    actions,
    alert,
    button,
    confirmed,
    context,
    count_of,
    datepicker,
    done,
    escape,
    header,
    modal,
    radios,
    section,
    select,
    text_input,
)
from views.report import paragraphs, sign_off
from views.report.editions import EDITIONS, document
from views.report.editions import HOW as WORDS_FOR_HOW
from views.words import stamp

SHOW = "report.show"
"""The button that shows a cycle's report (value: the cycle's id)."""
PAGE = "report.page"
MAKE = "report.make"
"""The button that makes a version (value: the cycle's id)."""
SEND = "report.send"
"""The button that sends the full edition to the sub-group (value: the newest version's id)."""
BRIEF = "report.brief"
"""The button that sends the learning briefing to the sub-group (value: the newest version's id)."""
GET = "report.get"
"""The button that asks for an edition as a direct message (value: the version's id)."""
GOT = "report.got"
RECORD = "report.record"
"""The button that opens the register's form (value: the cycle's id)."""
RECORDED = "report.recorded"

_ABOUT = (
    ("full", "Full edition: with what was written; every number is traced"),
    ("public", "Public edition: without what could identify a child"),
    ("briefing", "Learning briefing: seven minutes for a team, with questions"),
)
_INSIDE = "For the partnership and its agencies only: it quotes what agencies and the meeting wrote about children."


def shelf(shelf: ReportVersions, page: int = 0, told: str = "") -> View:
    """A page of a cycle's versions and distribution register; `told`: a confirmation of what was just done."""
    current = pages(_units(shelf)).nearest(page)
    top = f"*{escape(shelf.title)}*{current.where}"
    blocks = [section(top), *([section(f"✅ *{escape(told)}*")] if told else [])]
    return modal("Report", [*blocks, *current.blocks, *current.turning(PAGE)], record_id=shelf.cycle_id)


def _units(shelf: ReportVersions) -> Iterator[Unit]:
    yield "", [*_state(shelf), *_doings(shelf)]
    yield "", [header("Versions")]
    if not shelf.versions:
        yield "", [section("No version has been made yet.")]
    for version in shelf.versions:
        yield "Versions", _version(shelf, version)
    if shelf.made > len(shelf.versions):
        older = f"and {shelf.made - len(shelf.versions)} older ones, which are kept"
        yield "", [context(f"{older}: `roundtable report {shelf.number} --out DIR --version N` writes them.")]
    yield "", [header("Who was sent what")]
    if not shelf.register:
        yield "", [section("No version has gone to the sub-group or outside yet.")]
    for sent in shelf.register:
        yield "Who was sent what", [section(_sent(sent, shelf))]


def _state(shelf: ReportVersions) -> list[Block]:
    if shelf.removed:
        return [
            section(
                "The texts of this audit were removed when their retention period ended: versions can no longer be"
                " made or sent."
            )
        ]
    if not shelf.sendable:
        return [
            section(
                "What was posted about this audit was removed when its retention period ended: versions can no longer"
                " be sent or signed."
            )
        ]
    if shelf.versions and shelf.versions[0].draft:
        return [alert("The newest version is a draft: not every case was ratified. It must not be given to outsiders.")]
    if not shelf.makeable:
        return [section("A version can be made once the audit meeting has begun.")]
    return []


def _doings(shelf: ReportVersions) -> list[Block]:
    """The buttons for coordinators and chairs."""
    newest = shelf.versions[0] if shelf.versions else None
    row = [_making(shelf, newest)] if shelf.coordinates and shelf.makeable else []
    row += [button(paragraphs.TITLE, paragraphs.SHOW, shelf.cycle_id)] if shelf.chairs and shelf.makeable else []
    if newest is not None and shelf.coordinates:
        row.append(button(sign_off.TITLE, sign_off.SHOW, newest.id, about=f"version {newest.version}"))
        row += _sending(newest) if shelf.sendable else []
        row += [] if shelf.removed else [button("Record that it was sent", RECORD, shelf.cycle_id)]
    waiting = " and ".join(EDITIONS[each].lower() for each in shelf.waiting)
    on_its_way = [context(f"On its way to the sub-group: {waiting}.")] if waiting and shelf.coordinates else []
    return [*([actions("making", *row)] if row else []), *on_its_way]


def _making(shelf: ReportVersions, newest: ListedVersion | None) -> Block:
    """The button that makes a version; a confirmation first says what that does to the newest version's sign-offs."""
    made = button("Make a new version", MAKE, shelf.cycle_id, primary=newest is None)
    if newest is None or not newest.asked:
        return made
    signed = f"Of version {newest.version}, {len(newest.standing.signed)} of {len(PARTIES)} have signed. If anything"
    sentence = (
        f"{signed} is different now, a new version is made, and everybody has to sign it again. If nothing is, nothing"
        " changes."
    )
    return confirmed(made, "Make a new version?", sentence, "Make it")


def _sending(newest: ListedVersion) -> list[Block]:
    """The buttons that send the newest version."""
    about = f"version {newest.version}"
    draft = "" if newest.standing.stage == "issued" else ", marked as a draft on every page"
    share = f"The full edition of {about} is shared in the sub-group's channel{draft}. All its members can read it."
    sending = confirmed(
        button("Send to the sub-group", SEND, newest.id, about=about), "Send the report?", share, "Send it"
    )
    brief = (
        f"The learning briefing of {about} is checked. Once you release it, it is shared in the sub-group's channel."
    )
    briefing = confirmed(
        button("Send the briefing", BRIEF, newest.id, about=about), "Send the briefing?", brief, "Send it"
    )
    return [sending, briefing]


def _version(shelf: ReportVersions, version: ListedVersion) -> list[Block]:
    by = f" by {escape(version.by)}" if version.by else ""
    public = " · the public one" if version.public else ""
    text = f"*Version {version.version}* · made {stamp(version.made_at, shelf.now)}{by} · {_stage(version)}{public}"
    getting = button("Get it in a message", GET, version.id, about=f"version {version.version}")
    return [section(text, getting if shelf.coordinates and shelf.sendable else None)]


def _stage(version: ListedVersion) -> str:
    if version.draft:
        return "⚠️ draft: not every case was ratified"
    signed = f", {len(version.standing.signed)} of {len(PARTIES)} have signed" if version.asked else ""
    return f"draft{signed}" if version.standing.stage == "draft" else f"*{version.standing.stage}*"


def _sent(sent: Sent, shelf: ReportVersions) -> str:
    how = WORDS_FOR_HOW[sent.how]
    return (
        f"{stamp(sent.sent_at, shelf.now)} · version {sent.version}, {EDITIONS[sent.edition].lower()} ·"
        f" {escape(sent.audience)} · {how[0].lower()}{how[1:]}"
    )


def getting(report: ReportView) -> View:
    """The form that asks which edition to send."""
    top = section(
        f"*Version {report.version}.* It comes in a message from this app, to you only. What is for people outside is"
        " checked first: a message says what is left out, and asks you to release it."
    )
    choice = radios(EDITION, "Which edition?", _ABOUT, None)
    why = text_input(
        UNSIGNED, "Why does the public edition go out without all sign-offs?", limit=UNSIGNED_LIMIT,
        hint=f"For the public edition only, and it is recorded. Awaited: {', '.join(report.standing.awaited)}.",
    )  # fmt: skip
    return modal(
        "Get the report",
        [top, choice, *([why] if report.standing.awaited else [])],
        record_id=report.id,
        verb=GOT,
        submit="Send it to me",
    )


def got(report: ReportView) -> View:
    """The confirmation that an edition of the report comes as a direct message."""
    lines = [
        f"📄 *Version {report.version} comes in a message from this app.*",
        "If you have already had it, look there: each edition of a version is sent only once.",
    ]
    return done("On its way", lines)


def checking(report: ReportView) -> View:
    """The confirmation that an edition is being checked before it can be released."""
    lines = [
        f"🔎 *Version {report.version} is checked against everything published about this audit.*",
        "A message from this app says what is left out and why, and asks you to release it. It takes a moment.",
    ]
    return done("Being checked", lines)


def recording(shelf: ReportVersions) -> View:
    """The form for the register: what was sent outside Slack."""
    final = [each for each in shelf.versions if not each.draft]
    versions = [(each.id, f"Version {each.version}, {stamp(each.made_at, shelf.now)}") for each in final]
    if not versions:
        return modal("Record a sending", [section("There is no final version, and a draft must not go to outsiders.")])
    today = in_london(shelf.now).date().isoformat()
    blocks = [
        section("Anything sent to the sub-group in Slack is added to the register automatically. Record everything "
            "else here."),
        text_input(
            AUDIENCE, "To whom was it sent?", limit=AUDIENCE_LIMIT, multiline=False, optional=False,
            hint="An organisation or a role, such as: Executive board. No names of people.",
        ),
        radios(EDITION, "Which edition?", list(EDITIONS.items()), None),
        select(VERSION, "Which version?", versions, versions[0][0], optional=False),
        select(HOW, "How?", [(way, WORDS_FOR_HOW[way]) for way in WAYS], None, optional=False),
        datepicker(DAY, "On which day?", today, optional=False),
    ]  # fmt: skip
    return modal("Record a sending", blocks, record_id=shelf.line_id, verb=RECORDED, submit="Record")


def recorded(sent_to: str) -> View:
    """The confirmation of a line of the distribution register."""
    lines = [f"✅ *Added to the register: {escape(sent_to)}.*", "The next copy of the report shows it."]
    return done("Recorded", lines, clears=True)


def message(
    report: ReportView,
    edition: str,
    register: Sequence[Sent],
    shown: Publishable | None,
    standing: VersionStanding | None = None,
) -> Content:
    """The message that carries an edition: references only, and the document. Refused if it can't be made.

    `shown`: what may be published, for an edition to be published. `standing`: the version's stage and sign-offs.
    """
    contents = report.contents
    total = count_of(contents.tally.ratified.total, "case")
    state = f" Draft: {contents.ratified} of {total} ratified." if contents.draft else ""
    inside = f" {_INSIDE}" if edition == "full" else ""
    name = escape(report.audit)
    text = f"📄 {EDITIONS[edition]}: {name}, report version {report.version}.{state}{inside}"
    report_file = document(contents, edition, report.version, report.made_at, register, shown=shown, standing=standing)
    return Content(text, [], document=report_file)
