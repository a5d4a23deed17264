"""Show me: whose sign-ins somebody may see and end: their own, and those they answer for (§ 1(2))."""

from django.db.models import Q

from flexnet.access import queries, signers
from flexnet.access.models import Access, KeyAssignment
from flexnet.access.present import Present


def by(who: Present) -> list[Access]:
    """The member's own one first; of an owner those of the practice and of its staff too.

    Not those of other owners, and not those that other owners answer for.
    """
    member = who.access
    if not who.speaks_for_practice:
        return [member]
    rows = [one for one in queries.whole().filter(_others(who)) if one.pk != member.pk]
    return [member, *sorted(rows, key=lambda one: (one.kind, one.user_name, one.pk))]


def accounts(who: Present) -> dict[int, int]:
    """Of the accesses that `by` names no more than their accounts, by their own numbers."""
    found = {who.access.pk: who.access.account_id}
    if who.speaks_for_practice:
        found |= dict(Access.objects.filter(_others(who)).values_list("pk", "account"))
    return found


def _others(who: Present) -> Q:
    """Of the practices, and of their staff; the staff of the member too."""
    own = signers.accesses_in(who.practices)
    return Q(pk__in=own) | Q(origin__in=[who.access.pk, *own])


def subjects(member: Access, accesses: list[Access]) -> list[str]:
    """What entries and mails about these speak of: accesses, sites and keys, of an owner the person too.

    Of a key only who has it now: it may have been somebody else's.
    """
    held = KeyAssignment.objects.filter(access__in=accesses, until_at=None)
    signer = signers.of(member)
    sites = [one.site for one in accesses if one.site]
    practices = {site.practice_id for site in sites} if signer else set()
    return [
        *(f"access:{one}" for one in accesses),
        *(f"site:{site}" for site in sites),
        *(f"practice:{practice}" for practice in sorted(practices)),
        *(f"key:{serial}" for serial in held.values_list("key__serial", flat=True)),
        *([signers.subject(signer)] if signer else []),
    ]
