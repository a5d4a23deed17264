"""Terms, declarations, accesses, and the dated facts from which every permission is derived."""

from django.db import models

from flexnet.accounts.models import Account
from flexnet.keys.models import Key
from flexnet.members.folding import folded_name
from flexnet.members.models import Address, Person, Practice, Site, ThirdParty


def _bound(kind: str, to: str) -> models.Q:
    """An access of this kind is bound to this and to nothing else."""
    others = {"site", "person", "origin", "third_party"} - {to}
    unbound = {f"{other}__isnull": True for other in sorted(others)}
    return models.Q(kind=kind, **{f"{to}__isnull": False}, **unbound)


class Terms(models.Model):
    """A version of the terms of use, never changed once it is published; the hash is what was agreed to.

    The text stands in its canonical form (`lib.canonical_text`), of which the hash is the SHA-256 in UTF-8.
    """

    version = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    published_on = models.DateField()
    effective_on = models.DateField()

    def __str__(self) -> str:
        return str(self.version)


class _OfSigner(models.Model):
    """Something about the terms, of a person or of a third party."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="%(class)ss")
    third_party = models.ForeignKey(
        ThirdParty, on_delete=models.PROTECT, null=True, related_name="%(class)ss"
    )
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT)

    class Meta:
        abstract = True

    @property
    def signer(self) -> Person | ThirdParty:
        signer = self.person or self.third_party
        assert signer is not None  # noqa: S101 - one of them is set, the database holds it
        return signer


_OF_ONE = models.Q(person__isnull=False, third_party__isnull=True) | models.Q(
    person__isnull=True, third_party__isnull=False
)


class Declaration(_OfSigner):
    """A person or third party promised to keep a version of the terms (§ 1(3)), on paper or in the portal."""

    class Way(models.TextChoices):
        PAPER = "paper"
        PORTAL = "portal"

    way = models.CharField(max_length=6, choices=Way, default=Way.PAPER)
    access = models.ForeignKey("Access", on_delete=models.PROTECT, null=True, related_name="ticked")
    signed_on = models.DateField()
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "terms"], name="one_declaration_per_terms"),
            models.UniqueConstraint(fields=["third_party", "terms"], name="one_declaration_of_a_third_party"),
            models.CheckConstraint(name="a_declaration_is_of_one", condition=_OF_ONE),
            models.CheckConstraint(
                name="ticked_through_an_access",
                condition=models.Q(way="paper", access=None) | models.Q(way="portal", access__isnull=False),
            ),
        ]


class Scan(models.Model):
    """A signed declaration as it came; its bytes lie sealed in the store, under their SHA-256."""

    class Kind(models.TextChoices):
        PDF = "application/pdf"
        JPEG = "image/jpeg"
        PNG = "image/png"

    declaration = models.OneToOneField(
        Declaration, on_delete=models.PROTECT, null=True, related_name="scan"
    )  # without one it is of mandates
    sha256 = models.CharField(max_length=64, db_index=True)
    kind = models.CharField(max_length=20, choices=Kind)
    size = models.PositiveIntegerField()
    kept_at = models.DateTimeField()


class Objection(_OfSigner):
    """Somebody objects to a version of the terms (§ 14(2)); it stands until judged, then if justified."""

    class Way(models.TextChoices):
        LETTER = "letter"
        PORTAL = "portal"

    way = models.CharField(max_length=6, choices=Way)
    text = models.TextField(blank=True)
    received_on = models.DateField()
    entered_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True)
    is_justified = models.BooleanField(null=True)
    judgement = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "terms"], name="one_objection_per_terms"),
            models.UniqueConstraint(fields=["third_party", "terms"], name="one_objection_of_a_third_party"),
            models.CheckConstraint(name="an_objection_is_of_one", condition=_OF_ONE),
            models.CheckConstraint(
                name="judged_or_not",
                condition=models.Q(judged_at=None, is_justified=None)
                | models.Q(judged_at__isnull=False, is_justified__isnull=False),
            ),
        ]


class Reminder(_OfSigner):
    """Somebody was asked once more to accept a version of the terms; `due_on` says which time it was."""

    due_on = models.DateField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "terms", "due_on"], name="reminded_once_a_day"),
            models.UniqueConstraint(
                fields=["third_party", "terms", "due_on"], name="third_party_reminded_once_a_day"
            ),
            models.CheckConstraint(name="a_reminder_is_of_one", condition=_OF_ONE),
        ]


class Access(models.Model):
    """What an account may be used for, bound to what its kind says.

    An employee access is derived from a member's (`origin`) and stands and falls with it. `holder` is the
    person who uses an employee's or a third party's access. `user_name` is the account's, which never changes
    (its seals are bound to it): here lists of one kind are read in its order.
    """

    class Kind(models.TextChoices):
        PRACTICE = "practice"
        PERSONAL = "personal"
        EMPLOYEE = "employee"
        THIRD_PARTY = "third_party"

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="access")
    user_name = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=11, choices=Kind)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="accesses")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="accesses")
    origin = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="derived")
    third_party = models.ForeignKey(ThirdParty, on_delete=models.PROTECT, null=True, related_name="accesses")
    holder = models.CharField(max_length=200, blank=True)
    folded = folded_name("holder")
    is_signatory = models.BooleanField(default=False)
    unlocked_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="bound_to_what_its_kind_says",
                condition=_bound("practice", "site")
                | _bound("personal", "person")
                | _bound("employee", "origin") & models.Q(is_signatory=False) & ~models.Q(holder="")
                | _bound("third_party", "third_party") & ~models.Q(holder=""),
            )
        ]
        indexes = [
            models.Index(fields=["kind", "user_name", "id"], name="accesses_of_a_kind_by_name"),
            models.Index(fields=["folded", "id"], name="accesses_by_folded_holder"),
        ]

    def __str__(self) -> str:
        return self.user_name


class Permission(models.Model):
    """What an access may do besides what its kind brings along: delegated to staff, given to a third party.

    A third party that may hand in does so for the sites of its mandates.
    """

    class Function(models.TextChoices):
        PORTAL = "portal"
        SUBMISSION = "submission"
        DOCUMENTS = "documents"

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="permissions")
    function = models.CharField(max_length=10, choices=Function)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["access", "function"],
                condition=models.Q(until_at=None),
                name="permitted_once",
            ),
        ]


class Suspension(models.Model):
    """A member keeps an employee's access shut until they open it again (§ 1(2))."""

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="suspensions")
    imposed_at = models.DateTimeField()
    imposed_by = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["access"], condition=models.Q(lifted_at=None), name="suspended_once"
            )
        ]


