"""What is said of the software in a controller's documents is tested, and what is said of a deployment is its own."""

import re
from dataclasses import replace
from datetime import UTC, datetime

from audit.governance.deployment import AuditLine, Deployment, DeploymentSettings
from bot.scopes import SCOPES
from tests.kit.served import HERE
from views import documents
from views.documents import Blank, Document, Paragraph, Table
from views.governance import claims, dpia, privacy_notice, processing_record

SETTINGS = DeploymentSettings(
    database="an SQLite file", google=True, real=True, local_ids=True, backup_days=9, small_below=7, scopes=SCOPES
)
AUDIT = AuditLine(
    2, "Audit 2", "Transitions", "reported", 15, key_holder=True, reflections_in_sheet=False,
    unreleased_in_sheet=True, readers=4, lent=2,
)  # fmt: skip
BOARD = Deployment(
    datetime(2026, 3, 2, tzinfo=UTC), SETTINGS, ("Education", "Police"), ("East",), (AUDIT,), {"coordinator": 1}, 7,
    (("what people wrote", "KEEP_TEXTS_DAYS", 111), ("backups", "KEEP_BACKUP_DAYS", 9)),
    denied_names=12, holds=1, purged=0,
)  # fmt: skip
DOCUMENTS = (dpia, processing_record, privacy_notice)
CLAIMS = [each for each in vars(claims).values() if isinstance(each, claims.Claim)]


def blanks(document: Document) -> int:
    """How many places are left for the board."""
    lines = [line for part in document.parts for line in _lines(part)]
    return sum(isinstance(piece, Blank) for line in lines for piece in line)


def _lines(part: object) -> list[documents.Line]:
    match part:
        case Paragraph(line):
            return [line]
        case Table():
            return [cell for row in part.rows for cell in row]
        case documents.Bullets(items):
            return list(items)
    return []


def test_each_statement_names_a_test_that_is_there() -> None:
    for claim in CLAIMS:
        file, _, name = claim.test.partition("::")
        assert re.search(rf"^def {name}\(", (HERE / file).read_text(), re.MULTILINE), claim.test
    assert len({claim.sentence for claim in CLAIMS}) == len(CLAIMS)


def test_every_statement_is_made_and_every_number_leads_to_its_test() -> None:
    made = set()
    for each in DOCUMENTS:
        [*_, annex] = each.document(BOARD).parts
        assert isinstance(annex, Table)
        tests = {str(number[0]): str(test[0]).replace("\n", "::") for number, test in annex.rows}
        text = documents.markdown(each.document(BOARD)).replace("\\", "")
        for claim in CLAIMS:
            found = re.findall(rf"{re.escape(claim.sentence)} \[(\d+)\]", text)
            assert {tests[number] for number in found} <= {claim.test}
            made |= {claim} if found else set()
        assert blanks(each.document(BOARD)) >= 5
    assert made == set(CLAIMS)


def test_they_say_what_this_deployment_is_like() -> None:
    texts = [documents.markdown(each.document(BOARD)).replace("\\", "") for each in DOCUMENTS]
    assert all("111 days" in text and "9 days" in text for text in texts)
    assert all("an SQLite file" in text and "Google" in text and "Education, Police" in text for text in texts)
    assert "open to 4; every grade, without what was written; 2 sheets for others beside it" in texts[0]
    assert "own reference numbers are refused too; 12 names are on the list" in texts[0]
    assert all("references of cases | not removed" in text for text in texts)
    assert all("paragraph 6 (functions conferred by an enactment) or paragraph 18" in text for text in texts)
    assert "national data opt-out" in texts[0]
    assert "Article 14" in texts[0]
    assert "that children can read, too (UK GDPR, Article 12(1))" in texts[2]
    assert "an edition for the public that has no small numbers (below 7 by area, by agency or among" in texts[0]
    assert not [word for word in ("KEEP_", "AES", "trail") if word in texts[2].partition("Annex A")[0]], "for families"
    assert all(scope in texts[0] for scope in SCOPES)
    assert "uses a stand-in" not in texts[0]
    bare = replace(BOARD, settings=replace(SETTINGS, google=False, real=False, local_ids=False), audits=(), agencies=())
    without = [documents.markdown(each.document(bare)).replace("\\", "") for each in DOCUMENTS]
    assert all("| Google |" not in text and "Google Sheets" not in text for text in without)
    assert all("is kept in the partnership's database (an SQLite file) and in Slack. " in text for text in without)
    assert [text for text in without if "Google" in text.replace(claims.SHEETS.sentence, "")] == []
    assert all("(an SQLite file), in Slack and in Google Sheets. " in text for text in texts)
    assert "uses a stand-in for Slack" in without[0]
    assert all(documents.docx(each.document(BOARD)) for each in DOCUMENTS)
