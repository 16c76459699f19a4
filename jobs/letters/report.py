"""Messages about a report: its documents, and what asks for the release of a publication."""

from sqlalchemy.orm import Session

from audit import access
from audit.report import approval, issue, naming, publications, recipients
from jobs.letters.kind import Kind, addressee
from storage.messages import Message, MessageKind
from storage.reports import Edition
from views.documents import Document, markdown
from views.parts import Content
from views.report import issue as issue_view
from views.report import release as release_view


def _report(session: Session, row: Message) -> Content | None:
    if row.ts is not None:
        return None  # it stays as it was sent
    if row.person_id is not None:
        access.require_coordinator(addressee(session, row), "report.send", row.subject_id)
    found, standing = issue.report(session, row.subject_id), approval.standing(session, row.subject_id)
    edition, sent = recipients.edition_of(row), recipients.register(session, row.cycle_id)
    content = issue_view.message(found, edition, sent, publications.shown(session, found.id, edition), standing)
    if isinstance(content.document, Document) and edition != Edition.FULL:
        naming.require_unnamed(session, markdown(content.document))
    return content


def _release(session: Session, row: Message) -> Content:
    access.require_coordinator(addressee(session, row), "report.release", row.subject_id)
    return release_view.message(publications.look(session, row.subject_id))


KINDS = (Kind(MessageKind.REPORT, _report), Kind(MessageKind.RELEASE, _release))
