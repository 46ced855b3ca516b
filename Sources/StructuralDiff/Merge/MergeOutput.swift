/// A merged text as it grows: bytes, and places where the two sides disagree.
struct MergeOutput {
    /// A stretch of the text.
    private enum Segment {
        case text([UInt8])
        case conflict(ours: [UInt8], theirs: [UInt8])
    }

    private var segments: [Segment] = []

    /// Whether any conflict is in it.
    var hasConflicts: Bool {
        segments.contains { if case .conflict = $0 { true } else { false } }
    }

    /// Whether nothing is in it.
    var isEmpty: Bool { segments.isEmpty }

    /// Whether what comes next starts a line; so it is at the start of the text.
    var isAtLineStart: Bool {
        switch segments.last {
        case nil: true
        case .text(let bytes): bytes.last == UInt8(ascii: "\n")
        case .conflict(let ours, let theirs):
            [ours, theirs].allSatisfy { $0.isEmpty || $0.last == UInt8(ascii: "\n") }
        }
    }

    /// Appends text.
    mutating func append(_ bytes: some Collection<UInt8>) {
        if bytes.isEmpty { return }
        if case .text(var last) = segments.last {
            segments[segments.count - 1] = .text([])
            last += bytes
            segments[segments.count - 1] = .text(last)
        } else {
            segments.append(.text(Array(bytes)))
        }
    }

    /// Appends what was merged on its own.
    mutating func append(_ other: MergeOutput) {
        for segment in other.segments {
            switch segment {
            case .text(let bytes): append(bytes)
            case .conflict: segments.append(segment)
            }
        }
    }

    /// Appends both sides of a disagreement.
    mutating func appendConflict(ours: [UInt8], theirs: [UInt8]) {
        segments.append(.conflict(ours: ours, theirs: theirs))
    }

    /// The text with our side wherever the sides disagree.
    var ours: [UInt8] {
        segments.flatMap { segment in
            switch segment {
            case .text(let bytes): bytes
            case .conflict(let ours, _): ours
            }
        }
    }

    /// The text, each disagreement between markers on lines of their own, as git writes them. What else is on the lines
    /// of a disagreement stands on both sides.
    func bytes(labels: MergeLabels) -> [UInt8] {
        var result: [UInt8] = []
        /// The sides of the conflict whose last line goes on.
        var open: (ours: [UInt8], theirs: [UInt8])?
        func isClosed(_ sides: (ours: [UInt8], theirs: [UInt8])) -> Bool {
            [sides.ours, sides.theirs].allSatisfy { $0.isEmpty || $0.last == UInt8(ascii: "\n") }
        }
        for segment in segments {
            switch segment {
            case .text(let bytes):
                guard var sides = open else {
                    result += bytes
                    continue
                }
                var rest = bytes[...]
                if !isClosed(sides) {
                    let end = bytes.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
                    sides.ours += bytes[..<end]
                    sides.theirs += bytes[..<end]
                    rest = bytes[end...]
                    open = sides
                    if rest.isEmpty, bytes.last != UInt8(ascii: "\n") { continue }
                }
                result += labels.marked(sides)
                open = nil
                result += rest
            case .conflict(let ours, let theirs):
                if var sides = open {
                    if isClosed(sides) {
                        result += labels.marked(sides)
                        open = (ours, theirs)
                    } else {
                        sides.ours += ours
                        sides.theirs += theirs
                        open = sides
                    }
                } else {
                    let lineStart = result.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
                    let before = Array(result[lineStart...])
                    result.removeSubrange(lineStart...)
                    open = (before + ours, before + theirs)
                }
            }
        }
        if let open { result += labels.marked(open) }
        return result
    }
}

/// What conflict markers say.
public struct MergeLabels: Hashable, Sendable {
    /// The name of our side, behind `<<<<<<<`.
    public var ours: String
    /// The name of their side, behind `>>>>>>>`.
    public var theirs: String
    /// The length of a marker; 7 in git unless an attribute says otherwise.
    public var markerSize: Int

    /// Labels.
    public init(ours: String = "ours", theirs: String = "theirs", markerSize: Int = 7) {
        self.ours = ours
        self.theirs = theirs
        self.markerSize = max(1, markerSize)
    }

    /// Both sides between markers.
    fileprivate func marked(_ sides: (ours: [UInt8], theirs: [UInt8])) -> [UInt8] {
        func marker(_ character: Character, _ label: String = "") -> [UInt8] {
            let mark = String(repeating: character, count: markerSize)
            return Array((label.isEmpty ? mark : mark + " " + label).utf8) + [UInt8(ascii: "\n")]
        }
        func lines(_ bytes: [UInt8]) -> [UInt8] {
            bytes.isEmpty || bytes.last == UInt8(ascii: "\n") ? bytes : bytes + [UInt8(ascii: "\n")]
        }
        return marker("<", ours) + lines(sides.ours) + marker("=") + lines(sides.theirs) + marker(">", theirs)
    }
}
