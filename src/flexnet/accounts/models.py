"""Who signs in: accounts, staff and their factors, what was tried, web sessions, second pairs of eyes."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac


class Account(AbstractBaseUser):
    """A user name and a password; what it may do is said by its access."""

    user_name = models.CharField(max_length=64, unique=True)
    password = models.TextField(blank=True)
    revocation_word = models.TextField(null=True)
    password_set_at = models.DateTimeField()
    password_is_initial = models.BooleanField(default=True)
    password_first_changed_at = models.DateTimeField(null=True)
    last_login = None

    USERNAME_FIELD = "user_name"

    def __str__(self) -> str:
        return self.user_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Signs browsers out when it changes: the password's instant, for its seal changes by rotation."""
        return salted_hmac(
            "flexnet.accounts.session",
            repr(self.password_set_at.timestamp()),
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class FormerPassword(models.Model):
    """A password that must not come back soon, as its sealed hash."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="former_passwords")
    password = models.TextField()
    set_at = models.DateTimeField()


class Bucket(models.Model):
    """How many tries are left, as of an instant; it gains one back at a steady pace.

    A source from which an account signed in rightly gets a bucket of its own (`succeeded_at`), so that
    strangers, who all share one, cannot throttle the owner. Instants are seconds since 1970: the database
    computes with them.
    """

    key = models.CharField(max_length=120, primary_key=True)
    level = models.FloatField()
    counted_at = models.FloatField()
    succeeded_at = models.FloatField(null=True)


class WebSession(AbstractBaseSession):
    """A signed-in browser; `via` names the tunnel that it came through."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="web_sessions")
    via = models.CharField(max_length=36, blank=True, db_index=True)
    source = models.GenericIPAddressField(null=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False
        db_table = "accounts_websession"

    @classmethod
    def get_session_store_class(cls) -> type:
        from flexnet.accounts import sessions  # the store needs this model

        return sessions.SessionStore


class Role(models.TextChoices):
    """What somebody who works at the KV may do in the office."""

    RECEPTION = "reception"
    CLERK = "clerk"
    KEY_DESK = "key_desk"
    IT = "it"
    BILLING = "billing"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Staff(models.Model):
    """Somebody who works at the KV, and from when until when; the account opens the office alone."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="staff")
    name = models.CharField(max_length=120)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.account.user_name

    def is_active(self, now: datetime) -> bool:
        """Whether they work here at this instant."""
        return self.from_at <= now and (self.until_at is None or now < self.until_at)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles they hold: a change takes effect with its entry."""
        return frozenset(Role(row.role) for row in self.held_roles.all() if row.until_at is None)


class HeldRole(models.Model):
    """A role that somebody holds, from an instant on."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="held_roles")
    role = models.CharField(max_length=20, choices=Role)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "role"], condition=models.Q(until_at=None), name="a_role_is_held_once"
            )
        ]


class EnrolmentCode(models.Model):
    """Lets somebody without a second factor set up the first one, once; as its sealed hash.

    `to_hand_over` is the code with the first password, sealed, as long as who hands them over may see them.
    """

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="enrolment_codes")
    hashed = models.TextField()
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    to_hand_over = models.BinaryField(null=True)


class SecurityKey(models.Model):
    """A second factor of WebAuthn: a security key or a passkey; `credential` is what it attested at first."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="security_keys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    credential = models.BinaryField()
    sign_count = models.BigIntegerField()
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AuthenticatorApp(models.Model):
    """A second factor of six digits every half minute; `last_step` is spent, and what lies before it."""

    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="app")
    sealed_secret = models.BinaryField()
    last_step = models.BigIntegerField()
    added_at = models.DateTimeField()


class RecoveryCode(models.Model):
    """A code on paper for the day when key and telephone are away; as its sealed hash, good for one use."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="recovery_codes")
    hashed = models.TextField()
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Approval(models.Model):
    """A wish that a second person grants or refuses; `payload` is canonical JSON in the form `version`."""

    class Act(models.TextChoices):
        LIFT_MISUSE_LOCK = "lift_misuse_lock"
        KV_EXTRAORDINARY_NOTICE = "kv_extraordinary_notice"
        END_MANY = "end_many"
        EXEMPT = "exempt"
        TRAVEL_PASS_LONG = "travel_pass_long"  # noqa: S105 - an act, not a secret
        CHANGE_ROLES = "change_roles"
        RESET_STAFF = "reset_staff"
        EXPORT_AUDIT = "export_audit"

    act = models.CharField(max_length=30, choices=Act)
    subject = models.CharField(max_length=200)
    version = models.PositiveSmallIntegerField()
    payload = models.TextField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="asked")
    reason = models.TextField()
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="decided")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["decided_at", "asked_at"])]
        constraints = [
            models.CheckConstraint(
                name="a_decision_is_whole",
                condition=models.Q(decided_by__isnull=True, decided_at__isnull=True, granted__isnull=True)
                | models.Q(decided_by__isnull=False, decided_at__isnull=False, granted__isnull=False),
            ),
            models.CheckConstraint(
                name="four_eyes_are_two_people",
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
            ),
        ]


class Assignment(models.Model):
    """Somebody has taken a task of the desk; what the task is, the domains derive from their facts."""

    task = models.CharField(max_length=120, unique=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="assignments")
    since = models.DateTimeField()


class Submission(models.Model):
    """A form that somebody sent; its number was drawn with the page, so it takes effect once.

    `staff` is empty where it was a member who sent it.
    """

    number = models.UUIDField(primary_key=True)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, null=True, related_name="submissions")
    at = models.DateTimeField(db_index=True)
