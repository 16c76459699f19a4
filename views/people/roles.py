"""Choosing people for roles: the whole partnership's, and an agency's leads and deputies in each area."""

from collections.abc import Sequence

from audit.people.agencies import AgencyLine
from audit.people.roles import RoleForm, Seat
from views.confirming import previewed
from views.forms import Form
from views.parts import ALL, Block, View, alert, context, divider, escape, modal, paragraphs, section, select
from views.people.outside import FROM_OUTSIDE, outsider
from views.people.people import lost
from views.pickers import people_select

SAVE_OFFICERS = "officers.save"
NEXT = "leads.edit"
SAVE_LEADS = "leads.save"

AGENCY = "agency"
MOST = 30
"""The most people chosen for one role, or for one role in an area."""
_SIGNS = "They are asked to sign reports off, and read those in full."
_OFFICES = {
    "coordinator": ("coordinators", "Coordinators", "They run the audits and see everything."),
    "chair": ("chairs", "Chairs of audit meetings", "They read every case summary, moderate and ratify."),
    "sub_group_member": (
        "members",
        "Sub-group members",
        "They read tallies and every case summary, recommend, and verify actions.",
    ),
    "for_local_authority": ("local_authority", "Sign reports for the local authority", _SIGNS),
    "for_care_board": ("care_board", "Sign reports for the integrated care board", _SIGNS),
    "for_police": ("police", "Sign reports for the police", _SIGNS),
    "scrutineer": ("scrutineers", "Independent scrutineer", _SIGNS),
}
_ANSWERING = {"agency_lead": ("leads", "Leads"), "deputy": ("deputies", "Deputies")}
_EVERYWHERE = "all"
_OTHERWISE = (
    "Roles were changed since you opened this, so nothing was saved. Below is who holds them now: choose again."
)
_ALREADY = "This takes a role away from somebody. Please check below, then save."


def officers(choosing: RoleForm) -> View:
    """The form of the partnership's roles: coordinators, chairs, sub-group members and signatories."""
    boxes = [
        people_select(field, label, seat.holders, MOST, hint=hint)
        for seat in choosing.seats
        for field, label, hint in [_OFFICES[seat.kind]]
    ]
    return _form("Roles", choosing, boxes, SAVE_OFFICERS, ALL)


def chosen_officers(form: Form) -> dict[tuple[str, str | None], Sequence[str]]:
    """(kind of role, None) -> the user ids chosen; these roles have no area."""
    return {(kind, None): form.ticked.get(field, ()) for kind, (field, _, _) in _OFFICES.items()}


def agencies(listed: Sequence[AgencyLine]) -> View:
    """The form that asks for the agency whose leads and deputies are chosen."""
    if not listed:
        return modal("Leads and deputies", [section("There is no agency yet: add them under Agencies.")])
    menu = select(AGENCY, "Agency", [(each.id, each.label) for each in listed], None, optional=False)
    return modal("Leads and deputies", [menu], record_id=ALL, verb=NEXT, submit="Next")


def answering(choosing: RoleForm) -> View:
    """The form of an agency's leads and deputies: for all areas, then for each area, if there are any."""
    boxes: list[Block] = [
        section(f"*{escape(choosing.agency or '')}*"),
        context(
            "Leads get the agency's requests. Deputies can answer too. They are reminded from two working days before"
            " the deadline."
        ),
    ]
    for seat in choosing.seats:
        where = f", {seat.area or 'all areas'}" if choosing.areas else ""
        boxes.append(people_select(_field(seat), f"{_ANSWERING[seat.kind][1]}{where}", seat.holders, MOST))
    return _form("Leads and deputies", choosing, boxes, SAVE_LEADS, choosing.agency_id or ALL)


def _field(seat: Seat) -> str:
    return f"{_ANSWERING[seat.kind][0]}_{seat.area_id or _EVERYWHERE}"


def chosen_answering(form: Form) -> dict[tuple[str, str | None], Sequence[str]]:
    """(kind of role, area's id, or None for all areas) -> the user ids chosen."""
    boxes = [(kind, f"{name}_") for kind, (name, _) in _ANSWERING.items()]
    return {
        (kind, None if (where := field.removeprefix(name)) == _EVERYWHERE else where): chosen
        for kind, name in boxes
        for field, chosen in form.ticked.items()
        if field.startswith(name)
    }


def _form(title: str, choosing: RoleForm, boxes: list[Block], verb: str, record_id: str) -> View:
    warnings: list[Block] = [alert(_OTHERWISE)] if choosing.again else []
    if choosing.outsiders:
        warnings += [alert(FROM_OUTSIDE), *paragraphs(outsider(each) for each in choosing.outsiders), divider()]
    if choosing.losses:
        warnings += [alert(_ALREADY), *lost(choosing.losses, named=True), divider()]
    shown, sure = previewed([*warnings, *boxes], choosing.mark), choosing.losses or choosing.outsiders
    return modal(title, shown, record_id=record_id, verb=verb, submit="Yes, save this" if sure else "Save")


def everybody(form: Form) -> tuple[str, ...]:
    """All user ids chosen in a form."""
    return tuple(dict.fromkeys(user_id for chosen in form.ticked.values() for user_id in chosen))


def confirmation(choosing: RoleForm) -> str:
    """The confirmation that roles were saved, in a line."""
    if choosing.agency is None:
        return "Saved. It takes effect now."
    return f"Saved for {choosing.agency}. New leads get the requests of audits under way."
