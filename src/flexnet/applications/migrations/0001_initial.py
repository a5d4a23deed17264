"""The tables of `applications`."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("year", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("channel", models.CharField(max_length=10)),
                ("sent_as", models.UUIDField(null=True, unique=True)),
                ("bsnr", models.CharField(blank=True, db_index=True, max_length=9)),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("street", models.CharField(blank=True, max_length=100)),
                ("postcode", models.CharField(blank=True, max_length=5)),
                ("town", models.CharField(blank=True, max_length=80)),
                ("lanr", models.CharField(blank=True, db_index=True, max_length=9)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("role", models.CharField(blank=True, max_length=10)),
                ("email", models.CharField(blank=True, max_length=120)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("wants_practice_access", models.BooleanField(default=False)),
                ("wants_personal_access", models.BooleanField(default=False)),
                ("since_on", models.DateField(null=True)),
                ("until_on", models.DateField(null=True)),
                ("interest", models.TextField(blank=True, max_length=2000)),
                ("services", models.TextField(blank=True, max_length=500)),
                ("district_office", models.CharField(blank=True, max_length=20)),
                ("terms_version", models.PositiveSmallIntegerField(null=True)),
                ("signed_on", models.DateField(null=True)),
                (
                    "applicant",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to="access.access",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=200)),
                ("reason", models.TextField(blank=True, max_length=2000)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="applications.application",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind__in", ["approved", "refused", "withdrawn"])),
                        fields=("application",),
                        name="one_end_per_application",
                    )
                ],
            },
        ),
    ]
