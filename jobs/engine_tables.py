"""The engine's own tables, which are in the same database as ours."""

from dbos import DBOS
from sqlalchemy.engine import URL


def address(url: URL) -> str:
    """The database's address for DBOS, including the password."""
    driver = "sqlite" if url.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return url.set(drivername=driver).render_as_string(hide_password=False)


def migrate(url: URL) -> None:
    """Bring the engine's tables up to date."""
    DBOS.logger.setLevel("WARNING")
    DBOS.migrate(address(url))
