"""Codes that members type in the portal wait for the worker."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_charges"),
        ("keys", "0003_programming"),
    ]

    operations = [
        migrations.CreateModel(
            name="ResyncRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed_codes", models.BinaryField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(db_index=True, null=True)),
                ("outcome", models.CharField(blank=True, max_length=20)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resync_requests",
                        to="access.access",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resync_requests",
                        to="keys.key",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("judged_at", None)), fields=("key",), name="one_resync_at_a_time"
                    )
                ],
            },
        ),
    ]