class PasswordSheet(models.Model):
    """An employee's first password of that instant is handed over by the member, on paper.

    `content` is what stands on it, sealed, for as long as the member may see it; `number` is that of the form
    that made it: sent twice, it leads here.
    """

    number = models.UUIDField(primary_key=True)
    access = models.OneToOneField(Access, on_delete=models.PROTECT, related_name="password_sheet")
    member = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    content = models.BinaryField(null=True)


class Mandate(models.Model):
    """A practice lets a third party hand in for one of its sites, on these days, both inclusive.

    It counts while `person`, who gave it, owns or directs the practice and lives; revoked it ends at once.
    """

    class Way(models.TextChoices):
        PAPER = "paper"
        PORTAL = "portal"

    third_party = models.ForeignKey(ThirdParty, on_delete=models.PROTECT, related_name="mandates")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="mandates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    way = models.CharField(max_length=6, choices=Way)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    given_at = models.DateTimeField()
    signed_on = models.DateField(null=True)
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, null=True, related_name="mandates")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_mandate_ends_after_it_began",
                condition=models.Q(until_on=None) | models.Q(until_on__gte=models.F("from_on")),
            ),
            models.CheckConstraint(
                name="a_mandate_on_paper_was_signed",
                condition=models.Q(way="paper", signed_on__isnull=False)
                | models.Q(way="portal", signed_on=None, scan=None),
            ),
        ]


class KeyAssignment(models.Model):
    """A key belongs to an access, from an instant on; never to two at once."""

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="assignments")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="assignments")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(until_at=None), name="one_access_per_key"
            ),
            models.UniqueConstraint(
                fields=["access"], condition=models.Q(until_at=None), name="one_key_per_access"
            ),
        ]


class Report(models.Model):
    """Somebody told the KV of a loss or a misuse (§ 7(1)); whoever knew the revocation word proved it."""

    class Way(models.TextChoices):
        TELEPHONE = "telephone"
        EMAIL = "email"
        FAX = "fax"
        LETTER = "letter"
        IN_PERSON = "in_person"
        PUBLIC = "public"
        PORTAL = "portal"

    way = models.CharField(max_length=10, choices=Way)
    reported_by = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()
    knew_word = models.BooleanField(default=False)


