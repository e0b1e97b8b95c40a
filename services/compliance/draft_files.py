"""A draft of the law as a file, YAML or JSON. What is wrong with it is said with its line, in Chinese and English, and what to do; nothing
is guessed: a name that stands twice, a reference, a threshold without quotes are refused."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from contracts.message import Event, Fact
from services.compliance import drafts
from services.compliance.drafts import MOST
from services.compliance.law import Common
from services.kernel.body import Invalid
from services.kernel.refusal import Refused

QUOTES = '比较符开头的值须加引号，如 "> 15"', 'a value that begins with an operator needs quotes, such as "> 15"'
Lines = Mapping[str, int]
"""The line of each field, as errors name fields."""


class BadDraft(Exception):
    """The text names the file and, for each thing that is wrong, its line and field, in Chinese and English."""


class DraftFile:
    """What a file proposes. Raises BadDraft when it is no draft."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.content, self._lines = _read(path)
        try:
            self.proposed: Fact = drafts.of(self.content)
        except (Invalid, Refused) as wrong:
            raise self._said(wrong) from None

    def judged(self, common: Common, known_at: str) -> Event:
        """The draft as a fact beside the law in `common`. Raises BadDraft when the law there does not allow it."""
        try:
            return drafts.judged(self.proposed, common, known_at)
        except Refused as refusal:
            raise self._said(refusal) from None

    def refused(self, errors: Iterable[Mapping[str, str]]) -> BadDraft:
        """What a service says is wrong with it, with the lines here."""
        return BadDraft("\n".join(self._line(e["field"], e["zh"], e["en"]) for e in errors))

    def _said(self, wrong: Invalid | Refused) -> BadDraft:
        if isinstance(wrong, Invalid):
            return self.refused(e._asdict() for e in wrong.errors)
        if wrong.errors:
            return self.refused(wrong.errors)
        return BadDraft(self._line(wrong.field or "", f"{wrong.zh}；{wrong.next_zh}", f"{wrong.en}. {wrong.next_en}"))

    def _line(self, field: str, zh: str, en: str) -> str:
        return _line(self.path, self._lines.get(field) or self._lines.get(""), field, zh, en)


def _line(path: Path, line: int | None, field: str, zh: str, en: str) -> str:
    at_zh, at_en = (f" 第 {line} 行", f", line {line}") if line else ("", "")
    name = f" {field}" if field else ""
    return f"{path}{at_zh}{name}：{zh} · {path}{at_en}{name}: {en}"


def _read(path: Path) -> tuple[Any, Lines]:
    try:
        with path.open("rb") as file:
            data = file.read(MOST + 1)
    except OSError as error:
        zh, en = ("没有这个文件", "there is no such file") if isinstance(error, FileNotFoundError) else ("无法读取", "it cannot be read")
        raise BadDraft(_line(path, None, "", zh, en)) from None
    if len(data) > MOST:
        raise BadDraft(
            _line(path, None, "", f"超过 {MOST // 1024} KiB，不是制度草案", f"larger than {MOST // 1024} KiB: no draft of a policy")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BadDraft(_line(path, line, "", "不是 UTF-8 文本，请另存为 UTF-8", "not UTF-8 text; save it as UTF-8")) from None
    return _parsed(path, text)


def _parsed(path: Path, text: str) -> tuple[Any, Lines]:
    """JSON is read as the YAML that it is, with its tabs as spaces."""
    if text.lstrip().startswith("{"):
        text = text.replace("\t", " ")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        return (loader.construct_document(node), _placed(node)) if node is not None else (None, {})
    except _Refused as refusal:
        raise BadDraft(_line(path, _line_of(refusal), "", refusal.zh, refusal.en)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        said = "不是 YAML 或 JSON", "neither YAML nor JSON"
        if isinstance(error, yaml.scanner.ScannerError):
            said = f"{said[0]}；{QUOTES[0]}", f"{said[1]}; {QUOTES[1]}"
        raise BadDraft(_line(path, _line_of(error), "", *said)) from None


def _line_of(error: Exception) -> int | None:
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark is not None else None


class _Refused(yaml.MarkedYAMLError):
    """YAML that is none of a draft's."""

    def __init__(self, zh: str, en: str, mark: Any) -> None:
        super().__init__(problem_mark=mark)
        self.zh, self.en = zh, en


class _Loader(yaml.SafeLoader):
    """Days stay text, so that one that does not exist is refused by its field."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Refused("不能使用 & 和 * 引用", "references with & and * are not read", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        """Names are text, each once: of two values nobody can say which was meant."""
        found: dict[Hashable, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Refused("应为字段名", "the name of a field is expected", key.start_mark)
            if key.value in found:
                raise _Refused(f"{key.value} 出现两次", f"{key.value} stands twice", key.start_mark)
            found[key.value] = self.construct_object(value, deep=True)
        return found


TIMESTAMP = "tag:yaml.org,2002:timestamp"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if tag != TIMESTAMP] for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _placed(node: Any, within: str = "") -> dict[str, int]:
    """The first line of each field."""
    found = {within: node.start_mark.line + 1}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = f"{within}.{key.value}" if within else str(key.value)
            found |= _placed(value, name) | {name: key.start_mark.line + 1}
    elif isinstance(node, yaml.SequenceNode):
        for i, part in enumerate(node.value):
            found |= _placed(part, f"{within}.{i}")
    return found
