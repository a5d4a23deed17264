"""Where keys are and were, and what they are made of."""

import django.db.models.deletion
from django.db import migrations, models

_PLACES = [
    ("in_stock", "In Stock"),
    ("assigned", "Assigned"),
    ("packed", "Packed"),
    ("posted", "Posted"),
    ("in_use", "In Use"),
    ("lost", "Lost"),
    ("defective", "Defective"),
    ("to_be_returned", "To Be Returned"),
    ("returned", "Returned"),
    ("disposed_of", "Disposed Of"),
]


def _number() -> "models.Field[int, int]":
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("keys", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", _number()),
                ("model", models.CharField(blank=True, max_length=40)),
                ("firmware", models.CharField(blank=True, max_length=12)),
                ("slot", models.PositiveSmallIntegerField(null=True)),
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="device", to="keys.key"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", _number()),
                ("place", models.CharField(choices=_PLACES, max_length=14)),
                ("at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                ("counter", models.BigIntegerField(default=0)),
                ("by", models.CharField(max_length=200)),
                ("reason", models.TextField(blank=True)),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="keys.key"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("until_at", None)),
                        fields=["place", "at"],
                        name="keys_by_present_place",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_at", None)),
                        fields=("key",),
                        name="a_key_is_in_one_place",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", _number()),
                ("sent_at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="keys.movement",
                    ),
                ),
            ],
        ),
    ]
