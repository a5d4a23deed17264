"""Show me: keys by their serial number."""

from flexnet.keys.errors import NoSuchKey
from flexnet.keys.models import Key


def key(serial: str) -> Key:
    """Raises NoSuchKey."""
    row = Key.objects.filter(serial=serial).first()
    if row is None:
        raise NoSuchKey(f"There is no key with the serial number {serial}.")
    return row
