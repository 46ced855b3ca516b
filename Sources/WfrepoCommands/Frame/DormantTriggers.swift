import WorkflowLanguage

extension CommandContext {
    /// Says which triggers of workflows that were just saved will not fire.
    func warnOfDormantTriggers(_ saved: [(name: WorkflowName, bytes: [UInt8])]) {
        for (name, bytes) in saved {
            for event in Workflow.dormantTriggers(in: bytes, name: name) {
                errors.note("\(name) has 'on: \(event.rawValue)', which nothing fires yet")
            }
        }
    }
}
