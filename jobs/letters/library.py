"""Messages about audit tools, to coordinators."""

from sqlalchemy.orm import Session

from audit.library import tool_file
from jobs.letters.kind import Kind, addressee
from storage.messages import Message, MessageKind
from views.library import tool_file as tool_file_view
from views.parts import Content


def _file(session: Session, row: Message) -> Content:
    return tool_file_view.message(tool_file.wanted(session, addressee(session, row), row.subject_id))


KINDS = (Kind(MessageKind.TOOL_FILE, _file, stays=True),)
