"""Who is meant by a name in a workbook: the one cadre that it fits, or the reason why nobody can say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.workbooks.cells import Cell, compact, name_key, text
from services.workbooks.known import Cadre, Known
from services.workbooks.sent_back import SentBack

NAME = ("姓名", "干部姓名", "名字", "人员姓名", "教职工姓名", "职工姓名", "退出领导岗位干部", "干部")
UNIT = ("单位", "所在单位", "工作单位", "现单位", "单位名称", "现所在单位", "所属单位", "学校", "所在学校", "人事关系所在单位")
CADRE_ID = ("干部编号", "人员编号", "cadre_id")
_SEPARATORS = re.compile(r"[、，,;；/|\n\r]+")
_AND_OTHERS = re.compile(r"等(?:\d+|[一二三四五六七八九十]+)?(?:人|名|位)?(?:同志)?$")


@dataclass(slots=True)
class People:
    """The register, by name."""

    known: Known
    _named: Mapping[str, Sequence[Cadre]] | None = None

    def called(self, name: Cell) -> Sequence[Cadre]:
        if self._named is None:
            self._named = self.known.by_name()
        return self._named.get(name_key(name), ())

    def find(self, name: Cell, unit: Cell = "", cadre_id: Cell = "") -> Cadre:
        """By name, and by the unit when one is said: where they belong or belonged. Raises SentBack."""
        if (number := compact(cadre_id)) in self.known.cadres:
            return self.known.cadres[number]
        fitting = list(self.called(name))
        if compact(unit):
            unit_id = self.known.unit(unit)
            if unit_id is None:
                raise SentBack("unknown_unit", text(unit))
            fitting = [c for c in fitting if unit_id in {own for _, own in c.units}]
        if len(fitting) != 1:
            raise SentBack("ambiguous_person" if fitting else "unknown_person", text(name))
        return fitting[0]


def listed(cell: Cell) -> list[str]:
    """The names of a list, whatever separates them. `张 伟` is one name: two single characters belong together."""
    names: list[str] = []
    for piece in _SEPARATORS.split(text(cell)):
        words = piece.split()
        single = ""
        for word in words:
            if len(word) == 1 and not word.isascii():
                if single:
                    names.append(single + word)
                    single = ""
                else:
                    single = word
            else:
                names += [single] if single else []
                single = ""
                names.append(word)
        names += [single] if single else []
    return [name for name in names if name]


def without_others(name: str) -> tuple[str, bool]:
    """`李四等` is 李四, and others whom nobody names."""
    shorter = _AND_OTHERS.sub("", name)
    return shorter, shorter != name
