"""A certificate is its provider's, whose name it has."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("publications", "0002_providers_with_ranges_and_stops")]

    operations = [
        migrations.AlterField(
            "certificate",
            "provider",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certificates",
                to="publications.provider",
            ),
        ),
        migrations.RemoveField("certificate", "name"),
    ]
