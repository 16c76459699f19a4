"""A worker's work without the engine, done in the thread that waits for it, with nothing in parallel."""

from bot.settings import Settings
from jobs import sweep
from jobs.deliver import deliver
from jobs.lookups import look_up
from jobs.redraw import redraw
from jobs.slack_posting import Poster
from sheets.google_client import connect
from storage import chain
from storage.engine import Sessions


class AtOnce:
    """The work between these stand-ins, on this database."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        credentials = settings.google_credentials()
        assert credentials
        self._sessions, self._retry = sessions, settings.retry_seconds
        self._poster = Poster(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
        self._google = connect(credentials, settings.google_api_url)

    def __call__(self) -> bool:
        """Do one sweep and one attempt at everything that is behind and may be tried now; whether there was any."""
        sessions, poster, retry = self._sessions, self._poster, self._retry
        sweep.take_up(sessions)
        chain.seal(sessions)
        people, messages = sweep.lookups(sessions), sweep.deliveries(sessions)
        for behind in people:
            look_up(sessions, poster, behind.row_id, retry=retry)
        for behind in messages:
            deliver(sessions, poster, behind.row_id, retry=retry)
        sheets = sweep.redraws(sessions)
        for behind in sorted(sheets, key=lambda each: each.priority):
            redraw(sessions, self._google, behind.row_id, retry=retry)
        return bool(people or messages or sheets)
