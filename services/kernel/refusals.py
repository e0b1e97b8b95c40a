"""Every refusal code with its status and its words. The codes are public: they are added to, never renamed or removed.
`docs/refusals.md` is made from this table (`python -m services.kernel.refusals > docs/refusals.md`)."""

from __future__ import annotations

from typing import NamedTuple


class Refusal(NamedTuple):
    code: str
    status: int
    zh: str
    en: str
    next_zh: str
    next_en: str


_REQUEST = (
    Refusal("not-json", 400, "请求正文不是 JSON", "The body is not JSON", "请发送 UTF-8 编码的 JSON 对象", "Send one JSON object in UTF-8"),
    Refusal("bad-header", 400, "请求头格式不对", "A header is malformed", "见该请求头在 OpenAPI 文档中的说明", "See the header in the OpenAPI document"),
    Refusal("bad-query", 400, "查询参数格式不对", "A query parameter is malformed", "见该参数在 OpenAPI 文档中的说明", "See the parameter in the OpenAPI document"),
    Refusal("bad-request", 400, "无法理解该请求", "The request cannot be understood", "请对照 OpenAPI 文档检查", "Compare it with the OpenAPI document"),
    Refusal("unauthenticated", 401, "没有说明身份，或令牌无效", "It is not said who asks, or the token is not valid", "请登录后带上令牌：Authorization: Bearer …", "Sign in and send the token: Authorization: Bearer …"),
    Refusal("token-expired", 401, "令牌已过期", "The token has expired", "请重新登录或更换令牌", "Sign in again, or use a new token"),
    Refusal("token-revoked", 401, "令牌已被注销", "The token was revoked", "请重新登录或更换令牌", "Sign in again, or use a new token"),
    Refusal("password-change-due", 403, "首次登录，须先修改密码", "The first password must be changed first", "请先 POST /password 设置自己的密码", "Set a password of your own first: POST /password"),
    Refusal("role-not-held", 403, "您没有所称的角色", "You do not hold the role that you name", "请去掉 Taizhang-Role、Taizhang-Unit，或改为已授予的角色", "Leave out Taizhang-Role and Taizhang-Unit, or name a role that was granted"),
    Refusal("not-yourself", 403, "只能以自己的名义办理", "You may act in your own name only", "请去掉 Taizhang-Actor", "Leave out Taizhang-Actor"),
    Refusal("sign-in-failed", 401, "登录失败：账号或密码不对，或因多次输错已暂时锁定", "Signing in failed: the account or password is wrong, or it was wrong too often", "请核对后重试；锁定至多 15 分钟后解除，也可换一台计算机登录", "Check both and try again; a lock ends after 15 minutes at the latest, and does not hold elsewhere"),
    Refusal("first-password-over", 401, "初始密码已过期", "The first password was not changed in time", "请运维人员重新发放初始密码", "Ask the operator for a new first password"),
    Refusal("sign-in-busy", 503, "正在登录的人太多", "Too many are signing in", "请稍后重试", "Try again shortly"),
    Refusal("token-of-the-instance", 409, "实例自身的令牌不能注销", "A token of the instance itself cannot be revoked", "它随实例的签发密钥失效", "It ends with the signing key of the instance"),
    Refusal("sign-in-elsewhere", 409, "此处不签发令牌", "No tokens are made here", "请向登记服务登录", "Sign in at the registry"),
    Refusal("weak-password", 422, "新密码过于简单", "The new password is too simple", "至少 10 个字符，不含账号名，且与原密码不同", "At least 10 characters, without the account's name, and not the old one"),
    Refusal("token-too-long", 422, "令牌期限不在允许范围内", "The token would not end in time", "截止日须在今天至 366 天之内", "Choose a last day from today to 366 days from now"),
    Refusal("unknown-token", 404, "没有这个令牌", "There is no such token", "现有令牌见 GET /tokens", "See GET /tokens"),
    Refusal("field-missing", 422, "缺少字段或类型不对", "A field is missing or of the wrong type", "请对照 OpenAPI 文档检查", "Compare it with the OpenAPI document"),
    Refusal("own-grant", 403, "不能为自己授予或撤销角色", "Nobody grants or revokes a role of their own", "请由他人办理", "Let somebody else do it"),
    Refusal("paper-missing", 422, "代录他人的纸质材料，须写明文号", "A paper act of somebody else needs the number of the paper", "请加 Taizhang-Document-No", "Add Taizhang-Document-No"),
    Refusal("purpose-missing", 400, "查看此类信息须说明用途，并将记录在案", "Reading this needs a purpose, and is recorded", "请加 Taizhang-Purpose：review、decision、audit、correction、request 或 duty", "Add Taizhang-Purpose: review, decision, audit, correction, request or duty"),
    Refusal("forbidden", 403, "无权执行此操作", "This is not allowed to you", "请由有权限的人员办理", "Ask somebody who may"),
    Refusal("not-found", 404, "没有这个地址", "There is nothing at this address", "可用的地址见 /openapi.json", "See /openapi.json for what there is"),
    Refusal("unknown-command", 404, "没有这个命令", "There is no such command", "可用的命令见 /openapi.json", "See /openapi.json for the commands"),
    Refusal("unknown-type", 404, "没有这种事件", "There is no such type of event", "事件类型见 /openapi.json", "See /openapi.json for the types"),
    Refusal("method-not-allowed", 405, "此地址不支持这种方法", "The method is not allowed here", "读取用 GET，命令用 POST", "Read with GET, command with POST"),
    Refusal("body-too-large", 413, "请求正文过大：单个命令至多 1 MiB，成批命令至多 8 MiB", "The body is too large: a command has 1 MiB at most, many together 8 MiB", "请拆成几次发送", "Send it in several requests"),
    Refusal("too-many-commands", 413, "一次至多 5000 条命令", "At most 5000 commands come together", "请分几次发送，各带自己的 Idempotency-Key", "Send them in several requests, each with its own Idempotency-Key"),
    Refusal(
        "not-json-content-type", 415, "正文类型不是 application/json", "The content type is not application/json",
        "请设置 Content-Type: application/json", "Set Content-Type: application/json",
    ),
    Refusal("invalid-fields", 422, "有字段不符合要求", "Some fields are not valid", "请按 errors 逐项改正后重发", "Correct what errors lists and send it again"),
    Refusal(
        "idempotency-key-reused", 422, "该 Idempotency-Key 已用于另一内容", "The Idempotency-Key was used with another body",
        "新的命令请用新的键", "Use a new key for a new command",
    ),
    Refusal("lost-race", 409, "有人先改动了同一对象", "Somebody changed the same thing first", "请读取现状后再决定是否重发", "Read how it is now, then decide again"),
    Refusal("precondition-failed", 412, "在您读取之后已有变动，未写入任何内容", "It has changed since you read it; nothing was written", "now 为现状；请据此决定，再以新的 ETag 重发", "now says how it is; decide on that and send it with the new ETag"),
    Refusal("internal-error", 500, "服务内部出错", "The service failed", "请稍后重试；再次发生请告知运维人员", "Try again; if it happens again tell the operator"),
    Refusal("database-unavailable", 503, "数据库暂不可用，未写入任何内容", "The database is not available; nothing was written", "请用同一 Idempotency-Key 重试", "Try again with the same Idempotency-Key"),
    Refusal("queue-full", 503, "等待写入的命令太多，未写入任何内容", "Too many commands are waiting; nothing was written", "请稍后用同一 Idempotency-Key 重试", "Try again shortly with the same Idempotency-Key"),
    Refusal("not-yet-known", 503, "本服务尚未读到所要求的位置", "This service has not read that far yet", "请稍后重试", "Try again shortly"),
    Refusal("provider-unavailable", 503, "统一身份认证暂不可用", "The OpenID provider does not answer", "请稍后重试，或用本地账号登录", "Try again shortly, or sign in with a local account"),
    Refusal("not-ready", 503, "服务尚未就绪", "The service is not ready", "见 parts 中未就绪的部分", "See parts for what is missing"),
)  # fmt: skip

