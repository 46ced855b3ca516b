import DocumentTree
import WorkflowLanguage

extension CommandContext {
    /// The triggers that workflows may name and that nothing here fires yet.
    static let dormantTriggers: Set<Trigger.Event> = [.schedule, .webhook]

    /// Says which triggers of workflows that were just saved will not fire.
    func warnOfDormantTriggers(_ saved: [(name: WorkflowName, bytes: [UInt8])]) {
        for (name, bytes) in saved {
            guard Self.dormantTriggers.contains(where: { mayMention($0.rawValue, in: bytes) }),
                let workflow = Workflow.parse(bytes, name: name).workflow
            else { continue }
            for event in workflow.triggers.map(\.event) where Self.dormantTriggers.contains(event) {
                errors.writeLine(
                    errors.styled("note:", .yellow) + " \(name) has 'on: \(event.rawValue)', which nothing fires yet")
            }
        }
    }
}
