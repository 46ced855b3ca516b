internal import Glibc

/// The runs of a journal that has gone: whose short-lived files are there, which go when a run is over.
enum LostRuns {
    /// The runs that were under way when the journal went; none where it is there, or where there never was one. To be asked
    /// before the journal is opened.
    static func find(_ configuration: EngineConfiguration) -> [RunID] {
        guard isEmpty(configuration.statePath), isEmpty(configuration.statePath + "-wal") else { return [] }
        return FileBytes.names(in: configuration.scratchFolder).compactMap { RunID($0) }.sorted()
    }

    private static func isEmpty(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) != 0 || status.st_size == 0
    }
}
