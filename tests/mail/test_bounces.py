"""Mails that come back are found by their tag, whoever sent them back; nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexnet.mail import bounces
from flexnet.mail.models import Mail
from tests import make
from tests.mail.conftest import fresh, queue

TAG = "0123456789abcdef0123456789abcdef"


def report(
    *,
    to: str = "flexnet-zurueck@kv.example",
    action: str = "failed",
    kind: str = "multipart/report; report-type=delivery-status",
    returned: str = f"Message-ID: <{TAG}@kv.example>",
    headers_only: bool = False,
) -> bytes:
    """As Postfix writes it (RFC 3464, appendix)."""
    part = "text/rfc822-headers" if headers_only else "message/rfc822"
    lines = [
        "From: MAILER-DAEMON@mx.example",
        f"To: {to}",
        f'Content-Type: {kind}; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "I'm sorry to have to inform you that your message could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        "Final-Recipient: rfc822; praxis@example.org",
        f"Action: {action}",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 <praxis@example.org>: no such user",
        "",
        "--b",
        f"Content-Type: {part}",
        "",
        returned,
        "Subject: Ihr Zugang ist gesperrt",
        "",
        "Guten Tag",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    ("content", "tag"),
    [
        (report(), TAG),
        (report(headers_only=True), TAG),
        (report(to=f"flexnet-zurueck+{TAG}@kv.example", returned="X-Nothing: 1"), TAG),
        (report(action="delayed"), None),
        (report(returned="Message-ID: <other@kv.example>"), None),
        (report(kind="multipart/mixed"), None),
        (f"To: a+{TAG}@kv.example\r\n\r\nIch bin im Urlaub.".encode(), None),
        (report()[:300], None),
        (b"", None),
        (b"\xff\x00" * 50, None),
    ],
)
def test_what_came_back_for_good_is_known_by_its_tag(content: bytes, tag: str | None) -> None:
    found = bounces.read(content)
    assert (found.tag if found else None) == tag
    if found:
        assert found.why == "550 5.1.1 <praxis@example.org>: no such user"


@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_bytes_make_it_stumble(noise: bytes, place: int) -> None:
    whole = report()
    bounces.read(whole[:place] + noise + whole[place:])


@pytest.mark.django_db
def test_the_mail_that_came_back_lies_among_those_that_failed() -> None:
    row = queue()
    Mail.objects.update(sent_at=make.NOW, next_at=None)
    assert bounces.note(report(returned=f"Message-ID: <{row.tag}@kv.example>"), now=make.NOW)
    assert (fresh(row).bounced_at, fresh(row).answer[:9]) == (make.NOW, "550 5.1.1")
    assert bounces.note(report(), now=make.NOW)  # of nobody's
    assert not bounces.note(b"Subject: Software, bitte", now=make.NOW)
