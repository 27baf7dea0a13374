package standard

// Satisfaction is table A.8 of GB/T 39046-2020, the five levels of 好差评. Lower
// is better; 4 and 5 are poor ratings.
var Satisfaction = newTable("satisfaction", "GB/T 39046-2020 A.8",
	Item{"1", "非常满意", "Very satisfied", nil},
	Item{"2", "满意", "Satisfied", nil},
	Item{"3", "基本满意", "Fairly satisfied", []string{"一般"}},
	Item{"4", "不满意", "Dissatisfied", nil},
	Item{"5", "非常不满意", "Very dissatisfied", nil},
)

// Applicant is table A.4 of GB/T 39046-2020: whom a service is for, and so what
// kind of person or organisation applies.
var Applicant = newTable("applicant", "GB/T 39046-2020 A.4",
	Item{"1", "自然人", "Person", []string{"个人"}},
	Item{"2", "企业法人", "Company", []string{"企业"}},
	Item{"3", "事业法人", "Public institution", []string{"事业单位"}},
	Item{"4", "社会组织法人", "Social organisation", []string{"社会组织", "社会团体"}},
	Item{"5", "非法人企业", "Unincorporated business", []string{"个体工商户", "个体户"}},
	Item{"6", "其他", "Other", []string{"其它", "其他组织"}},
)

// CaseKind lists the kinds of cases: six of the public hotline (GB/T 33358) and
// 办件, an application for a service. The standards give them no codes, so the
// codes are words of this program.
var CaseKind = newTable("case_kind", "GB/T 33358-2016",
	Item{"consult", "咨询", "Question", nil},
	Item{"help", "求助", "Request for help", nil},
	Item{"complaint", "投诉", "Complaint", nil},
	Item{"report", "举报", "Report", nil},
	Item{"suggestion", "建议", "Suggestion", []string{"意见", "意见建议"}},
	Item{"praise", "表扬", "Praise", []string{"感谢"}},
	Item{"application", "办件", "Application", []string{"办事", "申请"}},
)

// Channel lists how a visit reached the hall. Codes are words of this program;
// table A.5 of GB/T 39046-2020 knows only a part of the channels.
var Channel = newTable("channel", "GB/T 39046-2020 A.5",
	Item{"window", "窗口", "Counter", []string{"柜台", "现场"}},
	Item{"kiosk", "自助机", "Kiosk", []string{"自助终端", "一体机"}},
	Item{"phone", "电话", "Telephone", nil},
	Item{"wechat", "微信", "WeChat", nil},
	Item{"home", "上门", "Home visit", []string{"上门服务", "入户"}},
	Item{"tv", "电视", "Television", nil},
)
