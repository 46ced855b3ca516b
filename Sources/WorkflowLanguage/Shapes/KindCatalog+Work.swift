extension KindCatalog {
    /// The kinds that do their work in a process of their own, which can be given limits.
    static let processKinds = ["emit", "file", "http", "notify", "transform"]

    /// The kinds that make something out of what they are given, and change nothing that a later run relies on.
    static let makingKinds = ["file", "transform"]
}
