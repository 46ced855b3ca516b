internal import GitStore
internal import Glibc
internal import WorkflowLanguage

/// Gives each run a folder to work in.
///
/// Checkouts are pooled below the engine's folder: `work/<n>` has the files in `tree`, what they were in `manifest`, the
/// run that they belong to in `run`, and a `lock` that the driving process holds. A place whose run is not over is kept
/// for it, so that a resumed run finds what its finished steps made.
struct WorkspacePool {
    private let configuration: EngineConfiguration
    private let store: StateStore

    init(_ configuration: EngineConfiguration, store: StateStore) {
        self.configuration = configuration
        self.store = store
    }

    /// The folder for a run.
    /// - Parameters:
    ///   - root: The user's work tree.
    ///   - source: The definition's bytes, which take the place of the committed ones where the run is of an uncommitted
    ///     definition.
    func folder(for record: RunRecord, root: String, source: () throws(EngineError) -> [UInt8])
        throws(EngineError) -> RunFolder
    {
        switch record.workspace {
        case .worktree: return RunFolder(path: root)
        case .none:
            let path = "\(configuration.workFolder)/none/\(record.run)"
            try FileBytes.makeFolder(path)
            return RunFolder(path: path) { isOver in
                // What cannot be removed now takes up room and does no other harm.
                if isOver { try? FileBytes.removeAll(path) }
            }
        case .checkout: return try checkout(for: record, source: source)
        }
    }

    private func checkout(for record: RunRecord, source: () throws(EngineError) -> [UInt8])
        throws(EngineError) -> RunFolder
    {
        guard let repository = configuration.repository else {
            throw EngineError(.system, "the engine has no repository to check out from", object: "run \(record.run)")
        }
        do {
            try FileBytes.makeFolder(configuration.workFolder)
            if record.status != .queued, let (place, lock) = try claimKept(for: record.run) {
                return folder(place, lock)
            }
            let (place, lock) = try claimFree()
            let pooled = PooledCheckout(place: place)
            let opened = try Repository.open(repository)
            try pooled.bring(to: try opened.commit(record.definition.commit).tree, from: opened)
            if record.definition.isUncommitted {
                try overlay(try source(), at: "\(pooled.path)/\(record.definition.path)")
            }
            try write(Array(record.run.description.utf8), to: "\(place)/run")
            return folder(place, lock)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.system, "cannot check out what runs: \(error)", object: "run \(record.run)")
        }
    }

    private func folder(_ place: String, _ lock: FileLock) -> RunFolder {
        RunFolder(path: PooledCheckout(place: place).path) { isOver in
            if isOver { unlink("\(place)/run") }
            withExtendedLifetime(lock) {}
        }
    }

    /// The place that was kept for a run, where it still is there.
    private func claimKept(for run: RunID) throws -> (String, FileLock)? {
        for number in 0..<Self.mostPlaces {
            let place = "\(configuration.workFolder)/\(number)"
            guard access(place, F_OK) == 0 else { return nil }
            guard owner(of: place) == run, let lock = try FileLock("\(place)/lock") else { continue }
            return (place, lock)
        }
        return nil
    }

    /// A place that nobody uses and that is kept for nobody.
    private func claimFree() throws -> (String, FileLock) {
        for number in 0..<Self.mostPlaces {
            let place = "\(configuration.workFolder)/\(number)"
            try FileBytes.makeFolder(place)
            guard let lock = try FileLock("\(place)/lock") else { continue }
            if let owner = owner(of: place), try isUnderWay(owner) { continue }
            return (place, lock)
        }
        throw EngineError(
            .system, "all \(Self.mostPlaces) checkouts are in use", object: configuration.workFolder,
            hint: "wfrepo runs list")
    }

    /// Empties the places that nobody uses and that are kept for nobody.
    func eraseUnused() throws(EngineError) {
        for number in 0..<Self.mostPlaces {
            let place = "\(configuration.workFolder)/\(number)"
            guard access(place, F_OK) == 0 else { return }
            do {
                guard let lock = try FileLock("\(place)/lock") else { continue }
                if let owner = owner(of: place), try isUnderWay(owner) { continue }
                try withExtendedLifetime(lock) { try PooledCheckout(place: place).erase() }
            } catch let error as EngineError {
                throw error
            } catch {
                throw EngineError(.system, "cannot empty the checkout: \(error)", object: place)
            }
        }
    }

    private static let mostPlaces = 1000

    private func owner(of place: String) -> RunID? {
        FileBytes.read("\(place)/run", limit: 64).flatMap { RunID(String(decoding: $0, as: UTF8.self)) }
    }

    private func isUnderWay(_ run: RunID) throws(EngineError) -> Bool {
        do {
            return try !store.status(of: run).isFinal
        } catch  where error.code == .unknownRun {
            return false
        }
    }

    /// Puts the uncommitted definition where the committed one stands.
    private func overlay(_ bytes: [UInt8], at path: String) throws(EngineError) {
        if let slash = path.lastIndex(of: "/") { try FileBytes.makeFolder(String(path[..<slash])) }
        unlink(path)
        try write(bytes, to: path)
    }

    private func write(_ bytes: [UInt8], to path: String) throws(EngineError) {
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        let descriptor = try FileDescriptor(owning: number < 0 ? -errno : number, "write the file", object: path)
        try FileBytes.write(bytes[...], to: descriptor.number, path: path)
    }
}
