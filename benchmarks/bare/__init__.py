"""What the desk is measured against: the same reads and writes as plain Django and DRF do them.

Model viewsets, model serializers and templates of plain markup, behind the middleware of a new project.
The same sign-in (session or token) and the same tables. No rules, roles, versions, log, jobs, tags,
translations or headers of ours. Answers are filled up to the size of ours.
"""
