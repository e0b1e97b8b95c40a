"""What the marks of an attendance sheet mean. Every sheet may have a legend of its own, and it alone counts there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from services.workbooks.cells import Cell, compact, text


class Mark(StrEnum):
    present = "present"
    absent_unexplained = "absent_unexplained"
    personal_leave_claimed = "personal_leave_claimed"
    sick_leave_claimed = "sick_leave_claimed"
    half_day_away = "half_day_away"
    official_business = "official_business"
    rest = "rest"
    vacation = "vacation"


AWAY = frozenset({Mark.absent_unexplained, Mark.personal_leave_claimed, Mark.sick_leave_claimed, Mark.half_day_away})

_WORDS: dict[str, Mark] = {
    word: mark
    for mark, said in {
        Mark.present: "出勤 正常出勤 到岗 在岗 上班 正常",
        Mark.absent_unexplained: "旷工 缺勤 未到岗 缺岗 无故缺勤",
        Mark.personal_leave_claimed: "事假",
        Mark.sick_leave_claimed: "病假",
        Mark.half_day_away: "半天 半日 缺勤半天 半天缺勤",
        Mark.official_business: "公差 出差 因公外出 公务外出 公出 公务",
        Mark.rest: "公休 休息 休 轮休 双休",
        Mark.vacation: "寒暑假 放假 寒假 暑假 假期",
    }.items()
    for word in said.split()
}
_ALIKE = {"✔": "√", "✓": "√", "☑": "√", "✕": "×", "✖": "×", "╳": "×", "x": "×", "X": "×", "◯": "○", "〇": "○"}

SELF_EVIDENT = {
    "√": Mark.present,
    "×": Mark.absent_unexplained,
    "公": Mark.official_business,
    "半": Mark.half_day_away,
    "休": Mark.rest,
    "假": Mark.vacation,
}
STANDARD = SELF_EVIDENT | {"○": Mark.personal_leave_claimed, "△": Mark.sick_leave_claimed}


def plain(symbol: Cell) -> str:
    """The mark as compared: `✓` and `√` are one hand."""
    said = compact(symbol)
    return _ALIKE.get(said, said)


class Legend:
    def __init__(self, meanings: dict[str, Mark] | None) -> None:
        self.stated = bool(meanings)
        self._meanings = meanings or {}

    def read(self, cell: Cell) -> Mark | str:
        """The meaning of a mark that is not blank, or the code of the question that it raises."""
        symbol = plain(cell)
        if symbol in self._meanings:
            return self._meanings[symbol]
        if not self.stated and symbol not in SELF_EVIDENT:
            return "symbol_without_legend" if symbol in STANDARD else "unknown_symbol"
        return SELF_EVIDENT.get(symbol, "unknown_symbol")


def find_legend(rows: Sequence[Sequence[Cell]]) -> Legend:
    """Reads every row that explains at least three marks; a mark explained in two ways is explained in none."""
    meanings: dict[str, Mark] = {}
    doubtful: set[str] = set()
    for row in rows:
        pairs = [pair for cell in row if (said := text(cell)) for pair in _pairs(said)]
        if len(pairs) < 3:
            continue
        for symbol, mark in pairs:
            if meanings.setdefault(symbol, mark) is not mark:
                doubtful.add(symbol)
    return Legend({symbol: mark for symbol, mark in meanings.items() if symbol not in doubtful})


def _pairs(said: str) -> list[tuple[str, Mark]]:
    said = re.sub(r"^\s*(注|图例|说明|符号说明|备注)\s*[:：]?", "", said)
    found = []
    for piece in re.split(r"[\s\u3000、，,；;。]+", said):
        token = re.sub(r"(为|表示|代表|[:：=＝—–-]|“|”|\"|（|）|\(|\))", "", piece)
        if len(token) < 2:
            continue
        if (mark := _WORDS.get(compact(token[1:]))) and token[0] != "正":
            found.append((plain(token[0]), mark))
        elif mark := _WORDS.get(compact(token[:-1])):
            found.append((plain(token[-1]), mark))
    return found
