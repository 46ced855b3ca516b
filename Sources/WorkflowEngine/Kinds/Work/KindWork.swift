public import DocumentTree

/// The work of kinds that run in a process of their own: one call, from its request to its outputs.
///
/// The process is this program once more. It can be killed, its faults stay its own, and what it loads (libarchive, libjq)
/// costs no other command anything.
public enum KindWork {
    /// Does the work that a request asks for, as ``ProgramKind`` writes it.
    ///
    /// - Parameters:
    ///   - environment: What programs are started with.
    ///   - now: Seconds since 1970.
    ///   - print: Adds text to the step's log.
    /// - Throws: A `StepError` where it fails.
    public static func perform(
        _ request: Value, environment: [String: String], now: Int, print: @escaping (String) -> Void
    ) throws -> ValueMapping {
        let parameters = Parameters(request["with"] ?? .null)
        let folder = try WorkFolder(request["directory"]?.string ?? ".", allowsOutside: parameters.flag("outside"))
        let surroundings = HTTPSurroundings(request, environment: environment, now: now, print: print)
        switch request["kind"]?.string {
        case "http": return try HTTPWork(parameters: parameters, folder: folder, surroundings: surroundings).perform()
        case "file": return try FileWork(parameters: parameters, folder: folder, print: print).perform()
        case "transform":
            let own = Set((request["variables"]?.items ?? []).compactMap(\.string) + ["TZ"])
            return try TransformWork(
                parameters: parameters, folder: folder, environment: environment.filter { own.contains($0.key) }
            ).perform()
        case "notify":
            return try NotifyWork(
                parameters: parameters, folder: folder, state: request["state"]?.string,
                request: request, http: surroundings, environment: environment, now: now, print: print
            ).perform()
        case let kind: throw StepError("unknown-kind", "there is no such work: \(kind ?? "")")
        }
    }
}

/// The parameters of a call, their expressions evaluated: what the shapes allowed may have become something else by then.
struct Parameters {
    let value: Value

    init(_ value: Value) { self.value = value }

    /// A value that is there and not null.
    subscript(name: String) -> Value? {
        guard let found = value[name], found != .null else { return nil }
        return found
    }

    func text(_ name: String) throws(StepError) -> String? {
        guard let found = self[name] else { return nil }
        switch found {
        case .string(let text): return text
        case .integer, .bigInteger, .double, .bool: return found.canonicalText
        default: throw Self.fault("\(name): is no text")
        }
    }

    func required(_ name: String) throws(StepError) -> String {
        guard let text = try text(name), !text.isEmpty else { throw Self.fault("\(name): is missing or empty") }
        return text
    }

    func integer(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws(StepError) -> Int {
        guard let found = self[name] else { return standard }
        guard let number = found.integer ?? found.string.flatMap({ Int($0) }), range.contains(number) else {
            throw Self.fault("\(name): must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ name: String) -> Bool { self[name]?.bool ?? (self[name]?.string == "true") }

    func texts(_ name: String) throws(StepError) -> [String] {
        guard let found = self[name] else { return [] }
        guard let items = found.items else { return try text(name).map { [$0] } ?? [] }
        return try items.map { item throws(StepError) in
            guard let text = item.string else { throw Self.fault("\(name): holds something that is no text") }
            return text
        }
    }

    static func fault(_ message: String) -> StepError { StepError("parameters", "with.\(message)") }
}
