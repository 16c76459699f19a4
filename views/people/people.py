"""People: everybody with their roles, and ending a person's access."""

from collections.abc import Mapping, Sequence

from audit.labels import within
from audit.people.losses import Loss
from audit.people.people import HeldRole, PersonLine, Profile
from audit.people.roles import LeavingForm
from views.confirming import marked
from views.pages import list_modal, pages
from views.parts import (
    ALL,
    Block,
    View,
    actions,
    alert,
    button,
    context,
    count_of,
    escape,
    fitted,
    modal,
    paragraphs,
    section,
    shorten,
)

SHOW = "people.show"
PAGE = "people.page"
END = "person.end"
LEAVE = "person.leave"
OFFICERS = "officers.edit"
LEADS = "leads.choose"
BRING = "people.bring"
"""The button that opens the list of several people: an empty form, or the list that is still being worked on."""

TITLE = "People"
STANDINGS = {
    "outside": "is of another organisation",
    "guest": "is a guest in this workspace",
    "single": "is a guest in one channel of this workspace",
}
"""A non-member's standing in the app's workspace -> words for it."""
_MOST_LOST = 60
KINDS = {
    "coordinator": "Coordinator",
    "chair": "Chair",
    "sub_group_member": "Sub-group member",
    "agency_lead": "Agency lead",
    "deputy": "Deputy",
    "auditor": "Auditor",
    "for_local_authority": "Signs reports for the local authority",
    "for_care_board": "Signs reports for the integrated care board",
    "for_police": "Signs reports for the police",
    "scrutineer": "Independent scrutineer",
}


def profile(user: Mapping[str, object], here: str) -> Profile:
    """A person as Slack's users.info describes them, to an app in the workspace `here`.

    Slack may give no workspace for people of an Enterprise organisation: they are taken to be members of `here`.
    """
    described = user.get("profile")
    inner = described if isinstance(described, Mapping) else {}
    user_id, team_id = str(user.get("id") or ""), str(user.get("team_id") or here)
    named = user.get("real_name") or inner.get("real_name") or user.get("name") or user_id
    return Profile(
        team_id, user_id, str(named), deleted=bool(user.get("deleted")),
        bot=bool(user.get("is_bot")) or user_id == "USLACKBOT",
        outside=bool(user.get("is_stranger")) or here not in ("", team_id), stranger=bool(user.get("is_stranger")),
        guest=bool(user.get("is_restricted")), single=bool(user.get("is_ultra_restricted")),
    )  # fmt: skip


def view(people: Sequence[PersonLine], page: int = 0, *, notice: str = "") -> View:
    """A page of everybody with their roles."""
    current = pages(("", [_person(each)]) for each in people).nearest(page)
    choosing = actions(
        "choosing",
        button("Coordinators, chairs, sub-group, who signs", OFFICERS, ALL),
        button("Leads and deputies", LEADS, ALL),
        button("Add several people", BRING, ALL),
    )
    taking_part = sum(each.active for each in people)
    top = context(f"{count_of(taking_part, 'person', 'people')} with access{current.where}")
    return list_modal(TITLE, [choosing, top, *current.blocks, *current.turning(PAGE)], record_id=ALL, notice=notice)


def _person(person: PersonLine) -> Block:
    name = f"*{escape(person.label)}*"
    name += f" · {STANDINGS[person.standing]}" if person.standing in STANDINGS else ""
    if not person.active:
        return section(f"{name} · has left")
    roles = fitted("; ".join(in_words(role) for role in person.roles), 1500) or "no role"
    return section(f"{name}\n{roles}", button("End access", END, person.id, about=person.label))


def in_words(role: HeldRole) -> str:
    """A role in words: "Agency lead: Education (East)"."""
    kind = KINDS.get(role.kind, role.kind)
    if role.agency is None:
        return kind
    return f"{kind}: {within(role.agency, role.area)}"


def leaving(form: LeavingForm) -> View:
    """What ending a person's access would mean, before it is done."""
    person = form.person
    blocks = [
        alert(f"{shorten(person.label, 80)} will lose all access at once."),
        section(f"*{escape(person.label)}* loses:"),
        *lost(form.losses),
        context("Nothing that they sent or wrote is lost. Choosing them again gives them access again."),
    ]
    record_id = marked(person.id, form.mark)
    return modal("End somebody's access", blocks, record_id=record_id, verb=LEAVE, submit="Yes, end access")


def lost(losses: Sequence[Loss], *, named: bool = False) -> list[Block]:
    """A line for each role that a person loses, with the returns still to send; `named`: with the person's label."""
    lines = [_loss(loss, named=named) for loss in losses[:_MOST_LOST]]
    left = len(losses) - len(lines)
    return paragraphs([*lines, *([f"and {count_of(left, 'more role')}: see People, on Home."] if left else [])]) or [
        section("No role.")
    ]


def _loss(loss: Loss, *, named: bool) -> str:
    who = f"*{escape(loss.label)}* · " if named else ""
    waiting = f": {count_of(loss.waiting, 'return')} not sent yet" if loss.waiting else ""
    alone = f". ⚠️ Nobody else answers for {loss.alone} of them" if loss.alone else ""
    return f"• {who}{escape(in_words(loss.role))}{waiting}{alone}"
