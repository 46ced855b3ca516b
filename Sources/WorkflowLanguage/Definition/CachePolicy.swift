/// When a step need not run, because what it would do was done before.
///
/// A step is the same work where its definition, the values of its expressions, `key` and the files below `paths` are the
/// same as they were before it ran the last time.
public struct CachePolicy: Sendable {
    /// What the step's result depends on besides; nil means every file of the commit that runs.
    public var key: [TemplateValue]?
    /// Globs of the files that the step makes or changes, which come back where it does not run.
    public var paths: [Template]
}
