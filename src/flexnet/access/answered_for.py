"""Show me: whose sign-ins somebody may see and end: their own, and those they answer for (§ 1(2))."""

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
    own = signers.accesses_in(who.practices)
    staff = Access.objects.filter(origin__in=[member.pk, *own]).values_list("pk", flat=True)
    rows = queries.whole().filter(pk__in=[*own, *staff]).exclude(pk=member.pk)
    return [member, *rows.order_by("kind", "user_name", "pk")]


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
