"""The rules that are ours: where neither the Measures nor a superior rule says anything, the programme follows these. They are shown
as ours, and the committee may decide otherwise (Article 10). Numbers that were chosen are marked so in `numbers`."""

from __future__ import annotations

CHOSEN: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("2",),
        "事件当日即不再适用：退休、重新任职、去世之日不计入",
        "The day of a retirement, a return to a post or a death is already out of scope",
    ),
    (("3",), "登记逾期指退出之日起第十个工作日之后登记", "An exit is registered late when recorded after the tenth working day"),
    (
        ("3", "5", "6", "7.2", "8.1"),
        "工作日期限不扣除寒暑假；未公布日历的年度按周一至周五计算，仅用于期限",
        "Deadlines count vacation days as worked; in a year without calendar they count Monday to Friday, and nothing else does",
    ),
    (("6",), "退出前三十日内的谈话视为退出谈话", "A talk within thirty days before the exit is the exit talk"),
    (("7.1",), "有理由谢绝安排的，视同尚未安排工作", "A duty declined with reason is as if none had been assigned"),
    (
        ("7.1",),
        "认定能够或恢复正常履职的，此前的缺勤不再计算，不论当时是否受限",
        "Determined as performing normally, absence before it no longer counts, whether or not it barred",
    ),
    (
        ("8.1",),
        "事后申请须在返岗之日后五个工作日内提出",
        "An application after the event must be made within five working days after the return",
    ),
    (
        ("8.1",),
        "单位批准超过其权限的请假不生效，视为单位已审核通过的申请；每次请假分别判断",
        "A unit's approval of more leave than it may grant has no effect: it is an application that passed its review; each leave by itself",
    ),
    (
        ("8.1",),
        "无证明材料但单位已审核通过的申请有效：单位把关不严不由本人承担",
        "An application without evidence that passed the review by the unit is effective: the unit's laxity is not the cadre's",
    ),
    (("8.1",), "撤回的申请自始不覆盖任何日期", "An application that was withdrawn covers no day, also before"),
    (
        ("8.1",),
        "因撤销、撤回、返岗而不再批准的日期，不视为善意等待",
        "Days taken out of an approval by revocation, withdrawal or return were not awaited in good faith",
    ),
    (("8.2",), "只有整日构成连续缺勤；工作半日即中断", "Only full days make a run of absence; a half-worked day breaks it"),
    (("8.2",), "部分完成的任务既不认定未完成，也不推翻推定", "A task completed in part neither fails nor rebuts"),
    (("8.2",), "仅有旷工的，不推定未完成工作任务", "Truancy by itself presumes no task as failed"),
    (("8.2",), "考核年度结束前的结论为暂定", "An answer is provisional until the appraisal year is over"),
    (("7.1", "8.2"), "已确定的事由先于未决的事由", "What is established outranks what is open"),
    (("9",), "单位放任离岗视为疏于管理", "Connivance by the unit counts as neglect"),
    (("2023-29",), "上年度不合格的，同基本合格一样限制晋升", "Unqualified bars promotion as basically qualified does, all the more"),
    (
        ("10",),
        "年度参数按该年12月31日与所问之日中较早者的规定",
        "A parameter of a year is read on the earlier of its 31 December and the day of the question",
    ),
    (
        ("10",),
        "未写明适用起始日的解释不使以往更严",
        "An interpretation that does not say from when it applies makes nothing in the past stricter",
    ),
    (
        ("10",),
        "较宽的新规定溯及尚未办结的考核年度",
        "A milder rule reaches back into appraisal years that are still open",
    ),
    (
        ("10",),
        "更正、撤销等事实以其所针对事实的日期为准，自被知悉时起生效",
        "A fact that corrects another takes effect on the day of that other, from when it is known",
    ),
)
"""The articles that each is about, in Chinese and English."""
