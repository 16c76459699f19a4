"""A meeting's findings about a case: adding, changing and withdrawing them."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.findings import edit
from audit.findings.edit import FindingWording, OpenFinding
from audit.meeting import discussion
from handlers.call import Call
from handlers.edge import number, record
from handlers.listeners import on_action, on_form, opens
from views.findings import findings
from views.forms import Form
from views.meeting import discussion as discussion_view
from views.parts import View


def add_finding(call: Call) -> View | None:
    """Add a finding under the id in its form."""
    form = call.form
    with call.begin() as session:
        who = call.actor(session)
        finding = edit.add(session, who, form.record_id, record(form.seen), _wording(form))
        about = _discussion(session, who, finding, call)
    return _after(call, finding, about)


def save_finding(call: Call) -> View | None:
    """Change a finding."""
    form = call.form
    with call.begin() as session:
        who = call.actor(session)
        finding = edit.save(session, who, form.record_id, number(form.seen), _wording(form))
        about = _discussion(session, who, finding, call)
    return _after(call, finding, about)


def withdraw_finding(call: Call) -> None:
    """Withdraw a finding, from its form."""
    at, form = call.shown, call.form
    with call.begin() as session:
        who = call.actor(session)
        finding = edit.withdraw(session, who, call.clicked, number(form.seen))
        about = _discussion(session, who, finding, call)
    call.replace(at, findings.withdrawn(finding) if finding.done else findings.form(finding))
    if about is not None:
        call.close_on(about)


def _discussion(session: Session, who: Actor, finding: OpenFinding, call: Call) -> View | None:
    """The case's discussion as it is now, if it is the view under the form; otherwise None."""
    if not finding.done or call.below is None:
        return None
    session.flush()
    return discussion_view.discussion(discussion.discussion(session, who, finding.case_id))


def _after(call: Call, finding: OpenFinding, about: View | None) -> View | None:
    """The form with the stored finding if somebody else changed it first; otherwise the updated discussion."""
    return call.close_on(about or findings.saved(finding)) if finding.done else findings.form(finding)


def _wording(form: Form) -> FindingWording:
    return FindingWording(form.text(edit.KIND), form.text(edit.AGENCY), form.text(edit.THEME), form.text(edit.TEXT))


LISTENERS = (
    opens(findings.NEW, edit.begin, findings.form),
    opens(findings.EDIT, edit.change, findings.form),
    on_form(findings.ADD, add_finding),
    on_form(findings.SAVE, save_finding),
    on_action(findings.WITHDRAW, withdraw_finding),
)