class Lock(models.Model):
    """A lock on one component, one access, or everything of a practice (§ 7(2), § 10(1)).

    A lock on a password is one on the password of that day: a later one is not locked by it.
    """

    class Scope(models.TextChoices):
        KEY = "key"
        PASSWORD = "password"  # noqa: S105 - a scope, not a secret
        ACCESS = "access"
        PRACTICE = "practice"

    class Cause(models.TextChoices):
        LOSS = "loss"
        MISUSE = "misuse"
        VIOLATION = "violation"
        OBJECTION = "objection"
        OTHER = "other"

    scope = models.CharField(max_length=10, choices=Scope)
    cause = models.CharField(max_length=10, choices=Cause)
    key = models.ForeignKey(Key, on_delete=models.PROTECT, null=True, related_name="locks")
    access = models.ForeignKey(Access, on_delete=models.PROTECT, null=True, related_name="locks")
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, null=True, related_name="locks")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, null=True, related_name="locks")
    imposed_at = models.DateTimeField()
    imposed_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    browsers_ended = models.PositiveIntegerField(default=0)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, blank=True)
    lift_approved_by = models.CharField(max_length=200, blank=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_lock_names_what_its_scope_says",
                condition=models.Q(scope="key", key__isnull=False, access__isnull=True, practice__isnull=True)
                | models.Q(
                    scope__in=["access", "password"],
                    key__isnull=True,
                    access__isnull=False,
                    practice__isnull=True,
                )
                | models.Q(scope="practice", key__isnull=True, access__isnull=True, practice__isnull=False),
            )
        ]


class Charge(models.Model):
    """What a clerk decided about the loss of a key (§ 6(3)): what it costs whoever had it; 0 was waived."""

    lock = models.OneToOneField(Lock, on_delete=models.PROTECT, related_name="charge")
    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="charges")
    cents = models.PositiveIntegerField()
    decided_at = models.DateTimeField(db_index=True)
    decided_by = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)
    withdrawal_reason = models.TextField(blank=True)


class ResyncRequest(models.Model):
    """Codes in a row that a member typed in the portal, sealed until the worker has judged them."""

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="resync_requests")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="resync_requests")
    sealed_codes = models.BinaryField(null=True)
    asked_at = models.DateTimeField()
    judged_at = models.DateTimeField(null=True, db_index=True)
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=models.Q(judged_at=None), name="one_resync_at_a_time"
            )
        ]


class Notice(models.Model):
    """An access ends by notice (§ 10(2)); `ends_on` is its last day. Only both sides together withdraw it."""

    class Kind(models.TextChoices):
        MEMBER = "member"
        KV = "kv"
        EXTRAORDINARY = "extraordinary"

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=15, choices=Kind)
    received_on = models.DateField()
    ends_on = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ends_on", "id"], name="notices_by_last_day")]


class Exemption(models.Model):
    """The KV lets an access last longer than the activity it comes from (§ 10(3)), last day inclusive."""

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="exemptions")
    granted_at = models.DateTimeField()
    until_on = models.DateField()
    revoked_at = models.DateTimeField(null=True)


