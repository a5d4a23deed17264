"""How strict the KV is: passwords, tries, keys, and how long what is kept."""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from flexnet.configuration.parts import Part


class PasswordPolicy(Part):
    """What a password must be (terms, § 5(4)); at most 64 bytes, or a gateway cuts the field behind it."""

    minimum_length: int = Field(12, ge=8, le=64)
    maximum_bytes: int = Field(64, ge=8, le=64)
    classes: int = Field(3, ge=1, le=4)
    history: int = Field(10, ge=0, le=50)
    lifetime_days: int | None = Field(180, ge=1)
    initial_valid_days: int = Field(28, ge=1)
    argon2_memory_kib: int = Field(19456, ge=8)
    argon2_iterations: int = Field(2, ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.minimum_length > self.maximum_bytes:
            raise ValueError("minimum_length is above maximum_bytes: no password could be chosen; lower it")
        return self

    @property
    def lifetime(self) -> timedelta | None:
        return None if self.lifetime_days is None else timedelta(days=self.lifetime_days)

    @property
    def initial_valid(self) -> timedelta:
        return timedelta(days=self.initial_valid_days)


class Credentials(Part):
    """How credentials travel: not to a new address for some days after it changed."""

    address_rest_days: int = Field(14, ge=0, le=365)


class Throttle(Part):
    """How many tries: a bucket holds `tries` and gains one back every `refill_seconds`.

    Wrong sign-ins of an account and of a source; forms sent without an account, by a source and by all;
    requests of a practice's program.
    """

    tries: int = Field(10, ge=1)
    refill_seconds: int = Field(60, ge=1)
    source_tries: int = Field(200, ge=1)
    source_refill_seconds: int = Field(1, ge=1)
    known_source_days: int = Field(90, ge=1)
    form_tries: int = Field(5, ge=1)
    form_refill_seconds: int = Field(600, ge=1)
    all_forms_tries: int = Field(300, ge=1)
    all_forms_refill_seconds: int = Field(30, ge=1)
    program_requests: int = Field(600, ge=1)
    program_refill_milliseconds: int = Field(200, ge=1)


class Hotp(Part):
    """How far a key may have been pressed unseen (DOMAIN.md, 7.5)."""

    window: int = Field(10, ge=1, le=50)
    resync_window: int = Field(1000, ge=10, le=10000)  # at the sign-in, where anybody may try
    guided_window: int = Field(10_000, ge=10, le=100_000)  # on the telephone, after a call back
    healing_seconds: int = Field(600, ge=1)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.resync_window < self.window:
            raise ValueError("resync_window is below window: a key could not be healed; raise it")
        return self


class Keys(Part):
    """Keys beyond the one that each site has free (terms, § 2(1)), what a lost one costs (§ 6(3)), returns.

    A key that is to come back is asked for, `return_reminders` times more after `return_days` each, and then
    a clerk may declare it lost.
    """

    extra: Literal["with_reason", "refused"] = "with_reason"
    lost_cents: int = Field(0, ge=0)
    return_days: int = Field(28, ge=1)
    return_reminders: int = Field(1, ge=0)


class Audit(Part):
    anchor_dir: Path
    signing_key: Path
    checkpoint_seconds: int = Field(60, ge=1)


class Retention(Part):
    """How many whole months what is personal is kept (docs/operate/deletion.md)."""

    personal_months: int = Field(12, ge=1)
    sources_months: int = Field(3, ge=1)
    sessions_months: int = Field(12, ge=1)
    mails_months: int = Field(3, ge=1)
    messages_months: int = Field(24, ge=1)
    changes_months: int = Field(12, ge=1)


class Members(Part):
    """How the member register is taken over."""

    endings_without_four_eyes: int = Field(20, ge=0)
    import_days: int = Field(90, ge=1)
