"""What cannot be published."""


class BadCertificate(Exception):
    """A provider's certificate cannot be entered or withdrawn like this; the text says why."""


class NoSuchCertificate(Exception):
    """There is no certificate with this number, or it is withdrawn."""


class BadMaintenance(Exception):
    """Maintenance cannot be announced like this; the text says why."""


class NoSuchMaintenance(Exception):
    """There is no maintenance with this number, or it is cancelled."""
