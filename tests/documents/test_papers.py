"""The official documents: what they say, in Word and in PDF alike, and the layout in which they say it."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contracts.assignments import ApproveLeave, RejectLeave, ReportLeave, RequestLeave, ReviewLeave
from contracts.codes import FINDINGS
from contracts.compliance import IssueUnitCircular
from contracts.labels import Language
from services.documents import fonts, official, words
from services.documents.circular import circular
from services.documents.explanation import explanation
from services.documents.grounds import by_article
from services.documents.leave_decision import Undecided, leave_decision
from services.documents.letterhead import Letterhead
from services.documents.making import of_paper
from services.documents.paper import Attachment, Grid, Heading, Paper, Text
from services.documents.pdf import Unprintable, pdf
from services.documents.word import word
from tests.documents import samples
from tests.documents.samples import UNIT, UNITS, cadre
from tests.dsl import recorded
from tests.scenarios.golden import Asked, questions

HOUSE = Letterhead.of("zh", committee="中共溪岚区委教育体育工作委员会")
DATED = date(2024, 10, 18)


def plain(said: str) -> str:
    """As read from a page: no line ends, no page numbers, signs of one width."""
    return re.sub(r"\s|—\s*\d+\s*—", "", unicodedata.normalize("NFKC", said))


def in_word(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    found = [p.text for p in document.paragraphs]
    return plain("\n".join([*found, *(cell.text for table in document.tables for row in table.rows for cell in row.cells)]))


def in_pdf(content: bytes) -> str:
    """A hyphen at the end of a line is told by a sign of its own."""
    document = pypdfium2.PdfDocument(content)
    return plain("".join(page.get_textpage().get_text_bounded().replace("\ufffe", "-").replace("\x02", "-") for page in document))


def lacking(paper: Paper, text: str) -> list[str]:
    return [w for w in paper.words() if plain(w) not in text]


def explained(lang: Language = "zh", **person: Any) -> Paper:
    facts = samples.of_cadre(samples.events(samples.asked("G03-1")))
    answer = samples.answered("G03-1", explain=True)
    return explanation(answer, cadre(**person), UNITS, facts, Letterhead.of(lang), DATED, lang)


def decided(*more: Any, level: str = "committee", **person: Any) -> Paper:
    own = {"leave_id": "L1", "cadre_id": "C1"}
    asked = RequestLeave.model_validate({
        **own, "applicant": "self", "reason_class": "health", "from": date(2024, 10, 14), "until": date(2024, 12, 31), "written": True,
        "evidence": ({"evidence_id": "E1", "sha256": "0" * 64, "media_type": "application/pdf"},), "requested_on": date(2024, 10, 9),
    })  # fmt: skip
    return leave_decision("L1", cadre(**person), UNITS, recorded(asked, *more), HOUSE)


def reviewed() -> tuple[Any, ...]:
    own = {"leave_id": "L1", "cadre_id": "C1"}
    return (
        ReviewLeave.model_validate({**own, "outcome": "passed", "reviewed_on": date(2024, 10, 10)}),
        ReportLeave.model_validate({**own, "document_no": "槐中〔2024〕3号", "reported_on": date(2024, 10, 11)}),
    )


def approved(level: str = "committee") -> Any:
    given_ = {"leave_id": "L1", "cadre_id": "C1", "level": level, "from": date(2024, 10, 14), "until": date(2024, 12, 31)}
    return ApproveLeave.model_validate({**given_, "decision_no": "溪教体委〔2024〕12号", "decided_on": date(2024, 10, 12)})


def rejected() -> Any:
    given_ = {"leave_id": "L1", "cadre_id": "C1", "level": "committee", "decision_no": "溪教体委〔2024〕13号"}
    return RejectLeave.model_validate({**given_, "decided_on": date(2024, 10, 12)})


def every() -> list[Paper]:
    issued = IssueUnitCircular(unit_id="U1", year=2024, document_no="溪教体委〔2025〕3号", issued_on=date(2025, 3, 3))
    card = samples.of_unit("G03-1")
    return [
        explained(),
        explained(lang="en", name="Zhang San"),
        decided(*reviewed(), approved()),
        decided(*reviewed(), rejected()),
        circular(UNIT, card, HOUSE, issued.issued_on, number=issued.document_no, neglect_on=date(2025, 2, 20)),
        circular(UNIT, card, Letterhead.of("en"), DATED, "en"),
    ]


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    return every()


def test_word_and_pdf_say_the_same_and_all_of_it(papers: list[Paper]) -> None:
    for paper in papers:
        assert lacking(paper, in_word(word(paper))) == [], paper.stem
        assert lacking(paper, in_pdf(pdf(paper))) == [], paper.stem


def test_an_explanation_names_everything_that_decided(papers: list[Paper]) -> None:
    said = "\n".join(papers[0].words())
    for phrase in (
        "关于张三同志晋升和年度考核有关情况的说明", "截至2024年10月17日", "长期无故缺勤（《办法》第七条第一款）", "未经批准缺勤16个工作日",
        "长期无故缺勤（《办法》第八条第二款）", "基本合格、不合格", "assignments/absence-a1@1", "超过15个工作日（连续）",
        "事业单位人事管理条例 15（类推，暂定）", "政策参数，办法未作规定（暂按上级规定类推）", "责任主体所在单位党（总）支部，期限2024年9月29日",
        "撤销2024-09-23至2024-10-17的缺勤记录（由所在单位党（总）支部办理", "严格并列（R1）", "并列且可推定（R2，现行采用）",
    ):  # fmt: skip
        assert phrase in said, phrase
    assert "assignments/duty-d1@1" in said
    assert papers[0].title == "关于张三同志晋升和年度考核有关情况的说明"


def unexplained(question: Asked, answer: samples.Data) -> list[str]:
    """Codes that stand in the running text, and events that stand in no annex."""
    facts = samples.of_cadre(samples.events(question))
    paper = explanation(answer, cadre(), UNITS, facts, HOUSE, DATED)
    text = " ".join(b.words for b in paper.body if not isinstance(b, Grid))
    named = {cell for a in paper.attachments for b in a.blocks if isinstance(b, Grid) for row in b.rows for cell in row}
    cited = {e for part in ("promotion", "appraisal") for r in answer[part]["reasons"] for e in r["evidence"]}
    return [*re.findall(r"[a-z]+_[a-z_]+", text), *sorted(cited - named)]


def test_every_golden_answer_can_be_explained_without_a_code() -> None:
    """Every third; `make documents` asks them all."""
    asked = [q for q in questions() if "unit" not in q.ask][::3]
    assert len(asked) > 30
    assert {str(q): wrong for q in asked if (wrong := unexplained(q, samples.answered(str(q))))} == {}


@pytest.mark.parametrize(
    ("name", "value", "zh", "en"),
    [
        ("absence.long.consecutive", "> 15", "超过15个工作日（连续）", "more than 15 working days (in a run)"),
        ("appraisal.no_grade.leave_share", "> 1/2", "超过工作日的1/2（考核年度）", "more than 1/2 of the working days (appraisal year)"),
        ("leave.sla.review", 3, "超过3个工作日（自申请起）", "more than 3 working days (from the request)"),
        ("art7.bar_duration", "until_restored", "至恢复正常履职", "Until normal performance is restored"),
        ("leave.chain", ["unit_review", "committee_approval"], "单位审核、局党工委批准", "Review by the unit, Approval by the committee"),
        ("leave.requires_written", True, "是", "yes"),
        ("a.later.one", "> 3", "> 3", "> 3"),
    ],
)
def test_a_parameter_says_what_it_means(name: str, value: Any, zh: str, en: str) -> None:
    given_ = {"name": name, "value": value}
    assert (words.value("zh", given_), words.value("en", given_)) == (zh, en)


@pytest.mark.parametrize(
    ("code", "zh"),
    [
        ("8.2", "《办法》第八条第二款"),
        ("6.1", "《办法》第六条第（一）项"),
        ("10", "《办法》第十条"),
        ("652-15", "《事业单位人事管理条例》第 15 条"),
    ],
)
def test_an_article_is_named_as_documents_name_it(code: str, zh: str) -> None:
    assert words.article("zh", code) == zh


def test_every_finding_has_its_article_also_when_none_is_open() -> None:
    assert set(by_article()) >= set(FINDINGS)
    found = [f for q in questions()[::3] if "unit" not in q.ask for f in samples.answered(str(q))["findings"]]
    assert found
    assert {(f["code"], f["article"]) for f in found if not f"{f['article']}.".startswith(f"{by_article()[f['code']]}.")} == set()


def test_what_is_missing_is_named_with_who_owes_it() -> None:
    owed = next(
        q for q in questions() if "unit" not in q.ask and any(r.get("owed_by") for r in samples.answered(str(q))["promotion"]["reasons"])
    )
    said = "\n".join(explanation(samples.answered(str(owed)), cadre(), UNITS, [], HOUSE, DATED).words())
    assert re.search(r"（影响晋升岗位等级）：应由.+办理。", said)


def test_a_leave_that_was_approved(papers: list[Paper]) -> None:
    paper = papers[2]
    said = "\n".join(paper.words())
    assert (paper.title, paper.number, paper.dated) == ("关于批准张三同志请假的决定", "溪教体委〔2024〕12号", date(2024, 10, 12))
    for phrase in (
        "于2024年10月9日向溪岚区槐荫中学党（总）支部书面申请请假，类别为病假", "附证明材料1份", "书面报告（槐中〔2024〕3号）", "第八条第一款",
        "期间为2024年10月14日至2024年12月31日，共79天（含休息日）", "暂不晋升岗位等级", "30日内向作出决定的机关申请复核", "30日内提出申诉",
    ):  # fmt: skip
        assert phrase in said, phrase


def test_a_leave_that_was_refused(papers: list[Paper]) -> None:
    said = "\n".join(papers[3].words())
    assert papers[3].title == "关于不予批准张三同志请假的决定"
    assert "的请假申请不予批准" in said
    assert "暂不晋升" not in said


def test_steps_that_are_not_on_record_are_said_to_be_missing() -> None:
    assert "作出决定时，台账中没有单位审核、书面报告的记录。" in decided(approved()).words()
    by_unit = decided(approved("unit"))
    assert by_unit.signed_by == "溪岚区槐荫中学党（总）支部"
    assert not any("没有单位审核" in w for w in by_unit.words())


def test_what_nobody_decided_cannot_be_printed() -> None:
    with pytest.raises(Undecided):
        decided()


def test_a_circular_names_no_cadre_and_a_draft_says_that_it_is_one(papers: list[Paper]) -> None:
    issued, draft = papers[4], circular(UNIT, samples.of_unit("G03-1"), HOUSE, DATED)
    said = "\n".join(issued.words())
    assert issued.number == "溪教体委〔2025〕3号"
    assert "2025年2月20日已认定该单位疏于管理。" in said
    assert "谈话提醒逾期（《办法》第七条第二款）" in said
    assert "张三" not in said and "C1" not in said
    assert draft.title.endswith("（拟稿）") and not issued.title.endswith("（拟稿）")
    assert draft.number == "〔2024〕\u3000号"


def test_the_word_file_has_the_usual_layout(papers: list[Paper]) -> None:
    document = Document(io.BytesIO(word(papers[2])))
    section = document.sections[0]
    margins = [round(m.mm) for m in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin) if m]
    assert margins == [37, 35, 28, 26]
    assert section.page_width and section.page_height and (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    styles = document.styles
    size = {name: styles[name].font.size.pt for name in ("Normal", "Title", "Heading 1")}
    assert size == {"Normal": 16, "Title": 22, "Heading 1": 16}
    face = {n: styles[n].element.rPr.rFonts.get(qn("w:eastAsia")) for n in ("Normal", "Title", "Heading 1", "Heading 2")}
    assert face == {"Normal": "仿宋_GB2312", "Title": "方正小标宋简体", "Heading 1": "黑体", "Heading 2": "楷体_GB2312"}
    assert [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 1"] == ["一、决定", "二、有关事项", "三、救济途径"]
    for footer in (section.footer, section.even_page_footer):
        assert "PAGE" in "".join(t.text or "" for t in footer._element.iter(qn("w:instrText")))
    assert round(official.PITCH * official.LINES / 72 * 25.4) == 225
    assert abs(official.CHARACTERS * (official.BODY + official.TRACKING) - official.WIDTH) < 0.01


def test_a_house_has_its_own_typefaces() -> None:
    mine = official.Typefaces.usual({"body": "朱雀仿宋"})
    document = Document(io.BytesIO(word(every()[2], mine)))
    assert document.styles["Normal"].element.rPr.rFonts.get(qn("w:eastAsia")) == "朱雀仿宋"
    assert fonts.wanted({"TAIZHANG_FONT_BODY": "朱雀仿宋"}).of["body"][:2] == ("朱雀仿宋", "仿宋_GB2312")


def test_the_pages_of_a_pdf_are_a4_and_nothing_leaves_them(papers: list[Paper]) -> None:
    for paper in papers:
        for page in pypdfium2.PdfDocument(pdf(paper)):
            assert tuple(round(x * 25.4 / 72) for x in page.get_size()) == (210, 297)
            text = page.get_textpage()
            for left, bottom, right, top in (text.get_charbox(n) for n in range(text.count_chars())):
                assert left >= (official.LEFT - 1) / 25.4 * 72 and right <= (210 - official.RIGHT + 3) / 25.4 * 72
                assert bottom >= 20 / 25.4 * 72 and top <= (297 - official.TOP + 2) / 25.4 * 72


def test_a_full_page_has_twenty_two_lines_of_twenty_eight() -> None:
    paper = Paper("x", "题", "甲：", [Text("国" * (28 * 60 - 2))], "乙", DATED)
    page = pypdfium2.PdfDocument(pdf(paper))[1]
    lines = [line for line in page.get_textpage().get_text_bounded().splitlines() if "国" in line]
    assert (len(lines), {len(line) for line in lines}) == (22, {28})


def test_what_was_typed_is_never_taken_for_markup() -> None:
    evil = '*强* #import "x" $a$ `b` <w:t> & \\n @c =1+1 [d] {e} \' " ~'
    paper = Paper(
        "x", evil, evil, [Heading(1, evil), Text(evil), Grid([evil], [1], [[evil]])], evil, DATED, attachments=[Attachment(evil, [])]
    )
    assert lacking(paper, in_word(word(paper))) == []
    smart = plain(in_pdf(pdf(paper)))
    assert plain("#import") in smart and smart.count("强") == in_word(word(paper)).count("强")
    assert plain("*强*") in smart and plain("<w:t>&\\n@c=1+1[d]{e}") in smart


@settings(max_examples=8, deadline=None)
@given(st.text(min_size=1, max_size=30), st.text(max_size=60))
@example("\x00\x07\ud7ff\ufffe", "a\r\nb\tc")
@example("长" * 300, "\U000e0001")
def test_whatever_is_said_there_is_a_word_file_and_a_pdf_or_a_reason(title: str, said: str) -> None:
    paper = Paper("x", title, said, [Text(said), Grid([title], [1], [[said]])], title, DATED, head=said, number=said)
    assert Document(io.BytesIO(word(paper))).paragraphs
    try:
        assert pdf(paper).startswith(b"%PDF-")
    except Unprintable as lacking:
        assert "No typeface that is there has the sign" in str(lacking)


def test_a_sign_that_no_typeface_has_is_named_and_never_left_out() -> None:
    paper = Paper("x", "王\U00030a0a", "甲：", [Text("正文")], "乙", DATED)
    there = fonts.find(environment={}, system=False)
    with pytest.raises(Unprintable) as lacking:
        pdf(paper, there)
    assert "“\U00030a0a”" in str(lacking.value)
    assert "王\U00030a0a" in in_word(word(paper))


def test_the_same_paper_is_the_same_file(papers: list[Paper]) -> None:
    assert word(papers[2]) == word(papers[2])
    assert pdf(papers[2]) == pdf(papers[2])
    made = of_paper(papers[2], "pdf")
    assert (made.name, made.media_type) == ("请假审批决定_L1_2024-10-12.pdf", "application/pdf")
    assert of_paper(papers[2]).name.endswith(".docx")
    assert "张三" not in made.name


def test_a_pdf_is_made_with_the_fonts_of_the_package_alone(papers: list[Paper]) -> None:
    there = fonts.find(environment={}, system=False)
    assert there.of["body"] == ["Noto Serif SC", "Noto Sans SC"]
    assert lacking(papers[2], in_pdf(pdf(papers[2], there))) == []


def test_without_a_chinese_font_it_is_said_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "PACKAGE", "no_such_package")
    with pytest.raises(fonts.NoChineseFont) as lack:
        fonts.find(environment={fonts.FOLDERS: str(tmp_path)}, system=False)
    for phrase in ("没有可用的中文字体", "no Chinese font", "fonts-noto-cjk", "TAIZHANG_FONTS", "--format docx"):
        assert phrase in str(lack.value)


@given(st.text(st.sampled_from("关于同志的和年度考核（）《》，2024ab "), min_size=1, max_size=80).filter(str.strip))
def test_a_long_title_is_divided_and_nothing_of_it_is_lost(title: str) -> None:
    lines = official.title_lines(title)
    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    assert len(lines) == max(1, -(-official.widths(title) // official.LONGEST_TITLE))


@pytest.mark.parametrize(
    ("signature", "dated", "indents"), [("局党工委", "2024年10月12日", (5.5, 4.0)), ("委" * 16, "2024年10月12日", (2.0, 6.5))]
)
def test_the_signature_stands_above_the_day(signature: str, dated: str, indents: tuple[float, float]) -> None:
    assert official.closing_indents(signature, dated) == indents
