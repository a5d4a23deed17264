"""Messages in the office: on the desk, answered, settled; nobody but clerks reads them."""

import pytest
from django.urls import reverse

from flexnet.accounts.models import Role
from flexnet.correspondence.models import Attachment, Message
from flexnet.members.models import Practice
from tests import make
from tests.correspondence import writing
from tests.correspondence.writing import PDF, SCHEIN
from tests.office import visiting

pytestmark = pytest.mark.django_db


def test_a_message_lies_on_the_desk_until_it_is_answered() -> None:
    alice, clerk = make.settled(), visiting.as_(Role.CLERK)
    thread = writing.from_member(alice.practice_access, SCHEIN, subject="Honorar <i>1/2026</i>")
    desk = clerk.get("/").text
    assert "Nachricht einer Praxis" in desk
    assert "Praxis alice: Honorar &lt;i&gt;1/2026&lt;/i&gt;" in desk
    url = reverse("message-thread", args=[thread])
    page = clerk.get(url).text
    assert "Praxiszugang alice-praxis, BSNR 889999900" in page
    assert Message.objects.get().reading_staff is not None
    file = clerk.get(reverse("message-attachment", args=[Attachment.objects.get().pk]))
    assert (file.content, file["Content-Disposition"]) == (PDF, 'attachment; filename="schein.pdf"')
    clerk.post(reverse("message-answer", args=[thread]), {"text": "Gern."})
    assert "Nachricht einer Praxis" not in clerk.get("/").text
    assert "Noch nicht gelesen." in clerk.get(url).text
    writing.read(thread, alice.personal_access)
    assert "Zuerst gelesen am 14.04.2026, 10:00 Uhr mit dem Zugang alice." in clerk.get(url).text


def test_a_thread_from_a_third_party_has_its_own_word_and_place() -> None:
    dora, clerk = make.third_party(), visiting.as_(Role.CLERK)
    writing.from_member(dora)
    assert "Nachricht eines Dritten" in clerk.get("/").text
    assert dora.third_party is not None
    page = clerk.get(reverse("messages-with-third-party", args=[dora.third_party.pk])).text
    assert writing.SUBJECT in page


def test_those_who_may_not_read_see_not_even_a_subject() -> None:
    alice = make.settled()
    thread = writing.from_member(alice.practice_access, subject="Sehr geheim")
    practice = Practice.objects.get(pk=alice.site.practice_id)
    for role in sorted({*Role} - {Role.CLERK}):
        client = visiting.as_(role, name=f"r{role.value.replace('_', '')}")
        assert "geheim" not in client.get("/").text
        assert "/nachrichten/" not in client.get("/").text
        assert client.get(reverse("message-thread", args=[thread])).status_code == 404
        page = client.get(reverse("practice", args=[practice.pk]))
        assert "geheim" not in page.text
        assert "/nachrichten/" not in page.text
    assert Message.objects.get().read_at is None
