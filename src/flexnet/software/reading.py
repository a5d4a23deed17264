"""Make it happen: mails that wait become requests, tasks for a clerk, or nothing."""

import logging
from datetime import datetime
from typing import Final

from flexnet import configuration
from flexnet.mail import bounces
from flexnet.members.models import Site
from flexnet.software import mail_reading, mailbox, queries, requests
from flexnet.software.mail_reading import Read
from flexnet.software.mailbox import Unread

log = logging.getLogger(__name__)
_AT_ONCE: Final = 50  # mails in one turn


def read_mailbox(now: datetime) -> int:
    """Whatever came in, a few at a time; answers how many. Raises MailboxAway."""
    box = configuration.current().software.mailbox
    if box is None:
        return 0
    with mailbox.opened(box) as unread:
        return _take(unread, now)


def _take(unread: Unread, now: datetime) -> int:
    """Each mail is marked once what it asks for is written; what breaks off in between is read again.

    While too many that are not clear wait for a clerk, no more is taken: they stay in the mailbox.
    """
    count = 0
    most = configuration.current().software.most_unclear
    for number in unread.numbers(_AT_ONCE):
        if queries.unclear_count() >= most:
            log.warning("%d mails wait for a clerk: no more are read from the mailbox", most)
            break
        content = unread.content(number)
        if content is None:
            log.warning("mail %s of the mailbox cannot be read: it is left as it is", number)
            continue
        if not bounces.note(content, now=now):
            receive(mail_reading.read(content), now)
        unread.mark(number)
        count += 1
    return count


def receive(mail: Read, now: datetime) -> None:
    """Where no software is given out, mails come back to this mailbox, and nothing is asked for there."""
    if mail.is_automatic or configuration.current().profile.software == "none":
        return
    sites = list(Site.objects.filter(bsnr__in=mail.numbers)[:2])
    requests.receive_mail(
        digest=mail.digest,
        site=sites[0] if len(sites) == 1 else None,
        system=mail.system,
        sender=mail.sender,
        subject=mail.subject,
        text=mail.text,
        now=now,
    )