_ANY = (
    Refusal("id-in-use", 409, "该编号已用于另一内容", "The id is in use with other content", "新事项请用新编号；记错的先撤回", "Use a new id; retract first what was recorded by mistake"),
    Refusal("until-before-from", 422, "截止日早于开始日", "The last day lies before the first", "请核对 from 与 until，首尾两天都包括在内", "Check from and until; both days are included"),
    Refusal("dates-out-of-order", 422, "日期先后颠倒", "The dates are in the wrong order", "请核对两个日期", "Check the two dates"),
    Refusal("nothing-given", 422, "没有给出任何内容", "Nothing is given", "至少给出一项", "Give at least one item"),
    Refusal("own-case", 403, "本人的事项不能由本人办理", "Nobody acts in their own case", "请由其他有权限的人员办理", "Have somebody else who may do it"),
    Refusal("not-your-signature", 403, "不能替他人签署", "Nobody signs for somebody else", "请由本人签署；据纸质材料登记的，写明所代录的角色和文号", "Let them sign themselves; to enter a paper, name the role whose act it is and the document"),
    Refusal("not-countersigned", 409, "组织人事股尚未就此会签", "The section has not countersigned this yet", "请先由组织人事股会签（CountersignAbsence、CountersignDetermination），内容须一致", "Have the section countersign the very same first: CountersignAbsence, CountersignDetermination"),
    Refusal("countersigner-is-another", 403, "会签须由另一人作出", "Another person countersigns", "请由组织人事股的其他人员会签", "Have somebody else of the section countersign"),
    Refusal("reason-missing", 422, "没有写明理由", "No reason is given", "请写明理由，该内容加密保存", "Say why; it is kept encrypted"),
    Refusal("signer-not-named", 422, "据纸质材料登记须写明签署人", "Who signed the paper is not named", "请按材料填写签署人的账号编号", "Name the principal who signed the paper"),
    Refusal("signer-without-role", 422, "签署人当日没有相应角色", "Who signed did not hold the role on that day", "请核对签署人与日期；授权未登记的请先登记", "Check signer and day; record the grant first if it is missing"),
    Refusal("unknown-fact", 404, "没有找到所指的事实", "The fact referred to is not known", "请核对事件编号，并写明所属干部或单位", "Check the event id and name the cadre or unit it is about"),
    Refusal("not-retractable", 409, "该事实不能撤回", "This fact cannot be retracted", "推导出的结论随事实变化；撤回本身请重新登记原事实", "Derived answers follow their facts; undo a retraction by recording the fact anew"),
    Refusal("unknown-cadre", 404, "没有这位干部的登记", "No such cadre is registered", "请先登记干部；刚登记的请稍后重试", "Register the cadre first; if just registered, try again shortly"),
    Refusal("unknown-unit", 404, "没有这个单位的登记", "No such unit is registered", "请先登记单位；刚登记的请稍后重试", "Register the unit first; if just registered, try again shortly"),
    Refusal("personal-data-erased", 409, "该对象的个人信息已依法删除，不能再记录个人信息", "The personal data were erased; none can be recorded any more", "请只记录不含个人信息的事实", "Record only facts without personal data"),
    Refusal("too-large", 413, "该事实太大，无法发布", "The fact is too large to travel", "请拆成几个命令发送", "Send it as several commands"),
    Refusal("unknown-record", 404, "没有这条记录", "There is no such record", "请核对编号；刚登记的请稍后重试", "Check the id; if just recorded, try again shortly"),
    Refusal("already-retired", 409, "该干部此前已办结退休", "The cadre had completed retirement before", "请核对日期；退休登记有误的请先撤回", "Check the date; retract the retirement if it was recorded by mistake"),
    Refusal("already-deceased", 409, "该干部此前已去世", "The cadre had died before", "请核对日期；登记有误的请先撤回", "Check the date; retract the record if it was a mistake"),
)  # fmt: skip

