/// When a driver has something to do of which no process, message or signal reminds it.
///
/// A value: it is told the time, and looks at no clock itself.
struct Agenda {
    /// A time at which a step has something to do.
    struct Appointment: Hashable {
        let position: Int
        let due: Timestamp
        /// Whether it is a moment of the calendar; else so much time must pass, whatever is done to the clock.
        let byClock: Bool
        private let at: ContinuousClock.Instant

        init(
            position: Int, due: Timestamp, byClock: Bool, seenAt clock: Timestamp,
            _ now: ContinuousClock.Instant = .now
        ) {
            self.position = position
            self.due = due
            self.byClock = byClock
            at = now + due.since(clock)
        }

        fileprivate func remaining(_ now: ContinuousClock.Instant, _ clock: Timestamp) -> Duration {
            byClock ? due.since(clock) : now.duration(to: at)
        }
    }

    /// When to look for signals that nobody told of.
    var control: ContinuousClock.Instant
    /// When to say again that the run is driven.
    var heartbeat: ContinuousClock.Instant
    /// When the run has taken too long.
    var runDeadline: ContinuousClock.Instant?
    /// When the run counts as slow.
    var slowness: ContinuousClock.Instant?
    /// When the journal is to know of the processes that are under way.
    var flush: ContinuousClock.Instant?
    private var appointments: [Appointment] = []

    init(control: ContinuousClock.Instant, heartbeat: ContinuousClock.Instant) {
        self.control = control
        self.heartbeat = heartbeat
    }

    /// Adds a time of a step.
    mutating func add(_ appointment: Appointment) { appointments.append(appointment) }

    /// The earliest of all. A clock that is set wakes nobody; the next look for signals sees it.
    func next(_ now: ContinuousClock.Instant, _ clock: Timestamp) -> ContinuousClock.Instant {
        var next = min(control, heartbeat)
        for case let time? in [runDeadline, slowness, flush] { next = min(next, time) }
        for appointment in appointments { next = min(next, now + appointment.remaining(now, clock)) }
        return next
    }

    /// Takes the times of steps that have come, in the order in which they were added.
    mutating func takeAppointments(dueBy now: ContinuousClock.Instant, _ clock: Timestamp) -> [Appointment] {
        let due = appointments.filter { $0.remaining(now, clock) <= .zero }
        appointments.removeAll { $0.remaining(now, clock) <= .zero }
        return due
    }

    /// Takes a time that stands once; whether it has come.
    mutating func take(
        _ time: WritableKeyPath<Agenda, ContinuousClock.Instant?>, dueBy now: ContinuousClock.Instant
    ) -> Bool {
        guard let due = self[keyPath: time], due <= now else { return false }
        self[keyPath: time] = nil
        return true
    }
}
