"""A draft record of processing activities, with what UK GDPR Article 30(1) asks of a controller."""

from collections.abc import Iterator

from audit.governance.deployment import Deployment
from views.documents import Bullets, Document, Heading, Paragraph, Part, Table, inline
from views.governance import claims, shared_parts
from views.governance.claims import Cited
from views.governance.shared_parts import blank

NAME = "record-of-processing"
TITLE = "Record of processing: multi-agency audits with Roundtable"


def document(of: Deployment) -> Document:
    """The draft record, from the deployment's settings and database."""
    return shared_parts.document(of, NAME, TITLE, _parts)


def _parts(of: Deployment, cited: Cited) -> Iterator[Part]:
    yield from shared_parts.draft(
        of,
        "It covers what UK GDPR Article 30(1) and, for special category and criminal offence data, paragraph 41 of"
        " Schedule 1 to the Data Protection Act 2018 require of a controller, and what is often recorded with it.",
    )
    yield _article_30(of, cited)
    yield shared_parts.retention(of)
    yield Paragraph(shared_parts.kept_for_good())
    yield Table(
        "Recipients that process it for the controller",
        ("who", "what"),
        tuple((inline(who), line) for who, line in shared_parts.processors(of)),
        (2, 8),
    )
    yield Heading("Security measures", 2)
    yield _measures(cited)
    yield _beside(of, cited)


def _article_30(of: Deployment, cited: Cited) -> Table:
    return shared_parts.table(
        "Article 30(1)",
        (
            ("(a) Controller, joint controllers, representative, data protection officer", blank("names and contacts")),
            (
                "(b) Purposes",
                shared_parts.PURPOSE,
            ),
            ("(c) Categories of people", " ".join(shared_parts.SUBJECTS)),
            ("(c) Categories of personal data", " ".join(shared_parts.CATEGORIES)),
            (
                "(d) Categories of recipients",
                inline(
                    f"The partnership's agencies ({', '.join(of.agencies) or 'none set up yet'}), each what its role"
                    f" may read; the sub-group; the processors below. {cited(claims.PUBLISHED)} ",
                    blank("others, such as an inspectorate"),
                ),
            ),
            ("(e) Transfers to third countries", shared_parts.transfers(of)),
            ("(f) Time limits for erasure", "As in the table below."),
            ("(g) Security measures", "As in the list below."),
        ),
    )


def _measures(cited: Cited) -> Bullets:
    measures = (
        claims.SEALED, claims.ROTATED, claims.SIGNED, claims.ROLES, claims.LEAVERS, claims.CHANNELS, claims.SHEETS,
        claims.LOGS, claims.FILES, claims.TRAIL, claims.READ, claims.PROVED, claims.BACKUPS, claims.PURGED, claims.HELD,
    )  # fmt: skip
    return Bullets((
        *(inline(cited(each)) for each in measures),
        inline(blank("the controller's own: devices, accounts, training, the host's measures")),
    ))  # fmt: skip


def _beside(of: Deployment, cited: Cited) -> Table:
    """What paragraph 41 asks for (the bases, the condition, the policy), and what is often kept with the record."""
    return shared_parts.table(
        "Also on record",
        (
            ("Lawful basis", inline(shared_parts.LAWFUL)),
            ("Condition for special categories", inline(shared_parts.SPECIAL)),
            ("Criminal offence data", inline(shared_parts.CRIMINAL)),
            (
                "Appropriate policy document (Data Protection Act 2018, Schedule 1, paragraphs 39 to 41)",
                blank("where it is; whether everything is kept and erased as it says, and if not, why not"),
            ),
            ("Source", "Agencies' own records, as their leads read them; nothing comes from the people themselves."),
            ("Automated decisions", inline(f"None. {cited(claims.PEOPLE_DECIDE)}")),
            ("So far", shared_parts.scale(of)),
            ("Where it is", inline(f"In {of.settings.database}. ", blank("whose servers, in which country"))),
            ("Impact assessment", blank("its date, and where it is")),
            ("Information sharing agreement", blank("its date, and who signed it")),
        ),
    )  # fmt: skip
