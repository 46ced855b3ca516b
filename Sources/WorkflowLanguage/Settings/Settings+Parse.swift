import DocumentTree

extension Settings {
    /// Parses the settings' file and checks all of it.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - file: What it is called in problems.
    /// - Returns: The settings, nil where there is an error, and all problems.
    public static func parse(_ bytes: [UInt8], file: String = path) -> (settings: Settings?, problems: [Problem]) {
        let root: Node?
        do {
            root = try Document.parseOne(bytes, name: file, limits: Workflow.limits)
                .expanded(maximumNodes: Workflow.limits.maximumNodes)
        } catch {
            return (nil, [Problem(error, file: file)])
        }
        guard let root else { return (.standard, []) }
        var check = ShapeCheck(problems: ProblemList(file: file), kinds: .standard)
        check.check(root, against: .mapping(keys), subject: .named("a file of settings"))
        var reader = NodeReader(problems: check.problems, bytes: bytes)
        let settings = read(root, &reader)
        let problems = reader.problems.sorted
        return (problems.contains { $0.severity == .error } ? nil : settings, problems)
    }

    private static func read(_ root: Node, _ reader: inout NodeReader) -> Settings {
        let retention = root["retention"]
        return Settings(
            allowing: AllowLists(
                kinds: allowList(root["kinds"], &reader), programs: allowList(root["programs"], &reader),
                hosts: allowList(root["hosts"], &reader)),
            durability: reader.choice(root["durability"]) ?? .full,
            limits: StepLimits(root["limits"], &reader),
            runAge: retention?["runs"]?.scalar.flatMap { PeriodText.parse($0.text) },
            auditAge: retention?["audit"]?.scalar.flatMap { PeriodText.parse($0.text) },
            logAge: reader.duration(retention?["logs"], key: "logs"),
            logSize: reader.byteSize(retention?["log-size"], key: "log-size"),
            cacheAge: reader.duration(retention?["cache"], key: "cache"),
            cacheSize: reader.byteSize(retention?["cache-size"], key: "cache-size"),
            backups: BackupKeeping(root["backups"], reader),
            encryptsAudit: reader.bool(root["audit"]?["encrypt"], default: false))
    }

    private static func allowList(_ node: Node?, _ reader: inout NodeReader) -> AllowList {
        var list = AllowList()
        list.names = node?["allow"].map(reader.texts)
        for entry in node?["namespaces"]?.entries ?? [] {
            guard let name = reader.text(entry.key) else { continue }
            list.namespaces[name] = reader.texts(entry.value)
        }
        return list
    }
}
