"""Parts shared by a controller's documents: legal bases, data held, retention and processors."""

from collections.abc import Callable, Iterable

from audit.calendar import on
from audit.governance.deployment import Deployment
from views.documents import Blank, Document, Line, PageBreak, Paragraph, Part, Table, inline
from views.governance.claims import Cited
from views.parts import count_of

LAWFUL = Blank(
    "the board confirms, or replaces: UK GDPR Article 6(1)(e), a task in the public interest, laid down for the "
    "safeguarding partners by the Children Act 2004 (sections 11 and 16E to 16K; in Wales, Part 7 of the Social "
    "Services and Well-being (Wales) Act 2014)"
)
SPECIAL = Blank(
    "the board confirms, or replaces: UK GDPR Article 9(2)(g), substantial public interest, with the Data"
    " Protection Act 2018, section 10 and Schedule 1 paragraph 6 (functions conferred by an enactment) or paragraph 18"
    " (safeguarding of children and of individuals at risk), for each of which an appropriate policy document is needed"
    " (Schedule 1, Part 4)"
)
CRIMINAL = Blank(
    "the board confirms, or replaces: UK GDPR Article 10 with section 10(5) of the Act and the same paragraph of"
    " Schedule 1, as returns from the police, probation or youth justice may mention offences"
)
CONSENT = Blank(
    "if it relies on paragraph 18, the board says which reason in paragraph 18(2) applies for doing it without "
    "consent: it can't be given, it can't reasonably be expected to be obtained, or asking would prejudice the "
    "protection"
)
PURPOSE = (
    "To learn from a sample of cases how well agencies work together to safeguard children, to improve it and to be"
    " accountable for it."
)
SUBJECTS: tuple[str, ...] = (
    "Children and young people whose cases are audited, under a pseudonymous reference.",
    "Members of their families and other people around them, if returns mention them.",
    "Professionals who take part: leads, deputies, auditors, chairs, coordinators, members of the sub-group.",
)
_OF_A_CHILD = (
    "About a child: reference, area, which agencies are involved, what each writes about its own work with the child"
    " and the child's voice, grades with reasons, findings, actions. It may reveal health, sexual life, ethnicity,"
    " religion, offences and neglect or abuse."
)
CATEGORIES: tuple[str, ...] = (
    _OF_A_CHILD,
    "About professionals: their name in Slack, account, role and agency, what they did and read, and when.",
    "Not asked for: children's names, dates of birth, addresses or identifying numbers.",
)


def blank(what: str) -> Blank:
    """A blank for something that only the board knows."""
    return Blank(f"the board fills in: {what}")


def document(of: Deployment, name: str, title: str, parts: Callable[[Deployment, Cited], Iterable[Part]]) -> Document:
    """A draft with these parts, and an annex of the claims that they cite."""
    cited = Cited()
    drawn = tuple(parts(of, cited))
    return Document(name, title, f"{title} (draft)", (*drawn, PageBreak(), *cited.annex("A")))


def draft(of: Deployment, what: str) -> tuple[Part, ...]:
    """The notice at the beginning of a document that it is a draft."""
    words = (
        f"A draft, written by Roundtable on {on(of.at.date())} from this deployment's settings and database. {what}"
        " It isn't legal advice: the controller decides, and answers for it. What only the controller knows is in"
        " square brackets."
    )
    return (Paragraph(inline(words), stress=True),)


def table(caption: str, rows: tuple[tuple[str | Blank, Line | str | Blank], ...]) -> Table:
    """A table of two columns: what is asked, and the answer."""
    lines = tuple((inline(name), inline(value)) for name, value in rows)
    return Table(caption, ("what is asked", "the answer"), lines, (1.4, 3))


def retention(of: Deployment, *, settings: bool = True) -> Table:
    """How long each kind of data is kept; `settings`: with the names of the settings."""
    kept = [(what, f"{days:,} days", setting) for what, setting, days in of.keeps]
    kept.append(("grades, states, days, counts and references of cases", "not removed", "none"))
    wide = 3 if settings else 2
    rows = tuple(tuple((each,) for each in row[:wide]) for row in kept)
    heads, widths = ("what", "how long", "setting")[:wide], (6, 2, 3)[:wide]
    return Table("How long each kind is kept", heads, rows, widths, frozenset({1}))


def kept_for_good() -> Line:
    """The blank for what the board decides about grades and references, which are never removed."""
    return inline(
        "Nothing is removed until somebody runs the removal. Grades and references stay: as long as anybody holds "
        "the key to the references, they are about a child. ",
        blank("when that key is destroyed"),
    )


def processors(of: Deployment) -> tuple[tuple[str, Line], ...]:
    """(processor, what it processes for the controller), a row each."""
    contract = blank(
        "contract, its date, sub-processors, where it is processed and backed up, and which administrators can read it"
    )
    slack = "forms, messages in private channels and direct messages, report files, and people's accounts"
    google = "each audit's shared spreadsheet, with grades and, unless that is switched off, what was written"
    rows: list[tuple[str, Line]] = [
        ("Slack (Salesforce)", inline(f"Carries {slack}. ", contract)),
        (
            "The host",
            inline(
                f"Runs the software and its database ({of.settings.database}), and has the encryption keys. ",
                blank("who, and where"),
            ),
        ),
    ]
    if of.settings.google:
        rows.insert(1, ("Google", inline(f"Holds {google}. ", contract)))
    return tuple(rows)


def transfers(of: Deployment) -> Line:
    """Where personal data is kept, with the blank for transfers outside the United Kingdom."""
    outside = ", in Slack and in Google Sheets" if of.settings.google else " and in Slack"
    return inline(
        f"It is kept in the partnership's database ({of.settings.database}){outside}. ",
        Blank(
            f"the board says, from its contracts with {services(of, 'the host')}: which countries, and under which"
            " regulations or safeguards (UK GDPR, Chapter V), such as the UK-US data bridge or the Information"
            " Commissioner's transfer agreement"
        ),
    )


def services(of: Deployment, *others: str) -> str:
    """Slack, Google if there is a sheet, and `others`, joined as a sentence lists them."""
    *most, last = [*(["Slack", "Google"] if of.settings.google else ["Slack"]), *others]
    return f"{', '.join(most)} and {last}" if most else last


def scale(of: Deployment) -> str:
    """The scale of the processing: how many audits, cases, agencies and professionals."""
    cases = sum(each.cases for each in of.audits)
    return (
        f"{count_of(len(of.audits), 'audit')} with {count_of(cases, 'case')};"
        f" {count_of(len(of.agencies), 'agency', 'agencies')}; {count_of(of.registered, 'professional')} registered."
    )
