"""The form that records who chaired an audit meeting, and which agencies came."""

from audit.labels import about_areas
from audit.meeting.attendance import CHAIR, PRESENT, WHO, AttendanceAnswers, AttendanceView, Attending
from views.confirming import named, previewed
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
from views.words import meeting_on

EDIT = "attendance.edit"
"""The button that opens the form (value: the meeting's id)."""
RECORD = "attendance.record"

_GROUP = 10
"""The most boxes under one question."""
_MOST_CHAIRS = 100
_AGAIN = "Something has changed since you opened this. Please look again, then record it."
_EXAMPLE = "One line for each agency, by role and never by name, as in “Police: detective sergeant”."


def recording(attending: Attending) -> View:
    """The form, filled from the last record, or with the typed answers if it has to be checked again."""
    about = [
        f"*{escape(attending.title)}*",
        f"M{_meeting(attending)[1:]}: {meeting_on(attending.starts_at, attending.now)}",
    ]
    chosen = attending.given.chair_id or None
    inputs = [
        select(CHAIR, "Chair", attending.chairs[:_MOST_CHAIRS], chosen, hint="Leave it empty if nobody here chaired."),
        *_boxes(attending),
        text_input(WHO, "Who came for them?", attending.given.lines, hint=_EXAMPLE),
    ]
    if not attending.chairs:
        inputs = inputs[1:]
    blocks = [*paragraphs(about), *([alert(_AGAIN)] if attending.again else []), *previewed(inputs, attending.mark)]
    return modal("Who came", blocks, record_id=attending.meeting_id, verb=RECORD, submit="Record")


def _meeting(attending: Attending) -> str:
    return f"meeting{about_areas(named(attending.areas, 'see *Meetings*'))}"


def _boxes(attending: Attending) -> list[Block]:
    groups = [attending.attendance[start : start + _GROUP] for start in range(0, len(attending.attendance), _GROUP)]
    if not groups:
        return [section("No agency is involved in the cases of this meeting.")]
    return [_group(f"{PRESENT}_{number}", group, attending) for number, group in enumerate(groups)]


def _group(field: str, group: tuple[AttendanceView, ...], attending: Attending) -> Block:
    label = "Agencies that came" if field == f"{PRESENT}_0" else "More agencies that came"
    choices = [(each.agency_id, each.agency) for each in group]
    came = [value for value, _ in choices if value in attending.given.present]
    return checkboxes(field, label, choices, came, hint="An agency that isn't ticked is recorded as not there.")


def answers(form: Form) -> AttendanceAnswers:
    """The form's answers."""
    ticked = (value for field, values in form.ticked.items() if field.startswith(f"{PRESENT}_") for value in values)
    return AttendanceAnswers(form.text(CHAIR), frozenset(ticked), form.text(WHO))


def recorded(attending: Attending) -> View:
    """The confirmation of a meeting's attendance."""
    of = count_of(len(attending.attendance), "agency", "agencies")
    lines = [f"✅ *Recorded: {attending.came} of {of} came to the {_meeting(attending)}.*"]
    return done("Who came", lines, clears=True)
