import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("keys", "0001_initial"),
        ("members", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Service",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=100)),
                ("filter_rules", models.TextField()),
                ("for_everyone", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("effective_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Access",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("practice", "Practice"), ("personal", "Personal")], max_length=10
                    ),
                ),
                ("unlocked_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="members.person",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="members.site",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Interval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=20)),
                ("from_at", models.DateTimeField(null=True)),
                ("until_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("narrow", models.CharField(blank=True, max_length=40)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intervals",
                        to="access.access",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeyAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="access.access",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="keys.key"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[("key", "Key"), ("access", "Access"), ("practice", "Practice")],
                        max_length=10,
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
                ("imposed_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(null=True)),
                (
                    "access",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locks",
                        to="access.access",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locks",
                        to="keys.key",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locks",
                        to="members.practice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("member", "Member"), ("kv", "Kv"), ("extraordinary", "Extraordinary")],
                        max_length=15,
                    ),
                ),
                ("received_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="access.access",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="access.access"
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.service"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signed_on", models.DateField()),
                ("entered_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="members.person",
                    ),
                ),
                ("terms", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.terms")),
            ],
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "practice"), ("person__isnull", True), ("site__isnull", False)),
                    models.Q(("kind", "personal"), ("person__isnull", False), ("site__isnull", True)),
                    _connector="OR",
                ),
                name="bound_to_what_its_kind_says",
            ),
        ),
        migrations.AddIndex(
            model_name="interval",
            index=models.Index(
                fields=["channel", "reason", "from_at"], name="access_inte_channel_0d9701_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="keyassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_at", None)), fields=("key",), name="one_access_per_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="keyassignment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_at", None)), fields=("access",), name="one_key_per_access"
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
                        ("scope", "access"),
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
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_at", None)), fields=("access", "service"), name="granted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(fields=("person", "terms"), name="one_declaration_per_terms"),
        ),
    ]
