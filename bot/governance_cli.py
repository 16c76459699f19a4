"""The command that drafts a controller's documents: an impact assessment, a record of processing, a privacy notice."""

import argparse
import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from audit.errors import Refused
from audit.governance.deployment import DeploymentSettings, deployment
from audit.letterhead import current
from bot.new_file import new
from bot.scopes import SCOPES
from bot.settings import Stored
from views import documents
from views.governance import dpia, privacy_notice, processing_record


def drafts(settings: Stored, given: argparse.Namespace) -> None:
    """Write drafts of an impact assessment, a record of processing and a privacy notice, from settings and database."""
    with settings.database() as sessions, sessions.reading() as session:
        described, look = deployment(session, _told(settings)), current.letterhead(session)
    drawn = (dpia.document(described), processing_record.document(described), privacy_notice.document(described))
    paths = [given.out / f"{each.name}.docx" for each in drawn]
    for path in paths:
        _require_free(path)
    written = [documents.docx(replace(each, letterhead=look)) for each in drawn]
    try:
        given.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"{given.out} can't be written: {error.strerror}.") from None
    with ExitStack() as files:  # so that all three are written or none
        for path, data in zip(paths, written, strict=True):
            files.enter_context(new(path)).write(data)
    print("\n".join(map(str, paths)))
    print("Each is a draft. What only the controller knows is marked in yellow, in square brackets.")


def _require_free(path: Path) -> None:
    """Refused if the path exists: all three files are written, or none."""
    if os.path.lexists(path):
        raise Refused(f"{path} already exists, and may have been edited: choose another folder.")


def _told(settings: Stored) -> DeploymentSettings:
    on_sqlite = settings.database_url.get_secret_value().startswith("sqlite")
    return DeploymentSettings(
        database="an SQLite file" if on_sqlite else "a PostgreSQL database",
        google=settings.google_service_account is not None,
        real=settings.real_slack,
        local_ids=settings.local_ids is not None,
        backup_days=settings.keep_backup_days,
        small_below=settings.small_below,
        scopes=SCOPES,
    )
