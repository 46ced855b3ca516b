import GitStore
import WorkflowEngine
import WorkflowHistory
import WorkflowLanguage

extension RunSession {
    /// The settings that hold for what a commit or a push fires: those of the branch that was committed or pushed to.
    func settings(for trigger: PlannedTrigger) throws -> Settings {
        try workflows.settings(in: repository.commit(trigger.commit).tree)
    }

    /// The settings that hold for a run of the journal: those at the tip of HEAD's branch, or, for a run that a push fired,
    /// those of the commit that was pushed.
    func settings(for record: RunRecord) throws -> Settings {
        guard record.trigger.event == Trigger.Event.push.rawValue else { return try workflows.settings() }
        return try workflows.settings(in: repository.commit(record.definition.commit).tree)
    }

    /// How safely the journal is to be written. Where the settings can't be read, as safely as can be: whatever depends on
    /// the rest of them will say what is wrong.
    static func durability(_ workflows: WorkflowRepository) -> Settings.Durability {
        ((try? workflows.settings()) ?? .standard).durability
    }
}
