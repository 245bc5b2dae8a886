"""Which articles' pages a check is on follows from its editions, no more from where the claim stands now."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def write_down(apps: Any, _schema_editor: Any) -> None:
    """Until here a claim never left an article: each stands wherever one of its editions names it."""
    publication = apps.get_model("publishing", "Publication")
    stands_on = publication.objects.filter(edition__isnull=False).values_list(
        "pk", "review__claim__passages__revision__article__summary"
    )
    through = apps.get_model("publishing", "Summary").publications.through
    through.objects.bulk_create(
        (
            through(publication_id=check, summary_id=page)
            for check, page in stands_on.order_by("pk").distinct().iterator()
            if page
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
