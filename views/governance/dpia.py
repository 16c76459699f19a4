"""A draft data protection impact assessment, in the steps of the Information Commissioner's template."""

from collections.abc import Iterator

from audit.governance.deployment import AuditLine, Deployment
from views.documents import Blank, Bullets, Document, Heading, Line, Paragraph, Part, Table, inline
from views.governance import claims, shared_parts
from views.governance.claims import Cited, Claim
from views.governance.shared_parts import blank
from views.parts import count_of

NAME = "data-protection-impact-assessment"
TITLE = "Data protection impact assessment: multi-agency audits with Roundtable"
_RATED = Blank("remote, possible or probable; minimal, significant or severe; low, medium or high")
_AFTER = Blank("eliminated, reduced or accepted; what risk is left; approved?")
_RISKS: tuple[tuple[str, tuple[Claim, ...]], ...] = (
    (
        "A child, or somebody of their family, is recognised from what is written.",
        (claims.IDENTIFIERS, claims.ASKED, claims.NAMES),
    ),
    (
        "Somebody reads a case who has no part in it: another agency, a former lead, somebody of another organisation.",
        (claims.ROLES, claims.ROLE_ENDS, claims.LEAVERS, claims.CHANNELS, claims.SHEETS),
    ),
    ("Agencies learn each other's grades before they should, or adjust their own to them.", (claims.RELEASED,)),
    (
        "Somebody who gains access to the database, a file, a backup or a log reads what was written.",
        (claims.SEALED, claims.TAMPERED, claims.ROTATED, claims.BACKUPS, claims.FILES, claims.LOGS, claims.ENGINE),
    ),
    ("Requests are forged, so that returns are read or sent in somebody else's name.", (claims.SIGNED,)),
    (
        "Something is read, changed or deleted, and nobody can tell who did it.",
        (claims.TRAIL, claims.READ, claims.PROVED, claims.VERSIONS),
    ),
    (
        "It is kept longer than it is needed, or comes back with a backup.",
        (claims.PURGED, claims.DRAFTS, claims.FORGOTTEN, claims.EMPTIED, claims.AGAIN),
    ),
    ("It is lost, or removed although an inquiry needs it.", (claims.KEPT, claims.BACKUPS, claims.HELD)),
    ("A child, or an agency's grade, can be worked out from what is published.", (claims.PUBLISHED,)),
    (
        "A request for access, or to correct or erase something, can't be answered in full.",
        (claims.ACCESS, claims.VERSIONS, claims.ERASED),
    ),
)
"""(risk, the claims about what the software does against it)."""
_OURS_NOT = (
    "What members of a channel copy from it, and what people write in Slack themselves.",
    "Who reads a channel, a direct message or a sheet isn't recorded, nor who reads recommendations and their actions.",
    "Whoever can read the environment of the processes, where the keys are, can read everything.",
    "A name that somebody says identifies nobody is stored: names can't be recognised reliably.",
)
"""What the software doesn't protect against."""


def document(of: Deployment) -> Document:
    """The draft assessment, from the deployment's settings and database."""
    return shared_parts.document(of, NAME, TITLE, _parts)


def _parts(of: Deployment, cited: Cited) -> Iterator[Part]:
    yield from shared_parts.draft(of, "It follows the steps of the Information Commissioner's template.")
    yield shared_parts.table(
        "Submitting controller",
        (
            (
                "Controller, and any joint controllers",
                blank(
                    "names, often the three safeguarding partners jointly, each agency remaining the controller of "
                    "its own records; and the arrangement between them, UK GDPR Article 26"
                ),
            ),
            ("Subject", "Multi-agency audits of safeguarding practice, with the software Roundtable in Slack"),
            ("Data protection officer", blank("name and contact")),
        ),
    )
    yield Heading("Step 1: Identify the need for an assessment")
    yield Paragraph(inline(
        "The agencies around a child each look at their own work on a sample of cases, grade it and say why; at a"
        " meeting they ratify one grade for each case and agree what can be learnt. An assessment is needed because"
        " this brings together what several organisations know about children at risk, much of it special category"
        " data and some about criminal offences (UK GDPR, Article 35(1) and (3)(b)). ",
        Blank("the board adds why else, and whether it is on a large scale"),
    ))  # fmt: skip
    yield Heading("Step 2: Describe the processing")
    yield from _nature(of, cited)
    yield from _scope(of)
    yield from _context(of, cited)
    yield Heading("Step 3: Consultation")
    yield Bullets((
        inline(blank("when and how children, young people and families are asked for their views, or why not")),
        inline(blank("who else is involved: the safeguarding partners, agencies' own data protection officers, IT, the"
                   " Caldicott Guardian")),
        inline(blank(f"what {shared_parts.services(of, 'the host')} were asked, and answered; who else knows about"
                   " information security")),
    ))  # fmt: skip
    yield from _necessity(of, cited)
    yield from _risks(of, cited)
    yield from _sign_off()


