package store

import (
	"linli/app"
	"linli/store/seal"
)

// Grade says how a column's values are treated (分级).
type Grade string

// The grades.
const (
	GradeOpen      Grade = "公开" // anyone may see it
	GradeInternal  Grade = "内部" // staff may see it
	GradeSensitive Grade = "敏感" // sealed; shown masked
)

// Class limits who writes a table and how it is read; storage does not look at it.
type Class string

// The classes.
const (
	Fact    Class = "fact"    // inserted once, never changed
	Record  Class = "record"  // every column is a multi-value register
	Process Class = "process" // a fold of its events
)

// Column is one column of a replicated table as the data dictionary shows it.
type Column struct {
	Name    string
	Title   string // the standard's Chinese name: header of imports and exports
	Source  string // 数源: whose value it is
	Purpose string // why the hall holds it
	Grade   Grade
}

// Sealed answers whether values are sealed before they reach the table.
func (c Column) Sealed() bool { return c.Grade == GradeSensitive }

// Table is one replicated table.
type Table struct {
	Name    string
	Title   string
	Scope   string // last part of the scope: public, intake, desk, care
	Class   Class
	Kiosk   bool // a kiosk may write it
	Renewed bool // a record that each step of something else writes whole: the newest stands
	Columns []Column
}

// settledByPeople answers whether people settle what two machines wrote differently. Facts
// and steps are written once, and where two desks did the same one apart, either
// will do.
func (t *Table) settledByPeople() bool { return t.Class == Record && !t.Renewed }

// domain answers the key domain of the table's sealed columns.
func (t *Table) domain() seal.Domain {
	if t.Scope == "care" {
		return seal.Care
	}
	return seal.Desk
}

func col(name, title, source, purpose string, g Grade) Column {
	return Column{name, title, source, purpose, g}
}

// short forms for columns that many tables share
var (
	colDeleted = col("deleted", "已删除", "本厅", "标记删除", GradeInternal)
	colStaff   = col("staff", "经办人", "本厅", "责任到人", GradeInternal)
	colAt      = col("at", "时间", "本厅", "先后与时限", GradeInternal)
	colFold    = col("fold", "规则版本", "本厅", "按当时规则计算", GradeInternal)
)

