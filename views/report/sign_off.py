"""A version's sign-offs: their state, the forms that give and record them, and the messages about them."""

from audit.calendar import in_london
from audit.report.sign_off import ANSWER, DAY, GIVER_LIMIT, PARTY, WORDS_LIMIT
from audit.report.sign_off_form import PartnersPart, SignOffForm
from audit.report.sign_off_status import PARTIES, WORDS, GivenSignOff, VersionStanding
from audit.report.written_since import NewerThanVersion
from views.confirming import previewed
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
    escape,
    fitted,
    modal,
    radios,
    section,
    select,
    text_input,
    verbatim,
)
from views.report.numbers import in_a_sentence
from views.words import on, stamp

SHOW = "signoff.show"
"""The button that shows a version's sign-offs; like those below, its value is the version's id."""
ASK = "signoff.ask"
READ = "signoff.read"
DECIDE = "signoff.decide"
GIVEN = "signoff.given"
RECORD = "signoff.record"
RECORDED = "signoff.recorded"
ISSUE = "report.issue"
TITLE = "Sign-offs"

_ANSWERS = (
    ("signed", "I sign this version off"),
    ("changes", "Something must change first (say what below)"),
    ("taken_back", "I withdraw my answer"),
)
_OUTSIDE = (
    ("signed", "It was signed off"),
    ("changes", "Something must change first"),
    ("taken_back", "The answer was withdrawn"),
)
GIVEN_WORDS = {
    "signed": "You have signed this version off.",
    "changes": "The coordinators have been told what must change.",
    "taken_back": "Your answer is withdrawn.",
}
"""A signatory's answer -> the confirmation shown once it is stored."""
DECIDING, DECIDING_AGAIN = "Sign, or ask for changes", "Change your answer"
NEW_VERSION = "The coordinators will make a new version, and you will be asked to sign that off."
_AGAIN = (
    "Meanwhile, somebody answered for this partner, or you for another, or the report changed. Look, then send again."
)
_CHANGING = (
    "Change it under *Texts of the report*, *Recommendations* or the case's discussion. Then press *Make a new version*"
    " under *Report*, and ask for its sign-offs."
)
_NEWER = "There is a newer version, and its sign-offs start again."


def view(signing: SignOffForm, *, notice: str = "") -> View:
    """The state of a version's sign-offs, and what this reader can do."""
    title = f"*{escape(signing.title)}* · version {signing.version}"
    blocks = [section(f"{title}, made {stamp(signing.made_at, signing.now)}")]
    blocks += [section(f"✅ *{escape(notice)}*")] if notice else []
    blocks += [section(f"*{_stage(signing)}*"), *_since(signing)]
    for part in signing.parts:
        blocks += _part(signing, part)
    blocks += _how_to_change(signing)
    row = _doings(signing)
    return modal(TITLE, [*blocks, *([actions("doings", *row)] if row else [])], record_id=signing.report_id)


def _stage(signing: SignOffForm) -> str:
    if signing.issued_at is not None:
        return f"Issued {stamp(signing.issued_at, signing.now)} by {escape(signing.issued_by)}."
    if signing.newer:
        return f"There is a newer version ({signing.newer}), and its sign-offs start again."
    if signing.over:
        return "Not issued. The audit's retention period has ended, so it can no longer be signed."
    if signing.asked_at is None:
        return "A draft. Nobody has been asked to sign it yet."
    if signing.standing.awaited:
        return f"A draft. Awaited: {', '.join(signing.standing.awaited)}."
    return "Approved: all have signed. It can be issued."


def _since(signing: SignOffForm) -> list[Block]:
    """A warning if something was written after the version was made, with what to do about it."""
    if signing.newer or signing.over or not signing.since.total:
        return []
    it = "it" if signing.since.total == 1 else "them"
    fact = f"{newer_than(signing.since)} this version, which doesn't have {it}"
    if not signing.coordinates:
        return [alert(f"{fact}. Ask the coordinators whether a new version is to come.")]
    until = "then" if signing.issued_at is None else "and is issued then"
    return [alert(f"{fact}. Press Make a new version under Report: all sign that one {until}.")]


def _how_to_change(signing: SignOffForm) -> list[Block]:
    """What a coordinator does if changes were asked for."""
    asked = any(_stands(part) and not _signed(part) for part in signing.parts)
    return [context(_CHANGING)] if asked and signing.coordinates and signing.open else []


