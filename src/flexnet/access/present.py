"""Show me: what counts for somebody who asks now; each of it is read once, when it is first wanted."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from flexnet.access import belonging, facts, queries, rules, signers
from flexnet.access.belonging import Belonging
from flexnet.access.models import Access
from flexnet.access.rules import Facts
from flexnet.members.models import Site


@dataclass(frozen=True)
class Present:
    """An access at an instant; whoever changes something about it asks anew."""

    access: Access
    now: datetime

    @property
    def today(self) -> date:
        return rules.day_of(self.now)

    @cached_property
    def facts(self) -> Facts:
        """What every decision about it rests on."""
        return facts.of([self.access.pk])[self.access.pk]

    @cached_property
    def speaks_for_practice(self) -> bool:
        """As `signers.speaks_for_practice`."""
        return self.access.kind == Access.Kind.PERSONAL and rules.may_sign(self.facts, self.now)

    @cached_property
    def belongings(self) -> tuple[Belonging, ...]:
        """The practices that it belongs to; an employee's are the member's."""
        return belonging.of(self.access, self.today)

    @cached_property
    def practices(self) -> frozenset[int]:
        """Those of them that its person owns or directs."""
        member = self.access.origin or self.access
        if not member.person_id:
            return frozenset()
        return frozenset(signers.practices_of(member, self.today).values_list("pk", flat=True))

    @cached_property
    def bsnrs(self) -> tuple[str, ...]:
        """As `queries.sites_of`."""
        if self.access.third_party_id:
            return queries.sites_of(self.access, self.today)
        sites = Site.objects.filter(practice__in=[one.practice.pk for one in self.belongings])
        return tuple(sites.order_by("bsnr").values_list("bsnr", flat=True))
