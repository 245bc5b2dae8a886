"""Give a new desk a scale to work with."""

from typing import Any

from django.db import migrations

from reviews.scales import install


def forwards(apps: Any, schema_editor: Any) -> None:
    install(apps.get_model("reviews", "Scale"), apps.get_model("reviews", "Rating"))


class Migration(migrations.Migration):
    dependencies = [("reviews", "0002_append_only")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
