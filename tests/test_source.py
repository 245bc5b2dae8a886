"""Rules of the architecture that are read off the source (STYLE, 3, 4 and "Conventions")."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests import source

DOMAIN = re.compile(r"(articles|reviews|publishing|assist)/|factcheck/(accounts|audit|jobs|api)/")
SENDING = {"delay", "apply_async", "send_task", "delay_on_commit", "apply_async_on_commit"}


def _senders(modules: dict[str, ast.Module]) -> set[str]:
    return {name for name, tree in modules.items() if {called for called, _ in source.calls(tree)} & SENDING}


def test_only_wake_speaks_to_the_broker() -> None:
    assert _senders(source.modules()) == {"factcheck/jobs/wake.py"}


@pytest.mark.parametrize("line", ["run.delay(1)", "run.apply_async(args=[1])", "app.send_task('a')"])
def test_a_planted_message_is_found(line: str) -> None:
    assert _senders({"reviews/planted.py": ast.parse(line)}) == {"reviews/planted.py"}


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_no_rule_hides_in_a_signal() -> None:
    signalling = {
        name
        for name, tree in source.modules().items()
        if DOMAIN.match(name)
        and any(
            re.search(r"django\.(dispatch|db\.models\.signals)|\.signals\b", what) for what in _imports(tree)
        )
    }
    assert signalling == set()


def test_no_request_is_a_transaction_of_its_own() -> None:
    assert not settings.DATABASES["default"].get("ATOMIC_REQUESTS")


# --- One action, one shape -----------------------------------------------------------------------

# A worker's: they work outside any transaction and open short ones.
CARRIED_OUT = {"carry_out_batch", "carry_out_import", "carry_out_poll", "carry_out_release"}
# What the desk finds out for nobody in particular, and could find out again.
FOUND_OUT = {"compare", "compare_one", "compare_soon", "compare_waiting", "release_again"}
# Call one that has the shape, after reading the text or looking for passages in it.
THROUGH_ANOTHER = {"add_article", "store_once", "add_revision", "store_revision", "repair_text", "revise"}
# What actions are made of, in their transaction.
PARTS = {
    "draft_of", "require_visible", "require_researcher", "hold", "hold_claims", "settle", "select",
    "open_places", "offer_no_more", "outlet_named",
}  # fmt: skip
MODULES_OF_PARTS = {
    "reviews/actions/wording.py", "factcheck/audit/actions.py", "articles/actions/texts.py",
}  # fmt: skip


def _actions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for name, tree in source.modules().items():
        if DOMAIN.match(name) and re.search(r"actions(/\w+)?\.py$", name) and name not in MODULES_OF_PARTS:
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                    yield f"{name}: {node.name}", node


def test_every_action_is_one_transaction_with_a_named_actor() -> None:
    wrong, seen = [], 0
    for where, function in _actions():
        if function.name in CARRIED_OUT | FOUND_OUT | PARTS:
            continue
        decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
        named = {argument.arg for argument in function.args.kwonlyargs}
        durable = "transaction.atomic(durable=True)" in decorators or function.name in THROUGH_ANOTHER
        if not durable or "actor" not in named:
            wrong.append(where)
        seen += 1
    assert wrong == []
    assert seen > 20


def test_the_doors_do_not_open_transactions_nor_write() -> None:
    """Neither door decides anything: it calls an action."""
    wrong = [
        f"{name}: {ast.unparse(call)[:60]}"
        for name, tree in source.modules().items()
        if re.match(r"(articles|reviews|publishing)/(api|views)", name)
        for called, call in source.calls(tree)
        if (
            called
            in {"update", "create", "bulk_create", "get_or_create", "update_or_create", "save", "delete"}
            and ".objects" in ast.unparse(call.func)
        )
        or called == "atomic"
    ]
    assert wrong == []


def test_words_are_marked_safe_by_template_tags_only() -> None:
    """Each of those escapes what it is given; a view or an action that did it would be a hole."""
    found = {
        name
        for name, tree in source.modules().items()
        if {"mark_safe", "SafeString"} & {called for called, _ in source.calls(tree)}
    }
    assert {name for name in found if not name.startswith("factcheck/templatetags/")} == set()


# --- Sentences -----------------------------------------------------------------------------------

# A word or sentence, and then a value within it: other languages put it elsewhere. A label has its colon.
GLUED = re.compile(
    r"""\{%\ translate\ (["'])[^%]*[^:.?!%]\1\ %\}[\ ,“(]*(<(bdi|a|b|kbd)\b[^>]*>)?
    (\{\{|\{%\ (for|ago|stamp|day|person|people|avatars)\b)""",
    re.VERBOSE,
)


def _glued(text: str) -> list[str]:
    return [found[0] for found in GLUED.finditer(text)]


def test_no_sentence_is_glued_from_translated_pieces() -> None:
    pages = sorted((source.ROOT / "templates").rglob("*.html"))
    glued = {page.name: found for page in pages if (found := _glued(page.read_text(encoding="utf-8")))}
    assert glued == {}


@pytest.mark.parametrize(
    "line",
    [
        '{% translate "started" %} {% ago job.created_at %}',
        '{% translate "Could not import" %} “<bdi>{{ job.what }}</bdi>”',
        "{% translate 'Remove filter' %} {{ chip.label }}",
    ],
)
def test_a_planted_piece_is_found(line: str) -> None:
    assert _glued(line)
