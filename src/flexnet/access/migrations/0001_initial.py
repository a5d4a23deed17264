"""The tables of `access`."""

import django.db.models.deletion
import django.db.models.functions.text
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
                            ("portal", "Portal"),
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
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("published_on", models.DateField()),
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
                ("user_name", models.CharField(max_length=64, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("practice", "Practice"),
                            ("personal", "Personal"),
                            ("employee", "Employee"),
                            ("third_party", "Third Party"),
                        ],
                        max_length=11,
                    ),
                ),
                ("holder", models.CharField(blank=True, max_length=200)),
                (
                    "folded",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.text.Replace(
                            django.db.models.functions.text.Replace(
                                django.db.models.functions.text.Replace(
                                    django.db.models.functions.text.Replace(
                                        django.db.models.functions.text.Replace(
                                            django.db.models.functions.text.Replace(
                                                django.db.models.functions.text.Replace(
                                                    django.db.models.functions.text.Replace(
                                                        django.db.models.functions.text.Replace(
                                                            django.db.models.functions.text.Replace(
                                                                django.db.models.functions.text.Replace(
                                                                    django.db.models.functions.text.Replace(
                                                                        django.db.models.functions.text.Concat(
                                                                            models.Value(" "),
                                                                            django.db.models.functions.text.Lower(
                                                                                "holder"
                                                                            ),
                                                                        ),
                                                                        models.Value("Ä"),
                                                                        models.Value("ae"),
                                                                    ),
                                                                    models.Value("ä"),
                                                                    models.Value("ae"),
                                                                ),
                                                                models.Value("Ö"),
                                                                models.Value("oe"),
                                                            ),
                                                            models.Value("ö"),
                                                            models.Value("oe"),
                                                        ),
                                                        models.Value("Ü"),
                                                        models.Value("ue"),
                                                    ),
                                                    models.Value("ü"),
                                                    models.Value("ue"),
                                                ),
                                                models.Value("ß"),
                                                models.Value("ss"),
                                            ),
                                            models.Value("-"),
                                            models.Value(" "),
                                        ),
                                        models.Value("."),
                                        models.Value(" "),
                                    ),
                                    models.Value(","),
                                    models.Value(" "),
                                ),
                                models.Value("("),
                                models.Value(" "),
                            ),
                            models.Value("&"),
                            models.Value(" "),
                        ),
                        output_field=models.CharField(max_length=400),
                    ),
                ),
                ("is_signatory", models.BooleanField(default=False)),
                ("unlocked_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derived",
                        to="access.access",
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
                (
                    "third_party",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accesses",
                        to="members.thirdparty",
                    ),
                ),
            ],
        ),
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
                ("spoken_to", models.CharField(blank=True, max_length=200)),
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
                (
                    "way",
                    models.CharField(
                        choices=[("paper", "Paper"), ("portal", "Portal")], default="paper", max_length=6
                    ),
                ),
                ("signed_on", models.DateField()),
                ("entered_at", models.DateTimeField()),
                (
                    "access",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ticked",
                        to="access.access",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="members.person",
                    ),
                ),
                (
                    "third_party",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="members.thirdparty",
                    ),
                ),
                ("terms", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.terms")),
            ],
        ),
        migrations.CreateModel(
            name="Exemption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("granted_at", models.DateTimeField()),
                ("until_on", models.DateField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exemptions",
                        to="access.access",
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
                ("at_main_door", models.BooleanField(default=False)),
                (
                    "access",
                    models.ForeignKey(
                        db_index=False,
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
                        choices=[
                            ("key", "Key"),
                            ("password", "Password"),
                            ("access", "Access"),
                            ("practice", "Practice"),
                        ],
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
                ("imposed_by", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
                ("browsers_ended", models.PositiveIntegerField(default=0)),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.CharField(blank=True, max_length=200)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.CharField(blank=True, max_length=200)),
                ("lift_approved_by", models.CharField(blank=True, max_length=200)),
                ("lift_reason", models.TextField(blank=True)),
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
                (
                    "report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locks",
                        to="access.report",
                    ),
                ),
            ],
        ),
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
                (
                    "lock",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="breach", to="access.lock"
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
                ("withdrawn_at", models.DateTimeField(null=True)),
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
            name="Permission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "function",
                    models.CharField(
                        choices=[("portal", "Portal"), ("submission", "Submission")], max_length=10
                    ),
                ),
                ("from_at", models.DateTimeField()),
                ("until_at", models.DateTimeField(null=True)),
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permissions",
                        to="access.access",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="members.site"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[("application/pdf", "Pdf"), ("image/jpeg", "Jpeg"), ("image/png", "Png")],
                        max_length=20,
                    ),
                ),
                ("size", models.PositiveIntegerField()),
                ("kept_at", models.DateTimeField()),
                (
                    "declaration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scan",
                        to="access.declaration",
                    ),
                ),
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
                (
                    "access",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="access.access",
                    ),
                ),
                ("services", models.ManyToManyField(related_name="+", to="access.service")),
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
            name="Reminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_on", models.DateField()),
                ("sent_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="members.person",
                    ),
                ),
                (
                    "third_party",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="members.thirdparty",
                    ),
                ),
                ("terms", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.terms")),
            ],
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("way", models.CharField(choices=[("letter", "Letter"), ("portal", "Portal")], max_length=6)),
                ("text", models.TextField(blank=True)),
                ("received_on", models.DateField()),
                ("entered_at", models.DateTimeField()),
                ("judged_at", models.DateTimeField(null=True)),
                ("is_justified", models.BooleanField(null=True)),
                ("judgement", models.TextField(blank=True)),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="members.person",
                    ),
                ),
                (
                    "third_party",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="members.thirdparty",
                    ),
                ),
                ("terms", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="access.terms")),
            ],
        ),
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
        migrations.AddIndex(
            model_name="access",
            index=models.Index(fields=["kind", "user_name", "id"], name="accesses_of_a_kind_by_name"),
        ),
        migrations.AddIndex(
            model_name="access",
            index=models.Index(fields=["folded", "id"], name="accesses_by_folded_holder"),
        ),
        migrations.AddConstraint(
            model_name="access",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "practice"),
                        ("origin__isnull", True),
                        ("person__isnull", True),
                        ("site__isnull", False),
                        ("third_party__isnull", True),
                    ),
                    models.Q(
                        ("kind", "personal"),
                        ("origin__isnull", True),
                        ("person__isnull", False),
                        ("site__isnull", True),
                        ("third_party__isnull", True),
                    ),
                    models.Q(
                        ("kind", "employee"),
                        ("origin__isnull", False),
                        ("person__isnull", True),
                        ("site__isnull", True),
                        ("third_party__isnull", True),
                        ("is_signatory", False),
                        models.Q(("holder", ""), _negated=True),
                    ),
                    models.Q(
                        ("kind", "third_party"),
                        ("origin__isnull", True),
                        ("person__isnull", True),
                        ("site__isnull", True),
                        ("third_party__isnull", False),
                        models.Q(("holder", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="bound_to_what_its_kind_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="credentialrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("carried_out_at", None), ("refused_at", None)),
                fields=("access",),
                name="one_open_request_per_access",
            ),
        ),
        migrations.AddIndex(
            model_name="interval",
            index=models.Index(
                fields=["channel", "reason", "until_at", "from_at", "at_main_door", "access"],
                name="intervals_by_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="interval",
            index=models.Index(fields=["access", "channel", "reason"], name="intervals_by_access"),
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
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["ends_on", "id"], name="notices_by_last_day"),
        ),
        migrations.AddConstraint(
            model_name="permission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_at", None)),
                fields=("access", "function", "site"),
                name="permitted_once_for_a_site",
            ),
        ),
        migrations.AddConstraint(
            model_name="permission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("site", None), ("until_at", None)),
                fields=("access", "function"),
                name="permitted_once",
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
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until_at", None)), fields=("access", "service"), name="granted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("person", "terms", "due_on"), name="reminded_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("third_party", "terms", "due_on"), name="third_party_reminded_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("third_party__isnull", True)),
                    models.Q(("person__isnull", True), ("third_party__isnull", False)),
                    _connector="OR",
                ),
                name="a_reminder_is_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(fields=("person", "terms"), name="one_objection_per_terms"),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.UniqueConstraint(
                fields=("third_party", "terms"), name="one_objection_of_a_third_party"
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("third_party__isnull", True)),
                    models.Q(("person__isnull", True), ("third_party__isnull", False)),
                    _connector="OR",
                ),
                name="an_objection_is_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="objection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("is_justified", None), ("judged_at", None)),
                    models.Q(("is_justified__isnull", False), ("judged_at__isnull", False)),
                    _connector="OR",
                ),
                name="judged_or_not",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(fields=("person", "terms"), name="one_declaration_per_terms"),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(
                fields=("third_party", "terms"), name="one_declaration_of_a_third_party"
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person__isnull", False), ("third_party__isnull", True)),
                    models.Q(("person__isnull", True), ("third_party__isnull", False)),
                    _connector="OR",
                ),
                name="a_declaration_is_of_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("access", None), ("way", "paper")),
                    models.Q(("access__isnull", False), ("way", "portal")),
                    _connector="OR",
                ),
                name="ticked_through_an_access",
            ),
        ),
    ]