def _nature(of: Deployment, cited: Cited) -> Iterator[Part]:
    google = " Each audit's answers are also written to a Google Sheet." if of.settings.google else ""
    yield Heading("Nature", 2)
    yield Paragraph(inline(
        "Each agency's lead reads the agency's own records and answers a form in Slack about one case at a time."
        f" Answers are kept in {of.settings.database}.{google} Summaries of cases and tallies are posted in private"
        " channels before the meeting. A report follows, with an edition for the public that has no small numbers"
        f" (below {of.settings.small_below} by area, by agency or among cases that changed). Nothing is collected from"
        " a child or a family, or from anybody else's system. "
        + cited(claims.PRIVATE, claims.CHANNELS)
    ))  # fmt: skip
    yield Table(
        "Who processes it for the controller",
        ("who", "what"),
        tuple((inline(who), line) for who, line in shared_parts.processors(of)),
        (2, 8),
    )
    yield Paragraph(
        inline(blank("a diagram of how the data flows, if that helps; which part of it is likely to be high risk"))
    )
    scopes = tuple((inline(name), inline(why)) for name, why in of.settings.scopes.items())
    yield Table("What the app may do in Slack", ("scope", "to"), scopes, (3, 8))
    if not of.settings.real:
        yield Paragraph(
            inline("This deployment uses a stand-in for Slack, and is only for trying it out."), stress=True
        )


def _scope(of: Deployment) -> Iterator[Part]:
    yield Heading("Scope", 2)
    yield Bullets(tuple(map(inline, shared_parts.CATEGORIES)))
    yield Paragraph(inline(f"So far: {shared_parts.scale(of)} ", blank("how many cases a year; which area it covers")))
    if of.areas:
        yield Paragraph(inline(f"Areas: {', '.join(of.areas)}. Agencies: {', '.join(of.agencies)}."))
    yield shared_parts.retention(of)
    yield Paragraph(shared_parts.kept_for_good())
    yield Paragraph(inline(
        f"Audits under a legal hold: {of.holds:,}. Audits from which something has been removed: {of.purged:,}."
        " Somebody has to run each removal (roundtable purge --for-good): ",
        blank("who does it, and how often"),
    ))  # fmt: skip
    if of.audits:
        yield _audits(of)


def _audits(of: Deployment) -> Table:
    rows = tuple(
        (
            (str(each.number),), (f"{each.title}: {each.theme}",), (f"{each.cases:,}",), (each.state,),
            (_sheet(each),),
            ("named" if each.key_holder else "not named yet",),
        )
        for each in of.audits
    )  # fmt: skip
    heads = ("audit", "about", "cases", "state", "its sheet", "holder of the key")
    return Table("The audits", heads, rows, (1, 5, 1, 2, 3, 2), frozenset({2}))


def _sheet(of: AuditLine) -> str:
    """How many accounts can open an audit's sheet, and what it shows."""
    lent = f"; {count_of(of.lent, 'sheet')} for others beside it" if of.lent else ""
    if of.readers is None:
        return f"none, or not asked yet{lent}"
    texts = "with" if of.reflections_in_sheet else "without"
    grades = "every grade" if of.unreleased_in_sheet else "the grades of cases that are out"
    return f"open to {of.readers:,}; {grades}, {texts} what was written{lent}"


def _context(of: Deployment, cited: Cited) -> Iterator[Part]:
    yield Heading("Context", 2)
    yield Bullets((
        inline(
            "The cases are of children, many at risk, and of their families: agencies know them from their own work. ",
            blank("the relationship of each partner with them"),
        ),
        inline("Children and families don't take part, and mostly won't know that their case was sampled. ",
               blank("whether and how they are told (UK GDPR, Article 14, with its exceptions in paragraph 5); what"
                   " they would expect; how much control they have")),
        inline("Which child a reference means is known outside the software, to whoever holds the key to references. ",
               blank("how that key is kept")),
        inline("Professionals are named in the trail, as in Slack. ", blank("how they are told")),
        inline(blank("whether it is novel; the state of the technology, such as what can be switched off at"
            f" {shared_parts.services(of)}; whether anybody has signed up to an approved code of conduct or"
            " certification")),
        inline(blank("prior concerns, security incidents, current public concern")),
    ))  # fmt: skip
    yield Heading("Purposes", 2)
    yield Paragraph(inline(
        "To learn how well agencies work together for children, to improve it, and to be accountable for it. It isn't"
        f" used to decide anything about the child whose case it is. {cited(claims.URGENT)} ",
        Blank("the board adds intended effects and benefits"),
    ))  # fmt: skip


