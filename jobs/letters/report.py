"""Messages about a report: its documents, requests for sign-offs, and the release of a publication."""

from sqlalchemy.orm import Session

from audit import access
from audit.report import issue, publications, published, recipients, sign_off, sign_off_form, sign_off_status
from audit.row_by_id import existing
from jobs.letters.kind import Kind, addressee
from storage.messages import Message, MessageKind
from storage.reports import Edition, Report, Signature
from views.documents import Document, markdown
from views.parts import Content
from views.report import issue as issue_view
from views.report import publications as publications_view
from views.report import sign_off as sign_off_view


def _report(session: Session, row: Message) -> Content:
    if row.person_id is not None:
        _require_reader(session, row)
    version, standing = issue.report(session, row.subject_id), sign_off_status.version_standing(session, row.subject_id)
    edition, sent = recipients.edition_of(row), recipients.register(session, row.cycle_id)
    content = issue_view.message(version, edition, sent, published.shown(session, version.id, edition), standing)
    if isinstance(content.document, Document) and edition != Edition.FULL:
        publications.require_unnamed(session, edition, markdown(content.document))
    return content


def _require_reader(session: Session, row: Message) -> None:
    """Raise NotAllowed unless the person may read the edition: coordinators any, those asked to sign the full one."""
    who = addressee(session, row)
    if recipients.edition_of(row) == Edition.FULL:
        sign_off.require_reading(session, who, existing(session, Report, row.subject_id))
    else:
        access.require_coordinator(who, "report.send", row.subject_id)


def _sign_off(session: Session, row: Message) -> Content | None:
    view = sign_off_form.look(session, addressee(session, row), row.subject_id)
    if row.ts is None and not (view.open and any(each.party in view.mine for each in view.awaited)):
        return None
    return sign_off_view.request(view)


def _sign_off_said(session: Session, row: Message) -> Content:
    who, signature = addressee(session, row), existing(session, Signature, row.subject_id)
    access.require_coordinator(who, sign_off_form.READ, signature.report_id)
    return sign_off_view.answer_message(
        sign_off_form.look(session, who, signature.report_id), sign_off_status.unsealed_answer(session, signature)
    )


def _release(session: Session, row: Message) -> Content:
    access.require_coordinator(addressee(session, row), "report.release", row.subject_id)
    return publications_view.message(publications.look(session, row.subject_id))


KINDS = (
    Kind(MessageKind.REPORT, _report, stays=True),
    Kind(MessageKind.SIGN_OFF, _sign_off, due=sign_off_form.due, called_off=True),
    Kind(MessageKind.SIGN_OFF_SAID, _sign_off_said),
    Kind(MessageKind.RELEASE, _release),
)
