extension GraphDrawing.Mark {
    /// The colour of strokes, which can be read on a dark and on a light ground.
    var stroke: String {
        switch self {
        case .plain: "#8b949e"
        case .succeeded, .added: "#2da44e"
        case .failed, .removed: "#cf222e"
        case .skipped: "#8b949e"
        case .cancelled, .undone, .waiting, .changed: "#bf8700"
        case .running: "#0969da"
        case .renamed: "#8250df"
        case .moved: "#1b7c83"
        }
    }

    /// Whether strokes are dashed: what is not there, or did not happen.
    var isDashed: Bool { self == .removed || self == .skipped }

    /// The sign that stands before a name: colours alone are no help to everybody.
    public var sign: String {
        switch self {
        case .plain: ""
        case .succeeded: "✓"
        case .failed: "✗"
        case .skipped, .removed: "-"
        case .cancelled: "■"
        case .running: "●"
        case .waiting: "○"
        case .undone: "↶"
        case .added: "+"
        case .changed: "~"
        case .renamed: "→"
        case .moved: "↕"
        }
    }
}
