"""Statements to be checked, who made them, and what they are about."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from articles.querysets import ClaimQuerySet


class Claimant(models.Model):
    """Whoever said it: a person or an organisation."""

    name = models.CharField(max_length=200, unique=True)
    job_title = models.CharField(max_length=200, blank=True)
    same_as = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What claims are about."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80, unique=True, allow_unicode=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Claim(models.Model):
    """A statement to be checked, in plain words, not the quote; who said it, when and where."""

    statement = models.CharField(max_length=1000)
    claimant = models.ForeignKey(
        Claimant, null=True, blank=True, on_delete=models.PROTECT, related_name="claims"
    )
    said_on = models.DateField(null=True, blank=True)
    said_where = models.CharField(max_length=300, blank=True)
    topics = models.ManyToManyField(Topic, blank=True, related_name="claims")
    language = models.CharField(max_length=35, blank=True)
    flagged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="claims_newest")]

    def __str__(self) -> str:
        return self.statement
