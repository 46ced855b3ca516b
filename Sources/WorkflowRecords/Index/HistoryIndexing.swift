internal import GRDB
internal import GitStore
internal import WorkflowHistory
internal import WorkflowLanguage

/// Reads the first-parent history of HEAD into the index.
struct HistoryIndexing {
    private let update: IndexUpdate
    private let workflows: WorkflowRepository
    private var database: Database { update.database }

    init(_ update: IndexUpdate) {
        self.update = update
        workflows = WorkflowRepository(update.repository)
    }

    /// Adds what is new up to `tip`; what is no longer on its history goes.
    func run(to tip: CommitID) throws {
        var links: [(commit: CommitID, tree: TreeID)] = []
        var position = 0
        var before: TreeID?
        let isEmpty = try Int.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM chain)") == 0
        var next: CommitID? = tip
        while let commit = next {
            let found = try update.repository.links(of: commit)
            if !isEmpty, let known = try self.position(of: commit) {
                (position, before) = (known, found.tree)
                break
            }
            links.append((commit, found.tree))
            next = found.parents.first
        }
        try remove(after: position)
        let appending = try AppendingVersions(database)
        let chain = try database.cachedStatement(sql: "INSERT INTO chain (id, position) VALUES (?, ?)")
        for (commit, tree) in links.reversed() {
            position += 1
            try chain.execute(arguments: [commit.description, position])
            if tree != before {
                let changes = try workflows.changes(in: commit, from: before, to: tree)
                if !changes.isEmpty { try appending.add(changes, of: update.repository.commit(commit), at: position) }
            }
            before = tree
            if position.isMultiple(of: 1000) { update.index.progress(.init(part: .history, done: position)) }
        }
    }

    /// Forgets all of history.
    func clear() throws { try remove(after: 0) }

    private func position(of commit: CommitID) throws -> Int? {
        try Int.fetchOne(
            database.cachedStatement(sql: "SELECT position FROM chain WHERE id = ?"), arguments: [commit.description])
    }

    private func remove(after position: Int) throws {
        try database.execute(sql: "DELETE FROM chain WHERE position > ?", arguments: [position])
        guard database.changesCount > 0 else { return }
        try database.execute(
            sql: """
                DELETE FROM texts WHERE kind = 'version'
                    AND subject IN (SELECT commit_id FROM versions WHERE position > ?)
                """, arguments: [position])
        try database.execute(sql: "DELETE FROM versions WHERE position > ?", arguments: [position])
    }
}

/// Writes versions at the end of the history.
private final class AppendingVersions {
    private let database: Database
    private let insert: Statement
    private let text: Statement
    /// The latest number of each workflow, as far as it was asked for.
    private var numbers: [WorkflowName: Int] = [:]

    init(_ database: Database) throws {
        self.database = database
        insert = try database.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO versions (workflow, position, number, commit_id, change, other, path, mode, blob,
                    old_path, old_mode, old_blob, kind, author, email, time, subject)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        text = try database.cachedStatement(
            sql: "INSERT INTO texts (text, kind, subject, workflow, time, source) VALUES (?, 'version', ?, ?, ?, 0)")
    }

    func add(_ changes: [WorkflowVersion], of commit: Commit, at position: Int) throws {
        // Numbers as they were before the commit: two workflows may swap names in one.
        let before = try changes.map { change in
            let name: WorkflowName
            if case .renamed(let old) = change.change { name = old } else { name = change.name }
            return try number(of: name)
        }
        for (change, number) in zip(changes, before) {
            numbers[change.name] = number + 1
            try insert.execute(arguments: [
                change.name.description, position, number + 1, commit.id.description, change.change.word,
                change.change.other?.description, change.file?.path, change.file.map { Int($0.mode.rawValue) },
                change.file?.blob.description, change.previous?.path, change.previous.map { Int($0.mode.rawValue) },
                change.previous?.blob.description, change.kind(saidBy: commit).rawValue, commit.author.name,
                commit.author.email, commit.committer.seconds, commit.subject,
            ])
            try text.execute(arguments: [
                commit.message, commit.id.description, change.name.description, commit.committer.seconds * 1000,
            ])
        }
    }

    private func number(of name: WorkflowName) throws -> Int {
        if let known = numbers[name] { return known }
        let found = try Int.fetchOne(
            database, sql: "SELECT number FROM versions WHERE workflow = ? ORDER BY position DESC LIMIT 1",
            arguments: [name.description])
        numbers[name] = found ?? 0
        return found ?? 0
    }
}

extension VersionChange {
    /// As the index keeps it.
    fileprivate var word: String {
        switch self {
        case .created: "created"
        case .changed: "changed"
        case .renamed: "renamed"
        case .deleted: "deleted"
        }
    }

    fileprivate var other: WorkflowName? {
        switch self {
        case .renamed(let old): old
        case .deleted(let target): target
        case .created, .changed: nil
        }
    }

    /// Reads ``word`` back.
    init?(word: String, other: WorkflowName?) {
        switch word {
        case "created": self = .created
        case "changed": self = .changed
        case "renamed":
            guard let other else { return nil }
            self = .renamed(from: other)
        case "deleted": self = .deleted(movedTo: other)
        default: return nil
        }
    }
}
