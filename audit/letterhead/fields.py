"""The fields of a Word template, and the environment in which all templates are read."""

from collections.abc import Mapping

from jinja2 import nodes
from jinja2.runtime import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from audit.bounds import safe_name
from audit.errors import Refused

PARTNERSHIP, LOGO, TITLE, AUDIT, THEME = "partnership", "logo", "title", "audit", "theme"
EDITION, VERSION, STAGE, DATE, NOTICE, FOOT, REPORT = "edition", "version", "stage", "date", "notice", "foot", "report"
FIELDS: Mapping[str, str] = {
    PARTNERSHIP: "the partnership's name",
    LOGO: "the partnership's logo, at most 6 cm wide and 2 cm high; nothing if there is none",
    TITLE: "what the document is called: “Transitions audit: summary report”",
    AUDIT: "“Multi-agency audit 2”",
    THEME: "the audit's theme",
    EDITION: "“Full edition” or “Public edition”",
    VERSION: "the version's number",
    STAGE: "“Draft”, “Approved” or “Issued”",
    DATE: "the day on which the version was made: “12 March 2026”",
    NOTICE: "who the edition is for, and that it is a draft; nothing if there is nothing to say",
    FOOT: "“Audit 2 · full edition · version 1”, for the foot of each page",
    REPORT: "the report itself: once, alone in a paragraph of its own",
}
"""Field -> what it is filled with. Every field but the title and the report may be empty."""
MAY_BE_EMPTY = frozenset(FIELDS) - {TITLE, REPORT}
MARKS: Mapping[str, str] = {LOGO: "\ue000logo\ue000", REPORT: "\ue000report\ue000"}
"""Placeholders for fields that aren't text, until their content is inserted."""
_TAKEN = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.Not, nodes.And, nodes.Or)
_KNOWN = f"The fields are: {', '.join(FIELDS)}."


class BadTemplate(Refused):
    """A file can't be used as the partnership's template or logo. The sentence says why."""


class Environment(SandboxedEnvironment):
    """Reads templates with fields, alone or within an "if". BadTemplate for anything else, such as code.

    Values are escaped wherever they are inserted.
    """

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, cache_size=0)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _TAKEN):
                raise BadTemplate(
                    "The template holds code. Only fields are accepted, such as {{ title }}, and {% if notice %} ..."
                    f" {{% endif %}} around them; line {node.lineno} has more ({type(node).__name__.lower()})."
                )
            if isinstance(node, nodes.Name) and node.name not in FIELDS:
                raise BadTemplate(f"The template has a field that there isn't: “{safe_name(node.name)}”. {_KNOWN}")
        return tree


def sample(*, full: bool) -> dict[str, str]:
    """Values to try a template with: all fields or, unless `full`, only those that are never empty."""
    return {name: MARKS.get(name, f"The {name}") if full or name not in MAY_BE_EMPTY else "" for name in FIELDS}
