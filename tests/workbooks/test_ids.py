"""Ids follow from the workbook, tell nothing about people, and make a second import add nothing."""

from __future__ import annotations

import pytest

from services.workbooks.identity import cadre_id, id_key, sha256
from tests.workbooks import district


def test_reading_twice_names_the_same_things() -> None:
    known = district.the_people()
    assert district.units().commands == district.units().commands
    assert district.roster(district.the_units()).commands == district.roster(district.the_units()).commands
    assert district.attendance(known).commands == district.attendance(known).commands


@pytest.mark.parametrize("name", ["attendance/2024-09.xlsx", "attendance/2024-11.xlsx"])
def test_what_is_recorded_already_is_not_proposed_again(name: str) -> None:
    first, known = district.units(), district.the_people()
    assert district.units(known=known).repeated == set(first.accepted)
    again = district.roster(known)
    assert not again.proposed and again.repeated == set(again.accepted)
    for command in district.attendance(known, name).commands:
        known.add(command)
    sheets = district.attendance(known, name)
    assert not sheets.proposed and sheets.repeated == set(sheets.accepted)


def test_all_ids_of_one_import_differ() -> None:
    made = district.roster(district.the_units())
    ids = [p.command.subject() for p in made.proposed if p.command.event_name() == "CadreRegistered"]
    assert len(set(ids)) == len(ids) == 146
    absences = [c.stream() for c in district.attendance(district.the_people()).commands]
    assert len(set(absences)) == len(absences)


def test_an_id_cannot_be_had_from_a_name_without_the_workbook() -> None:
    data = district.bytes_of("roster.xlsx")
    mine = cadre_id(id_key(data), "U01", "某甲", "1970-05")
    assert mine != cadre_id(id_key(data + b" "), "U01", "某甲", "1970-05")
    assert mine != cadre_id(bytes.fromhex(sha256(data)), "U01", "某甲", "1970-05"), "the published hash of the file is not the key"


def test_a_registered_person_keeps_their_id_in_another_workbook() -> None:
    known = district.the_people()
    again = district.roster(known, "roster_2022.xls")
    new = {p.command.subject() for p in again.proposed}
    assert len(again.repeated) == 35 and len(new) == 4 and not new & known.cadres.keys()


def test_a_registered_unit_keeps_its_id_where_a_list_names_none() -> None:
    known = district.the_units()
    without = b"\n".join(line.partition(b",")[2] for line in district.bytes_of("units.csv").splitlines())
    again = district.units(without, known)
    assert not again.proposed and len(again.repeated) == 48
    assert len(district.units(without).proposed) == 48


def test_namesakes_are_told_apart_by_birth_and_else_refused() -> None:
    apart = district.roster(district.the_units(), data=district.roster_of(district.person(), district.person(出生年月="1971.06")))
    assert len({p.command.subject() for p in apart.proposed}) == 2
    alike = district.roster(district.the_units(), data=district.roster_of(district.person(), district.person(退出时间="2023-10-01")))
    assert [r.code for r in alike.rejected] == ["ambiguous_person"]


def test_another_exit_of_a_registered_person_is_asked_not_recorded() -> None:
    known = district.the_units()
    for command in district.roster(known, data=district.roster_of(district.person())).commands:
        known.add(command)
    made = district.roster(known, data=district.roster_of(district.person(退出时间="2023-10-01", 批准文号="溪教体干〔2023〕9号")))
    assert [q.code for q in made.questions] == ["differs_from_register"] and not made.proposed
