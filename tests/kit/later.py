"""A migration on top of the newest schema, such as a later version would have."""

import os
from pathlib import Path
from textwrap import indent

from alembic import command
from alembic.script import ScriptDirectory

from storage import migrations

LATER = "9999"


def upgrade(url: str, folder: Path, body: str) -> None:
    """Upgrade by a migration with these lines of Python; its file is written to `folder`."""
    head = ScriptDirectory.from_config(migrations.config()).get_current_head()
    (folder / "later.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\n\nrevision = {LATER!r}\ndown_revision = {head!r}\n\n\n"
        f"def upgrade():\n{indent(body, '    ')}"
    )
    engine = migrations.engine_for(url)
    try:
        with engine.connect() as connection:
            settings = migrations.config(connection)
            settings.set_main_option("path_separator", "os")
            places = [str(migrations.HERE / "versions"), str(folder)]
            settings.set_main_option("version_locations", os.pathsep.join(places))
            command.upgrade(settings, "head")
    finally:
        engine.dispose()