def newer_than(since: NewerThanVersion) -> str:
    """What is newer than a version, as the beginning of a sentence: "1 text and the audit's title are newer than"."""
    counts = [count_of(since.recommendations, "recommendation")] if since.recommendations else []
    counts += [count_of(since.texts, "text")] if since.texts else []
    audits, *others = since.described or ("",)
    things = in_a_sentence([*counts, *([f"the audit's {audits}"] if audits else []), *others])
    return f"{things[:1].upper()}{things[1:]} {'is' if since.total == 1 else 'are'} newer than"


def _part(signing: SignOffForm, part: PartnersPart) -> list[Block]:
    """One partner: its answer, or who is to give it."""
    name, answer = f"*{escape(part.label)}*", part.said
    if answer is None or not _stands(part):
        taken = f" · taken back by {escape(answer.giver)} on {on(answer.on)}" if answer else ""
        who = fitted(", ".join(part.holders), 500) or "nobody has this role: give it under People, or record it"
        state = "not given" if signing.over else "not asked yet" if signing.asked_at is None else "awaited"
        return [section(f"{name} · {state}{taken}"), context(f"Who signs: {who}")]
    recorded = f"recorded by {escape(answer.by)}, {stamp(answer.at, signing.now)}"
    if answer.signed:
        by = f"✅ signed on {on(answer.on)}, {escape(answer.giver)}"
        return [section(f"{name} · {by}"), *([context(recorded[0].upper() + recorded[1:])] if answer.outside else [])]
    asks = f"⚠️ asks for changes, {on(answer.on)}, {escape(answer.by)}"
    return [section(f"{name} · {asks}"), *verbatim(answer.words)]


def _doings(signing: SignOffForm) -> list[Block]:
    about, row = f"version {signing.version}", []
    if signing.mine and signing.asked_at is not None and not signing.over:
        row.append(button("Read the report", READ, signing.report_id, about=about, primary=not signing.was_read))
    if signing.mine and signing.open:
        row.append(_deciding(signing))
    if not signing.coordinates or signing.newer or signing.issued_at is not None or signing.over:
        return row
    if signing.asked_at is None:
        return [*row, _asking(signing)] if signing.final else row
    row.append(button("Record a sign-off", RECORD, signing.report_id, about=about))
    if not signing.standing.awaited:
        sentence = "No sign-off can be withdrawn after that. If it was sent as a draft, send it again as issued."
        issue = button("Issue it", ISSUE, signing.report_id, about=about, primary=True)
        row.append(confirmed(issue, "Issue this version?", sentence, "Issue it"))
    return row


def _deciding(signing: SignOffForm) -> Block:
    """A signatory's button to give an answer or, after that, to change it."""
    label = DECIDING_AGAIN if _said_by_all(signing) else DECIDING
    return button(label, DECIDE, signing.report_id, about=f"version {signing.version}")


def _said_by_all(signing: SignOffForm) -> bool:
    """Whether each partner for which this reader signs has an answer."""
    return all(_stands(part) for part in signing.parts if part.party in signing.mine)


def _asking(signing: SignOffForm) -> Block:
    """The button that asks for all sign-offs; its confirmation says whom it reaches."""
    lacking = [part.label for part in signing.parts if not part.holders]
    without = f" Nobody signs for: {', '.join(lacking)}. Give somebody the role under People, or record it here."
    sentence = f"Those who sign get a message, and may read the full edition.{without if lacking else ''}"
    ask = button("Ask for the sign-offs", ASK, signing.report_id, about=f"version {signing.version}", primary=True)
    return confirmed(ask, "Ask for the sign-offs?", sentence, "Ask")


def deciding(signing: SignOffForm) -> View:
    """The form for a signatory's answer."""
    choices = [(part.party, part.label) for part in signing.parts if part.party in signing.mine]
    open_ones = [part.party for part in signing.parts if part.party in signing.mine and not _signed(part)]
    blocks = [*_top(signing), *_since(signing), *_words_before(signing)]
    if not signing.was_read:
        blocks.append(alert("You haven't had this version sent to you yet. Read it before you sign."))
    inputs = [
        select(PARTY, "Who are you signing for?", choices, (open_ones or [choices[0][0]])[0], optional=False),
        radios(ANSWER, "Your answer", _answers(signing), None),
        text_input(
            WORDS, "What must change?", limit=WORDS_LIMIT, hint="Coordinators read it. No names of people, please."
        ),
    ]
    read = actions("reading", button("Read the report", READ, signing.report_id))
    blocks += [read, *previewed(inputs, signing.mark)]
    return modal("Sign-off", blocks, record_id=signing.report_id, verb=GIVEN, submit="Send")


