"""Statements about the software in a controller's documents, each with the test that fails if it isn't true."""

from dataclasses import dataclass, field

from views.documents import Heading, Paragraph, Part, Table, inline


@dataclass(frozen=True)
class Claim:
    """A sentence, and the test that proves it (file::name)."""

    sentence: str
    test: str


SEALED = Claim(
    "What people write about cases is encrypted in the database (AES-256-GCM), each text bound to its row and column;"
    " an audit's origin and who holds its key are not, nor are grades, states, days and pseudonymous references.",
    "tests/storage/test_holds.py::test_what_people_wrote_is_sealed_or_says_why_not",
)
ENCRYPTED = Claim(
    "What people write about a child is encrypted in our own database.",
    "tests/storage/test_holds.py::test_what_people_wrote_is_sealed_or_says_why_not",
)
TAMPERED = Claim(
    "An encrypted text that was changed, cut short or moved doesn't open.",
    "tests/storage/test_crypto.py::test_fault_30_any_changed_bit_and_any_cut_is_noticed",
)
ROTATED = Claim(
    "Keys can be changed while everybody is working, and old keys removed.",
    "tests/storage/test_rotation.py::test_fault_25_a_played_audit_moves_on_and_the_old_key_can_go",
)
SIGNED = Claim(
    "A request over HTTP is accepted only if Slack has signed it.",
    "tests/bot/test_door.py::test_fault_01_nothing_unverified_reaches_the_application",
)
ROLES = Claim(
    "Who may read and do what is decided by role, from the database, at every click; refusals are recorded.",
    "tests/access/test_access.py::test_fault_07_08_09_every_handler_lets_in_exactly_those_that_the_table_says",
)
ROLE_ENDS = Claim(
    "When a role ends, its access ends at the next click.",
    "tests/access/test_access.py::test_fault_08_a_role_ends_at_the_next_click",
)
LEAVERS = Claim(
    "Somebody who is deactivated in Slack loses access at once, and doesn't get it back automatically.",
    "tests/people/test_departures.py::test_who_is_deactivated_is_out_at_once_and_does_not_come_back_by_themselves",
)
PROFILE = Claim(
    "Nothing is taken from a Slack profile except the account and what the person is called.",
    "tests/people/test_departures.py::test_of_a_profile_nothing_but_the_account_gets_past_the_door",
)
RELEASED = Claim(
    "Until a case's summary is out, no number that others see depends on its grades.",
    "tests/cycle/test_releases.py::test_fault_09_nothing_that_others_see_depends_on_an_unreleased_case",
)
IDENTIFIERS = Claim(
    "NHS, pupil and National Insurance numbers, telephone numbers, e-mail addresses and postcodes are recognised in"
    " what is written, and refused before anything is stored; not every one is found, and most names aren't.",
    "tests/screening/test_identifiers.py::test_fault_23_almost_every_identifier_is_found_and_named_for_what_it_is",
)
ASKED = Claim(
    "If a text may contain a date of birth, an address or a name, its writer is asked, and the answer is recorded.",
    "tests/screening/test_screen.py::"
    "test_fault_23_a_return_is_asked_about_and_sent_once_its_writer_says_that_nobody_is_identified",
)
NAMES = Claim(
    "Names on the partnership's own list are refused; the list is kept as keyed hashes and never shown.",
    "tests/screening/test_screen.py::test_a_name_on_the_list_is_refused_and_never_shown",
)
CHANNELS = Claim(
    "Nothing is posted in a channel that is shared with another organisation unless a coordinator allowed that.",
    "tests/delivery/test_channels.py::test_a_shared_channel_is_refused_allowed_and_refused_again",
)
PRIVATE = Claim(
    "A case's summary is posted only in private channels.",
    "tests/cycle/test_releases.py::test_fault_09_nothing_that_others_see_depends_on_an_unreleased_case",
)
URGENT = Claim(
    "Coordinators are told at once of anything that must happen now, and it stays open until one of them closes it.",
    "tests/returns/test_immediate.py::test_an_alert_from_raising_to_closing",
)
SHEETS = Claim(
    "A Google Sheet that anybody with the link can open is refused.",
    "tests/sheet/test_sheets_faults.py::test_a_sheet_that_anyone_with_the_link_can_open_is_refused",
)
LOGS = Claim(
    "Nothing that people write reaches a log, at any level of logging.",
    "tests/bot/test_logs.py::test_fault_24_a_journey_with_everything_logged_leaves_nothing_in_the_logs",
)
ENGINE = Claim(
    "The tables of the engine that does background work hold opaque keys only.",
    "tests/storage/test_holds.py::test_the_engine_keeps_opaque_keys_only",
)
FILES = Claim(
    "Only the software's own user account can read the files that it writes.",
    "tests/storage/test_private.py::test_what_a_command_leaves_behind",
)
TRAIL = Claim(
    "Changes, refusals and readings are recorded in a trail, and the database refuses to change or delete an entry.",
    "tests/storage/test_trail.py::test_the_database_itself_refuses",
)
READ = Claim(
    "When anybody other than an agency's own people opens its return in Slack, that is recorded; who reads a channel "
    "or a sheet is not.",
    "tests/returns/test_history.py::test_three_versions_and_what_each_changed",
)
PROVED = Claim(
    "If an entry is changed, added, moved or deleted once it is sealed, the check names it.",
    "tests/storage/test_trail_attacked.py::test_whatever_is_done_to_it_is_said_exactly",
)
VERSIONS = Claim(
    "A return that is changed keeps every version, with who sent it and when.",
    "tests/returns/test_submit.py::test_changing_a_return_keeps_both_versions",
)
KEPT = Claim(
    "A return that was acknowledged isn't lost when a process dies.",
    "tests/faults/test_faults_killed.py::test_fault_16_killed_while_a_return_is_saved",
)
PURGED = Claim(
    "At the end of its retention period, what people wrote is removed on command from the database and its files,"
    " from Slack and from the sheet's tabs, and every number stays as it was.",
    "tests/retention/test_purge.py::test_fault_27_what_people_wrote_is_found_nowhere_and_every_number_is_as_before",
)
ERASED = Claim(
    "A text about a case, or an audit as a whole, is erased on command, with its copies, from the database and its"
    " files and from the sheet's tabs; the record of it says when, by whom and why.",
    "tests/governance/test_erase.py::test_fault_27_every_text_of_a_case_is_found_nowhere_and_those_of_others_stay",
)
HELD = Claim(
    "A legal hold keeps an audit until it is lifted.",
    "tests/retention/test_holds.py::test_fault_27_what_is_held_stays_until_it_is_let_go",
)
DRAFTS = Claim(
    "A draft that can no longer be sent is removed a week after its owner was told.",
    "tests/retention/test_ends.py::test_a_draft_ends_a_week_after_its_owner_was_told",
)
FORGOTTEN = Claim(
    "People who no longer take part in anything are forgotten, and those who still do are not.",
    "tests/retention/test_ends.py::test_who_is_in_nothing_any_more_is_forgotten_and_who_is_in_something_is_not",
)
EMPTIED = Claim(
    "Old entries in the record of who did and read what are emptied, except for the time and the kind of thing.",
    "tests/retention/test_ends.py::test_old_entries_of_the_trail_are_emptied_through_its_door",
)
BACKUPS = Claim(
    "A backup is encrypted as a whole, and every row of it comes back.",
    "tests/retention/test_backup.py::test_fault_26_every_row_comes_back_into_either_kind_of_database",
)
AGAIN = Claim(
    "What was removed since a backup was made is removed again when it is restored.",
    "tests/retention/test_backup.py::test_what_was_removed_since_is_removed_again",
)
PUBLISHED = Claim(
    "What is published has no small number in a table by area or agency, and quotes nobody.",
    "tests/report/test_publishable.py::test_no_table_of_parts_has_a_small_number_and_nobody_is_quoted",
)
PEOPLE_DECIDE = Claim(
    "People ratify a case's grade, and it is recorded whether each agency agreed, disagreed or was silent.",
    "tests/meeting/test_ratify.py::test_each_contributor_agrees_disagrees_or_is_silent",
)
ACCESS = Claim(
    "What is kept about a case, or about what a person did, can be exported as one file, and that is recorded.",
    "tests/governance/test_exports.py::test_what_is_about_a_case_or_a_person_is_in_their_export_and_nothing_else",
)


@dataclass
class Cited:
    """The claims of one document, numbered in order of their first use."""

    claims: list[Claim] = field(default_factory=list)

    def __call__(self, *claims: Claim) -> str:
        """The claims' sentences, each followed by its number."""
        return " ".join(f"{each.sentence} [{self._number(each)}]" for each in claims)

    def _number(self, claim: Claim) -> int:
        if claim not in self.claims:
            self.claims.append(claim)
        return self.claims.index(claim) + 1

    def annex(self, letter: str) -> tuple[Part, ...]:
        """The annex that lists the test for each number, to be put last."""
        rows = tuple(((str(number),), (each.test.replace("::", "\n"),)) for number, each in enumerate(self.claims, 1))
        return (
            Heading(f"Annex {letter}: the tests behind our statements"),
            Paragraph(inline(
                "Each statement about the software has a number: that of a test, which fails if the statement isn't "
                "true."
            )),
            Table("Tests", ("Number", "Test"), rows, (1, 10)),
        )  # fmt: skip
