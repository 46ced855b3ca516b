internal import GRDB
public import GitStore
public import WorkflowHistory
public import WorkflowLanguage

extension RecordIndex {
    /// The numbers and definitions of a workflow's versions on HEAD's history; the first argument is its name.
    static let versionsOnHistory = """
        SELECT v.number, d.id FROM versions v JOIN definitions d ON d.blob = v.blob WHERE v.workflow = ?1
        """
}

extension RecordIndex: VersionIndex {
    /// The versions of a workflow on the first-parent history of `tip`, oldest first; nil where `tip` is not on the history
    /// of HEAD, or the clone is shallow.
    public func versions(of name: WorkflowName, at tip: CommitID) throws -> [WorkflowVersion]? {
        try read { database in
            guard var position = try position(of: tip, in: database) else { return nil }
            var name = name
            var found: [WorkflowVersion] = []
            // A workflow's versions before it got its name stand under the name that it had.
            search: while true {
                let rows = try Row.fetchCursor(
                    database.cachedStatement(
                        sql: "SELECT * FROM versions WHERE workflow = ? AND position <= ? ORDER BY position DESC"),
                    arguments: [name.description, position])
                while let row = try rows.next() {
                    let version = try Self.version(row)
                    found.append(version)
                    if case .renamed(let old) = version.change, old != name {
                        name = old
                        position = (try row.decode(forColumn: "position") as Int) &- 1
                        continue search
                    }
                }
                return found.reversed()
            }
        }
    }

    /// The numbers of workflows' latest versions on the history of HEAD; nothing where the clone is shallow.
    public func currentNumbers(of names: [WorkflowName]) throws -> [WorkflowName: Int] {
        try read { database in
            let number = try database.cachedStatement(
                sql: "SELECT number FROM versions WHERE workflow = ? ORDER BY position DESC LIMIT 1")
            var found: [WorkflowName: Int] = [:]
            for name in names { found[name] = try Int.fetchOne(number, arguments: [name.description]) }
            return found
        }
    }

    /// The latest versions of all workflows on the first-parent history of `tip`, newest first; nil as of one workflow.
    public func versions(at tip: CommitID, limit: Int?) throws -> [WorkflowVersion]? {
        try read { database in
            guard let position = try position(of: tip, in: database) else { return nil }
            let rows = try Row.fetchCursor(
                database,
                sql: "SELECT * FROM versions WHERE position <= ? ORDER BY position DESC, workflow DESC LIMIT ?",
                // A negative limit is none.
                arguments: [position, limit ?? -1])
            var found: [WorkflowVersion] = []
            while let row = try rows.next() { found.append(try Self.version(row)) }
            return found
        }
    }

    private func position(of commit: CommitID, in database: Database) throws -> Int? {
        try Int.fetchOne(
            database, sql: "SELECT position FROM chain WHERE id = ?", arguments: [commit.description])
    }

    /// Whether the change from one definition to another was of layout only, as far as that was asked before.
    public func isOfLayoutOnly(_ change: DefinitionChange) throws -> Bool? {
        try read { database in
            try Bool.fetchOne(
                database.cachedStatement(sql: "SELECT is_layout FROM layout_changes WHERE old_blob = ? AND blob = ?"),
                arguments: [change.old.description, change.new.description])
        }
    }

    /// Where another process writes to the index for long, or it can't be written to, the answers are not kept.
    public func keep(ofLayoutOnly answers: [DefinitionChange: Bool]) throws {
        try? write { database in
            let insert = try database.cachedStatement(
                sql: "INSERT OR IGNORE INTO layout_changes (old_blob, blob, is_layout) VALUES (?, ?, ?)")
            for (change, isLayout) in answers {
                try insert.execute(arguments: [change.old.description, change.new.description, isLayout])
            }
        }
    }

    static func version(_ row: Row) throws -> WorkflowVersion {
        func file(_ prefix: String) throws -> WorkflowFile? {
            guard let path: String = try row.decode(forColumn: prefix + "path"), let name = WorkflowName(path: path),
                let blob = try (row.decode(forColumn: prefix + "blob") as String?).flatMap({ BlobID($0) }),
                let mode = try (row.decode(forColumn: prefix + "mode") as Int?).flatMap({
                    FileMode(rawValue: UInt32(clamping: $0))
                })
            else { return nil }
            return WorkflowFile(name: name, path: path, mode: mode, blob: blob)
        }
        guard let name = try WorkflowName(row.decode(forColumn: "workflow")),
            let commit = try CommitID(row.decode(forColumn: "commit_id") as String),
            let change = try VersionChange(
                word: row.decode(forColumn: "change"),
                other: (row.decode(forColumn: "other") as String?).flatMap { WorkflowName($0) })
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a version has another form") }
        return try WorkflowVersion(
            number: row.decode(Int.self, forColumn: "number"), commit: commit, name: name, change: change,
            file: file(""), previous: file("old_"))
    }
}
