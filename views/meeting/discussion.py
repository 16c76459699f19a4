"""The discussion of a case: everything that the meeting needs to see, and the buttons for its decisions."""

from collections.abc import Iterator

from audit.actions.actions import ActionView
from audit.cases.judgements import JudgementView, ReopeningView
from audit.cases.summary import Line
from audit.findings.findings import FindingView
from audit.meeting.discussion import Discussion
from audit.quorum import in_words
from audit.tools import Section
from views.actions.actions import NEW as NEW_ACTION
from views.actions.actions import summary
from views.cases import graded_sections
from views.cases.judgements import final, judged, positions, settled_words, text_units, texts, written
from views.cases.moderation import MODERATE, before_meeting
from views.cases.summary import READ
from views.cases.summary import finding_counts as counted
from views.findings import findings
from views.meeting.agenda import reasons
from views.meeting.proposal import of_section, proposal
from views.meeting.ratify import JUDGE, progress
from views.meeting.reopen import REOPEN
from views.pages import Unit, pages
from views.parts import (
    Block,
    View,
    actions,
    alert,
    button,
    context,
    count_of,
    divider,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    section,
    verbatim,
)
from views.words import beside, meeting_on, stamp

PAGE = "discussion.page"
PREVIOUS = "case.previous"
NEXT = "case.next"
"""The buttons to the previous and next case on the agenda, shown in the same view (value: that case's id)."""


BEFORE = "Earlier judgements"
_FINDINGS = "Coordinators add findings, from the day the case's summary is out, or its meeting begins."
_ADDED = "Coordinators and the sub-group add actions, from that day on. A judgement that needs an action adds one too."


def discussion(about: Discussion, page: int = 0) -> View:
    """A page of the discussion."""
    current = pages(_units(about)).nearest(page)
    case = about.case
    top = beside(f"*Case {escape(case.reference)}*", case.area, case.cycle_name) + current.where
    blocks = [section(top), *_beside(about), *current.blocks, *current.turning(PAGE)]
    return modal("Case discussion", blocks, record_id=case.id)


def _beside(about: Discussion) -> list[Block]:
    """The case's place on its meeting's agenda, and the buttons to its neighbours there."""
    place = about.place
    if place is None:
        return []
    words = section(f"Case *{place.number} of {place.of}* on the agenda · {progress(place)}")
    neighbours = (("Previous", PREVIOUS, place.previous), ("Next", NEXT, place.next))
    turns = [button(f"{label}: {to[1]}", verb, to[0]) for label, verb, to in neighbours if to]
    return [words, actions("neighbours", *turns)] if turns else [words]


def _units(about: Discussion) -> list[Unit]:
    case = about.case
    units: list[Unit] = [("", [*_top(about), *_doings(about)])]
    if case.judgement:
        units += _judgement(about, case.judgement)
    units.append(("", [divider(), header("Grades")]))
    units += [("Grades", [section(_section(about, each))]) for each in case.tool.graded]
    units += [("Grades", _grade(about, line)) for line in case.lines]
    units.append(("", _summing_up(about)))
    units += _findings(about)
    units += _actions(about)
    return [*units, *_before(about)]


def _top(about: Discussion) -> list[Block]:
    case = about.case
    if case.withdrawn:
        return [alert("This case was withdrawn from the audit.")]
    lines = [f"Meeting: {meeting_on(case.meeting_at, about.now)}"]
    lines += [fitted(reason, 500) for reason in reasons(about.item)]
    if case.judgement:
        lines.append(f"✅ *Ratified judgement: {judged(case, case.judgement)}* · {final(case.judgement, about.now)}")
    elif case.reopened_at:
        lines.append(f"⚠️ *Re-opened {stamp(case.reopened_at, about.now)}*: not final until it is ratified again.")
    else:
        lines.append("*Not ratified yet.*")
    return paragraphs(lines)


def _doings(about: Discussion) -> list[Block]:
    case = about.case
    ratified = case.judgement is not None
    buttons = [button("Read the summary", READ, case.id, about=case.reference)]
    if about.records:
        buttons.append(button("Add a finding", findings.NEW, case.id, about=case.reference))
    if about.acts:
        buttons.append(button("Add an action", NEW_ACTION, case.id, about=case.reference))
    if about.judges:
        label = "Ratify again" if ratified else "Ratify"
        buttons.append(button(label, JUDGE, case.id, about=case.reference, primary=not ratified))
    if about.reopens:
        buttons.append(button("Re-open", REOPEN, case.id, about=case.reference))
    return [actions("doings", *buttons)]


def _judgement(about: Discussion, judgement: JudgementView) -> list[Unit]:
    return [("", [divider(), header("Ratified judgement")]), *text_units(about.case, judgement, about.now)]