class Service(models.Model):
    """Something reachable in the closed network, as NAS-Filter-Rules, one a line (contracts/README.md)."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    filter_rules = models.TextField()
    for_everyone = models.BooleanField(default=False)


class Grant(models.Model):
    """An access may use a service."""

    access = models.ForeignKey(Access, on_delete=models.CASCADE, related_name="grants")
    service = models.ForeignKey(Service, on_delete=models.PROTECT)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["access", "service"], condition=models.Q(until_at=None), name="granted_once"
            )
        ]


class Restriction(models.Model):
    """Of what it was granted an access keeps only the named services, and what everyone reaches (§ 7(2))."""

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="restrictions")
    services = models.ManyToManyField(Service, related_name="+")
    cause = models.CharField(max_length=10, choices=Lock.Cause)
    reason = models.TextField(blank=True)
    imposed_at = models.DateTimeField()
    imposed_by = models.CharField(max_length=200)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=200, blank=True)


class CredentialRequest(models.Model):
    """Somebody asks for new credentials (§ 7(3)), or for a revocation word alone.

    A letter answers it, or it is refused. Whoever is signed in asked for themselves; of all others it is
    confirmed by calling back.
    """

    class What(models.TextChoices):
        CREDENTIALS = "credentials"  # password and revocation word
        WORD = "word"

    class Way(models.TextChoices):
        PUBLIC = "public"
        PORTAL = "portal"
        TELEPHONE = "telephone"

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="credential_requests")
    what = models.CharField(max_length=11, choices=What, default=What.CREDENTIALS)
    way = models.CharField(max_length=10, choices=Way)
    reason = models.TextField(blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=200)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.CharField(max_length=200, blank=True)
    spoken_to = models.CharField(max_length=200, blank=True)
    carried_out_at = models.DateTimeField(null=True)
    carried_out_by = models.CharField(max_length=200, blank=True)
    refused_at = models.DateTimeField(null=True)
    refused_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["access", "what"],
                condition=models.Q(carried_out_at=None, refused_at=None),
                name="one_open_request_per_access",
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.carried_out_at is None and self.refused_at is None


class ChangeRequest(models.Model):
    """A member asks to have what is entered about them changed; accepted it is changed, or it is declined.

    `seen` is what stood there, `wanted` what should, each a value for each field. An address is of a day;
    everything else holds once it is accepted, which is not before `from_on`.
    """

    class Datum(models.TextChoices):
        NAME = "name"  # of a person
        PRACTICE = "practice"  # its name; `site` says which practice
        ADDRESS = "address"
        PHONE = "phone"
        FAX = "fax"
        EMAIL = "email"
        PARTY_NAME = "party_name"
        SIGNATORY = "signatory"
        CONTACT = "contact"
        PARTY_PHONE = "party_phone"
        PARTY_EMAIL = "party_email"

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="change_requests")
    datum = models.CharField(max_length=11, choices=Datum)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="change_requests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="change_requests")
    third_party = models.ForeignKey(
        ThirdParty, on_delete=models.PROTECT, null=True, related_name="change_requests"
    )
    seen = models.JSONField()
    wanted = models.JSONField()
    from_on = models.DateField()
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["datum", whose],
                condition=models.Q(withdrawn_at=None, accepted_at=None, declined_at=None),
                name=f"one_change_asked_of_a_{whose}",
            )
            for whose in ("site", "person", "third_party")
        ]
        indexes = [
            models.Index(
                fields=["asked_at", "id"],
                condition=models.Q(withdrawn_at=None, accepted_at=None, declined_at=None),
                name="changes_asked_and_open",
            )
        ]

    @property
    def is_open(self) -> bool:
        return not (self.withdrawn_at or self.accepted_at or self.declined_at)


class AddressTold(models.Model):
    """A former address was told that letters go to a new one from now on."""

    address = models.OneToOneField(Address, on_delete=models.PROTECT, related_name="told")
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=200)


class TravelPass(models.Model):
    """From abroad an access may be used on these days, both inclusive (§ 12)."""

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="travel_passes")
    from_on = models.DateField()
    until_on = models.DateField()
    reason = models.TextField()
    granted_at = models.DateTimeField()
    granted_by = models.CharField(max_length=200)
    approved_by = models.CharField(max_length=200, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=200, blank=True)


class Breach(models.Model):
    """A misuse may be a breach of data protection: a clock of 72 hours (Art. 33 GDPR, § 83a SGB X).

    Decided: told to both authorities, or not to be told, for reasons. Closed when nothing is left to do.
    """

    lock = models.OneToOneField(Lock, on_delete=models.PROTECT, related_name="breach")
    noticed_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)
    told_authority_at = models.DateTimeField(null=True)
    told_supervisor_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=200, blank=True)


class Program(models.Model):
    """A program of the practice that may hand in with this access; its secret was shown once."""

    access = models.ForeignKey(Access, on_delete=models.PROTECT, related_name="programs")
    name = models.CharField(max_length=80)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    connected_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, db_index=True)

    def __str__(self) -> str:
        return self.name


class Interval(models.Model):
    """What the facts say, for all time; rewritten with any fact. An empty reason means granted.

    Of an access's channels one is its main door (`rules.main_door`): there lists ask where it stands.
    """

    access = models.ForeignKey(
        Access, on_delete=models.CASCADE, related_name="intervals", db_index=False
    )  # the index below begins with it
    channel = models.CharField(max_length=20)
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    narrow = models.CharField(max_length=40, blank=True)
    at_main_door = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "reason", "until_at", "from_at", "at_main_door", "access"],
                name="intervals_by_reason",
            ),
            models.Index(fields=["access", "channel", "reason"], name="intervals_by_access"),
        ]


class Owed(models.Model):
    """What an access owes the KV and since when, as the facts say; rewritten with its intervals.

    A key once the access is over for good; a promise to keep the newest terms, where that is asked for.
    """

    class What(models.TextChoices):
        KEY = "key"
        PROMISE = "promise"

    access = models.ForeignKey(Access, on_delete=models.CASCADE, related_name="owed")
    what = models.CharField(max_length=10, choices=What)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["what", "from_at", "access"],
                condition=models.Q(until_at=None),
                name="owed_for_good",
            ),
            models.Index(
                fields=["what", "until_at", "access"],
                condition=models.Q(until_at__isnull=False),
                name="owed_for_a_time",
            ),
        ]
