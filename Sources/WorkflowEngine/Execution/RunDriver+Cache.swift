internal import DocumentTree
internal import Logging
internal import WorkflowLanguage

// A step with `cache:` begins its attempt as every step does. Where an earlier run has kept the result for exactly what
// this attempt is given, the attempt ends with that, and nothing is started; else, when it succeeds, its result is kept.
extension RunDriver {
    /// Ends an attempt with a kept result; returns whether there was one.
    /// - Throws: A `StepError` of the class `expression` where `cache:` cannot be evaluated.
    func takeFromCache(_ inputs: StepInputs, _ position: Int) throws(StepError) -> Bool {
        guard inputs.phase == .do, let cache = inputs.step.cache else { return false }
        let key = try CacheKey(cache, of: inputs, execution, position: position, folder: directory)
        if execution.header.usesCache, let entry = cacheFolder.take(key.text, into: directory) {
            execution.note(CacheRecord(key: key.text, .taken(from: entry.run)), of: position)
            stillborn.append((position, .do, AttemptResult(outputs: entry.outputs)))
            return true
        }
        cacheKeys[position] = key
        return false
    }

    /// Keeps the result of an attempt that has ended, where its step says so. It is kept before the end is journaled: whoever
    /// goes on after a crash in between finds it.
    func keepInCache(_ result: AttemptResult, of position: Int) {
        guard let key = cacheKeys.removeValue(forKey: position), result.error == nil else { return }
        let header = execution.header
        let entry = CacheEntry(
            key: key.text, workflow: header.definition.workflow, step: execution.plan.steps[position].id, run: run,
            kept: configuration.clock.now, outputs: result.outputs, files: [])
        let room = callEnvironment.settings.cacheSize ?? Settings.standardCacheSize
        do {
            try cacheFolder.keep(entry, from: directory, paths: key.paths, room: room)
            execution.note(CacheRecord(key: key.text, .kept), of: position)
        } catch {
            execution.note(CacheRecord(key: key.text, .notKept(error.description)), of: position)
            configuration.logger.warning(
                "the result of a step is not kept: \(error)", metadata: ["run": "\(run)", "step": "\(entry.step)"])
        }
        cacheFolder.clean(
            age: callEnvironment.settings.cacheAge ?? Settings.standardCacheAge, size: room,
            now: configuration.clock.now)
    }

    private var cacheFolder: StepCacheFolder { StepCacheFolder(folder: configuration.cacheFolder) }
}

extension Execution {
    /// Notes what a step has to do with the cache; it is written with the end of its attempt.
    mutating func note(_ use: CacheRecord, of position: Int) { steps[position].record.cache = use }
}

extension EngineConfiguration {
    /// The folder of kept results.
    var cacheFolder: String { "\(folder)/cache" }
}