def _section(about: Discussion, graded: Section) -> str:
    """The agencies' grades for a section, and the grade that the rule proposes: mrkdwn."""
    proposed = escape(of_section(about, graded))
    return graded_sections.section_text(about.case, graded) + (f"\n{proposed}" if proposed else "")


def _grade(about: Discussion, line: Line) -> list[Block]:
    """An agency's own grade and the moderated one, the reasons, and the button to moderate."""
    case, moderated = about.case, line.moderated
    offered = about.moderates and line.answers is not None
    changing = button("Moderate", MODERATE, line.return_id, about=line.agency) if offered else None
    blocks = [section(f"*{escape(line.agency)}*: {escape(settled_words(case.scale, line))}", changing)]
    if line.answers is None:
        return blocks
    made = [("", moderated)] if moderated else []
    made += [(f"{graded_sections.label(case, each)}: ", view) for each, view in graded_sections.moderations(case, line)]
    for name, each in made:
        changed = each.version < line.version
        since = f" The agency changed its return since: it is version {line.version} now." if changed else ""
        by = f"{name}Moderated by {escape(each.by)}, {stamp(each.at, about.now)}.{since}"
        blocks += [context(by), *verbatim(each.reason), *before_meeting(each)]
    return blocks


def _summing_up(about: Discussion) -> list[Block]:
    return paragraphs([proposal(about), *_quorum(about)])


def _quorum(about: Discussion) -> list[str]:
    """The agencies that contribute to the judgement, the quorum, and who was present."""
    contributors = about.moment.contributors
    if not contributors:
        return ["*Who ratifies:* no agency sent a return, so there is no quorum."]
    quorum = f"Quorum: {in_words(about.moment.rule)}, so {about.moment.needed}."
    lines = [f"*Who ratifies:* the {count_of(len(contributors), 'agency', 'agencies')} that sent a return. {quorum}"]
    for what, present in (("There", True), ("Not there", False), ("Attendance not recorded", None)):
        names = ", ".join(each.agency for each in contributors if each.present is present)
        lines += [f"{what}: {fitted(names, 500)}"] if names else []
    return lines


def _findings(about: Discussion) -> list[Unit]:
    listed = about.case.findings
    total = f"{count_of(len(listed), 'finding')}: {counted(about.case)}" if listed else "No finding yet."
    first = [divider(), header("Findings"), section(total)]
    ordered = sorted(listed, key=lambda one: list(findings.KINDS).index(one.kind))
    if about.judges and not about.records:
        first.append(context(_FINDINGS))
    return [("", first), *(("Findings", _finding(about, each)) for each in ordered)]


def _finding(about: Discussion, finding: FindingView) -> list[Block]:
    return findings.lines(finding, *([findings.changing(finding)] if about.records else []))


def _actions(about: Discussion) -> list[Unit]:
    first = [divider(), header("Actions"), *([] if about.actions else [section("No action yet.")])]
    if about.judges and not about.acts:
        first.append(context(_ADDED))
    return [
        ("", first),
        *(("Actions", _action(about, each)) for each in about.actions),
    ]


def _action(about: Discussion, action: ActionView) -> list[Block]:
    return [section(summary(action, about.now)), *verbatim(action.text)]


def _before(about: Discussion) -> list[Unit]:
    """The case's earlier judgements, which no longer count, and why it was re-opened."""
    if not (about.judgements or about.reopenings):
        return []
    reopened = {each.version: each for each in about.reopenings}
    blocks = [
        each for judgement in about.judgements for each in _ended(about, judgement, reopened.get(judgement.version))
    ]
    return [("", [divider(), header(BEFORE)]), *((BEFORE, each) for each in blocks)]


def _ended(about: Discussion, judgement: JudgementView, reopened: ReopeningView | None) -> Iterator[list[Block]]:
    """An earlier judgement with its texts, and how it ended."""
    by = f"by {escape(judgement.ratified_by)}, {stamp(judgement.ratified_at, about.now)}"
    agreement = f" ({positions(judgement)})" if judgement.positions else ""
    yield [section(f"*Judgement {judgement.version}: {judged(about.case, judgement)}*, ratified {by}{agreement}")]
    yield paragraphs(graded_sections.ratified(about.case, judgement))
    yield from (written(label, text) for label, text in texts(judgement))
    if reopened is None:
        yield [context(f"Judgement {judgement.version} was replaced by the next one.")]
        return
    again = f"Re-opened by {escape(reopened.by)}, {stamp(reopened.at, about.now)}, because:"
    yield [context(again), *verbatim(reopened.reason)]
