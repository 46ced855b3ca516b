extension Engine {
    /// Erases what ended runs left in the engine's folder beside their logs: kept results of steps, files in checkouts that nobody
    /// uses, and what the journal still has of runs that were removed from it.
    ///
    /// Kept results and checkouts are made anew where they are wanted. It waits for other users of the journal.
    public func eraseRemains() throws(EngineError) {
        try FileBytes.removeAll(configuration.cacheFolder)
        try WorkspacePool(configuration, store: store).eraseUnused()
        try store.eraseRemains()
    }
}
