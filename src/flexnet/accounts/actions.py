"""Make it happen: accounts are opened, passwords are issued and changed, web sessions end."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext as _

from flexnet import configuration, resealing, transactions
from flexnet.accounts import passwords, revocation, rules, throttle
from flexnet.accounts.errors import BadUserName, UserNameTaken
from flexnet.accounts.models import Account, FormerPassword, WebSession
from flexnet.audit import actions as audit

_USER_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,30})[a-z0-9]")


@dataclass(frozen=True)
class Issued:
    """An account with its initial password and its revocation word, which exist nowhere else.

    Both are empty where they are yet to be made, with the letter that carries them.
    """

    account: Account
    initial_password: str
    revocation_word: str

    def __repr__(self) -> str:
        return f"Issued({self.account.user_name})"


@dataclass(frozen=True)
class IssuedWord:
    """An account with another revocation word, which exists nowhere else."""

    account: Account
    revocation_word: str

    def __repr__(self) -> str:
        return f"IssuedWord({self.account.user_name})"


@dataclass(frozen=True)
class Prepared:
    """A new password that keeps every rule, hashed; ready to be stored in a transaction."""

    account: Account
    sealed_hash: str


def normal_user_name(text: str) -> str:
    """User names are compared without regard to case and outer blanks."""
    return text.strip().lower()


def is_user_name(name: str) -> bool:
    """Whether an account could have this name."""
    return _USER_NAME.fullmatch(name) is not None


def new_account(user_name: str, *, now: datetime) -> Issued:
    """An account with an initial password and revocation word, not yet stored; raises BadUserName. Hashes."""
    return with_new_secrets(Account(user_name=_checked(user_name), password_set_at=now))


def new_account_without_secrets(user_name: str, *, now: datetime) -> Issued:
    """An account that nothing opens until its letter is printed, not yet stored; raises BadUserName."""
    account = Account(user_name=_checked(user_name), password_set_at=now)
    account.password = passwords.nobodys(user_name=account.user_name)
    account.revocation_word = revocation.nobodys(user_name=account.user_name)
    return Issued(account, "", "")


def new_credentials(account: Account) -> Issued:
    """A new initial password and revocation word for an account, not yet stored: `reissue` does. Hashes."""
    return with_new_secrets(Account.objects.get(pk=account.pk))


def open_account(issued: Issued, *, by: str) -> None:
    """Inside a transaction: store a new account; raises UserNameTaken."""
    name = issued.account.user_name
    with transactions.refused_as(UserNameTaken(f"The user name {name} is taken. Choose another one.")):
        issued.account.save(force_insert=True)
    audit.record("account.opened", by=by, subject=f"account:{name}")


def reissue(issued: Issued, *, at: datetime, by: str) -> None:
    """Inside a transaction: only the new credentials hold from now on; all web sessions end.

    `at` is when they count as set, later than the old ones in any case.
    """
    fresh = issued.account
    old = Account.objects.select_for_update().get(pk=fresh.pk)
    Account.objects.filter(pk=old.pk).update(
        password=fresh.password,
        revocation_word=fresh.revocation_word,
        password_set_at=max(at, old.password_set_at + timedelta(microseconds=1)),
        password_is_initial=True,
    )
    _remember(old)
    audit.record("credentials.reissued", by=by, subject=f"account:{old.user_name}")
    fresh.refresh_from_db()


def replace_word(issued: IssuedWord, *, by: str) -> None:
    """Inside a transaction: only the new revocation word locks from now on; the password stays."""
    fresh = issued.account
    Account.objects.filter(pk=fresh.pk).update(revocation_word=fresh.revocation_word)
    audit.record("revocation_word.replaced", by=by, subject=f"account:{fresh.user_name}")


def forget_word(account: Account, *, by: str) -> None:
    """Inside a transaction: no revocation word locks it until there is another one."""
    Account.objects.filter(pk=account.pk).update(revocation_word=None)
    audit.record("revocation_word.forgotten", by=by, subject=f"account:{account.user_name}")


def prepare_password(
    *, account: Account, old: str, new: str, names: tuple[str, ...], by: str, now: datetime
) -> Prepared | list[str]:
    """Check a wish for a new password; answers the problems (translated), or what `store_password` takes.

    Hashes up to a dozen times: never inside a transaction. Wrong old passwords are throttled: whoever finds
    a browser signed in must not find out the password with it.
    """
    tries = throttle.look_inside(account_id=account.pk, now=now)
    policy, word = configuration.current().password, configuration.current().profile.words.password
    if not tries.are_left:
        return [_("Das bisherige %(word)s war zu oft falsch. Warten Sie eine Minute.") % {"word": word}]
    if not passwords.is_right(old.encode(), account.password, user_name=account.user_name):
        _count_wrong(account, tries, by=by, now=now)
        return [_("Das bisherige %(word)s stimmt nicht.") % {"word": word}]
    unmet = [
        d.text for d in rules.demands(new, policy=policy, names=(account.user_name, *names)) if not d.is_met
    ]
    if unmet:
        return [_("Das neue %(word)s braucht: %(rule)s.") % {"word": word, "rule": rule} for rule in unmet]
    if _was_used(account, new, policy.history):
        used = _("Dieses %(word)s hatten Sie schon. Wählen Sie eines, das Sie hier noch nicht benutzt haben.")
        return [used % {"word": word}]
    return Prepared(account, passwords.sealed_hash(new, user_name=account.user_name))


def store_password(prepared: Prepared, *, by: str, now: datetime) -> bool:
    """Inside a transaction: the new password holds, the old one is history, all web sessions end.

    It counts as set after the old one, whatever the clocks say. False when the password was changed meanwhile
    by somebody else.
    """
    account = prepared.account
    changed = Account.objects.filter(pk=account.pk, password_set_at=account.password_set_at).update(
        password=prepared.sealed_hash,
        password_set_at=max(now, account.password_set_at + timedelta(microseconds=1)),
        password_is_initial=False,
        password_first_changed_at=account.password_first_changed_at or now,
    )
    if not changed:
        return False
    _remember(account)
    audit.record("password.changed", by=by, subject=f"account:{account.user_name}")
    account.refresh_from_db()
    return True


def end_web_sessions(which: models.Q) -> int:
    """Inside a transaction: these browsers are signed out with their next click; answers how many."""
    return WebSession.objects.filter(which).delete()[0]


def end_browsers(which: models.Q, *, account: Account, by: str) -> int:
    """Some of an account's browsers are signed out with their next click; answers how many."""
    with transactions.writing():
        count = end_web_sessions(which & models.Q(account=account))
        if count:
            data = {"count": count}
            audit.record("browsers.ended", by=by, subject=f"access:{account.user_name}", data=data)
    return count


