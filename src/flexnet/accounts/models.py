"""Who signs in: accounts with their sealed password, what was tried, and web sessions."""

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac


class Account(AbstractBaseUser):
    """A user name and a password; what it may do is said by its access."""

    user_name = models.CharField(max_length=64, unique=True)
    password = models.TextField(blank=True)
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
