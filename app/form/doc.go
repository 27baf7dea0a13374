// Package form reads the forms that residents fill in at the kiosk: one TOML file a
// form, one question a page.
//
// The words are those of XLSForm (https://xlsform.org): type, name, label, hint,
// required, relevant, constraint, constraint_message, appearance and choices. Texts
// have an English twin, label_en beside label. A form is bound to an item of the
// catalogue by its code:
//
//	service = "SH-001"
//	title = "高龄津贴申请"
//
//	[[question]]
//	type = "select_one"
//	name = "before"
//	label = "以前领过高龄津贴吗？"
//	required = true
//	choices = [{ name = "yes", label = "领过" }, { name = "no", label = "没有领过" }]
//
//	[[question]]
//	type = "integer"
//	name = "age"
//	label = "今年多少岁？"
//	relevant = "${before} = 'no'"
//	constraint = ". >= 60 and . <= 120"
//	constraint_message = "请填 60 到 120 之间的岁数"
//
// What is more than a resident can be asked is refused when the form is read, not when
// somebody stands before it: more than [MaxQuestions] on any way through it, a condition
// on what is asked later, a question without words. The error names the question.
//
// Everything here is pure. Values are safe to share once made.
package form
