"""Commands about the letterhead: the partnership's name, its logo, and its Word template."""

import argparse
from base64 import b64encode

from audit import apart
from audit.bounds import contents
from audit.errors import Refused
from audit.letterhead import current, filling
from audit.letterhead.fields import FIELDS
from bot.new_file import new
from bot.settings import Stored


def name(settings: Stored, given: argparse.Namespace) -> None:
    """Set the partnership's name, as it appears on its documents."""
    partnership = " ".join(given.partnership.split())
    if not 0 < len(partnership) <= current.MOST_NAME:
        raise Refused(f"A name has 1 to {current.MOST_NAME} characters.")
    _put(settings, current.NAME, partnership, f"The partnership is called “{partnership}”")


def logo(settings: Stored, given: argparse.Namespace) -> None:
    """Set the logo for documents: a PNG or JPEG picture."""
    made = apart.run_apart(filling.logo, contents(given.picture), "The logo")
    _put(settings, current.LOGO, b64encode(made).decode(), f"{given.picture} is the logo")


def template(settings: Stored, given: argparse.Namespace) -> None:
    """Check a Word template, and use it for reports from now on."""
    data = contents(given.docx)
    apart.run_apart(filling.require_template, data, "The template")
    _put(settings, current.TEMPLATE, b64encode(data).decode(), f"{given.docx} is the template of reports")


def remove(settings: Stored, given: argparse.Namespace) -> None:
    """Remove the logo or the template; reports then use the one that comes with the product."""
    _put(settings, given.part, "", f"There is no {given.part} of your own")


def write(given: argparse.Namespace) -> None:
    """Write the template that comes with the product, to start from, and list its fields."""
    from views.template import shipped  # python-docx takes a third of a second to load

    with new(given.docx) as file:
        file.write(shipped())
    print(f"{given.docx} is the template. Its fields, each between double braces:")
    for field, what in FIELDS.items():
        print(f"  {field}: {what}")


def _put(settings: Stored, part: str, content: str, said: str) -> None:
    with settings.database() as sessions, sessions.begin() as session:
        changed = current.put(session, {part: content})
    print(f"{said}{'' if changed else ', as before'}.")
