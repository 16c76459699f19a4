"""Settings, files, keys, the database, time zones: everything that can be checked without asking anybody outside."""

import re
import resource
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from audit.calendar import LONDON
from audit.errors import Refused
from bot import database_refusals, server
from bot.doctor.means import Means
from bot.doctor.results import LookResult, Unasked, note, ok, problem
from storage import keys, migrations, private_files, schema
from storage.clock import wall

_SECRET = re.compile(r"[0-9a-f]{32}")
_GIB = 2**30
_SCARCE, _LITTLE = 0.1, 1.0
"""GiB of free disk: below _SCARCE nothing can be stored soon, below _LITTLE somebody should know."""


def settings(given: Means) -> Iterator[LookResult]:
    """Which settings are missing, wrong, or of another kind."""
    yield from (problem(sentence) for sentence in given.wrong)
    running = given.whole
    secret = running.slack_signing_secret if running is not None and running.real_slack else None
    if secret is not None and not _SECRET.fullmatch(secret.get_secret_value()):
        yield problem(
            "SLACK_SIGNING_SECRET isn't a signing secret: those have 32 digits and letters from a to f. Set the Signing"
            " Secret under Basic Information, not the Verification Token."
        )
    elif running is not None and not given.wrong:
        yield ok("Every setting that is needed is set, and can be read.")
    if given.basics is not None and not given.basics.real_slack:
        yield note("SLACK_API_URL is the address of a stand-in or a proxy, not Slack's own.")
    if given.stored is not None and given.stored.google_service_account is None:
        yield note("GOOGLE_SERVICE_ACCOUNT isn't set, so there is no Google Sheet.")
    if given.stored is not None and given.stored.local_ids is None:
        yield note("LOCAL_IDS isn't set, so children's reference numbers in your own systems aren't refused.")
    try:
        server.raised(*resource.getrlimit(resource.RLIMIT_NOFILE))
    except Refused as refusal:
        yield problem(refusal.sentence)


def files(given: Means) -> Iterator[LookResult]:
    """Who else on this machine can read the files, and how much room there is."""
    database, key = given.file, _key_file(given)
    own = [Path(f"{database}{suffix}") for suffix in ("", *private_files.BESIDE)] if database is not None else []
    exposed = [path for path in own if _open_to_others(path)]
    for path in exposed:
        yield problem(
            f"Other users of this machine can open {path}. Roundtable corrects this when it next opens the database, if"
            " the file belongs to its own user. If you see this again, make that user the owner."
        )
    if key is not None and _open_to_others(key):
        yield problem(f"Other users of this machine can read Google's key. Run chmod 600 {key}.")
    elif not exposed and (own or key):
        yield ok("Only this user can read the files.")
    folder = database.absolute().parent if database is not None else Path.cwd()
    if folder.is_dir():
        yield _room(folder)
    if database is None:
        yield note("How much disk space PostgreSQL has can't be seen from here: ask whoever runs it.")


def _open_to_others(path: Path) -> bool:
    """Whether the path is a file that other users of this machine may read or write."""
    return path.is_file() and bool(path.stat().st_mode & private_files.OTHERS)


def _key_file(given: Means) -> Path | None:
    """The service account's key file; None if the setting doesn't name one, as another file is no secret."""
    if given.stored is None:
        return None
    try:
        credentials = given.stored.google_credentials()
    except Refused:
        return None
    return given.stored.google_service_account if credentials and "private_key" in credentials else None


def _room(folder: Path) -> LookResult:
    free = shutil.disk_usage(folder).free / _GIB
    room = f"{folder} has {free:,.1f} GB of free disk space"
    if free < _SCARCE:
        return problem(f"{room}. Nothing can be saved once it is full: free some space, or move the database.")
    return note(f"{room}, which isn't much. Free some soon.") if free < _LITTLE else ok(f"{room}.")


def database(given: Means) -> Iterator[LookResult]:
    """Whether the database can be reached, has this version's schema, and keeps a connection's locks."""
    file = given.file
    if file is not None and not file.exists():
        yield problem(f"There is no database at {file}: run `roundtable migrate`, or correct DATABASE_URL.")
        return
    try:
        current = migrations.is_current(given.url.render_as_string(hide_password=False))
    except schema.NotOurs as wrong:
        yield problem(str(wrong))
        return
    except DBAPIError as error:
        if database_refusals.silent(error):
            raise Unasked(database_refusals.why(error)) from None
        yield problem(database_refusals.why(error))
        return
    if not current:
        yield problem("The database isn't up to date: stop every process, then run `roundtable migrate`.")
        return
    kind = "PostgreSQL" if file is None else f"SQLite, in {file}"
    yield ok(f"The database can be read and is up to date ({kind}).")
    if file is None:
        yield from _pooled(given)


def _pooled(given: Means) -> Iterator[LookResult]:
    """Report a pooler that gives each transaction another server process, as workers would lose their locks.

    It uses two connections: while the second has a transaction open, the first must still have its server process.
    """
    engine = migrations.engine_for(given.url.render_as_string(hide_password=False))
    try:
        yield from _same_process(engine)
    finally:
        engine.dispose()


def _same_process(engine: Engine) -> Iterator[LookResult]:
    pid = text("SELECT pg_backend_pid()")
    with engine.connect() as first, engine.connect() as second:
        before = first.scalar(pid)
        first.rollback()
        second.scalar(pid)
        if first.scalar(pid) != before:
            yield problem(
                "A pooler is in front of PostgreSQL and changes the server process with each transaction, so workers"
                " lose their locks. Set DATABASE_URL to PostgreSQL itself, or set the pooler to pool by session."
            )


def known_keys(given: Means) -> Iterator[LookResult]:
    """Whether the keys are those of this database, by its sealed probes."""
    with given.sessions() as sessions:
        names = _names(given)
        try:
            new = keys.unknown(sessions)
        except keys.KeysRefused as refusal:
            yield problem(str(refusal))
            return
    known = [name for name in names if name not in new]
    if not known:
        yield ok("No text is sealed yet: the keys are recorded at the first start.")
        return
    yield ok(f"The keys match this database: {', '.join(known)}.")
    if new:
        yield note(f"Not recorded in this database yet: {', '.join(new)}. The next start does that.")


def _names(given: Means) -> tuple[str, ...]:
    """The names of the keys that are set, the newest first."""
    if given.stored is None:
        raise Unasked("ENCRYPTION_KEYS can't be read: see Settings.")
    return tuple(part.partition(":")[0].strip() for part in given.stored.encryption_keys.get_secret_value().split(","))


def zones(_: Means) -> Iterator[LookResult]:
    """Whether London's time is known, and how old the time zone data is."""
    winter, summer = (LONDON.utcoffset(datetime(2026, month, 1, 12)) for month in (1, 7))  # noqa: DTZ001  # London's own
    version = str(import_module("tzdata").IANA_VERSION)
    if (winter, summer) != (timedelta(), timedelta(hours=1)):
        yield problem("The time zone data for London is wrong: reinstall the tzdata package (`make setup`).")
    elif version[:4].isdecimal() and int(version[:4]) < wall().astimezone(UTC).year - 1:
        yield note(f"The time zone data is from {version}: upgrade the tzdata package.")
    else:
        yield ok(f"Dates and times are London's, with time zone data from {version}.")