def clear_expired_web_sessions(now: datetime) -> int:
    """Rows of sessions that ran out are of no use; answers how many went."""
    with transactions.writing():
        return end_web_sessions(models.Q(expire_date__lt=now))


def reseal_passwords() -> int:
    """After the key ring got a new key: every sealed hash under it; answers how many changed."""
    return (
        resealing.renew(Account, "password", row="user_name", renewed=passwords.resealed)
        + resealing.renew(Account, "revocation_word", row="user_name", renewed=revocation.resealed)
        + resealing.renew(FormerPassword, "password", row="account__user_name", renewed=passwords.resealed)
    )


def with_new_secrets(account: Account) -> Issued:
    """As `new_credentials` for a row that was just read; asks no database: threads may share it."""
    password, word = passwords.generate(), revocation.generate()
    account.password = passwords.sealed_hash(password, user_name=account.user_name)
    account.revocation_word = revocation.sealed_hash(word, user_name=account.user_name)
    return Issued(account, password, word)


def with_new_word(account: Account) -> IssuedWord:
    """Another revocation word alone, not yet stored: `replace_word` does. Hashes, and asks no database."""
    word = revocation.generate()
    account.revocation_word = revocation.sealed_hash(word, user_name=account.user_name)
    return IssuedWord(account, word)


def _checked(user_name: str) -> str:
    name = normal_user_name(user_name)
    if not is_user_name(name):
        raise BadUserName(
            "A user name has 3 to 32 characters: a-z, 0-9 and, inside, dot, hyphen, underscore."
        )
    return name


def _remember(account: Account) -> None:
    """The password that held until now is history, and with it every web session."""
    FormerPassword.objects.create(account=account, password=account.password, set_at=account.password_set_at)
    _forget_old(account)
    end_web_sessions(models.Q(account=account))


def _count_wrong(account: Account, tries: throttle.Tries, *, by: str, now: datetime) -> None:
    count = audit.counted(
        "password.change_refused",
        by=by,
        subject=f"account:{account.user_name}",
        source="",
        reason="wrong_password",
        now=now,
    )
    transactions.write_together([throttle.charging(tries.keys, now=now), audit.tallying([count])])


def _was_used(account: Account, new: str, history: int) -> bool:
    former = account.former_passwords.order_by("-set_at").values_list("password", flat=True)[:history]
    return any(
        passwords.is_right(new.encode(), sealed_hash, user_name=account.user_name)
        for sealed_hash in (account.password, *former)
    )


def _forget_old(account: Account) -> None:
    keep = account.former_passwords.order_by("-set_at")[: configuration.current().password.history]
    account.former_passwords.exclude(pk__in=[row.pk for row in keep]).delete()
