/// A table of transitions: the states that a thing can be in, and what happens in them.
///
/// The table is the whole truth. What it does not list is refused.
struct TransitionTable<State: Hashable & Sendable, Event: Hashable & Sendable, Action: Sendable>: Sendable {
    /// One line of the table.
    struct Row: Sendable {
        var from: [State]
        var event: Event
        var to: State
        var actions: [Action]
    }

    private struct Key: Hashable {
        var state: State
        var event: Event
    }

    let rows: [Row]
    private let index: [Key: Row]

    init(_ rows: [([State], Event, State, [Action])]) {
        self.rows = rows.map { Row(from: $0.0, event: $0.1, to: $0.2, actions: $0.3) }
        var index: [Key: Row] = [:]
        for row in self.rows {
            for state in row.from { index[Key(state: state, event: row.event)] = row }
        }
        self.index = index
    }

    /// What happens when `event` meets `state`; nil where that is not allowed.
    func row(from state: State, on event: Event) -> Row? { index[Key(state: state, event: event)] }

    /// The states that can follow `state`, in the order of the table.
    func successors(of state: State) -> [State] {
        var found: [State] = []
        for row in rows where row.from.contains(state) && !found.contains(row.to) { found.append(row.to) }
        return found
    }
}
