"""The quarter's field under the name that released migrations know."""

from flexnet import quarter_field
from flexnet.quarter_field import written as written


class QuarterField(quarter_field.QuarterField):
    """Reads and writes Quarter values."""
