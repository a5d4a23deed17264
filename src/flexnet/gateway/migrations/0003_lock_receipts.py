"""Receipts that say what a lock did."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_locks_and_restrictions"),
        ("gateway", "0002_who_ended_a_session"),
    ]

    operations = [
        migrations.CreateModel(
            name="LockReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("statement", models.TextField()),
                ("key", models.PositiveIntegerField()),
                ("signature", models.CharField(max_length=88)),
                (
                    "lock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="receipts", to="access.lock"
                    ),
                ),
            ],
        ),
    ]
