package flowtest

import (
	"linli/kiosk/card"
	"linli/kiosk/flow"
)

// Elder is an invented person whose card says that she may go first.
func Elder() card.Person { return card.People()[0] }

// Adult is one whose card does not.
func Adult() card.Person { return card.People()[1] }

// Expired is one who may go first, by a card that has expired.
func Expired() card.Person { return card.People()[3] }

// LongNamed has a name as long as cards have them.
func LongNamed() card.Person { return card.People()[2] }

// AppointmentCode and ReceiptCode are what the sample slips carry.
func AppointmentCode() string {
	return card.Code{Kind: card.CodeAppointment, Number: SampleReceipt(), Secret: "246810"}.Encode()
}

// ReceiptCode is what the slip of something handed in carries.
func ReceiptCode() string {
	return card.Code{Kind: card.CodeReceipt, Number: SampleReceipt(), Secret: "246810"}.Encode()
}

// cardVisits are the conversations of people who put a card down first, and the sentences about cards and codes.
func cardVisits(f flow.Facts) (list []Visit) {
	add := func(how string, s flow.State) {
		list = append(list, Visit{Facts: f, State: s, Path: []string{"(" + how + ")"}})
	}
	for how, p := range map[string]card.Person{"elder's card": Elder(), "card": Adult(), "expired card": Expired(), "long name": LongNamed()} {
		add(how, flow.Placed(f, flow.State{}, p))
	}
	add("unreadable card", flow.Unreadable(f, flow.State{}))
	add("foreign code", flow.Scanned(f, flow.State{}, "ID:1234567890"))
	f.CardLies = true
	add("card left", flow.State{})
	taken := flow.State{Answers: []flow.Answer{{Page: "home", Value: "ticket"}, {Page: "ticket.business", Value: "business-A"}}}
	taken = flow.Placed(f, taken, Elder())
	work := flow.Show(f, taken).Work
	for _, out := range Outcomes(*work) {
		if out.Fault == nil {
			add("card on the reader", flow.Finish(f, taken, out))
		}
	}
	f.CardLies = false
	add("code in the middle", flow.Scanned(f, flow.Press(f, flow.State{}, "ticket"), ReceiptCode()))
	return list
}