_REGISTRY = (
    Refusal("unit-closed", 409, "该单位已撤销", "The unit is closed", "请核对单位；撤销有误的请先撤回", "Check the unit; retract the closing if it was a mistake"),
    Refusal("unit-merged", 409, "该单位已并入其他单位", "The unit was merged into another", "请改用并入后的单位", "Use the unit that it was merged into"),
    Refusal("merge-into-itself", 422, "单位不能并入自身", "A unit cannot be merged into itself", "请核对 into_unit_id", "Check into_unit_id"),
    Refusal("office-occupied", 409, "该职务当时已有人担任", "The office is held by somebody else then", "请先登记前任离任", "Record first that the other left it"),
    Refusal("not-in-office", 409, "此人当时不担任该职务", "This person does not hold the office then", "请核对职务、人员与日期", "Check office, person and date"),
    Refusal("already-exited", 409, "该干部当时已退出领导岗位", "The cadre has already left a leading post then", "日期或原因有误请更正退出登记", "Correct the exit if its date or reason is wrong"),
    Refusal("not-exited", 409, "该干部当时没有退出领导岗位的记录", "No exit from a leading post is recorded for that day", "请先登记退出", "Register the exit first"),
    Refusal("exit-after-retirement", 409, "退出日期晚于办结退休之日", "The exit lies after the completed retirement", "请核对两个日期", "Check both dates"),
    Refusal("transfer-to-same-unit", 422, "调入单位与调出单位相同", "The cadre would be transferred to the same unit", "请核对两个单位", "Check both units"),
    Refusal("grade-unchanged", 422, "晋升前后等级相同", "The post grade would not change", "请核对 from_grade 与 to_grade", "Check from_grade and to_grade"),
    Refusal("not-seconded", 409, "该干部当时没有借调到该单位", "The cadre is not seconded to this unit then", "请核对单位与日期", "Check unit and date"),
    Refusal("scope-missing", 422, "该角色须写明单位或干部", "This role needs a unit or a cadre", "党支部、单位负责人须写 unit_id，干部本人须写 cadre_id", "branch and unit_head need unit_id, cadre needs cadre_id"),
    Refusal("not-granted", 409, "当时没有授予该角色", "The role is not granted then", "请核对角色、单位与日期", "Check role, unit and date"),
)  # fmt: skip

