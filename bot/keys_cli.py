"""Commands about the encryption keys: move sealed texts to the newest, and check that all can be opened."""

import argparse
import sys
from collections.abc import Iterable

from bot.settings import Stored
from storage import rotation
from storage.crypto import Vault
from storage.rotation import Unopened


def rotate(settings: Stored, _: argparse.Namespace) -> None:
    """Seal everything with the newest key while everybody works, and say which older keys are no longer needed."""
    names = Vault.from_text(settings.encryption_keys.get_secret_value()).names
    with settings.database() as sessions:
        rotated = rotation.rotate(sessions)
    print(f"{rotated.count:,} texts were sealed again, with the key “{names[0]}”.")
    for name in names[1:]:
        print(_can_go(name, rotated.left.get(name, {}), unopened=bool(rotated.unopened)))
    _end_with(rotated.unopened)


def _can_go(name: str, left: dict[str, int], *, unopened: bool) -> str:
    """Whether an older key can be removed, in words."""
    if left:
        where = ", ".join(f"{count:,} in {column}" for column, count in left.items())
        return (
            f"Keep the key “{name}”: some texts are still sealed with it ({where}). A process that was started before"
            " the newest key was put first still uses it: restart every process, and run this again."
        )
    if unopened:
        return f"Keep the key “{name}”: some texts can't be opened (below), and one of them may need it."
    return (
        f"Nothing is sealed with the key “{name}” any more: you can remove it from ENCRYPTION_KEYS. Keep it with the "
        "backups made so far, which can't be read without it."
    )


def verify(settings: Stored, _: argparse.Namespace) -> None:
    """Check that all sealed texts can be opened, and name the place of any that was changed, cut short or moved."""
    with settings.database() as sessions:
        looked = rotation.look(sessions)
    print(f"{looked.count:,} sealed texts can be opened where they are.")
    _end_with(looked.unopened)


def _end_with(unopened: Iterable[Unopened]) -> None:
    """End with status 1 and a line for each text that can't be opened, if there are any."""
    if lines := [f"{each.table}.{each.column} of row {each.row_id} {each.why}." for each in unopened]:
        sys.exit("\n".join([f"{len(lines):,} can't be opened:", *lines]))
