"""Requests for new credentials; former addresses that were told of a new one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_objections_of_third_parties"),
        ("members", "0002_kinds_of_practice_and_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressTold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("told_at", models.DateTimeField()),
                ("told_by", models.CharField(max_length=200)),
                (
                    "address",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="told", to="members.address"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CredentialRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("public", "Public"), ("portal", "Portal"), ("telephone", "Telephone")],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("requested_at", models.DateTimeField()),
                ("requested_by", models.CharField(max_length=200)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=200)),
                ("carried_out_at", models.DateTimeField(null=True)),
                ("carried_out_by", models.CharField(blank=True, max_length=200)),
                ("refused_at", models.DateTimeField(null=True)),
                ("refused_by", models.CharField(blank=True, max_length=200)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credential_requests",
                        to="access.access",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("carried_out_at", None), ("refused_at", None)),
                        fields=("access",),
                        name="one_open_request_per_access",
                    )
                ],
            },
        ),
    ]
