internal import GitStore

/// What the index keeps of a run's record.
struct IndexedRun: Sendable {
    var id = ""
    var workflow = ""
    var version: Int?
    var isUncommitted = false
    var commit = ""
    var blob = ""
    var status = ""
    var trigger = ""
    var actor = ""
    var queued: Int?
    var started: Int?
    var ended: Int?
    var duration: Int?
    var errorStep: String?
    var errorClass: String?
    var errorMessage: String?
    var steps: [IndexedStep] = []

    /// Reads a note; nil where it is no record, or lacks what the index needs.
    init?(note: [UInt8]) {
        var cursor = JSONCursor(note)
        do {
            try cursor.forEachKey { cursor, key in try read(key, &cursor) }
        } catch {
            return nil
        }
        guard id.utf8.count == 26, !workflow.isEmpty, !status.isEmpty, queued != nil else { return nil }
    }

    private mutating func read(_ key: String, _ cursor: inout JSONCursor) throws {
        switch key {
        case "run": id = try cursor.string() ?? ""
        case "workflow": workflow = try cursor.string() ?? ""
        case "version": version = try cursor.integer()
        case "uncommitted": isUncommitted = try cursor.bool()
        case "commit": commit = try cursor.string() ?? ""
        case "blob": blob = try cursor.string() ?? ""
        case "status": status = try cursor.string() ?? ""
        case "queued": queued = try cursor.string().flatMap(Self.milliseconds)
        case "started": started = try cursor.string().flatMap(Self.milliseconds)
        case "ended": ended = try cursor.string().flatMap(Self.milliseconds)
        case "duration_ms": duration = try cursor.duration()
        case "trigger":
            try cursor.forEachKey { cursor, key in
                if key == "event" { trigger = try cursor.string() ?? "" } else { try cursor.skip() }
            }
        case "actor":
            try cursor.forEachKey { cursor, key in
                if key == "name" { actor = try cursor.string() ?? "" } else { try cursor.skip() }
            }
        case "error":
            guard try !cursor.isNull() else { return }
            try cursor.forEachKey { cursor, key in
                switch key {
                case "step": errorStep = try cursor.string()
                case "class": errorClass = try cursor.string()
                case "message": errorMessage = try cursor.string()
                default: try cursor.skip()
                }
            }
        case "steps": try cursor.forEachItem { cursor in steps.append(try IndexedStep(&cursor)) }
        default: try cursor.skip()
        }
    }

    /// The moment of `2026-11-21T05:20:06.250Z` in milliseconds since 1970; nil for another form.
    static func milliseconds(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 else { return nil }
        func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1) - 0x30 } }
        guard
            [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19, 20..<23].allSatisfy({ range in
                bytes[range].allSatisfy { (0x30...0x39).contains($0) }
            })
        else { return nil }
        let days = CivilDate(year: number(0..<4), month: number(5..<7), day: number(8..<10)).daysSinceEpoch
        let seconds = ((days * 24 + number(11..<13)) * 60 + number(14..<16)) * 60 + number(17..<19)
        return seconds * 1000 + number(20..<23)
    }
}

/// What the index keeps of a step.
struct IndexedStep: Sendable {
    var id = ""
    var status = ""
    var duration: Int?
    /// The classes and messages of the attempts that failed, in order.
    var errors: [(kind: String, message: String)] = []
    var attempts = 0

    /// Whether it was tried again and succeeded.
    var isRecovered: Bool { !errors.isEmpty && (status == "succeeded" || status == "compensated") }

    init(_ cursor: inout JSONCursor) throws {
        try cursor.forEachKey { cursor, key in
            switch key {
            case "id": id = try cursor.string() ?? ""
            case "status": status = try cursor.string() ?? ""
            case "duration_ms": duration = try cursor.duration()
            case "attempts": try cursor.forEachItem { try readAttempt(&$0) }
            default: try cursor.skip()
            }
        }
    }

    private mutating func readAttempt(_ cursor: inout JSONCursor) throws {
        attempts += 1
        try cursor.forEachKey { cursor, key in
            guard key == "error" else { return try cursor.skip() }
            guard try !cursor.isNull() else { return }
            var (kind, message) = ("", "")
            try cursor.forEachKey { cursor, key in
                switch key {
                case "class": kind = try cursor.string() ?? ""
                case "message": message = try cursor.string() ?? ""
                default: try cursor.skip()
                }
            }
            errors.append((kind, message))
        }
    }
}

extension JSONCursor {
    /// Ten years. Whoever may write notes may claim any duration; sums of these stay far from the largest number.
    private static let longest = 315_360_000_000

    /// A duration in milliseconds, none below zero or above ten years; nil for null.
    fileprivate mutating func duration() throws -> Int? {
        try integer().map { min(max(0, $0), Self.longest) }
    }
}