def _answers(signing: SignOffForm) -> tuple[tuple[str, str], ...]:
    """The possible answers; withdrawing is one only if there is an answer."""
    given = any(_stands(part) for part in signing.parts if part.party in signing.mine)
    return _ANSWERS if given else _ANSWERS[:2]


def _stands(part: PartnersPart) -> bool:
    return part.said is not None and part.said.answer != "taken_back"


def _signed(part: PartnersPart) -> bool:
    return part.said is not None and part.said.signed


def _top(signing: SignOffForm) -> list[Block]:
    return [section(_named(signing)), *([alert(_AGAIN)] if signing.again else [])]


def _named(signing: SignOffForm) -> str:
    return f"*{escape(signing.title)}* · *report, version {signing.version}*"


def _in_a_line(signing: SignOffForm) -> str:
    """The report and its version for a notification, which has no bold."""
    return f"{escape(signing.title)}, report version {signing.version}"


def _words_before(signing: SignOffForm) -> list[Block]:
    """The answers so far of the partners for which this reader signs."""
    answered = [part for part in signing.parts if part.party in signing.mine and part.said is not None]
    return [block for part in answered for block in _part(signing, part)]


def recording(signing: SignOffForm) -> View:
    """A coordinator's form for an answer given outside Slack."""
    today = in_london(signing.now).date().isoformat()
    awaited = [part.party for part in signing.parts if not _signed(part)]
    meanwhile = [block for part in signing.parts if signing.again and part.said for block in _part(signing, part)]
    blocks = [
        *_top(signing),
        *meanwhile,
        section("Write down what was said at a meeting or by letter. It is recorded in your name."),
        *previewed(
            [
                select(PARTY, "For whom?", list(PARTIES.items()), awaited[0] if awaited else None, optional=False),
                radios(ANSWER, "What was said?", _OUTSIDE, "signed"),
                text_input(
                    WORDS, "Who said it, and how?", limit=GIVER_LIMIT, multiline=False, optional=False,
                    hint="A role, and the way: Director of Children's Services, at the board's meeting. No names.",
                ),
                datepicker(DAY, "On which day?", today, optional=False),
            ],
            signing.mark,
        ),
    ]  # fmt: skip
    return modal("Record a sign-off", blocks, record_id=signing.report_id, verb=RECORDED, submit="Record")


def request(signing: SignOffForm) -> Content:
    """The message to a signatory, kept up to date."""
    state = _standing_for(signing)
    blocks = [section(f"{_named(signing)}\n{state}")]
    if signing.open:
        about = f"version {signing.version}"
        reading = button("Read the report", READ, signing.report_id, about=about, primary=not signing.was_read)
        blocks.append(actions("signing", reading, _deciding(signing)))
    return Content(f"{_in_a_line(signing)}: {state}", blocks)


def _standing_for(signing: SignOffForm) -> str:
    """The state of the version, for a signatory."""
    mine = [part for part in signing.parts if part.party in signing.mine]
    labels = ", ".join(part.label for part in mine if not _stands(part))
    changes = ", ".join(part.label for part in mine if _stands(part) and not _signed(part))
    if signing.issued_at is not None:
        return f"Issued {stamp(signing.issued_at, signing.now)}."
    if signing.newer:
        return _NEWER
    if labels:
        return f"It awaits your sign-off ({labels})."
    if changes:
        return f"Changes are asked for ({changes}). {NEW_VERSION}"
    return "You have signed this version off. Thank you."


def answer_message(signing: SignOffForm, said: GivenSignOff) -> Content:
    """The message to coordinators about a partner's answer."""
    what = {"signed": "signed it off", "changes": "asks for changes", "taken_back": "withdrew the answer"}
    sentence = f"{PARTIES[said.party]}: {escape(said.by)} {what[said.answer]}."
    looking = button(TITLE, SHOW, signing.report_id, about=f"version {signing.version}")
    return Content(
        f"{_in_a_line(signing)}. {sentence}",
        [section(f"{_named(signing)}\n{sentence}", looking), context(summary(signing.standing))],
    )


def summary(standing: VersionStanding) -> str:
    """The state of a version's sign-offs, in a line."""
    if standing.stage == "issued":
        return "Issued."
    if standing.stage == "approved":
        return "Approved: all have signed, and it can be issued."
    return f"{len(standing.signed)} of {len(PARTIES)} have signed. Awaited: {', '.join(standing.awaited)}."
