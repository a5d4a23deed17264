"""Every command about practices, people, third parties, staff and the member register."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flexnet.access import queries as accesses
from flexnet.members import queries
from flexnet.members.models import Address, Death, Practice, Question, Site
from tests import make
from tests.cli.test_commands import BSNR, LANR, answered, done, refused
from tests.members.register import BERND, SECOND, file, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def entered() -> None:
    done("practice", "add", "--bsnr", BSNR, "--name", "Praxis", "--kind", "mvz", "--opened", "2020-01-01")
    done("person", "add", "--lanr", LANR, "--name", "Dr. Anna")
    done("person", "add", "--lanr", BERND, "--name", "Dr. Bernd")


@pytest.mark.usefixtures("entered")
class TestPractices:
    def test_a_practice_is_corrected(self) -> None:
        assert "Neu (bag)" in done("practice", "edit", "--bsnr", BSNR, "--name", "Neu", "--kind", "bag")
        done("practice", "edit", "--bsnr", BSNR, "--kind", "mvz")
        practice = Practice.objects.get()
        assert (practice.name, practice.kind) == ("Neu", "mvz")
        assert "name is missing" in refused("practice", "add", "--bsnr", SECOND, "--name", " ")
        assert "another KV" in refused("practice", "add", "--bsnr", "949999900", "--name", "Praxis")

    def test_its_sites_come_and_go(self) -> None:
        done("site", "add", "--bsnr", SECOND, "--of", BSNR)
        done("site", "main", "--bsnr", SECOND)
        assert Site.objects.get(is_main=True).bsnr == SECOND
        assert "cannot end on 2019" in refused("site", "close", "--bsnr", BSNR, "--until", "2019-12-31")
        done("site", "close", "--bsnr", BSNR, "--until", "2026-03-31")
        done("site", "reopen", "--bsnr", BSNR)
        assert queries.site(BSNR).closed_on is None

    def test_address_and_contact(self) -> None:
        words = ("site", "address", "--bsnr", BSNR, "--street", "Ring 1", "--town", "Magdeburg", "--from")
        assert "no postcode" in refused(*words, "2026-01-01", "--postcode", "391")
        done(*words, "2026-01-01", "--postcode", "39120")
        done(*words, "2026-02-01", "--postcode", "39104", "--extra", "Hof")
        assert Address.objects.count() == 2
        done("site", "contact", "--bsnr", BSNR, "--phone", "0391 1", "--email", "a@example.org")
        done("site", "contact", "--bsnr", BSNR, "--phone", "")
        assert (queries.site(BSNR).phone, queries.site(BSNR).email) == ("", "a@example.org")

    def test_a_practice_is_taken_over(self) -> None:
        done("owner", "add", "--bsnr", BSNR, "--lanr", LANR, "--from", "2020-01-01")
        words = ("practice", "takeover", "--bsnr", BSNR, "--on", "2026-07-01", "--lanr")
        assert "owns the practice already" in refused(*words, LANR)
        assert "Open new accesses" in done(*words, BERND)
        assert queries.ownership(bsnr=BSNR, lanr=BERND).from_on.isoformat() == "2026-07-01"


@pytest.mark.usefixtures("entered")
class TestPeople:
    def test_a_name_is_corrected(self) -> None:
        done("person", "rename", "--lanr", LANR, "--name", "Dr. Anna Neu")
        assert queries.person(LANR).name == "Dr. Anna Neu"

    def test_a_death_is_entered_and_withdrawn(self) -> None:
        done("person", "died", "--lanr", LANR, "--on", "2026-03-01", "--heirs", "Tochter")
        assert "entered already" in refused("person", "died", "--lanr", LANR, "--on", "2026-03-01")
        done("person", "lives", "--lanr", LANR, "--reason", "Verwechslung")
        assert Death.objects.get().withdrawn_at is not None
        assert "No death" in refused("person", "lives", "--lanr", LANR, "--reason", "")

    @pytest.mark.parametrize(
        ("noun", "found", "ended"),
        [
            (
                "employment",
                lambda: queries.employment(bsnr=BSNR, lanr=LANR),
                ("--lanr", LANR, "--bsnr", BSNR),
            ),
            ("director", lambda: queries.direction(BSNR), ("--bsnr", BSNR)),
            ("signer", lambda: queries.signing_right(LANR), ("--lanr", LANR)),
        ],
    )
    def test_what_binds_them_begins_and_ends(
        self, noun: str, found: Callable[[], object], ended: tuple[str, ...]
    ) -> None:
        bound = ("--lanr", LANR, *(("--bsnr", BSNR) if "--bsnr" in ended else ()))
        done(noun, "add", *bound, "--from", "2020-01-01")
        refused(noun, "add", *bound, "--from", "2020-01-01")
        assert found()
        done(noun, "end", *ended, "--until", "2026-03-31")
        refused(noun, "end", *ended, "--until", "2026-03-31")


class TestThirdPartiesAndStaff:
    ADD = ("third-party", "add", "--name", "Stelle", "--signatory", "Dora", "--contact", "Emil", "--from")

    def test_a_third_party_from_its_interest_to_its_end(self) -> None:
        assert "interest is missing" in refused(*self.ADD, "2026-01-01", "--interest", " ")
        number = str(answered(*self.ADD, "2026-01-01", "--interest", "Abrechnung")["third_party"])
        done("third-party", "edit", number, "--contact", "Frieda")
        assert queries.third_party(int(number)).contact == "Frieda"
        words = (
            "access",
            "add-third-party",
            number,
            "--user-name",
            "dora",
            "--holder",
            "Dora",
            "--signatory",
        )
        assert answered(*words)["user_name"] == "dora"
        assert accesses.access_named("dora").is_signatory
        done("access", "permit", "portal", "--user-name", "dora")
        done("access", "permit", "submission", "--user-name", "dora")
        assert "nothing that can be" in refused("access", "permit", "documents", "--user-name", "dora")
        done("third-party", "end", number, "--until", "2026-12-31", "--reason", "Vertrag endet")
        assert f"no third party {make.NO_ROW}" in refused(
            "third-party", "end", make.NO_ROW, "--until", "2026-12-31", "--reason", ""
        )

    def test_an_employee_from_the_first_day_to_the_last(self) -> None:
        make.member()
        words = ("access", "add-employee", "--user-name", "carol", "--holder", "Carol", "--of")
        assert answered(*words, "alice-praxis")["user_name"] == "carol"
        done("access", "permit", "submission", "--user-name", "carol")
        assert "already" in refused("access", "permit", "submission", "--user-name", "carol")
        done("access", "forbid", "submission", "--user-name", "carol", "--reason", "Elternzeit")
        done("access", "withdraw", "--user-name", "carol", "--reason", "ausgeschieden")
        assert answered("explain", "carol", "--channel", "portal")["reason"] == "withdrawn"


class TestRegister:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "register.csv"
        path.write_bytes(file(row(), row(lanr=BERND, name="Dr. Bernd", role="angestellt")))
        return path

    def test_dry_first_then_in_earnest_then_again(self, path: Path) -> None:
        told = answered("members", "import", str(path), "--dry-run")
        assert (told["rows"], told["changed"], told["written"]) == (2, 2, False)
        assert not Site.objects.exists()
        assert answered("members", "import", str(path))["written"]
        assert answered("members", "import", str(path))["changed"] == 0

    def test_wrong_rows_are_told_with_row_and_column(self, path: Path) -> None:
        path.write_bytes(file(row(), row(lanr="123456701")))
        said = refused("members", "import", str(path))
        assert "row 3: LANR: '123456701' has a typing error" in said
        assert "Nothing is written." in said
        assert "It is written." in done("members", "import", str(path), "--good-rows")

    def test_what_is_no_register_is_one_sentence(self, path: Path) -> None:
        path.write_bytes(b"BSNR;LANR\r\n")
        assert "Row 1 names no column Praxis" in refused("members", "import", str(path))

    def test_who_is_missing_is_asked_and_answered(self, path: Path) -> None:
        done("members", "import", str(path))
        path.write_bytes(file(row()))
        assert answered("members", "import", str(path), "--part")["asked"] == 0
        assert answered("members", "import", str(path))["asked"] == 1
        number = str(Question.objects.get().pk)
        assert f"{number}: {BERND}" in done("members", "questions")
        done("members", "answer", number, "--answer", "In Elternzeit")
        assert done("members", "questions") == ""
        assert "answered already" in refused("members", "answer", number, "--answer", "noch einmal")
        assert f"no question {make.NO_ROW}" in refused("members", "answer", make.NO_ROW, "--answer", "x")
