"""The tables of `members`."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="RegisterImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("is_complete", models.BooleanField()),
                ("uploaded_at", models.DateTimeField()),
                ("uploaded_by", models.CharField(max_length=200)),
                ("encoding", models.CharField(blank=True, max_length=20)),
                ("unread_columns", models.TextField(blank=True)),
                ("unreadable", models.TextField(blank=True)),
                ("looked_at", models.DateTimeField(null=True)),
                ("sent_back_at", models.DateTimeField(null=True)),
                ("ordered_at", models.DateTimeField(null=True)),
                ("ordered_by", models.CharField(blank=True, max_length=200)),
                ("only_good", models.BooleanField(default=False)),
                ("begun_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("released_at", models.DateTimeField(null=True)),
                ("released_by", models.CharField(blank=True, max_length=200)),
                ("ended_at", models.DateTimeField(null=True)),
                ("discarded_at", models.DateTimeField(null=True)),
                ("discarded_by", models.CharField(blank=True, max_length=200)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("endings", models.PositiveIntegerField(default=0)),
                ("asked", models.PositiveIntegerField(default=0)),
                ("settled", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="ThirdParty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
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
                                                                                "name"
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
                ("signatory", models.CharField(max_length=200)),
                ("contact", models.CharField(max_length=200)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("email", models.CharField(blank=True, max_length=254)),
                ("interest", models.TextField()),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lanr", models.CharField(max_length=9, unique=True)),
                ("name", models.CharField(max_length=200)),
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
                                                                                "name"
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
            ],
            options={
                "indexes": [models.Index(fields=["folded", "id"], name="people_by_folded_name")],
            },
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200)),
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
                                                                                "name"
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
                (
                    "kind",
                    models.CharField(
                        choices=[("single", "Single"), ("bag", "Bag"), ("mvz", "Mvz")],
                        default="single",
                        max_length=6,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "id"], name="practices_by_name"),
                    models.Index(fields=["folded", "id"], name="practices_by_folded_name"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=200)),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correction",
                        to="members.note",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="members.practice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RegisterContent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("packed", models.BinaryField()),
                (
                    "of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="content",
                        to="members.registerimport",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bsnr", models.CharField(max_length=9, unique=True)),
                ("is_main", models.BooleanField(default=True)),
                ("opened_on", models.DateField(null=True)),
                ("closed_on", models.DateField(null=True)),
                ("phone", models.CharField(blank=True, max_length=40)),
                ("fax", models.CharField(blank=True, max_length=40)),
                ("email", models.CharField(blank=True, max_length=254)),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sites",
                        to="members.practice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("extra", models.CharField(blank=True, max_length=100)),
                ("street", models.CharField(max_length=100)),
                ("postcode", models.CharField(max_length=5)),
                ("town", models.CharField(max_length=100)),
                ("from_on", models.DateField()),
                ("entered_at", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addresses",
                        to="members.site",
                    ),
                ),
                (
                    "third_party",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addresses",
                        to="members.thirdparty",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Death",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("died_on", models.DateField()),
                ("heirs_contact", models.TextField(blank=True)),
                ("entered_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deaths",
                        to="members.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("person",),
                        name="one_death_that_stands",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="members.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)), fields=("person",), name="one_open_activity"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ownership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ownerships",
                        to="members.person",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ownerships",
                        to="members.practice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)),
                        fields=("practice", "person"),
                        name="one_open_ownership",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Employment",
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
                        choices=[("employed", "Employed"), ("authorised", "Authorised")], max_length=10
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="employments",
                        to="members.person",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="employments",
                        to="members.practice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)),
                        fields=("practice", "person"),
                        name="one_open_employment",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Direction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directions",
                        to="members.person",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="directions",
                        to="members.practice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)),
                        fields=("practice",),
                        name="one_open_direction",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "bond",
                    models.CharField(
                        choices=[
                            ("owner", "Owner"),
                            ("employed", "Employed"),
                            ("authorised", "Authorised"),
                            ("director", "Director"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=200)),
                ("answer", models.TextField(blank=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="members.person",
                    ),
                ),
                (
                    "practice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="members.practice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("practice", "person", "bond"),
                        name="asked_once_until_answered",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_done", models.BooleanField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("wrong", "Wrong"), ("change", "Change"), ("ending", "Ending")], max_length=6
                    ),
                ),
                ("row", models.PositiveIntegerField()),
                ("said", models.TextField()),
                (
                    "of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="members.registerimport",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["of", "is_done", "row"], name="register_lines_by_row"),
                    models.Index(fields=["of", "is_done", "kind", "row"], name="register_lines_by_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SigningRight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField()),
                ("until_on", models.DateField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_rights",
                        to="members.person",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until_on", None)),
                        fields=("person",),
                        name="one_open_signing_right",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="site",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_main", True)), fields=("practice",), name="one_main_site_per_practice"
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("site__isnull", False), ("third_party__isnull", True)),
                    models.Q(("site__isnull", True), ("third_party__isnull", False)),
                    _connector="OR",
                ),
                name="an_address_is_of_one",
            ),
        ),
    ]
