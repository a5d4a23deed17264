"""The names of whom accesses of staff and third parties are for, as they are searched."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0012_spoken_to")]

    operations = [
        migrations.AddField(
            model_name="access",
            name="folded",
            field=models.GeneratedField(
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
    ]
