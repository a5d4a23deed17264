"""What members ask to have changed lies on the desk with before and after, and is accepted or declined."""

import pytest

from flexnet.access.models import ChangeRequest
from flexnet.accounts.models import Role
from flexnet.members.models import Site
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("act", "number"), [("annehmen", "0391 99"), ("ablehnen", "")])
def test_it_is_seen_decided_once_and_gone_from_the_desk(act: str, number: str) -> None:
    alice, clerk = make.settled(), visiting.as_(Role.CLERK)
    row = make.change_asked(alice)
    assert f"/aenderung/{row.pk}/" in clerk.get("/").text
    page = clerk.get(f"/aenderung/{row.pk}/").text
    for said in ("Praxis alice, BSNR 889999900", "0391 99", "mit dem Zugang alice-praxis", "Annehmen"):
        assert said in page
    typed = {"reason": "ohne Beleg", "confirmed": "yes"}
    assert clerk.post(f"/aenderung/{row.pk}/{act}/", typed).status_code == 302
    assert Site.objects.get(pk=alice.site.pk).phone == number
    assert ChangeRequest.objects.get().decided_by == "office:clara"
    assert f"/aenderung/{row.pk}/" not in clerk.get("/").text
    assert "Annehmen" not in clerk.get(f"/aenderung/{row.pk}/").text
    assert clerk.get("/aenderung/999999/").status_code == 404
