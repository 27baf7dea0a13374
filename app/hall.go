package app

// Hall is the front door: what a hall does, by port. The store fills it; the
// faces hold it. A face takes only the ports that it needs: the kiosk face gets
// [Public], [Kiosk], [Booking], [Tally],
// [Trouble] and [Corner] and nothing else.
type Hall struct {
	Public   PublicPort
	Kiosk    KioskPort
	Staff    StaffPort
	Queue    QueuePort
	Registry RegistryPort
	Visits   VisitPort
	Cases    CasePort
	Inbox    InboxPort
	Notices  NoticePort
	Settings SettingsPort
	Upkeep   UpkeepPort
	Replicas ReplicationPort
	Files    AttachmentPort

	Slots        SlotPort
	Appointments AppointmentPort
	Booking      BookingPort // the kiosk's

	Tally  TallyPort // the kiosk's
	Funnel FunnelPort

	Trouble TroublePort // the kiosk's
	Kiosks  KiosksPort
	Corner  CornerPort // the kiosk's

	Events *Bus
	Clock  Clock

	// ReadOnly says that this machine's certificate lets it write nothing of the hall: a
	// supervisor's, or a display's. Every port refuses to write then (CodeForbidden), and
	// a face offers nothing that would be refused.
	ReadOnly bool
}
