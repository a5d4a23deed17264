"""Make it happen: accounts are opened, passwords are issued and changed, web sessions end."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from flexnet import configuration, resealing, transactions
from flexnet.accounts import passwords, revocation, rules, throttle
from flexnet.accounts.errors import BadUserName, UserNameTaken
from flexnet.accounts.models import Account, FormerPassword, WebSession
from flexnet.audit import actions as audit
from flexnet.audit.actions import Act

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
    taken = UserNameTaken(f"The user name {name} is taken. Choose another one.")
    transactions.insert_new(issued.account, otherwise=taken)
    audit.record("account.opened", by=by, subject=f"account:{name}")


def reissue(issued: Issued, *, at: datetime, by: str) -> None:
    """Inside a transaction: only the new credentials hold from now on; all web sessions end.

    `at` is when they count as set, later than the old ones in any case.
    """
    reissue_all([(issued, at)], by=by)


def reissue_all(dated: Sequence[tuple[Issued, datetime]], *, by: str) -> None:
    """As `reissue`, for several accounts at little more than the cost of one."""
    held = Account.objects.select_for_update().filter(pk__in=[issued.account.pk for issued, _at in dated])
    old = {row.pk: row for row in held.order_by("pk")}
    for issued, at in dated:
        fresh = issued.account
        fresh.password_set_at = max(at, old[fresh.pk].password_set_at + timedelta(microseconds=1))
        fresh.password_is_initial = True
        fresh.save(update_fields=["password", "revocation_word", "password_set_at", "password_is_initial"])
    _remember(list(old.values()))
    subjects = [f"account:{issued.account.user_name}" for issued, _at in dated]
    audit.record_all([Act("credentials.reissued", subject, {}) for subject in subjects], by=by)


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
    if new == old or _was_used(account, new, policy.history):
        used = _("Dieses %(word)s hatten Sie schon. Wählen Sie eines, das Sie hier noch nicht benutzt haben.")
        return [used % {"word": word}]
    return Prepared(account, passwords.sealed_hash(new, user_name=account.user_name))


def store_password(prepared: Prepared, *, by: str, now: datetime) -> bool:
    """Inside a transaction: the new password holds, the old one is history, all web sessions end.

    It counts as set after the old one, whatever the clocks say. False when the password was changed meanwhile
    by somebody else.
    """
    account = prepared.account
    values: dict[str, Any] = {
        "password": prepared.sealed_hash,
        "password_set_at": max(now, account.password_set_at + timedelta(microseconds=1)),
        "password_is_initial": False,
        "password_first_changed_at": account.password_first_changed_at or now,
    }
    unchanged = Account.objects.filter(pk=account.pk, password_set_at=account.password_set_at)
    if not unchanged.update(**values):
        return False
    _remember([account])
    audit.record("password.changed", by=by, subject=f"account:{account.user_name}")
    vars(account).update(values)
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


def _remember(rows: Sequence[Account]) -> None:
    """The passwords that held until now are history, and with them every web session."""
    former = [FormerPassword(account=row, password=row.password, set_at=row.password_set_at) for row in rows]
    transactions.insert_all(former)
    ids = [row.pk for row in rows]
    _forget_old(ids)
    end_web_sessions(models.Q(account__in=ids))


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
    """Before the present one, which is known here: it was typed too."""
    former = account.former_passwords.order_by("-set_at").values_list("password", flat=True)[:history]
    return any(
        passwords.is_right(new.encode(), sealed_hash, user_name=account.user_name) for sealed_hash in former
    )


def _forget_old(account_ids: Sequence[int]) -> None:
    """Of each as many stay as the policy names."""
    kept = Counter[int]()
    over, most = list[int](), configuration.current().password.history
    rows = FormerPassword.objects.filter(account__in=account_ids).order_by("-set_at")
    for pk, account_id in rows.values_list("pk", "account"):
        kept[account_id] += 1
        if kept[account_id] > most:
            over.append(pk)
    transactions.delete(FormerPassword, "id", over)
