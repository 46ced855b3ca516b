internal import DocumentTree

extension Workflow {
    /// The kinds of trigger in a definition that nothing can fire yet, by name; none where it has faults.
    ///
    /// To search a definition for them is much cheaper than to parse it, and most have none.
    ///
    /// - Parameter events: the kinds that are meant.
    public static func dormantTriggers(
        in bytes: [UInt8], name: WorkflowName, among events: Set<Trigger.Event> = Trigger.Event.dormant
    ) -> [Trigger.Event] {
        guard events.contains(where: { mayMention($0.rawValue, in: bytes) }),
            let workflow = parse(bytes, name: name).workflow
        else { return [] }
        return Set(workflow.triggers.map(\.event)).intersection(events).sorted { $0.rawValue < $1.rawValue }
    }
}
