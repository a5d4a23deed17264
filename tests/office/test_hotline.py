"""The emergency lock by telephone: the right word locks, and the page never says whether it was right."""

import re

import pytest
from django.test import Client

from flexnet.access.models import Lock, Report
from flexnet.accounts.models import Role
from flexnet.audit.models import Event
from tests import make
from tests.office import visiting

pytestmark = pytest.mark.django_db
URL = "/notsperre/"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


@pytest.fixture
def hotline() -> Client:
    return visiting.as_(Role.IT)


def tell(hotline: Client, user_name: str, word: str) -> str:
    answer = hotline.post(URL, {"user_name": user_name, "word": word}, follow=True)
    assert answer.redirect_chain == [(URL, 302)]
    return answer.text


def test_whoever_has_the_word_locks_whoever_has_not_hears_the_same(hotline: Client) -> None:
    alice = make.settled()
    wrong = tell(hotline, "alice-praxis", "Apfel Birne Kirsche Dattel")
    unknown = tell(hotline, "nobody", "Apfel Birne Kirsche Dattel")
    assert not Lock.objects.exists()
    right = tell(hotline, " Alice-Praxis ", alice.practice_word.upper().replace("-", " "))
    lock = Lock.objects.get()
    assert lock.access == alice.practice_access
    assert lock.report
    assert lock.report.way == Report.Way.TELEPHONE
    assert "ist jetzt gesperrt" in right
    assert len({TOKEN.sub("", page.partition("<main")[2]) for page in (wrong, unknown, right)}) == 1
    assert Event.objects.get(kind="emergency_lock.accepted").by == "office:clara"
    assert alice.practice_word not in right


def test_what_is_missing_is_said_and_the_name_stays(hotline: Client) -> None:
    answer = hotline.post(URL, {"user_name": "alice-praxis", "word": ""})
    assert answer.status_code == 422
    assert 'value="alice-praxis"' in answer.text
