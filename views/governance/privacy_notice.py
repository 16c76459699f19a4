"""A draft privacy notice for children, families and professionals (UK GDPR, Articles 13 and 14)."""

from collections.abc import Iterator

from audit.governance.deployment import Deployment
from views.documents import Bullets, Document, Heading, Paragraph, Part, inline
from views.governance import claims, shared_parts
from views.governance.claims import Cited
from views.governance.shared_parts import blank

NAME = "privacy-notice"
TITLE = "How we use information in audits of safeguarding work"


def document(of: Deployment) -> Document:
    """The draft notice, from the deployment's settings and database."""
    return shared_parts.document(of, NAME, TITLE, _parts)


def _parts(of: Deployment, cited: Cited) -> Iterator[Part]:
    yield from shared_parts.draft(
        of,
        "Delete this paragraph, the numbers in brackets and the annex before publishing, and write a version that"
        " children can read, too (UK GDPR, Article 12(1)).",
    )
    yield Heading("Who we are", 2)
    yield Paragraph(inline(
        blank("the partnership, its partners and how to reach it; the data protection officer"),
        f" The agencies that take part: {', '.join(of.agencies)}." if of.agencies else "",
    ))  # fmt: skip
    yield Heading("What we do, and why", 2)
    yield Paragraph(inline(
        "A few times a year we look at how well agencies have worked together for a small number of children. Each"
        " agency reads its own records about a child, says what went well and what could have been better, and grades"
        " its own work. Together we agree what to learn from it. We don't use it to decide anything about the child, "
        "but if somebody sees that a child needs help now, they say so and it is acted on."
    ))  # fmt: skip
    yield Heading("What we hold", 2)
    yield Bullets(tuple(map(inline, shared_parts.CATEGORIES)))
    yield Paragraph(inline(
        "It comes from the agencies' own records. A child has a reference instead of a name; which child it means is "
        f"kept separately. {cited(claims.IDENTIFIERS)}"
    ))  # fmt: skip
    yield Heading("Our legal reasons", 2)
    yield Bullets((inline(shared_parts.LAWFUL), inline(shared_parts.SPECIAL), inline(shared_parts.CRIMINAL)))
    yield Heading("Who sees it", 2)
    yield Bullets((
        inline("The agencies involved with a child; the people who run the audit, chair its meetings and oversee it."),
        inline(f"{cited(claims.ROLES)}"),
        inline(f"Reports are shared with the partnership. {cited(claims.PUBLISHED)}"),
        *(inline(f"{who}. ", line) for who, line in shared_parts.processors(of)),
    ))  # fmt: skip
    yield Heading("Where it is kept, and how it is protected", 2)
    yield Paragraph(shared_parts.transfers(of))
    yield Paragraph(inline(cited(claims.ENCRYPTED, claims.READ)))
    yield Heading("How long we keep it", 2)
    yield shared_parts.retention(of, settings=False)
    yield Paragraph(shared_parts.kept_for_good())
    yield Paragraph(inline(f"Grades and counts stay, without what was written. {cited(claims.PURGED, claims.HELD)}"))
    yield from _rights(cited)


def _rights(cited: Cited) -> Iterator[Part]:
    yield Heading("Your rights", 2)
    yield Bullets((
        inline("To ask for a copy of what we hold about you. We may have to leave out what is about somebody else, or"
               " what could harm somebody. We answer within a month, which can become three if it is complex. ",
               cited(claims.ACCESS)),
        inline("To have what is wrong corrected, and to ask us to erase it, or to restrict its use. These rights don't "
            "apply in every case; if one doesn't, we tell you why."),
        inline("You can object to what we do with what we hold about you, at any time, and say why in your situation. "
            "We then stop, unless we have compelling reasons to continue. ", blank("to whom")),
        inline("The right to have your data sent to another organisation doesn't apply here: we don't rely on your "
            "consent, or on a contract with you."),
        inline("No decision about you is made by a computer alone. ", cited(claims.PEOPLE_DECIDE)),
        inline("To complain to us: we acknowledge it within 30 days, and tell you the outcome. ", blank("how")),
        inline("To complain to the Information Commissioner, or to go to court. ",
               blank("the name, which becomes Information Commission, and the address as they are now")),
    ))  # fmt: skip
    yield Heading("If you take part as a professional", 2)
    yield Paragraph(inline(
        "We keep your name and account in Slack, your role, and what you did and read, with times."
        f" {cited(claims.PROFILE, claims.FORGOTTEN, claims.EMPTIED)} ",
        blank("whether they have to take part, and what follows if they don't"),
    ))  # fmt: skip
