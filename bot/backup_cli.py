"""Commands about backups: make one, restore one, and put a restored database into use."""

import argparse
from datetime import timedelta

from sqlalchemy.orm import Session

from audit.calendar import stamp
from audit.errors import Refused
from audit.report import words_that_stay
from audit.retention import erased_before, purge, restored
from bot import database_refusals
from bot.retention_cli import erased_again
from bot.settings import Stored
from jobs import worker_slots
from storage import backup, keys
from storage.backup import BackupHead, Unusable
from storage.crypto import vault_of
from storage.engine import Sessions
from storage.keys import KeysRefused
from storage.remembered import UnusableFile
from storage.schema import newest
from views.parts import count_of

PATIENCE = 6 * 3600.0
"""Seconds for the whole restoration: nobody waits for it, and nothing else uses a database that is being filled."""


def make(settings: Stored, given: argparse.Namespace) -> None:
    """Write everything that is kept into a sealed file, while everybody works."""
    made_at = settings.clock.now()
    head = BackupHead(newest(), made_at, made_at + timedelta(days=settings.keep_backup_days))
    with settings.database() as sessions, sessions.reading() as session:
        try:
            count, key = backup.write(session, given.backup, head), vault_of(session).names[0]
        except FileExistsError as there:
            raise Refused(f"{there.filename} already exists: choose another name. Nothing was written.") from None
        except OSError as error:
            raise Refused(f"{given.backup} can't be written: {error.strerror}.") from None
    print(
        f"{given.backup} holds {count_of(count, 'row')}, sealed with the key “{key}”. It can be restored until "
        f"{stamp(head.expires_at)}: delete it after that. Keep the keys, and the list of what was removed"
        f" ({settings.remembered.file}), elsewhere."
    )


def put_back(settings: Stored, given: argparse.Namespace) -> None:
    """Restore a backup into an empty database, which posts nothing until `roundtable resume`."""
    database_refusals.require_current(settings.database_url.get_secret_value())
    sessions = settings.sessions(patience=PATIENCE)
    try:
        head = backup.head_of(given.backup)
        _require_usable(settings, head)
        settings.remembered.read()
        with sessions.begin() as session:
            _require_not_put_back(session)
            count = backup.restore(session, given.backup, head)
            restored.begin(session, head.made_at)
            keys.check_within(session)
            erased_before.unknown(session, settings.remembered)  # raises before anything is committed
            _require_no_worker(sessions)
        _remove_again(settings, sessions)
    except (KeysRefused, Unusable, UnusableFile) as wrong:
        raise Refused(f"{wrong} Nothing was restored.") from None
    finally:
        sessions.dispose()
    print(
        f"{count_of(count, 'row was', 'rows were')} restored as of {stamp(head.made_at)}. Nothing is posted or updated"
        " yet. Once the installation that the backup came from has stopped for good, run"
        " `roundtable resume --the-other-has-stopped`."
    )
    if not settings.remembered.file.exists():
        print(
            f"There is no list of what was removed ({settings.remembered.file}). If you keep one elsewhere, put it"
            " there before you run that command."
        )


def _require_not_put_back(session: Session) -> None:
    """Refused if a backup was restored here already, perhaps by a process that was killed before reporting that."""
    made_at = restored.silent_since(session)
    if made_at is not None:
        raise Refused(
            f"The backup of {stamp(made_at)} has already been restored into this database in full. Nothing was changed"
            " now. Once the installation that the backup came from has stopped for good, run `roundtable resume"
            " --the-other-has-stopped`."
        )


def _require_no_worker(sessions: Sessions) -> None:
    """Raise Unusable while a worker is running: it checks only once, at its start, whether it may post."""
    with sessions.reading() as session:
        alive = worker_slots.alive(session)
    if alive:
        raise Unusable("A worker is running on this database, and would post at once: stop it first.")


def _require_usable(settings: Stored, head: BackupHead) -> None:
    if head.schema != newest():
        raise Unusable(
            f"It was made by another version of Roundtable (schema {head.schema}, this one has {newest()}): restore "
            "it with the version that made it, then upgrade."
        )
    if head.expires_at <= settings.clock.now():
        raise Unusable(
            f"It could be restored until {stamp(head.expires_at)}: what it holds may be due for removal by now. "
            "Delete it."
        )


def _remove_again(settings: Stored, sessions: Sessions) -> None:
    """Remove again what was removed since the backup was made, and print the number of texts for each audit."""
    purged = purge.again(sessions, settings.remembered, words_that_stay.LASTING)
    for number, count in purged.texts.items():
        if count:
            print(f"Audit {number}: {count_of(count, 'text was', 'texts were')} emptied again, as before.")
    for line in erased_again(purged):
        print(line)


def resume(settings: Stored, _: argparse.Namespace) -> None:
    """Put a restored database into use, once the installation that the backup came from has stopped."""
    with settings.database() as sessions:
        with sessions.reading() as session:
            silent = restored.silent_since(session) is not None
        if silent:  # the restoration may have been killed before this, or had no PURGED_FILE yet
            try:
                _remove_again(settings, sessions)
            except (KeysRefused, UnusableFile) as wrong:
                raise Refused(f"{wrong} This database stays silent.") from None
        with sessions.begin() as session:
            restored.resume(session)
    print("This database is now in use. Start the web process and the worker.")
