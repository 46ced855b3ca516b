internal import GRDB
internal import GitStore
internal import WorkflowHistory
public import WorkflowLanguage

extension RecordIndex {
    /// Whether a workflow ever was: on HEAD's history, in a record, or in the audit; in a shallow clone, of which history is not
    /// read, in HEAD's tree.
    public func knows(_ workflow: WorkflowName) throws -> Bool {
        if repository.isShallow, try WorkflowRepository(repository).file(of: workflow, in: headTree) != nil {
            return true
        }
        return try read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM versions WHERE workflow = ?1)
                        OR EXISTS (SELECT 1 FROM workflows WHERE name = ?1)
                        OR EXISTS (SELECT 1 FROM events WHERE workflow = ?1)
                    """, arguments: [workflow.description]) ?? false
        }
    }

    /// The names of all workflows that ever were, as ``knows(_:)`` has it; of a shallow clone's history none.
    public func knownNames() throws -> [String] {
        try read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT workflow FROM versions UNION SELECT name FROM workflows
                        UNION SELECT workflow FROM events WHERE workflow IS NOT NULL
                    """)
        }
    }
}
