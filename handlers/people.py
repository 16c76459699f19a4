"""People with their agencies and roles; and the agencies and areas."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypedDict, cast

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.past import as_pasted
from audit.people import agencies, nightly_looks, people, people_list, roles
from audit.people.people import Profile
from audit.people.roles import RoleForm
from handlers.call import Call
from handlers.directory import profiles
from handlers.files import answer_after_reading, fetched
from handlers.listeners import changes, goes_on, on_event, on_form, opens, overall, sends, turns
from handlers.payloads import USER_CHANGED
from views.forms import Form
from views.parts import View, count_of
from views.people import agencies as agencies_view
from views.people import people as people_view
from views.people import people_list as people_list_view
from views.people import roles as roles_view

MOST_BYTES = 1_000_000
"""The most bytes of a file with a list of people."""


class Account(TypedDict, total=False):
    """An account in an event; for people of an Enterprise organisation it names all their workspaces."""

    id: str
    team_id: str
    enterprise_user: dict[str, list[str]]


def leave(session: Session, who: Actor, form: Form) -> View:
    """End a person's access."""
    person = roles.leave(session, who, form.record_id, form.seen)
    return _everybody(session, who, f"{person.label} no longer has access.")


def save_officers(call: Call) -> View:
    """Store who coordinates, chairs, is in the sub-group or signs reports."""
    return _saved(call, None, roles_view.chosen_officers(call.form), roles_view.officers)


def choose_agency(call: Call) -> View:
    """Go on to the leads and deputies of the agency that was chosen."""
    form = call.form
    with call.reading() as session:
        choosing = roles.answering(session, call.actor(session), form.text(roles_view.AGENCY))
    return roles_view.answering(choosing)


def save_leads(call: Call) -> View:
    """Store an agency's leads and deputies."""
    return _saved(call, call.form.record_id, roles_view.chosen_answering(call.form), roles_view.answering)


def _saved(
    call: Call,
    agency_id: str | None,
    chosen: Mapping[tuple[str, str | None], Sequence[str]],
    draw: Callable[[RoleForm], View],
) -> View:
    form, strangers = call.form, _strangers(call)
    with call.begin() as session:
        who = call.actor(session)
        choosing = roles.choose(session, who, agency_id, chosen, profiles=strangers, seen=form.seen)
        return _everybody(session, who, roles_view.confirmation(choosing)) if choosing.done else draw(choosing)


def look_at_list(call: Call) -> View | None:
    """Look up the people in a list or, once they were shown, add them."""
    form = call.form
    file_id = form.text(people_list_view.FILE)

    def look_up(call: Call, text: str) -> View:
        with call.begin() as session:
            sheet = people_list.submit(session, call.actor(session), text, form.view_id, "" if file_id else form.seen)
        return people_list_view.form(sheet)

    if not file_id:
        return look_up(call, people_list_view.text(form))
    with call.reading() as session:
        people_list.begin(session, call.actor(session))
    return answer_after_reading(call, partial(_lines, file_id=file_id), look_up)


def _lines(call: Call, file_id: str) -> str:
    return as_pasted.lines(fetched(call.client, file_id, MOST_BYTES)[1], people_list_view.FILE)


def _strangers(call: Call) -> Mapping[str, Profile]:
    """User id -> Slack's profile, for the people in the form who aren't registered yet."""
    with call.reading() as session:
        strangers = people.strangers(session, call.actor(session), roles_view.everybody(call.form))
    return profiles(call.client, call.body, strangers)


def _everybody(session: Session, who: Actor, notice: str) -> View:
    """The list of people after a change, with a notice."""
    session.flush()
    return people_view.view(people.everybody(session, who), notice=notice)


def account_changed(call: Call) -> None:
    """Have the account of a registered person checked, since it may have been deactivated."""
    account = cast("Account", call.body["event"]["user"])
    teams = (account.get("team_id") or call.body["team_id"], *account.get("enterprise_user", {}).get("teams", ()))
    with call.reading() as session:
        known = nightly_looks.active_ids(session, teams, account["id"])
    if known:
        with call.begin() as session:
            nightly_looks.bring_forward(session, known)


_ADDED_BEFORE = "There was nothing to add: all of these are here already."
"""The notice for a list that adds nothing, for example one that was sent twice."""


def add_agencies(session: Session, who: Actor, form: Form) -> View:
    """Add agencies, one a line."""
    added = agencies.add_agencies(session, who, form.texts.get(agencies.LINES, ""), seen=form.seen)
    return _territory(session, who, f"{count_of(added, 'agency', 'agencies')} added." if added else _ADDED_BEFORE)


def add_areas(session: Session, who: Actor, form: Form) -> View:
    """Add areas, one a line."""
    added = agencies.add_areas(session, who, form.texts.get(agencies.LINES, ""), seen=form.seen)
    return _territory(session, who, f"{count_of(added, 'area')} added." if added else _ADDED_BEFORE)


def rename_agency(session: Session, who: Actor, form: Form) -> View:
    """Rename an agency."""
    label, short_label = form.text("label"), form.text("short_label")
    agency = agencies.rename_agency(session, who, form.record_id, label, short_label, seen=form.seen)
    return _territory(session, who, f"Saved: {agency.label}.")


def rename_area(session: Session, who: Actor, form: Form) -> View:
    """Rename an area."""
    area = agencies.rename_area(session, who, form.record_id, form.text("label"), seen=form.seen)
    return _territory(session, who, f"Saved: {area.label}.")


def _territory(session: Session, who: Actor, notice: str) -> View:
    """The list of agencies and areas after a change, with a notice."""
    session.flush()
    return agencies_view.view(agencies.territory(session, who), notice=notice)


LISTENERS = (
    opens(people_view.SHOW, overall(people.everybody), people_view.view),
    turns(people_view.PAGE, overall(people.everybody), people_view.view),
    goes_on(people_view.END, roles.leaving, people_view.leaving),
    sends(people_view.LEAVE, leave),
    goes_on(people_view.OFFICERS, overall(roles.officers), roles_view.officers),
    on_form(roles_view.SAVE_OFFICERS, save_officers),
    goes_on(people_view.LEADS, overall(roles.agencies), roles_view.agencies),
    on_form(roles_view.NEXT, choose_agency),
    on_form(roles_view.SAVE_LEADS, save_leads),
    opens(people_view.BRING, overall(people_list.begin), people_list_view.form, here=True),
    on_form(people_list_view.LOOK, look_at_list),
    goes_on(people_list_view.SEE, overall(people_list.begin), people_list_view.form),
    changes(people_list_view.DISCARD, overall(people_list.discard), people_list_view.form),
    on_event(USER_CHANGED, account_changed),
    opens(agencies_view.SHOW, overall(agencies.territory), agencies_view.view),
    turns(agencies_view.PAGE, overall(agencies.territory), agencies_view.view),
    goes_on(agencies_view.ADD, overall(agencies.territory), agencies_view.adding),
    sends(agencies_view.SAVE, add_agencies),
    goes_on(agencies_view.ADD_AREAS, overall(agencies.territory), agencies_view.adding_areas),
    sends(agencies_view.SAVE_AREAS, add_areas),
    goes_on(agencies_view.EDIT, agencies.agency, agencies_view.renaming),
    sends(agencies_view.RENAME, rename_agency),
    goes_on(agencies_view.EDIT_AREA, agencies.area, agencies_view.renaming_area),
    sends(agencies_view.RENAME_AREA, rename_area),
)
