"""The letterhead's form: the partnership's name, its logo, and its own Word template."""

from audit.letterhead.current import FILES, GONE, LOGO, MOST_NAME, NAME, TEMPLATE, LetterheadForm, SetBy
from views.parts import (
    ALL,
    Block,
    View,
    alert,
    checkboxes,
    context,
    done,
    escape,
    input_block,
    modal,
    section,
    text_input,
)
from views.words import stamp

SHOW = "letterhead.show"
"""The button that opens the form."""
SAVE = "letterhead.save"
TITLE = "Letterhead"
_CALLED = {LOGO: "logo", TEMPLATE: "Word template"}
_TYPES = {LOGO: ["png", "jpg", "jpeg"], TEMPLATE: ["docx"]}
_LABELS = {LOGO: "Logo (.png or .jpg)", TEMPLATE: "Word template (.docx)"}
_HINTS = {
    LOGO: "At most 1 MB. It appears on the front page of reports, and at the top of briefings and meeting packs.",
    TEMPLATE: "At most 3 MB. Reports are written into it. For the fields, and a template to start from, see the "
    "guide “The report”.",
}
_ABOUT = "What reports, briefings and meeting packs look like. Anything already sent stays as it is."


def form(shown: LetterheadForm) -> View:
    """The form, filled with the stored name; of stored files it only says that they are there."""
    blocks = [section(_ABOUT)]
    if shown.again:
        blocks.append(alert("This was changed since you opened it. Check it, choose your files again, and save."))
    hint = "As it should appear on the front page: “Northshire Safeguarding Children Partnership”."
    blocks.append(text_input(NAME, "The partnership's name", shown.name, limit=MOST_NAME, multiline=False, hint=hint))
    for part in FILES:
        blocks += [*_file(part), context(_stands(part, shown.files.get(part), shown))]
    if shown.files:
        choices = [(part, f"the {_CALLED[part]}") for part in shown.files]
        blocks.append(checkboxes(GONE, "Take away", choices))
    return modal(TITLE, blocks, record_id=str(shown.base), verb=SAVE, submit="Save")


def _file(part: str) -> list[Block]:
    element: Block = {"type": "file_input", "filetypes": _TYPES[part], "max_files": 1}
    return [input_block(part, _LABELS[part], element, _HINTS[part], optional=True)]


def _stands(part: str, was: SetBy | None, shown: LetterheadForm) -> str:
    if was is None:
        return f"There is no {_CALLED[part]} yet." if part == LOGO else "Now: the template that comes with the product."
    return f"There is one, set {stamp(was.at, shown.now)} by {escape(was.by) if was.by else 'the command line'}."


def saved(shown: LetterheadForm) -> View:
    """The confirmation, with the letterhead as it is now."""
    named = f"*{escape(shown.name)}*" if shown.name else "No name is set."
    lines = ["✅ *The next documents look like this:*", named]
    lines += [f"{_CALLED[part].capitalize()}: {_stands(part, shown.files.get(part), shown)}" for part in FILES]
    return done(TITLE, lines)


__all__ = ["ALL", "SAVE", "SHOW", "TITLE", "form", "saved"]
