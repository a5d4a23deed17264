"""Travel passes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0006_kinds_of_access"),
    ]

    operations = [
        migrations.CreateModel(
            name="TravelPass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField()),
                ("reason", models.TextField()),
                ("granted_at", models.DateTimeField()),
                ("granted_by", models.CharField(max_length=200)),
                ("approved_by", models.CharField(blank=True, max_length=200)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("revoked_by", models.CharField(blank=True, max_length=200)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="travel_passes",
                        to="access.access",
                    ),
                ),
            ],
        ),
    ]
