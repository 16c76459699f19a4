"""Who chaired an audit meeting, and who came: the form."""

from audit.meeting.attendance import CHAIR, PRESENT, WHO, AttendanceView, Attending, Given
from views.forms import Form
from views.parts import (
    Block,
    View,
    alert,
    checkboxes,
    count_of,
    done,
    escape,
    modal,
    paragraphs,
    section,
    select,
    text_input,
)
from views.preview import named, previewed
from views.words import meeting_on

EDIT = "attendance.edit"
"""The button that opens the form (value: the meeting's id)."""
RECORD = "attendance.record"

_GROUP = 10
"""Boxes that fit under one question."""
_MOST_CHAIRS = 100
_AGAIN = "Something has changed since you opened this. Please look again, then record it."
_EXAMPLE = "A line an agency, by role and never by name, as in “Police: detective sergeant”."


def recording(found: Attending) -> View:
    """The form, filled from what was recorded before, or from what was typed if it has to be looked at again."""
    about = [
        f"*{escape(found.title)}*",
        f"Meeting about {named(found.areas)}: {meeting_on(found.starts_at, found.now)}",
    ]
    chosen = found.given.chair_id or None
    inputs = [
        select(CHAIR, "Chair", found.chairs[:_MOST_CHAIRS], chosen, hint="Leave it empty if nobody here chaired."),
        *_boxes(found),
        text_input(WHO, "Who came for them?", found.given.lines, hint=_EXAMPLE),
    ]
    if not found.chairs:
        inputs = inputs[1:]
    blocks = [*paragraphs(about), *([alert(_AGAIN)] if found.again else []), *previewed(inputs, found.mark)]
    return modal("Who came", blocks, record_id=found.meeting_id, verb=RECORD, submit="Record")


def _boxes(found: Attending) -> list[Block]:
    groups = [found.attendance[start : start + _GROUP] for start in range(0, len(found.attendance), _GROUP)]
    if not groups:
        return [section("No agency is involved in the cases of this meeting.")]
    return [_group(f"{PRESENT}_{number}", group, found) for number, group in enumerate(groups)]


def _group(field: str, group: tuple[AttendanceView, ...], found: Attending) -> Block:
    label = "Agencies that came" if field == f"{PRESENT}_0" else "More agencies that came"
    choices = [(each.agency_id, each.agency) for each in group]
    return checkboxes(field, label, choices, [value for value, _ in choices if value in found.given.present])


def given(form: Form) -> Given:
    """What was filled in."""
    ticked = (value for field, values in form.ticked.items() if field.startswith(f"{PRESENT}_") for value in values)
    return Given(form.text(CHAIR), frozenset(ticked), form.text(WHO))


def recorded(found: Attending) -> View:
    """The word that it is recorded."""
    of = count_of(len(found.attendance), "agency", "agencies")
    lines = [f"✅ *Recorded: {found.came} of {of} came to the meeting about {named(found.areas)}.*"]
    return done("Who came", lines, clears=True)
