"""Locks on passwords, what is known of a lock, reports, restrictions, breaches."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_texts_of_terms"),
        ("keys", "0001_initial"),
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Breach",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("noticed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("told_authority_at", models.DateTimeField(null=True)),
                ("told_supervisor_at", models.DateTimeField(null=True)),
                ("reasons", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Report",
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
                        choices=[
                            ("telephone", "Telephone"),
                            ("email", "Email"),
                            ("fax", "Fax"),
                            ("letter", "Letter"),
                            ("in_person", "In Person"),
                            ("public", "Public"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reported_by", models.CharField(blank=True, max_length=200)),
                ("received_at", models.DateTimeField()),
                ("knew_word", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("loss", "Loss"),
                            ("misuse", "Misuse"),
                            ("violation", "Violation"),
                            ("objection", "Objection"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("imposed_at", models.DateTimeField()),
                ("imposed_by", models.CharField(max_length=200)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="lock",
            name="a_lock_names_what_its_scope_says",
        ),
        migrations.AddField(
            model_name="lock",
            name="browsers_ended",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="lock",
            name="imposed_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="lock",
            name="lift_approved_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="lock",
            name="lift_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="lock",
            name="lifted_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="lock",
            name="reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="lock",
            name="reviewed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="lock",
            name="reviewed_by",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AlterField(
            model_name="lock",
            name="scope",
            field=models.CharField(
                choices=[
                    ("key", "Key"),
                    ("password", "Password"),
                    ("access", "Access"),
                    ("practice", "Practice"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="breach",
            name="lock",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="breach", to="access.lock"
            ),
        ),
        migrations.AddField(
            model_name="lock",
            name="report",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="locks",
                to="access.report",
            ),
        ),
        migrations.AddConstraint(
            model_name="lock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("access__isnull", True),
                        ("key__isnull", False),
                        ("practice__isnull", True),
                        ("scope", "key"),
                    ),
                    models.Q(
                        ("access__isnull", False),
                        ("key__isnull", True),
                        ("practice__isnull", True),
                        ("scope__in", ["access", "password"]),
                    ),
                    models.Q(
                        ("access__isnull", True),
                        ("key__isnull", True),
                        ("practice__isnull", False),
                        ("scope", "practice"),
                    ),
                    _connector="OR",
                ),
                name="a_lock_names_what_its_scope_says",
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="access",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="restrictions", to="access.access"
            ),
        ),
        migrations.AddField(
            model_name="restriction",
            name="services",
            field=models.ManyToManyField(related_name="+", to="access.service"),
        ),
    ]
