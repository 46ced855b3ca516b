import DocumentTree
import WorkflowLanguage

extension CommandContext {
    /// Says which triggers of workflows that were just saved will not fire.
    func warnOfDormantTriggers(_ saved: [(name: WorkflowName, bytes: [UInt8])]) {
        for (name, bytes) in saved {
            guard Trigger.Event.dormant.contains(where: { mayMention($0.rawValue, in: bytes) }),
                let workflow = Workflow.parse(bytes, name: name).workflow
            else { continue }
            for event in workflow.triggers.map(\.event) where Trigger.Event.dormant.contains(event) {
                errors.writeLine(
                    errors.styled("note:", .yellow) + " \(name) has 'on: \(event.rawValue)', which nothing fires yet")
            }
        }
    }
}
