/// Colours on a terminal, or none.
struct TerminalStyle {
    /// What a piece of text says by its colour.
    enum Tone {
        case added, removed, changed, moved, renamed, heading, faint

        init(_ kind: Change.Kind) {
            switch kind {
            case .added: self = .added
            case .removed: self = .removed
            case .changed, .typeChanged: self = .changed
            case .moved: self = .moved
            case .renamed: self = .renamed
            }
        }

        /// The parameters of the sequence "select graphic rendition" (ECMA-48, 8.3.117).
        var code: String {
            switch self {
            case .added: "32"
            case .removed: "31"
            case .changed: "33"
            case .moved: "36"
            case .renamed: "35"
            case .heading: "1"
            case .faint: "2"
            }
        }
    }

    let isColored: Bool

    /// `text` in the colour of `tone`.
    func apply(_ tone: Tone, _ text: String) -> String {
        isColored ? "\u{1B}[\(tone.code)m\(text)\u{1B}[0m" : text
    }
}