// Dictionary declares every replicated table: the one place that says what
// travels, who may write it, what is sealed, and what it is for. Import and
// export headers, masking and the data dictionary page are made from it.
var Dictionary = []Table{
	{Name: "hall", Title: "服务大厅", Scope: "public", Class: Record, Columns: []Column{
		col("name", "大厅名称", "本厅", "标识", GradeOpen), col("division", "统计用区划代码", "民政", "标识", GradeOpen),
		col("zone", "时区", "本厅", "按本厅日期滚动", GradeOpen), col("phone", "咨询电话", "本厅", "联系", GradeOpen),
		col("address", "地址", "本厅", "联系", GradeOpen), col("settings", "设置", "本厅", "运行", GradeOpen),
		col("public_key", "接收公钥", "本厅", "密封居民来件", GradeOpen), col("authority", "签发公钥", "本厅", "核对设备证书", GradeOpen), colDeleted,
	}},
	{Name: "grid", Title: "网格", Scope: "public", Class: Record, Columns: []Column{
		col("parent", "上级网格", "本厅", "网格树", GradeOpen), col("code", "网格编码", "本厅", "标识", GradeOpen),
		col("name", "网格名称", "本厅", "标识", GradeOpen), col("level", "层级", "本厅", "网格树", GradeOpen),
		col("leader", "网格长", "本厅", "联系", GradeOpen), colDeleted,
	}},
	{Name: "window", Title: "窗口", Scope: "public", Class: Record, Columns: []Column{
		col("number", "窗口号", "本厅", "叫号", GradeOpen), col("name", "窗口名称", "本厅", "叫号", GradeOpen),
		col("open", "是否开放", "本厅", "等候估算", GradeOpen), colDeleted,
	}},
	{Name: "business", Title: "业务", Scope: "public", Class: Record, Columns: []Column{
		col("letter", "号码字母", "本厅", "取号", GradeOpen), col("name", "业务名称", "本厅", "取号", GradeOpen), col("name_en", "英文名称", "本厅", "取号", GradeOpen),
		col("icon", "图标", "本厅", "显示", GradeOpen), col("quota", "每日号数", "本厅", "取号", GradeOpen),
		col("last_ticket", "最后取号时间", "本厅", "取号", GradeOpen), col("position", "顺序", "本厅", "显示", GradeOpen), colDeleted,
	}},
	{Name: "opening_hours", Title: "开放时间", Scope: "public", Class: Record, Columns: []Column{
		col("business", "业务", "本厅", "取号", GradeOpen), col("weekday", "星期", "本厅", "取号", GradeOpen),
		col("from_time", "开始", "本厅", "取号", GradeOpen), col("to_time", "结束", "本厅", "取号", GradeOpen), colDeleted,
	}},
	{Name: "device", Title: "设备", Scope: "public", Class: Record, Columns: []Column{
		col("name", "设备名称", "本厅", "管理", GradeOpen), col("role", "设备用途", "本厅", "管理", GradeOpen),
		col("machines", "机号", "本厅", "号码不重复", GradeOpen), colDeleted,
	}},
	{Name: "control", Title: "设备管制", Scope: "public", Class: Fact, Columns: []Column{
		col("body", "管制声明", "本厅", "停用丢失的设备", GradeOpen),
	}},
	{Name: "service", Title: "服务事项", Scope: "public", Class: Record, Columns: []Column{
		col("code", "实施编码", "主管部门", "标识", GradeOpen), col("family", "服务门类", "本厅", "查找", GradeOpen), col("icon", "图标", "本厅", "显示", GradeOpen),
		col("name", "事项名称", "主管部门", "告知", GradeOpen), col("name_en", "英文名称", "本厅", "告知", GradeOpen),
		col("summary", "事项说明", "主管部门", "告知", GradeOpen), col("summary_en", "英文说明", "本厅", "告知", GradeOpen),
		col("who", "受理条件", "主管部门", "告知", GradeOpen), col("who_en", "英文受理条件", "本厅", "告知", GradeOpen),
		col("department", "实施主体", "主管部门", "告知", GradeOpen), col("department_en", "英文实施主体", "本厅", "告知", GradeOpen),
		col("materials", "材料", "主管部门", "告知", GradeOpen), col("steps", "办理流程", "主管部门", "告知", GradeOpen),
		col("legal_days", "法定办结时限", "主管部门", "时限", GradeOpen), col("promised_days", "承诺办结时限", "主管部门", "时限", GradeOpen),
		col("hours", "办理时间", "本厅", "告知", GradeOpen), col("hours_en", "英文办理时间", "本厅", "告知", GradeOpen),
		col("place", "办理地点", "本厅", "告知", GradeOpen), col("place_en", "英文办理地点", "本厅", "告知", GradeOpen),
		col("fee", "是否收费", "主管部门", "告知", GradeOpen), col("fee_en", "英文收费", "本厅", "告知", GradeOpen),
		col("phone", "咨询电话", "本厅", "联系", GradeOpen), col("result", "结果名称", "主管部门", "告知", GradeOpen), col("result_en", "英文结果名称", "本厅", "告知", GradeOpen),
		col("kind", "办件类型", "主管部门", "时限", GradeOpen), col("business", "取号业务", "本厅", "取号", GradeOpen),
		col("sample", "示例", "本厅", "提醒核对", GradeOpen), colDeleted,
	}},
	{Name: "form", Title: "办事表单", Scope: "public", Class: Record, Columns: []Column{
		col("service", "实施编码", "主管部门", "对应事项", GradeOpen), col("body", "题目", "本厅", "少填少跑", GradeOpen),
		col("sample", "示例", "本厅", "提醒核对", GradeOpen), colDeleted,
	}},
	{Name: "notice", Title: "通知公告", Scope: "public", Class: Record, Columns: []Column{
		col("category", "公示类别", "本厅", "公示", GradeOpen), col("title", "标题", "本厅", "公示", GradeOpen), col("title_en", "英文标题", "本厅", "公示", GradeOpen),
		col("body", "内容", "本厅", "公示", GradeOpen), col("body_en", "英文内容", "本厅", "公示", GradeOpen), col("owner", "责任人", "本厅", "更新", GradeOpen),
		col("valid_from", "生效日期", "本厅", "公示期", GradeOpen), col("valid_to", "截止日期", "本厅", "公示期", GradeOpen), colDeleted,
	}},
	{Name: "reply", Title: "意见答复", Scope: "public", Class: Record, Columns: []Column{
		col("service", "事项", "本厅", "公开答复", GradeOpen), col("said", "居民意见", "居民", "公开答复", GradeOpen),
		col("answer", "答复", "本厅", "公开答复", GradeOpen), colAt, colDeleted,
	}},
	{Name: "ticket", Title: "号票", Scope: "public", Class: Process, Kiosk: true, Columns: []Column{
		col("number", "号码", "本厅", "叫号", GradeOpen), col("day", "日期", "本厅", "叫号", GradeOpen), col("business", "业务", "本厅", "叫号", GradeOpen),
		col("lane", "通道", "本厅", "优先办理", GradeOpen), col("machine", "机号", "本厅", "号码不重复", GradeOpen),
		col("counter", "序号", "本厅", "号码不重复", GradeOpen), colAt, colFold,
	}},
	{Name: "ticket_event", Title: "号票经过", Scope: "public", Class: Process, Kiosk: true, Columns: []Column{
		col("ticket", "号票", "本厅", "叫号", GradeOpen), col("step", "步骤", "本厅", "叫号", GradeOpen), col("window", "窗口", "本厅", "叫号", GradeOpen),
		col("business", "转往业务", "本厅", "叫号", GradeOpen), colStaff, colAt,
	}},
	{Name: "slot", Title: "预约号源", Scope: "public", Class: Record, Columns: []Column{
		col("business", "业务", "本厅", "预约", GradeOpen), col("day", "日期", "本厅", "预约", GradeOpen), col("from_time", "开始", "本厅", "预约", GradeOpen),
		col("to_time", "结束", "本厅", "预约", GradeOpen), col("unit", "序号", "本厅", "号源不重复", GradeOpen), colFold, colDeleted,
	}},
	{Name: "slot_event", Title: "号源经过", Scope: "public", Class: Process, Kiosk: true, Columns: []Column{
		col("slot", "号源", "本厅", "预约", GradeOpen), col("step", "步骤", "本厅", "预约", GradeOpen), col("owner", "归属设备", "本厅", "号源不重复", GradeOpen),
		col("appointment", "预约", "本厅", "预约", GradeOpen), col("number", "预约号", "本厅", "报到", GradeOpen), col("code", "预约码摘要", "本厅", "报到时核对", GradeOpen),
		col("lane", "通道", "本厅", "优先办理", GradeOpen), col("ticket", "号票", "本厅", "报到", GradeOpen), colStaff, colAt,
	}},
	{Name: "help_call", Title: "呼叫工作人员", Scope: "public", Class: Process, Kiosk: true, Columns: []Column{
		col("page", "所在页面", "本厅", "帮助", GradeOpen), colAt,
	}},
	{Name: "help_event", Title: "呼叫应答", Scope: "public", Class: Process, Columns: []Column{
		col("help_call", "呼叫", "本厅", "帮助", GradeOpen), col("step", "步骤", "本厅", "帮助", GradeOpen), colStaff, colAt,
	}},
	{Name: "rating", Title: "好差评", Scope: "public", Class: Fact, Kiosk: true, Columns: []Column{
		col("score", "满意度", "居民", "改进", GradeOpen), col("subject", "评价对象", "居民", "改进", GradeOpen),
		col("reference", "对象编号", "居民", "改进", GradeOpen), col("day", "日期", "本厅", "改进", GradeOpen), colAt,
	}},
	{Name: "kiosk_page", Title: "自助机页面计数", Scope: "public", Class: Fact, Kiosk: true, Columns: []Column{
		col("machine", "机号", "本厅", "改进自助机", GradeOpen), col("day", "日期", "本厅", "改进自助机", GradeOpen), col("page", "页面", "本厅", "改进自助机", GradeOpen),
		col("came", "到过次数", "本厅", "改进自助机", GradeOpen), col("given_up", "中途离开次数", "本厅", "改进自助机", GradeOpen),
		col("helped", "求助次数", "本厅", "改进自助机", GradeOpen), col("back", "退回次数", "本厅", "改进自助机", GradeOpen),
		col("finished", "办成次数", "本厅", "改进自助机", GradeOpen), col("seconds", "停留总秒数", "本厅", "改进自助机", GradeOpen),
		col("to5", "停留五秒以内次数", "本厅", "改进自助机", GradeOpen), col("to15", "停留十五秒以内次数", "本厅", "改进自助机", GradeOpen),
		col("to30", "停留三十秒以内次数", "本厅", "改进自助机", GradeOpen), col("to60", "停留一分钟以内次数", "本厅", "改进自助机", GradeOpen),
		col("over60", "停留更久次数", "本厅", "改进自助机", GradeOpen),
	}},
	{Name: "kiosk_trouble", Title: "自助机故障", Scope: "public", Class: Record, Kiosk: true, Renewed: true, Columns: []Column{
		col("machine", "机号", "本厅", "修好自助机", GradeOpen), col("kind", "部件", "本厅", "修好自助机", GradeOpen), col("code", "故障", "本厅", "修好自助机", GradeOpen),
		col("since", "开始时间", "本厅", "修好自助机", GradeOpen), col("cleared", "恢复时间", "本厅", "修好自助机", GradeOpen), colDeleted,
	}},
	{Name: "progress", Title: "办理进度", Scope: "public", Class: Record, Renewed: true, Columns: []Column{
		col("receipt", "回执号", "本厅", "查询进度", GradeOpen), col("body", "进度与答复", "本厅", "凭密码查询", GradeOpen), colAt, colDeleted,
	}},
	{Name: "submission", Title: "居民来件", Scope: "intake", Class: Fact, Kiosk: true, Columns: []Column{
		col("receipt", "回执号", "本厅", "查询进度", GradeInternal), col("body", "来件内容", "居民", "办理", GradeInternal), colAt,
	}},
	{Name: "staff", Title: "工作人员", Scope: "desk", Class: Record, Columns: []Column{
		col("name", "姓名", "本厅", "责任到人", GradeInternal), col("role", "岗位", "本厅", "权限", GradeInternal), col("grid", "网格", "本厅", "权限", GradeInternal),
		col("phone", "联系方式", "本人", "联系", GradeSensitive), col("pin", "密码摘要", "本人", "登录", GradeSensitive), colDeleted,
	}},
	{Name: "resident", Title: "居民", Scope: "desk", Class: Record, Columns: []Column{
		col("name", "姓名", "公安", "识别本人", GradeSensitive), col("former_name", "曾用名", "公安", "识别本人", GradeSensitive),
		col("id_number", "公民身份号码", "公安", "识别本人", GradeSensitive), col("sex", "性别", "公安", "服务对象条件", GradeInternal),
		col("birth", "出生日期", "公安", "服务对象条件", GradeSensitive), col("ethnic", "民族", "公安", "服务对象条件", GradeInternal),
		col("native_place", "籍贯", "公安", "服务对象条件", GradeInternal), col("marital", "婚姻状况", "民政", "服务对象条件", GradeInternal),
		col("politics", "政治面貌", "本人", "服务对象条件", GradeInternal), col("education", "学历", "教育", "服务对象条件", GradeInternal),
		col("religion", "宗教信仰", "本人", "尊重习俗", GradeSensitive), col("occupation", "职业", "本人", "服务对象条件", GradeInternal),
		col("employer", "服务处所", "本人", "服务对象条件", GradeSensitive), col("phone", "联系方式", "本人", "联系", GradeSensitive),
		col("household_division", "户籍地", "公安", "服务对象条件", GradeInternal), col("household_address", "户籍门(楼)详址", "公安", "服务对象条件", GradeSensitive),
		col("division", "现住地", "本人", "联系", GradeInternal), col("address", "现住门(楼)详址", "本人", "联系", GradeSensitive),
		col("grid", "网格", "本厅", "网格服务", GradeInternal), colDeleted,
	}},
	{Name: "visit", Title: "来访", Scope: "desk", Class: Process, Columns: []Column{
		col("resident", "居民", "本厅", "服务记录", GradeInternal), col("agent", "代办人", "居民", "代办", GradeSensitive),
		col("channel", "渠道", "本厅", "服务记录", GradeInternal), col("purpose", "来意", "居民", "服务记录", GradeSensitive), col("service", "事项", "本厅", "服务记录", GradeInternal),
		col("ticket", "号票", "本厅", "服务记录", GradeInternal), col("window", "窗口", "本厅", "服务记录", GradeInternal), colStaff,
		col("day", "日期", "本厅", "服务记录", GradeInternal), colAt, colFold,
	}},
	{Name: "visit_event", Title: "来访经过", Scope: "desk", Class: Process, Columns: []Column{
		col("visit", "来访", "本厅", "服务记录", GradeInternal), col("step", "步骤", "本厅", "服务记录", GradeInternal), col("outcome", "结果", "本厅", "服务记录", GradeInternal),
		col("note", "备注", "本厅", "服务记录", GradeSensitive), colStaff, colAt,
	}},
	{Name: "case", Title: "办件", Scope: "desk", Class: Process, Columns: []Column{
		col("receipt", "办件编号", "本厅", "查询进度", GradeInternal), col("secret", "查询密码", "本厅", "查询进度", GradeSensitive), col("kind", "诉求类型", "本厅", "办理", GradeInternal),
		col("title", "标题", "居民", "办理", GradeSensitive), col("body", "内容", "居民", "办理", GradeSensitive), col("place", "地点", "居民", "办理", GradeSensitive),
		col("resident", "申请者", "本厅", "办理", GradeInternal), col("contact", "联系方式", "居民", "回访", GradeSensitive), col("grid", "网格", "本厅", "派单", GradeInternal),
		col("service", "事项", "本厅", "办理", GradeInternal), col("visit", "来访", "本厅", "办理", GradeInternal), col("submission", "来件", "本厅", "办理", GradeInternal),
		colStaff, colAt, colFold,
	}},
	{Name: "case_event", Title: "办件经过", Scope: "desk", Class: Process, Columns: []Column{
		col("case", "办件", "本厅", "办理", GradeInternal), col("step", "步骤", "本厅", "办理", GradeInternal), col("to_staff", "派给", "本厅", "办理", GradeInternal),
		col("note", "办理意见", "本厅", "办理", GradeSensitive), colStaff, colAt,
	}},
	{Name: "appointment", Title: "预约", Scope: "desk", Class: Process, Columns: []Column{
		col("number", "预约号", "本厅", "报到", GradeInternal), col("code", "预约码", "本厅", "报到时核对", GradeSensitive), col("business", "业务", "本厅", "预约", GradeInternal),
		col("day", "日期", "本厅", "预约", GradeInternal), col("from_time", "开始", "本厅", "预约", GradeInternal), col("to_time", "结束", "本厅", "预约", GradeInternal),
		col("lane", "通道", "本厅", "优先办理", GradeInternal), col("resident", "居民", "本厅", "预约", GradeInternal), col("contact", "联系方式", "居民", "预约有变时联系", GradeSensitive),
		col("service", "事项", "本厅", "预约", GradeInternal), col("submission", "来件", "本厅", "预约", GradeInternal), colStaff, colAt, colFold,
	}},
	{Name: "appointment_event", Title: "预约经过", Scope: "desk", Class: Process, Columns: []Column{
		col("appointment", "预约", "本厅", "预约", GradeInternal), col("step", "步骤", "本厅", "预约", GradeInternal), col("slot", "号源", "本厅", "预约", GradeInternal),
		col("ticket", "号票", "本厅", "报到", GradeInternal), col("note", "给居民的话", "本厅", "告知", GradeSensitive), colStaff, colAt,
	}},
	{Name: "followup", Title: "差评核实", Scope: "desk", Class: Fact, Columns: []Column{
		col("rating", "评价", "本厅", "核实", GradeInternal), col("case", "办件", "本厅", "核实", GradeInternal), col("note", "核实情况", "本厅", "核实", GradeSensitive),
		col("reopened", "重新办理", "本厅", "核实", GradeInternal), colStaff, colAt,
	}},
	{Name: "ticket_person", Title: "号票持有人", Scope: "desk", Class: Fact, Columns: []Column{
		col("ticket", "号票", "本厅", "优先办理", GradeInternal), col("resident", "居民", "本厅", "优先办理", GradeInternal), col("reason", "优先原因", "居民", "优先办理", GradeSensitive),
	}},
	{Name: "submission_opened", Title: "来件处理", Scope: "desk", Class: Fact, Columns: []Column{
		col("submission", "来件", "本厅", "办理", GradeInternal), col("case", "办件", "本厅", "办理", GradeInternal), colStaff, colAt,
	}},
	{Name: "attachment", Title: "附件", Scope: "desk", Class: Fact, Columns: []Column{
		col("record", "表", "本厅", "归属", GradeInternal), col("row", "记录", "本厅", "归属", GradeInternal), col("name", "文件名", "本厅", "识别", GradeSensitive),
		col("type", "文件类型", "本厅", "打开", GradeInternal), col("size", "大小", "本厅", "传送", GradeInternal), col("hash", "内容摘要", "本厅", "核对内容", GradeInternal),
		colStaff, colAt,
	}},
	{Name: "access", Title: "查看记录", Scope: "desk", Class: Fact, Columns: []Column{
		colStaff, col("record", "表", "本厅", "留痕", GradeInternal), col("row", "记录", "本厅", "留痕", GradeInternal), col("column", "字段", "本厅", "留痕", GradeInternal), colAt,
	}},
}

var byName = func() map[string]*Table {
	m := make(map[string]*Table, len(Dictionary))
	for i := range Dictionary {
		m[Dictionary[i].Name] = &Dictionary[i]
	}
	return m
}()

// column answers the declaration of a column.
func (t *Table) column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// mayWrite answers whether an actor of this role may write the table at all. A
// kiosk stands in a public room: it writes what kiosks on their own machine may
// write and nothing else, also where one machine runs every face.
func (t *Table) mayWrite(r app.Role) bool { return r != app.RoleKiosk || t.Kiosk }
