import WorkflowLanguage

extension CommandContext {
    static let dormantTriggers: Set<Trigger.Event> = [.schedule, .webhook, .event, .workflow]
    func warnOfDormantTriggers(_ saved: [(name: WorkflowName, bytes: [UInt8])]) {}
}
