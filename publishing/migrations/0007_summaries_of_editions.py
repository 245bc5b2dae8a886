"""Which articles' pages a check is on follows from its editions, no more from where the claim stands now."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def write_down(apps: Any, _schema_editor: Any) -> None:
    """Put each check on the pages of the articles that its newest edition names."""
    publication, summary = (
        apps.get_model("publishing", "Publication"),
        apps.get_model("publishing", "Summary"),
    )
    pages = dict(summary.objects.values_list("article", "pk"))
    live = publication.objects.filter(edition__isnull=False).order_by("pk")
    through = summary.publications.through
    through.objects.bulk_create(
        (
            through(publication_id=check, summary_id=pages[article])
            for check, named in live.values_list("pk", "edition__payload__appearances").iterator()
            for article in {place["article"] for place in named or ()} & pages.keys()
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0009_brought_in_by"),
        ("publishing", "0006_verdicts_have_releases"),
        ("reviews", "0006_found_by_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="summary",
            name="publications",
            field=models.ManyToManyField(related_name="summaries", to="publishing.publication"),
        ),
        migrations.RunPython(write_down, migrations.RunPython.noop),
    ]
