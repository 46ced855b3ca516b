import Testing

@testable import WorkflowEngine

/// What a driver is reminded of, and when.
@Suite struct AgendaTests {
    private let start = ContinuousClock.now
    private let noon = Timestamp(milliseconds: 1_793_534_400_000)

    private func agenda() -> Agenda { Agenda(control: start + .seconds(5), heartbeat: start + .seconds(10)) }

    private func appointment(_ position: Int, in seconds: Int, byClock: Bool) -> Agenda.Appointment {
        .init(
            position: position, due: noon.advanced(by: .seconds(seconds)), byClock: byClock, seenAt: noon, start)
    }

    @Test func theEarliestIsNext() {
        var agenda = agenda()
        #expect(agenda.next(start, noon) == start + .seconds(5))
        agenda.heartbeat = start + .seconds(4)
        #expect(agenda.next(start, noon) == start + .seconds(4))
        agenda.runDeadline = start + .seconds(3)
        agenda.slowness = start + .seconds(60)
        #expect(agenda.next(start, noon) == start + .seconds(3))
        agenda.add(appointment(0, in: 2, byClock: true))
        #expect(agenda.next(start, noon) == start + .seconds(2))
        agenda.flush = start + .seconds(1)
        #expect(agenda.next(start, noon) == start + .seconds(1))
    }

    @Test func aDelayPassesWhateverIsDoneToTheClockAndAMomentFollowsIt() {
        var agenda = agenda()
        agenda.add(appointment(0, in: 60, byClock: false))
        agenda.add(appointment(1, in: 60, byClock: true))
        let (later, tomorrow) = (start + .seconds(1), noon.advanced(by: .seconds(86_400)))
        let yesterday = noon.advanced(by: .seconds(-86_400))
        let taken = [(later, tomorrow), (later, tomorrow), (start + .seconds(60), yesterday)].map { now, clock in
            agenda.takeAppointments(dueBy: now, clock).map(\.position)
        }
        #expect(taken == [[1], [], [0]])
    }

    @Test func whatStandsOnceIsTakenOnce() {
        var agenda = agenda()
        agenda.slowness = start + .seconds(2)
        var taken: [Bool] = []
        for seconds in 1...3 { taken.append(agenda.take(\.slowness, dueBy: start + .seconds(seconds))) }
        #expect(taken == [false, true, false] && agenda.slowness == nil)
    }
}