_ASSIGNMENTS = (
    Refusal("unknown-duty", 404, "该干部没有这项任务安排", "The cadre has no such duty", "请先提出或安排任务", "Propose or assign the duty first"),
    Refusal("duty-not-assigned", 409, "该任务尚未安排给该干部", "The duty has not been assigned to the cadre", "请先安排任务", "Assign the duty first"),
    Refusal("duty-already-declined", 409, "该任务已登记婉辞", "The duty was already declined", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("duty-already-ended", 409, "该任务已结束", "The duty has already ended", "请另行安排任务；登记有误请先撤回", "Assign another duty; retract the end if it was a mistake"),
    Refusal("outside-duty", 422, "日期不在任务期间内", "The day lies outside the duty", "请核对任务的起止日期", "Check the days of the duty"),
    Refusal("conflict-of-interest", 409, "责任督学不得督导本人任过领导职务或所在的学校", "An inspector does not inspect a school where they led or belong", "请安排其他学校，或写明所到的学校；请由他人督导该校", "Assign or name another school, and have somebody else inspect this one"),
    Refusal("unknown-task", 404, "该干部没有这项工作", "The cadre has no such task", "请先布置工作", "Assign the task first"),
    Refusal("wrong-year", 422, "年度与该工作不符", "The year is not that of the task", "请核对年度", "Check the year"),
    Refusal("unknown-leave", 404, "没有这份请假", "There is no such leave", "请先由本人提出申请；核对编号与干部", "The cadre applies first; check the id and the cadre"),
    Refusal("leave-overlaps", 409, "与该干部的另一份请假日期重叠", "It overlaps another leave of the same cadre", "请调整日期，或先撤回另一份", "Change the days, or withdraw the other first"),
    Refusal("leave-not-requested", 409, "这份请假尚无申请", "This leave has not been applied for", "请先登记本人的书面申请", "Record the written application first"),
    Refusal("leave-returned", 409, "申请已退回补正", "The application was returned for materials", "请先补齐材料", "Supply what is missing first"),
    Refusal("leave-withdrawn", 409, "申请已撤回", "The application was withdrawn", "如需请假请另行申请", "Apply anew if leave is needed"),
    Refusal("leave-already-reviewed", 409, "单位已作出审核意见", "The unit has already reviewed it", "登记有误请先撤回", "Retract the review if it was recorded by mistake"),
    Refusal("leave-not-reviewed", 409, "单位尚未审核通过", "The unit has not passed it yet", "请先登记单位审核通过", "Record first that the unit passed it"),
    Refusal("leave-already-reported", 409, "已书面报告党工委", "It was already reported in writing", "登记有误请先撤回", "Retract the report if it was recorded by mistake"),
    Refusal("leave-already-decided", 409, "这份请假已有决定", "This leave has already been decided", "改变批准请用延长或撤销；登记有误请先撤回", "Extend or revoke an approval; retract a decision recorded by mistake"),
    Refusal("leave-not-approved", 409, "这份请假没有获批", "This leave is not approved", "请先登记批准", "Record the approval first"),
    Refusal("leave-already-revoked", 409, "批准已被撤销", "The approval was already revoked", "登记有误请先撤回", "Retract the revocation if it was a mistake"),
    Refusal("leave-ended", 409, "请假已结束", "The leave has ended", "如需继续请假请另行申请", "Apply anew if more leave is needed"),
    Refusal("outside-leave", 422, "日期不在请假期间内", "The day lies outside the leave", "请核对请假的起止日期", "Check the days of the leave"),
    Refusal("extension-not-later", 422, "延长后的截止日不晚于原截止日", "The extension does not end later", "缩短请假请用撤销", "Revoke the rest to shorten a leave"),
    Refusal("nothing-to-serve", 409, "尚无可送达的决定", "There is no decision to serve yet", "请先登记决定", "Record the decision first"),
    Refusal("notice-already-served", 409, "通知已于另一日送达", "The notice was served on another day", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("nothing-to-ratify", 409, "申请不是代理提出的，无需追认", "The application was not made by a proxy", "请核对请假编号", "Check the leave id"),
    Refusal("leave-already-ratified", 409, "追认已有结果", "The ratification was already decided", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("return-already-confirmed", 409, "销假已确认", "The return was already confirmed", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("sheet-already-imported", 409, "该考勤表文件已导入", "This attendance sheet was already imported", "更正请用缺勤更正", "Correct single absences instead"),
    Refusal("unknown-absence", 404, "该干部没有这条缺勤记录", "The cadre has no such absence", "请核对缺勤编号", "Check the absence id"),
    Refusal("absence-rescinded", 409, "该缺勤记录已撤销", "The absence was rescinded", "如确有缺勤请另行登记", "Record a new absence if there was one"),
    Refusal("outside-absence", 422, "更正的日期不在该缺勤期间内", "The days to remove lie outside the absence", "请核对日期", "Check the days"),
    Refusal("heard-after-decision", 422, "听取本人意见的日期晚于决定日期", "The person was heard after the decision", "请核对两个日期", "Check both dates"),
    Refusal("unknown-presence", 404, "该干部没有这条到岗记录", "The cadre has no such record of presence", "请核对到岗记录编号", "Check the presence id"),
    Refusal("unknown-attachment", 404, "没有这个附件", "There is no such attachment", "请核对证据编号；刚上传的请稍后重试", "Check the evidence id; if just uploaded, try again shortly"),
    Refusal("file-type-refused", 422, "文件类型不可接受，或文件不完整", "The file is of no accepted type, or not whole", "请上传完整的 PDF、JPEG、PNG、TIFF 或 HEIC 文件，且不夹带其他文件；其他格式请先转成 PDF", "Upload a whole PDF, JPEG, PNG, TIFF or HEIC with no other file in it; turn anything else into a PDF first"),
    Refusal("file-type-differs", 422, "文件内容与所称类型不符", "The file is not of the type that is claimed", "请按实际类型填写 Content-Type，或用 application/octet-stream", "Set Content-Type to what the file is, or to application/octet-stream"),
    Refusal("file-too-large", 413, "文件过大：每个至多 10 MiB", "The file is too large: each has 10 MiB at most", "请压缩、降低分辨率或分成几个文件", "Compress it, lower its resolution or split it"),
    Refusal("too-many-files", 409, "附件太多：未被请假引用的至多 20 个，每人合计至多 200 个", "There are too many attachments: 20 that no leave cites yet, 200 a cadre in all", "请先提交引用这些附件的请假；未用的请告知组织人事股", "Apply for the leave that cites them first, and tell the section which are not needed"),
    Refusal("evidence-differs", 409, "附件与所引用的摘要或类型不一致", "The attachment has another digest or type than what cites it", "请照上传时返回的 sha256 与 media_type 引用；换了文件请用新编号", "Cite sha256 and media_type as the upload answered; another file needs another id"),
    Refusal("file-quarantined", 409, "附件正在检查", "The attachment is still being checked", "请稍后重试", "Try again shortly"),
    Refusal("file-refused", 409, "附件未通过检查，内容已销毁", "The attachment did not pass the check; its content was destroyed", "请换一个文件，用新编号上传", "Upload another file under a new id"),
    Refusal("file-erased", 410, "附件内容已销毁", "The content of the attachment was destroyed", "据此作出的决定仍在", "What was decided on it stays"),
)  # fmt: skip

_COMPLIANCE = (
    Refusal("hours-not-positive", 422, "学时须大于零", "The hours must be more than zero", "请核对学时", "Check the hours"),
    Refusal("unknown-concern", 404, "没有这条履职问题记录", "There is no such concern", "请先登记问题", "Record the concern first"),
    Refusal("concern-closed", 409, "该问题已确认改正", "The correction was already confirmed", "再次出现请另行登记", "Record a new concern if it happens again"),
    Refusal("ladder-step-missing", 409, "尚未登记仍不改正", "It is not recorded yet that the cadre still does not correct", "请先登记批评教育后仍不改正，再报告", "Record the non-correction after criticism first, then report"),
    Refusal("concern-already-reported", 409, "该问题已报告党工委", "The concern was already reported", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("unknown-investigation", 404, "没有这项调查", "There is no such investigation", "请先登记立案", "Record first that it was opened"),
    Refusal("investigation-closed", 409, "该调查已结案", "The investigation is already closed", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("before-the-year", 422, "日期早于该年度", "The day lies before the year", "请核对年度与日期", "Check year and day"),
    Refusal("grade-already-confirmed", 409, "该年度等次已确认", "The grade of the year is already confirmed", "改变等次请用修订", "Revise the grade instead"),
    Refusal("grade-not-confirmed", 409, "该年度等次尚未确认", "The grade of the year is not confirmed", "请先确认等次", "Confirm the grade first"),
    Refusal("override-reason-missing", 422, "等次超出现有结论允许的范围，且未写明理由", "The grade is above what the answer allows, and no reason is given", "请核对允许的等次；确需如此的写明理由，另列为问题", "Check the grades that are allowed; to record it all the same, say why: it becomes a finding"),
    Refusal("year-already-closed", 409, "该考核年度已于另一日结束", "The year was closed on another day", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("decision-already-served", 409, "该决定已于另一日送达", "The decision was served on another day", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("same-person-decides", 403, "复核、申诉不能由原决定人办理", "Who decided before does not decide again", "请由另一人作出决定", "Have another person decide"),
    Refusal("unknown-review", 404, "没有这项复核", "There is no such review", "请先登记复核申请", "Record the request for review first"),
    Refusal("review-already-decided", 409, "该复核已有决定", "The review is already decided", "不服的可提出申诉", "An appeal can be filed against it"),
    Refusal("unknown-appeal", 404, "没有这项申诉", "There is no such appeal", "请先登记申诉", "Record the appeal first"),
    Refusal("appeal-already-decided", 409, "该申诉已有决定", "The appeal is already decided", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("unknown-complaint", 404, "该单位没有这条反映", "There is no such complaint about the unit", "请先登记反映", "Record the complaint first"),
    Refusal("complaint-already-decided", 409, "该反映已有处理结果", "The complaint is already decided", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("unknown-circular", 404, "没有这份通报", "There is no such circular", "请核对单位、年度与文号", "Check unit, year and document number"),
    Refusal("circular-without-ground", 409, "该单位不是通报对象，也没有认定疏于管理", "The unit is no candidate, and no neglect was determined", "请先认定该年度疏于管理并写明理由", "Determine its neglect in that year first, with reasons"),
    Refusal("circular-withdrawn", 409, "该通报已撤销", "The circular was already withdrawn", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("unknown-proposal", 404, "没有这项提议", "There is no such proposal", "请先登记提议", "Record the proposal first"),
    Refusal("unknown-policy", 404, "没有这项制度", "There is no such policy", "请核对编号", "Check the id"),
    Refusal("built-in-policy", 422, "P0 是内置的规定，不能废止，也不能另行发布", "P0 is the built-in law: it is neither repealed nor published", "请以另一编号发布制度，写明要改的参数", "Publish a policy under another id with the parameters that change"),
    Refusal("policy-repealed", 409, "该制度已于另一日废止", "The policy was repealed on another day", "登记有误请先撤回", "Retract it if it was recorded by mistake"),
    Refusal("unknown-parameter", 422, "没有这个参数", "There is no such parameter", "errors 中写明最接近的名称；全部参数见 docs/regulation.md", "See errors for the nearest name and docs/regulation.md for all parameters"),
    Refusal("bad-parameter-value", 422, "参数的值不可用", "The value cannot stand for this parameter", "按 errors 所说改写：界限写成 \"> 15\"，可选值照列出的写", "Write it as errors says: a threshold as \"> 15\", an alternative as listed"),
    Refusal("repealed-before-it-begins", 422, "废止日期早于开始施行的日期", "It would be repealed before it begins", "请核对 repealed_on；登记有误的制度请撤回", "Check repealed_on; retract a policy that was recorded by mistake"),
    Refusal("preview-busy", 503, "正在进行的制度预览太多", "Too many previews are under way", "请稍后重试", "Try again shortly"),
    Refusal("explanation-busy", 503, "正在进行的说明太多", "Too many explanations are under way", "请稍后重试，或先不带 explain 提问", "Try again shortly, or ask without explain"),
    Refusal("todos-busy", 503, "正在推算其他日期待办的请求太多", "Too many ask what was or will be to be done on another day", "请稍后重试，或不带 as_of 查看当日待办", "Try again shortly, or ask for today without as_of"),
    Refusal("two-people-needed", 422, "须由提议人以外的两人批准", "Two people other than the proposer must approve", "请两位委员各自用 ApprovePolicy 批准后再发布，approved_by 不必填写", "Let two people of the committee approve it with ApprovePolicy, then publish; approved_by is filled in"),
    Refusal("own-proposal", 403, "提议人不能批准或发布自己的提议", "Who proposed it neither approves nor publishes it", "请由其他委员办理", "Leave it to others of the committee"),
    Refusal("proposal-needed", 422, "须先有提议并经两人批准", "There must be a proposal first, approved by two people", "请先用 ProposePolicy 提出，再写明 proposal_id", "Put it forward with ProposePolicy, then name its proposal_id"),
    Refusal("proposal-incomplete", 422, "提议没有写明将要发布的内容", "The proposal does not say all that will be published", "请补全该字段：批准的须与发布的一致", "Give this field: what is approved is what is published"),
    Refusal("proposal-closed", 409, "该提议已采纳或已否决", "The proposal was already adopted or rejected", "如有需要请另行提出", "Put forward another one if need be"),
    Refusal("differs-from-proposal", 409, "与所批准的提议不一致", "It is not what was proposed and approved", "请按提议发布，或另行提出", "Publish what was proposed, or put forward another one"),
    Refusal("adopted-by-publishing", 422, "采纳以发布为准", "A proposal is adopted by being published", "请用发布的命令；此命令只用于否决", "Publish it; this command only rejects"),
    Refusal("law-is-repealed", 409, "已发布的制度不能由一人撤回", "What was published is not taken back by one person", "请提议废止（可自施行之日起），或发布新的", "Propose its repeal, from its first day if need be, or publish another one"),
    Refusal("day-outside-year", 422, "日历中有日期不在该年度", "A day of the calendar lies outside its year", "请核对年度与日期", "Check year and days"),
    Refusal("day-both-off-and-work", 422, "同一天既放假又上班", "A day is both off and worked", "请对照放假通知核对", "Compare it with the notice"),
    Refusal("erasure-not-available", 409, "本版本尚不能销毁密钥或限制处理，故不登记", "This version cannot destroy keys or restrict processing yet, so it does not record that it did", "见 docs/roadmap.md", "See docs/roadmap.md"),
)  # fmt: skip

_CONSOLE = (
    Refusal("services-unavailable", 503, "有服务暂时不可用", "A service does not answer just now", "请稍后重试；同一请求重发不会重复记录", "Try again shortly: sent again, nothing is recorded twice"),
    Refusal("unreadable-workbook", 422, "文件不是可读的工作簿", "The file is no workbook that can be read", "请上传 .xlsx、.xls 或 .csv", "Send an .xlsx, .xls or .csv"),
    Refusal("unknown-layout", 422, "没有找到此类表格的表头", "No heading of this kind of table was found", "请核对 kind，或用 columns 写明哪一列是什么，见 docs/imports.md", "Check kind, or say with columns which column is what: docs/imports.md"),
    Refusal("workbook-too-large", 413, "文件超过 20 MB", "The file is larger than 20 MB", "请拆分后分别上传", "Split it and send the parts"),
    Refusal("unknown-import", 404, "没有这次导入，或已到期删除", "There is no such import, or its time is over", "请重新上传", "Send the workbook again"),
    Refusal("import-closed", 409, "这次导入已记录完毕，文件已删除", "This import is recorded, and its file erased", "如有更正，请上传更正后的文件", "Send a corrected file, if there is something to correct"),
    Refusal("import-recording", 409, "正在记录这次导入", "This import is being recorded", "请用 GET 查看进度，完成后再试", "Look at its progress with GET, and try again when it is done"),
    Refusal("too-many-imports", 409, "未了结的导入太多", "Too many imports are open", "请先用 DELETE 删除不再需要的；到期的会自动删除", "Erase those that are over with DELETE; they end by themselves, too"),
    Refusal("no-room", 503, "暂存空间已满，没有保存", "There is no room to keep it; nothing was kept", "请删除不再需要的导入，或请运维人员处理", "Erase imports that are over, or tell the operator"),
    Refusal("nothing-sent-back", 404, "没有退回的行，也没有待答问题", "No row was sent back and nothing is asked", "无须处理", "There is nothing to do"),
    Refusal("leave-undecided", 404, "该请假还没有决定，没有可打印的文书", "Nobody has decided about this leave: there is nothing to print", "作出决定后再试", "Try again when it is decided"),
    Refusal("no-typeface", 503, "服务器没有可用的中文字体，不能生成 PDF", "The server has no Chinese typeface for a PDF", "请先取 Word（form=docx），并请运维人员安装字体", "Take Word (form=docx), and ask the operator to install one"),
    Refusal("not-printable", 409, "有字不在可用的字体里，不能生成 PDF", "Some sign is in no typeface that there is", "请取 Word（form=docx）", "Take Word (form=docx)"),
)  # fmt: skip

SECTIONS: tuple[tuple[str, str, tuple[Refusal, ...]], ...] = (
    ("请求", "Requests", _REQUEST),
    ("通用", "Every service", _ANY),
    ("登记", "registry", _REGISTRY),
    ("任务与请假", "assignments", _ASSIGNMENTS),
    ("合规", "compliance", _COMPLIANCE),
    ("控制台", "console", _CONSOLE),
)
TABLE: dict[str, Refusal] = {r.code: r for _, _, rows in SECTIONS for r in rows}


def markdown() -> str:
    """`docs/refusals.md`."""
    lines = [
        "# Refusals · 拒绝代码",
        "",
        "Made from `services/kernel/refusals.py` by `python -m services.kernel.refusals`. The `code` of a problem+json answer;",
        "codes are stable: added to, never renamed or removed.",
    ]
    for zh, en, rows in SECTIONS:
        lines += ["", f"## {en} · {zh}", "", "| code | status | what was wrong | what to do |", "|---|---|---|---|"]
        lines += [f"| `{r.code}` | {r.status} | {r.en} · {r.zh} | {r.next_en} · {r.next_zh} |" for r in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
