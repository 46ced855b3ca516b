import WorkflowLanguage

extension CommandContext {
    /// Says which triggers of workflows that were just saved will not fire.
    func warnOfDormantTriggers(_ saved: [(name: WorkflowName, bytes: [UInt8])]) {
        for (name, bytes) in saved {
            for event in Workflow.dormantTriggers(in: bytes, name: name) { errors.note(dormant: event, of: name) }
        }
    }
}

extension TextOutput {
    /// What is said of a trigger that will not fire.
    func note(dormant event: Trigger.Event, of name: WorkflowName) {
        note("\(name) has 'on: \(event.rawValue)', which nothing fires yet")
    }
}
