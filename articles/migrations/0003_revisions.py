"""Newer texts of an article, and what becomes of the passages in them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from factcheck.audit import triggers


def drop_triggers(apps, schema_editor):
    triggers.drop(schema_editor.connection, "articles_revision")


def create_triggers(apps, schema_editor):
    triggers.create(schema_editor.connection, "articles_revision")


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("kept", "Kept"),
                            ("moved", "Moved"),
                            ("changed", "Changed"),
                            ("lost", "Lost"),
                        ],
                        max_length=10,
                    ),
                ),
                ("score", models.FloatField()),
                ("start", models.PositiveIntegerField(blank=True, null=True)),
                ("end", models.PositiveIntegerField(blank=True, null=True)),
                ("others", models.JSONField(default=list)),
                ("is_certain", models.BooleanField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "Accepted"),
                            ("chosen", "Another place chosen"),
                            ("removed", "Removed by the outlet"),
                            ("kept", "Keeps quoting the old text"),
                            ("superseded", "Overtaken by a newer text"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["revision", "pk"],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="recheck_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="import",
            name="revises",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rechecks",
                to="articles.article",
            ),
        ),
        migrations.AlterField(
            model_name="import",
            name="requested_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        # SQLite rebuilds the table for this, and its triggers go with the old one.
        migrations.RunPython(drop_triggers, create_triggers),
        migrations.AlterField(
            model_name="revision",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["recheck_at"], name="articles_by_recheck"),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("requested_by__isnull", False), ("revises__isnull", False), _connector="OR"
                ),
                name="articles_import_asked_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="import",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "url"), ("status__in", ["queued", "running"])),
                fields=("revises",),
                name="articles_recheck_once",
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="passage",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="articles.passage"
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="result",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="came_from",
                to="articles.passage",
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="revision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="articles.revision"
            ),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                condition=models.Q(("decision", ""), ("is_certain", False)),
                fields=["passage"],
                name="placements_undecided",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(
                fields=("passage", "revision"), name="articles_placement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["kept", "moved", "changed", "lost"])),
                name="articles_placement_known_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end__isnull", True), ("start__isnull", True)),
                    models.Q(
                        ("end__isnull", False), ("start__isnull", False), ("start__lt", models.F("end"))
                    ),
                    _connector="OR",
                ),
                name="articles_placement_not_empty",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision", ""), ("is_certain", True), ("result__isnull", False)),
                    models.Q(
                        ("decision__in", ["accepted", "chosen"]),
                        ("is_certain", False),
                        ("result__isnull", False),
                    ),
                    models.Q(
                        ("decision__in", ["", "removed", "kept", "superseded"]),
                        ("is_certain", False),
                        ("result__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="articles_placement_followed",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decision__in", ["", "superseded"]), ("decided_by__isnull", False), _connector="OR"
                ),
                name="articles_placement_decided_by_somebody",
            ),
        ),
    ]