def _necessity(of: Deployment, cited: Cited) -> Iterator[Part]:
    yield Heading("Step 4: Assess necessity and proportionality")
    known = "are refused too" if of.settings.local_ids else "aren't recognised, because LOCAL_IDS isn't set"
    minimal = (
        f"Cases have references and no names. {cited(claims.IDENTIFIERS)} The partnership's own reference numbers"
        f" {known}; {of.denied_names:,} names are on the list of names to keep out. {cited(claims.PROFILE)}"
    )
    yield shared_parts.table(
        "How it complies",
        (
            ("Lawful basis", inline(shared_parts.LAWFUL)),
            ("Special categories", inline(shared_parts.SPECIAL, " ", shared_parts.CONSENT)),
            ("Criminal offence data", inline(shared_parts.CRIMINAL)),
            (
                "Confidentiality",
                inline(blank("how the duty of confidence is met by those who answer from health and other confidential"
                           " records, with the Caldicott Principles; in England, whether the national data opt-out"
                           " applies")),
            ),
            (
                "Does it achieve the purpose; is there another way",
                inline(blank("why a sample of real cases is needed, why these agencies, why this many")),
            ),
            ("No other use", inline(blank("how it is kept from being used for anything else"))),
            ("Data quality and minimisation", inline(minimal)),
            ("Accuracy", inline(cited(claims.VERSIONS), " The meeting may change a grade, with a reason.")),
            ("No automated decisions", inline(cited(claims.PEOPLE_DECIDE))),
            ("Information", inline("A draft privacy notice is beside this document. ", blank("where it is published"))),
            ("Rights",
             inline(cited(claims.ACCESS), " Correcting makes a new version. ", blank("who answers requests"))),
            ("Processors", inline(blank("how each processor is bound and checked"))),
            ("Transfers", shared_parts.transfers(of)),
        ),
    )  # fmt: skip


def _risks(of: Deployment, cited: Cited) -> Iterator[Part]:
    yield Heading("Step 5: Identify and assess risks")
    risks = tuple(((str(number),), (risk,), (_RATED,)) for number, (risk, _) in enumerate(_RISKS, 1))
    yield Table("Risks to people", ("", "risk", "likelihood; severity; overall"), risks, (0.6, 6, 4))
    yield Paragraph(inline(blank("further risks, to compliance and to the organisations as well")))
    yield Heading("Step 6: Identify measures to reduce risk")
    measures: tuple[tuple[Line, ...], ...] = tuple(
        ((str(number),), (cited(*done),), (_AFTER,)) for number, (_, done) in enumerate(_RISKS, 1)
    )
    yield Table("What the software does", ("risk", "measure", "effect; residual risk; approved"), measures, (0.8, 7, 3))
    yield Paragraph(inline("What it can't do, so the controller must deal with it:"))
    yield Bullets(
        (
            *map(inline, _OURS_NOT),
            inline(
                f"What {shared_parts.services(of)} and their administrators can read, export or keep: see your"
                " contracts, and their own logs."
            ),
            *(
                [inline("Earlier versions of a Google Sheet, until somebody deletes the spreadsheet.")]
                if of.settings.google
                else []
            ),
            inline(
                blank(
                    "further measures: training, who is in which channel, devices, leavers, what is done after a breach"
                )
            ),
        )
    )


def _sign_off() -> Iterator[Part]:
    yield Heading("Step 7: Sign off and record outcomes")
    signed = inline(blank("name, position, date"))
    items = (
        "Measures approved by", "Residual risks approved by", "Advice of the data protection officer",
        "Advice accepted or overruled by, and why", "Responses of those consulted reviewed by",
        "This assessment is kept under review by",
    )  # fmt: skip
    yield shared_parts.table("Sign off", tuple((item, signed) for item in items))
    yield Paragraph(inline(
        "If a high risk remains that can't be reduced, the Information Commissioner is consulted before it begins (UK"
        " GDPR, Article 36)."
    ))  # fmt: skip
